package io.shockwave.internal.quic;

/** When a ProbeBW cycle probes for more bandwidth, and how steeply it then raises what is in flight (draft-ietf-ccwg-bbr 5.3.3.5, 5.3.3.6). Owned by {@link Bbr}. */
final class BbrCycle {
    private static final int MAX_RENO_ROUNDS = 63;
    private static final int MAX_SLOPE = 30;
    private static final long MIN_WAIT_NS = 2_000_000_000L;
    private static final long WAIT_SPREAD_NS = 1_000_000_000L;

    private long random = 0x9e3779b97f4a7c15L;
    private long startNs;
    private long waitNs;
    private long roundsSinceProbe;
    private int slope;
    private long ackedBytes;
    private long ackedBytesPerIncrease;

    void reset(long nowNs) {
        startNs = nowNs;
        waitNs = 0;
        roundsSinceProbe = 0;
        slope = 0;
        ackedBytes = 0;
        ackedBytesPerIncrease = Long.MAX_VALUE;
    }

    /** PickProbeWait: flows that share a link are not to probe at the same time. */
    void start(long nowNs) {
        ackedBytesPerIncrease = Long.MAX_VALUE;
        roundsSinceProbe = nextRandom(nowNs) & 1;
        waitNs = MIN_WAIT_NS + Math.floorMod(nextRandom(nowNs), WAIT_SPREAD_NS);
        startNs = nowNs;
    }

    private long nextRandom(long nowNs) {
        random ^= nowNs;
        random = (random ^ random >>> 30) * 0xbf58476d1ce4e5b9L + 0x9e3779b97f4a7c15L;
        return random >>> 17;
    }

    void countRound() {
        roundsSinceProbe++;
    }

    /** The wall clock, or as many rounds as Reno would need to recover: so that flows of Reno and CUBIC get their share. */
    boolean isProbeDue(long nowNs, long targetDatagrams) {
        return nowNs > startNs + waitNs || roundsSinceProbe >= Math.min(targetDatagrams, MAX_RENO_ROUNDS);
    }

    // ---- the slope of a probe

    void resetSlope() {
        slope = 0;
        ackedBytes = 0;
    }

    /** RaiseInflightLongtermSlope: twice as steep each round. */
    void raiseSlope(long windowBytes, int datagramBytes) {
        ackedBytesPerIncrease = Math.max(windowBytes >> slope, datagramBytes);
        slope = Math.min(slope + 1, MAX_SLOPE);
    }

    /** @return the datagrams more that may be in flight */
    long increases(long newlyAckedBytes) {
        ackedBytes += newlyAckedBytes;
        if (ackedBytes < ackedBytesPerIncrease) {
            return 0;
        }
        long increases = ackedBytes / ackedBytesPerIncrease;
        ackedBytes -= increases * ackedBytesPerIncrease;
        return increases;
    }
}
