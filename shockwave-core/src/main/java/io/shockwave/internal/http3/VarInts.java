package io.shockwave.internal.http3;

/** A variable-length integer (RFC 9000 16) that arrives in pieces, and how it is written. Owned by a decoder, which reuses it. */
final class VarInts {
    static final long MAX = (1L << 62) - 1;
    static final int MAX_BYTES = 8;

    private long value;
    private int left;
    private boolean begun;

    void start() {
        begun = false;
        left = 0;
    }

    /** Takes bytes until the integer is complete. @return the bytes taken */
    int take(byte[] buf, int off, int len) {
        int at = off;
        int end = off + len;
        if (!begun && at < end) {
            int first = buf[at++];
            begun = true;
            left = (1 << (first >> 6 & 3)) - 1;
            value = first & 0x3F;
        }
        while (left > 0 && at < end) {
            value = value << 8 | buf[at++] & 0xFF;
            left--;
        }
        return at - off;
    }

    boolean isBegun() {
        return begun;
    }

    boolean isComplete() {
        return begun && left == 0;
    }

    long value() {
        return value;
    }

    // ---- whole

    static int length(long value) {
        return value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : value < 1 << 30 ? 4 : 8;
    }

    /** The bytes that the integer with this first byte has. */
    static int lengthOf(byte first) {
        return 1 << (first >> 6 & 3);
    }

    /** @return the bytes written */
    static int put(byte[] dst, int off, long value) {
        int len = length(value);
        put(dst, off, value, len);
        return len;
    }

    /** In a form of 1, 2, 4 or 8 bytes, which may be longer than needed. */
    static void put(byte[] dst, int off, long value, int len) {
        for (int i = len - 1, shift = 0; i >= 0; i--, shift += 8) {
            dst[off + i] = (byte) (value >>> shift);
        }
        dst[off] |= (byte) (31 - Integer.numberOfLeadingZeros(len) << 6);
    }

    /** The integer that stands there in full. */
    static long get(byte[] buf, int off) {
        int len = lengthOf(buf[off]);
        long value = buf[off] & 0x3F;
        for (int i = 1; i < len; i++) {
            value = value << 8 | buf[off + i] & 0xFF;
        }
        return value;
    }
}
