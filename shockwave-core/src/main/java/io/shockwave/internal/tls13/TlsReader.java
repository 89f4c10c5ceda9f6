package io.shockwave.internal.tls13;

/**
 * Reads the fields of a message. What lies beyond the end reads as zero and marks the reader failed for good, so that a decoder checks once. Confined to its owner; reused.
 */
final class TlsReader {
    private byte[] buf = {};
    private int at;
    private int end;
    private boolean failed;

    TlsReader on(byte[] bytes, int off, int len) {
        buf = bytes;
        at = off;
        end = off + len;
        failed = false;
        return this;
    }

    byte[] array() {
        return buf;
    }

    int at() {
        return at;
    }

    int left() {
        return end - at;
    }

    boolean hasMore() {
        return at < end && !failed;
    }

    boolean isFailed() {
        return failed;
    }

    /** Whether all was well and nothing is left. */
    boolean isAtEnd() {
        return !failed && at == end;
    }

    int u8() {
        if (end - at < 1) {
            return fail();
        }
        return buf[at++] & 0xFF;
    }

    int u16() {
        if (end - at < 2) {
            return fail();
        }
        int value = (buf[at] & 0xFF) << 8 | buf[at + 1] & 0xFF;
        at += 2;
        return value;
    }

    int u24() {
        if (end - at < 3) {
            return fail();
        }
        int value = (buf[at] & 0xFF) << 16 | (buf[at + 1] & 0xFF) << 8 | buf[at + 2] & 0xFF;
        at += 3;
        return value;
    }

    long u32() {
        if (end - at < 4) {
            return fail();
        }
        long high = u16();
        return high << 16 | u16();
    }

    long u64() {
        if (end - at < 8) {
            return fail();
        }
        long high = u32();
        return high << 32 | u32();
    }

    /** Steps over so many bytes. @return where they began */
    int skip(int bytes) {
        if (end - at < bytes) {
            return fail();
        }
        int from = at;
        at += bytes;
        return from;
    }

    /** The length of a vector, whose bytes must be there and at least {@code min}. */
    int vector8(int min) {
        return inside(u8(), min);
    }

    int vector16(int min) {
        return inside(u16(), min);
    }

    int vector24(int min) {
        return inside(u24(), min);
    }

    private int inside(int length, int min) {
        return failed || length < min || length > end - at ? fail() : length;
    }

    private int fail() {
        failed = true;
        at = end;
        return 0;
    }
}
