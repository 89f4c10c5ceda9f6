package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.internal.tls13.Hkdf;
import java.util.Arrays;

/** What all protections have in common: the derivation of keys, the nonce, the limits and the mask. Owned like a {@link PacketProtection}. */
abstract class KeyedProtection implements PacketProtection {
    static final int IV_BYTES = 12;
    /** RFC 9001 6.6. */
    private static final long GCM_CONFIDENTIALITY_PACKETS = 1L << 23;
    private static final long GCM_INTEGRITY_PACKETS = 1L << 52;
    /** RFC 9001 6.6: more than there are packet numbers. */
    private static final long CHACHA_CONFIDENTIALITY_PACKETS = 1L << 62;
    private static final long CHACHA_INTEGRITY_PACKETS = 1L << 36;

    private static final byte[] EMPTY = {};
    private static final CipherSuite[] SUITES = CipherSuite.values();
    private static final QuicVersion[] VERSIONS = QuicVersion.values();

    final CipherSuite suite;
    final QuicVersion version;
    private final Hkdf hkdf;
    /** As long as the keys that were made of it. */
    private final byte[] secret;
    private final byte[] iv = new byte[IV_BYTES];
    /** The nonce of the packet that is being sealed or opened, and of all others of the same provider. */
    final byte[] nonce;
    private final HeaderMask headerMask;
    private boolean wiped;

    KeyedProtection(CipherSuite suite, QuicVersion version, Hkdf hkdf, byte[] secret, HeaderMask headerMask, byte[] nonce) {
        this.suite = suite;
        this.version = version;
        this.hkdf = hkdf;
        this.secret = secret.clone();
        this.headerMask = headerMask;
        this.nonce = nonce;
        hkdf.expandLabel(secret, version.ivLabel(), EMPTY, iv, 0, IV_BYTES);
    }

    /** Derives the AEAD key, which the caller overwrites when it is done. */
    static byte[] key(CipherSuite suite, QuicVersion version, Hkdf hkdf, byte[] secret) {
        byte[] key = new byte[suite.keyBytes()];
        hkdf.expandLabel(secret, version.keyLabel(), EMPTY, key, 0, key.length);
        return key;
    }

    /** Derives the header protection key, which the caller overwrites when it is done. */
    static byte[] headerKey(CipherSuite suite, QuicVersion version, Hkdf hkdf, byte[] secret) {
        byte[] key = new byte[suite.keyBytes()];
        hkdf.expandLabel(secret, version.headerProtectionLabel(), EMPTY, key, 0, key.length);
        return key;
    }

    /** RFC 9001 5.3: the packet number, left-padded to the length of the IV, exclusive or the IV. */
    final void nonce(long packetNumber) {
        assert !wiped : "used after wipe";
        System.arraycopy(iv, 0, nonce, 0, IV_BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[IV_BYTES - 1 - i] ^= (byte) (packetNumber >>> 8 * i);
        }
    }

    @Override
    public final long mask(byte[] buf, int sampleOff) {
        assert !wiped : "used after wipe";
        return headerMask.mask(buf, sampleOff);
    }

    @Override
    public final long confidentialityLimit() {
        return suite == CipherSuite.CHACHA20_POLY1305_SHA256 ? CHACHA_CONFIDENTIALITY_PACKETS : GCM_CONFIDENTIALITY_PACKETS;
    }

    @Override
    public final long integrityLimit() {
        return suite == CipherSuite.CHACHA20_POLY1305_SHA256 ? CHACHA_INTEGRITY_PACKETS : GCM_INTEGRITY_PACKETS;
    }

    @Override
    public final PacketProtection nextPhase() {
        assert !wiped : "used after wipe";
        byte[] next = new byte[secret.length];
        hkdf.expandLabel(secret, version.keyUpdateLabel(), EMPTY, next, 0, next.length);
        headerMask.share();
        PacketProtection protection = withSecret(hkdf, next, headerMask);
        Arrays.fill(next, (byte) 0);
        return protection;
    }

    @Override
    public final byte[] park() {
        assert !wiped : "used after wipe";
        byte[] key = headerMask.key();
        byte[] parked = new byte[2 + secret.length + key.length];
        parked[0] = (byte) suite.ordinal();
        parked[1] = (byte) version.ordinal();
        System.arraycopy(secret, 0, parked, 2, secret.length);
        System.arraycopy(key, 0, parked, 2 + secret.length, key.length);
        return parked;
    }

    static CipherSuite parkedSuite(byte[] parked) {
        return SUITES[parked[0]];
    }

    static QuicVersion parkedVersion(byte[] parked) {
        return VERSIONS[parked[1]];
    }

    static byte[] parkedSecret(byte[] parked) {
        return Arrays.copyOfRange(parked, 2, 2 + parkedSuite(parked).hashBytes());
    }

    static byte[] parkedHeaderKey(byte[] parked) {
        return Arrays.copyOfRange(parked, 2 + parkedSuite(parked).hashBytes(), parked.length);
    }

    /** The same suite and version with another secret, and a share of the mask. */
    abstract PacketProtection withSecret(Hkdf keys, byte[] next, HeaderMask mask);

    @Override
    public final void wipe() {
        if (!wiped) {
            wiped = true;
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(iv, (byte) 0);
            Arrays.fill(nonce, (byte) 0);
            headerMask.release();
            free();
        }
    }

    /** Lets go of the keys. Called once. */
    abstract void free();
}
