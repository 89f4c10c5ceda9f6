package io.shockwave.internal.quic;

import java.lang.foreign.MemorySegment;

/** ChaCha20-based header protection (RFC 9001 5.4.4) through libcrypto, whose IV has the sample's form: block counter and nonce. */
final class NativeChaChaHeaderMask extends HeaderMask {
    private final byte[] iv = new byte[PacketHeader.SAMPLE_BYTES];
    private final byte[] mask = new byte[MASK_BYTES];
    private final MemorySegment ivSegment = MemorySegment.ofArray(iv);
    private final MemorySegment written = MemorySegment.ofArray(new int[1]);
    private long context;

    /** @param context owned from now on */
    NativeChaChaHeaderMask(long context) {
        this.context = context;
    }

    @Override
    long mask(byte[] buf, int sampleOff) {
        if (context == 0) {
            throw new IllegalStateException("used after wipe");
        }
        System.arraycopy(buf, sampleOff, iv, 0, iv.length);
        for (int i = 0; i < MASK_BYTES; i++) {
            mask[i] = 0;
        }
        if (!Libcrypto.start(context, ivSegment, Libcrypto.ENCRYPT) || !Libcrypto.inPlace(context, mask, 0, MASK_BYTES, written)) {
            throw new IllegalStateException("libcrypto does not encrypt");
        }
        return bits(mask);
    }

    @Override
    void free() {
        Libcrypto.free(context);
        context = 0;
    }
}
