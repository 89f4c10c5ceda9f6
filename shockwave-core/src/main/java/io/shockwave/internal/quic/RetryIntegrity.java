package io.shockwave.internal.quic;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Writes and verifies Retry packets (RFC 9000 17.2.5, RFC 9001 5.8, RFC 9369 3.3.3). Owned by an endpoint or a connection and confined to its thread. */
final class RetryIntegrity {
    private static final byte[] EMPTY = {};

    private final QuicVersion version;
    private final SecretKey key;
    private final Cipher cipher;
    private final byte[] tag = new byte[PacketProtection.TAG_BYTES];
    private final byte[] original = new byte[1 + PacketHeader.MAX_ID_BYTES];

    RetryIntegrity(QuicVersion version) {
        this.version = version;
        this.key = new SecretKeySpec(version.retryKey(), "AES");
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform has AES-GCM", e);
        }
    }

    /**
     * Writes a Retry packet.
     *
     * @param initial the client's Initial packet, whose ids are answered; its Destination Connection ID goes into the tag
     * @param unused the four low bits of the first byte, of arbitrary value
     * @return the offset behind the packet
     */
    int write(byte[] dst, int off, byte[] received, PacketHeader initial, byte[] source, int sourceLen, byte[] token, int tokenLen, int unused) {
        dst[off] = (byte) (PacketHeader.LONG | PacketHeader.FIXED | version.typeBits(PacketType.RETRY) << 4 | unused & 0x0F);
        int i = PacketEncoder.ids(dst, off + 1, version.number(), received, initial.sourceOff(), initial.sourceLength(), source, 0, sourceLen);
        System.arraycopy(token, 0, dst, i, tokenLen);
        i += tokenLen;
        tag(received, initial.destinationOff(), initial.destinationLength(), dst, off, i - off);
        System.arraycopy(tag, 0, dst, i, tag.length);
        return i + tag.length;
    }

    /** Whether the tag at the end of a Retry packet belongs to it and to the Destination Connection ID of the Initial packet that it answers. */
    boolean isGenuine(byte[] buf, PacketHeader retry, byte[] originalId, int idOff, int idLen) {
        int bytes = retry.end() - retry.start() - tag.length;
        if (bytes < 0) {
            return false;
        }
        tag(originalId, idOff, idLen, buf, retry.start(), bytes);
        int difference = 0;
        for (int i = 0; i < tag.length; i++) {
            difference |= tag[i] ^ buf[retry.start() + bytes + i];
        }
        return difference == 0;
    }

    /** AEAD_AES_128_GCM over nothing, with the Retry Pseudo-Packet as associated data. */
    private void tag(byte[] originalId, int idOff, int idLen, byte[] packet, int off, int len) {
        original[0] = (byte) idLen;
        System.arraycopy(originalId, idOff, original, 1, idLen);
        try {
            // Key and nonce are the same for every Retry packet, which a provider refuses where it just had them: here they hide nothing, and another nonce goes in between.
            byte[] nonce = version.retryNonce().clone();
            nonce[0] ^= 1;
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(tag.length * Byte.SIZE, nonce));
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(tag.length * Byte.SIZE, version.retryNonce()));
            cipher.updateAAD(original, 0, 1 + idLen);
            cipher.updateAAD(packet, off, len);
            cipher.doFinal(EMPTY, 0, 0, tag, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        Arrays.fill(original, (byte) 0);
    }
}
