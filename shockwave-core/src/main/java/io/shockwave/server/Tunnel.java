package io.shockwave.server;

import io.shockwave.HttpDatagrams;
import java.io.IOException;

/** The bare bytes of a connection after an upgrade or CONNECT, over HTTP/3 those of the request's stream. One thread may read while another writes; both block their virtual thread. */
public interface Tunnel extends AutoCloseable {
    /** Reads at least one byte; -1 when the peer ended its side. */
    int read(byte[] dst, int off, int len) throws IOException;

    /** Takes all {@code len} bytes. */
    void write(byte[] src, int off, int len) throws IOException;

    /** Hands everything written so far to the network. */
    void flush() throws IOException;

    /**
     * Tells the peer that nothing more comes from here; what it sends can still be read (RFC 9114 4.4). Over HTTP/3 alone.
     *
     * @throws UnsupportedOperationException over HTTP/1.1, where a tunnel ends as a whole (RFC 9110 9.3.6)
     */
    void endOutput() throws IOException;

    /** Gives up both directions at once, as a proxy does whose own connection was reset: H3_CONNECT_ERROR over HTTP/3 (RFC 9114 4.4); over HTTP/1.1 the connection closes. What was written may not arrive. */
    void reset() throws IOException;

    /**
     * Has the tunnel carry datagrams and nothing else (RFC 9297): from here on its stream is made of capsules, and {@link #read} and {@link #write} throw. What the request asks for must say so, as {@code connect-udp} does.
     * The same object each time.
     */
    HttpDatagrams datagrams();

    /** Flushes and closes the connection; over HTTP/3 this side of the stream. */
    @Override
    void close() throws IOException;
}
