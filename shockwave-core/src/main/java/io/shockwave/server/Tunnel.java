package io.shockwave.server;

import java.io.IOException;

/** The bare bytes of a connection after an upgrade or CONNECT. One thread may read while another writes; both block their virtual thread. */
public interface Tunnel extends AutoCloseable {
    /** Reads at least one byte; -1 when the peer ended its side. */
    int read(byte[] dst, int off, int len) throws IOException;

    /** Takes all {@code len} bytes. */
    void write(byte[] src, int off, int len) throws IOException;

    /** Hands everything written so far to the network. */
    void flush() throws IOException;

    /** Flushes and closes the connection. */
    @Override
    void close() throws IOException;
}
