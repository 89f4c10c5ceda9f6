package io.shockwave.internal.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Counters of one reactor. Written by its thread alone, read by any: a reader sees each counter whole, the set of them not at one moment. */
public final class Counters {
    public static final int ACCEPTED = 0;
    public static final int CLOSED = 1;
    public static final int REQUESTS = 2;
    public static final int STARTED = 3;
    public static final int FINISHED = 4;
    public static final int STATUS_1XX = 5;
    public static final int STATUS_2XX = 6;
    public static final int STATUS_3XX = 7;
    public static final int STATUS_4XX = 8;
    public static final int STATUS_5XX = 9;
    public static final int REJECTED = 10;
    public static final int TIMEOUTS = 11;
    public static final int HANDLER_ERRORS = 12;
    public static final int PEER_RESETS = 13;
    public static final int BYTES_IN = 14;
    public static final int BYTES_OUT = 15;
    public static final int SPILLS = 16;
    public static final int TLS_HANDSHAKES = 17;
    public static final int TLS_FAILURES = 18;
    public static final int CUT = 19;
    private static final int COUNT = 20;
    /** Longs of a cache line on each side, so that a neighbour's writes do not slow these. */
    private static final int PAD = 8;
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[PAD + COUNT + PAD];

    public void add(int counter, long n) {
        LONGS.setOpaque(values, PAD + counter, values[PAD + counter] + n);
    }

    public void increment(int counter) {
        add(counter, 1);
    }

    public long get(int counter) {
        return (long) LONGS.getOpaque(values, PAD + counter);
    }
}
