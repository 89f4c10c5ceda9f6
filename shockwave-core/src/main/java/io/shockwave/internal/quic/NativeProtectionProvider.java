package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.internal.tls13.Hkdf;
import java.util.Arrays;

/**
 * Protects packets with libcrypto where the library is there, native access is allowed, and it agrees with JCA on a trial; suite by suite, with JCA for the others. Confined to one thread
 * with all that it makes.
 */
final class NativeProtectionProvider implements PacketProtectionProvider {
    private static final int TRIAL_BYTES = 100;
    private static final int TRIAL_HEADER_BYTES = 20;

    /** What the trial of the first use found; the suites by their ordinal. */
    private static final class Trial {
        private static final boolean[] AGREES = run();

        private static boolean[] run() {
            CipherSuite[] suites = CipherSuite.values();
            boolean[] agrees = new boolean[suites.length];
            if (Libcrypto.isLoaded()) {
                for (CipherSuite suite : suites) {
                    agrees[suite.ordinal()] = agrees(suite);
                }
            }
            return agrees;
        }
    }

    private final JcaProtectionProvider jca = new JcaProtectionProvider();
    private NativeScratch scratch;

    /** The best that this platform has. */
    static PacketProtectionProvider best() {
        for (boolean agrees : Trial.AGREES) {
            if (agrees) {
                return new NativeProtectionProvider();
            }
        }
        return new JcaProtectionProvider();
    }

    /** Whether a suite is protected by the library. */
    static boolean isNative(CipherSuite suite) {
        return Trial.AGREES[suite.ordinal()];
    }

    @Override
    public PacketProtection of(CipherSuite suite, QuicVersion version, byte[] secret) {
        if (!isNative(suite)) {
            return jca.of(suite, version, secret);
        }
        return made(suite, version, secret);
    }

    private PacketProtection made(CipherSuite suite, QuicVersion version, byte[] secret) {
        byte[] key = KeyedProtection.headerKey(suite, version, jca.hkdf(suite), secret);
        PacketProtection made = made(suite, version, secret, key);
        Arrays.fill(key, (byte) 0);
        return made;
    }

    private PacketProtection made(CipherSuite suite, QuicVersion version, byte[] secret, byte[] headerKey) {
        // One block of AES is as fast through JCA, which allocates nothing for it.
        HeaderMask mask = suite == CipherSuite.CHACHA20_POLY1305_SHA256 ? new NativeChaChaHeaderMask(this, headerKey, granted(Libcrypto.chacha20(headerKey))) : new AesHeaderMask(headerKey);
        return with(suite, version, jca.hkdf(suite), secret, mask);
    }

    @Override
    public PacketProtection unpark(byte[] parked) {
        CipherSuite suite = KeyedProtection.parkedSuite(parked);
        if (!isNative(suite)) {
            return jca.unpark(parked);
        }
        byte[] secret = KeyedProtection.parkedSecret(parked);
        byte[] key = KeyedProtection.parkedHeaderKey(parked);
        PacketProtection made = made(suite, KeyedProtection.parkedVersion(parked), secret, key);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(key, (byte) 0);
        return made;
    }

    /** Where packets are sealed and opened. */
    NativeScratch scratch() {
        if (scratch == null) {
            scratch = new NativeScratch();
        }
        return scratch;
    }

    byte[] nonce() {
        return jca.nonce();
    }

    /** A protection with a share of a mask. */
    PacketProtection with(CipherSuite suite, QuicVersion version, Hkdf hkdf, byte[] secret, HeaderMask mask) {
        byte[] key = KeyedProtection.key(suite, version, hkdf, secret);
        long context = Libcrypto.aead(suite, key);
        Arrays.fill(key, (byte) 0);
        if (context == 0) {
            mask.release();
        }
        return new NativePacketProtection(this, suite, version, hkdf, secret, mask, granted(context));
    }

    private static long granted(long context) {
        if (context == 0) {
            throw new IllegalStateException("libcrypto refuses the cipher");
        }
        return context;
    }

    /** Seals, opens and masks with both, and refuses what was touched. */
    private static boolean agrees(CipherSuite suite) {
        byte[] secret = new byte[suite.hashBytes()];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) (i + suite.ordinal());
        }
        PacketProtection reference = new JcaProtectionProvider().of(suite, QuicVersion.V1, secret);
        PacketProtection tried;
        try {
            tried = new NativeProtectionProvider().made(suite, QuicVersion.V1, secret);
        } catch (IllegalStateException _) {
            reference.wipe();
            return false;
        }
        try {
            return agree(tried, reference);
        } catch (IllegalStateException _) {
            return false;
        } finally {
            tried.wipe();
            reference.wipe();
        }
    }

    private static boolean agree(PacketProtection tried, PacketProtection reference) {
        byte[] one = new byte[TRIAL_HEADER_BYTES + TRIAL_BYTES + PacketProtection.TAG_BYTES];
        for (int i = 0; i < one.length; i++) {
            one[i] = (byte) (i * 7);
        }
        byte[] two = one.clone();
        byte[] plain = one.clone();
        int sealed = tried.seal(5, one, 0, TRIAL_HEADER_BYTES, TRIAL_BYTES);
        reference.seal(5, two, 0, TRIAL_HEADER_BYTES, TRIAL_BYTES);
        if (!Arrays.equals(one, two) || tried.mask(one, TRIAL_HEADER_BYTES) != reference.mask(one, TRIAL_HEADER_BYTES)) {
            return false;
        }
        int end = TRIAL_HEADER_BYTES + TRIAL_BYTES;
        boolean opens = tried.open(5, one, 0, TRIAL_HEADER_BYTES, sealed) == TRIAL_BYTES && Arrays.equals(one, 0, end, plain, 0, end);
        two[TRIAL_HEADER_BYTES + 3] ^= 1;
        return opens && tried.open(5, two, 0, TRIAL_HEADER_BYTES, sealed) == -1;
    }

    @Override
    public String name() {
        return "libcrypto";
    }
}
