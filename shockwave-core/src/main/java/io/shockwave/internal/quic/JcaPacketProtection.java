package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.internal.tls13.Hkdf;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Packet protection through JCA. Allocates what the cipher allocates to take a new nonce, and nothing of its own beyond the parameters of that. */
final class JcaPacketProtection extends KeyedProtection {
    private final JcaProtectionProvider provider;
    private Cipher cipher;
    private SecretKey key;

    JcaPacketProtection(JcaProtectionProvider provider, CipherSuite suite, QuicVersion version, Hkdf hkdf, byte[] secret, HeaderMask mask) {
        super(suite, version, hkdf, secret, mask, provider.nonce());
        this.provider = provider;
        byte[] bytes = key(suite, version, hkdf, secret);
        boolean chacha = suite == CipherSuite.CHACHA20_POLY1305_SHA256;
        key = new SecretKeySpec(bytes, chacha ? "ChaCha20" : "AES");
        Arrays.fill(bytes, (byte) 0);
        try {
            cipher = Cipher.getInstance(chacha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no " + suite + " on this platform", e);
        }
    }

    @Override
    PacketProtection withSecret(Hkdf keys, byte[] next, HeaderMask mask) {
        return new JcaPacketProtection(provider, suite, version, keys, next, mask);
    }

    @Override
    public int seal(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
        int payloadOff = headerOff + headerLen;
        nonce(packetNumber);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters());
            cipher.updateAAD(buf, headerOff, headerLen);
            return cipher.doFinal(buf, payloadOff, payloadLen, buf, payloadOff);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int open(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
        if (payloadLen < TAG_BYTES) {
            return -1;
        }
        int payloadOff = headerOff + headerLen;
        byte[] scratch = provider.scratch(payloadLen);
        nonce(packetNumber);
        try {
            startOpening();
            cipher.updateAAD(buf, headerOff, headerLen);
            int plain = cipher.doFinal(buf, payloadOff, payloadLen, scratch, 0);
            System.arraycopy(scratch, 0, buf, payloadOff, plain);
            return plain;
        } catch (AEADBadTagException _) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A provider may refuse the nonce that it had last. A packet that comes twice has it again, and then another one goes in between. */
    private void startOpening() throws GeneralSecurityException {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, parameters());
        } catch (InvalidKeyException | InvalidAlgorithmParameterException e) {
            nonce[0] ^= 1;
            cipher.init(Cipher.DECRYPT_MODE, key, parameters());
            nonce[0] ^= 1;
            cipher.init(Cipher.DECRYPT_MODE, key, parameters());
        }
    }

    private AlgorithmParameterSpec parameters() {
        return suite == CipherSuite.CHACHA20_POLY1305_SHA256 ? new IvParameterSpec(nonce) : new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce);
    }

    @Override
    void free() {
        cipher = null;
        key = null;
    }
}
