package io.shockwave.bench.peers;

import java.util.function.LongConsumer;

/** A client that asks over HTTP/3 in a closed loop, in its own natural manner: a thread for each stream, or callbacks. */
interface Http3ClientPeer extends AutoCloseable {
    /**
     * Opens that many connections to this port and keeps that many requests for {@code path} going on each, until {@link #close}.
     *
     * @param received is told of the bytes of content as they come, and of 0 with the end of each answer that is whole; from any thread
     */
    void start(int port, String path, int connections, int streams, LongConsumer received) throws Exception;
}
