package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;

/**
 * The latency spin bit, by which whoever sees packets pass can read round trips (RFC 9000 17.4): a server repeats what it got, a client turns it over. Where it is off, and on one path in sixteen where it
 * is on, packets bear noise instead. Owned by a connection.
 */
final class LatencySpin {
    /** RFC 9000 17.4: at least one in every 16 paths MUST NOT show it, so that those who must not are not seen by it. */
    private static final int ONE_IN = 16;

    private final boolean used;
    private final boolean server;
    private final RandomBytes random;
    /** Of the generator of bits (SplitMix64): the system's takes some 4 bytes of heap for each of its own, which is one for every packet. */
    private long state;
    private long bits;
    private int left;
    private boolean shown;
    private boolean value;

    LatencySpin(boolean used, boolean server, RandomBytes random) {
        this.used = used;
        this.server = server;
        this.random = random;
        reset();
    }

    /** Packets go over another path, or to another id, from now on: what was seen of bits before must not tell those that come, or it would link the two. */
    void reset() {
        value = false;
        byte[] seed = new byte[Long.BYTES];
        random.fill(seed, 0, seed.length);
        state = 0;
        for (byte b : seed) {
            state = state << 8 | b & 0xFF;
        }
        left = 0;
        shown = used && (state & ONE_IN - 1) != 0;
    }

    /** The bit of the newest packet so far. */
    void received(boolean bit) {
        value = bit == server;
    }

    /** The bit of a packet. @param isCurrent whether it goes over the path in use: on another the value is the first */
    boolean next(boolean isCurrent) {
        return shown ? isCurrent && value : randomBit();
    }

    boolean randomBit() {
        if (left == 0) {
            state += 0x9e3779b97f4a7c15L;
            long mixed = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
            bits = mixed ^ mixed >>> 31;
            left = Long.SIZE;
        }
        boolean bit = (bits & 1) != 0;
        bits >>>= 1;
        left--;
        return bit;
    }
}
