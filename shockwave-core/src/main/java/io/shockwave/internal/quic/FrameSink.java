package io.shockwave.internal.quic;

/**
 * Is told the frames of a packet in their order. Every method returns 0 or a transport error ({@link QuicError}), which ends the decoding. Arrays are the packet itself: valid during the
 * call, not to be kept or written to. PADDING is not told.
 */
interface FrameSink {
    int onPing();

    /**
     * An ACK begins; its ranges follow, highest first, and then {@link #onAckEnd}. All of it is well-formed and no range is below 0.
     *
     * @param delayField as sent: to be shifted by the peer's ack_delay_exponent, which may overflow
     */
    int onAck(long largest, long delayField);

    /** Packets {@code smallest} to {@code largest} inclusive are acknowledged. */
    int onAckRange(long smallest, long largest);

    /** The ACK is complete. Counts are -1 when it has none (type 0x02). */
    int onAckEnd(long ect0, long ect1, long ce);

    int onResetStream(long stream, long errorCode, long finalSize);

    int onStopSending(long stream, long errorCode);

    /** {@code offset + len} is at most 2^62 - 1; the same holds for {@link #onStream}. */
    int onCrypto(long offset, byte[] buf, int off, int len);

    int onNewToken(byte[] buf, int off, int len);

    int onStream(long stream, long offset, byte[] buf, int off, int len, boolean fin);

    int onMaxData(long bytes);

    int onMaxStreamData(long stream, long bytes);

    int onMaxStreams(boolean bidirectional, long streams);

    int onDataBlocked(long limit);

    int onStreamDataBlocked(long stream, long limit);

    int onStreamsBlocked(boolean bidirectional, long limit);

    /** The stateless reset token has 16 bytes, the id 1 to 20. */
    int onNewConnectionId(long sequence, long retirePriorTo, byte[] buf, int idOff, int idLen, int tokenOff);

    int onRetireConnectionId(long sequence);

    int onPathChallenge(long data);

    int onPathResponse(long data);

    /** {@code frameType} is 0 for an error of the application. */
    int onConnectionClose(long errorCode, boolean application, long frameType, byte[] buf, int reasonOff, int reasonLen);

    int onHandshakeDone();

    int onDatagram(byte[] buf, int off, int len);
}
