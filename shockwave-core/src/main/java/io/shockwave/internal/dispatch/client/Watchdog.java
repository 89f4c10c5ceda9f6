package io.shockwave.internal.dispatch.client;

import io.shockwave.internal.time.TimerWheel;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Closes connections whose time limit passed, so that threads blocked in them wake. Thread-safe; guarded by lock, which a calling thread takes only when its deadline is
 * earlier than the next look at its connection. Its thread sleeps while no limit is pending and starts with the first one.
 */
final class Watchdog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TimerWheel wheel = new TimerWheel();
    private final ArrayDeque<TimeLimit> expired = new ArrayDeque<>();
    private final long startNs = System.nanoTime();
    private Thread thread;
    private long wakeNs = TimeLimit.NONE;
    private boolean closed;

    /** Nanoseconds since this watchdog was made: never negative. */
    long now() {
        return System.nanoTime() - startNs;
    }

    /** Makes sure that {@code limit} is looked at by {@code atNs}. */
    void lookAt(TimeLimit limit, long atNs) {
        lock.lock();
        try {
            if (closed || limit.checkNs() <= atNs) {
                return;
            }
            schedule(limit, atNs);
            if (thread == null) {
                thread = Thread.ofPlatform().daemon().name("shockwave-client-watchdog").unstarted(this::run);
                thread.start();
            } else if (atNs < wakeNs) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a limit whose connection is gone. */
    void forget(TimeLimit limit) {
        lock.lock();
        try {
            if (limit.timer >= 0) {
                wheel.cancel(limit.timer);
                limit.timer = -1;
            }
            limit.willCheck(TimeLimit.NONE);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; limits are kept no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** How many limits are scheduled. */
    int pending() {
        lock.lock();
        try {
            return wheel.size();
        } finally {
            lock.unlock();
        }
    }

    private void schedule(TimeLimit limit, long atNs) {
        if (limit.timer < 0 || !wheel.reschedule(limit.timer, atNs)) {
            limit.timer = wheel.schedule(atNs, limit);
        }
        limit.willCheck(atNs);
    }

    private void run() {
        lock.lock();
        try {
            while (!closed) {
                wheel.expire(now(), this::check);
                if (!expired.isEmpty()) {
                    closeExpired();
                    continue;
                }
                long next = wheel.nextDeadlineNs();
                wakeNs = next == TimerWheel.NONE ? TimeLimit.NONE : next;
                if (next == TimerWheel.NONE) {
                    changed.awaitUninterruptibly();
                } else {
                    changed.awaitNanos(next - now());
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        } finally {
            lock.unlock();
        }
    }

    private void check(Object owner, long nowNs) {
        TimeLimit limit = (TimeLimit) owner;
        limit.timer = -1;
        limit.willCheck(TimeLimit.NONE); // before the deadline is read: see TimeLimit.arm
        long deadlineNs = limit.check(nowNs);
        if (deadlineNs < 0) {
            expired.add(limit);
        } else if (deadlineNs != TimeLimit.NONE) {
            schedule(limit, deadlineNs);
        }
    }

    private void closeExpired() {
        lock.unlock(); // closing a channel may take a moment, and calling threads must not wait for it
        try {
            for (TimeLimit limit = expired.poll(); limit != null; limit = expired.poll()) {
                limit.expire();
            }
        } finally {
            lock.lock();
        }
    }
}
