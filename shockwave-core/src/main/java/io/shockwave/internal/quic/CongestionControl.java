package io.shockwave.internal.quic;

/**
 * How much may be in flight and how fast it may leave. One object for each path of a connection, driven by {@link LossRecovery}: per acknowledgment first the packets
 * acknowledged, then those lost, then {@link #onAckEnd}. Nothing here allocates after construction.
 */
interface CongestionControl {
    /** RFC 9002 7.2: at least this many datagrams stay allowed. */
    int MIN_WINDOW_DATAGRAMS = 2;
    /** Stands for "as fast as the window allows". */
    long UNPACED = Long.MAX_VALUE;

    /** A controller for a path that carries datagrams of {@code maxDatagramBytes}. */
    static CongestionControl of(CongestionChoice choice, int maxDatagramBytes) {
        return switch (choice) {
            case CUBIC -> new Cubic(maxDatagramBytes);
            case BBR -> new Bbr(maxDatagramBytes);
            case NEW_RENO -> new NewReno(maxDatagramBytes);
        };
    }

    /** The name in configuration, qlog and stats. */
    String name();

    /** Whether {@link SentPackets} must keep what delivery-rate samples need. */
    boolean wantsRateSamples();

    /** A packet in flight has been recorded; {@code inFlightBytes} includes it. */
    void onSent(long nowNs, int bytes, long inFlightBytes);

    /** A packet in flight was acknowledged. */
    void onAcked(SentPackets packets, long number, long nowNs);

    /** A packet in flight is deemed lost; MTU probes are not told. */
    void onLost(SentPackets packets, long number, long nowNs);

    /** The peer reports {@code packets} more with ECN-CE; {@code sentNs} is when the newest acknowledged packet was sent (RFC 9002 7.1). Comes before {@link #onAckEnd}. */
    void onEcnCe(long packets, long sentNs, long nowNs);

    /** One acknowledgment has been told whole. The sample is reused: keep nothing of it. */
    void onAckEnd(AckSample sample);

    /** RFC 9002 7.6. */
    void onPersistentCongestion(long nowNs);

    /** All packets of the last congestion event were acknowledged after all: it may be undone. */
    void onSpuriousCongestion(long nowNs);

    /** The sender has less to send than it may. */
    void onAppLimited(long deliveredBytes, long inFlightBytes);

    /** The path now carries datagrams of this size. */
    void onDatagramBytes(int maxDatagramBytes);

    /** As for a new path, everything learnt is forgotten (RFC 9000 9.4). */
    void reset(long nowNs);

    long windowBytes();

    /** {@link #UNPACED}, or the rate; a controller driven by its window gives a rate above window per round trip (RFC 9002 7.7). */
    long pacingRateBytesPerSecond(long smoothedRttNs);

    boolean isSlowStart();

    /** RFC 9002 7.2: ten datagrams, but not above the greater of 14,720 bytes and two datagrams. */
    static long initialWindowBytes(int maxDatagramBytes) {
        return Math.min(10L * maxDatagramBytes, Math.max(14_720L, 2L * maxDatagramBytes));
    }

    /** {@code bytes} per {@code intervalNs} times {@code numerator / denominator}, in bytes a second, without overflow. */
    static long rate(long bytes, long intervalNs, int numerator, int denominator) {
        double perSecond = (double) bytes * 1e9 / Math.max(1, intervalNs) * numerator / denominator;
        return perSecond >= Long.MAX_VALUE ? UNPACED : Math.max(1, (long) perSecond);
    }
}
