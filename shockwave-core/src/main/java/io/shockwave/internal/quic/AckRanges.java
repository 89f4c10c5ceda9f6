package io.shockwave.internal.quic;

import java.util.Arrays;

/**
 * The packet numbers that were received in one packet number space, as ranges: tells duplicates, and writes ACK frames (RFC 9000 13.2, 19.3). Owned by a connection.
 *
 * <p>Bounded: when there are more gaps than {@link #MAX_RANGES} the lowest range is forgotten, and what lies at or below it counts as received (RFC 9000 13.2.3).
 */
final class AckRanges {
    /** A gap costs two numbers here and up to 16 bytes in a frame; after 64 of them what is missing lowest has been given up as lost by any sender. */
    static final int MAX_RANGES = 64;
    /** So many go into a frame: an ACK stays small beside data, and the highest are repeated often enough. */
    static final int MAX_SENT_RANGES = 32;
    static final long NONE = PacketNumbers.NONE;

    private static final int ECT1_CODEPOINT = 1;
    private static final int ECT0_CODEPOINT = 2;
    private static final int CE_CODEPOINT = 3;

    /** Most connections never have more ranges than this; room for more is made when there are, and given up by {@link #trim}. */
    private static final int FIRST_RANGES = 4;
    private static final long[] NOTHING = {};

    /** Ascending, so that the common case appends. */
    private long[] smallest = NOTHING;
    private long[] largest = NOTHING;
    private int count;
    /** All numbers up to here count as received. */
    private long forgotten = NONE;
    /** The peer knows that everything up to here that was received was received. */
    private long confirmed = NONE;
    private long ect0;
    private long ect1;
    private long ce;

    /** Whether the number was received before, or is so old that it cannot be told. */
    boolean contains(long number) {
        if (number <= forgotten) {
            return true;
        }
        int i = indexOf(number);
        return i >= 0 && number <= largest[i];
    }

    /** Notes a number; false when it {@link #contains} it, and then nothing changes. */
    boolean add(long number) {
        assert number >= 0 && number <= PacketNumbers.MAX : number;
        if (number <= forgotten) {
            return false;
        }
        int i = indexOf(number);
        if (i >= 0 && number <= largest[i]) {
            return false;
        }
        boolean joinsBelow = i >= 0 && largest[i] + 1 == number;
        boolean joinsAbove = i + 1 < count && smallest[i + 1] - 1 == number;
        if (joinsBelow && joinsAbove) {
            largest[i] = largest[i + 1];
            remove(i + 1);
        } else if (joinsBelow) {
            largest[i] = number;
        } else if (joinsAbove) {
            smallest[i + 1] = number;
        } else if (!insert(i + 1, number)) {
            return false;
        }
        if (number <= confirmed) {
            // A packet overtaken by the confirmation of an ACK has to be acknowledged all the same.
            confirmed = number - 1;
        }
        return true;
    }

    /** The index of the last range that begins at or below the number; -1 when all are above. */
    private int indexOf(long number) {
        int i = count - 1;
        while (i >= 0 && smallest[i] > number) {
            i--;
        }
        return i;
    }

    /** Makes a range of one number; when there is no room the lowest is forgotten, which may be this one. */
    private boolean insert(int index, long number) {
        int at = index;
        if (count == MAX_RANGES) {
            if (at == 0) {
                return false;
            }
            forgotten = largest[0];
            remove(0);
            at--;
        } else if (count == smallest.length) {
            resize(Math.max(FIRST_RANGES, 2 * count));
        }
        System.arraycopy(smallest, at, smallest, at + 1, count - at);
        System.arraycopy(largest, at, largest, at + 1, count - at);
        smallest[at] = number;
        largest[at] = number;
        count++;
        return true;
    }

    private void resize(int capacity) {
        smallest = Arrays.copyOf(smallest, capacity);
        largest = Arrays.copyOf(largest, capacity);
    }

    /** Gives up the room that a time of many gaps needed. */
    void trim() {
        if (smallest.length > FIRST_RANGES && count <= FIRST_RANGES) {
            resize(FIRST_RANGES);
        }
    }

    /** Forgets all: nothing of this space is received or acknowledged any more. */
    void clear() {
        count = 0;
        smallest = NOTHING;
        largest = NOTHING;
    }

    private void remove(int index) {
        count--;
        System.arraycopy(smallest, index + 1, smallest, index, count - index);
        System.arraycopy(largest, index + 1, largest, index, count - index);
    }

    /** The peer acknowledged a packet with an ACK frame whose Largest Acknowledged was this: what lies at or below need not be repeated (RFC 9000 13.2.4). */
    void confirmed(long largestAcknowledged) {
        confirmed = Math.max(confirmed, largestAcknowledged);
    }

    /** The ECN field of a received packet's IP header: counts go into the ACK frames (RFC 9000 13.4.1). */
    void ecn(int codepoint) {
        switch (codepoint) {
            case ECT0_CODEPOINT -> ect0++;
            case ECT1_CODEPOINT -> ect1++;
            case CE_CODEPOINT -> ce++;
            default -> { }
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The largest number received; {@link #NONE} when there is none. */
    long largest() {
        return count == 0 ? NONE : largest[count - 1];
    }

    int ranges() {
        return count;
    }

    /** The smallest number of a range; 0 is the lowest. */
    long smallest(int range) {
        return smallest[range];
    }

    long largest(int range) {
        return largest[range];
    }

    /**
     * Writes an ACK frame with as many ranges as fit, the highest first.
     *
     * @param delayField the delay in units of our ack_delay_exponent
     * @param maxBytes room; when not even the highest range fits nothing is written
     * @return the offset behind the frame, {@code off} when nothing was written
     */
    int write(byte[] dst, int off, int maxBytes, long delayField) {
        if (count == 0) {
            return off;
        }
        boolean hasEcn = (ect0 | ect1 | ce) != 0;
        int top = count - 1;
        int ecnBytes = hasEcn ? VarInt.bytes(ect0) + VarInt.bytes(ect1) + VarInt.bytes(ce) : 0;
        int left = maxBytes - ecnBytes - 2 - VarInt.bytes(largest[top]) - VarInt.bytes(delayField) - VarInt.bytes(largest[top] - smallest[top]);
        if (left < 0) {
            return off;
        }
        int sent = fitting(left);
        dst[off] = (byte) (hasEcn ? FrameType.ACK_ECN : FrameType.ACK);
        int i = VarInt.encode(dst, off + 1, largest[top]);
        i = VarInt.encode(dst, i, delayField);
        i = VarInt.encode(dst, i, sent - 1);
        i = VarInt.encode(dst, i, largest[top] - smallest[top]);
        for (int r = top - 1; r > top - sent; r--) {
            i = VarInt.encode(dst, i, smallest[r + 1] - largest[r] - 2);
            i = VarInt.encode(dst, i, largest[r] - smallest[r]);
        }
        return hasEcn ? VarInt.encode(dst, VarInt.encode(dst, VarInt.encode(dst, i, ect0), ect1), ce) : i;
    }

    /** How many ranges are sent, when the ones below the highest may take so many bytes. */
    private int fitting(int bytes) {
        int left = bytes;
        int sent = 1;
        for (int r = count - 2; r >= 0 && sent < MAX_SENT_RANGES && largest[r] > confirmed; r--) {
            left -= VarInt.bytes(smallest[r + 1] - largest[r] - 2) + VarInt.bytes(largest[r] - smallest[r]);
            if (left < 0) {
                break;
            }
            sent++;
        }
        return sent;
    }
}
