package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.tls13.EncryptionLevel;
import io.shockwave.internal.tls13.TlsEngine;

/** The handshake's bytes of one level, both directions (RFC 9000 7.5, 19.6). Owned by a connection. */
final class CryptoStream {
    /**
     * How far bytes may run ahead of a gap. RFC 9000 7.5 demands 4,096 at least; a flight with a long certificate chain and a hybrid key share stays below this. What is in order is never
     * held here.
     */
    static final int MAX_AHEAD_BYTES = 32 << 10;

    /** Of a level that is over: nothing is sent or received any more. */
    static final CryptoStream CLOSED = new CryptoStream(null, null);

    private final EncryptionLevel level;
    final SendBuffer out;
    private final ReceiveBuffer in;

    CryptoStream(EncryptionLevel level, Slab slab) {
        this.level = level;
        out = new SendBuffer(slab);
        in = new ReceiveBuffer(slab);
    }

    boolean hasPending() {
        return out.hasLost() || out.next() < out.end();
    }

    /** Bytes held for the peer's gaps. */
    int heldBytes() {
        return in.heldBytes();
    }

    /** Takes a CRYPTO frame, and gives to TLS what is in order. */
    int receive(long offset, byte[] buf, int off, int len, TlsEngine tls, long nowMs) {
        if (offset + len - in.base() > MAX_AHEAD_BYTES) {
            return QuicError.CRYPTO_BUFFER_EXCEEDED;
        }
        if (in.isNext(offset)) {
            in.pass(len);
            return tls.receive(level, buf, off, len, nowMs);
        }
        in.insert(offset, buf, off, len);
        int error = 0;
        while (error == 0 && in.readable() > 0) {
            int piece = in.headBytes();
            error = tls.receive(level, in.head(), in.headOff(), piece, nowMs);
            in.take(piece);
        }
        return error;
    }

    /** The level is over; its bytes are given back. */
    void close() {
        out.drop();
        in.drop(in.highest());
    }

    /** As new, for a handshake that begins again with another version. */
    void clear() {
        out.clear();
        in.clear();
    }
}
