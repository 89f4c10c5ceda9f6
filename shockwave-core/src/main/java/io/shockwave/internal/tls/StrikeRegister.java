package io.shockwave.internal.tls;

import io.shockwave.internal.tls13.ReplayGuard;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Remembers the tickets whose early data was taken, for as long as a copy of the ClientHello would still pass for fresh (RFC 8446 8.2): what comes later is refused for its age. Its size is fixed; where there is
 * no room for another ticket its early data is refused, and a replay is never accepted. One for all reactors of all servers that share ticket keys. Thread-safe; guarded by lock.
 *
 * <p>It forgets by a clock of its own, which is never set; whoever asks by a clock that is further from it than {@link ReplayGuard#AGE_TOLERANCE_MS} is refused. It begins empty, as the ticket keys beside it are
 * new: no ticket is older than it.
 */
final class StrikeRegister implements ReplayGuard {
    /** Tickets that fall into one bucket: where a quarter of all places are taken, one bucket in nine hundred is full. */
    private static final int WAYS = 8;
    /** 65,536 tickets in the 40 s that one is remembered at most, in 1 MiB. */
    static final int BUCKETS = 1 << 13;

    private final int buckets;
    private final LongSupplier clockMs;
    private final ReentrantLock lock = new ReentrantLock();
    private long[] ids = {}; // made when the first ticket comes: most servers take no early data
    private long[] untilMs = {};

    StrikeRegister() {
        this(BUCKETS, new SteadyClock());
    }

    /** @param buckets a power of two; @param clockMs wall-clock time, which must not go backwards */
    StrikeRegister(int buckets, LongSupplier clockMs) {
        this.buckets = buckets;
        this.clockMs = clockMs;
    }

    /** The wall clock as it was at the start, and the time that passed since. */
    private static final class SteadyClock implements LongSupplier {
        private final long startMs = System.currentTimeMillis();
        private final long startNs = System.nanoTime();

        @Override
        public long getAsLong() {
            return startMs + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        }
    }

    @Override
    public boolean isFirstUse(byte[] ticketId, long nowMs, long freshUntilMs) {
        long id = number(ticketId, 0);
        int first = (int) (number(ticketId, ticketId.length - 8) & buckets - 1) * WAYS;
        lock.lock();
        try {
            long ownMs = clockMs.getAsLong();
            if (Math.abs(nowMs - ownMs) > AGE_TOLERANCE_MS || freshUntilMs - nowMs > 2 * AGE_TOLERANCE_MS) {
                return false;
            }
            if (ids.length == 0) {
                ids = new long[buckets * WAYS];
                untilMs = new long[buckets * WAYS];
            }
            return note(id, first, ownMs, freshUntilMs + 2 * AGE_TOLERANCE_MS);
        } finally {
            lock.unlock();
        }
    }

    /** Ids are random and the server's own, so that nobody can fill a bucket on purpose, and eight bytes tell them apart. */
    private boolean note(long id, int first, long nowMs, long until) {
        int free = -1;
        for (int i = first; i < first + WAYS; i++) {
            if (untilMs[i] < nowMs) {
                free = i;
            } else if (ids[i] == id) {
                return false;
            }
        }
        if (free < 0) {
            return false;
        }
        ids[free] = id;
        untilMs[free] = until;
        return true;
    }

    private static long number(byte[] bytes, int off) {
        long number = 0;
        for (int i = off; i < off + 8; i++) {
            number = number << 8 | bytes[i] & 0xFF;
        }
        return number;
    }

    /** Bytes of its table. */
    long tableBytes() {
        lock.lock();
        try {
            return (long) Long.BYTES * (ids.length + untilMs.length);
        } finally {
            lock.unlock();
        }
    }
}
