package io.shockwave.internal.quic;

import java.util.Arrays;

/**
 * The connection ids that the peer issued, which packets to it carry (RFC 9000 5.1.1, 5.1.2), in a fixed number of places; and those given up whose retirement it has not acknowledged, of
 * which there is a bound too: a peer that makes us retire without end, and acknowledges nothing, is the one that must go. Owned by a connection.
 */
final class PeerIds {
    /** Our active_connection_id_limit. */
    static final int MAX_ACTIVE = 4;
    /** RFC 9000 5.1.2 asks for twice the active ones at least. */
    static final int MAX_RETIRING = 4 * MAX_ACTIVE;
    static final long NONE = -1L;
    private static final int TOKEN_BYTES = StatelessReset.TOKEN_BYTES;
    private static final byte[] NOTHING = {};

    private final QuicConnection connection;
    private final ConnectionOwner owner;
    private final byte[][] ids = {NOTHING, NOTHING, NOTHING, NOTHING};
    /** Made with the first. */
    private byte[] tokens = NOTHING;
    /** A bit for each place. */
    private int hasToken;
    private final long[] sequences = new long[MAX_ACTIVE];
    /** Ids are for one path each (RFC 9000 9.5): whether one is in use already. */
    private int used;
    /** Made with the first that is given up. */
    private long[] retiring;
    private boolean[] retirePending;
    private int retirings;
    private long retirePriorTo;
    /** The highest sequence number that came, and which of the 64 up to it did. */
    private long highestSeen;
    private long seen = 1;
    private int current;

    PeerIds(QuicConnection connection, ConnectionOwner owner) {
        this.connection = connection;
        this.owner = owner;
        Arrays.fill(sequences, NONE);
    }

    /** The id of the handshake: a client's own choice at first, then what the peer names as its source. */
    void first(byte[] id, int off, int len) {
        sequences[0] = 0;
        ids[0] = Arrays.copyOfRange(id, off, off + len);
        used |= 1;
        current = 0;
    }

    /** A client learns the token of the first id from the transport parameters. */
    void firstToken(byte[] token, int off) {
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] == 0) {
                setToken(i, token, off);
            }
        }
    }

    private void setToken(int place, byte[] token, int off) {
        if (tokens.length == 0) {
            tokens = new byte[MAX_ACTIVE * TOKEN_BYTES];
        }
        System.arraycopy(token, off, tokens, place * TOKEN_BYTES, TOKEN_BYTES);
        hasToken |= 1 << place;
        if (isUsed(place)) {
            owner.watchResetToken(connection, tokens, place * TOKEN_BYTES);
        }
    }

    private boolean hasToken(int place) {
        return (hasToken >>> place & 1) != 0;
    }

    private boolean isUsed(int place) {
        return (used >>> place & 1) != 0;
    }

    private void used(int place, boolean isUsed) {
        used = isUsed ? used | 1 << place : used & ~(1 << place);
    }

    /** The place of the id to send to. */
    int current() {
        return current;
    }

    /** The bytes of an id. */
    byte[] id(int place) {
        return ids[place];
    }

    int length(int place) {
        return ids[place].length;
    }

    /** The sequence number of the id there. */
    long sequence(int place) {
        return sequences[place];
    }

    /** Where the id with a sequence number is; -1 if it is not here. */
    int placeOf(long sequence) {
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] == sequence) {
                return i;
            }
        }
        return -1;
    }

    int onNew(long sequence, long priorTo, byte[] buf, int idOff, int idLen, int tokenOff) {
        // RFC 9000 19.15: from a peer whose ids have no bytes it is a PROTOCOL_VIOLATION.
        if (ids[current].length == 0) {
            return QuicError.PROTOCOL_VIOLATION;
        }
        int known = placeOf(sequence);
        if (known >= 0) {
            return isSame(known, buf, idOff, idLen, tokenOff) ? retire(priorTo) : QuicError.PROTOCOL_VIOLATION;
        }
        // RFC 9000 19.15: the same id under another number is a PROTOCOL_VIOLATION.
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] != NONE && ids[i].length == idLen && LocalIds.equal(buf, idOff, ids[i], 0, idLen)) {
                return QuicError.PROTOCOL_VIOLATION;
            }
        }
        if (isSeen(sequence)) {
            // Told before, and retired since.
            return retire(priorTo);
        }
        int free = -1;
        if (sequence >= Math.max(priorTo, retirePriorTo)) {
            free = placeFor(priorTo);
            if (free < 0) {
                return QuicError.CONNECTION_ID_LIMIT_ERROR;
            }
            if (sequences[free] != NONE) {
                int error = giveUp(free);
                if (error != 0) {
                    return error;
                }
            }
            put(free, sequence, buf, idOff, idLen, tokenOff);
        } else {
            int error = retireLater(sequence);
            if (error != 0) {
                return error;
            }
        }
        return retire(priorTo);
    }

    private boolean isSame(int place, byte[] buf, int idOff, int idLen, int tokenOff) {
        return ids[place].length == idLen && LocalIds.equal(buf, idOff, ids[place], 0, idLen)
                && (!hasToken(place) || LocalIds.equal(buf, tokenOff, tokens, place * TOKEN_BYTES, TOKEN_BYTES));
    }

    /** A free place, or that of an id which the same frame retires and which is not the current one. */
    private int placeFor(long priorTo) {
        int retired = -1;
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] == NONE) {
                return i;
            }
            if (sequences[i] < priorTo && (i != current || retired < 0)) {
                retired = i;
            }
        }
        return retired;
    }

    private void put(int place, long sequence, byte[] buf, int idOff, int idLen, int tokenOff) {
        sequences[place] = sequence;
        ids[place] = Arrays.copyOfRange(buf, idOff, idOff + idLen);
        used(place, place == current);
        setToken(place, buf, tokenOff);
    }

    /** A preferred address brings the id with sequence number 1 (RFC 9000 5.1.1). */
    void preferred(byte[] id, int idOff, int idLen, byte[] token, int tokenOff) {
        isSeen(1);
        sequences[1] = 1;
        ids[1] = Arrays.copyOfRange(id, idOff, idOff + idLen);
        used(1, false);
        setToken(1, token, tokenOff);
    }

    /** Retires what the peer wants retired. */
    private int retire(long priorTo) {
        if (priorTo <= retirePriorTo) {
            return 0;
        }
        retirePriorTo = priorTo;
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] != NONE && sequences[i] < priorTo && i != current) {
                int error = giveUp(i);
                if (error != 0) {
                    return error;
                }
            }
        }
        return sequences[current] < priorTo ? replaceCurrent() : 0;
    }

    private int replaceCurrent() {
        int old = current;
        int fresh = unused();
        if (fresh < 0) {
            return 0;
        }
        use(fresh);
        current = fresh;
        return giveUp(old);
    }

    private int unused() {
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] != NONE && sequences[i] >= retirePriorTo && i != current && !isUsed(i)) {
                return i;
            }
        }
        return -1;
    }

    private void use(int place) {
        used(place, true);
        if (hasToken(place)) {
            owner.watchResetToken(connection, tokens, place * TOKEN_BYTES);
        }
    }

    /** Takes an id for a path of its own; the current one's place when ids have no bytes, -1 when there is none. */
    int take() {
        if (ids[current].length == 0) {
            return current;
        }
        int place = unused();
        if (place >= 0) {
            use(place);
        }
        return place;
    }

    /** Packets are sent to this id from now on. */
    void switchTo(int place) {
        current = place;
    }

    /** An id is of no more use to us. False when the bound on retirements is reached; then it stays. */
    boolean release(int place) {
        return ids[place].length == 0 || sequences[place] == NONE || place == current || giveUp(place) == 0;
    }

    private int giveUp(int place) {
        int error = retireLater(sequences[place]);
        if (error == 0) {
            forget(place);
        }
        return error;
    }

    private void forget(int place) {
        if (hasToken(place) && isUsed(place)) {
            owner.unwatchResetToken(connection, tokens, place * TOKEN_BYTES);
        }
        sequences[place] = NONE;
        hasToken &= ~(1 << place);
        used(place, false);
    }

    /** Whether a sequence number was told before; from now on it was. */
    private boolean isSeen(long sequence) {
        long above = sequence - highestSeen;
        if (above > 0) {
            seen = above >= Long.SIZE ? 0 : seen << above;
            highestSeen = sequence;
        }
        long back = highestSeen - sequence;
        if (back >= Long.SIZE) {
            return true;
        }
        boolean before = (seen >>> back & 1) != 0;
        seen |= 1L << back;
        return before;
    }

    private int retireLater(long sequence) {
        if (retirings == MAX_RETIRING) {
            return QuicError.CONNECTION_ID_LIMIT_ERROR;
        }
        if (retiring == null) {
            retiring = new long[MAX_RETIRING];
            retirePending = new boolean[MAX_RETIRING];
        }
        retiring[retirings] = sequence;
        retirePending[retirings++] = true;
        return 0;
    }

    boolean hasPending() {
        for (int i = 0; i < retirings; i++) {
            if (retirePending[i]) {
                return true;
            }
        }
        return false;
    }

    /** RETIRE_CONNECTION_ID. */
    void fill(PacketAssembler packet) {
        for (int i = 0; i < retirings; i++) {
            if (retirePending[i]) {
                if (!packet.retireConnectionId(retiring[i])) {
                    return;
                }
                retirePending[i] = false;
            }
        }
    }

    void onRetireAcked(long sequence) {
        for (int i = 0; i < retirings; i++) {
            if (retiring[i] == sequence) {
                retirings--;
                retiring[i] = retiring[retirings];
                retirePending[i] = retirePending[retirings];
                return;
            }
        }
    }

    void onRetireLost(long sequence) {
        for (int i = 0; i < retirings; i++) {
            if (retiring[i] == sequence) {
                retirePending[i] = true;
            }
        }
    }

    /** Whether a datagram ends with the reset token of an id in use (RFC 9000 10.3.1). All are compared, whichever fits. */
    boolean isReset(byte[] buf, int off, int len) {
        boolean reset = false;
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] != NONE && hasToken(i) && isUsed(i)) {
                reset |= StatelessReset.endsWith(buf, off, len, tokens, i * TOKEN_BYTES);
            }
        }
        return reset;
    }

    /** The connection is forgotten. */
    void clear() {
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] != NONE) {
                forget(i);
            }
        }
    }
}
