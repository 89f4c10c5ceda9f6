package io.shockwave.internal.quic;

/**
 * Whether a path carries ECN marks faithfully (RFC 9000 13.4.2 and A.4). Owned by {@link LossRecovery}.
 *
 * <pre>
 *   TESTING ──ten marked packets sent──▶ UNKNOWN ──counts agree──▶ CAPABLE
 *      │ └──────counts agree───────────────────────────────────────▲  │
 *      └── all marked packets lost, or counts disagree ──▶ FAILED ◀───┘
 * </pre>
 */
final class EcnState {
    /** RFC 9000 A.4: marks go on this many packets, or for three probe timeouts, before it is decided. */
    static final int TESTING_PACKETS = 10;

    private static final int DISABLED = 0;
    private static final int TESTING = 1;
    private static final int UNKNOWN = 2;
    private static final int CAPABLE = 3;
    private static final int FAILED = 4;

    private int state;
    private int testingSent;
    private int testingLost;
    private final long[] ect0 = new long[PacketSpace.COUNT];
    private final long[] ect1 = new long[PacketSpace.COUNT];
    private final long[] ce = new long[PacketSpace.COUNT];
    private boolean counted;
    private long newEct0;
    private long newEct1;
    private long newCe;

    EcnState(boolean enabled) {
        state = enabled ? TESTING : DISABLED;
    }

    /** As for a new path. The peer counts over all paths, so its counts are kept to compare with. */
    void reset() {
        if (state != DISABLED) {
            state = TESTING;
            testingSent = 0;
            testingLost = 0;
        }
    }

    /** Whether packets are to be sent with ECT(0). */
    boolean isMarking() {
        return state == TESTING || state == CAPABLE;
    }

    boolean isCapable() {
        return state == CAPABLE;
    }

    boolean isFailed() {
        return state == FAILED;
    }

    /** A packet was sent with ECT(0). */
    void onMarkedSent() {
        if (state == TESTING && ++testingSent >= TESTING_PACKETS) {
            state = UNKNOWN;
        }
    }

    /** A packet that was sent with ECT(0) is lost: where all of the first are, the marks may be why. */
    void onMarkedLost() {
        if ((state == TESTING || state == UNKNOWN) && ++testingLost >= TESTING_PACKETS) {
            state = FAILED;
        }
    }

    void onAckBegin() {
        counted = false;
    }

    /** The acknowledgment has counts. */
    void counts(long ect0Count, long ect1Count, long ceCount) {
        counted = true;
        newEct0 = ect0Count;
        newEct1 = ect1Count;
        newCe = ceCount;
    }

    /**
     * The acknowledgment raised the largest number acknowledged; others are not validated (RFC 9000 13.4.2.1).
     *
     * @return how many more packets the peer reports as marked CE; 0 where the counts fail or are missing
     */
    long onAckEnd(int space, long newlyAckedMarked) {
        if (counted) {
            return onAck(space, newlyAckedMarked, newEct0, newEct1, newCe);
        }
        onAckWithoutCounts(newlyAckedMarked);
        return 0;
    }

    void onAckWithoutCounts(long newlyAckedMarked) {
        // RFC 9000 13.4.2.1: newly acknowledged marked packets without counts fail the validation.
        if (newlyAckedMarked > 0 && state != DISABLED) {
            state = FAILED;
        }
    }

    long onAck(int space, long newlyAckedMarked, long ect0Count, long ect1Count, long ceCount) {
        if (state == DISABLED || state == FAILED) {
            return 0;
        }
        long moreEct0 = ect0Count - ect0[space];
        long moreEct1 = ect1Count - ect1[space];
        long moreCe = ceCount - ce[space];
        ect0[space] = ect0Count;
        ect1[space] = ect1Count;
        ce[space] = ceCount;
        // Nothing is ever sent with ECT(1); counts that shrink, miss marked packets or hold others are wrong.
        if (moreEct0 < 0 || moreEct1 != 0 || moreCe < 0 || moreEct0 + moreCe < newlyAckedMarked) {
            state = FAILED;
            return 0;
        }
        if (newlyAckedMarked > 0) {
            state = CAPABLE;
        }
        return moreCe;
    }
}
