package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.internal.tls13.Hkdf;
import java.util.Arrays;

/** Protects packets with whatever ciphers the platform's security providers have. Confined to one thread with all that it makes. */
final class JcaProtectionProvider implements PacketProtectionProvider {
    private static final int FIRST_SCRATCH_BYTES = 2_048;

    private final Hkdf sha256 = new Hkdf(CipherSuite.AES_128_GCM_SHA256);
    private final Hkdf sha384 = new Hkdf(CipherSuite.AES_256_GCM_SHA384);
    private final byte[] nonce = new byte[KeyedProtection.IV_BYTES];
    private byte[] scratch = new byte[FIRST_SCRATCH_BYTES];

    @Override
    public PacketProtection of(CipherSuite suite, QuicVersion version, byte[] secret) {
        byte[] key = KeyedProtection.headerKey(suite, version, hkdf(suite), secret);
        PacketProtection made = made(suite, version, secret, key);
        Arrays.fill(key, (byte) 0);
        return made;
    }

    @Override
    public PacketProtection unpark(byte[] parked) {
        byte[] secret = KeyedProtection.parkedSecret(parked);
        byte[] key = KeyedProtection.parkedHeaderKey(parked);
        PacketProtection made = made(KeyedProtection.parkedSuite(parked), KeyedProtection.parkedVersion(parked), secret, key);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(key, (byte) 0);
        return made;
    }

    private PacketProtection made(CipherSuite suite, QuicVersion version, byte[] secret, byte[] headerKey) {
        HeaderMask mask = suite == CipherSuite.CHACHA20_POLY1305_SHA256 ? new ChaChaHeaderMask(headerKey) : new AesHeaderMask(headerKey);
        return new JcaPacketProtection(this, suite, version, hkdf(suite), secret, mask);
    }

    /** Where the nonce of the packet lies that is being sealed or opened. */
    byte[] nonce() {
        return nonce;
    }

    Hkdf hkdf(CipherSuite suite) {
        return suite == CipherSuite.AES_256_GCM_SHA384 ? sha384 : sha256;
    }

    /** Where opened payloads go before they are copied back: the platform's GCM would make an array of the size of the whole buffer to decrypt in place. As large as the largest packet. */
    byte[] scratch(int bytes) {
        if (scratch.length < bytes) {
            scratch = new byte[Math.max(bytes, 2 * scratch.length)];
        }
        return scratch;
    }

    @Override
    public String name() {
        return "jca";
    }
}
