package io.shockwave.internal.quic;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hides in the last byte of a connection id which member of a group issued it: combined with a byte that depends on all others of the id under a secret, so that an observer sees neither the
 * member nor which ids are of one (RFC 9000 5.1). Confined to the thread of its endpoint.
 */
final class IdMark {
    static final int KEY_BYTES = 16;
    private static final int BLOCK_BYTES = 16;

    private final int member;
    private final int members;
    private final Cipher cipher;
    private final byte[] block = new byte[BLOCK_BYTES];
    private final byte[] result = new byte[BLOCK_BYTES];

    /** @param key {@link #KEY_BYTES} bytes, the same for all members */
    IdMark(int member, int members, byte[] key) {
        this.member = member;
        this.members = members;
        try {
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform has AES", e);
        }
    }

    /** Sets the last byte; the others stand. */
    void write(byte[] id, int off, int len) {
        id[off + len - 1] = (byte) (member ^ mask(id, off, len));
    }

    /** Who issued it, if a member did; {@link ConnectionIdEncoding#NOBODY} where the byte names none. */
    int read(byte[] id, int off, int len) {
        return named((id[off + len - 1] ^ mask(id, off, len)) & 0xFF);
    }

    int named(int index) {
        return index < members ? index : ConnectionIdEncoding.NOBODY;
    }

    int member() {
        return member;
    }

    private int mask(byte[] id, int off, int len) {
        Arrays.fill(block, (byte) 0);
        for (int i = 0; i < len - 1; i++) {
            block[i % BLOCK_BYTES] ^= id[off + i];
        }
        try {
            cipher.doFinal(block, 0, BLOCK_BYTES, result, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return result[0];
    }
}
