package io.shockwave.internal.quic;

import java.util.Random;

/**
 * A server's application that reads as a handler on another thread does: what comes goes into a ring, which is read in pieces some time later, and the connection is told to go on once half of
 * the ring is free.
 */
final class WaitingApp extends BulkApp {
    private static final int RING_BYTES = 16 << 10;
    private static final long MOST_PAUSE_NS = 20_000_000L;

    private final SimNetwork network;
    private final SimQuic home;
    private final Random random;
    private int held;
    private boolean full;
    private boolean reading;
    private boolean ended;

    WaitingApp(SimNetwork network, SimQuic home, long seed) {
        super(1, 2, 1);
        this.network = network;
        this.home = home;
        random = new Random(seed);
    }

    @Override
    public int onStreamData(long id, byte[] buf, int off, int len, boolean fin) {
        int taken = Math.min(len, RING_BYTES - held);
        take(id, buf, off, taken);
        held += taken;
        full = taken < len;
        ended |= fin && taken == len;
        if (!reading) {
            reading = true;
            later(id);
        }
        return taken;
    }

    private void later(long id) {
        network.at(network.nowNs() + (random.nextInt(4) == 0 ? random.nextLong(MOST_PAUSE_NS) : 1_000), () -> read(id));
    }

    private void read(long id) {
        held -= Math.min(held, 1 + random.nextInt(RING_BYTES));
        if (full && held <= RING_BYTES / 2) {
            full = false;
            connection.resume(id);
            home.wake(network.nowNs());
        }
        reading = held > 0;
        finished = ended && held == 0;
        if (reading) {
            later(id);
        }
    }
}
