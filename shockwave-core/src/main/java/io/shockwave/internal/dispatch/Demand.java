package io.shockwave.internal.dispatch;

import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How much a subscriber of a body has asked for. Thread-safe; guarded by lock. */
public final class Demand implements Flow.Subscription {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long items;
    private boolean cancelled;
    private boolean invalid;

    /** Refuses a subscriber that is not the first. */
    public static void refuse(Flow.Subscriber<?> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                // Nothing will come.
            }

            @Override
            public void cancel() {
                // Nothing to stop.
            }
        });
        subscriber.onError(new IllegalStateException("a body has one subscriber"));
    }

    @Override
    public void request(long n) {
        lock.lock();
        try {
            if (n <= 0) {
                invalid = true;
            } else {
                items = items + n < 0 ? Long.MAX_VALUE : items + n;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for an item of demand and takes it. @return false once nothing more is wanted */
    public boolean take() throws InterruptedException {
        lock.lock();
        try {
            while (items == 0 && !cancelled && !invalid) {
                changed.await();
            }
            if (cancelled || invalid) {
                return false;
            }
            if (items != Long.MAX_VALUE) {
                items--;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    public boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** What the subscriber is told if it asked for less than one item, and had not cancelled; null if not. */
    public IllegalArgumentException fault() {
        lock.lock();
        try {
            return invalid && !cancelled ? new IllegalArgumentException("demand must be positive (Reactive Streams 3.9)") : null;
        } finally {
            lock.unlock();
        }
    }
}
