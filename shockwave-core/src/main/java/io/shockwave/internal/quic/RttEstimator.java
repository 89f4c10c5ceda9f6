package io.shockwave.internal.quic;

/** Round-trip times of one path (RFC 9002 5), in nanoseconds. Owned by {@link LossRecovery}. */
final class RttEstimator {
    static final long GRANULARITY_NS = 1_000_000L;
    /** RFC 9002 6.2.2: without a better guess, 333 ms. */
    static final long INITIAL_RTT_NS = 333_000_000L;

    private long latestNs;
    private long smoothedNs;
    private long variationNs;
    private long minNs;
    private long firstSampleAtNs = SentPackets.NONE;
    private long initialNs;

    RttEstimator(long initialNs) {
        reset(initialNs);
    }

    /** As for a new path. */
    void reset(long initialRttNs) {
        initialNs = initialRttNs;
        latestNs = 0;
        smoothedNs = initialRttNs;
        variationNs = initialRttNs / 2;
        minNs = 0;
        firstSampleAtNs = SentPackets.NONE;
    }

    /** RFC 9002 5.3. {@code ackDelayNs} is already clamped to what the peer promised. */
    void sample(long rttNs, long ackDelayNs, long nowNs) {
        latestNs = rttNs;
        if (firstSampleAtNs == SentPackets.NONE) {
            firstSampleAtNs = nowNs;
            minNs = rttNs;
            smoothedNs = rttNs;
            variationNs = rttNs / 2;
            return;
        }
        minNs = Math.min(minNs, rttNs);
        // RFC 9002 5.3: the delay is subtracted only where the result stays at or above the minimum.
        long adjustedNs = rttNs >= minNs + ackDelayNs ? rttNs - ackDelayNs : rttNs;
        variationNs = (3 * variationNs + Math.abs(smoothedNs - adjustedNs)) / 4;
        smoothedNs = (7 * smoothedNs + adjustedNs) / 8;
    }

    /** RFC 9002 5.2: after persistent congestion the minimum is taken anew, from the latest sample. */
    void forgetMinimum() {
        minNs = latestNs;
    }

    boolean isSampled() {
        return firstSampleAtNs != SentPackets.NONE;
    }

    /** When the first sample was taken, or {@link SentPackets#NONE}. */
    long firstSampleAtNs() {
        return firstSampleAtNs;
    }

    /** 0 before the first sample. */
    long latestNs() {
        return latestNs;
    }

    long smoothedNs() {
        return smoothedNs;
    }

    long variationNs() {
        return variationNs;
    }

    /** 0 before the first sample. */
    long minNs() {
        return minNs;
    }

    /** RFC 9002 6.2.1, without the peer's delay and without backoff. */
    long ptoNs() {
        return smoothedNs + Math.max(4 * variationNs, GRANULARITY_NS);
    }

    /** RFC 9002 6.1.2: a packet is lost when one sent this much later is acknowledged; {@code eighths} is 9 by default. */
    long lossDelayNs(int eighths) {
        return Math.max(Math.max(latestNs, smoothedNs) * eighths / 8, GRANULARITY_NS);
    }

    long initialNs() {
        return initialNs;
    }
}
