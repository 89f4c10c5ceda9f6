package io.shockwave.internal.quic;

/** BBR.extra_acked (draft-ietf-ccwg-bbr 5.5.9): by how much acknowledgments run ahead of the bandwidth because they come in bursts. Owned by {@link Bbr}. */
final class BbrExtraAcked {
    /** Half of the ten rounds that it is remembered: two such slots are kept. */
    private static final int SLOT_ROUNDS = 5;

    private long sinceNs;
    private long ackedBytes;
    private long previous;
    private long current;
    private long slotRound;

    void reset(long nowNs) {
        sinceNs = nowNs;
        ackedBytes = 0;
        previous = 0;
        current = 0;
        slotRound = 0;
    }

    /** The time without anything in flight does not count. */
    void restart(long nowNs) {
        sinceNs = nowNs;
    }

    /** @param pipeFull until the pipe is known to be full, a slot is one round and only the present one counts */
    void update(AckSample sample, double bw, long windowBytes, long rounds, boolean pipeFull) {
        double expected = bw * (sample.nowNs - sinceNs) / 1e9;
        if (ackedBytes <= expected) {
            ackedBytes = 0;
            sinceNs = sample.nowNs;
            expected = 0;
        }
        ackedBytes += sample.ackedBytes;
        long extra = Math.min((long) (ackedBytes - expected), windowBytes);
        if (rounds - slotRound >= (pipeFull ? SLOT_ROUNDS : 1)) {
            slotRound = rounds;
            previous = pipeFull ? current : 0;
            current = 0;
        }
        current = Math.max(current, extra);
    }

    long bytes() {
        return Math.max(previous, current);
    }
}
