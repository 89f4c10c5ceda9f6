package io.shockwave.bench.stress;

import io.shockwave.HttpException;
import io.shockwave.internal.pool.CloseReason;
import io.shockwave.internal.pool.ConnectionPool;
import io.shockwave.internal.pool.Lease;
import io.shockwave.internal.pool.Origin;
import io.shockwave.internal.pool.PoolKey;
import io.shockwave.internal.pool.PoolLimits;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Wake-ups of the connection pool under real races. A lost one shows as a timeout, outcome 0. Two actors each, so that two cores run them. */
public final class PoolStress {
    private static final int TIMED_OUT = 0;
    private static final int SERVED = 1;
    private static final int CLOSED = 2;
    private static final int OTHER = 3;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final PoolKey KEY = new PoolKey(Origin.of(false, "a", 80), "", "");

    private PoolStress() {}

    private static final class Connection implements ConnectionPool.Pooled {
        @Override
        public boolean isReusable(long nowNs) {
            return true;
        }

        @Override
        public void close(CloseReason reason) {}
    }

    /** One connection, leased at the start. */
    abstract static class OneLeased {
        // Without an idle timeout there is no evictor, which would be one more thread for each of millions of pools.
        final ConnectionPool<Connection> pool =
                new ConnectionPool<>(new PoolLimits(1, 1, 8, Long.MAX_VALUE, Long.MAX_VALUE));
        final Lease<Connection> lease = start();

        private Lease<Connection> start() {
            try {
                return pool.acquire(KEY, k -> new Connection(), 0);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        final int borrow(boolean giveBack) {
            try {
                long startNs = System.nanoTime();
                Lease<Connection> mine = pool.acquire(KEY, k -> new Connection(), PATIENCE_NS);
                // Served, but nobody woke it: it found out by itself when its patience ended.
                boolean slept = System.nanoTime() - startNs >= PATIENCE_NS;
                if (giveBack) {
                    pool.release(mine);
                }
                return slept ? TIMED_OUT : SERVED;
            } catch (HttpException e) {
                return switch (e.kind()) {
                    case TIMEOUT -> TIMED_OUT;
                    case CLOSED -> CLOSED;
                    default -> OTHER;
                };
            } catch (Exception e) {
                return OTHER;
            }
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "served, at once or after a wait")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class ReleaseMeetsAcquire extends OneLeased {
        @Actor
        public void release() {
            pool.release(lease);
        }

        @Actor
        public void acquire(I_Result r) {
            r.r1 = borrow(false);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both served, one after the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class TwoTakeTurns extends OneLeased {
        @Actor
        public void first(II_Result r) {
            pool.release(lease);
            r.r1 = borrow(true);
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = borrow(true);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both served: one dials in the room that became free")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class DiscardGivesRoom extends OneLeased {
        @Actor
        public void first(II_Result r) {
            pool.discard(lease, CloseReason.FAILED);
            r.r1 = borrow(true);
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = borrow(true);
        }
    }

    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "told of the close")
    @Outcome(expect = Expect.FORBIDDEN, desc = "slept through the close")
    @State
    public static class CloseWakesTheWaiter extends OneLeased {
        @Actor
        public void close() {
            pool.close();
        }

        @Actor
        public void acquire(I_Result r) {
            r.r1 = borrow(true);
        }
    }

    @JCStressTest
    @Outcome(id = {"1", "2"}, expect = Expect.ACCEPTABLE, desc = "served before the close, or told of it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "slept through both")
    @State
    public static class ReleaseAndCloseMeetAcquire extends OneLeased {
        @Actor
        public void releaseAndClose() {
            pool.release(lease);
            pool.close();
        }

        @Actor
        public void acquire(I_Result r) {
            r.r1 = borrow(true);
        }
    }
}
