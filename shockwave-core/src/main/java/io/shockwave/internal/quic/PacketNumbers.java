package io.shockwave.internal.quic;

/** Packet numbers on the wire: truncated to 1 to 4 bytes by the sender, completed by the receiver (RFC 9000 17.1, A.2, A.3). Stateless. */
final class PacketNumbers {
    /** The largest packet number. */
    static final long MAX = VarInt.MAX;
    static final int MAX_BYTES = 4;
    /** In place of the largest acknowledged or received number while there is none. */
    static final long NONE = -1;

    private PacketNumbers() {}

    /**
     * The bytes that a number needs, so that the peer can tell it from all others in flight.
     *
     * @param largestAcknowledged by the peer, {@link #NONE} when nothing is yet
     */
    static int bytes(long number, long largestAcknowledged) {
        assert number > largestAcknowledged : "sent before it was acknowledged";
        // RFC 9000 17.1: more than twice the range that is unacknowledged. One bit more than the range itself needs, and the rest rounded up to bytes.
        long unacknowledged = number - largestAcknowledged;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(unacknowledged) + (Long.bitCount(unacknowledged) == 1 ? 0 : 1);
        return Math.min(MAX_BYTES, Math.max(1, (bits + 7) >>> 3));
    }

    /** Writes the low bytes of a number, and returns the offset behind them. */
    static int encode(byte[] dst, int off, long number, int bytes) {
        for (int i = bytes - 1, shift = 0; i >= 0; i--, shift += 8) {
            dst[off + i] = (byte) (number >>> shift);
        }
        return off + bytes;
    }

    /** Reads a truncated number. */
    static long truncated(byte[] buf, int off, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | buf[off + i] & 0xFF;
        }
        return value;
    }

    /**
     * Completes a truncated number to the one that is closest to the next expected (RFC 9000 A.3).
     *
     * @param largestReceived in the packet number space and successfully opened; {@link #NONE} when nothing is
     */
    static long complete(long truncated, int bytes, long largestReceived) {
        long expected = largestReceived + 1;
        long window = 1L << (bytes << 3);
        long half = window >>> 1;
        long candidate = expected & -window | truncated;
        if (candidate <= expected - half && candidate <= MAX - window) {
            return candidate + window;
        }
        if (candidate > expected + half && candidate >= window) {
            return candidate - window;
        }
        return candidate;
    }
}
