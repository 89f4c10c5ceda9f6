package io.shockwave.internal.quic;

/** Decides which packet numbers are passed over, so that a peer which acknowledges what it has not received is found out (RFC 9000 21.4). Owned by {@link LossRecovery}. */
final class SkippedNumbers {
    /** Gaps of 128 to 639 packets: at most one number in a hundred is lost, and an ACK frame grows by two bytes now and then. */
    static final int MIN_GAP = 128;
    static final int MAX_GAP = MIN_GAP + 511;

    private long state;
    private long due;

    SkippedNumbers(long seed) {
        state = seed;
        advance(0);
    }

    /** Whether {@code next} is to be skipped; the following one is chosen then. */
    boolean isDue(long next) {
        if (next < due) {
            return false;
        }
        advance(next);
        return true;
    }

    private void advance(long from) {
        // SplitMix64: the peer sees gaps of nine bits, and must not foretell the next.
        state += 0x9e3779b97f4a7c15L;
        long z = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        due = from + MIN_GAP + (z >>> 55);
    }
}
