package io.shockwave.internal.quic;

import java.util.Arrays;

/**
 * The connection ids that we issued and the peer has not retired (RFC 9000 5.1.1), in a fixed number of places. Owned by a connection.
 */
final class LocalIds {
    /** As many as a peer can use: one in use, one for a path being tried, and spares for quick changes. */
    static final int MAX_ACTIVE = 4;
    static final long NONE = -1L;

    private final QuicConnection connection;
    private final ConnectionOwner owner;
    private final int length;
    private final byte[] ids;
    private final long[] sequences = new long[MAX_ACTIVE];
    /** A bit for each place. */
    private int pending;
    private long nextSequence;
    private int allowed = 1;

    LocalIds(QuicConnection connection, ConnectionOwner owner, int length) {
        this.connection = connection;
        this.owner = owner;
        this.length = length;
        ids = new byte[MAX_ACTIVE * length];
        for (int i = 0; i < MAX_ACTIVE; i++) {
            sequences[i] = NONE;
        }
        issue(0);
    }

    int length() {
        return length;
    }

    byte[] ids() {
        return ids;
    }

    /** A copy of the id of the handshake, which the first place keeps until the peer retires it. */
    byte[] first() {
        return Arrays.copyOf(ids, length);
    }

    /** Issues the id with sequence number 1, which the preferred address brings (RFC 9000 5.1.1), and gives a copy of it. */
    byte[] preferred() {
        issue(1);
        return Arrays.copyOfRange(ids, length, length + length);
    }

    long issued() {
        return nextSequence;
    }

    /** The handshake is complete and the peer holds this many: it gets all at once. */
    void allow(long activeIdLimit) {
        if (length == 0) {
            return;
        }
        allowed = (int) Math.min(MAX_ACTIVE, activeIdLimit);
        fillPlaces();
    }

    private void fillPlaces() {
        for (int i = 0; i < allowed; i++) {
            if (sequences[i] == NONE) {
                issue(i);
                pending |= 1 << i;
            }
        }
    }

    private void issue(int place) {
        sequences[place] = nextSequence++;
        owner.issueId(connection, ids, place * length);
    }

    /** The sequence number of an id in a packet that came in; {@link #NONE} if it is none of ours. */
    long sequenceOf(byte[] buf, int off, int len) {
        if (len != length) {
            return NONE;
        }
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] != NONE && equal(buf, off, ids, i * length, len)) {
                return sequences[i];
            }
        }
        return NONE;
    }

    /** RETIRE_CONNECTION_ID. The place is filled again at once, so a peer that retires without end costs one frame for each of its own. */
    int onRetire(long sequence, long sequenceOfPacket) {
        // RFC 9000 19.16: an id that was not issued, or that the packet itself was sent to, is a PROTOCOL_VIOLATION. So is any where ids have no bytes.
        if (sequence >= nextSequence || sequence == sequenceOfPacket || length == 0) {
            return QuicError.PROTOCOL_VIOLATION;
        }
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] == sequence) {
                owner.retireId(connection, ids, i * length);
                sequences[i] = NONE;
                pending &= ~(1 << i);
                fillPlaces();
                return 0;
            }
        }
        return 0;
    }

    boolean hasPending() {
        return pending != 0;
    }

    /** NEW_CONNECTION_ID. */
    void fill(PacketAssembler packet) {
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if ((pending >>> i & 1) != 0) {
                byte[] token = new byte[StatelessReset.TOKEN_BYTES];
                owner.resetToken(ids, i * length, length, token, 0);
                if (!packet.newConnectionId(sequences[i], 0, ids, i * length, length, token, 0)) {
                    return;
                }
                pending &= ~(1 << i);
            }
        }
    }

    void onLost(long sequence) {
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] == sequence) {
                pending |= 1 << i;
            }
        }
    }

    /** The connection is forgotten. */
    void retireAll() {
        for (int i = 0; i < MAX_ACTIVE; i++) {
            if (sequences[i] != NONE) {
                owner.retireId(connection, ids, i * length);
            }
            sequences[i] = NONE;
            pending &= ~(1 << i);
        }
    }

    static boolean equal(byte[] a, int aOff, byte[] b, int bOff, int len) {
        for (int i = 0; i < len; i++) {
            if (a[aOff + i] != b[bOff + i]) {
                return false;
            }
        }
        return true;
    }
}
