package io.shockwave.internal.quic;

/** Follows runs of losses in each space, to find those that last too long (RFC 9002 7.6). Owned by {@link LossRecovery}. */
final class PersistentCongestion {
    /** RFC 9002 7.6.1: kPersistentCongestionThreshold. */
    static final int THRESHOLD = 3;
    private static final long NONE = SentPackets.NONE;

    /** When the oldest ack-eliciting packet of the current unbroken run was sent, and its number. */
    private final long[] startNs = {NONE, NONE, NONE};
    private final long[] start = new long[PacketSpace.COUNT];
    private final RttEstimator rtt;

    PersistentCongestion(RttEstimator rtt) {
        this.rtt = rtt;
    }

    /** RFC 9002 7.6.1: the peer's delay counts in whichever space. */
    long durationNs(long maxAckDelayNs) {
        return (rtt.ptoNs() + maxAckDelayNs) * THRESHOLD;
    }

    /** RFC 9002 7.6.2: two ack-eliciting packets and all between them lost, sent further apart than the threshold, both after the first round-trip sample. */
    boolean onLost(int space, SentPackets packets, long number, long maxAckDelayNs) {
        long sentNs = packets.sentNs(number);
        if (!packets.has(number, SentPackets.ACK_ELICITING) || !rtt.isSampled() || sentNs <= rtt.firstSampleAtNs()) {
            return false;
        }
        if (startNs[space] == NONE) {
            startNs[space] = sentNs;
            start[space] = number;
            return false;
        }
        return sentNs - startNs[space] > durationNs(maxAckDelayNs);
    }

    /** A packet of the run arrived after all. */
    void onSpurious(int space, long number) {
        if (number >= start[space]) {
            startNs[space] = NONE;
        }
    }

    void end(int space) {
        startNs[space] = NONE;
    }
}
