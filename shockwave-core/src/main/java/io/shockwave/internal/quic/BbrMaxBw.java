package io.shockwave.internal.quic;

/** BBR.MaxBwFilter (draft-ietf-ccwg-bbr 5.5.5): the highest bandwidth of the last two ProbeBW cycles, in bytes a second. Owned by {@link Bbr}. */
final class BbrMaxBw {
    private double previous;
    private double current;

    void reset() {
        previous = 0;
        current = 0;
    }

    /** A sample that was limited by the application counts only where it is the higher. */
    void update(double rate, boolean appLimited) {
        if (rate > 0 && (rate >= bytesPerSecond() || !appLimited)) {
            current = Math.max(current, rate);
        }
    }

    /** A cycle is over. */
    void advance() {
        if (current > 0) {
            previous = current;
            current = 0;
        }
    }

    double bytesPerSecond() {
        return Math.max(previous, current);
    }
}
