package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;

/**
 * The paths of a connection: the one in use, the one used before, to which it can return, and one that is being tried; and the answers owed to the peer's challenges. All of fixed number.
 * Owned by a connection.
 *
 * <pre>
 *   candidate ──validated──▶ current ──the peer moved──▶ previous ──current fails──▶ current
 * </pre>
 */
final class PathSet {
    /** Challenges that wait for their answer; further ones are dropped, as if they had been lost (RFC 9000 21.8). */
    static final int MAX_RESPONSES = 4;

    private final RandomBytes random;
    private final byte[] noise = new byte[8];
    private NetworkPath current = new NetworkPath();
    private NetworkPath previous = new NetworkPath();
    private NetworkPath candidate = new NetworkPath();

    /** Made with the first challenge. */
    private long[] responses;
    private PeerAddress[] responseTo;
    private int[] responseLocal;
    private int[] responseCredit;
    private int responseCount;

    PathSet(RandomBytes random) {
        this.random = random;
    }

    private void makeResponses() {
        responses = new long[MAX_RESPONSES];
        responseTo = new PeerAddress[MAX_RESPONSES];
        responseLocal = new int[MAX_RESPONSES];
        responseCredit = new int[MAX_RESPONSES];
        for (int i = 0; i < MAX_RESPONSES; i++) {
            responseTo[i] = new PeerAddress();
        }
    }

    NetworkPath current() {
        return current;
    }

    NetworkPath previous() {
        return previous;
    }

    NetworkPath candidate() {
        return candidate;
    }

    /** The path to an address, or null. */
    NetworkPath find(PeerAddress address) {
        if (current.isTo(address)) {
            return current;
        }
        if (previous.isTo(address)) {
            return previous;
        }
        return candidate.isTo(address) ? candidate : null;
    }

    /** Makes a path to another address the current one; what was current can be returned to if it was validated. */
    NetworkPath move(PeerAddress to, int local, int idPlace, boolean isValidated, boolean isLimited) {
        NetworkPath old = current;
        if (old.validated) {
            current = previous;
            previous = old;
        }
        current.open(to, local, idPlace, isValidated, isLimited);
        return current;
    }

    /** The peer is heard at the previous address again. */
    void swap() {
        NetworkPath old = current;
        current = previous;
        previous = old;
    }

    /** The path that was tried becomes the current one. */
    void promote() {
        NetworkPath old = current;
        current = candidate;
        candidate = previous;
        previous = old;
        candidate.inUse = false;
    }

    /** The current path is of no use: back to the one before, if there is one. */
    boolean fallBack() {
        if (!previous.inUse || !previous.validated) {
            return false;
        }
        swap();
        previous.inUse = false;
        return true;
    }

    long challenge() {
        random.fill(noise, 0, 8);
        long data = 0;
        for (byte b : noise) {
            data = data << 8 | b & 0xFF;
        }
        return data;
    }

    /** The peer's challenge has to be answered on the path it came on. */
    void respond(long data, PeerAddress to, int local, int datagramBytes) {
        if (responseCount == MAX_RESPONSES) {
            return;
        }
        if (responses == null) {
            makeResponses();
        }
        responses[responseCount] = data;
        responseTo[responseCount].set(to);
        responseLocal[responseCount] = local;
        responseCredit[responseCount++] = NetworkPath.AMPLIFICATION_FACTOR * datagramBytes;
    }

    boolean hasResponses() {
        return responseCount > 0;
    }

    long response() {
        return responses[0];
    }

    PeerAddress responseTo() {
        return responseTo[0];
    }

    int responseLocal() {
        return responseLocal[0];
    }

    /** The most that the datagram with the answer may have: the asker may not be who it says. */
    int responseCredit() {
        return responseCredit[0];
    }

    void responded() {
        PeerAddress freed = responseTo[0];
        responseCount--;
        System.arraycopy(responses, 1, responses, 0, responseCount);
        System.arraycopy(responseTo, 1, responseTo, 0, responseCount);
        System.arraycopy(responseLocal, 1, responseLocal, 0, responseCount);
        System.arraycopy(responseCredit, 1, responseCredit, 0, responseCount);
        responseTo[responseCount] = freed;
    }

    long deadline() {
        return Math.min(current.deadline(), Math.min(previous.deadline(), candidate.deadline()));
    }
}
