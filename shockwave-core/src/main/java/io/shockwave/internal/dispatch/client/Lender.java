package io.shockwave.internal.dispatch.client;

import java.util.concurrent.locks.ReentrantLock;

/** Lends objects to exchanges and keeps what comes back. Thread-safe; guarded by lock, held for a few instructions. */
abstract class Lender<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final T[] kept;
    private int count;
    private int lent;
    private int mostLent;

    /** @param room empty, and as long as what stays after a burst */
    Lender(T[] room) {
        kept = room;
    }

    /** Another one, when none is kept. */
    abstract T make();

    final T lend() {
        lock.lock();
        try {
            lent++;
            mostLent = Math.max(mostLent, lent);
            if (count > 0) {
                T taken = kept[--count];
                kept[count] = null;
                return taken;
            }
        } finally {
            lock.unlock();
        }
        return make();
    }

    /** Takes back what was lent. @param isFit whether it can serve again; else it is only counted */
    final void takeBack(T returned, boolean isFit) {
        lock.lock();
        try {
            lent--;
            if (isFit && count < kept.length) {
                kept[count++] = returned;
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many are in borrowers' hands. */
    final int lent() {
        lock.lock();
        try {
            return lent;
        } finally {
            lock.unlock();
        }
    }

    /** The most that were lent at once. */
    final int mostLent() {
        lock.lock();
        try {
            return mostLent;
        } finally {
            lock.unlock();
        }
    }
}
