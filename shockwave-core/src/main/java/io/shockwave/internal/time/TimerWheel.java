package io.shockwave.internal.time;

import java.util.Arrays;
import java.util.Objects;

/**
 * Timers hashed by deadline into a wheel of lists, all of it in arrays.
 * Confined to one thread: a reactor's, or whichever holds the lock that guards it.
 *
 * <pre>
 *             schedule                expire: deadline &lt;= now
 *   FREE ───────────────▶ PENDING ───────────────▶ DUE ──▶ FREE, then Sink.onTimer(owner)
 *    ▲                     │   ▲ │                  │
 *    └──────── cancel ─────┘   └─┘ reschedule       └──▶ FREE by cancel, while another timer is being told
 * </pre>
 *
 * <p>Times are nanoseconds of one clock that the caller reads; they are never negative, so that {@link #NONE} is free
 * to mean "no timer" (a raw {@code System.nanoTime()} may be negative: subtract the clock's value at start).
 *
 * <p>The intended use is one timer per connection that is seldom touched. The owner keeps its real deadline in a plain
 * field, moves that field later as bytes arrive, and leaves the wheel alone; when the timer fires too early by that
 * field, the owner schedules again for the rest. Only a deadline that moves <em>earlier</em> needs {@link #reschedule}.
 *
 * <p>The lists are circular and doubly linked, with the slot's own index as sentinel, so unlinking needs no slot. Each slot
 * keeps a lower bound of its deadlines; a slot is walked only when that bound has passed, and the walk makes it exact
 * again. A cancelled timer leaves the bound as it is: at worst one early wake-up, which repairs it.
 */
public final class TimerWheel {
    /** No deadline. */
    public static final long NONE = -1L;

    /** Told about each timer that has expired. */
    @FunctionalInterface
    public interface Sink {
        /**
         * The timer of {@code owner} has expired and its id is dead. Scheduling and cancelling from here are allowed.
         *
         * @param owner what was given to {@link #schedule}
         * @param nowNs the time given to {@link #expire}
         */
        void onTimer(Object owner, long nowNs);
    }

    /** 8.4 ms: finer than any timeout a person configures, and a select timeout is in milliseconds anyway. */
    static final int DEFAULT_TICK_BITS = 23;

    /** With the tick above one turn is 4.3 s; 8 KiB of sentinels and bounds for each reactor. */
    static final int DEFAULT_SLOTS = 512;

    private static final int INDEX_BITS = 20;

    /** A million timers for one reactor; the remaining 11 bits of an id tell reuses of an index apart. */
    public static final int MAX_TIMERS = 1 << INDEX_BITS;

    private static final int INDEX_MASK = MAX_TIMERS - 1;
    private static final int GENERATION_MASK = (1 << (31 - INDEX_BITS)) - 1;
    private static final int INITIAL_TIMERS = 16;
    private static final int LARGE_TIMERS = 1 << 10;
    private static final long NEVER = Long.MAX_VALUE;

    /** Marks a free entry in {@link #deadlinesNs}. */
    private static final long FREE = -2L;

    private final int tickBits;
    private final int slotMask;
    /** The list of timers that are due in a running {@link #expire}: the sentinel after the slots'. */
    private final int due;
    /** Index of timer 0 in {@link #next} and {@link #previous}; the sentinels come first. */
    private final int base;
    private final long[] boundNs;

    private int[] next;
    private int[] previous;
    private long[] deadlinesNs;
    private int[] generations;
    private Object[] owners;
    private int free = -1;
    private int used;
    private int size;
    private long earliestNs = NEVER;

    /** A wheel for one reactor: 512 slots of 8.4 ms. */
    public TimerWheel() {
        this(DEFAULT_TICK_BITS, DEFAULT_SLOTS);
    }

    /**
     * @param tickBits a slot spans {@code 1 << tickBits} nanoseconds; it decides cost, never when a timer fires
     * @param slots a power of two
     */
    public TimerWheel(int tickBits, int slots) {
        if (tickBits < 0 || tickBits > 40) {
            throw new IllegalArgumentException("tickBits is " + tickBits + ", not in 0..40");
        }
        if (slots < 1 || slots > 1 << 16 || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots is " + slots + ", not a power of two in 1..65536");
        }
        this.tickBits = tickBits;
        this.slotMask = slots - 1;
        this.due = slots;
        this.base = slots + 1;
        this.boundNs = new long[slots];
        Arrays.fill(boundNs, NEVER);
        next = new int[base + INITIAL_TIMERS];
        previous = new int[base + INITIAL_TIMERS];
        for (int sentinel = 0; sentinel < base; sentinel++) {
            next[sentinel] = sentinel;
            previous[sentinel] = sentinel;
        }
        deadlinesNs = new long[INITIAL_TIMERS];
        generations = new int[INITIAL_TIMERS];
        owners = new Object[INITIAL_TIMERS];
    }

    /** How many timers are pending. */
    public int size() {
        return size;
    }

    /**
     * Adds a timer. Allocates only when more timers are pending than ever before.
     *
     * @param deadlineNs when it is due, 0 or more; one in the past fires at the next {@link #expire}
     * @param owner handed to the sink; held until the timer fires or is cancelled
     * @return the timer's id, 0 or more, good until the timer fires or is cancelled
     * @throws IllegalStateException when {@link #MAX_TIMERS} are pending
     */
    public int schedule(long deadlineNs, Object owner) {
        if (deadlineNs < 0) {
            throw new IllegalArgumentException("deadlineNs is negative: " + deadlineNs);
        }
        Objects.requireNonNull(owner, "owner");
        int index = take();
        owners[index] = owner;
        link(index, deadlineNs);
        size++;
        return generations[index] << INDEX_BITS | index;
    }

    /**
     * Moves a pending timer; the id stays.
     *
     * @return false when the id is no longer pending, and nothing was done
     */
    public boolean reschedule(int id, long deadlineNs) {
        if (deadlineNs < 0) {
            throw new IllegalArgumentException("deadlineNs is negative: " + deadlineNs);
        }
        if (!isPending(id)) {
            return false;
        }
        int index = id & INDEX_MASK;
        unlink(index);
        link(index, deadlineNs);
        return true;
    }

    /**
     * Removes a timer, so that its sink will not be called.
     *
     * @return false when the id is no longer pending: it has fired, or was cancelled. An index serves 2,048 timers
     *     before an id comes round again, so owners forget an id when it fires
     */
    public boolean cancel(int id) {
        if (!isPending(id)) {
            return false;
        }
        int index = id & INDEX_MASK;
        unlink(index);
        release(index);
        return true;
    }

    /** Whether this id's timer is still to fire. */
    public boolean isPending(int id) {
        int index = id & INDEX_MASK;
        return id >= 0 && index < used && deadlinesNs[index] != FREE && generations[index] == id >>> INDEX_BITS;
    }

    /** A time before which no timer is due, {@link #NONE} without timers. After a cancel it may be early, never late. */
    public long nextDeadlineNs() {
        if (next[due] != due) {
            return 0; // left over by a sink that threw
        }
        return size == 0 || earliestNs == NEVER ? NONE : earliestNs;
    }

    /**
     * Fires every timer whose deadline is {@code nowNs} or before, in no particular order. What the sink schedules fires
     * at the next call at the earliest, so this ends; it must not call this method itself. When the sink throws, the rest stays due for the next call.
     *
     * @return how many fired
     */
    public int expire(long nowNs, Sink sink) {
        if (nowNs >= earliestNs) {
            long earliest = NEVER;
            for (int slot = 0; slot <= slotMask; slot++) {
                if (boundNs[slot] <= nowNs) {
                    boundNs[slot] = sweep(slot, nowNs);
                }
                earliest = Math.min(earliest, boundNs[slot]);
            }
            earliestNs = earliest;
        }
        int fired = 0;
        while (next[due] != due) {
            int index = next[due] - base;
            Object owner = owners[index];
            unlink(index);
            release(index);
            fired++;
            sink.onTimer(owner, nowNs);
        }
        return fired;
    }

    /** Moves the slot's due timers to the due list; returns the earliest deadline of those that stay. */
    private long sweep(int slot, long nowNs) {
        long earliest = NEVER;
        int node = next[slot];
        while (node != slot) {
            int following = next[node];
            long deadlineNs = deadlinesNs[node - base];
            if (deadlineNs <= nowNs) {
                unlink(node - base);
                linkBefore(due, node);
            } else {
                earliest = Math.min(earliest, deadlineNs);
            }
            node = following;
        }
        return earliest;
    }

    private void link(int index, long deadlineNs) {
        deadlinesNs[index] = deadlineNs;
        int slot = (int) (deadlineNs >>> tickBits) & slotMask;
        linkBefore(slot, base + index);
        boundNs[slot] = Math.min(boundNs[slot], deadlineNs);
        earliestNs = Math.min(earliestNs, deadlineNs);
    }

    private void linkBefore(int sentinel, int node) {
        int last = previous[sentinel];
        next[last] = node;
        previous[node] = last;
        next[node] = sentinel;
        previous[sentinel] = node;
    }

    private void unlink(int index) {
        int node = base + index;
        next[previous[node]] = next[node];
        previous[next[node]] = previous[node];
    }

    private int take() {
        int index = free;
        if (index >= 0) {
            free = next[base + index];
            return index;
        }
        if (used == deadlinesNs.length) {
            grow();
        }
        return used++;
    }

    private void release(int index) {
        owners[index] = null;
        deadlinesNs[index] = FREE;
        generations[index] = generations[index] + 1 & GENERATION_MASK;
        next[base + index] = free;
        free = index;
        size--;
    }

    private void grow() {
        if (used == MAX_TIMERS) {
            throw new IllegalStateException("all " + MAX_TIMERS + " timers of this wheel are pending");
        }
        // Larger ones by a quarter: what a doubling leaves empty would be most of what an idle connection's timer costs.
        int capacity = Math.min(MAX_TIMERS, used < LARGE_TIMERS ? used * 2 : used + (used >> 2));
        next = Arrays.copyOf(next, base + capacity);
        previous = Arrays.copyOf(previous, base + capacity);
        deadlinesNs = Arrays.copyOf(deadlinesNs, capacity);
        generations = Arrays.copyOf(generations, capacity);
        owners = Arrays.copyOf(owners, capacity);
    }
}
