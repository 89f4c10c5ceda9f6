package io.shockwave.internal.quic;

/**
 * What each packet in flight carried and would have to be sent again, as numbers in one ring: no object for a packet or a frame. Owned by a connection.
 *
 * <p>A packet's record begins with its length and ends where the next begins. Records are freed in any order; space is reused once all older ones are free, which loss recovery brings about
 * soon: a packet is acknowledged, or lost within a round trip of later ones. What is in flight bounds the ring.
 */
final class FrameRecords {
    /** The handle of a packet with nothing to remember. */
    static final long NONE = -1L;

    private static final int FIRST_WORDS = 32;
    /** A ring larger than this is given back when it runs empty. */
    private static final int MAX_KEPT_WORDS = 1 << 14;
    private static final long FREE = 1L << 32;
    private static final int TYPE_BITS = 8;
    /** Frame types stay below it. */
    private static final int FIN = 1 << 7;
    private static final int TYPE_MASK = (1 << TYPE_BITS) - 1 & ~FIN;

    private final LongStore store;
    private long[] words = LongStore.NOTHING;
    private long tail;
    private long head;
    private long open;
    private long cursor;
    private long cursorEnd;

    /** Of the frame that {@link #next} came to. */
    private long subject;
    private long offset;
    private int length;
    private boolean fin;

    FrameRecords(LongStore store) {
        this.store = store;
    }

    /** Begins the record of a packet; an unfinished one is forgotten. */
    void begin() {
        open = head + 1;
    }

    /** A frame about one number, such as a stream or a sequence; it has at most 56 bits. */
    void add(int type, long about) {
        put(about << TYPE_BITS | type);
    }

    /** A frame that carries bytes of a stream. */
    void addBytes(int type, long stream, long from, int len, boolean isLast) {
        put(stream << TYPE_BITS | type | (isLast ? FIN : 0));
        put(from);
        put(len);
    }

    /** Ends the record begun; its handle, or {@link #NONE} when it is empty. */
    long end() {
        if (open == head + 1) {
            return NONE;
        }
        long handle = head;
        words[(int) handle & words.length - 1] = open - head;
        head = open;
        return handle;
    }

    /** Whether the record that is being written holds nothing yet. */
    boolean isEmpty() {
        return open == head + 1;
    }

    /** Makes {@link #next} go through a record. Adding to the ring ends that. */
    void read(long handle) {
        cursor = handle + 1;
        cursorEnd = handle == NONE ? cursor : handle + (int) words[(int) handle & words.length - 1];
    }

    /** The type of the next frame in the record, -1 behind the last. */
    int next() {
        if (cursor >= cursorEnd) {
            return -1;
        }
        long first = word();
        int type = (int) first & TYPE_MASK;
        fin = (first & FIN) != 0;
        subject = first >>> TYPE_BITS;
        if (hasBytes(type)) {
            offset = word();
            length = (int) word();
        }
        return type;
    }

    long subject() {
        return subject;
    }

    long offset() {
        return offset;
    }

    int length() {
        return length;
    }

    boolean fin() {
        return fin;
    }

    void free(long handle) {
        if (handle == NONE) {
            return;
        }
        words[(int) handle & words.length - 1] |= FREE;
        while (tail < head && (words[(int) tail & words.length - 1] & FREE) != 0) {
            tail += (int) words[(int) tail & words.length - 1];
        }
        if (tail == head && words.length > MAX_KEPT_WORDS) {
            rest();
        }
    }

    /** Gives back the ring if it is empty; it is borrowed again when it is needed. */
    void rest() {
        if (tail == head) {
            store.giveBack(words);
            words = LongStore.NOTHING;
        }
    }

    /** Memory held, in bytes. */
    int heldBytes() {
        return words.length * Long.BYTES;
    }

    private static boolean hasBytes(int type) {
        return type == FrameType.STREAM || type == FrameType.CRYPTO;
    }

    private long word() {
        return words[(int) cursor++ & words.length - 1];
    }

    private void put(long word) {
        if (open - tail >= words.length) {
            grow();
        }
        words[(int) open & words.length - 1] = word;
        open++;
    }

    private void grow() {
        long[] grown = store.lend(Math.max(FIRST_WORDS, words.length * 2));
        if (words.length > 0) {
            for (long i = tail; i < open; i++) {
                grown[(int) i & grown.length - 1] = words[(int) i & words.length - 1];
            }
            store.giveBack(words);
        }
        words = grown;
    }
}
