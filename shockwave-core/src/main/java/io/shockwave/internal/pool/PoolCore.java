package io.shockwave.internal.pool;

import io.shockwave.internal.time.TimerWheel;
import java.util.HashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The pool's rules as a machine of plain fields: who gets which connection, and who may dial.
 * Guarded by the lock of its {@link ConnectionPool}; each method is one step under that lock, and time is an argument, so a test can
 * walk through every order of the steps.
 *
 * <p>What holds after each step:
 * <ol>
 *   <li>A connection that is leased, idle or being dialled counts against both limits from before its dial begins. Neither
 *       limit is ever exceeded.
 *   <li>A group with waiters has no idle connection: a returned one goes to the first waiter and never lies where another
 *       caller could take it first.
 *   <li>Where the first waiter's group has room below its own limit, the total limit is reached and nothing is idle anywhere:
 *       it waits for the total, and {@code earliestEligible} finds it as soon as any group gives room up.
 * </ol>
 * Two and three together say that nobody waits beside something free, which is what a lost wake-up would be. New callers cannot
 * overtake: while somebody waits for a thing there is none to take.
 *
 * <p>First come, first served goes across origins too. When a connection returns while the total is reached, and the caller that
 * has waited longest needs it for another origin, the connection is closed and its room handed over; otherwise
 * one busy origin would keep all others out for good.
 */
final class PoolCore<C> {
    private final PoolLimits limits;
    private final HashMap<PoolKey, PoolGroup<C>> groups = new HashMap<>();
    private final LeaseList<C> idle = new LeaseList<>();
    private final LeaseList<C> leased = new LeaseList<>();
    private final TimerWheel timers = new TimerWheel();
    private final TimerWheel.Sink onTimer = this::onTimer;

    private int dialling;
    private int waiting;
    private PoolGroup<C> firstWaitingGroup;
    private long lastNumber;
    private boolean closed;
    private Ticket<C> freeTickets;

    /** Left for the caller of a step to act on without the lock. */
    private Lease<C> toClose;

    private Thread toWake;

    private final long[] waits = new long[PoolSnapshot.WAIT_BUCKETS];
    private final long[] connects = new long[ConnectReason.values().length];
    private final long[] closes = new long[CloseReason.values().length];
    private long connectFailures;
    private long timeouts;
    private long interrupts;
    private long refusals;

    PoolCore(PoolLimits limits) {
        this.limits = limits;
    }

    /** A caller comes: its ticket says what it got. */
    Ticket<C> begin(PoolKey key, Thread thread, long nowNs) {
        Ticket<C> ticket = freeTickets;
        if (ticket == null) {
            ticket = new Ticket<>();
        } else {
            freeTickets = ticket.next;
            ticket.next = null;
        }
        ticket.thread = thread;
        ticket.sinceNs = nowNs;
        if (closed) {
            ticket.state = Ticket.CLOSED;
            return ticket;
        }
        PoolGroup<C> group = groups.get(key);
        if (group == null) {
            group = new PoolGroup<>(key);
            groups.put(key, group);
        }
        ticket.group = group;
        if (group.top != null) {
            lendIdle(ticket, group.top);
        } else if (group.total() < limits.maxPerOrigin() && hasRoomInTotal()) {
            permit(ticket, group.total() == 0 ? ConnectReason.FIRST : ConnectReason.ALL_BUSY);
        } else if (waiting == limits.maxWaiting()) {
            refusals++;
            ticket.state = Ticket.REFUSED;
            dropIfEmpty(group);
        } else {
            ticket.state = Ticket.WAITING;
            ticket.number = ++lastNumber;
            enqueue(ticket);
        }
        return ticket;
    }

    /** The connection lent on this ticket turned out to be unusable; the caller closes it. The ticket gets another or a permit. */
    void replace(Ticket<C> ticket, CloseReason reason, long nowNs) {
        Lease<C> dead = ticket.lease;
        PoolGroup<C> group = dead.group;
        retire(dead, reason);
        if (closed) {
            ticket.state = Ticket.CLOSED;
            dropIfEmpty(group);
        } else if (group.top != null) {
            lendIdle(ticket, group.top);
            grantRoom(nowNs);
        } else {
            permit(ticket, ConnectReason.REPLACE);
        }
    }

    /** A dial succeeded. Returns its lease, or null when the pool was closed meanwhile and the caller must close it. */
    Lease<C> dialled(Ticket<C> ticket, C connection, long nowNs) {
        PoolGroup<C> group = ticket.group;
        group.dialling--;
        dialling--;
        connects[ticket.reason.ordinal()]++;
        if (closed) {
            closes[CloseReason.POOL_CLOSED.ordinal()]++;
            dropIfEmpty(group);
            recycle(ticket);
            return null;
        }
        long lifetimeNs = limits.maxLifetimeNs();
        long retireNs = lifetimeNs > Long.MAX_VALUE - nowNs ? Long.MAX_VALUE : nowNs + lifetimeNs;
        Lease<C> lease = new Lease<>(group, connection, retireNs);
        lend(ticket, lease);
        return lease;
    }

    /** A dial failed, or whoever held the permit gave it up. */
    void permitReturned(Ticket<C> ticket, boolean failed, long nowNs) {
        if (failed) {
            connectFailures++;
        }
        PoolGroup<C> group = ticket.group;
        group.dialling--;
        dialling--;
        recycle(ticket);
        grantRoom(nowNs);
        dropIfEmpty(group);
    }

    /** A connection comes back in a state to be used again. */
    void release(Lease<C> lease, long nowNs) {
        checkLeased(lease);
        if (closed || nowNs >= lease.retireNs) {
            retireReturned(lease, closed ? CloseReason.POOL_CLOSED : CloseReason.LIFETIME, nowNs);
            closeLater(lease);
            return;
        }
        Ticket<C> other = hasRoom() ? null : earliestEligible();
        Ticket<C> own = lease.group.first;
        if (other != null && (own == null || other.number < own.number)) {
            retireReturned(lease, CloseReason.MAKE_ROOM, nowNs);
            closeLater(lease);
            return;
        }
        unlend(lease);
        if (own != null) {
            dequeue(own);
            lend(own, lease);
            wake(own, nowNs);
        } else {
            putDown(lease, nowNs);
        }
    }

    /** A connection comes back to be closed, which the caller does. */
    void discard(Lease<C> lease, CloseReason reason, long nowNs) {
        checkLeased(lease);
        retireReturned(lease, reason, nowNs);
    }

    /** A waiter's time is up or it was interrupted. False when it has been served meanwhile, and nothing was done. */
    boolean leaveQueue(Ticket<C> ticket, boolean interrupted) {
        if (ticket.state != Ticket.WAITING) {
            return false;
        }
        if (interrupted) {
            interrupts++;
        } else {
            timeouts++;
        }
        dequeue(ticket);
        dropIfEmpty(ticket.group);
        recycle(ticket);
        return true;
    }

    /** What an interrupted waiter had been handed at the last moment goes to the next. */
    void passOn(Ticket<C> ticket, long nowNs) {
        interrupts++;
        switch (ticket.state) {
            case Ticket.LEASED -> release(ticket.lease, nowNs);
            case Ticket.PERMIT -> permitReturned(ticket, false, nowNs);
            default -> recycle(ticket);
        }
    }

    /** Puts a ticket back that holds nothing any more. */
    void recycle(Ticket<C> ticket) {
        ticket.group = null;
        ticket.lease = null;
        ticket.thread = null;
        ticket.next = freeTickets;
        freeTickets = ticket;
    }

    /** Closes what has been idle for too long. */
    void evict(long nowNs) {
        timers.expire(nowNs, onTimer);
    }

    /** When {@link #evict} is next due, {@link TimerWheel#NONE} when nothing is idle. */
    long nextEvictionNs() {
        return idle.size == 0 ? TimerWheel.NONE : timers.nextDeadlineNs();
    }

    /** Wakes all waiters and closes all idle connections; leased ones and dials in progress end as they come back. */
    void close() {
        closed = true;
        while (firstWaitingGroup != null) {
            PoolGroup<C> group = firstWaitingGroup;
            Ticket<C> ticket = group.first;
            dequeue(ticket);
            ticket.state = Ticket.CLOSED;
            wakeThread(ticket);
            dropIfEmpty(group);
        }
        closeAllIdle(CloseReason.POOL_CLOSED);
    }

    /** Closes what is idle now. Nobody waits for its room: who could have had that was given it. */
    void closeAllIdle(CloseReason reason) {
        while (idle.oldest != null) {
            closeIdle(idle.oldest, reason);
        }
    }

    /** The oldest leased one, and {@link Lease#newer} from it on. */
    Lease<C> firstLeased() {
        return leased.oldest;
    }

    boolean isClosed() {
        return closed;
    }

    int leasedCount() {
        return leased.size;
    }

    int idleCount() {
        return idle.size;
    }

    int diallingCount() {
        return dialling;
    }

    int waitingCount() {
        return waiting;
    }

    int groupCount() {
        return groups.size();
    }

    /** The key's group, null when it has neither connections nor waiters. */
    PoolGroup<C> group(PoolKey key) {
        return groups.get(key);
    }

    PoolSnapshot snapshot() {
        return new PoolSnapshot(
                leased.size, idle.size, dialling, waiting, waits.clone(), connects.clone(), closes.clone(), connectFailures, timeouts,
                interrupts, refusals);
    }

    Lease<C> takeToClose() {
        Lease<C> first = toClose;
        toClose = null;
        return first;
    }

    Thread takeToWake() {
        Thread thread = toWake;
        toWake = null;
        return thread;
    }

    private int total() {
        return leased.size + idle.size + dialling;
    }

    private boolean hasRoom() {
        return total() < limits.maxTotal();
    }

    /** Room below the total limit, made by closing the connection that has been idle longest when there is none. */
    private boolean hasRoomInTotal() {
        if (hasRoom()) {
            return true;
        }
        if (idle.oldest == null) {
            return false;
        }
        closeIdle(idle.oldest, CloseReason.MAKE_ROOM);
        return true;
    }

    private void permit(Ticket<C> ticket, ConnectReason reason) {
        ticket.reason = reason;
        ticket.group.dialling++;
        dialling++;
        ticket.state = Ticket.PERMIT;
    }

    private void lendIdle(Ticket<C> ticket, Lease<C> lease) {
        lease.group.remove(lease);
        idle.remove(lease);
        lend(ticket, lease);
    }

    private void lend(Ticket<C> ticket, Lease<C> lease) {
        lease.state = Lease.LEASED;
        lease.ticket = ticket;
        lease.group.leased++;
        leased.add(lease);
        ticket.lease = lease;
        ticket.state = Ticket.LEASED;
    }

    private void unlend(Lease<C> lease) {
        leased.remove(lease);
        lease.group.leased--;
        Ticket<C> ticket = lease.ticket;
        lease.ticket = null;
        recycle(ticket);
    }

    private void putDown(Lease<C> lease, long nowNs) {
        lease.state = Lease.IDLE;
        lease.group.push(lease);
        idle.add(lease);
        long idleNs = limits.idleTimeoutNs();
        lease.idleDeadlineNs = Math.min(lease.retireNs, idleNs > Long.MAX_VALUE - nowNs ? Long.MAX_VALUE : nowNs + idleNs);
        if (lease.timer < 0) {
            lease.timer = timers.schedule(lease.idleDeadlineNs, lease);
        }
    }

    /** A timer follows its connection lazily: one that is leased lets it run out, one used since schedules the rest. */
    private void onTimer(Object owner, long nowNs) {
        @SuppressWarnings("unchecked") // only leases of this pool are ever scheduled
        Lease<C> lease = (Lease<C>) owner;
        lease.timer = -1;
        if (lease.state != Lease.IDLE) {
            return;
        }
        if (nowNs < lease.idleDeadlineNs) {
            lease.timer = timers.schedule(lease.idleDeadlineNs, lease);
            return;
        }
        closeIdle(lease, nowNs >= lease.retireNs ? CloseReason.LIFETIME : CloseReason.IDLE);
    }

    private void closeIdle(Lease<C> lease, CloseReason reason) {
        PoolGroup<C> group = lease.group;
        group.remove(lease);
        idle.remove(lease);
        end(lease, reason);
        closeLater(lease);
        dropIfEmpty(group);
    }

    /** Takes a leased connection out of the pool for good; returns its ticket, which then holds nothing. */
    private Ticket<C> retire(Lease<C> lease, CloseReason reason) {
        Ticket<C> ticket = lease.ticket;
        lease.ticket = null;
        ticket.lease = null;
        leased.remove(lease);
        lease.group.leased--;
        end(lease, reason);
        return ticket;
    }

    /** The same for a connection that came back: somebody else may have its room. */
    private void retireReturned(Lease<C> lease, CloseReason reason, long nowNs) {
        recycle(retire(lease, reason));
        grantRoom(nowNs);
        dropIfEmpty(lease.group);
    }

    private void end(Lease<C> lease, CloseReason reason) {
        lease.state = Lease.CLOSED;
        lease.closing = reason;
        closes[reason.ordinal()]++;
        if (lease.timer >= 0) {
            timers.cancel(lease.timer);
            lease.timer = -1;
        }
    }

    private void closeLater(Lease<C> lease) {
        lease.newer = toClose;
        toClose = lease;
    }

    private void checkLeased(Lease<C> lease) {
        if (lease.state != Lease.LEASED) {
            throw new IllegalStateException("released twice: a connection to " + lease.group.key);
        }
    }

    /** Room may have become free: permits go to the earliest waiters whose groups have room too. */
    private void grantRoom(long nowNs) {
        while (waiting > 0 && hasRoom()) {
            Ticket<C> ticket = earliestEligible();
            if (ticket == null) {
                return;
            }
            dequeue(ticket);
            permit(ticket, ConnectReason.AFTER_WAIT);
            wake(ticket, nowNs);
        }
    }

    /** The waiter that came first among those whose groups are below their own limit. Bounded by the groups with waiters. */
    private Ticket<C> earliestEligible() {
        Ticket<C> earliest = null;
        for (PoolGroup<C> group = firstWaitingGroup; group != null; group = group.nextWaiting) {
            if (group.total() < limits.maxPerOrigin() && (earliest == null || group.first.number < earliest.number)) {
                earliest = group.first;
            }
        }
        return earliest;
    }

    private void wake(Ticket<C> ticket, long nowNs) {
        waits[PoolSnapshot.bucket(nowNs - ticket.sinceNs)]++;
        wakeThread(ticket);
    }

    /** One thread is left for the caller to wake without the lock; a step that serves several wakes the others here. */
    private void wakeThread(Ticket<C> ticket) {
        if (toWake != null) {
            LockSupport.unpark(toWake);
        }
        toWake = ticket.thread;
    }

    private void enqueue(Ticket<C> ticket) {
        PoolGroup<C> group = ticket.group;
        if (group.first == null) {
            group.nextWaiting = firstWaitingGroup;
            if (firstWaitingGroup != null) {
                firstWaitingGroup.previousWaiting = group;
            }
            firstWaitingGroup = group;
        }
        group.enqueue(ticket);
        waiting++;
    }

    private void dequeue(Ticket<C> ticket) {
        PoolGroup<C> group = ticket.group;
        group.dequeue(ticket);
        waiting--;
        if (group.first != null) {
            return;
        }
        if (group.previousWaiting == null) {
            firstWaitingGroup = group.nextWaiting;
        } else {
            group.previousWaiting.nextWaiting = group.nextWaiting;
        }
        if (group.nextWaiting != null) {
            group.nextWaiting.previousWaiting = group.previousWaiting;
        }
        group.nextWaiting = null;
        group.previousWaiting = null;
    }

    private void dropIfEmpty(PoolGroup<C> group) {
        if (group.total() == 0 && group.first == null) {
            groups.remove(group.key, group);
        }
    }
}
