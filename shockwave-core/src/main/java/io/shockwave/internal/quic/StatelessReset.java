package io.shockwave.internal.quic;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stateless reset tokens (RFC 9000 10.3.2): HMAC-SHA256 of the connection id under a static key, so that an endpoint that lost its state, or shares the key with others, can still tell
 * a peer that a connection is gone. Owned by an endpoint and confined to its thread.
 */
final class StatelessReset {
    static final int TOKEN_BYTES = 16;
    /** RFC 9000 10.3: 5 bytes that look like a short header, and the token. Below it a datagram cannot be one. */
    static final int LEAST_BYTES = 5 + TOKEN_BYTES;

    private static final String ALGORITHM = "HmacSHA256";
    private final Mac mac;
    private final byte[] full = new byte[32];

    /** @param key 32 random bytes, the same after a restart; copied */
    StatelessReset(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform has " + ALGORITHM, e);
        }
    }

    /** Writes the token of a connection id. */
    void token(byte[] id, int idOff, int idLen, byte[] dst, int off) {
        try {
            mac.update(id, idOff, idLen);
            mac.doFinal(full, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        System.arraycopy(full, 0, dst, off, TOKEN_BYTES);
    }

    /** Whether a datagram ends with this token; takes the same time wherever they differ (RFC 9000 10.3.1). */
    static boolean endsWith(byte[] buf, int off, int len, byte[] token, int tokenOff) {
        if (len < LEAST_BYTES) {
            return false;
        }
        int difference = 0;
        int from = off + len - TOKEN_BYTES;
        for (int i = 0; i < TOKEN_BYTES; i++) {
            difference |= buf[from + i] ^ token[tokenOff + i];
        }
        return difference == 0;
    }

    /**
     * The bytes of a reset in answer to a datagram: shorter than it by at least one, so that two endpoints do not answer each other for ever (RFC 9000 10.3.3); 0 when it is too short to
     * be answered.
     */
    static int bytesFor(int receivedBytes) {
        int bytes = Math.min(receivedBytes - 1, 43);
        return bytes < LEAST_BYTES ? 0 : bytes;
    }
}
