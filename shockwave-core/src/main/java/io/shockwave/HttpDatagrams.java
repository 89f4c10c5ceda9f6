package io.shockwave;

import java.io.IOException;

/**
 * The datagrams of one tunnel (RFC 9297): messages that keep their bounds, and may be lost or overtaken. Where both sides allow it they go in DATAGRAM frames of QUIC; over HTTP/1.1 and to all others in DATAGRAM capsules on the
 * tunnel's stream, where none is lost. Capsules of other types are skipped.
 *
 * <p>One thread may receive while another sends. The arrays are the caller's: they are read and written during the call alone. Up to 64 KiB wait in each direction; beyond it the oldest are dropped and counted.
 */
public interface HttpDatagrams {
    /** The most bytes that {@link #send} takes now: what a packet carries on this path, or 65,535 in a capsule. It may grow and shrink. */
    int maxBytes() throws IOException;

    /**
     * Hands a datagram over; it may be lost all the same.
     *
     * @return false if it is longer than {@link #maxBytes}, and was not sent
     * @throws IOException if the tunnel is over
     * @throws IllegalStateException if the tunnel's output was ended (RFC 9297 2.1: then none may be sent)
     */
    boolean send(byte[] src, int off, int len) throws IOException;

    /**
     * Waits for the next datagram and copies it.
     *
     * @return its length, which is more than {@code len} if it did not fit: the rest is lost; -1 when the peer ended its side
     * @throws HttpException {@code RESET} if the tunnel was cut, {@code PROTOCOL} if its stream ends within a capsule (RFC 9297 3.3)
     */
    int receive(byte[] dst, int off, int len) throws IOException;

    /** Datagrams of both directions that were dropped here: for want of room, or longer than 65,535 bytes. */
    long dropped();
}
