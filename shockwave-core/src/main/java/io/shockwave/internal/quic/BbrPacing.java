package io.shockwave.internal.quic;

/** BBR.pacing_rate and BBR.send_quantum (draft-ietf-ccwg-bbr 5.6.2, 5.6.3). Owned by {@link Bbr}. */
final class BbrPacing {
    private static final double MARGIN = 0.99;
    private static final long MAX_QUANTUM_BYTES = 65_536;

    private double rate; // bytes a second
    private boolean begun;
    private long quantumBytes;

    void reset(int datagramBytes) {
        begun = false;
        quantumBytes = 2L * datagramBytes;
    }

    /** The first round-trip time replaces the assumed one. */
    void begin(AckSample sample, int datagramBytes) {
        if (!begun && sample.rttNs != SentPackets.NONE) {
            begun = true;
            rate = Bbr.STARTUP_PACING_GAIN * CongestionControl.initialWindowBytes(datagramBytes) * 1e9 / Math.max(1, sample.smoothedRttNs);
        }
    }

    /** A little below the bandwidth, so that queues drain. Until the pipe is known to be full it only rises. */
    void follow(double gain, double bw, boolean pipeFull) {
        double next = gain * bw * MARGIN;
        if (pipeFull || next > rate) {
            rate = next;
        }
    }

    void updateQuantum(int datagramBytes) {
        quantumBytes = Math.max(Math.min((long) (rate / 1000), MAX_QUANTUM_BYTES), 2L * datagramBytes);
    }

    /** What may leave at once. */
    long quantumBytes() {
        return quantumBytes;
    }

    long bytesPerSecond() {
        return begun ? Math.max(1, (long) rate) : CongestionControl.UNPACED;
    }
}
