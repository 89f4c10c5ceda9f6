package io.shockwave.internal.pool;

/**
 * One caller's way through an acquire: what it was given, or its place in the queue. Recycled; written under the pool's lock.
 *
 * <pre>
 *              begin ──▶ WAITING ──▶ LEASED ◀──▶ PERMIT      LEASED: connection handed over, maybe stale
 *                │          │                                PERMIT: room for one connection, to be dialled
 *                │          ├──▶ CLOSED                      CLOSED: the pool was closed meanwhile
 *                └──▶ any   └──▶ recycled (timeout, interrupt)
 * </pre>
 */
final class Ticket<C> {
    static final int WAITING = 0;
    static final int LEASED = 1;
    static final int PERMIT = 2;
    static final int CLOSED = 3;
    static final int REFUSED = 4;

    /** Read by the waiting thread without the lock; everything else here is written before it. */
    volatile int state;

    PoolGroup<C> group;
    Lease<C> lease;
    ConnectReason reason;
    Thread thread;
    long sinceNs;
    long number;
    Ticket<C> next;
    Ticket<C> previous;
}
