package io.shockwave.internal.qpack;

/**
 * A prefixed integer (RFC 9204 4.1.1, RFC 7541 5.1) that arrives in pieces. Owned by the decoder of a stream, which reuses it. What takes more than
 * {@link #MAX_BYTES} or exceeds {@link #MAX_VALUE} is refused as it arrives, so that neither leading zeros nor digits without end cost anything.
 */
final class QpackInteger {
    /** What must be decodable, and what nothing on a connection exceeds: stream ids, lengths and counts have 62 bits. */
    static final long MAX_VALUE = (1L << 62) - 1;
    /** A prefix and nine groups of seven bits hold 62 bits. */
    static final int MAX_BYTES = 10;
    static final int MORE = 0;
    static final int DONE = 1;
    static final int FAILED = -1;

    private long value;
    private int shift;

    /** Takes the first byte, whose low {@code prefixBits} belong to the integer. @return {@link #MORE} or {@link #DONE} */
    int start(byte first, int prefixBits) {
        int mask = (1 << prefixBits) - 1;
        value = first & mask;
        shift = 0;
        return value < mask ? DONE : MORE;
    }

    /** Takes the next byte. @return {@link #MORE}, {@link #DONE} or {@link #FAILED} */
    int next(byte b) {
        long group = b & 0x7F;
        if (shift > 56 || group > (MAX_VALUE - value) >>> shift) {
            return FAILED;
        }
        value += group << shift;
        shift += 7;
        return b < 0 ? MORE : DONE;
    }

    long value() {
        return value;
    }

    /** Writes {@code value} behind the {@code flags} of its first byte. @return the bytes written, at most {@link #MAX_BYTES} */
    static int encode(byte[] dst, int off, int flags, int prefixBits, long value) {
        int mask = (1 << prefixBits) - 1;
        if (value < mask) {
            dst[off] = (byte) (flags | (int) value);
            return 1;
        }
        dst[off] = (byte) (flags | mask);
        int at = off + 1;
        long rest = value - mask;
        while (rest >= 0x80) {
            dst[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        dst[at++] = (byte) rest;
        return at - off;
    }
}
