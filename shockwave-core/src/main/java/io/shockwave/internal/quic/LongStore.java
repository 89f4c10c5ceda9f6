package io.shockwave.internal.quic;

import java.util.Arrays;

/**
 * Lends arrays of longs whose lengths are powers of two, and keeps what comes back for the next borrower: what is in flight needs them, and a connection at rest has nothing in flight. Owned by an
 * endpoint, and confined to its thread.
 */
final class LongStore {
    static final long[] NOTHING = {};
    static final int LEAST_LONGS = 16;
    /** Larger arrays go back to the collector: few connections fill them. */
    static final int MAX_KEPT_LONGS = 1 << 12;
    /** Of each length; a burst leaves no more than that. */
    static final int MAX_KEPT = 64;

    private static final int LEAST_SHIFT = 4;
    private static final int CLASSES = 12 - LEAST_SHIFT + 1;

    private final long[][][] free = new long[CLASSES][][];
    private final int[] count = new int[CLASSES];

    /** An array of exactly {@code length}, a power of two from {@link #LEAST_LONGS} on; its content is left over from whoever had it before. */
    long[] lend(int length) {
        int index = classOf(length);
        if (index >= CLASSES || count[index] == 0) {
            return new long[length];
        }
        long[] lent = free[index][--count[index]];
        free[index][count[index]] = null;
        return lent;
    }

    /** Takes an array back, whose borrower must not use it any more. */
    void giveBack(long[] lent) {
        if (lent.length < LEAST_LONGS || lent.length > MAX_KEPT_LONGS) {
            return;
        }
        int index = classOf(lent.length);
        if (count[index] == MAX_KEPT) {
            return;
        }
        if (free[index] == null) {
            free[index] = new long[4][];
        } else if (count[index] == free[index].length) {
            free[index] = Arrays.copyOf(free[index], 2 * count[index]);
        }
        free[index][count[index]++] = lent;
    }

    private static int classOf(int length) {
        return Integer.numberOfTrailingZeros(length) - LEAST_SHIFT;
    }
}
