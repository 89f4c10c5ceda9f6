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
    private final byte[] noise = new byte[3];
    /** Random bits that were not used yet, below a one. */
    private int bits;
    private boolean shown;
    private boolean value;

    LatencySpin(boolean used, boolean server, RandomBytes random) {
        this.used = used;
        this.server = server;
        this.random = random;
        reset();
    }

    /** Packets go over another path, or to another id, from now on. */
    void reset() {
        value = false;
        if (used) {
            random.fill(noise, 0, 1);
            shown = noise[0] % ONE_IN != 0;
        }
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
        if (bits <= 1) {
            random.fill(noise, 0, noise.length);
            bits = 1 << 24 | (noise[0] & 0xFF) << 16 | (noise[1] & 0xFF) << 8 | noise[2] & 0xFF;
        }
        boolean bit = (bits & 1) != 0;
        bits >>>= 1;
        return bit;
    }
}
