package io.shockwave.internal.quic;

/**
 * What the controllers have in common that let a window grow with what is acknowledged and shrink when something is lost (RFC 9002 7): one reduction a recovery period, no growth of a window
 * that is not used, losses that turn out to be none. Owned by {@link LossRecovery}. Windows are kept with fractions of bytes, as CUBIC needs; for NewReno they are whole.
 */
abstract sealed class LossBasedControl implements CongestionControl permits Cubic, NewReno {
    int datagramBytes;
    double windowBytes;
    double thresholdBytes;
    private long recoveryStartNs;
    private long growthBytes;
    private double savedWindowBytes; // 0: nothing can be taken back
    private double savedThresholdBytes;
    private long savedRecoveryStartNs;

    LossBasedControl(int maxDatagramBytes) {
        datagramBytes = maxDatagramBytes;
    }

    /** Lets the window grow by what {@code bytes} more that were acknowledged allow; it was used. */
    abstract void grow(long bytes, AckSample sample);

    /** The window was not used. */
    abstract void unused(long nowNs);

    /** A recovery period begins: sets window and threshold. */
    abstract void reduce(long nowNs);

    /** Keeps what a reduction changes beside window and threshold. */
    abstract void save();

    /** Takes the reduction back. */
    abstract void restore();

    /** The window is the smallest: what was learnt about its growth is void. */
    abstract void restart();

    /** Whether the window is to be twice as large in a round trip. */
    abstract boolean isDoubling();

    final void resetWindow() {
        windowBytes = CongestionControl.initialWindowBytes(datagramBytes);
        thresholdBytes = Double.MAX_VALUE;
        recoveryStartNs = SentPackets.NONE;
        growthBytes = 0;
        savedWindowBytes = 0;
    }

    @Override
    public final boolean wantsRateSamples() {
        return false;
    }

    @Override
    public final void onSent(long nowNs, int bytes, long inFlightBytes) {
        // The window alone decides.
    }

    @Override
    public final void onAppLimited(long deliveredBytes, long inFlightBytes) {
        // Told by the bytes in flight when an acknowledgment comes.
    }

    @Override
    public final void onAcked(SentPackets packets, long number, long nowNs) {
        // RFC 9002 B.5: packets sent before recovery began do not let the window grow.
        if (packets.sentNs(number) > recoveryStartNs) {
            growthBytes += packets.bytes(number);
        }
    }

    @Override
    public final void onAckEnd(AckSample sample) {
        long bytes = growthBytes;
        growthBytes = 0;
        if (bytes == 0) {
            return;
        }
        // RFC 9002 7.8: a window that is not used must not grow.
        if (WindowUse.isFull(sample.priorInFlightBytes, (long) windowBytes, datagramBytes, isSlowStart())) {
            grow(bytes, sample);
        } else {
            unused(sample.nowNs);
        }
    }

    @Override
    public final void onLost(SentPackets packets, long number, long nowNs) {
        congestion(packets.sentNs(number), nowNs);
    }

    @Override
    public final void onEcnCe(long packets, long sentNs, long nowNs) {
        congestion(sentNs, nowNs);
        savedWindowBytes = 0; // RFC 9002 7.3.1: a mark is not taken back.
    }

    private void congestion(long sentNs, long nowNs) {
        if (sentNs <= recoveryStartNs) {
            return;
        }
        savedWindowBytes = windowBytes;
        savedThresholdBytes = thresholdBytes;
        savedRecoveryStartNs = recoveryStartNs;
        save();
        recoveryStartNs = nowNs;
        growthBytes = 0;
        reduce(nowNs);
    }

    @Override
    public final void onPersistentCongestion(long nowNs) {
        windowBytes = minimumBytes();
        recoveryStartNs = SentPackets.NONE;
        savedWindowBytes = 0;
        restart();
    }

    @Override
    public final void onSpuriousCongestion(long nowNs) {
        if (savedWindowBytes > windowBytes) {
            windowBytes = savedWindowBytes;
            thresholdBytes = savedThresholdBytes;
            recoveryStartNs = savedRecoveryStartNs;
            restore();
        }
        savedWindowBytes = 0;
    }

    @Override
    public final void onDatagramBytes(int maxDatagramBytes) {
        datagramBytes = maxDatagramBytes;
        windowBytes = Math.max(windowBytes, minimumBytes());
    }

    final double minimumBytes() {
        return (double) MIN_WINDOW_DATAGRAMS * datagramBytes;
    }

    @Override
    public final long windowBytes() {
        return (long) windowBytes;
    }

    @Override
    public final boolean isSlowStart() {
        return windowBytes < thresholdBytes;
    }

    @Override
    public final long pacingRateBytesPerSecond(long smoothedRttNs) {
        // RFC 9002 7.7: 1.25 windows a round trip, so that pacing does not hold the window back; twice the window in slow start, which is to double it.
        return isDoubling() ? CongestionControl.rate((long) windowBytes, smoothedRttNs, 2, 1) : CongestionControl.rate((long) windowBytes, smoothedRttNs, 5, 4);
    }
}
