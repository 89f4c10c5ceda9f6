package io.shockwave.internal.quic;

/** Variable-length integers (RFC 9000 16): the two high bits of the first byte say whether 1, 2, 4 or 8 bytes follow each other, most significant first. Stateless. */
public final class VarInt {
    /** The largest value that can be written: 2^62 - 1. */
    public static final long MAX = (1L << 62) - 1;
    /** Returned where bytes are missing. */
    public static final long NONE = -1;
    /** The most bytes that one takes. */
    public static final int MAX_BYTES = 8;

    private VarInt() {}

    /** The bytes of the shortest encoding: 1, 2, 4 or 8. */
    public static int bytes(long value) {
        assert value >= 0 && value <= MAX : value;
        if (value < 1 << 6) {
            return 1;
        }
        if (value < 1 << 14) {
            return 2;
        }
        return value < 1 << 30 ? 4 : 8;
    }

    /** The bytes of the encoding that begins with this byte: 1, 2, 4 or 8. */
    public static int bytesFrom(byte first) {
        return 1 << ((first & 0xFF) >>> 6);
    }

    /** Reads the integer at {@code off}, which must lie below {@code end} in full; {@link #NONE} when it does not. It takes {@link #bytesFrom} bytes. */
    public static long decode(byte[] buf, int off, int end) {
        if (off >= end) {
            return NONE;
        }
        int first = buf[off] & 0xFF;
        int bytes = 1 << (first >>> 6);
        if (bytes > end - off) {
            return NONE;
        }
        long value = first & 0x3F;
        for (int i = 1; i < bytes; i++) {
            value = value << 8 | buf[off + i] & 0xFF;
        }
        return value;
    }

    /** Writes the shortest encoding, and returns the offset behind it. */
    public static int encode(byte[] dst, int off, long value) {
        return encode(dst, off, value, bytes(value));
    }

    /** Writes an encoding of 1, 2, 4 or 8 bytes that need not be the shortest, and returns the offset behind it. */
    public static int encode(byte[] dst, int off, long value, int bytes) {
        assert value >= 0 && value <= MAX && bytes >= bytes(value) : value;
        for (int i = bytes - 1, shift = 0; i >= 0; i--, shift += 8) {
            dst[off + i] = (byte) (value >>> shift);
        }
        dst[off] |= (byte) (Integer.numberOfTrailingZeros(bytes) << 6);
        return off + bytes;
    }
}
