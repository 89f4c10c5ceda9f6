package io.shockwave.internal.exchange;

/**
 * The machine of one connection over a byte stream: bytes in, bytes out, time as an argument. Confined to its reactor or, on a client, to the thread that holds the
 * connection; has no socket, thread, clock or randomness of its own. Results leave through the sink given at construction, during these calls.
 */
public interface StreamEngine {
    /** No deadline is set. */
    long NONE = Long.MAX_VALUE;

    /**
     * Takes bytes from the peer. What is not consumed must be offered again, followed by what comes later: at once after {@link #isPaused} turned false, otherwise when there is more.
     *
     * @return the bytes consumed; fewer than {@code len} when a line is incomplete or the engine is paused
     */
    int receive(byte[] buf, int off, int len, long nowNs);

    /** The peer will send nothing more. */
    void receiveEnd(long nowNs);

    /**
     * Writes what is to be sent to {@code buf}.
     *
     * @return the bytes written; 0 when there is nothing to send now
     */
    int transmit(byte[] buf, int off, int len, long nowNs);

    /** Whether receive must wait: for the application to take content, for an answer to be written. While paused nothing needs to be read from the peer. */
    boolean isPaused();

    /** Whether the connection is to be closed once all transmitted bytes are written. */
    boolean isClosing();

    /** When {@link #timeout} is to be called, in the nanoseconds of the clock that {@code nowNs} is from; {@link #NONE} for never. */
    long deadline();

    /** The deadline passed. */
    void timeout(long nowNs);
}
