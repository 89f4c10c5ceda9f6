package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpException.Phase;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The time limit of what one connection is doing now. Armed and disarmed by the thread that holds the connection; expired by the watchdog.
 *
 * <pre>
 *   NONE ──arm──▶ deadline|phase ──watchdog, once it passed──▶ EXPIRED: the channel is closed
 *    ▲             │    └──arm──▶ another deadline|phase
 *    └───disarm────┘
 * </pre>
 *
 * Deadline and phase share one long, so that they change together: its low four bits are the phase, which makes deadlines exact to 16 ns.
 */
final class TimeLimit {
    static final long NONE = Long.MAX_VALUE;
    private static final long EXPIRED = -1L;
    private static final int PHASE_BITS = 4;
    private static final long PHASE_MASK = (1L << PHASE_BITS) - 1;
    private static final Phase[] PHASES = Phase.values();
    private static final VarHandle STATE;
    private static final VarHandle CHECK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(TimeLimit.class, "state", long.class);
            CHECK = lookup.findVarHandle(TimeLimit.class, "checkNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Watchdog watchdog;
    /** Closes what is guarded, so that the thread blocked in it wakes. */
    private final Runnable onExpiry;
    private volatile long state = NONE;
    /** When the watchdog will look at this limit; {@link #NONE} for never. */
    private volatile long checkNs = NONE;
    private volatile Phase expiredPhase = Phase.NONE;
    /** Guarded by the watchdog's lock. */
    int timer = -1;

    TimeLimit(Watchdog watchdog, Runnable onExpiry) {
        this.watchdog = watchdog;
        this.onExpiry = onExpiry;
    }

    /** From now on {@code phase} must end before {@code deadlineNs}, of the watchdog's clock; {@link #NONE} takes any limit away. */
    void arm(long deadlineNs, Phase phase) {
        if (deadlineNs == NONE) {
            STATE.setVolatile(this, NONE);
            return;
        }
        STATE.setVolatile(this, Math.max(deadlineNs, 0) & ~PHASE_MASK | phase.ordinal());
        // The watchdog writes checkNs and then reads state, this thread the other way round: one of the two sees the other's write.
        if (deadlineNs < (long) CHECK.getVolatile(this)) {
            watchdog.lookAt(this, deadlineNs);
        }
    }

    /** Takes the limit away. @return false if it had expired before: the channel is closed or about to be */
    boolean disarm() {
        return (long) STATE.getAndSet(this, NONE) != EXPIRED && expiredPhase == Phase.NONE;
    }

    /** The phase that ran out of time; {@link Phase#NONE} while none did. */
    Phase expiredPhase() {
        return expiredPhase;
    }

    // ---- the watchdog's side

    void willCheck(long atNs) {
        checkNs = atNs;
    }

    long checkNs() {
        return checkNs;
    }

    /** The deadline if it has not passed; {@link #NONE} without one; {@code -1} if it passed, and now counts as expired. */
    long check(long nowNs) {
        while (true) {
            long seen = state;
            if (seen == NONE || seen == EXPIRED) {
                return NONE;
            }
            long deadlineNs = seen & ~PHASE_MASK;
            if (deadlineNs > nowNs) {
                return deadlineNs;
            }
            if (STATE.compareAndSet(this, seen, EXPIRED)) {
                expiredPhase = PHASES[(int) (seen & PHASE_MASK)];
                return EXPIRED;
            }
        }
    }

    void expire() {
        onExpiry.run();
    }
}
