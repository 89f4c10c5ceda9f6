package io.shockwave.internal.quic;

/**
 * CUBIC (RFC 9438) with HyStart++ (RFC 9406). Owned by {@link LossRecovery}. The formulas of the RFC are in segments; here they are in bytes, with a segment of one datagram.
 */
final class Cubic implements CongestionControl {
    /** RFC 9438 5: C, in segments per second cubed. */
    static final double C = 0.4;
    /** RFC 9438 4.6. */
    static final double BETA = 0.7;
    /** RFC 9438 4.3: what lets a Reno with CUBIC's factor keep pace with one that halves. */
    static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

    private final HyStart hyStart = new HyStart();
    private int datagramBytes;
    private double windowBytes;
    private double thresholdBytes;
    private long recoveryStartNs;
    private long growthBytes;

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

    private double savedWindowBytes;
    private double savedThresholdBytes;
    private double savedMaxBytes;
    private double savedPriorBytes;
    private double savedK;
    private long savedEpochStartNs;
    private double savedEstimateBytes;
    private long savedRecoveryStartNs;

    Cubic(int maxDatagramBytes) {
        datagramBytes = maxDatagramBytes;
        reset(0);
    }

    @Override
    public String name() {
        return "cubic";
    }

    @Override
    public boolean wantsRateSamples() {
        return false;
    }

    @Override
    public void reset(long nowNs) {
        hyStart.reset();
        windowBytes = CongestionControl.initialWindowBytes(datagramBytes);
        thresholdBytes = Double.MAX_VALUE;
        recoveryStartNs = SentPackets.NONE;
        growthBytes = 0;
        maxBytes = 0;
        priorBytes = 0;
        epochStartNs = SentPackets.NONE;
        unusedSinceNs = SentPackets.NONE;
        flat = true;
        savedWindowBytes = 0;
    }

    @Override
    public void onSent(long nowNs, int bytes, long inFlightBytes) {
        // The window alone decides.
    }

    @Override
    public void onAcked(SentPackets packets, long number, long nowNs) {
        if (packets.sentNs(number) > recoveryStartNs) {
            growthBytes += packets.bytes(number);
        }
    }

    @Override
    public void onAckEnd(AckSample sample) {
        long bytes = growthBytes;
        growthBytes = 0;
        if (bytes == 0) {
            return;
        }
        boolean slowStart = isSlowStart();
        if (!WindowUse.isFull(sample.priorInFlightBytes, (long) windowBytes, datagramBytes, slowStart)) {
            if (unusedSinceNs == SentPackets.NONE) {
                unusedSinceNs = sample.nowNs;
            }
            return;
        }
        if (unusedSinceNs != SentPackets.NONE) {
            if (epochStartNs != SentPackets.NONE) {
                epochStartNs += sample.nowNs - unusedSinceNs;
            }
            unusedSinceNs = SentPackets.NONE;
        }
        if (slowStart) {
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
    public void onLost(SentPackets packets, long number, long nowNs) {
        congestion(packets.sentNs(number), nowNs);
    }

    @Override
    public void onEcnCe(long packets, long sentNs, long nowNs) {
        congestion(sentNs, nowNs);
        savedWindowBytes = 0;
    }

    private void congestion(long sentNs, long nowNs) {
        if (sentNs <= recoveryStartNs) {
            return;
        }
        save();
        recoveryStartNs = nowNs;
        growthBytes = 0;
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

    private void save() {
        savedWindowBytes = windowBytes;
        savedThresholdBytes = thresholdBytes;
        savedMaxBytes = maxBytes;
        savedPriorBytes = priorBytes;
        savedK = k;
        savedEpochStartNs = epochStartNs;
        savedEstimateBytes = estimateBytes;
        savedRecoveryStartNs = recoveryStartNs;
    }

    @Override
    public void onPersistentCongestion(long nowNs) {
        // RFC 9438 4.8.
        windowBytes = minimumBytes();
        recoveryStartNs = SentPackets.NONE;
        epochStartNs = SentPackets.NONE;
        flat = true;
        savedWindowBytes = 0;
    }

    /** RFC 9438 4.9. */
    @Override
    public void onSpuriousCongestion(long nowNs) {
        if (savedWindowBytes > windowBytes) {
            windowBytes = savedWindowBytes;
            thresholdBytes = savedThresholdBytes;
            maxBytes = savedMaxBytes;
            priorBytes = savedPriorBytes;
            k = savedK;
            epochStartNs = savedEpochStartNs;
            estimateBytes = savedEstimateBytes;
            recoveryStartNs = savedRecoveryStartNs;
            flat = epochStartNs == SentPackets.NONE;
        }
        savedWindowBytes = 0;
    }

    @Override
    public void onAppLimited(long deliveredBytes, long inFlightBytes) {
        // Told by the bytes in flight when an acknowledgment comes.
    }

    @Override
    public void onDatagramBytes(int maxDatagramBytes) {
        datagramBytes = maxDatagramBytes;
        windowBytes = Math.max(windowBytes, minimumBytes());
    }

    private double minimumBytes() {
        return (double) MIN_WINDOW_DATAGRAMS * datagramBytes;
    }

    @Override
    public long windowBytes() {
        return (long) windowBytes;
    }

    @Override
    public boolean isSlowStart() {
        return windowBytes < thresholdBytes;
    }

    boolean isConservativeSlowStart() {
        return hyStart.isConservative();
    }

    @Override
    public long pacingRateBytesPerSecond(long smoothedRttNs) {
        boolean doubling = isSlowStart() && !hyStart.isConservative();
        return doubling ? CongestionControl.rate((long) windowBytes, smoothedRttNs, 2, 1) : CongestionControl.rate((long) windowBytes, smoothedRttNs, 5, 4);
    }
}
