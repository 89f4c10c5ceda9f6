package io.shockwave.internal.memory;


/**
 * Lends chunks of memory to exchanges and keeps what comes back. Thread-safe; guarded by lock, which is held for a few instructions: a handler borrows on its thread, its reactor gives back.
 */
public final class ChunkStore extends Lending {
    /** What the memory is. */
    public enum Backing { HEAP, NATIVE }

    /** The smallest chunk, and the first that an exchange borrows: a page. */
    public static final int MIN_BYTES = 1 << 12;
    /** The largest chunk that is kept. Larger ones are rare and go back to where they came from. */
    public static final int MAX_KEPT_BYTES = 1 << 18;

    private static final int MIN_SHIFT = 12;
    private static final int CLASSES = 18 - MIN_SHIFT + 1;

    private final Chunk[] free = new Chunk[CLASSES];
    private final Backing backing;
    private long refusals;

    /** @param maxFreeBytes how much may lie here unused; what comes back above it is dropped, so that a burst does not stay for good */
    public ChunkStore(Backing backing, long maxFreeBytes) {
        super(maxFreeBytes);
        this.backing = backing;
    }

    /** A chunk of this size, a multiple of a class's or any other; its content is left over from whoever had it before. */
    Chunk lend(int size) {
        int index = classOf(size);
        lock.lock();
        try {
            lent(size);
            if (index >= 0 && free[index] != null) {
                Chunk lent = free[index];
                free[index] = lent.below;
                lent.below = null;
                freeBytes -= size;
                return lent;
            }
        } finally {
            lock.unlock();
        }
        boolean made = false;
        try {
            Chunk fresh = Chunk.of(backing, size);
            made = true;
            return fresh;
        } finally {
            if (!made) {
                forget(size); // there was no memory
            }
        }
    }

    /** Takes back a chunk and those below it. The caller must not use them any more. */
    void giveBack(Chunk top) {
        lock.lock();
        try {
            for (Chunk chunk = top; chunk != null;) {
                Chunk below = chunk.below;
                lent(-chunk.size);
                int index = classOf(chunk.size);
                chunk.used = 0;
                if (index >= 0 && freeBytes + chunk.size <= maxFreeBytes) {
                    chunk.below = free[index];
                    free[index] = chunk;
                    freeBytes += chunk.size;
                } else {
                    chunk.below = null;
                }
                chunk = below;
            }
        } finally {
            lock.unlock();
        }
    }

    void refused() {
        lock.lock();
        try {
            refusals++;
        } finally {
            lock.unlock();
        }
    }

    public Backing backing() {
        return backing;
    }

    /** How often an exchange wanted more than its bound. */
    public long refusals() {
        lock.lock();
        try {
            return refusals;
        } finally {
            lock.unlock();
        }
    }

    /** The free list for chunks of exactly this size; -1 if there is none. */
    private static int classOf(int size) {
        boolean kept = size >= MIN_BYTES && size <= MAX_KEPT_BYTES && Integer.bitCount(size) == 1;
        return kept ? Integer.numberOfTrailingZeros(size) - MIN_SHIFT : -1;
    }
}
