package io.shockwave.internal.quic;

/** What the window and the pacer together let go. Owned by {@link LossRecovery}. */
final class SendBudget {
    private final CongestionControl congestion;
    private final PathMtu mtu;
    private final RttEstimator rtt;
    private final Pacer pacer;
    private boolean paced = true;

    SendBudget(CongestionControl congestion, PathMtu mtu, RttEstimator rtt) {
        this.congestion = congestion;
        this.mtu = mtu;
        this.rtt = rtt;
        this.pacer = new Pacer(mtu.currentBytes());
    }

    void paced(boolean isPaced) {
        paced = isPaced;
    }

    void reset(long nowNs) {
        pacer.reset(mtu.currentBytes(), nowNs);
    }

    void onSent(int bytes) {
        pacer.onSent(bytes);
    }

    long bytes(long inFlightBytes, long nowNs) {
        long window = congestion.windowBytes() - inFlightBytes;
        if (window <= 0) {
            return 0;
        }
        long rate = rate();
        if (rate == CongestionControl.UNPACED) {
            return window;
        }
        return Math.max(0, Math.min(window, pacer.budgetBytes(nowNs, rate, mtu.currentBytes())));
    }

    long deadlineNs(long inFlightBytes, long nowNs) {
        if (congestion.windowBytes() - inFlightBytes < mtu.currentBytes()) {
            return LossRecovery.NO_DEADLINE;
        }
        long rate = rate();
        if (rate == CongestionControl.UNPACED) {
            return nowNs;
        }
        pacer.budgetBytes(nowNs, rate, mtu.currentBytes());
        return pacer.readyNs(nowNs, rate, mtu.currentBytes());
    }

    private long rate() {
        return paced ? congestion.pacingRateBytesPerSecond(rtt.smoothedNs()) : CongestionControl.UNPACED;
    }
}
