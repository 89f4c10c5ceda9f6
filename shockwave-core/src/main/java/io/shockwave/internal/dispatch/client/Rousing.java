package io.shockwave.internal.dispatch.client;

import io.shockwave.internal.dispatch.Waiter;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes virtual threads from one of their kind: whoever wakes many from outside wakes a carrier each time that has gone to sleep since the one before. Filled by one thread, its reactor.
 */
final class Rousing implements Runnable {
    /** More than that at once are woken from outside. */
    private static final int THREADS = 256;
    private static final Waiter.Condition<Rousing> HAS_WORK = of -> of.taken != of.added || of.over;

    private final Thread[] threads = new Thread[THREADS];
    private final Waiter waiter = new Waiter();
    private boolean started;
    private volatile int taken;
    private volatile int added;
    private volatile boolean over;

    /** To be woken with the next {@link #begin}. */
    void add(Thread thread) {
        int at = added;
        if (at - taken == THREADS) {
            LockSupport.unpark(thread);
            return;
        }
        threads[at & THREADS - 1] = thread;
        added = at + 1;
    }

    void begin() {
        if (!started) {
            started = true;
            Thread.ofVirtual().name("shockwave-client-rousing").start(this);
        }
        waiter.wake();
    }

    /** Ends its thread, once all that was added is done. */
    void end() {
        over = true;
        waiter.wake();
    }

    @Override
    public void run() {
        while (true) {
            waiter.awaitUninterruptibly(this, HAS_WORK);
            int at = taken;
            if (at == added) {
                return;
            }
            Thread thread = threads[at & THREADS - 1];
            threads[at & THREADS - 1] = null;
            taken = at + 1;
            LockSupport.unpark(thread);
        }
    }
}
