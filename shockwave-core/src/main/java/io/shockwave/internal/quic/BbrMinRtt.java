package io.shockwave.internal.quic;

/** The lowest round-trip time of the last ten seconds, and when it is time to look for it with an empty queue (draft-ietf-ccwg-bbr 5.3.4.3). Owned by {@link Bbr}. */
final class BbrMinRtt {
    static final long MIN_RTT_FILTER_NS = 10_000_000_000L;
    static final long PROBE_RTT_INTERVAL_NS = 5_000_000_000L;

    private long minNs;
    private long minAtNs;
    private long probeMinNs;
    private long probeMinAtNs;
    private boolean probeDue;

    void reset(long nowNs) {
        minNs = Long.MAX_VALUE;
        minAtNs = nowNs;
        probeMinNs = Long.MAX_VALUE;
        probeMinAtNs = nowNs;
        probeDue = false;
    }

    void update(AckSample sample) {
        probeDue = sample.nowNs > probeMinAtNs + PROBE_RTT_INTERVAL_NS;
        if (sample.rttNs != SentPackets.NONE && (sample.rttNs < probeMinNs || probeDue)) {
            probeMinNs = sample.rttNs;
            probeMinAtNs = sample.nowNs;
        }
        if (probeMinNs < minNs || sample.nowNs > minAtNs + MIN_RTT_FILTER_NS) {
            minNs = probeMinNs;
            minAtNs = probeMinAtNs;
        }
    }

    /** The queue was kept empty for long enough: the next probe is an interval away. */
    void probed(long nowNs) {
        probeMinAtNs = nowNs;
    }

    boolean isProbeDue() {
        return probeDue;
    }

    /** {@code Long.MAX_VALUE} before the first sample. */
    long ns() {
        return minNs;
    }
}
