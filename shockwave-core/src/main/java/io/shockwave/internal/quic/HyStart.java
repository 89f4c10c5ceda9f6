package io.shockwave.internal.quic;

/**
 * HyStart++ (RFC 9406): leaves the initial slow start where round-trip times begin to rise, before the queue overflows. Owned by {@link Cubic}.
 *
 * <pre>
 *   SLOW_START ──delay rises──▶ CONSERVATIVE ──five rounds──▶ DONE
 *        ▲──────delay falls────────┘   │
 *        └──────────── loss ───────────┴────────────────────▶ DONE
 * </pre>
 */
final class HyStart {
    /** RFC 9406 4.3. */
    static final long MIN_RTT_THRESHOLD_NS = 4_000_000L;
    static final long MAX_RTT_THRESHOLD_NS = 16_000_000L;
    static final int MIN_RTT_DIVISOR = 8;
    static final int RTT_SAMPLES = 8;
    static final int CSS_GROWTH_DIVISOR = 4;
    static final int CSS_ROUNDS = 5;

    private static final long INFINITE = Long.MAX_VALUE;

    private boolean done;
    private boolean conservative;
    private long roundStartNs;
    private long lastRoundMinNs;
    private long roundMinNs;
    private int samples;
    private long baselineNs;
    private int conservativeRounds;

    HyStart() {
        reset();
    }

    void reset() {
        done = false;
        conservative = false;
        roundStartNs = SentPackets.NONE;
        lastRoundMinNs = INFINITE;
        roundMinNs = INFINITE;
        samples = 0;
        baselineNs = INFINITE;
        conservativeRounds = 0;
    }

    /** The initial slow start is over: RFC 9406 4.3 has no other use it. */
    void end() {
        done = true;
        conservative = false;
    }

    boolean isConservative() {
        return conservative;
    }

    /** One acknowledgment in slow start. Returns whether slow start ends with it. */
    boolean onAck(AckSample sample) {
        if (done) {
            return false;
        }
        if (sample.latestSentNs >= roundStartNs) {
            // RFC 9406 4.2: a round ends when what was sent after its begin is acknowledged.
            boolean counted = conservative && ++conservativeRounds >= CSS_ROUNDS;
            roundStartNs = sample.nowNs;
            lastRoundMinNs = roundMinNs;
            roundMinNs = INFINITE;
            samples = 0;
            if (counted) {
                end();
                return true;
            }
        }
        if (sample.rttNs != SentPackets.NONE) {
            samples++;
            roundMinNs = Math.min(roundMinNs, sample.rttNs);
        }
        if (samples >= RTT_SAMPLES) {
            judge();
        }
        return false;
    }

    private void judge() {
        if (conservative) {
            if (roundMinNs < baselineNs) {
                // The rise was jitter.
                conservative = false;
                baselineNs = INFINITE;
            }
            return;
        }
        if (roundMinNs == INFINITE || lastRoundMinNs == INFINITE) {
            return;
        }
        long threshold = Math.clamp(lastRoundMinNs / MIN_RTT_DIVISOR, MIN_RTT_THRESHOLD_NS, MAX_RTT_THRESHOLD_NS);
        if (roundMinNs >= lastRoundMinNs + threshold) {
            conservative = true;
            baselineNs = roundMinNs;
            conservativeRounds = 0;
        }
    }
}
