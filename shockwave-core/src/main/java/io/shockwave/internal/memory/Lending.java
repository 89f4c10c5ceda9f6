package io.shockwave.internal.memory;

import java.util.concurrent.locks.ReentrantLock;

/** What a store of memory that is lent counts, under its lock. Thread-safe; the lock is held for a few instructions, and never while anything blocks. */
abstract class Lending {
    final ReentrantLock lock = new ReentrantLock();
    final long maxFreeBytes;
    /** Guarded by lock, as is all that a subclass adds. */
    long freeBytes;
    private long lentBytes;
    private long mostLentBytes;

    Lending(long maxFreeBytes) {
        this.maxFreeBytes = maxFreeBytes;
    }

    /** Under the lock. @param bytes that go to a borrower; negative for those that come back */
    final void lent(long bytes) {
        lentBytes += bytes;
        mostLentBytes = Math.max(mostLentBytes, lentBytes);
    }

    /** That many bytes will not come back: their borrower may still use them, and the collector takes them after that. */
    final void forget(long bytes) {
        lock.lock();
        try {
            lentBytes -= bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes in borrowers' hands. */
    public final long lentBytes() {
        lock.lock();
        try {
            return lentBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The most bytes that were in borrowers' hands at once. */
    public final long mostLentBytes() {
        lock.lock();
        try {
            return mostLentBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that wait here. */
    public final long freeBytes() {
        lock.lock();
        try {
            return freeBytes;
        } finally {
            lock.unlock();
        }
    }
}
