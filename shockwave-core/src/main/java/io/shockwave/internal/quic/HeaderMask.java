package io.shockwave.internal.quic;

import java.util.Arrays;

/** Computes header protection masks with one key (RFC 9001 5.4.3, 5.4.4). Shared by the key phases of one direction, since the key stays the same; the last that lets go frees it. */
abstract class HeaderMask {
    static final int MASK_BYTES = 5;
    /** Kept for {@link PacketProtection#park}. */
    private final byte[] key;
    private int shares = 1;

    /** @param key copied */
    HeaderMask(byte[] key) {
        this.key = key.clone();
    }

    final byte[] key() {
        return key;
    }

    /** See {@link PacketProtection#mask}. */
    abstract long mask(byte[] buf, int sampleOff);

    final void share() {
        shares++;
    }

    final void release() {
        shares--;
        assert shares >= 0 : "released more often than shared";
        if (shares == 0) {
            Arrays.fill(key, (byte) 0);
            free();
        }
    }

    /** Lets go of the key. Called once. */
    abstract void free();

    /** The first five bytes as {@link PacketProtection#mask} returns them. */
    static long bits(byte[] mask) {
        return (mask[0] & 0xFFL) << 32 | (mask[1] & 0xFFL) << 24 | (mask[2] & 0xFF) << 16 | (mask[3] & 0xFF) << 8 | mask[4] & 0xFF;
    }
}
