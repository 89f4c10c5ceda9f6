package io.shockwave.internal.quic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Moves datagrams between hosts under virtual time; a seed decides everything, so that what fails can be replayed with {@code -Dsim.seed=}.
 *
 * <p>Each ordered pair of hosts is joined by a {@link SimLink}, which several pairs may share to make a bottleneck. The last 200 events are kept and told when a scenario fails.
 */
final class SimNetwork {
    /** One end of the network. */
    interface Actor {
        /** A datagram has arrived; the array is the callee's to change. */
        void receive(byte[] buf, int off, int len, PeerAddress from, int ecn, long nowNs);

        /** Called after datagrams arrived and when {@link #deadlineNs} has come: timers, then sending. */
        void wake(long nowNs);

        /** When {@link #wake} is due, {@code Long.MAX_VALUE} = never. */
        long deadlineNs();
    }

    /** What is run under one seed. */
    @FunctionalInterface
    interface Scenario {
        void run(SimNetwork network) throws Exception;
    }

    private record Event(long atNs, long order, Host to, byte[] bytes, PeerAddress from, PeerAddress target, int ecn, Runnable action) {}

    private static final int EVENTS_KEPT = 200;
    static final String SEED_PROPERTY = "sim.seed";
    private static final String FIRST_PROPERTY = "sim.first";

    private final long seed;
    final Random random;
    /** Who goes first of those that are due at one moment. */
    private final Random turns;
    private final List<Host> hosts = new ArrayList<>();
    private final Map<PeerAddress, Host> byAddress = new HashMap<>();
    private final PriorityQueue<Event> queue = new PriorityQueue<>((a, b) -> a.atNs != b.atNs ? Long.compare(a.atNs, b.atNs) : Long.compare(a.order, b.order));
    private final String[] log = new String[EVENTS_KEPT];
    private final long[] logNs = new long[EVENTS_KEPT];
    private final long[] logDetail = new long[EVENTS_KEPT];
    private final Host[] logHost = new Host[EVENTS_KEPT];
    private int logged;
    private long order;
    private long nowNs;

    SimNetwork(long seed) {
        this.seed = seed;
        this.random = new Random(seed * 0x9e3779b97f4a7c15L + 1);
        this.turns = new Random(seed);
    }

    /** A host with one address at a time. */
    final class Host {
        final String name;
        private final Actor actor;
        private final Map<Host, SimLink> links = new HashMap<>();
        private PeerAddress address;
        private boolean due;

        private Host(String name, PeerAddress address, Actor actor) {
            this.name = name;
            this.address = address.copy();
            this.actor = actor;
        }

        PeerAddress address() {
            return address;
        }

        /** The link that carries what this host sends to {@code to}. */
        SimLink to(Host to) {
            return links.computeIfAbsent(to, h -> new SimLink());
        }

        void to(Host to, SimLink link) {
            links.put(to, link);
        }

        /** Sends one datagram; {@code ecn} as in {@link Outgoing}. */
        void send(byte[] buf, int off, int len, PeerAddress target, int ecn) {
            Host receiver = byAddress.get(target);
            if (receiver == null) {
                note("nobody at the address", this, len);
                return;
            }
            byte[] copy = new byte[len];
            System.arraycopy(buf, off, copy, 0, len);
            to(receiver).carry(SimNetwork.this, this, receiver, copy, address.copy(), target.copy(), ecn);
        }

        /** From now on the network sees this host at another address, as after a NAT's rebinding; what comes to the old one is lost. The host is not told. */
        void rebind(PeerAddress newAddress) {
            note("rebound to port " + newAddress.port(), this, 0);
            byAddress.remove(address);
            address = newAddress.copy();
            byAddress.put(address, this);
        }
    }

    Host host(String name, PeerAddress address, Actor actor) {
        Host host = new Host(name, address, actor);
        hosts.add(host);
        byAddress.put(host.address, host);
        return host;
    }

    long nowNs() {
        return nowNs;
    }

    long seed() {
        return seed;
    }

    /** Runs {@code action} at a time. */
    void at(long atNs, Runnable action) {
        queue.add(new Event(atNs, order++, null, null, null, null, 0, action));
    }

    void deliver(long atNs, Host to, byte[] bytes, PeerAddress from, PeerAddress target, int ecn) {
        queue.add(new Event(atNs, order++, to, bytes, from, target, ecn, null));
    }

    /** Wakes everyone once, then moves time on from event to event until {@code done}, until {@code untilNs}, or until nothing is left to happen. Returns whether {@code done}. */
    boolean run(long untilNs, BooleanSupplier done) {
        for (Host host : hosts) {
            host.actor.wake(nowNs);
        }
        while (!done.getAsBoolean()) {
            long next = nextNs();
            if (next == Long.MAX_VALUE || next > untilNs) {
                nowNs = Math.max(nowNs, Math.min(next, untilNs));
                return done.getAsBoolean();
            }
            step(next);
        }
        return true;
    }

    /** When something happens next, {@code Long.MAX_VALUE} = never. */
    long nextNs() {
        long next = queue.isEmpty() ? Long.MAX_VALUE : queue.peek().atNs;
        for (Host host : hosts) {
            next = Math.min(next, host.actor.deadlineNs());
        }
        return next;
    }

    private void step(long atNs) {
        nowNs = Math.max(nowNs, atNs);
        while (!queue.isEmpty() && queue.peek().atNs <= nowNs) {
            happen(queue.poll());
        }
        // Whoever always came first would find room in a queue that is full for those behind.
        int first = turns.nextInt(hosts.size());
        for (int i = 0; i < hosts.size(); i++) {
            Host host = hosts.get((first + i) % hosts.size());
            if (host.due || host.actor.deadlineNs() <= nowNs) {
                host.due = false;
                host.actor.wake(nowNs);
            }
        }
    }

    private void happen(Event event) {
        if (event.action != null) {
            event.action.run();
            return;
        }
        if (byAddress.get(event.target) != event.to) {
            note("came to an address that is gone", event.to, event.bytes.length);
            return;
        }
        note("arrives", event.to, event.bytes.length);
        event.to.due = true;
        event.to.actor.receive(event.bytes, 0, event.bytes.length, event.from, event.ecn, nowNs);
    }

    /** Adds a line to what is told when a scenario fails. */
    void note(String what, Host host, long detail) {
        int i = logged++ % EVENTS_KEPT;
        log[i] = what;
        logNs[i] = nowNs;
        logHost[i] = host;
        logDetail[i] = detail;
    }

    /** The last events, oldest first. */
    String events() {
        StringBuilder text = new StringBuilder();
        for (int n = Math.max(0, logged - EVENTS_KEPT); n < logged; n++) {
            int i = n % EVENTS_KEPT;
            text.append(String.format("%14.6f ms  %-10s %s %d%n", logNs[i] / 1e6, logHost[i] == null ? "" : logHost[i].name, log[i], logDetail[i]));
        }
        return text.toString();
    }

    /** Runs the scenario under {@code count} seeds from 1, or from {@code -Dsim.first=}, or under that of {@code -Dsim.seed=} alone. */
    static void forSeeds(int count, Scenario scenario) {
        Long only = Long.getLong(SEED_PROPERTY);
        long first = only == null ? Long.getLong(FIRST_PROPERTY, 1) : only;
        long last = only == null ? first + count - 1 : only;
        for (long seed = first; seed <= last; seed++) {
            forSeed(seed, scenario);
        }
    }

    /** Runs the scenario under one seed and tells it, with the last events, where the scenario fails. */
    static void forSeed(long seed, Scenario scenario) {
        SimNetwork network = new SimNetwork(seed);
        try {
            scenario.run(network);
        } catch (Throwable e) {
            throw new AssertionError("under -D" + SEED_PROPERTY + "=" + seed + " at " + network.nowNs / 1e6 + " ms: " + e + "\n" + network.events(), e);
        }
    }
}
