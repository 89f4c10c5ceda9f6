package io.shockwave.internal.quic;

/**
 * What loss and marks allow (draft-ietf-ccwg-bbr 5.5.10): the signals of the present round, the short-term bounds that they lower, and the long-term bound on what is in flight that probes find.
 * Owned by {@link Bbr}.
 */
final class BbrBounds {
    static final double LOSS_THRESHOLD = 0.02;
    /**
     * Lost in a flight beyond the threshold before it counts, where the draft allows none: in a flight of 50 packets two losses already are 4 %, and on a path that loses 2 % at random
     * every fourth flight has them, so that each probe would lower the long-term bound. A queue that overflows loses a fifth of what a probe sends.
     */
    static final int LOSS_SLACK_DATAGRAMS = 2;
    static final double BETA = 0.7;
    static final double HEADROOM = 0.15;
    /** No bound. */
    static final long INFINITE = Long.MAX_VALUE;

    double shortTermBw;
    long shortTermInFlight;
    long longTermInFlight;
    long latestInFlight;
    int losses; // runs of packets lost in the round
    boolean marked;
    boolean roundStart;
    private double latestBw;
    private boolean congested;
    private long roundDelivered;
    private long lastLost;

    private double undoBw;
    private long undoShortTerm;
    private long undoLongTerm;

    void reset(long deliveredBytes) {
        longTermInFlight = INFINITE;
        roundDelivered = deliveredBytes;
        resetSignals();
        resetShortTerm();
    }

    void resetSignals() {
        congested = false;
        losses = 0;
        marked = false;
        latestBw = 0;
        latestInFlight = 0;
    }

    void resetShortTerm() {
        shortTermBw = Double.MAX_VALUE;
        shortTermInFlight = INFINITE;
    }

    // ---- signals

    /** A packet was lost or marked. @return whether it is the first of the round, which can be undone from here */
    boolean congestion(long deliveredBytes) {
        if (congested) {
            return false;
        }
        congested = true;
        roundDelivered = deliveredBytes;
        undoBw = shortTermBw;
        undoShortTerm = shortTermInFlight;
        undoLongTerm = longTermInFlight;
        return true;
    }

    void countLoss(long number) {
        if (number != lastLost + 1) {
            losses++;
        }
        lastLost = number;
    }

    /** UpdateLatestDeliverySignals. */
    void delivered(AckSample sample, long deliveredBytes) {
        roundStart = false;
        latestBw = Math.max(latestBw, sample.deliveryRateBytesPerSecond);
        latestInFlight = Math.max(latestInFlight, sample.deliveredBytes);
        if (sample.priorDeliveredBytes >= roundDelivered) {
            roundDelivered = deliveredBytes;
            roundStart = true;
        }
    }

    /** AdvanceLatestDeliverySignals: the signals of a round that began are its own. */
    void advance(AckSample sample) {
        if (roundStart) {
            resetSignals();
            latestBw = sample.deliveryRateBytesPerSecond;
            latestInFlight = sample.deliveredBytes;
        }
    }

    // ---- bounds

    /** AdaptLowerBoundsFromCongestion: once a round, towards what the path delivered in it. */
    void lower(double maxBw, long windowBytes) {
        if (!congested) {
            return;
        }
        if (shortTermBw == Double.MAX_VALUE) {
            shortTermBw = maxBw;
        }
        if (shortTermInFlight == INFINITE) {
            shortTermInFlight = windowBytes;
        }
        shortTermBw = Math.max(latestBw, BETA * shortTermBw);
        shortTermInFlight = Math.max(latestInFlight, (long) (BETA * shortTermInFlight));
    }

    /** IsInflightTooHigh. */
    static boolean isTooHigh(long lost, long txInFlight, int datagramBytes) {
        return lost > txInFlight * LOSS_THRESHOLD + LOSS_SLACK_DATAGRAMS * datagramBytes;
    }

    /** InflightAtLoss: what was in flight when the loss passed the threshold, somewhere within the packet of {@code bytes}. */
    static long inFlightAtLoss(long txInFlight, int bytes, long lost) {
        double before = txInFlight - bytes;
        double prefix = (LOSS_THRESHOLD * before - (lost - bytes)) / (1 - LOSS_THRESHOLD);
        return (long) Math.max(0, before + prefix);
    }

    /** InflightWithHeadroom: leaves room for flows that want their share. */
    long withHeadroom(int datagramBytes, long minBytes) {
        if (longTermInFlight == INFINITE) {
            return INFINITE;
        }
        long headroom = Math.max(datagramBytes, (long) (HEADROOM * longTermInFlight));
        return Math.max(longTermInFlight - headroom, minBytes);
    }

    /** Nothing of the round was lost after all. */
    void undo() {
        congested = false;
        shortTermBw = Math.max(shortTermBw, undoBw);
        shortTermInFlight = Math.max(shortTermInFlight, undoShortTerm);
        longTermInFlight = Math.max(longTermInFlight, undoLongTerm);
    }
}
