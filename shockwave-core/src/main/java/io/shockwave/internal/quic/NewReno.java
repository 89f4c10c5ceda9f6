package io.shockwave.internal.quic;

/** The congestion controller of RFC 9002 7 and appendix B. Owned by {@link LossRecovery}. */
final class NewReno implements CongestionControl {
    private int datagramBytes;
    private long windowBytes;
    private long thresholdBytes;
    private long recoveryStartNs;
    private long growthBytes;
    private long ackedInWindowBytes;
    private long savedWindowBytes;
    private long savedThresholdBytes;
    private long savedRecoveryStartNs;

    NewReno(int maxDatagramBytes) {
        datagramBytes = maxDatagramBytes;
        reset(0);
    }

    @Override
    public String name() {
        return "newreno";
    }

    @Override
    public boolean wantsRateSamples() {
        return false;
    }

    @Override
    public void reset(long nowNs) {
        windowBytes = CongestionControl.initialWindowBytes(datagramBytes);
        thresholdBytes = Long.MAX_VALUE;
        recoveryStartNs = SentPackets.NONE;
        growthBytes = 0;
        ackedInWindowBytes = 0;
        savedWindowBytes = 0;
    }

    @Override
    public void onSent(long nowNs, int bytes, long inFlightBytes) {
        // The window alone decides.
    }

    @Override
    public void onAcked(SentPackets packets, long number, long nowNs) {
        // RFC 9002 B.5: packets sent before recovery began do not let the window grow.
        if (packets.sentNs(number) > recoveryStartNs) {
            growthBytes += packets.bytes(number);
        }
    }

    @Override
    public void onLost(SentPackets packets, long number, long nowNs) {
        congestion(packets.sentNs(number), nowNs);
    }

    @Override
    public void onEcnCe(long packets, long sentNs, long nowNs) {
        congestion(sentNs, nowNs);
        // RFC 9002 7.3.1: a mark is not taken back.
        savedWindowBytes = 0;
    }

    private void congestion(long sentNs, long nowNs) {
        if (sentNs <= recoveryStartNs) {
            return;
        }
        savedWindowBytes = windowBytes;
        savedThresholdBytes = thresholdBytes;
        savedRecoveryStartNs = recoveryStartNs;
        recoveryStartNs = nowNs;
        // RFC 9002 B.6: kLossReductionFactor is one half.
        thresholdBytes = windowBytes / 2;
        windowBytes = Math.max(thresholdBytes, minimumBytes());
        ackedInWindowBytes = 0;
        growthBytes = 0;
    }

    @Override
    public void onAckEnd(AckSample sample) {
        long bytes = growthBytes;
        growthBytes = 0;
        // RFC 9002 7.8: a window that is not used must not grow.
        if (bytes == 0 || !WindowUse.isFull(sample.priorInFlightBytes, windowBytes, datagramBytes, isSlowStart())) {
            return;
        }
        if (isSlowStart()) {
            windowBytes += bytes;
            return;
        }
        ackedInWindowBytes += bytes;
        if (ackedInWindowBytes >= windowBytes) {
            ackedInWindowBytes -= windowBytes;
            windowBytes += datagramBytes;
        }
    }

    @Override
    public void onPersistentCongestion(long nowNs) {
        windowBytes = minimumBytes();
        recoveryStartNs = SentPackets.NONE;
        ackedInWindowBytes = 0;
        savedWindowBytes = 0;
    }

    @Override
    public void onSpuriousCongestion(long nowNs) {
        if (savedWindowBytes > windowBytes) {
            windowBytes = savedWindowBytes;
            thresholdBytes = savedThresholdBytes;
            recoveryStartNs = savedRecoveryStartNs;
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

    private long minimumBytes() {
        return (long) MIN_WINDOW_DATAGRAMS * datagramBytes;
    }

    @Override
    public long windowBytes() {
        return windowBytes;
    }

    /** Where slow start ends; {@code Long.MAX_VALUE} before the first loss. */
    long thresholdBytes() {
        return thresholdBytes;
    }

    @Override
    public long pacingRateBytesPerSecond(long smoothedRttNs) {
        // RFC 9002 7.7: 1.25 windows a round trip, so that pacing does not hold the window back; twice the window in slow start, which is to double it.
        return isSlowStart() ? CongestionControl.rate(windowBytes, smoothedRttNs, 2, 1) : CongestionControl.rate(windowBytes, smoothedRttNs, 5, 4);
    }

    @Override
    public boolean isSlowStart() {
        return windowBytes < thresholdBytes;
    }
}
