package io.shockwave.internal.quic;

/** Writes down every frame in a line. */
final class FrameLog implements FrameSink {
    private final StringBuilder lines = new StringBuilder();
    /** What the next call returns instead of 0. */
    int answer;

    private int line(String text) {
        lines.append(text).append('\n');
        return answer;
    }

    @Override
    public String toString() {
        return lines.toString();
    }

    @Override
    public int onPing() {
        return line("ping");
    }

    @Override
    public int onAck(long largest, long delayField) {
        lines.append("ack ").append(largest).append(' ').append(delayField);
        return answer;
    }

    @Override
    public int onAckRange(long smallest, long largest) {
        lines.append(" [").append(smallest).append('-').append(largest).append(']');
        return answer;
    }

    @Override
    public int onAckEnd(long ect0, long ect1, long ce) {
        return line(" end " + ect0 + ' ' + ect1 + ' ' + ce);
    }

    @Override
    public int onResetStream(long stream, long errorCode, long finalSize) {
        return line("reset " + stream + ' ' + errorCode + ' ' + finalSize);
    }

    @Override
    public int onStopSending(long stream, long errorCode) {
        return line("stop " + stream + ' ' + errorCode);
    }

    @Override
    public int onCrypto(long offset, byte[] buf, int off, int len) {
        return line("crypto " + offset + ' ' + Hex.of(buf, off, len));
    }

    @Override
    public int onNewToken(byte[] buf, int off, int len) {
        return line("token " + Hex.of(buf, off, len));
    }

    @Override
    public int onStream(long stream, long offset, byte[] buf, int off, int len, boolean fin) {
        return line("stream " + stream + ' ' + offset + ' ' + Hex.of(buf, off, len) + (fin ? " fin" : ""));
    }

    @Override
    public int onMaxData(long bytes) {
        return line("max data " + bytes);
    }

    @Override
    public int onMaxStreamData(long stream, long bytes) {
        return line("max stream data " + stream + ' ' + bytes);
    }

    @Override
    public int onMaxStreams(boolean bidirectional, long streams) {
        return line("max streams " + (bidirectional ? "bidi " : "uni ") + streams);
    }

    @Override
    public int onDataBlocked(long limit) {
        return line("data blocked " + limit);
    }

    @Override
    public int onStreamDataBlocked(long stream, long limit) {
        return line("stream data blocked " + stream + ' ' + limit);
    }

    @Override
    public int onStreamsBlocked(boolean bidirectional, long limit) {
        return line("streams blocked " + (bidirectional ? "bidi " : "uni ") + limit);
    }

    @Override
    public int onNewConnectionId(long sequence, long retirePriorTo, byte[] buf, int idOff, int idLen, int tokenOff) {
        return line("new id " + sequence + ' ' + retirePriorTo + ' ' + Hex.of(buf, idOff, idLen) + ' ' + Hex.of(buf, tokenOff, FrameDecoder.RESET_TOKEN_BYTES));
    }

    @Override
    public int onRetireConnectionId(long sequence) {
        return line("retire id " + sequence);
    }

    @Override
    public int onPathChallenge(long data) {
        return line("challenge " + Long.toHexString(data));
    }

    @Override
    public int onPathResponse(long data) {
        return line("response " + Long.toHexString(data));
    }

    @Override
    public int onConnectionClose(long errorCode, boolean application, long frameType, byte[] buf, int reasonOff, int reasonLen) {
        return line("close " + errorCode + (application ? " application " : " ") + frameType + ' ' + Hex.of(buf, reasonOff, reasonLen));
    }

    @Override
    public int onHandshakeDone() {
        return line("done");
    }

    @Override
    public int onDatagram(byte[] buf, int off, int len) {
        return line("datagram " + Hex.of(buf, off, len));
    }
}
