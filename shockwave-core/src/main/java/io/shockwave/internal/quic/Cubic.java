package io.shockwave.internal.quic;

/**
 * CUBIC (RFC 9438) with HyStart++ (RFC 9406). Owned by {@link LossRecovery}. The formulas of the RFC are in segments; here they are in bytes, with a segment of one datagram.
 */
final class Cubic extends LossBasedControl {
    /** RFC 9438 5: C, in segments per second cubed. */
    static final double C = 0.4;
    /** RFC 9438 4.6. */
    static final double BETA = 0.7;
    /** RFC 9438 4.3: what lets a Reno with CUBIC's factor keep pace with one that halves. */
    static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

    private final HyStart hyStart = new HyStart();

    private double maxBytes;
    /** The window when it was last reduced: cwnd_prior. */
    private double priorBytes;
    /** NONE while no congestion avoidance is under way. */
    private long epochStartNs;
    private double k;
    private double estimateBytes;
    /** Since when the window has not been used, or NONE: that time is no part of the epoch (RFC 9438 5.8). */
    private long unusedSinceNs;
    /** After slow start ended without congestion, or after persistent congestion, the plateau is where the epoch begins (RFC 9438 4.8, 4.10). */
    private boolean flat;

    private double savedMaxBytes;
    private double savedPriorBytes;
    private double savedK;
    private long savedEpochStartNs;
    private double savedEstimateBytes;

    Cubic(int maxDatagramBytes) {
        super(maxDatagramBytes);
        reset(0);
    }

    @Override
    public String name() {
        return "cubic";
    }

    @Override
    public void reset(long nowNs) {
        resetWindow();
        hyStart.reset();
        maxBytes = 0;
        priorBytes = 0;
        epochStartNs = SentPackets.NONE;
        unusedSinceNs = SentPackets.NONE;
        flat = true;
    }

    @Override
    void unused(long nowNs) {
        if (unusedSinceNs == SentPackets.NONE) {
            unusedSinceNs = nowNs;
        }
    }

    @Override
    void grow(long bytes, AckSample sample) {
        if (unusedSinceNs != SentPackets.NONE) {
            if (epochStartNs != SentPackets.NONE) {
                epochStartNs += sample.nowNs - unusedSinceNs;
            }
            unusedSinceNs = SentPackets.NONE;
        }
        if (isSlowStart()) {
            slowStart(bytes, sample);
        } else {
            avoid(bytes, sample.nowNs, sample.smoothedRttNs);
        }
    }

    private void slowStart(long bytes, AckSample sample) {
        // RFC 9406 4.2: a paced sender has no limit L; conservative slow start grows by a quarter.
        windowBytes += hyStart.isConservative() ? (double) bytes / HyStart.CSS_GROWTH_DIVISOR : bytes;
        if (hyStart.onAck(sample)) {
            thresholdBytes = windowBytes;
            flat = true;
        }
    }

    /** RFC 9438 4.2 to 4.5. */
    private void avoid(long bytes, long nowNs, long rttNs) {
        if (epochStartNs == SentPackets.NONE) {
            begin(nowNs);
        }
        double segment = datagramBytes;
        double elapsed = (nowNs - epochStartNs) / 1e9;
        // RFC 9438 4.3: once the estimate reaches the window before the reduction, it grows as Reno does.
        double alpha = estimateBytes >= priorBytes ? 1 : ALPHA;
        estimateBytes += alpha * segment * bytes / windowBytes;
        if (cubicBytes(elapsed) < estimateBytes) {
            windowBytes = Math.max(windowBytes, estimateBytes);
            return;
        }
        double target = Math.clamp(cubicBytes(elapsed + rttNs / 1e9), windowBytes, 1.5 * windowBytes);
        windowBytes += (target - windowBytes) * bytes / windowBytes;
    }

    private void begin(long nowNs) {
        epochStartNs = nowNs;
        estimateBytes = windowBytes;
        if (flat || maxBytes < windowBytes) {
            maxBytes = windowBytes;
            k = 0;
        } else {
            // RFC 9438 4.2, figure 2.
            k = Math.cbrt((maxBytes - windowBytes) / datagramBytes / C);
        }
        flat = false;
    }

    /** W_cubic of RFC 9438, figure 1. */
    private double cubicBytes(double seconds) {
        double t = seconds - k;
        return C * t * t * t * datagramBytes + maxBytes;
    }

    @Override
    void reduce(long nowNs) {
        hyStart.end();
        // RFC 9438 4.7: fast convergence leaves room when the last maximum was not reached again.
        maxBytes = windowBytes < maxBytes ? windowBytes * (1 + BETA) / 2 : windowBytes;
        priorBytes = windowBytes;
        thresholdBytes = Math.max(windowBytes * BETA, minimumBytes());
        windowBytes = thresholdBytes;
        flat = false;
        unusedSinceNs = SentPackets.NONE;
        // RFC 9438 4.2: the epoch begins with the reduction.
        begin(nowNs);
    }

    @Override
    void save() {
        savedMaxBytes = maxBytes;
        savedPriorBytes = priorBytes;
        savedK = k;
        savedEpochStartNs = epochStartNs;
        savedEstimateBytes = estimateBytes;
    }

    /** RFC 9438 4.8. */
    @Override
    void restart() {
        epochStartNs = SentPackets.NONE;
        flat = true;
    }

    /** RFC 9438 4.9. */
    @Override
    void restore() {
        maxBytes = savedMaxBytes;
        priorBytes = savedPriorBytes;
        k = savedK;
        epochStartNs = savedEpochStartNs;
        estimateBytes = savedEstimateBytes;
        flat = epochStartNs == SentPackets.NONE;
    }

    @Override
    boolean isDoubling() {
        return isSlowStart() && !hyStart.isConservative();
    }

    boolean isConservativeSlowStart() {
        return hyStart.isConservative();
    }
}
