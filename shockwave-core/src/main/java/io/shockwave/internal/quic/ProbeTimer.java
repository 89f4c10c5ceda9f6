package io.shockwave.internal.quic;

/**
 * The one timer of loss detection (RFC 9002 6.2, A.8, A.9): the time at which packets become lost, else the probe timeout. Owned by {@link LossRecovery}.
 */
final class ProbeTimer {
    /** RFC 9002 6.2.4: one or two packets for each timeout. */
    private static final int PROBES = 2;
    /** Where doubling stops: what lies behind an outage is tried again within a minute of its end, not after as long again. */
    private static final long MAX_BACKOFF_NS = 60_000_000_000L;
    private static final long NEVER = LossRecovery.NO_DEADLINE;

    private final RttEstimator rtt;
    private final long[] lossTimeNs = {NEVER, NEVER, NEVER};
    private final long[] lastElicitingNs = new long[PacketSpace.COUNT];
    private final int[] elicitingInFlight = new int[PacketSpace.COUNT];
    private final int[] probes = new int[PacketSpace.COUNT];

    private int ptoCount;
    private long maxAckDelayNs = 25_000_000L;
    private boolean handshakeKeys;
    private boolean handshakeConfirmed;
    private boolean addressValidated;
    private boolean amplificationLimited;
    private long antiDeadlockFromNs;
    private long expiredNs;
    private long deadlineNs = NEVER;

    ProbeTimer(RttEstimator rtt, boolean client) {
        this.rtt = rtt;
        // RFC 9002 A.8: clients validate the server's address implicitly.
        addressValidated = !client;
    }

    void maxAckDelayNs(long ns) {
        maxAckDelayNs = ns;
    }

    long maxAckDelayNs() {
        return maxAckDelayNs;
    }

    void onHandshakeKeys() {
        handshakeKeys = true;
    }

    void onHandshakeConfirmed() {
        handshakeConfirmed = true;
        addressValidated = true;
    }

    boolean isHandshakeConfirmed() {
        return handshakeConfirmed;
    }

    /** The server has acknowledged a Handshake packet, so it knows the client's address. */
    void onAddressValidated() {
        addressValidated = true;
    }

    /** Returns whether that is news. */
    boolean onAmplificationLimit(boolean limited) {
        boolean changed = amplificationLimited != limited;
        amplificationLimited = limited;
        return changed;
    }

    void onElicitingSent(int space, long nowNs) {
        elicitingInFlight[space]++;
        lastElicitingNs[space] = nowNs;
        if (probes[space] > 0) {
            probes[space]--;
        }
    }

    void onElicitingSettled(int space) {
        elicitingInFlight[space]--;
    }

    void lossTimeNs(int space, long atNs) {
        lossTimeNs[space] = atNs;
    }

    /** RFC 9002 6.2.1: the backoff is not reset while the client is unsure whether the server has validated its address. */
    void onAcked(int space, long nowNs) {
        if (addressValidated) {
            ptoCount = 0;
            probes[space] = 0;
        }
        antiDeadlockFromNs = nowNs;
    }

    void onDiscarded(int space, long nowNs) {
        elicitingInFlight[space] = 0;
        lossTimeNs[space] = NEVER;
        probes[space] = 0;
        ptoCount = 0;
        antiDeadlockFromNs = nowNs;
    }

    void restartAntiDeadlock(long nowNs) {
        antiDeadlockFromNs = nowNs;
    }

    void resetBackoff() {
        ptoCount = 0;
    }

    /** The space that has a packet which becomes lost first, or -1. */
    int lossSpace() {
        int earliest = -1;
        for (int space = 0; space < PacketSpace.COUNT; space++) {
            if (lossTimeNs[space] != NEVER && (earliest < 0 || lossTimeNs[space] < lossTimeNs[earliest])) {
                earliest = space;
            }
        }
        return earliest;
    }

    /** A probe timeout has expired. */
    void onExpired(long nowNs) {
        if (ptoSpace() < 0) {
            // Anti-deadlock: an Initial earns the server credit to send, a Handshake packet proves the address, and either takes along what of the handshake was lost.
            probes[handshakeKeys ? PacketSpace.HANDSHAKE : PacketSpace.INITIAL] = 1;
            antiDeadlockFromNs = nowNs;
        } else {
            probes[ptoSpace()] = PROBES;
        }
        ptoCount++;
        expiredNs = nowNs;
    }

    /** RFC 9002 A.8: SetLossDetectionTimer. */
    void set() {
        int space = lossSpace();
        if (space >= 0) {
            deadlineNs = lossTimeNs[space];
        } else if (amplificationLimited || elicitingTotal() == 0 && addressValidated) {
            deadlineNs = NEVER;
        } else if (ptoSpace() < 0) {
            // Also when application data alone is in flight, which has no probe timeout yet: it may fill the window that lost bytes of the handshake wait for.
            antiDeadlockFromNs = Math.max(antiDeadlockFromNs, Math.max(lastElicitingNs[PacketSpace.INITIAL], lastElicitingNs[PacketSpace.HANDSHAKE]));
            deadlineNs = antiDeadlockFromNs + backedOff(rtt.ptoNs());
        } else {
            deadlineNs = ptoTimeNs(ptoSpace());
        }
    }

    /** The space whose probe timeout comes first, -1 when none may. */
    private int ptoSpace() {
        int earliest = -1;
        for (int space = 0; space < PacketSpace.COUNT; space++) {
            // RFC 9002 6.2.1: not for application data before the handshake is confirmed.
            if (elicitingInFlight[space] == 0 || space == PacketSpace.APPLICATION && !handshakeConfirmed) {
                continue;
            }
            if (earliest < 0 || ptoTimeNs(space) < ptoTimeNs(earliest)) {
                earliest = space;
            }
        }
        return earliest;
    }

    private long ptoTimeNs(int space) {
        // From the last expiry where nothing could be sent on it, so that the timer never stands in the past for long.
        return Math.max(lastElicitingNs[space], expiredNs) + backedOff(ptoNs(space));
    }

    private long backedOff(long ns) {
        long most = Math.max(ns, MAX_BACKOFF_NS);
        return ptoCount >= Long.numberOfLeadingZeros(ns) - 2 ? most : Math.min(most, ns << ptoCount);
    }

    long ptoNs(int space) {
        return rtt.ptoNs() + (space == PacketSpace.APPLICATION ? maxAckDelayNs : 0);
    }

    long deadlineNs() {
        return deadlineNs;
    }

    int probes(int space) {
        return probes[space];
    }

    int ptoCount() {
        return ptoCount;
    }

    int elicitingTotal() {
        return elicitingInFlight[0] + elicitingInFlight[1] + elicitingInFlight[2];
    }
}
