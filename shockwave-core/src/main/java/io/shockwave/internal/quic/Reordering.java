package io.shockwave.internal.quic;

/** How much reordering is borne before a packet counts as lost (RFC 9002 6.1), adapted to losses that were none. Owned by {@link LossRecovery}. */
final class Reordering {
    /** RFC 9002 6.1.1: kPacketThreshold. */
    static final int PACKET_THRESHOLD = 3;
    /** RFC 9002 6.1.2: kTimeThreshold, in eighths. */
    static final int TIME_THRESHOLD_EIGHTHS = 9;
    /** Reordering that was seen raises both thresholds so far, and no further: a loss must be noticed some day. */
    static final int MAX_PACKET_THRESHOLD = 256;
    static final int MAX_TIME_THRESHOLD_EIGHTHS = 16;

    private int packets;
    private int eighths;
    private int episodeLost;
    private int episodeSpurious;
    private long episodeStartNs;

    Reordering() {
        reset();
    }

    void reset() {
        packets = PACKET_THRESHOLD;
        eighths = TIME_THRESHOLD_EIGHTHS;
        episodeLost = 0;
        episodeSpurious = 0;
        episodeStartNs = SentPackets.NONE;
    }

    int packetThreshold() {
        return packets;
    }

    int timeThresholdEighths() {
        return eighths;
    }

    /** A packet in flight is deemed lost; those sent before the first of an episode was found belong to it. */
    void onLost(long sentNs, long nowNs) {
        if (sentNs > episodeStartNs) {
            episodeStartNs = nowNs;
            episodeLost = 0;
            episodeSpurious = 0;
        }
        episodeLost++;
    }

    /** A packet deemed lost arrived, overtaken by {@code distance} numbers. Returns whether all of the last episode have arrived now. */
    boolean onSpurious(long sentNs, long distance) {
        packets = Math.clamp(distance, packets, MAX_PACKET_THRESHOLD);
        eighths = Math.min(eighths + 1, MAX_TIME_THRESHOLD_EIGHTHS);
        return sentNs <= episodeStartNs && ++episodeSpurious == episodeLost;
    }
}
