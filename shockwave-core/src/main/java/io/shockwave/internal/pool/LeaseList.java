package io.shockwave.internal.pool;

/** A list of leases linked through themselves, oldest first. Guarded by the pool's lock. */
final class LeaseList<C> {
    Lease<C> oldest;
    private Lease<C> newest;
    int size;

    void add(Lease<C> lease) {
        lease.older = newest;
        if (newest == null) {
            oldest = lease;
        } else {
            newest.newer = lease;
        }
        newest = lease;
        size++;
    }

    void remove(Lease<C> lease) {
        if (lease.older == null) {
            oldest = lease.newer;
        } else {
            lease.older.newer = lease.newer;
        }
        if (lease.newer == null) {
            newest = lease.older;
        } else {
            lease.newer.older = lease.older;
        }
        lease.older = null;
        lease.newer = null;
        size--;
    }
}
