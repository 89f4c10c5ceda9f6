package io.shockwave.internal.quic;

/** Tells when more in flight brings no more bandwidth: three rounds without a quarter more (draft-ietf-ccwg-bbr 5.3.1.2). Owned by {@link Bbr}. */
final class BbrFullPipe {
    static final double GROWTH = 1.25;
    static final int ROUNDS = 3;

    /** BBR.full_bw_reached: once in the life of the path, unless a congestion event is undone. */
    private boolean reached;
    /** BBR.full_bw_now: since it last began to look. */
    private boolean now;
    private double baseline;
    private int rounds;

    void reset() {
        reached = false;
        lookAgain(0);
    }

    /** Begins anew, to compare with {@code rate}. */
    void lookAgain(double rate) {
        baseline = rate;
        rounds = 0;
        now = false;
    }

    void update(AckSample sample, boolean roundStart) {
        if (now || !roundStart || sample.appLimited || sample.deliveryRateBytesPerSecond == 0) {
            return;
        }
        if (sample.deliveryRateBytesPerSecond >= baseline * GROWTH) {
            lookAgain(sample.deliveryRateBytesPerSecond);
            return;
        }
        now = ++rounds >= ROUNDS;
        reached |= now;
    }

    /** Loss says so. */
    void declare() {
        reached = true;
        now = true;
    }

    /** The loss was none. */
    void retract() {
        reached = false;
    }

    boolean isReached() {
        return reached;
    }

    boolean isFullNow() {
        return now;
    }
}
