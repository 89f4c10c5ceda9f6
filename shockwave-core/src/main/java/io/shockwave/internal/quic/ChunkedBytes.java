package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;

/**
 * A moving window on a stream of bytes, kept in borrowed chunks: only chunks that were touched exist, so memory follows the bytes that are there and not the offsets
 * that a peer names. Owned by one direction of one stream.
 */
final class ChunkedBytes {
    static final int CHUNK_SHIFT = 12;
    /** Three packets to a chunk; a small message costs one. */
    static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;

    /** A table for more than 4 MiB is not kept for the next stream. */
    private static final int MAX_KEPT_TABLE = 1 << 10;
    private static final int FIRST_TABLE = 2;
    private static final byte[][] NO_TABLE = new byte[0][];

    private final Slab slab;
    /** Ring: chunk number modulo its length, a power of two. */
    private byte[][] table = NO_TABLE;
    /** Chunks below this number are gone. */
    private long first;
    /** No chunk of this number or above was touched. */
    private long end;
    private int chunks;

    ChunkedBytes(Slab slab) {
        this.slab = slab;
    }

    /** Copies bytes in at an offset that is not below what was released. */
    void put(long offset, byte[] buf, int off, int len) {
        int done = 0;
        while (done < len) {
            int at = (int) (offset + done) & CHUNK_BYTES - 1;
            int piece = Math.min(len - done, CHUNK_BYTES - at);
            System.arraycopy(buf, off + done, touch(offset + done >>> CHUNK_SHIFT), at, piece);
            done += piece;
        }
    }

    /** Copies bytes out that were put in. */
    void copy(long offset, byte[] dst, int off, int len) {
        int done = 0;
        while (done < len) {
            int at = (int) (offset + done) & CHUNK_BYTES - 1;
            int piece = Math.min(len - done, CHUNK_BYTES - at);
            System.arraycopy(chunk(offset + done), at, dst, off + done, piece);
            done += piece;
        }
    }

    /** The chunk around an offset, whose byte lies at {@link #within}; null if it was not touched. */
    byte[] chunk(long offset) {
        long number = offset >>> CHUNK_SHIFT;
        return number < first || number >= end ? null : table[(int) number & table.length - 1];
    }

    static int within(long offset) {
        return (int) offset & CHUNK_BYTES - 1;
    }

    /** Gives back the chunks that lie wholly below an offset. */
    void releaseBelow(long offset) {
        long upTo = offset >>> CHUNK_SHIFT;
        while (first < upTo && first < end) {
            giveBack(first++);
        }
        if (first < upTo) {
            first = upTo;
            end = upTo;
        }
    }

    /** Gives everything back, also the chunk around an offset: the next byte has this offset or a higher one. */
    void releaseAll(long offset) {
        while (first < end) {
            giveBack(first++);
        }
        first = offset >>> CHUNK_SHIFT;
        end = first;
    }

    /** Gives everything back; the next byte has offset 0. */
    void clear() {
        releaseAll(0);
        if (table.length > MAX_KEPT_TABLE) {
            table = NO_TABLE;
        }
    }

    /** Bytes borrowed now. */
    int heldBytes() {
        return chunks << CHUNK_SHIFT;
    }

    private void giveBack(long number) {
        int i = (int) number & table.length - 1;
        if (table[i] != null) {
            slab.giveBack(table[i]);
            table[i] = null;
            chunks--;
        }
    }

    private byte[] touch(long number) {
        if (number >= end) {
            grow(number + 1 - first);
            end = number + 1;
        }
        int i = (int) number & table.length - 1;
        if (table[i] == null) {
            table[i] = slab.lend(CHUNK_BYTES);
            chunks++;
        }
        return table[i];
    }

    private void grow(long needed) {
        if (needed <= table.length) {
            return;
        }
        int size = Math.max(FIRST_TABLE, Integer.highestOneBit((int) needed - 1) << 1);
        byte[][] grown = new byte[size][];
        for (long n = first; n < end; n++) {
            grown[(int) n & size - 1] = table[(int) n & table.length - 1];
        }
        table = grown;
    }
}
