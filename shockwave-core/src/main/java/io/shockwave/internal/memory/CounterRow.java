package io.shockwave.internal.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A row of counters. Written by one thread alone, read by any: a reader sees each counter whole, the row of them not at one moment. */
public abstract class CounterRow {
    /** Longs of a cache line on each side, so that a neighbour's writes do not slow these. */
    private static final int PAD = 8;
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values;

    protected CounterRow(int count) {
        values = new long[PAD + count + PAD];
    }

    public final void add(int counter, long n) {
        LONGS.setOpaque(values, PAD + counter, values[PAD + counter] + n);
    }

    public final void increment(int counter) {
        add(counter, 1);
    }

    public final long get(int counter) {
        return (long) LONGS.getOpaque(values, PAD + counter);
    }
}
