package io.shockwave.internal.dispatch.client;

import java.util.concurrent.locks.ReentrantLock;

/** Lends exchanges and keeps what comes back. Thread-safe; guarded by lock, held for a few instructions. */
final class ExchangeStore {
    /** What stays after a burst; an exchange holds two header blocks of the tier's size and no buffers. */
    static final int MAX_KEPT = 32;

    private final ReentrantLock lock = new ReentrantLock();
    private final ClientExchange[] kept = new ClientExchange[MAX_KEPT];
    private final PooledClient client;
    private int count;
    private int lent;
    private int mostLent;

    ExchangeStore(PooledClient client) {
        this.client = client;
    }

    ClientExchange take() {
        lock.lock();
        try {
            lent++;
            mostLent = Math.max(mostLent, lent);
            if (count > 0) {
                ClientExchange taken = kept[--count];
                kept[count] = null;
                return taken;
            }
        } finally {
            lock.unlock();
        }
        return new ClientExchange(client);
    }

    /** Ends the exchange's views and takes it back. */
    void giveBack(ClientExchange exchange) {
        exchange.recycle();
        lock.lock();
        try {
            lent--;
            if (count < MAX_KEPT) {
                kept[count++] = exchange;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Exchanges whose responses are not closed. */
    int lent() {
        lock.lock();
        try {
            return lent;
        } finally {
            lock.unlock();
        }
    }

    /** The most that were lent at once. */
    int mostLent() {
        lock.lock();
        try {
            return mostLent;
        } finally {
            lock.unlock();
        }
    }
}
