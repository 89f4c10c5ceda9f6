package io.shockwave.bench.pool;

import io.shockwave.internal.pool.CloseReason;
import io.shockwave.internal.pool.ConnectionPool;
import io.shockwave.internal.pool.Lease;
import io.shockwave.internal.pool.Origin;
import io.shockwave.internal.pool.PoolKey;
import io.shockwave.internal.pool.PoolLimits;
import java.util.concurrent.TimeUnit;

/** The library's pool with connections that do nothing. */
final class PoolLender implements Lender {
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(5);

    private static final class Connection implements ConnectionPool.Pooled {
        @Override
        public boolean isReusable(long nowNs) {
            return true;
        }

        @Override
        public void close(CloseReason reason) {}
    }

    private final PoolKey key = new PoolKey(Origin.of(false, "example.com", 80), "", "");
    private final ConnectionPool.Connector<Connection> connector = k -> new Connection();
    private final ConnectionPool<Connection> pool =
            new ConnectionPool<>(new PoolLimits(CONNECTIONS, CONNECTIONS, 1_024, PATIENCE_NS, Long.MAX_VALUE));

    @Override
    public Object acquire() throws Exception {
        return pool.acquire(key, connector, PATIENCE_NS);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void release(Object lease) {
        pool.release((Lease<Connection>) lease);
    }

    @Override
    public void close() {
        pool.close();
    }
}
