package io.shockwave.internal.quic;

/**
 * One path of a connection: the addresses, the bytes that went either way, and its validation (RFC 9000 8, 9). Owned by {@link PathSet}, which reuses it.
 *
 * <pre>
 *   UNVALIDATED ──challenge()──▶ CHALLENGED ──response──▶ VALIDATED
 *        ▲                           │ again after a PTO, then two, four …, until three initial PTO are over: FAILED
 * </pre>
 */
final class NetworkPath {
    /** RFC 9000 8.1: an address that is not validated gets at most three times what came from it. */
    static final int AMPLIFICATION_FACTOR = 3;
    private static final long[] NOTHING = {};
    /** No path; it is never opened. */
    static final NetworkPath NONE = new NetworkPath();
    /** Challenges whose response still counts. */
    private static final int OUTSTANDING = 4;
    private static final int MAX_BACKOFF = 10;

    final PeerAddress remote = new PeerAddress();
    int local;
    /** The sequence number of the peer's id that packets on this path carry; of the path in use, {@link PeerIds} knows it. */
    long peerId;
    /** The sequence number of our id that the peer sends to on it. */
    long receivedIdSequence;
    boolean inUse;
    boolean validated;
    /** The peer has moved here, and is followed once the path is validated. */
    boolean wanted;
    /** Whether what is sent is limited while the address is not validated: on a server. */
    private boolean limited;

    private long receivedBytes;
    private long sentBytes;
    private long[] challenges = NOTHING;
    private int challengesSent;
    /** A bit for each outstanding challenge whose datagram had the size that a path must carry. */
    private int expanded;
    private boolean validating;
    private boolean challengePending;
    private long ptoNs;
    private long nextChallengeNs = Long.MAX_VALUE;
    private long giveUpNs = Long.MAX_VALUE;

    void open(PeerAddress newRemote, int newLocal, long newPeerId, boolean isValidated, boolean isLimited) {
        remote.set(newRemote);
        local = newLocal;
        peerId = newPeerId;
        receivedIdSequence = 0;
        inUse = true;
        validated = isValidated;
        wanted = false;
        limited = isLimited;
        receivedBytes = 0;
        sentBytes = 0;
        stopValidating();
    }

    void close() {
        inUse = false;
        stopValidating();
    }

    /** Whether it joins these addresses. @param at our own, or {@link PathSet#ANY} */
    boolean isOn(PeerAddress address, int at) {
        return inUse && (at == PathSet.ANY || at == local) && remote.equals(address);
    }

    void received(int bytes) {
        receivedBytes += bytes;
    }

    void sent(int bytes) {
        sentBytes += bytes;
    }

    /** Bytes that may be sent. */
    long credit() {
        return validated || !limited ? Long.MAX_VALUE : Math.max(0, AMPLIFICATION_FACTOR * receivedBytes - sentBytes);
    }

    /** Begins to validate, unless it does already. */
    void validate(long nowNs, long newPtoNs) {
        if (validating) {
            return;
        }
        validating = true;
        challengePending = true;
        challengesSent = 0;
        ptoNs = newPtoNs;
        // RFC 9000 8.2.4: three times the larger of the current PTO and that of a new path.
        giveUpNs = nowNs + 3 * Math.max(newPtoNs, INITIAL_PTO_NS);
    }

    /** It is not sent on any more, but what comes on it counts for as long as a validation lasts. */
    void linger(long nowNs, long newPtoNs) {
        stopValidating();
        giveUpNs = nowNs + 3 * Math.max(newPtoNs, INITIAL_PTO_NS);
    }

    /** RFC 9002 6.2.2: three initial round trips of 333 ms. */
    static final long INITIAL_PTO_NS = 999_000_000L;

    boolean isChallengePending() {
        return challengePending;
    }

    /** @param isExpanded whether its datagram has the size that RFC 9000 8.2.1 asks for, which the limit for addresses that are not validated may not allow */
    void onChallengeSent(long data, boolean isExpanded, long nowNs) {
        if (challenges.length == 0) {
            challenges = new long[OUTSTANDING];
        }
        int at = challengesSent % OUTSTANDING;
        challenges[at] = data;
        expanded = isExpanded ? expanded | 1 << at : expanded & ~(1 << at);
        challengePending = false;
        // RFC 9000 8.2.1: no more often than Initial packets would be sent. So the first is still remembered when a path of long round trips brings its answer.
        nextChallengeNs = nowNs + (ptoNs << Math.min(challengesSent, MAX_BACKOFF));
        challengesSent++;
    }

    /** Whether a response answers a challenge sent on this path, on whichever path it came (RFC 9000 8.2.3), and nothing remains to be validated. */
    boolean onResponse(long data, long nowNs) {
        if (!validating) {
            return false;
        }
        for (int i = 0; i < Math.min(challengesSent, OUTSTANDING); i++) {
            if (challenges[i] == data) {
                boolean isWhole = (expanded >> i & 1) != 0;
                validated = true;
                stopValidating();
                if (!isWhole) {
                    // RFC 9000 8.2.3: the address is proved, not that the path carries full datagrams: once more, with one.
                    validate(nowNs, ptoNs);
                }
                return isWhole;
            }
        }
        return false;
    }

    /** Whether something about it is still to be decided. */
    boolean isBusy() {
        return giveUpNs != Long.MAX_VALUE;
    }

    void stopValidating() {
        validating = false;
        challengePending = false;
        nextChallengeNs = Long.MAX_VALUE;
        giveUpNs = Long.MAX_VALUE;
    }

    long deadline() {
        return Math.min(nextChallengeNs, giveUpNs);
    }

    /** True when validation has failed. */
    boolean timeout(long nowNs) {
        if (nowNs >= giveUpNs) {
            stopValidating();
            return true;
        }
        if (nowNs >= nextChallengeNs) {
            nextChallengeNs = Long.MAX_VALUE;
            challengePending = true;
        }
        return false;
    }
}
