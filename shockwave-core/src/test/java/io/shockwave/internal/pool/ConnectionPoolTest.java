package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import io.shockwave.HttpException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionPoolTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long IDLE_NS = 1_000;

    private static final class Connection implements ConnectionPool.Pooled {
        volatile boolean dead;
        volatile CloseReason closed;
        final AtomicInteger users = new AtomicInteger();
        final AtomicInteger open;

        Connection() {
            this(new AtomicInteger());
        }

        /** @param open counts those that are open, as a server would */
        Connection(AtomicInteger open) {
            this.open = open;
        }

        @Override
        public boolean isReusable(long nowNs) {
            return !dead;
        }

        @Override
        public void close(CloseReason reason) {
            if (closed == null) {
                closed = reason;
                open.decrementAndGet();
            }
        }
    }

    /** A caller in a thread of its own. */
    private static final class Caller {
        final CompletableFuture<Lease<Connection>> lease = new CompletableFuture<>();
        final Thread thread;

        Caller(ConnectionPool<Connection> pool, PoolKey key, ConnectionPool.Connector<Connection> connector, long timeoutNs) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    lease.complete(pool.acquire(key, connector, timeoutNs));
                } catch (Throwable t) {
                    lease.completeExceptionally(t);
                }
            });
        }

        Lease<Connection> get() throws Exception {
            return lease.get(20, TimeUnit.SECONDS);
        }

        <T extends Throwable> T failure(Class<T> type) {
            return assertThrows(type, () -> {
                try {
                    get();
                } catch (ExecutionException e) {
                    throw e.getCause();
                }
            });
        }
    }

    private final AtomicLong clock = new AtomicLong();
    private final PoolKey key = key("a");

    private static PoolKey key(String host) {
        return new PoolKey(Origin.of(true, host, 443), "", "tls");
    }

    private ConnectionPool<Connection> pool(int perOrigin, int total) {
        return new ConnectionPool<>(new PoolLimits(perOrigin, total, 64, IDLE_NS, Long.MAX_VALUE), clock::get, false);
    }

    private static Lease<Connection> acquire(ConnectionPool<Connection> pool, PoolKey key) throws Exception {
        return pool.acquire(key, k -> new Connection(), LONG_NS);
    }

    /** Starts a caller and waits until it stands in the queue. */
    private Caller waiter(ConnectionPool<Connection> pool, PoolKey key) {
        int before = pool.snapshot().waiting();
        Caller caller = new Caller(pool, key, k -> new Connection(), LONG_NS);
        while (pool.snapshot().waiting() == before && !caller.lease.isDone()) {
            Thread.onSpinWait();
        }
        return caller;
    }

    @Test
    void reusesTheConnectionThatWasPutDownLast() throws Exception {
        ConnectionPool<Connection> pool = pool(3, 3);
        Lease<Connection> a = acquire(pool, key);
        Lease<Connection> b = acquire(pool, key);
        assertNotSame(a.connection(), b.connection());
        pool.release(a);
        pool.release(b);
        assertSame(b, acquire(pool, key));
        assertSame(a, acquire(pool, key));
        PoolSnapshot now = pool.snapshot();
        assertEquals(2, now.leased());
        assertEquals(0, now.idle());
        assertEquals(1, now.connects(ConnectReason.FIRST));
        assertEquals(1, now.connects(ConnectReason.ALL_BUSY));
    }

    @Test
    void keysThatDifferInProxyOrTlsShareNothing() throws Exception {
        ConnectionPool<Connection> pool = pool(3, 9);
        Lease<Connection> a = acquire(pool, key);
        pool.release(a);
        Origin origin = key.origin();
        assertNotSame(a, acquire(pool, new PoolKey(origin, "http://p:1", "tls")));
        assertNotSame(a, acquire(pool, new PoolKey(origin, "", new Object())));
        assertSame(a, acquire(pool, new PoolKey(Origin.of(true, "A", 443), "", "tls")));
    }

    @Test
    void handsAReturnedConnectionToTheWaiterThatCameFirst() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        Lease<Connection> lease = acquire(pool, key);
        Connection only = lease.connection();
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            callers.add(waiter(pool, key));
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(5 - i, pool.snapshot().waiting());
            pool.release(lease);
            lease = callers.get(i).get();
            assertSame(only, lease.connection());
        }
        assertEquals(1, pool.snapshot().connects(ConnectReason.FIRST));
    }

    @Test
    void aConnectionThatIsNotKeptGivesItsRoomToTheNextWaiter() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        Lease<Connection> lease = acquire(pool, key);
        Caller waiter = waiter(pool, key);
        pool.discard(lease, CloseReason.NOT_KEPT);
        assertNotSame(lease.connection(), waiter.get().connection());
        assertEquals(CloseReason.NOT_KEPT, lease.connection().closed);
        assertEquals(1, pool.snapshot().connects(ConnectReason.AFTER_WAIT));
    }

    @Test
    void aFailedDialReachesItsCallerAndGivesItsRoomToTheNextWaiter() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        CountDownLatch fail = new CountDownLatch(1);
        Caller dialler = new Caller(pool, key, k -> {
            fail.await();
            throw new IOException("refused");
        }, LONG_NS);
        while (pool.snapshot().dialling() == 0) {
            Thread.onSpinWait();
        }
        Caller waiter = waiter(pool, key);
        assertEquals(1, pool.snapshot().waiting(), "a dial in progress counts against the limit");
        fail.countDown();
        assertEquals("refused", dialler.failure(IOException.class).getMessage());
        pool.release(waiter.get());
        assertEquals(1, pool.snapshot().connectFailures());
    }

    @Test
    void anErrorThrownByTheConnectorLeaksNoRoom() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        assertThrows(IllegalStateException.class, () -> pool.acquire(key, k -> {
            throw new IllegalStateException();
        }, 0));
        assertThrows(NullPointerException.class, () -> pool.acquire(key, k -> null, 0));
        pool.release(pool.acquire(key, k -> new Connection(), 0));
    }

    @Test
    void aDeadConnectionIsFoundBeforeItIsLentAndReplaced() throws Exception {
        ConnectionPool<Connection> pool = pool(2, 2);
        Lease<Connection> a = acquire(pool, key);
        Lease<Connection> b = acquire(pool, key);
        pool.release(a);
        pool.release(b);
        b.connection().dead = true;
        assertSame(a, acquire(pool, key), "the one below it is alive");
        assertEquals(CloseReason.STALE, b.connection().closed);
        pool.release(a);
        a.connection().dead = true;
        Lease<Connection> c = acquire(pool, key);
        assertEquals(CloseReason.STALE, a.connection().closed);
        assertEquals(null, c.connection().closed);
        assertEquals(1, pool.snapshot().connects(ConnectReason.REPLACE));
        assertEquals(2, pool.snapshot().closes(CloseReason.STALE));
    }

    @Test
    void anIdleConnectionIsClosedAfterTheTimeoutAndNotANanosecondBefore() throws Exception {
        ConnectionPool<Connection> pool = pool(2, 2);
        Lease<Connection> a = acquire(pool, key);
        pool.release(a);
        clock.set(IDLE_NS / 2);
        assertSame(a, acquire(pool, key));
        pool.release(a);
        clock.set(IDLE_NS);
        pool.evict();
        assertEquals(1, pool.snapshot().idle(), "it was used since");
        clock.set(IDLE_NS / 2 + IDLE_NS - 1);
        pool.evict();
        assertEquals(1, pool.snapshot().idle());
        clock.incrementAndGet();
        pool.evict();
        assertEquals(0, pool.snapshot().idle());
        assertEquals(CloseReason.IDLE, a.connection().closed);
        assertEquals(1, pool.snapshot().closes(CloseReason.IDLE));
    }

    @Test
    void aTimerThatRunsOutWhileTheConnectionIsLentIsSetAgain() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        Lease<Connection> a = acquire(pool, key);
        pool.release(a);
        acquire(pool, key);
        clock.set(5 * IDLE_NS);
        pool.evict();
        pool.release(a);
        clock.set(6 * IDLE_NS - 1);
        pool.evict();
        assertEquals(1, pool.snapshot().idle());
        clock.set(6 * IDLE_NS);
        pool.evict();
        assertEquals(0, pool.snapshot().idle());
    }

    @Test
    void aConnectionPastItsLifetimeIsNeitherLentNorKept() throws Exception {
        ConnectionPool<Connection> pool = new ConnectionPool<>(new PoolLimits(2, 2, 4, 1_000_000, 500), clock::get, false);
        Lease<Connection> a = acquire(pool, key);
        pool.release(a);
        clock.set(499);
        assertSame(a, acquire(pool, key));
        clock.set(500);
        pool.release(a);
        assertEquals(CloseReason.LIFETIME, a.connection().closed);
        Lease<Connection> b = acquire(pool, key);
        pool.release(b);
        clock.set(1_000);
        assertNotSame(b, acquire(pool, key));
        assertEquals(2, pool.snapshot().closes(CloseReason.LIFETIME));
    }

    @Test
    void theEvictorClosesIdleConnectionsByItself() throws Exception {
        try (ConnectionPool<Connection> pool =
                new ConnectionPool<>(new PoolLimits(2, 2, 4, TimeUnit.MILLISECONDS.toNanos(30), Long.MAX_VALUE))) {
            for (int i = 0; i < 2; i++) {
                Lease<Connection> lease = acquire(pool, key);
                pool.release(lease);
                while (lease.connection().closed == null) {
                    Thread.sleep(5);
                }
                assertEquals(CloseReason.IDLE, lease.connection().closed);
            }
        }
    }

    @Test
    void theTotalLimitClosesTheLongestIdleConnectionOfAnotherOrigin() throws Exception {
        ConnectionPool<Connection> pool = pool(2, 2);
        Lease<Connection> a = acquire(pool, key("a"));
        Lease<Connection> b = acquire(pool, key("b"));
        pool.release(b);
        pool.release(a);
        acquire(pool, key("c"));
        assertEquals(CloseReason.MAKE_ROOM, b.connection().closed);
        assertEquals(null, a.connection().closed);
    }

    @Test
    void aBusyOriginCannotKeepAnotherOutForGood() throws Exception {
        ConnectionPool<Connection> pool = pool(2, 2);
        Lease<Connection> a1 = acquire(pool, key("a"));
        Lease<Connection> a2 = acquire(pool, key("a"));
        Caller b = waiter(pool, key("b"));
        Caller a3 = waiter(pool, key("a"));
        pool.release(a1);
        assertEquals("b", b.get().key().origin().host(), "b came first");
        assertEquals(CloseReason.MAKE_ROOM, a1.connection().closed);
        pool.release(a2);
        assertSame(a2, a3.get());
    }

    @Test
    void aTimeoutSaysWhoHasTheConnectionsAndLeavesNoGhost() throws Exception {
        AtomicLong ticking = new AtomicLong();
        ConnectionPool<Connection> pool = new ConnectionPool<>(
                new PoolLimits(1, 4, 4, IDLE_NS, Long.MAX_VALUE), () -> ticking.addAndGet(1_000_000), false);
        Lease<Connection> lease = pool.acquire(key, k -> new Connection(), LONG_NS);
        Caller patient = waiter(pool, key);
        HttpException e =
                assertThrows(HttpException.class, () -> pool.acquire(key, k -> new Connection(), TimeUnit.MILLISECONDS.toNanos(20)));
        assertEquals(HttpException.Kind.TIMEOUT, e.kind());
        assertEquals(HttpException.Phase.POOL, e.phase());
        assertTrue(e.getMessage().matches("no connection to https://a became free within 2\\d ms: "
                + "this origin has 1 leased, 0 idle, 0 being opened, 2 callers waiting \\(limit 1\\); "
                + "all origins 1 leased, 0 idle, 0 being opened, 2 callers waiting \\(limit 4\\)"), e.getMessage());
        assertEquals(1, pool.snapshot().waiting());
        pool.release(lease);
        assertSame(lease, patient.get());
        assertEquals(1, pool.snapshot().timeouts());
    }

    @Test
    void zeroPatienceDoesNotWaitButTakesWhatIsThere() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        Lease<Connection> lease = pool.acquire(key, k -> new Connection(), 0);
        assertThrows(HttpException.class, () -> pool.acquire(key, k -> new Connection(), 0));
        pool.release(lease);
        assertSame(lease, pool.acquire(key, k -> new Connection(), 0));
    }

    @Test
    void refusesWhoComesWhenTheQueueIsFull() throws Exception {
        ConnectionPool<Connection> pool = new ConnectionPool<>(new PoolLimits(1, 1, 1, IDLE_NS, Long.MAX_VALUE), clock::get, false);
        Lease<Connection> lease = acquire(pool, key);
        Caller waiter = waiter(pool, key);
        HttpException e = assertThrows(HttpException.class, () -> acquire(pool, key));
        assertEquals(HttpException.Kind.TOO_LARGE, e.kind());
        assertTrue(e.getMessage().contains("1 callers waiting"), e.getMessage());
        pool.release(lease);
        pool.release(waiter.get());
        assertEquals(1, pool.snapshot().refusals());
    }

    @Test
    void anInterruptLeavesNoGhostInTheQueue() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        Lease<Connection> lease = acquire(pool, key);
        Caller first = waiter(pool, key);
        Caller second = waiter(pool, key);
        first.thread.interrupt();
        first.failure(InterruptedException.class);
        assertEquals(1, pool.snapshot().waiting());
        pool.release(lease);
        assertSame(lease, second.get());
        assertEquals(1, pool.snapshot().interrupts());
    }

    @Test
    void anInterruptedCallerTakesNothing() {
        ConnectionPool<Connection> pool = pool(1, 1);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> acquire(pool, key));
        assertEquals(0, pool.snapshot().leased());
    }

    @Test
    void whatAnInterruptedWaiterWasHandedGoesToTheNext() throws Exception {
        // Interrupt and hand-over race; whoever wins, the connection must be usable afterwards.
        for (int i = 0; i < 300; i++) {
            ConnectionPool<Connection> pool = pool(1, 1);
            Lease<Connection> lease = acquire(pool, key);
            Caller first = waiter(pool, key);
            Caller second = waiter(pool, key);
            Thread interrupter = Thread.ofVirtual().start(first.thread::interrupt);
            if ((i & 1) == 0) {
                pool.release(lease);
            } else {
                pool.discard(lease, CloseReason.FAILED);
            }
            interrupter.join();
            try {
                pool.release(first.get());
            } catch (ExecutionException e) {
                assertTrue(e.getCause() instanceof InterruptedException);
            }
            pool.release(second.get());
            PoolSnapshot end = pool.snapshot();
            assertEquals(0, end.leased() + end.dialling() + end.waiting());
            assertEquals(1, end.idle());
        }
    }

    @Test
    void closeWakesEveryWaiterAndClosesLeasedConnectionsAsTheyComeBack() throws Exception {
        ConnectionPool<Connection> pool = pool(2, 3);
        Lease<Connection> a1 = acquire(pool, key);
        Lease<Connection> a2 = acquire(pool, key);
        Lease<Connection> b = acquire(pool, key("b"));
        List<Caller> callers = List.of(waiter(pool, key), waiter(pool, key), waiter(pool, key("b")), waiter(pool, key("c")));
        pool.close();
        pool.close();
        for (Caller caller : callers) {
            assertEquals(HttpException.Kind.CLOSED, caller.failure(HttpException.class).kind());
        }
        assertEquals(HttpException.Kind.CLOSED, assertThrows(HttpException.class, () -> acquire(pool, key)).kind());
        assertFalse(pool.awaitDrained(0));
        pool.release(a1);
        assertEquals(CloseReason.POOL_CLOSED, a1.connection().closed);
        pool.discard(a2, CloseReason.FAILED);
        assertEquals(1, pool.closeLeased());
        assertEquals(CloseReason.POOL_CLOSED, b.connection().closed);
        Thread.ofVirtual().start(() -> pool.release(b));
        assertTrue(pool.awaitDrained(LONG_NS));
    }

    @Test
    void aDialThatEndsAfterCloseIsClosedAndReported() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        CountDownLatch go = new CountDownLatch(1);
        Connection late = new Connection();
        Caller dialler = new Caller(pool, key, k -> {
            go.await();
            return late;
        }, LONG_NS);
        while (pool.snapshot().dialling() == 0) {
            Thread.onSpinWait();
        }
        pool.close();
        go.countDown();
        assertEquals(HttpException.Kind.CLOSED, dialler.failure(HttpException.class).kind());
        assertEquals(CloseReason.POOL_CLOSED, late.closed);
        assertTrue(pool.awaitDrained(LONG_NS));
    }

    @Test
    void aSecondReleaseIsRefused() throws Exception {
        ConnectionPool<Connection> pool = pool(1, 1);
        Lease<Connection> lease = acquire(pool, key);
        pool.release(lease);
        assertThrows(IllegalStateException.class, () -> pool.release(lease));
        assertThrows(IllegalStateException.class, () -> pool.discard(lease, CloseReason.FAILED));
        assertEquals(1, pool.snapshot().idle());
    }

    @Test
    void waitsAreCountedInPowersOfTwoMicroseconds() {
        assertEquals(0, PoolSnapshot.bucket(0));
        assertEquals(0, PoolSnapshot.bucket(1_999));
        assertEquals(1, PoolSnapshot.bucket(2_000));
        assertEquals(1, PoolSnapshot.bucket(3_999));
        assertEquals(2, PoolSnapshot.bucket(4_000));
        assertEquals(9, PoolSnapshot.bucket(1_000_000));
        assertEquals(PoolSnapshot.WAIT_BUCKETS - 1, PoolSnapshot.bucket(Long.MAX_VALUE));
        assertEquals(25, PoolSnapshot.bucket((1L << 26) * 1_000 - 1));
        assertEquals(26, PoolSnapshot.bucket((1L << 26) * 1_000));
    }

    @Test
    void oneConnectionNeverHasTwoUsersAndNoLimitIsOvershot() throws Exception {
        ConnectionPool<Connection> pool = new ConnectionPool<>(new PoolLimits(3, 5, 200, LONG_NS, Long.MAX_VALUE));
        AtomicInteger open = new AtomicInteger();
        List<String> faults = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int t = 0; t < 100; t++) {
            int number = t;
            PoolKey mine = key("h" + t % 3);
            callers.add(CompletableFuture.runAsync(
                    () -> work(pool, mine, number, open, faults), task -> Thread.ofVirtual().start(task)));
        }
        for (CompletableFuture<Void> caller : callers) {
            try {
                caller.join();
            } catch (CompletionException e) {
                faults.add(e.toString());
            }
        }
        assertEquals(List.of(), faults);
        PoolSnapshot end = pool.snapshot();
        assertEquals(0, end.leased() + end.dialling() + end.waiting());
        assertEquals(open.get(), end.idle());
        pool.close();
        assertEquals(0, open.get());
    }

    private static void work(
            ConnectionPool<Connection> pool, PoolKey key, int number, AtomicInteger open, List<String> faults) {
        for (int i = 0; i < 100; i++) {
            try {
                Lease<Connection> lease = pool.acquire(
                        key,
                        k -> {
                            if (open.incrementAndGet() > 5) {
                                faults.add("overshot");
                            }
                            Thread.yield();
                            if (number % 8 == 0) {
                                open.decrementAndGet();
                                throw new IOException("planned");
                            }
                            return new Connection(open);
                        },
                        LONG_NS);
                Connection connection = lease.connection();
                if (connection.users.getAndIncrement() != 0) {
                    faults.add("shared");
                }
                Thread.yield();
                connection.users.decrementAndGet();
                if ((i + number) % 11 == 0) {
                    pool.discard(lease, CloseReason.FAILED);
                } else {
                    pool.release(lease);
                }
            } catch (IOException e) {
                if (!"planned".equals(e.getMessage())) {
                    faults.add(e.toString());
                }
            } catch (InterruptedException e) {
                faults.add(e.toString());
            }
        }
    }

    @Test
    void acquireAndReleaseAllocateNothing() throws Exception {
        ConnectionPool<Connection> pool = new ConnectionPool<>(new PoolLimits(8, 64, 64, LONG_NS, Long.MAX_VALUE));
        ConnectionPool.Connector<Connection> connector = k -> new Connection();
        PoolKey other = key("b");
        pool.release(pool.acquire(other, connector, LONG_NS));
        Lease<Connection> held = pool.acquire(key, connector, LONG_NS);
        assertEquals(0.0, AllocationGate.bytesPerOp(100_000, () -> {
            Lease<Connection> a = pool.acquire(key, connector, LONG_NS);
            Lease<Connection> b = pool.acquire(other, connector, LONG_NS);
            pool.release(a);
            pool.release(b);
        }));
        pool.release(held);
        pool.close();
    }
}
