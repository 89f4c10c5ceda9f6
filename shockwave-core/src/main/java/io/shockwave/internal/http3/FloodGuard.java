package io.shockwave.internal.http3;

/**
 * Counts what costs us more than the peer: resets, malformed messages, frames that say nothing. Owned by a connection. Each leaks away with time, so a connection may live for ever, but not
 * do nothing else (CVE-2023-44487 and its kin).
 */
final class FloodGuard {
    /** At once, as a multiple of what may last. */
    static final int BURST = 10;
    /** Frames without effect that may last, per second. Content and requests pay for them, so it bounds nothing that is in use. */
    static final int FRAMES_PER_SECOND = 1_000;

    private static final long SECOND = 1_000_000_000L;

    private final int resetsPerSecond;
    private long resets; // scaled by SECOND
    private long frames;
    private long lastNs;

    FloodGuard(int resetsPerSecond) {
        this.resetsPerSecond = resetsPerSecond;
    }

    private void leak(long nowNs) {
        long passed = Math.min(Math.max(0, nowNs - lastNs), BURST * SECOND);
        lastNs = nowNs;
        resets = Math.max(0, resets - passed * resetsPerSecond);
        frames = Math.max(0, frames - passed * FRAMES_PER_SECOND);
    }

    /** A stream ended without what it was opened for. @return whether that is one too many */
    boolean reset(long nowNs) {
        leak(nowNs);
        resets += SECOND;
        return resets > (long) BURST * resetsPerSecond * SECOND;
    }

    /** A frame came that has no effect. @return whether that is one too many */
    boolean frame(long nowNs) {
        leak(nowNs);
        frames += SECOND;
        return frames > (long) BURST * FRAMES_PER_SECOND * SECOND;
    }
}
