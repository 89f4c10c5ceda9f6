package io.shockwave.internal.quic;

/** What an ACK frame says beside its ranges, and what the packets that it newly covers have in common; it is told in pieces. Reused; owned by {@link LossRecovery}. */
final class AckUnderway {
    private long largest;
    private boolean raisesLargest;
    private long delayNs;
    private long newest;
    private boolean eliciting;
    private long marked;

    void begin(long largestAcked, long ackDelayNs, boolean raises) {
        largest = largestAcked;
        raisesLargest = raises;
        delayNs = ackDelayNs;
        newest = SentPackets.NONE;
        eliciting = false;
        marked = 0;
    }

    /** It acknowledges a packet for the first time. */
    void covers(long number, int flags) {
        newest = Math.max(newest, number);
        eliciting |= (flags & SentPackets.ACK_ELICITING) != 0;
        if ((flags & SentPackets.ECT0) != 0) {
            marked++;
        }
    }

    long largest() {
        return largest;
    }

    boolean raisesLargest() {
        return raisesLargest;
    }

    /** Whether it acknowledges any packet for the first time. */
    boolean isNews() {
        return newest != SentPackets.NONE;
    }

    /** RFC 9002 5.1: only the largest acknowledged, if it is newly so, and if something among them elicited the frame. */
    boolean measuresRoundTrip() {
        return newest == largest && eliciting;
    }

    /** RFC 9002 5.3: the delay of Initial packets is ignored; it is limited to {@code mostNs}, max_ack_delay once the handshake is confirmed. */
    long delayNs(int space, long mostNs) {
        return space == PacketSpace.INITIAL ? 0 : Math.min(delayNs, mostNs);
    }

    /** Packets that left with ECT(0). */
    long marked() {
        return marked;
    }
}
