package io.shockwave.internal.testing;

import io.shockwave.internal.quic.QuicSink;

/** Takes whatever a connection tells, and does nothing with it; what a test cares about it overrides. */
public class SilentSink implements QuicSink {
    @Override
    public void onHandshakeComplete() {}

    @Override
    public void onStreamOpened(long stream) {}

    @Override
    public int onStreamData(long stream, byte[] buf, int off, int len, boolean fin) {
        return len;
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
