package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals and opens the tokens by which a client proves its address (RFC 9000 8.1): in a Retry packet for the handshake at hand, in a NEW_TOKEN frame for a later one. Owned by an endpoint
 * and confined to its thread.
 *
 * <pre>
 *   kind (1) | nonce (12) | sealed: time of issue (8) [ original id with its length | source id of the Retry packet with its length ] | tag (16)
 * </pre>
 *
 * <p>Kind, version and address are authenticated along with it; the port too for a Retry packet, whose answer comes from the same socket. A key is changed before it could seal too
 * much, and the one before is kept for what it sealed.
 */
final class AddressTokens {
    static final int RETRY = 0;
    static final int NEW_TOKEN = 1;
    private static final int KIND_BITS = 1;

    private static final int NONCE_BYTES = 12;
    private static final int TIME_BYTES = 8;
    private static final int FRONT_BYTES = 1 + NONCE_BYTES;
    private static final int LEAST_BYTES = FRONT_BYTES + TIME_BYTES + PacketProtection.TAG_BYTES;
    /** What a token takes at most. */
    static final int MAX_BYTES = LEAST_BYTES + 2 * (1 + PacketHeader.MAX_ID_BYTES);
    /** Kind, version, address and port. */
    private static final int BOUND_BYTES = 1 + 4 + 18;

    /** A client answers a Retry packet at once; this allows for a few losses on a slow path. */
    static final long RETRY_LIFETIME_MS = 15_000;
    /** How long a client may come back without a round trip more. */
    static final long NEW_TOKEN_LIFETIME_MS = 24 * 3_600_000L;

    /** What a token says. */
    enum Verdict {
        /** The client has its address from a Retry packet: original and source id are known. */
        RETRY,
        /** The client had its address on a connection before. */
        NEW_TOKEN,
        /** From whomever: to be treated as if there were none (RFC 9000 8.1.3). */
        UNKNOWN,
        /** It looks like one of a Retry packet and is not valid, and there cannot be another Retry: INVALID_TOKEN (RFC 9000 8.1.2). */
        INVALID,
    }

    private final RandomBytes random;
    private final TokenKeys keys;
    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final byte[] bound = new byte[BOUND_BYTES];
    private final byte[] plain = new byte[MAX_BYTES];
    private final byte[] sealed = new byte[MAX_BYTES];
    private int originalOff;
    private int originalLength;

    AddressTokens(RandomBytes random, TokenKeys keys) {
        this.random = random;
        this.keys = keys;
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform has AES-GCM", e);
        }
    }

    /**
     * Writes the token of a Retry packet.
     *
     * @param original the Destination Connection ID that the client chose, which the handshake has to confirm
     * @param source the Source Connection ID of the Retry packet, to which the client goes on to send
     * @return its length, at most {@link #MAX_BYTES}
     */
    int retry(byte[] dst, int off, QuicVersion version, PeerAddress peer, byte[] original, int originalAt, int originalLen, byte[] source, int sourceLen, long nowMs) {
        int i = time(nowMs);
        plain[i++] = (byte) originalLen;
        System.arraycopy(original, originalAt, plain, i, originalLen);
        i += originalLen;
        plain[i++] = (byte) sourceLen;
        System.arraycopy(source, 0, plain, i, sourceLen);
        return seal(dst, off, RETRY, version, peer, i + sourceLen, nowMs);
    }

    /** Writes the token of a NEW_TOKEN frame, and returns its length. */
    int newToken(byte[] dst, int off, QuicVersion version, PeerAddress peer, long nowMs) {
        return seal(dst, off, NEW_TOKEN, version, peer, time(nowMs), nowMs);
    }

    private int time(long nowMs) {
        for (int i = 0; i < TIME_BYTES; i++) {
            plain[i] = (byte) (nowMs >>> 56 - 8 * i);
        }
        return TIME_BYTES;
    }

    private int seal(byte[] dst, int off, int kind, QuicVersion version, PeerAddress peer, int plainLen, long nowMs) {
        SecretKey key = keys.sealing(random, nowMs);
        random.fill(dst, off, FRONT_BYTES);
        dst[off] = (byte) (dst[off] & -1 << KIND_BITS | kind);
        System.arraycopy(dst, off + 1, nonce, 0, NONCE_BYTES);
        bind(dst[off], version, peer);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(PacketProtection.TAG_BYTES * Byte.SIZE, nonce));
            cipher.updateAAD(bound);
            return FRONT_BYTES + cipher.doFinal(plain, 0, plainLen, dst, off + FRONT_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the token is valid for: not in another version (RFC 9369 5), not from another address. */
    private void bind(byte kind, QuicVersion version, PeerAddress peer) {
        bound[0] = kind;
        int number = version.number();
        bound[1] = (byte) (number >>> 24);
        bound[2] = (byte) (number >>> 16);
        bound[3] = (byte) (number >>> 8);
        bound[4] = (byte) number;
        peer.writeTo(bound, 5);
        if ((kind & 1) == NEW_TOKEN) {
            bound[BOUND_BYTES - 2] = 0;
            bound[BOUND_BYTES - 1] = 0;
        }
    }

    /**
     * Judges the token of an Initial packet. After {@link Verdict#RETRY} {@link #original} tells the first Destination Connection ID.
     *
     * @param destination the packet's Destination Connection ID, which after a Retry is the one that the Retry packet gave
     */
    Verdict judge(byte[] buf, int off, int len, QuicVersion version, PeerAddress peer, byte[] destination, int destinationOff, int destinationLen, long nowMs) {
        originalLength = 0;
        if (len < LEAST_BYTES || len > MAX_BYTES) {
            return Verdict.UNKNOWN;
        }
        boolean isRetry = (buf[off] & 1) == RETRY;
        Verdict otherwise = isRetry ? Verdict.INVALID : Verdict.UNKNOWN;
        bind(buf[off], version, peer);
        TokenKeys.Pair pair = keys.pair();
        int plainLen = open(pair.now(), buf, off, len);
        if (plainLen < 0 && pair.before() != null) {
            plainLen = open(pair.before(), buf, off, len);
        }
        if (plainLen < 0 || isExpired(nowMs, isRetry ? RETRY_LIFETIME_MS : NEW_TOKEN_LIFETIME_MS)) {
            return otherwise;
        }
        if (!isRetry) {
            return Verdict.NEW_TOKEN;
        }
        int original = plain[TIME_BYTES];
        int sourceAt = TIME_BYTES + 1 + original + 1;
        int source = plain[sourceAt - 1];
        if (source != destinationLen || !Arrays.equals(plain, sourceAt, sourceAt + source, destination, destinationOff, destinationOff + destinationLen)) {
            return Verdict.INVALID;
        }
        originalOff = TIME_BYTES + 1;
        originalLength = original;
        return Verdict.RETRY;
    }

    private int open(SecretKey with, byte[] buf, int off, int len) {
        System.arraycopy(buf, off + 1, nonce, 0, NONCE_BYTES);
        System.arraycopy(buf, off + FRONT_BYTES, sealed, 0, len - FRONT_BYTES);
        try {
            cipher.init(Cipher.DECRYPT_MODE, with, new GCMParameterSpec(PacketProtection.TAG_BYTES * Byte.SIZE, nonce));
            cipher.updateAAD(bound);
            return cipher.doFinal(sealed, 0, len - FRONT_BYTES, plain, 0);
        } catch (AEADBadTagException _) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token from the future is as little worth as one too old: clocks of endpoints that share a key may differ, but not by the lifetime. */
    private boolean isExpired(long nowMs, long lifetimeMs) {
        long issuedMs = 0;
        for (int i = 0; i < TIME_BYTES; i++) {
            issuedMs = issuedMs << 8 | plain[i] & 0xFF;
        }
        long ageMs = nowMs - issuedMs;
        return ageMs < -lifetimeMs || ageMs > lifetimeMs;
    }

    /** The Destination Connection ID of the client's first packet; valid after {@link Verdict#RETRY} until the next call. */
    byte[] original() {
        return Arrays.copyOfRange(plain, originalOff, originalOff + originalLength);
    }
}
