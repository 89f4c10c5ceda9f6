package io.shockwave.internal.dispatch;

import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Where one thread at a time waits for what a reactor tells in volatile fields and byte rings. {@link #await} by that thread, {@link #wake} by the reactor after each change.
 *
 * <p>Nobody is woken in vain and no wake-up is lost, since each side writes before it reads what the other wrote: the thread says that it waits and then looks at the condition, the reactor
 * changes what the condition looks at and then looks who waits.
 */
public final class Waiter {
    /** A deadline that never comes. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** What is waited for; looked at again after each wake-up. Without state, so that one serves all. */
    public interface Condition<T> {
        boolean holds(T of);
    }

    /** A limit of waiting that another thread watches, so that the waiting one needs no timer of its own. Rings once. */
    public static final class Alarm implements Runnable {
        private final Waiter of;
        private volatile boolean rung;

        public Alarm(Waiter of) {
            this.of = of;
        }

        @Override
        public void run() {
            rung = true;
            of.wake();
        }
    }

    private volatile Thread waiting;

    /**
     * Waits until {@code condition} holds.
     *
     * @param deadlineNs of {@link System#nanoTime}, or {@link #FOREVER}
     * @return false if the deadline passed before
     * @throws InterruptedIOException if the thread was interrupted, which it still is then
     */
    public <T> boolean await(T of, Condition<T> condition, long deadlineNs) throws InterruptedIOException {
        return await(of, condition, deadlineNs, null);
    }

    /** The same without a deadline. @return false if {@code alarm}, which is of this waiter, rang before */
    public <T> boolean await(T of, Condition<T> condition, Alarm alarm) throws InterruptedIOException {
        return await(of, condition, FOREVER, alarm);
    }

    private <T> boolean await(T of, Condition<T> condition, long deadlineNs, Alarm alarm) throws InterruptedIOException {
        if (condition.holds(of)) {
            return true;
        }
        waiting = Thread.currentThread();
        try {
            VarHandle.fullFence();
            while (!condition.holds(of)) {
                if (alarm != null && alarm.rung) {
                    return false;
                }
                if (deadlineNs == FOREVER) {
                    LockSupport.park(of);
                } else {
                    long leftNs = deadlineNs - System.nanoTime();
                    if (leftNs <= 0) {
                        return false;
                    }
                    LockSupport.parkNanos(of, leftNs);
                }
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while the exchange was in progress");
                }
            }
            return true;
        } finally {
            waiting = null;
        }
    }

    /** Waits until {@code condition} holds, also while interrupted: for what a reactor's next turn brings about. */
    public <T> void awaitUninterruptibly(T of, Condition<T> condition) {
        boolean interrupted = false;
        waiting = Thread.currentThread();
        VarHandle.fullFence();
        while (!condition.holds(of)) {
            LockSupport.park(of);
            interrupted |= Thread.interrupted();
        }
        waiting = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The thread that waits now, for who changed something and will unpark it; null if none does. */
    public Thread waiting() {
        VarHandle.fullFence();
        return waiting;
    }

    /** Something changed that the thread may wait for. */
    public void wake() {
        Thread thread = waiting();
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
