package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;

/**
 * The paths of a connection: the one in use, the one used before, to which it can return, and one that is being tried; and the answers owed to the peer's challenges. All of fixed number.
 * Owned by a connection.
 *
 * <pre>
 *   candidate ──the peer moved there, or we do──▶ current ──moved on──▶ previous ──current fails, or the peer is back──▶ current
 * </pre>
 */
final class PathSet {
    /** Challenges that wait for their answer; further ones are dropped, as if they had been lost (RFC 9000 21.8). */
    static final int MAX_RESPONSES = 4;
    /** Whichever of our own addresses. */
    static final int ANY = -1;

    private final RandomBytes random;
    private final byte[] noise = new byte[8];
    private NetworkPath current = new NetworkPath();
    /** As the candidate {@link NetworkPath#NONE} until there is one: most connections stay where they are. */
    private NetworkPath previous = NetworkPath.NONE;
    private NetworkPath candidate = NetworkPath.NONE;

    /** Made with the first challenge. */
    private long[] responses;
    private PeerAddress[] responseTo;
    private int[] responseLocal;
    private int responseCount;

    PathSet(RandomBytes random) {
        this.random = random;
    }

    private void makeResponses() {
        responses = new long[MAX_RESPONSES];
        responseTo = new PeerAddress[MAX_RESPONSES];
        responseLocal = new int[MAX_RESPONSES];
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

    /** The candidate, to be opened. */
    NetworkPath toOpen() {
        if (candidate == NetworkPath.NONE) {
            candidate = new NetworkPath();
        }
        return candidate;
    }

    /** The path between two addresses, or null. */
    NetworkPath find(PeerAddress remote, int local) {
        if (current.isOn(remote, local)) {
            return current;
        }
        if (previous.isOn(remote, local)) {
            return previous;
        }
        return candidate.isOn(remote, local) ? candidate : null;
    }

    /** Whether a path in use carries the peer's id with this number. */
    boolean isUsed(long peerId) {
        return current.inUse && current.peerId == peerId || previous.inUse && previous.peerId == peerId || candidate.inUse && candidate.peerId == peerId;
    }

    /** Back to the previous path, which the current one takes the place of. */
    void swap() {
        NetworkPath old = current;
        current = previous;
        previous = old;
    }

    /** The path that was tried becomes the current one; {@code previous} the one before, or the one before that where it {@code keepsPrevious}. What is left over is the caller's to close. */
    NetworkPath promote(boolean keepsPrevious) {
        NetworkPath old = current;
        current = candidate;
        if (keepsPrevious) {
            candidate = old;
        } else {
            candidate = previous;
            previous = old;
        }
        return candidate;
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
    void respond(long data, PeerAddress to, int local) {
        if (responseCount == MAX_RESPONSES) {
            return;
        }
        if (responses == null) {
            makeResponses();
        }
        responses[responseCount] = data;
        responseTo[responseCount].set(to);
        responseLocal[responseCount++] = local;
    }

    boolean hasResponses() {
        return responseCount > 0;
    }

    /** Whether the next answer goes out on the current path, in an ordinary packet. */
    boolean isResponseOnCurrent() {
        return responseCount > 0 && current.isOn(responseTo[0], responseLocal[0]);
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

    void responded() {
        PeerAddress freed = responseTo[0];
        responseCount--;
        System.arraycopy(responses, 1, responses, 0, responseCount);
        System.arraycopy(responseTo, 1, responseTo, 0, responseCount);
        System.arraycopy(responseLocal, 1, responseLocal, 0, responseCount);
        responseTo[responseCount] = freed;
    }

    long deadline() {
        return Math.min(current.deadline(), Math.min(previous.deadline(), candidate.deadline()));
    }
}
