package io.shockwave.internal.quic;

/** When what was received in a packet number space is to be acknowledged (RFC 9000 13.2). Owned by a connection. */
final class AckTracker {
    static final long NEVER = Long.MAX_VALUE;
    /** RFC 9000 13.2.2: an ACK at least for every second ack-eliciting packet. */
    static final int EVERY = 2;
    /** Packets with nothing but an ACK that may follow one another; then a PING asks for an acknowledgment, so that ranges can be forgotten (RFC 9000 13.2.4). */
    static final int MAX_SILENT = 32;
    private static final int CE = 3;
    /** Of a space that is over: nothing is received or acknowledged any more. */
    static final AckTracker CLOSED = new AckTracker(true, 0);

    private final AckRanges ranges = new AckRanges();
    private final boolean immediate;
    private final long maxDelayNs;
    private int unacknowledged;
    private boolean due;
    private long deadlineNs = NEVER;
    private long largestReceivedNs;
    private int silent;

    /** @param immediate whether every ack-eliciting packet is acknowledged at once, as Initial and Handshake packets are (RFC 9000 13.2.1) */
    AckTracker(boolean immediate, long maxDelayNs) {
        this.immediate = immediate;
        this.maxDelayNs = maxDelayNs;
    }

    AckRanges ranges() {
        return ranges;
    }

    boolean isDuplicate(long number) {
        return ranges.contains(number);
    }

    /** A packet was opened and its frames were taken. */
    void onReceived(long number, boolean ackEliciting, int ecn, long nowNs) {
        long largest = ranges.largest();
        if (!ranges.add(number)) {
            return;
        }
        ranges.ecn(ecn);
        if (number > largest) {
            largestReceivedNs = nowNs;
        }
        if (!ackEliciting) {
            return;
        }
        unacknowledged++;
        // RFC 9000 13.2.1: at once where packets are missing or came late, and for congestion marks.
        if (immediate || unacknowledged >= EVERY || number != largest + 1 || ecn == CE) {
            due = true;
        } else if (deadlineNs == NEVER) {
            deadlineNs = nowNs + maxDelayNs;
        }
    }

    /** Whether a packet must be sent for an ACK alone. */
    boolean isDue(long nowNs) {
        return due || nowNs >= deadlineNs;
    }

    /** Whether a packet that is sent anyway should carry an ACK. */
    boolean isUseful() {
        return unacknowledged > 0;
    }

    long deadline() {
        return due ? 0 : deadlineNs;
    }

    /** Writes an ACK frame if it fits. */
    void write(PacketAssembler packet, int exponent, long nowNs) {
        long delay = Math.max(0, nowNs - largestReceivedNs) / 1_000 >> exponent;
        int at = ranges.write(packet.buf(), packet.at(), packet.room(), delay);
        if (at == packet.at()) {
            return;
        }
        packet.advance(at);
        packet.recordAck(ranges.largest());
        unacknowledged = 0;
        due = false;
        deadlineNs = NEVER;
    }

    /** A packet has left; true when the one after it should ask for an acknowledgment. */
    void onSent(boolean ackEliciting) {
        silent = ackEliciting ? 0 : silent + 1;
    }

    boolean isPingDue() {
        return silent >= MAX_SILENT;
    }
}
