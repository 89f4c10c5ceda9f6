package io.shockwave.internal.quic;

/** Takes every frame and checks what the decoder promises of it. */
final class FrameChecks implements FrameSink {
    private long ackBelow;
    private boolean inAck;

    private static int check(boolean holds) {
        if (!holds) {
            throw new AssertionError("not as promised");
        }
        return 0;
    }

    private int check(byte[] buf, int off, int len, boolean holds) {
        return check(!inAck && off >= 0 && len >= 0 && off + len <= buf.length && holds);
    }

    private static boolean isInteger(long value) {
        return value >= 0 && value <= VarInt.MAX;
    }

    @Override
    public int onPing() {
        return check(!inAck);
    }

    @Override
    public int onAck(long largest, long delayField) {
        check(!inAck && isInteger(largest) && isInteger(delayField));
        inAck = true;
        ackBelow = largest + 1;
        return 0;
    }

    @Override
    public int onAckRange(long smallest, long largest) {
        check(inAck && smallest >= 0 && smallest <= largest && largest < ackBelow);
        ackBelow = smallest;
        return 0;
    }

    @Override
    public int onAckEnd(long ect0, long ect1, long ce) {
        check(inAck && (ect0 == -1 && ect1 == -1 && ce == -1 || isInteger(ect0) && isInteger(ect1) && isInteger(ce)));
        inAck = false;
        return 0;
    }

    @Override
    public int onResetStream(long stream, long errorCode, long finalSize) {
        return check(!inAck && isInteger(stream) && isInteger(errorCode) && isInteger(finalSize));
    }

    @Override
    public int onStopSending(long stream, long errorCode) {
        return check(!inAck && isInteger(stream) && isInteger(errorCode));
    }

    @Override
    public int onCrypto(long offset, byte[] buf, int off, int len) {
        return check(buf, off, len, isInteger(offset) && isInteger(offset + len));
    }

    @Override
    public int onNewToken(byte[] buf, int off, int len) {
        return check(buf, off, len, len > 0);
    }

    @Override
    public int onStream(long stream, long offset, byte[] buf, int off, int len, boolean fin) {
        return check(buf, off, len, isInteger(stream) && isInteger(offset) && isInteger(offset + len));
    }

    @Override
    public int onMaxData(long bytes) {
        return check(!inAck && isInteger(bytes));
    }

    @Override
    public int onMaxStreamData(long stream, long bytes) {
        return check(!inAck && isInteger(stream) && isInteger(bytes));
    }

    @Override
    public int onMaxStreams(boolean bidirectional, long streams) {
        return check(!inAck && streams >= 0 && streams <= FrameDecoder.MAX_STREAMS);
    }

    @Override
    public int onDataBlocked(long limit) {
        return check(!inAck && isInteger(limit));
    }

    @Override
    public int onStreamDataBlocked(long stream, long limit) {
        return check(!inAck && isInteger(stream) && isInteger(limit));
    }

    @Override
    public int onStreamsBlocked(boolean bidirectional, long limit) {
        return check(!inAck && limit >= 0 && limit <= FrameDecoder.MAX_STREAMS);
    }

    @Override
    public int onNewConnectionId(long sequence, long retirePriorTo, byte[] buf, int idOff, int idLen, int tokenOff) {
        check(buf, idOff, idLen, idLen >= 1 && idLen <= PacketHeader.MAX_ID_BYTES && retirePriorTo <= sequence);
        return check(buf, tokenOff, FrameDecoder.RESET_TOKEN_BYTES, true);
    }

    @Override
    public int onRetireConnectionId(long sequence) {
        return check(!inAck && isInteger(sequence));
    }

    @Override
    public int onPathChallenge(long data) {
        return check(!inAck);
    }

    @Override
    public int onPathResponse(long data) {
        return check(!inAck);
    }

    @Override
    public int onConnectionClose(long errorCode, boolean application, long frameType, byte[] buf, int reasonOff, int reasonLen) {
        return check(buf, reasonOff, reasonLen, isInteger(errorCode) && isInteger(frameType));
    }

    @Override
    public int onHandshakeDone() {
        return check(!inAck);
    }

    @Override
    public int onDatagram(byte[] buf, int off, int len) {
        return check(buf, off, len, len < 50);
    }
}
