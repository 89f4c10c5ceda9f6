package io.shockwave.internal.pool;

/** The connections and waiters of one key. Guarded by the pool's lock; it exists while it has either. */
final class PoolGroup<C> {
    final PoolKey key;
    int leased;
    int idle;
    int dialling;
    int waiting;
    /** The idle lease put down last. */
    Lease<C> top;
    Ticket<C> first;
    Ticket<C> last;
    /** Neighbours among the groups with waiters. */
    PoolGroup<C> nextWaiting;
    PoolGroup<C> previousWaiting;

    PoolGroup(PoolKey key) {
        this.key = key;
    }

    int total() {
        return leased + idle + dialling;
    }

    void push(Lease<C> lease) {
        lease.below = top;
        if (top != null) {
            top.above = lease;
        }
        top = lease;
        idle++;
    }

    void remove(Lease<C> lease) {
        if (lease.above == null) {
            top = lease.below;
        } else {
            lease.above.below = lease.below;
        }
        if (lease.below != null) {
            lease.below.above = lease.above;
        }
        lease.above = null;
        lease.below = null;
        idle--;
    }

    void enqueue(Ticket<C> ticket) {
        ticket.previous = last;
        if (last == null) {
            first = ticket;
        } else {
            last.next = ticket;
        }
        last = ticket;
        waiting++;
    }

    void dequeue(Ticket<C> ticket) {
        if (ticket.previous == null) {
            first = ticket.next;
        } else {
            ticket.previous.next = ticket.next;
        }
        if (ticket.next == null) {
            last = ticket.previous;
        } else {
            ticket.next.previous = ticket.previous;
        }
        ticket.next = null;
        ticket.previous = null;
        waiting--;
    }
}
