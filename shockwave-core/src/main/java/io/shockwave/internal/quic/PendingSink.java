package io.shockwave.internal.quic;

/** Stands for the application of a server's connection until it is known. Nothing can happen on streams before, and how a handshake fails is nobody's concern yet. */
final class PendingSink implements QuicSink {
    static final PendingSink INSTANCE = new PendingSink();

    private PendingSink() {}

    @Override
    public void onHandshakeComplete() {}

    @Override
    public void onStreamOpened(long stream) {}

    @Override
    public int onStreamData(long stream, byte[] buf, int off, int len, boolean fin) {
        return 0;
    }

    @Override
    public void onStreamReset(long stream, long errorCode) {}

    @Override
    public void onStopSending(long stream, long errorCode) {}

    @Override
    public void onWritable(long stream) {}

    @Override
    public void onStreamsAvailable(boolean bidirectional) {}

    @Override
    public void onStreamClosed(long stream) {}

    @Override
    public void onClosed(long errorCode, boolean application, boolean byPeer, String reason) {}
}
