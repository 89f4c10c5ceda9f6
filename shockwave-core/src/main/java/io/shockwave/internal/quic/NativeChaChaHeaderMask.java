package io.shockwave.internal.quic;

/** ChaCha20-based header protection (RFC 9001 5.4.4) through libcrypto, whose IV has the sample's form: block counter and nonce. */
final class NativeChaChaHeaderMask extends HeaderMask {
    private static final byte[] ZEROS = new byte[MASK_BYTES];

    private final NativeProtectionProvider provider;
    private long context;

    /** @param context owned from now on */
    NativeChaChaHeaderMask(NativeProtectionProvider provider, byte[] key, long context) {
        super(key);
        this.provider = provider;
        this.context = context;
    }

    @Override
    long mask(byte[] buf, int sampleOff) {
        if (context == 0) {
            throw new IllegalStateException("used after wipe");
        }
        NativeScratch scratch = provider.scratch();
        scratch.nonce(buf, sampleOff, PacketHeader.SAMPLE_BYTES);
        scratch.put(ZEROS, 0, MASK_BYTES, MASK_BYTES);
        if (!Libcrypto.start(context, scratch.nonce(), Libcrypto.ENCRYPT) || !Libcrypto.inPlace(context, scratch.packet(), MASK_BYTES, scratch.written())) {
            throw new IllegalStateException("libcrypto does not encrypt");
        }
        byte[] mask = provider.nonce();
        scratch.take(0, mask, 0, MASK_BYTES);
        return bits(mask);
    }

    @Override
    void free() {
        Libcrypto.free(context);
        context = 0;
    }
}
