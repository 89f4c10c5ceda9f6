package io.shockwave.internal.qpack;

import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A dynamic table (RFC 9204 3.2), of the encoder's side or the decoder's. Owned by either; its bytes are borrowed with the first entry and as many as the capacity says, so a connection that
 * inserts nothing holds nothing.
 *
 * <p>Entries lie one behind the other, each in one piece. When the next does not fit behind the last, those that are left move to the start: at most the capacity is copied, which is
 * made of at least 32 bytes an entry that no byte stands for.
 */
final class QpackTable {
    /** RFC 9204 3.2.1: what an entry counts beside its bytes. */
    static final int ENTRY_OVERHEAD = 32;

    private static final byte[] NOTHING = {};
    private static final int[] NO_ENTRIES = {};
    private static final int LEAST_ENTRIES = 8;

    private final Slab slab;
    private byte[] bytes = NOTHING;
    private int[] offsets = NO_ENTRIES;
    private int[] nameLens = NO_ENTRIES;
    private int[] valueLens = NO_ENTRIES;
    private int[] ids = NO_ENTRIES;
    private int[] hashes = NO_ENTRIES;
    private int capacity;
    private int size;
    private int count;
    private int end; // behind the newest entry's bytes
    private long inserted;

    QpackTable(Slab slab) {
        this.slab = slab;
    }

    // ---- what there is

    int capacity() {
        return capacity;
    }

    /** As RFC 9204 3.2.1 counts. */
    int size() {
        return size;
    }

    /** Entries inserted so far; the newest has the absolute index one below. */
    long inserted() {
        return inserted;
    }

    /** Entries evicted so far; the oldest has this absolute index, if there is one. */
    long dropped() {
        return inserted - count;
    }

    boolean has(long index) {
        return index >= inserted - count && index < inserted;
    }

    byte[] bytes() {
        return bytes;
    }

    int nameOff(long index) {
        return offsets[slot(index)];
    }

    int nameLen(long index) {
        return nameLens[slot(index)];
    }

    int valueOff(long index) {
        int slot = slot(index);
        return offsets[slot] + nameLens[slot];
    }

    int valueLen(long index) {
        return valueLens[slot(index)];
    }

    int id(long index) {
        return ids[slot(index)];
    }

    /** What was told at insertion. */
    int hash(long index) {
        return hashes[slot(index)];
    }

    int entrySize(long index) {
        int slot = slot(index);
        return nameLens[slot] + valueLens[slot] + ENTRY_OVERHEAD;
    }

    /** Entries are numbered round in arrays of a power of two. */
    private int slot(long index) {
        return (int) index & offsets.length - 1;
    }

    // ---- changes

    /** Changes the capacity and evicts what exceeds it. */
    void capacity(int newCapacity) {
        capacity = newCapacity;
        while (size > newCapacity) {
            evict();
        }
        if (newCapacity > bytes.length && bytes.length > 0 || newCapacity == 0) {
            byte[] old = bytes;
            int oldest = count > 0 ? offsets[slot(dropped())] : 0;
            int used = count > 0 ? end - oldest : 0;
            bytes = newCapacity == 0 ? NOTHING : slab.lend(newCapacity);
            System.arraycopy(old, oldest, bytes, 0, used);
            moved(oldest);
            if (old != NOTHING) {
                slab.giveBack(old);
            }
        }
    }

    void evict() {
        size -= entrySize(dropped());
        count--;
        if (count == 0) {
            end = 0;
        }
    }

    /**
     * Adds an entry for which there is room: the capacity is not exceeded.
     *
     * @param text the name, and right behind it the value; not bytes of this table
     */
    void insert(int id, int hash, byte[] text, int off, int nameLen, int valueLen) {
        int len = nameLen + valueLen;
        assert size + len + ENTRY_OVERHEAD <= capacity : "no room was made";
        if (bytes == NOTHING) {
            bytes = slab.lend(capacity);
        }
        if (count == offsets.length) {
            grow();
        }
        if (bytes.length - end < len) {
            int oldest = count > 0 ? offsets[slot(dropped())] : end;
            System.arraycopy(bytes, oldest, bytes, 0, end - oldest);
            moved(oldest);
        }
        System.arraycopy(text, off, bytes, end, len);
        int slot = (int) inserted & offsets.length - 1;
        offsets[slot] = end;
        nameLens[slot] = nameLen;
        valueLens[slot] = valueLen;
        ids[slot] = id;
        hashes[slot] = hash;
        end += len;
        size += len + ENTRY_OVERHEAD;
        count++;
        inserted++;
    }

    private void moved(int by) {
        for (long i = dropped(); i < inserted; i++) {
            offsets[slot(i)] -= by;
        }
        end = Math.max(0, end - by);
    }

    private void grow() {
        int entries = Math.max(LEAST_ENTRIES, offsets.length * 2);
        offsets = grown(offsets, entries);
        nameLens = grown(nameLens, entries);
        valueLens = grown(valueLens, entries);
        ids = grown(ids, entries);
        hashes = grown(hashes, entries);
    }

    private int[] grown(int[] old, int entries) {
        int[] larger = new int[entries];
        for (long i = dropped(); i < inserted; i++) {
            larger[(int) i & entries - 1] = old[(int) i & old.length - 1];
        }
        return larger;
    }

    /** Gives the bytes back; the table is empty, and its counts go on. */
    void release() {
        if (bytes != NOTHING) {
            slab.giveBack(bytes);
            bytes = NOTHING;
        }
        count = 0;
        size = 0;
        end = 0;
        capacity = 0;
    }

    /** Bytes that it holds now, for itself and borrowed. */
    int heldBytes() {
        return bytes.length + offsets.length * 5 * Integer.BYTES;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (long i = dropped(); i < inserted; i++) {
            out.append(i).append(' ').append(new String(Arrays.copyOfRange(bytes, nameOff(i), nameOff(i) + nameLen(i)), StandardCharsets.ISO_8859_1)).append(": ")
                    .append(new String(Arrays.copyOfRange(bytes, valueOff(i), valueOff(i) + valueLen(i)), StandardCharsets.ISO_8859_1)).append('\n');
        }
        return out.toString();
    }
}
