package io.shockwave.internal.qpack;

import io.shockwave.internal.header.Tokens;

/**
 * The Huffman code of RFC 7541 appendix B, which QPACK shares (RFC 9204 4.1.2). Stateless: a decoder's state is a number that its caller keeps, so strings may come in pieces.
 *
 * <p>The code is canonical, so the lengths say all of it. It is decoded four bits at a step: a state is an inner node of the tree, and a step leads to another and gives at most one
 * symbol, as no code is shorter than five bits.
 */
public final class Huffman {
    /** The state at the start of a string. */
    public static final int START = 0;
    /** EOS is part of the string, which RFC 7541 5.2 forbids. */
    public static final int INVALID = -1;
    /** The string is longer than the room for it. */
    public static final int OVERFLOW = -2;
    /** No code has more bits. */
    public static final int MAX_BITS = 30;
    /** No code has fewer bits. */
    public static final int MIN_BITS = 5;

    private static final int EOS = 256;
    private static final byte[] LENGTHS = {
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    };
    private static final int[] CODES = new int[LENGTHS.length];

    private static final int EMITS = 1 << 16;
    private static final int FAILS = 1 << 17;
    /** By state and four bits: the next state in the low byte, the symbol in the next, and what happens. */
    private static final int[] STEPS = new int[256 * 16];
    /** Whether a string may end in the state: fewer than eight bits of EOS, all ones, behind the last symbol (RFC 7541 5.2). */
    private static final boolean[] ENDS = new boolean[256];

    static {
        assignCodes();
        buildSteps();
    }

    private Huffman() {
    }

    private static void assignCodes() {
        int code = 0;
        for (int bits = MIN_BITS; bits <= MAX_BITS; bits++) {
            for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
                if (LENGTHS[symbol] == bits) {
                    CODES[symbol] = code++;
                }
            }
            code <<= 1;
        }
    }

    private static void buildSteps() {
        int[][] children = new int[256][2]; // an inner node, or ~symbol; 0 for none, as nothing leads to the root
        int nodes = 1;
        for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
            int node = 0;
            for (int bit = LENGTHS[symbol] - 1; bit > 0; bit--) {
                int side = CODES[symbol] >>> bit & 1;
                if (children[node][side] == 0) {
                    children[node][side] = nodes++;
                }
                node = children[node][side];
            }
            children[node][CODES[symbol] & 1] = ~symbol;
        }
        for (int node = 0; node < nodes; node++) {
            for (int nibble = 0; nibble < 16; nibble++) {
                STEPS[node << 4 | nibble] = step(children, node, nibble);
            }
        }
        for (int depth = 0, node = 0; depth < 8; depth++, node = children[node][1]) {
            ENDS[node] = true;
        }
    }

    private static int step(int[][] children, int from, int nibble) {
        int node = from;
        int emitted = 0;
        for (int bit = 3; bit >= 0; bit--) {
            int next = children[node][nibble >>> bit & 1];
            if (next == ~EOS) {
                return FAILS;
            }
            if (next < 0) {
                emitted = EMITS | ~next << 8;
                next = 0;
            }
            node = next;
        }
        return emitted | node;
    }

    // ---- decoding

    /**
     * Decodes a piece of a string.
     *
     * @param state {@link #START}, or what {@link #state} said of the piece before
     * @return the state in the upper half, the bytes written in the lower: for {@link #state} and {@link #written}
     */
    public static long decode(int state, byte[] src, int off, int len, byte[] dst, int dstOff, int dstEnd) {
        int node = state;
        int at = dstOff;
        for (int i = off, end = off + len; i < end; i++) {
            int b = src[i];
            int high = STEPS[node << 4 | b >> 4 & 15];
            int low = STEPS[(high & 0xFF) << 4 | b & 15];
            if ((high & EMITS) != 0) {
                if (at == dstEnd) {
                    return pack(OVERFLOW, at - dstOff);
                }
                dst[at++] = (byte) (high >> 8);
            }
            if (((high | low) & FAILS) != 0) {
                return pack(INVALID, at - dstOff);
            }
            if ((low & EMITS) != 0) {
                if (at == dstEnd) {
                    return pack(OVERFLOW, at - dstOff);
                }
                dst[at++] = (byte) (low >> 8);
            }
            node = low & 0xFF;
        }
        return pack(node, at - dstOff);
    }

    private static long pack(int state, int written) {
        return (long) state << 32 | written;
    }

    /** The state behind the piece; negative when it failed. */
    public static int state(long decoded) {
        return (int) (decoded >> 32);
    }

    public static int written(long decoded) {
        return (int) decoded;
    }

    /** Whether a string may end in this state: its padding is short and all ones. */
    public static boolean isEnd(int state) {
        return state >= 0 && ENDS[state];
    }

    /** The most bytes that {@code len} encoded bytes can stand for. */
    public static long mostDecoded(long len) {
        return len * 8 / MIN_BITS;
    }

    /** The fewest bytes that {@code len} encoded bytes can stand for, padding aside. */
    public static long leastDecoded(long len) {
        return Math.max(0, len * 8 - 7) / MAX_BITS;
    }

    // ---- encoding

    /** The bytes that these take when encoded. @param lower as if letters were in lower case */
    public static int encodedLength(byte[] src, int off, int len, boolean lower) {
        long bits = 0;
        for (int i = off, end = off + len; i < end; i++) {
            bits += LENGTHS[lower ? Tokens.lower(src[i]) & 0xFF : src[i] & 0xFF];
        }
        return (int) (bits + 7 >> 3);
    }

    /** Encodes these bytes and returns {@link #encodedLength}. */
    public static int encode(byte[] src, int off, int len, boolean lower, byte[] dst, int dstOff) {
        long held = 0;
        int bits = 0;
        int at = dstOff;
        for (int i = off, end = off + len; i < end; i++) {
            int symbol = lower ? Tokens.lower(src[i]) & 0xFF : src[i] & 0xFF;
            int length = LENGTHS[symbol];
            held = held << length | CODES[symbol];
            bits += length;
            while (bits >= 8) {
                bits -= 8;
                dst[at++] = (byte) (held >> bits);
            }
        }
        if (bits > 0) {
            dst[at++] = (byte) (held << 8 - bits | 0xFF >> bits);
        }
        return at - dstOff;
    }

    /** The code of a symbol, right-aligned. */
    static int code(int symbol) {
        return CODES[symbol];
    }

    /** The bits of a symbol's code. */
    static int length(int symbol) {
        return LENGTHS[symbol];
    }
}
