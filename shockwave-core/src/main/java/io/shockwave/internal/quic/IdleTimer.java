package io.shockwave.internal.quic;

/** When silence ends a connection, and when a PING is to prevent that (RFC 9000 10.1). Owned by a connection. */
final class IdleTimer {
    static final long NEVER = Long.MAX_VALUE;

    private final long keepAliveNs;
    private long idleNs;
    private long restartedNs;
    private boolean sentSince;

    IdleTimer(long idleNs, long keepAliveNs, long nowNs) {
        this.idleNs = idleNs;
        this.keepAliveNs = keepAliveNs;
        restartedNs = nowNs;
    }

    /** RFC 9000 10.1: the smaller of what both sides say; 0 says nothing. */
    void peer(long peerIdleNs) {
        if (peerIdleNs > 0) {
            idleNs = idleNs == 0 ? peerIdleNs : Math.min(idleNs, peerIdleNs);
        }
    }

    void onReceived(long nowNs) {
        restartedNs = nowNs;
        sentSince = false;
    }

    /** RFC 9000 10.1: the first ack-eliciting packet since something came restarts the timer. */
    void onSent(long nowNs) {
        if (!sentSince) {
            sentSince = true;
            restartedNs = nowNs;
        }
    }

    /** RFC 9000 10.1: not below three PTO. */
    long deadline(long ptoNs) {
        return idleNs == 0 ? NEVER : restartedNs + Math.max(idleNs, 3 * ptoNs);
    }

    /** When a PING is due. */
    long keepAliveDeadline(long ptoNs) {
        if (keepAliveNs == 0) {
            return NEVER;
        }
        // One that comes after half of the idle time leaves room for its loss.
        long after = idleNs == 0 ? keepAliveNs : Math.min(keepAliveNs, Math.max(idleNs, 3 * ptoNs) >> 1);
        return restartedNs + after;
    }
}
