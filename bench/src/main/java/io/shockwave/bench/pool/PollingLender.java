package io.shockwave.bench.pool;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/** The way many pools wait, kept for comparison: look, sleep ten milliseconds, look again. */
final class PollingLender implements Lender {
    private static final long POLL_MS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Object> idle = new ArrayDeque<>();
    private int open;

    @Override
    public Object acquire() throws InterruptedException {
        while (true) {
            lock.lock();
            try {
                Object connection = idle.pollLast();
                if (connection != null) {
                    return connection;
                }
                if (open < CONNECTIONS) {
                    open++;
                    return new Object();
                }
            } finally {
                lock.unlock();
            }
            Thread.sleep(POLL_MS);
        }
    }

    @Override
    public void release(Object lease) {
        lock.lock();
        try {
            idle.addLast(lease);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}
}
