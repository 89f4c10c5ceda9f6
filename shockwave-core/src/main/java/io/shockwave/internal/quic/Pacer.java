package io.shockwave.internal.quic;

/**
 * Spreads what the window allows over the round trip (RFC 9002 7.7): a bucket of bytes that fills at the controller's rate. Owned by {@link LossRecovery}.
 */
final class Pacer {
    /** RFC 9002 7.7: bursts up to the initial window, ten datagrams. */
    private static final int MIN_BURST_DATAGRAMS = 10;
    /** A timer of a selector is this coarse; a bucket that holds twice as much loses no rate to it. */
    private static final long BURST_NS = 2_000_000L;
    /** What one turn may put on the wire at the most: one full batch for segmentation offload and a half. */
    private static final int MAX_BURST_DATAGRAMS = 96;
    /** Waking is worth it for as much as flows in this time, or one datagram. */
    private static final long WAKE_NS = 500_000L;

    private long budgetBytes;
    private long filledNs;
    private long remainderNs;

    Pacer(int datagramBytes) {
        reset(datagramBytes, 0);
    }

    void reset(int datagramBytes, long nowNs) {
        budgetBytes = (long) MIN_BURST_DATAGRAMS * datagramBytes;
        filledNs = nowNs;
        remainderNs = 0;
    }

    static long burstBytes(long rateBytesPerSecond, int datagramBytes) {
        long flow = rateBytesPerSecond >= Long.MAX_VALUE / 2 ? Long.MAX_VALUE : (long) (rateBytesPerSecond * (BURST_NS / 1e9));
        return Math.clamp(flow, (long) MIN_BURST_DATAGRAMS * datagramBytes, (long) MAX_BURST_DATAGRAMS * datagramBytes);
    }

    /** Bytes that may leave now. May be below zero where probes went out regardless. */
    long budgetBytes(long nowNs, long rateBytesPerSecond, int datagramBytes) {
        long burst = burstBytes(rateBytesPerSecond, datagramBytes);
        long elapsedNs = nowNs - filledNs;
        if (elapsedNs > 0) {
            filledNs = nowNs;
            double fill = (double) rateBytesPerSecond * (elapsedNs + remainderNs) / 1e9;
            if (fill >= burst - budgetBytes) {
                budgetBytes = burst;
                remainderNs = 0;
            } else {
                long whole = (long) fill;
                budgetBytes += whole;
                // The fraction of a byte is kept as time, or a slow path polled often would never fill.
                remainderNs = (long) ((fill - whole) * 1e9 / rateBytesPerSecond);
            }
        } else if (budgetBytes > burst) {
            budgetBytes = burst;
        }
        return budgetBytes;
    }

    /** When a datagram may leave that may not at {@code nowNs}; {@code nowNs} where it may. Call after {@link #budgetBytes}. */
    long readyNs(long nowNs, long rateBytesPerSecond, int datagramBytes) {
        if (budgetBytes >= datagramBytes || rateBytesPerSecond == CongestionControl.UNPACED) {
            return nowNs;
        }
        long wanted = Math.clamp((long) (rateBytesPerSecond * (WAKE_NS / 1e9)), datagramBytes, burstBytes(rateBytesPerSecond, datagramBytes));
        double waitNs = (double) (wanted - budgetBytes) * 1e9 / rateBytesPerSecond;
        return nowNs + Math.max(1, (long) Math.ceil(waitNs) - remainderNs);
    }

    void onSent(int bytes) {
        budgetBytes -= bytes;
    }
}
