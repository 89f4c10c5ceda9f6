package io.shockwave.internal.quic;

/**
 * One path of a connection: the addresses, the bytes that went either way, and its validation (RFC 9000 8, 9). Owned by {@link PathSet}, which reuses it.
 *
 * <pre>
 *   UNVALIDATED ──challenge()──▶ CHALLENGED ──response──▶ VALIDATED
 *        ▲                           │ again after a PTO, until three PTO are over: FAILED
 * </pre>
 */
final class NetworkPath {
    /** RFC 9000 8.1: an address that is not validated gets at most three times what came from it. */
    static final int AMPLIFICATION_FACTOR = 3;
    /** Challenges whose response still counts. */
    private static final int OUTSTANDING = 4;

    final PeerAddress remote = new PeerAddress();
    int local;
    /** The place of the peer's id that packets on this path carry. */
    int idPlace;
    /** The sequence number of our id that the peer sends to on it. */
    long receivedIdSequence;
    boolean inUse;
    boolean validated;
    /** Whether what is sent is limited while the address is not validated: on a server. */
    private boolean limited;

    private long receivedBytes;
    private long sentBytes;
    private static final long[] NOTHING = {};
    private long[] challenges = NOTHING;
    private int challengesSent;
    private boolean validating;
    private boolean challengePending;
    private long nextChallengeNs = Long.MAX_VALUE;
    private long giveUpNs = Long.MAX_VALUE;

    void open(PeerAddress newRemote, int newLocal, int newIdPlace, boolean isValidated, boolean isLimited) {
        remote.set(newRemote);
        local = newLocal;
        idPlace = newIdPlace;
        receivedIdSequence = 0;
        inUse = true;
        validated = isValidated;
        limited = isLimited;
        receivedBytes = 0;
        sentBytes = 0;
        stopValidating();
    }

    boolean isTo(PeerAddress address) {
        return inUse && remote.equals(address);
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

    /** Begins to validate. */
    void validate(long nowNs, long ptoNs) {
        validating = true;
        challengePending = true;
        challengesSent = 0;
        // RFC 9000 8.2.4: three times the larger of the current PTO and that of a new path.
        giveUpNs = nowNs + 3 * Math.max(ptoNs, INITIAL_PTO_NS);
    }

    /** RFC 9002 6.2.2: three initial round trips of 333 ms. */
    static final long INITIAL_PTO_NS = 999_000_000L;

    boolean isChallengePending() {
        return challengePending;
    }

    void onChallengeSent(long data, long nowNs, long ptoNs) {
        if (challenges.length == 0) {
            challenges = new long[OUTSTANDING];
        }
        challenges[challengesSent++ % OUTSTANDING] = data;
        challengePending = false;
        nextChallengeNs = nowNs + ptoNs;
    }

    /** Whether a response answers a challenge sent on this path; on whichever path it came (RFC 9000 8.2.3). */
    boolean onResponse(long data) {
        if (!validating) {
            return false;
        }
        for (int i = 0; i < Math.min(challengesSent, OUTSTANDING); i++) {
            if (challenges[i] == data) {
                validated = true;
                stopValidating();
                return true;
            }
        }
        return false;
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
