package io.shockwave.internal.pool;

/**
 * A connection's place in the pool: what {@link ConnectionPool#acquire} gives and {@link ConnectionPool#release} takes back.
 * Made once for each connection and lent again with it; guarded by the pool's lock.
 *
 * @param <C> the connection
 */
public final class Lease<C> {
    static final int IDLE = 0;
    static final int LEASED = 1;
    static final int CLOSED = 2;

    final PoolGroup<C> group;
    final C connection;
    /** When it may no longer be lent, {@code Long.MAX_VALUE} for never. */
    final long retireNs;

    int state = LEASED;
    /** The ticket it was lent on; kept here until it comes back, so that nobody needs the lock just to recycle it. */
    Ticket<C> ticket;

    /** When an idle connection is to be closed. Moved at each release while the timer stays where it is. */
    long idleDeadlineNs;
    int timer = -1;

    /** Neighbours among all idle leases, oldest first, or among all leased ones; {@code newer} also links those to be closed. */
    Lease<C> older;
    Lease<C> newer;
    /** The idle lease of the same group that was put down before this one. */
    Lease<C> below;
    Lease<C> above;
    CloseReason closing;

    Lease(PoolGroup<C> group, C connection, long retireNs) {
        this.group = group;
        this.connection = connection;
        this.retireNs = retireNs;
    }

    /** The connection, to be used only between acquire and release. */
    public C connection() {
        return connection;
    }

    public PoolKey key() {
        return group.key;
    }
}
