package io.shockwave.internal.quic;

/**
 * What an application protocol commands a connection to do. Confined to the connection's thread; allowed from within {@link QuicSink} calls too.
 * Nothing is sent by these calls: the next {@code transmit} does.
 */
public interface QuicTransport {
    /** No stream, nothing more. */
    long NONE = -1L;

    /** The id of a new stream of ours, or {@link #NONE} while the peer allows no more; {@link QuicSink#onStreamsAvailable} follows then. */
    long openBidirectional();

    /** As {@link #openBidirectional}, for a stream that only we write. */
    long openUnidirectional();

    /**
     * Copies bytes into the stream's bounded send buffer.
     *
     * @param fin the stream ends behind these bytes; counts only when all of them were taken
     * @return the bytes taken; when fewer than {@code len}, {@link QuicSink#onWritable} follows. -1 if the stream takes nothing any more: finished, reset, stopped by the peer, closed
     */
    int write(long stream, byte[] buf, int off, int len, boolean fin);

    /** The bytes that {@link #write} would take now; 0 also for a stream that takes nothing any more. */
    int writable(long stream);

    /** Ends our half at once; what was not delivered is dropped (RFC 9000 19.4). Nothing happens if it has ended. */
    void reset(long stream, long errorCode);

    /** Asks the peer to end its half; what still comes of it is dropped (RFC 9000 19.5). Nothing happens if all of it was read. */
    void stopSending(long stream, long errorCode);

    /** Copies what {@link QuicSink#onStreamData} declined.
     * @return bytes copied; 0 when nothing is there yet; -1 when the end was reached, the stream was reset or is unknown */
    int read(long stream, byte[] dst, int off, int len);

    /** Offers by {@link QuicSink#onStreamData}, before it returns, what was declined earlier, until it is declined again. */
    void resume(long stream);

    /** The order of sending among streams (RFC 9218): urgency 0 (first) to 7; incremental streams of one urgency share, others follow one another. 3 and false at the start. */
    void priority(long stream, int urgency, boolean incremental);

    /** Queues an unreliable datagram (RFC 9221).
     * @return false if it is too large for the peer or the path, or the bounded queue is full */
    boolean sendDatagram(byte[] buf, int off, int len);

    /** Whether a datagram can be queued. After a no, {@link QuicSink#onDatagramRoom} tells of room. */
    default boolean hasDatagramRoom() {
        return true;
    }

    /** The largest datagram that can be sent now; 0 if the peer takes none. */
    int maxDatagramBytes();

    /** Closes the connection with an error code of the application (RFC 9000 10.2). {@link QuicSink#onClosed} follows before this returns. */
    void close(long applicationErrorCode, String reason);

    /** The peer's current address; copy to keep. */
    PeerAddress peer();

    boolean isServer();

    boolean isHandshakeComplete();

    /** Whether what is sent or received now could be a replay: 0-RTT before the handshake is complete (RFC 8470). */
    boolean isEarlyData();

    boolean isClosed();

    /** The protocol that was agreed on; null before. */
    String alpn();

    /** The name that the client asked for; null if it named none. */
    String serverName();

    /** Smoothed round-trip time in nanoseconds. */
    long smoothedRttNs();
}
