package io.shockwave.internal.quic;

/**
 * All that a connection does because time has passed, and when the first of it is due: losses and probes, acknowledgments, keys, paths, the pacer, keep-alives, rest, and giving up. Owned by a
 * {@link QuicConnection}.
 */
final class ConnectionTimers {
    private final QuicConnection connection;
    private final IdleTimer idle;
    private final long startNs;
    private final long handshakeDeadlineNs;

    ConnectionTimers(QuicConnection connection, QuicSettings settings, long nowNs) {
        this.connection = connection;
        idle = new IdleTimer(settings.idleTimeoutNs(), settings.keepAliveNs(), nowNs);
        startNs = nowNs;
        handshakeDeadlineNs = nowNs + settings.handshakeTimeoutNs();
    }

    IdleTimer idle() {
        return idle;
    }

    /** Since the connection began. */
    long ageNs(long nowNs) {
        return nowNs - startNs;
    }

    /** When {@link #expired} is to be called; the connection is open. */
    long deadline() {
        QuicConnection c = connection;
        long pto = c.ptoNs();
        long at = Math.min(c.loss().deadlineNs(), idle.deadline(pto));
        if (c.sender().canAnswer()) {
            at = Math.min(at, c.space(PacketSpace.APPLICATION).acks.deadline());
        }
        at = Math.min(at, Math.min(c.phases().deadline(), Math.min(c.paths().deadline(), c.sender().pacingDeadline())));
        at = Math.min(Math.min(at, c.rest().deadline()), c.lifecycle().deadline());
        if (!c.handshake().isComplete()) {
            return Math.min(at, handshakeDeadlineNs);
        }
        return c.sender().isPingPending() ? at : Math.min(at, idle.keepAliveDeadline(pto));
    }

    /** Does what is due; nothing, if it is called early. */
    void expired(long nowNs) {
        QuicConnection c = connection;
        if (nowNs >= idle.deadline(c.ptoNs())) {
            // RFC 9000 10.1: silently.
            c.forget(QuicSink.IDLE, "idle timeout");
            return;
        }
        if (!c.handshake().isComplete() && nowNs >= handshakeDeadlineNs) {
            c.forget(QuicSink.HANDSHAKE_TIMEOUT, "handshake timeout");
            return;
        }
        if (nowNs >= c.loss().deadlineNs()) {
            c.loss().onTimeout(nowNs);
        }
        c.phases().timeout(nowNs);
        if (nowNs >= idle.keepAliveDeadline(c.ptoNs()) && c.handshake().isComplete()) {
            c.sender().ping();
        }
        c.lifecycle().timeout(nowNs);
        if (nowNs >= c.paths().deadline()) {
            c.migration().timeout(nowNs);
        }
        c.rest().timeout(nowNs);
    }
}
