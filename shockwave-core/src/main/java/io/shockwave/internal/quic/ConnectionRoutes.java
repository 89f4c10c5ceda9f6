package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;

/**
 * Finds the connection that a datagram is for: by an id that we issued, by the id that a client chose for its first packets, by a stateless reset token. Owned by an endpoint.
 *
 * <p>The key of an id that we issued is its last eight bytes, which are unique because an id is only issued where they are; the map finds, the connection's own list decides. Ids and
 * tokens that peers chose are hashed under a secret, so that nobody can choose many with one key.
 */
final class ConnectionRoutes {
    private final int idBytes;
    private final LongObjectHashMap<QuicConnection> issued = new LongObjectHashMap<>();
    private final LongObjectHashMap<QuicConnection> chosen = new LongObjectHashMap<>();
    private final LongObjectHashMap<QuicConnection> resets = new LongObjectHashMap<>();
    private final IdHash hash;
    private QuicConnection only;

    ConnectionRoutes(int idBytes, RandomBytes random) {
        this.idBytes = idBytes;
        hash = new IdHash(random);
    }

    static long word(byte[] buf, int off, int len) {
        long value = 0;
        for (int i = 0; i < len; i++) {
            value = value << 8 | buf[off + i] & 0xFF;
        }
        return value;
    }

    /** Lists a connection under an id if nobody has its key. */
    boolean issue(QuicConnection c, byte[] id, int off) {
        if (idBytes == 0) {
            only = c;
            return true;
        }
        long key = key(id, off);
        if (issued.containsKey(key)) {
            return false;
        }
        issued.put(key, c);
        return true;
    }

    private long key(byte[] id, int off) {
        int bytes = Math.min(8, idBytes);
        return word(id, off + idBytes - bytes, bytes);
    }

    void retire(QuicConnection c, byte[] id, int off) {
        if (idBytes == 0) {
            only = only == c ? null : only;
            return;
        }
        long key = key(id, off);
        if (issued.get(key) == c) {
            issued.remove(key);
        }
    }

    QuicConnection byIssued(byte[] buf, int off, int len) {
        if (len != idBytes) {
            return null;
        }
        if (idBytes == 0) {
            return only;
        }
        QuicConnection c = issued.get(key(buf, off));
        return c != null && c.localIds().sequenceOf(buf, off, len) != LocalIds.NONE ? c : null;
    }

    void choose(QuicConnection c, byte[] id, int len) {
        chosen.put(hash.of(id, 0, len), c);
    }

    void unchoose(QuicConnection c, byte[] id) {
        long key = hash.of(id, 0, id.length);
        if (chosen.get(key) == c) {
            chosen.remove(key);
        }
    }

    QuicConnection byChosen(byte[] buf, int off, int len) {
        QuicConnection c = chosen.get(hash.of(buf, off, len));
        if (c == null) {
            return null;
        }
        byte[] id = c.lifecycle().flight().keyId();
        return id.length == len && LocalIds.equal(buf, off, id, 0, len) ? c : null;
    }

    void watchReset(QuicConnection c, byte[] token, int off) {
        resets.put(hash.of(token, off, StatelessReset.TOKEN_BYTES), c);
    }

    void unwatchReset(QuicConnection c, byte[] token, int off) {
        long key = hash.of(token, off, StatelessReset.TOKEN_BYTES);
        if (resets.get(key) == c) {
            resets.remove(key);
        }
    }

    /** The connection that a datagram would reset, if its token is right in full. */
    QuicConnection byReset(byte[] buf, int off, int len) {
        if (len < StatelessReset.LEAST_BYTES || resets.isEmpty()) {
            return null;
        }
        QuicConnection c = resets.get(hash.of(buf, off + len - StatelessReset.TOKEN_BYTES, StatelessReset.TOKEN_BYTES));
        return c != null && c.peerIds().isReset(buf, off, len) ? c : null;
    }

    /** All ids and tokens that are listed. */
    int size() {
        return issued.size() + chosen.size() + resets.size();
    }
}
