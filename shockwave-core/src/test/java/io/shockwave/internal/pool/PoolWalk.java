package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.time.TimerWheel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * Callers of a pool taken one step at a time, in an order and with outcomes that a chooser picks. Since all that callers share changes
 * under one lock, the orders of these steps are all the schedules there are. After every step the pool must be in bounds, nobody
 * may wait beside something free, and whoever was served must have been first and been woken.
 */
final class PoolWalk {
    /** What may happen beside the plain course of begin, dial, release. */
    record Shape(int callers, int origins, int rounds, PoolLimits limits, boolean failures, boolean leaving, boolean closing) {}

    private static final class Caller {
        final PoolKey key;
        final Thread thread = new Thread(() -> {});
        int roundsLeft;
        Ticket<Object> ticket;
        boolean waited;
        boolean checked;

        Caller(PoolKey key, int rounds) {
            this.key = key;
            this.roundsLeft = rounds;
        }
    }

    private final Shape shape;
    private final IntUnaryOperator chooser;
    private final PoolCore<Object> core;
    private final List<Caller> callers = new ArrayList<>();
    private final List<PoolKey> keys = new ArrayList<>();
    private final Set<Object> open = new HashSet<>();
    private final StringBuilder history = new StringBuilder();
    private final List<Runnable> choices = new ArrayList<>();
    private boolean closed;
    private long nowNs;
    private int steps;

    /** @param chooser given n, returns one of 0..n-1 */
    PoolWalk(Shape shape, IntUnaryOperator chooser) {
        this.shape = shape;
        this.chooser = chooser;
        core = new PoolCore<>(shape.limits());
        for (int i = 0; i < shape.origins(); i++) {
            keys.add(new PoolKey(Origin.of(false, "h" + i, 80), "", ""));
        }
        for (int i = 0; i < shape.callers(); i++) {
            callers.add(new Caller(keys.get(i % keys.size()), shape.rounds()));
        }
    }

    int run() {
        try {
            while (step()) {
                check();
            }
            finish();
            return steps;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("after:" + history, e);
        }
    }

    private boolean step() {
        choices.clear();
        boolean unfinished = false;
        for (Caller caller : callers) {
            unfinished |= caller.ticket != null || caller.roundsLeft > 0;
            offer(caller);
        }
        if (!unfinished) {
            return false;
        }
        assertTrue(!choices.isEmpty(), "all callers wait and nobody is left to serve them");
        if (shape.leaving() && core.idleCount() > 0) {
            choices.add(this::evict);
        }
        if (shape.closing() && !closed) {
            choices.add(this::close);
        }
        List<Ticket<Object>> before = new ArrayList<>();
        for (Caller caller : callers) {
            if (caller.ticket != null && caller.ticket.state == Ticket.WAITING) {
                before.add(caller.ticket);
            }
        }
        nowNs++;
        steps++;
        choices.get(chooser.applyAsInt(choices.size())).run();
        drainClosing();
        checkServed(before);
        return true;
    }

    private void offer(Caller caller) {
        if (caller.ticket == null) {
            if (caller.roundsLeft > 0) {
                choices.add(() -> begin(caller));
            }
            return;
        }
        switch (caller.ticket.state) {
            case Ticket.WAITING -> {
                if (shape.leaving()) {
                    choices.add(() -> leave(caller));
                }
            }
            case Ticket.LEASED -> {
                choices.add(() -> release(caller));
                if (shape.failures()) {
                    choices.add(() -> discard(caller));
                }
                if (shape.failures() && !caller.checked) {
                    choices.add(() -> replace(caller));
                }
                offerPassOn(caller);
            }
            case Ticket.PERMIT -> {
                choices.add(() -> dialled(caller));
                if (shape.failures()) {
                    choices.add(() -> dialFailed(caller));
                }
                offerPassOn(caller);
            }
            default -> choices.add(() -> {
                log(caller, "told");
                core.recycle(caller.ticket);
                done(caller);
            });
        }
    }

    private void offerPassOn(Caller caller) {
        if (shape.leaving() && caller.waited && !caller.checked) {
            choices.add(() -> {
                log(caller, "passOn");
                core.passOn(caller.ticket, nowNs);
                done(caller);
            });
        }
    }

    private void begin(Caller caller) {
        log(caller, "begin");
        caller.roundsLeft--;
        caller.ticket = core.begin(caller.key, caller.thread, nowNs);
        caller.waited = caller.ticket.state == Ticket.WAITING;
        caller.checked = false;
    }

    private void leave(Caller caller) {
        log(caller, "leave");
        assertTrue(core.leaveQueue(caller.ticket, false));
        done(caller);
    }

    private void release(Caller caller) {
        log(caller, "release");
        core.release(caller.ticket.lease, nowNs);
        done(caller);
    }

    private void discard(Caller caller) {
        log(caller, "discard");
        assertTrue(open.remove(caller.ticket.lease.connection));
        core.discard(caller.ticket.lease, CloseReason.FAILED, nowNs);
        done(caller);
    }

    private void replace(Caller caller) {
        log(caller, "stale");
        caller.checked = true;
        assertTrue(open.remove(caller.ticket.lease.connection));
        core.replace(caller.ticket, CloseReason.STALE, nowNs);
    }

    private void dialled(Caller caller) {
        log(caller, "dialled");
        Object connection = new Object();
        Ticket<Object> ticket = caller.ticket;
        Lease<Object> lease = core.dialled(ticket, connection, nowNs);
        caller.checked = true;
        if (lease == null) {
            assertTrue(closed);
            done(caller);
        } else {
            open.add(connection);
            assertSame(lease, ticket.lease);
        }
    }

    private void dialFailed(Caller caller) {
        log(caller, "failed");
        core.permitReturned(caller.ticket, true, nowNs);
        done(caller);
    }

    private void evict() {
        history.append(" evict");
        nowNs += 2 * shape.limits().idleTimeoutNs();
        core.evict(nowNs);
        assertEquals(0, core.idleCount());
    }

    private void close() {
        history.append(" close");
        closed = true;
        core.close();
        for (Caller caller : callers) {
            assertTrue(caller.ticket == null || caller.ticket.state != Ticket.WAITING, "a waiter slept through close");
        }
    }

    private void done(Caller caller) {
        caller.ticket = null;
    }

    private void drainClosing() {
        for (Lease<Object> lease = core.takeToClose(); lease != null; lease = lease.newer) {
            assertTrue(open.remove(lease.connection), "closed twice");
        }
    }

    private void checkServed(List<Ticket<Object>> before) {
        Thread woken = core.takeToWake();
        int served = 0;
        boolean wokenWasServed = false;
        for (Caller caller : callers) {
            Ticket<Object> ticket = caller.ticket;
            if (ticket == null || !before.contains(ticket) || ticket.state == Ticket.WAITING) {
                continue;
            }
            served++;
            wokenWasServed |= woken == caller.thread;
            for (Caller other : callers) {
                Ticket<Object> late = other.ticket;
                if (late != null && late.state == Ticket.WAITING && late.number < ticket.number) {
                    assertNotSame(late.group, ticket.group, "overtaken by a later caller of its origin");
                    assertEquals(
                            shape.limits().maxPerOrigin(), late.group.total(), "overtaken by a later caller of another origin");
                }
            }
        }
        assertEquals(served > 0, woken != null, "a wake-up for each that was served");
        assertEquals(served > 0, wokenWasServed);
    }

    private void check() {
        PoolLimits limits = shape.limits();
        int total = core.leasedCount() + core.idleCount() + core.diallingCount();
        assertTrue(total <= limits.maxTotal(), "total limit overshot");
        int leased = 0;
        int permits = 0;
        int waiting = 0;
        Set<Object> held = new HashSet<>();
        for (Caller caller : callers) {
            Ticket<Object> ticket = caller.ticket;
            if (ticket == null) {
                continue;
            }
            switch (ticket.state) {
                case Ticket.LEASED -> {
                    leased++;
                    assertTrue(held.add(ticket.lease.connection), "one connection for two callers");
                    assertSame(caller.key, ticket.lease.key());
                    assertTrue(open.contains(ticket.lease.connection), "a closed connection was lent");
                }
                case Ticket.PERMIT -> permits++;
                case Ticket.WAITING -> {
                    waiting++;
                    PoolGroup<Object> group = ticket.group;
                    assertEquals(0, group.idle, "waits beside an idle connection");
                    assertTrue(
                            group.total() == limits.maxPerOrigin() || total == limits.maxTotal() && core.idleCount() == 0,
                            "waits beside free room");
                }
                default -> {}
            }
        }
        assertEquals(leased, core.leasedCount());
        assertEquals(permits, core.diallingCount());
        assertEquals(waiting, core.waitingCount());
        assertEquals(open.size(), core.leasedCount() + core.idleCount());
        assertTrue(waiting <= limits.maxWaiting());
        for (PoolKey key : keys) {
            PoolGroup<Object> group = core.group(key);
            assertTrue(group == null || group.total() <= limits.maxPerOrigin(), "an origin's limit overshot");
            assertTrue(group == null || group.total() + group.waiting > 0, "an empty group was kept");
        }
    }

    private void finish() {
        check();
        assertEquals(0, core.leasedCount());
        assertEquals(0, core.diallingCount());
        assertEquals(0, core.waitingCount());
        if (closed) {
            assertEquals(0, core.idleCount());
        }
        core.close();
        drainClosing();
        assertTrue(open.isEmpty(), "a connection was left open");
        assertEquals(0, core.groupCount());
        PoolSnapshot end = core.snapshot();
        long connects = 0;
        for (long count : end.connects()) {
            connects += count;
        }
        for (long count : end.closes()) {
            connects -= count;
        }
        assertEquals(0, connects, "each connect has its close");
        assertEquals(TimerWheel.NONE, core.nextEvictionNs(), "no timer is left");
    }

    private void log(Caller caller, String what) {
        history.append(' ').append((char) ('A' + callers.indexOf(caller))).append('.').append(what);
    }
}
