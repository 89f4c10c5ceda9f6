package io.shockwave.internal.quic;

/** The congestion controller of RFC 9002 7 and appendix B. Owned by {@link LossRecovery}. */
final class NewReno extends LossBasedControl {
    private long ackedInWindowBytes;

    NewReno(int maxDatagramBytes) {
        super(maxDatagramBytes);
        reset(0);
    }

    @Override
    public String name() {
        return "newreno";
    }

    @Override
    public void reset(long nowNs) {
        resetWindow();
        ackedInWindowBytes = 0;
    }

    @Override
    void grow(long bytes, AckSample sample) {
        if (isSlowStart()) {
            windowBytes += bytes;
            return;
        }
        ackedInWindowBytes += bytes;
        if (ackedInWindowBytes >= windowBytes) {
            ackedInWindowBytes -= (long) windowBytes;
            windowBytes += datagramBytes;
        }
    }

    @Override
    void unused(long nowNs) {
        // Its growth does not depend on time.
    }

    @Override
    void reduce(long nowNs) {
        // RFC 9002 B.6: kLossReductionFactor is one half.
        thresholdBytes = Math.floor(windowBytes / 2);
        windowBytes = Math.max(thresholdBytes, minimumBytes());
        ackedInWindowBytes = 0;
    }

    @Override
    void save() {
        // Window and threshold are all there is.
    }

    @Override
    void restore() {
        // As for save().
    }

    @Override
    void restart() {
        ackedInWindowBytes = 0;
    }

    @Override
    boolean isDoubling() {
        return isSlowStart();
    }

    /** Where slow start ends; {@code Long.MAX_VALUE} before the first loss. */
    long thresholdBytes() {
        return (long) thresholdBytes;
    }
}
