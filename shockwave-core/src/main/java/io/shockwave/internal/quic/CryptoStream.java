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
    private final Slab slab;
    /** Null at rest, as the other. */
    private SendBuffer out;
    private ReceiveBuffer in;
    private long sent;
    private long received;

    CryptoStream(EncryptionLevel level, Slab slab) {
        this.level = level;
        this.slab = slab;
        wake();
    }

    private void wake() {
        if (out == null) {
            out = new SendBuffer(slab);
            out.startAt(sent);
            in = new ReceiveBuffer(slab);
            in.drop(received);
        }
    }

    /** Until there is more of the handshake, two numbers say all of what was. */
    void rest() {
        if (out != null && out.isAllAcked() && in.highest() == in.base() && in.heldBytes() == 0) {
            sent = out.end();
            received = in.base();
            out = null;
            in = null;
        }
    }

    SendBuffer out() {
        wake();
        return out;
    }

    boolean hasPending() {
        return out != null && (out.hasLost() || out.next() < out.end());
    }

    /** Bytes held for the peer's gaps. */
    int heldBytes() {
        return in == null ? 0 : in.heldBytes();
    }

    /** Takes a CRYPTO frame, and gives to TLS what is in order. */
    int receive(long offset, byte[] buf, int off, int len, TlsEngine tls, long nowMs) {
        wake();
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
        if (out != null) {
            out.drop();
            in.drop(in.highest());
        }
    }

    /** As new, for a handshake that begins again with another version. */
    void clear() {
        wake();
        out.clear();
        in.clear();
    }
}
