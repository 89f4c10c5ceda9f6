package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;
import java.util.Arrays;

/**
 * Puts a stream's bytes back in order. Owned by one stream, or by the handshake of one level.
 *
 * <pre>
 *   0 … taken ── base ── in order, not taken ── contiguous ── some of it here, told by a bit for each byte ── highest
 * </pre>
 *
 * <p>Which bytes beyond the first gap are here is kept in bits and not in a list of fragments: a byte costs 9/8 bytes however a peer cuts it, and a fragment nothing. The owner bounds
 * {@link #highest} by flow control, and with it all memory.
 */
final class ReceiveBuffer {
    /** One bit for each byte of a chunk. */
    private static final int MARK_BYTES = ChunkedBytes.CHUNK_BYTES / 8;
    private static final byte[][] NO_TABLE = new byte[0][];
    private static final int MAX_KEPT_TABLE = 1 << 10;

    private final Slab slab;
    private final ChunkedBytes bytes;
    /** Ring of bit sets by chunk number, for chunks beyond the first gap; null where nothing is. */
    private byte[][] marks = NO_TABLE;
    private long firstMarks;
    private long endMarks;
    private int markSets;
    private long base;
    private long contiguous;
    private long highest;

    ReceiveBuffer(Slab slab) {
        this.slab = slab;
        bytes = new ChunkedBytes(slab);
    }

    /** Offset of the next byte to be taken. */
    long base() {
        return base;
    }

    /** Offset behind the last byte that came in, in order or not. */
    long highest() {
        return highest;
    }

    /** Bytes that can be taken now. */
    long readable() {
        return contiguous - base;
    }

    /** Memory borrowed now. */
    int heldBytes() {
        return bytes.heldBytes() + markSets * MARK_BYTES;
    }

    /** Whether bytes at this offset can be taken from where they lie, without being put in here. */
    boolean isNext(long offset) {
        return offset == base && highest == base;
    }

    /** Counts bytes as come in and taken that were never put in; {@link #isNext} must hold. */
    void pass(int len) {
        base += len;
        contiguous = base;
        highest = base;
    }

    /** Keeps what is new of these bytes. */
    void insert(long offset, byte[] buf, int off, int len) {
        long from = Math.max(offset, contiguous);
        long to = offset + len;
        if (from >= to) {
            return;
        }
        int skip = (int) (from - offset);
        bytes.put(from, buf, off + skip, len - skip);
        boolean isGapBehind = highest > contiguous;
        if (to > highest) {
            highest = to;
        }
        if (from > contiguous) {
            mark(from, to);
            return;
        }
        contiguous = to;
        if (isGapBehind) {
            extend();
        }
    }

    /** The array that holds the next byte to be taken, at {@link #headOff}. */
    byte[] head() {
        return bytes.chunk(base);
    }

    int headOff() {
        return ChunkedBytes.within(base);
    }

    /** How many bytes can be taken from {@link #head}. */
    int headBytes() {
        return (int) Math.min(readable(), ChunkedBytes.CHUNK_BYTES - headOff());
    }

    /** Takes bytes that were read at {@link #head}, or skips them. */
    void take(int len) {
        base += len;
        if (base == highest) {
            bytes.releaseAll(base);
        } else {
            bytes.releaseBelow(base);
        }
    }

    int read(byte[] dst, int off, int len) {
        int n = (int) Math.min(len, readable());
        bytes.copy(base, dst, off, n);
        take(n);
        return n;
    }

    /** Drops all bytes, as if everything below an offset had been taken. */
    void drop(long upTo) {
        clearMarks();
        highest = Math.max(highest, upTo);
        base = highest;
        contiguous = highest;
        bytes.releaseAll(base);
    }

    /** As new. */
    void clear() {
        drop(0);
        bytes.clear();
        firstMarks = 0;
        endMarks = 0;
        base = 0;
        contiguous = 0;
        highest = 0;
        if (marks.length > MAX_KEPT_TABLE) {
            marks = NO_TABLE;
        }
    }

    /** Moves the first gap up over what is already here. */
    private void extend() {
        while (contiguous < highest) {
            long number = contiguous >>> ChunkedBytes.CHUNK_SHIFT;
            byte[] set = number < firstMarks || number >= endMarks ? null : marks[(int) number & marks.length - 1];
            if (set == null) {
                break;
            }
            int from = ChunkedBytes.within(contiguous);
            int to = firstUnmarked(set, from);
            contiguous += to - from;
            if (to < ChunkedBytes.CHUNK_BYTES) {
                break;
            }
        }
        if (contiguous >= highest) {
            // The last mark may lie inside a chunk; nothing above it was ever marked.
            contiguous = highest;
            clearMarks();
        } else {
            releaseMarksBelow(contiguous >>> ChunkedBytes.CHUNK_SHIFT);
        }
    }

    private static int firstUnmarked(byte[] set, int from) {
        int i = from;
        while (i < ChunkedBytes.CHUNK_BYTES) {
            int b = set[i >>> 3] & 0xFF;
            if ((i & 7) == 0 && b == 0xFF) {
                i += 8;
            } else if ((b & 1 << (i & 7)) != 0) {
                i++;
            } else {
                return i;
            }
        }
        return ChunkedBytes.CHUNK_BYTES;
    }

    private void mark(long from, long to) {
        long at = from;
        while (at < to) {
            long number = at >>> ChunkedBytes.CHUNK_SHIFT;
            int first = ChunkedBytes.within(at);
            int last = (int) Math.min(ChunkedBytes.CHUNK_BYTES, first + (to - at));
            markBits(marksOf(number), first, last);
            at += last - first;
        }
    }

    private static void markBits(byte[] set, int from, int to) {
        int i = from;
        while (i < to && (i & 7) != 0) {
            set[i >>> 3] |= (byte) (1 << (i & 7));
            i++;
        }
        int whole = Math.max(i, to & ~7);
        if (i < whole) {
            Arrays.fill(set, i >>> 3, whole >>> 3, (byte) 0xFF);
        }
        for (i = whole; i < to; i++) {
            set[i >>> 3] |= (byte) (1 << (i & 7));
        }
    }

    private byte[] marksOf(long number) {
        if (firstMarks == endMarks) {
            firstMarks = contiguous >>> ChunkedBytes.CHUNK_SHIFT;
            endMarks = firstMarks;
        }
        if (number >= endMarks) {
            growMarks(number + 1 - firstMarks);
            endMarks = number + 1;
        }
        int i = (int) number & marks.length - 1;
        if (marks[i] == null) {
            marks[i] = slab.lend(MARK_BYTES);
            Arrays.fill(marks[i], 0, MARK_BYTES, (byte) 0);
            markSets++;
        }
        return marks[i];
    }

    private void growMarks(long needed) {
        if (needed <= marks.length) {
            return;
        }
        int size = Math.max(2, Integer.highestOneBit((int) needed - 1) << 1);
        byte[][] grown = new byte[size][];
        for (long n = firstMarks; n < endMarks; n++) {
            grown[(int) n & size - 1] = marks[(int) n & marks.length - 1];
        }
        marks = grown;
    }

    private void clearMarks() {
        releaseMarksBelow(endMarks);
        firstMarks = endMarks;
    }

    private void releaseMarksBelow(long number) {
        while (firstMarks < number && firstMarks < endMarks) {
            int i = (int) firstMarks & marks.length - 1;
            if (marks[i] != null) {
                slab.giveBack(marks[i]);
                marks[i] = null;
                markSets--;
            }
            firstMarks++;
        }
    }
}
