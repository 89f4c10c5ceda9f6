package io.shockwave.bench.peers;

import javax.net.ssl.SSLContext;

/** A server that does the works: the same headers (Server, Date, type, length) and TCP_NODELAY for all. */
public interface ServerPeer extends AutoCloseable {
    /** What {@code Server} says. */
    String SERVER = "bench";

    /** Binds to this port of 127.0.0.1, or of all loopback addresses, and returns; with a context it speaks TLS. */
    void start(int port, SSLContext tls) throws Exception;

    /** Whether it can speak TLS. */
    default boolean isSecurable() {
        return true;
    }

    @Override
    void close() throws Exception;
}
