package io.shockwave.internal.quic;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** AES-based header protection (RFC 9001 5.4.3): one block of AES in ECB mode, through JCA, where it allocates nothing. */
final class AesHeaderMask extends HeaderMask {
    private final byte[] block = new byte[PacketHeader.SAMPLE_BYTES];
    private Cipher cipher;

    AesHeaderMask(byte[] key) {
        super(key);
        try {
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform has AES", e);
        }
    }

    @Override
    long mask(byte[] buf, int sampleOff) {
        try {
            cipher.doFinal(buf, sampleOff, PacketHeader.SAMPLE_BYTES, block, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return bits(block);
    }

    @Override
    void free() {
        cipher = null;
    }
}
