package io.shockwave.internal.memory;

import java.util.Arrays;

/**
 * Lends byte arrays of a few sizes and keeps what comes back for the next borrower. Thread-safe; guarded by lock, which is held for a few
 * instructions and never while anything blocks. Hot paths lend nothing per request: they borrow when a message does not fit what its connection or reactor has.
 */
public final class Slab extends Lending {
    /** The smallest array: below it the array header and the list entry weigh more than the bytes. */
    public static final int MIN_BYTES = 1 << 9;
    /** The largest array that is kept. Larger ones are rare (a header limit that a user raised) and go back to the collector. */
    public static final int MAX_KEPT_BYTES = 1 << 18;

    private static final int MIN_SHIFT = 9;
    private static final int CLASSES = 18 - MIN_SHIFT + 1;

    private final byte[][][] free = new byte[CLASSES][][];
    private final int[] freeCount = new int[CLASSES];

    /** @param maxFreeBytes how much may lie here unused; what comes back above it is dropped, so that a burst does not stay for good */
    public Slab(long maxFreeBytes) {
        super(maxFreeBytes);
        for (int i = 0; i < CLASSES; i++) {
            free[i] = new byte[4][];
        }
    }

    /** An array of at least {@code minBytes}, its content left over from whoever had it before. */
    public byte[] lend(int minBytes) {
        int index = classOf(minBytes);
        int bytes = index < CLASSES ? MIN_BYTES << index : minBytes;
        lock.lock();
        try {
            lent(bytes);
            if (index < CLASSES && freeCount[index] > 0) {
                freeBytes -= bytes;
                byte[] lent = free[index][--freeCount[index]];
                free[index][freeCount[index]] = null;
                return lent;
            }
        } finally {
            lock.unlock();
        }
        return new byte[bytes];
    }

    /** Takes an array back that {@link #lend} gave. The caller must not use it any more. */
    public void giveBack(byte[] lent) {
        if (!Lifetime.CHECKED) {
            Arrays.fill(lent, Lifetime.POISON); // a stale view may look at it, whoever has it next
        }
        int index = classOf(lent.length);
        lock.lock();
        try {
            lent(-lent.length);
            if (index >= CLASSES || freeBytes + lent.length > maxFreeBytes) {
                return;
            }
            if (freeCount[index] == free[index].length) {
                byte[][] grown = new byte[freeCount[index] * 2][];
                System.arraycopy(free[index], 0, grown, 0, freeCount[index]);
                free[index] = grown;
            }
            free[index][freeCount[index]++] = lent;
            freeBytes += lent.length;
        } finally {
            lock.unlock();
        }
    }

    /** An array that {@link #lend} gave will not come back: its borrower may still use it, and the collector takes it after that. */
    public void forget(byte[] lent) {
        forget(lent.length);
    }

    private static int classOf(int bytes) {
        return bytes <= MIN_BYTES ? 0 : 32 - Integer.numberOfLeadingZeros(bytes - 1) - MIN_SHIFT;
    }
}
