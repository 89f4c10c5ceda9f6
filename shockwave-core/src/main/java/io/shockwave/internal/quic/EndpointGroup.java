package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the endpoints of one server have in common, each on a thread of its own: keys, so that each can judge what another gave out; how many connections and handshakes there are, so that the
 * limits are the server's; and who has the handshake that began with an id of a client's choice. Thread-safe.
 */
public final class EndpointGroup {
    /** An id tells its issuer in a byte. */
    public static final int MAX_MEMBERS = 256;
    /** Handshakes that can be found from elsewhere at once, about: a newer one takes the place of an older, which then is not found. */
    static final int CHOSEN = 1 << 12;
    private static final long MEMBER_BITS = MAX_MEMBERS - 1;
    private static final long NO_MEMBER = 0;

    private final int members;
    private final byte[] resetKey = new byte[32];
    private final byte[] markKey = new byte[IdMark.KEY_BYTES];
    private final TokenKeys tokenKeys;
    private final IdHash hash;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger halfOpen = new AtomicInteger();
    private final AtomicLongArray chosen = new AtomicLongArray(CHOSEN);

    /**
     * @param members 2 to {@link #MAX_MEMBERS}
     * @param wallMs wall-clock time in ms since 1970
     */
    public EndpointGroup(int members, RandomBytes random, long wallMs) {
        if (members < 2 || members > MAX_MEMBERS) {
            throw new IllegalArgumentException("a group has 2 to " + MAX_MEMBERS + " members, not " + members);
        }
        this.members = members;
        random.fill(resetKey, 0, resetKey.length);
        random.fill(markKey, 0, markKey.length);
        tokenKeys = new TokenKeys(random, wallMs);
        hash = new IdHash(random);
    }

    public int members() {
        return members;
    }

    /** Connections of all members. */
    public int connections() {
        return connections.get();
    }

    /** Handshakes of all members that are not complete. */
    public int halfOpen() {
        return halfOpen.get();
    }

    void connections(int change) {
        connections.addAndGet(change);
    }

    void halfOpen(int change) {
        halfOpen.addAndGet(change);
    }

    byte[] resetKey() {
        return resetKey;
    }

    TokenKeys tokenKeys() {
        return tokenKeys;
    }

    IdMark mark(int member) {
        return new IdMark(member, members, markKey);
    }

    // A client's first packets, in a table of fixed size: hash and member in one word, so that it is read and written without a lock.

    void choose(int member, byte[] id, int off, int len) {
        long h = hash.of(id, off, len);
        chosen.set(slot(h), word(h, member));
    }

    void unchoose(int member, byte[] id, int off, int len) {
        long h = hash.of(id, off, len);
        chosen.compareAndSet(slot(h), word(h, member), NO_MEMBER);
    }

    /** Who has the handshake that began with this id; {@link ConnectionIdEncoding#NOBODY} if nobody is known to. */
    int chosenBy(byte[] id, int off, int len) {
        long h = hash.of(id, off, len);
        long word = chosen.get(slot(h));
        return word != NO_MEMBER && (word & ~MEMBER_BITS) == (h & ~MEMBER_BITS) ? (int) (word & MEMBER_BITS) : ConnectionIdEncoding.NOBODY;
    }

    private static int slot(long h) {
        return (int) (h >>> 8) & CHOSEN - 1;
    }

    private static long word(long h, int member) {
        return h & ~MEMBER_BITS | member;
    }
}
