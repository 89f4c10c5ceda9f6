package io.shockwave.internal.pool;

/**
 * The bounds of a pool.
 *
 * @param maxPerOrigin connections for one key, those being dialled included; 1 or more
 * @param maxTotal connections for all keys together; 1 or more
 * @param maxWaiting callers that may wait; one more is refused at once, since a queue without a bound only hides an outage
 * @param idleTimeoutNs an unused connection is closed after this time; more than 0
 * @param maxLifetimeNs a connection is not lent once it is this old, so that changes of DNS and load balancers take effect;
 *     more than 0, {@code Long.MAX_VALUE} for no limit
 */
public record PoolLimits(int maxPerOrigin, int maxTotal, int maxWaiting, long idleTimeoutNs, long maxLifetimeNs) {
    public PoolLimits {
        atLeast(1, maxPerOrigin, "maxPerOrigin");
        atLeast(1, maxTotal, "maxTotal");
        atLeast(0, maxWaiting, "maxWaiting");
        atLeast(1, idleTimeoutNs, "idleTimeoutNs");
        atLeast(1, maxLifetimeNs, "maxLifetimeNs");
    }

    private static void atLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", less than " + least);
        }
    }
}
