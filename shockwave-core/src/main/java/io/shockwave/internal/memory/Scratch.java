package io.shockwave.internal.memory;

import io.shockwave.ArenaLimitException;

/**
 * The memory of the arena of one exchange or connection: chunks, each handed out from its start on, given back all at once. Owned by it. Its borrowing side is the handler's thread, {@link #release} its
 * owner's.
 */
public final class Scratch {
    /** The largest chunk that growth alone leads to; what needs more in one piece gets it. */
    private static final int MAX_GROWN_BYTES = 1 << 16;

    private static final byte[] POISON = Chunk.pattern(Lifetime.POISON);

    private final ChunkStore store;
    private final int limitBytes;
    private final String bound; // what the limit is, for the message
    private Chunk top;
    private int heldBytes;
    private boolean forgotten;

    public Scratch(ChunkStore store, int limitBytes) {
        this(store, limitBytes, "maxArenaBytes allows");
    }

    /** @param bound what the limit is, in the words of a message */
    public Scratch(ChunkStore store, int limitBytes, String bound) {
        this.store = store;
        this.limitBytes = limitBytes;
        this.bound = bound;
    }

    /** The chunk in which {@link #take} found room. */
    Chunk top() {
        return top;
    }

    /** Hands out bytes in one piece and returns where they begin in {@link #top}; their content is left over. */
    int take(int len) {
        if (len < 0) {
            throw new IllegalArgumentException("a negative length: " + len);
        }
        Chunk chunk = top;
        if (chunk == null || chunk.size - chunk.used < len) {
            chunk = borrow(len);
        }
        int at = chunk.used;
        chunk.used = at + len;
        return at;
    }

    /** Hands out the bytes behind {@code end} if nobody else has them. @return how many, at least {@code least} and at most {@code most}, or 0 */
    int extend(Chunk chunk, int end, int least, int most) {
        int room = chunk.size - end;
        if (chunk != top || chunk.used != end || room < least) {
            return 0;
        }
        int more = Math.min(room, most);
        chunk.used = end + more;
        return more;
    }

    /** Whether this many bytes can be had in one piece. */
    boolean fits(long len) {
        return len <= limitBytes - heldBytes || top != null && len <= top.size - top.used;
    }

    private Chunk borrow(int len) {
        int left = limitBytes - heldBytes;
        if (len > left) {
            store.refused();
            throw new ArenaLimitException("the arena holds " + heldBytes + " bytes of the " + limitBytes + " that " + bound + ": " + len + " more do not fit");
        }
        int grown = top == null ? ChunkStore.MIN_BYTES : Math.clamp(top.size * 2L, ChunkStore.MIN_BYTES, MAX_GROWN_BYTES);
        int rounded = len > 1 << 30 ? len : Math.max(grown, Integer.highestOneBit(Math.max(len - 1, 1)) << 1);
        int size = Math.min(rounded, left);
        Chunk chunk = forgotten ? Chunk.of(store.backing(), size) : store.lend(size);
        chunk.below = top;
        top = chunk;
        heldBytes += size;
        return chunk;
    }

    public int heldBytes() {
        return heldBytes;
    }

    public int limitBytes() {
        return limitBytes;
    }

    /** Gives all of it back; whoever still looks at it is told by its exchange's lifetime, or reads poison. */
    public void release() {
        if (top == null) {
            return;
        }
        Chunk chunks = top;
        top = null;
        heldBytes = 0;
        if (!Lifetime.CHECKED) {
            for (Chunk chunk = chunks; chunk != null; chunk = chunk.below) {
                chunk.fill(0, chunk.used, POISON);
            }
        }
        store.giveBack(chunks);
    }

    /** All of it, and what it still borrows, is left to the collector: someone may still use it. */
    public void forget() {
        forgotten = true;
        store.forget(heldBytes);
    }
}
