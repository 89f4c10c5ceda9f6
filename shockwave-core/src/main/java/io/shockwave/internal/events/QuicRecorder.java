package io.shockwave.internal.events;

import io.shockwave.internal.quic.QuicConnection;
import io.shockwave.internal.quic.QuicObserver;

/** Tells Flight Recorder what happens to QUIC connections. Stateless; on any thread. */
public final class QuicRecorder implements QuicObserver {
    public static final QuicRecorder INSTANCE = new QuicRecorder();

    private QuicRecorder() {
    }

    @Override
    public void onStarted(QuicConnection connection) {
        Events.quicConnect(connection);
    }

    @Override
    public void onHandshakeComplete(QuicConnection connection, long tookNs) {
        Events.quicHandshake(connection, tookNs);
    }

    @Override
    public void onMigrated(QuicConnection connection, boolean rebinding) {
        Events.quicMigration(connection, rebinding);
    }

    @Override
    public void onLossBurst(QuicConnection connection, int packets, boolean persistent) {
        Events.quicLossBurst(connection, packets, persistent);
    }

    @Override
    public void onClosed(QuicConnection connection, long errorCode, boolean application, boolean byPeer, String reason, long ageNs) {
        Events.quicClose(connection, errorCode, application, byPeer, reason, ageNs);
    }
}
