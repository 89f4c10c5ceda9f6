package io.shockwave.internal.pool;

import io.shockwave.HttpException;
import io.shockwave.internal.events.Events;
import io.shockwave.internal.events.PoolWaitEvent;
import io.shockwave.internal.time.TimerWheel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Lends connections, each to one caller at a time, within a limit for each key and one for all.
 * Thread-safe; {@code lock} guards the {@link PoolCore} that holds the rules.
 *
 * <p>This class adds what the rules do not know: threads, the clock, and the things that must not happen under the lock, which are
 * dialling, checking a connection before it is lent, closing one, and waking a thread.
 *
 * <p>A caller that must wait parks on its own ticket instead of on a condition shared with its origin's other waiters. What it
 * waits for is written into the ticket before the wake-up, so a wake-up reaches exactly the thread that it serves, which goes on
 * without taking the lock again. The lock is a {@link ReentrantLock} and no monitor is used, so virtual
 * threads behave as platform threads do.
 *
 * <p>An interrupt or a timeout that comes too late, when the ticket has been served, is no loss: the timed-out caller keeps what it
 * was given, the interrupted one passes it on.
 *
 * @param <C> a connection
 */
public final class ConnectionPool<C extends ConnectionPool.Pooled> implements AutoCloseable {
    /** What the pool asks of a connection. No method is called under the pool's lock. */
    public interface Pooled {
        /**
         * Whether this connection, idle until now, may carry another exchange. Called by the thread that is about to use it;
         * does not throw.
         *
         * @param nowNs the pool's clock
         */
        boolean isReusable(long nowNs);

        /** Closes the connection. Does not block or throw; a second call does nothing. */
        void close(CloseReason reason);
    }

    /** Opens connections. */
    @FunctionalInterface
    public interface Connector<C> {
        /**
         * Opens one connection, in the caller's thread and within time limits of its own. The pool has already made room for it.
         *
         * @throws IOException handed to the caller of acquire as it is
         */
        C connect(PoolKey key) throws IOException, InterruptedException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition drained = lock.newCondition();
    private final PoolCore<C> core;
    private final PoolLimits limits;
    private final LongSupplier clock;
    private final boolean evicts;
    /** Guarded by lock. */
    private Thread evictor;

    /** A pool that closes idle connections by itself, on a virtual thread that lives while there are any. */
    public ConnectionPool(PoolLimits limits) {
        this(limits, nanoTimeFromZero(), true);
    }

    /** @param clock nanoseconds, never negative */
    ConnectionPool(PoolLimits limits, LongSupplier clock, boolean evicts) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.evicts = evicts;
        this.core = new PoolCore<>(limits);
    }

    /** The timer wheel takes no negative times, which a raw nanoTime may be. */
    private static LongSupplier nanoTimeFromZero() {
        long startNs = System.nanoTime();
        return () -> System.nanoTime() - startNs;
    }

    /**
     * Lends a connection: an idle one, the last put down first; a new one where the limits leave room; otherwise the caller waits
     * its turn. Each lease ends by {@link #release} or {@link #discard}.
     *
     * @param timeoutNs bounds the wait for a connection or for room; the dial has its own limits. 0 does not wait
     * @throws HttpException TIMEOUT when the wait took too long, TOO_LARGE when too many wait already, CLOSED by {@link #close}; all
     *     of phase POOL
     * @throws IOException what the connector throws
     * @throws InterruptedException when interrupted before or during the wait, or by the connector
     */
    public Lease<C> acquire(PoolKey key, Connector<? extends C> connector, long timeoutNs) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long startNs = clock.getAsLong();
        Ticket<C> ticket;
        lock.lock();
        try {
            ticket = core.begin(key, Thread.currentThread(), startNs);
        } finally {
            unlock();
        }
        long nowNs = startNs; // one read of the clock serves the caller that need not wait
        if (ticket.state == Ticket.WAITING) {
            queue(ticket, key, startNs, timeoutNs);
            nowNs = clock.getAsLong();
        }
        while (ticket.state == Ticket.LEASED) {
            Lease<C> lease = ticket.lease;
            CloseReason unusable = whyNotToLend(lease, nowNs);
            if (unusable == null) {
                return lease;
            }
            nowNs = clock.getAsLong();
            replace(ticket, lease, unusable, nowNs);
        }
        if (ticket.state == Ticket.PERMIT) {
            return dial(ticket, key, connector);
        }
        throw failure(ticket, key, clock.getAsLong() - startNs);
    }

    /**
     * Takes a connection back that may be used again. The caller must not touch it afterwards.
     *
     * @throws IllegalStateException when it has come back already
     */
    public void release(Lease<C> lease) {
        long nowNs = clock.getAsLong();
        lock.lock();
        try {
            core.release(lease, nowNs);
        } finally {
            unlock();
        }
    }

    /**
     * Takes a connection back that cannot be used again, and closes it.
     *
     * @throws IllegalStateException when it has come back already
     */
    public void discard(Lease<C> lease, CloseReason reason) {
        lease.connection.close(reason); // before its room is given away, so that the sockets keep to the limit as well
        long nowNs = clock.getAsLong();
        lock.lock();
        try {
            core.discard(lease, reason, nowNs);
        } finally {
            unlock();
        }
    }

    /** Closes connections that have been idle for too long. A pool with an evictor of its own needs no calls. */
    public void evict() {
        long nowNs = clock.getAsLong();
        lock.lock();
        try {
            core.evict(nowNs);
        } finally {
            unlock();
        }
    }

    /** Closes the connections that are idle now. */
    public void closeIdle(CloseReason reason) {
        lock.lock();
        try {
            core.closeAllIdle(reason);
        } finally {
            unlock();
        }
    }

    /** The numbers of this moment. */
    public PoolSnapshot snapshot() {
        lock.lock();
        try {
            return core.snapshot();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the lending: whoever waits is woken with an exception, idle connections are closed, leased ones are closed as they come
     * back. Does not wait. A second call does nothing.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            core.close();
            if (evictor != null) {
                LockSupport.unpark(evictor);
            }
        } finally {
            unlock();
        }
    }

    /**
     * Waits, after {@link #close}, for the leased connections to come back and the dials to end.
     *
     * @return false when that took longer than {@code timeoutNs}
     */
    public boolean awaitDrained(long timeoutNs) throws InterruptedException {
        long leftNs = timeoutNs;
        lock.lock();
        try {
            while (!isDrained()) {
                if (leftNs <= 0) {
                    return false;
                }
                leftNs = drained.awaitNanos(leftNs);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the leased connections under their users, after {@link #close} has left them time. Returns how many. */
    public int closeLeased() {
        List<C> connections = new ArrayList<>();
        lock.lock();
        try {
            for (Lease<C> lease = core.firstLeased(); lease != null; lease = lease.newer) {
                connections.add(lease.connection);
            }
        } finally {
            lock.unlock();
        }
        for (C connection : connections) {
            connection.close(CloseReason.POOL_CLOSED);
        }
        return connections.size();
    }

    /** Ends a step: reads what it left to do, gives the lock back, and does it. */
    private void unlock() {
        Thread toWake = core.takeToWake();
        Lease<C> toClose = core.takeToClose();
        Thread toStart = null;
        if (core.isClosed()) {
            if (isDrained()) {
                drained.signalAll();
            }
        } else if (evicts && evictor == null && core.nextEvictionNs() != TimerWheel.NONE) {
            toStart = Thread.ofVirtual().name("shockwave-pool-evictor").unstarted(this::runEvictor);
            evictor = toStart;
        }
        lock.unlock();
        // First the closing, then whoever may dial in its place.
        while (toClose != null) {
            toClose.connection.close(toClose.closing);
            toClose = toClose.newer;
        }
        if (toWake != null) {
            LockSupport.unpark(toWake);
        }
        if (toStart != null) {
            toStart.start();
        }
    }

    private boolean isDrained() {
        return core.isClosed() && core.leasedCount() == 0 && core.diallingCount() == 0;
    }

    private void queue(Ticket<C> ticket, PoolKey key, long startNs, long timeoutNs) throws IOException, InterruptedException {
        PoolWaitEvent event = Events.poolWait(key);
        if (event == null) {
            await(ticket, key, startNs, timeoutNs);
            return;
        }
        String outcome = "none";
        try {
            await(ticket, key, startNs, timeoutNs);
            outcome = ticket.state == Ticket.LEASED ? "lease" : ticket.state == Ticket.PERMIT ? "permit" : "none";
        } finally {
            event.finish(outcome);
        }
    }

    /** Parks until the ticket is served; throws, with the ticket recycled, when the caller's patience ends first. */
    private void await(Ticket<C> ticket, PoolKey key, long startNs, long timeoutNs) throws IOException, InterruptedException {
        long waitedNs = 0;
        while (ticket.state == Ticket.WAITING) {
            if (waitedNs >= timeoutNs) {
                timeOut(ticket, key, waitedNs);
                return;
            }
            LockSupport.parkNanos(this, timeoutNs - waitedNs);
            if (Thread.interrupted()) {
                interrupt(ticket);
                throw new InterruptedException();
            }
            waitedNs = clock.getAsLong() - startNs;
        }
    }

    private void timeOut(Ticket<C> ticket, PoolKey key, long waitedNs) throws IOException {
        String state;
        lock.lock();
        try {
            state = state(key);
            if (!core.leaveQueue(ticket, false)) {
                return; // served at the last moment
            }
        } finally {
            unlock();
        }
        Events.timeout(HttpException.Phase.POOL, key, waitedNs);
        throw new HttpException(
                HttpException.Kind.TIMEOUT,
                HttpException.Phase.POOL,
                "no connection to " + key + " became free within " + waitedNs / 1_000_000 + " ms: " + state,
                null);
    }

    private void interrupt(Ticket<C> ticket) {
        long nowNs = clock.getAsLong();
        lock.lock();
        try {
            if (!core.leaveQueue(ticket, true)) {
                core.passOn(ticket, nowNs);
            }
        } finally {
            unlock();
        }
    }

    private static <C extends Pooled> CloseReason whyNotToLend(Lease<C> lease, long nowNs) {
        if (nowNs >= lease.retireNs) {
            return CloseReason.LIFETIME;
        }
        return lease.connection.isReusable(nowNs) ? null : CloseReason.STALE;
    }

    private void replace(Ticket<C> ticket, Lease<C> lease, CloseReason reason, long nowNs) {
        lease.connection.close(reason);
        lock.lock();
        try {
            core.replace(ticket, reason, nowNs);
        } finally {
            unlock();
        }
    }

    private Lease<C> dial(Ticket<C> ticket, PoolKey key, Connector<? extends C> connector) throws IOException, InterruptedException {
        C connection = null;
        try {
            connection = Objects.requireNonNull(connector.connect(key), "the connector returned null");
        } finally {
            if (connection == null) {
                returnPermit(ticket);
            }
        }
        long nowNs = clock.getAsLong();
        Lease<C> lease;
        lock.lock();
        try {
            lease = core.dialled(ticket, connection, nowNs);
        } finally {
            unlock();
        }
        if (lease == null) {
            connection.close(CloseReason.POOL_CLOSED);
            throw closed(key);
        }
        return lease;
    }

    private void returnPermit(Ticket<C> ticket) {
        long nowNs = clock.getAsLong();
        lock.lock();
        try {
            core.permitReturned(ticket, true, nowNs);
        } finally {
            unlock();
        }
    }

    private HttpException failure(Ticket<C> ticket, PoolKey key, long waitedNs) {
        lock.lock();
        try {
            boolean isRefused = ticket.state == Ticket.REFUSED;
            core.recycle(ticket);
            if (!isRefused) {
                return closed(key);
            }
            return new HttpException(
                    HttpException.Kind.TOO_LARGE,
                    HttpException.Phase.POOL,
                    "no place in the queue for a connection to " + key + " after " + waitedNs / 1_000_000 + " ms, "
                            + limits.maxWaiting() + " being the most: " + state(key),
                    null);
        } finally {
            lock.unlock();
        }
    }

    private static HttpException closed(PoolKey key) {
        return new HttpException(
                HttpException.Kind.CLOSED, HttpException.Phase.POOL, "the client was closed before it had a connection to " + key, null);
    }

    /** Who has what, for a message; a caller that could not get a connection wants to see why. */
    private String state(PoolKey key) {
        PoolGroup<C> group = core.group(key);
        String own = group == null
                ? "this origin has none"
                : "this origin has " + group.leased + " leased, " + group.idle + " idle, " + group.dialling + " being opened, "
                        + group.waiting + " callers waiting";
        return own + " (limit " + limits.maxPerOrigin() + "); all origins " + core.leasedCount() + " leased, " + core.idleCount()
                + " idle, " + core.diallingCount() + " being opened, " + core.waitingCount() + " callers waiting (limit "
                + limits.maxTotal() + ")";
    }

    private void runEvictor() {
        while (true) {
            long nowNs = clock.getAsLong();
            long nextNs;
            lock.lock();
            try {
                core.evict(nowNs);
                nextNs = core.nextEvictionNs();
                if (nextNs == TimerWheel.NONE || core.isClosed()) {
                    evictor = null;
                    return;
                }
            } finally {
                unlock();
            }
            // Milliseconds late is soon enough, and several that are due together go in one turn.
            LockSupport.parkNanos(this, Math.max(nextNs - nowNs, 0) + TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
