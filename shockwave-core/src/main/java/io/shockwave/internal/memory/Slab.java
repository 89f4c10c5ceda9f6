package io.shockwave.internal.memory;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lends byte arrays of a few sizes and keeps what comes back for the next borrower. Thread-safe; guarded by lock, which is held for a few
 * instructions and never while anything blocks. Hot paths lend nothing per request: they borrow when a message does not fit what its connection or reactor has.
 */
public final class Slab {
    /** The smallest array: below it the array header and the list entry weigh more than the bytes. */
    public static final int MIN_BYTES = 1 << 9;
    /** The largest array that is kept. Larger ones are rare (a header limit that a user raised) and go back to the collector. */
    public static final int MAX_KEPT_BYTES = 1 << 18;

    private static final int MIN_SHIFT = 9;
    private static final int CLASSES = 18 - MIN_SHIFT + 1;

    private final ReentrantLock lock = new ReentrantLock();
    private final byte[][][] free = new byte[CLASSES][][];
    private final int[] freeCount = new int[CLASSES];
    private final long maxFreeBytes;
    private long freeBytes;
    private long lentBytes;
    private long mostLentBytes;

    /** @param maxFreeBytes how much may lie here unused; what comes back above it is dropped, so that a burst does not stay for good */
    public Slab(long maxFreeBytes) {
        this.maxFreeBytes = maxFreeBytes;
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
            lentBytes += bytes;
            mostLentBytes = Math.max(mostLentBytes, lentBytes);
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
            lentBytes -= lent.length;
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
        lock.lock();
        try {
            lentBytes -= lent.length;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of arrays in borrowers' hands. */
    public long lentBytes() {
        lock.lock();
        try {
            return lentBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The most bytes that were in borrowers' hands at once. */
    public long mostLentBytes() {
        lock.lock();
        try {
            return mostLentBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of arrays that wait here. */
    public long freeBytes() {
        lock.lock();
        try {
            return freeBytes;
        } finally {
            lock.unlock();
        }
    }

    private static int classOf(int bytes) {
        return bytes <= MIN_BYTES ? 0 : 32 - Integer.numberOfLeadingZeros(bytes - 1) - MIN_SHIFT;
    }
}
