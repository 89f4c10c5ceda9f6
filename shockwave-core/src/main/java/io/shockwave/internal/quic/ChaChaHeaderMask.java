package io.shockwave.internal.quic;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ChaCha20-based header protection (RFC 9001 5.4.4) through JCA: the sample is block counter and nonce. */
final class ChaChaHeaderMask extends HeaderMask {
    private static final int COUNTER_BYTES = 4;
    private static final byte[] ZEROS = new byte[MASK_BYTES];

    private final byte[] mask = new byte[MASK_BYTES];
    private final byte[] nonce = new byte[KeyedProtection.IV_BYTES];
    private Cipher cipher;
    private SecretKey key;

    ChaChaHeaderMask(byte[] key) {
        super(key);
        this.key = new SecretKeySpec(key, "ChaCha20");
        try {
            cipher = Cipher.getInstance("ChaCha20");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no ChaCha20 on this platform", e);
        }
    }

    @Override
    long mask(byte[] buf, int sampleOff) {
        int counter = buf[sampleOff] & 0xFF | (buf[sampleOff + 1] & 0xFF) << 8 | (buf[sampleOff + 2] & 0xFF) << 16 | (buf[sampleOff + 3] & 0xFF) << 24;
        System.arraycopy(buf, sampleOff + COUNTER_BYTES, nonce, 0, nonce.length);
        try {
            start(counter);
            cipher.doFinal(ZEROS, 0, MASK_BYTES, mask, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return bits(mask);
    }

    /** A provider may refuse the nonce that it had last. A datagram that the network duplicated has it again, and then another one goes in between. */
    private void start(int counter) throws GeneralSecurityException {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new ChaCha20ParameterSpec(nonce, counter));
        } catch (InvalidKeyException | InvalidAlgorithmParameterException e) {
            nonce[0] ^= 1;
            cipher.init(Cipher.ENCRYPT_MODE, key, new ChaCha20ParameterSpec(nonce, counter));
            nonce[0] ^= 1;
            cipher.init(Cipher.ENCRYPT_MODE, key, new ChaCha20ParameterSpec(nonce, counter));
        }
    }

    @Override
    void free() {
        cipher = null;
        key = null;
    }
}
