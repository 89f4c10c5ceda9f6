package io.shockwave.internal.dispatch.client;

import io.shockwave.internal.dispatch.QuicPort;
import io.shockwave.internal.http3.Http3Settings;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.net.UdpSocket;
import io.shockwave.internal.pool.AltPlace;
import io.shockwave.internal.pool.AltService;
import io.shockwave.internal.pool.AltSvcCache;
import io.shockwave.internal.pool.SessionStore;
import io.shockwave.internal.quic.PeerAddress;
import io.shockwave.internal.quic.QuicConnection;
import io.shockwave.internal.tls.TlsConfig;
import io.shockwave.internal.tls.TrustJudge;
import io.shockwave.internal.tls13.SessionTicket;
import io.shockwave.internal.tls13.TlsClientSettings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The HTTP/3 side of a client: one reactor, one datagram socket at a time, and a connection to each alternative that is in use, shared by all threads. Made with the first request that can use it.
 * Thread-safe: routes are guarded by lock, connections confined to the reactor.
 */
final class Http3Client extends QuicPort implements Reactor.Batch {
    /** After this long without an answer the next address of a name is tried too (RFC 8305 5). */
    private static final long NEXT_ADDRESS_NS = 150_000_000L;
    private static final byte[] NO_TOKEN = {};
    /** A connection was known, and is not any more. */
    static final String GONE = "it closed just now";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TlsConfig tls;
    private final Http3Settings settings;
    private final Slab slab;
    private final PooledClient client;
    private final AltSvcCache alternatives;
    private final Http3Pushes pushes; // null where none are accepted
    private final SessionStore sessions = new SessionStore();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<AltPlace, Http3Route> routes = new HashMap<>();
    private final List<Http3Route> connecting = new ArrayList<>(); // the reactor's
    private final List<Http3ClientConnection> open = new ArrayList<>(); // the reactor's
    private final List<Http3ClientConnection> retired = new ArrayList<>(); // the reactor's
    private Http3Call[] toWake = new Http3Call[16]; // the reactor's
    private int toWakeCount;
    private final Rousing rousing = new Rousing();
    private boolean closing;
    private int local; // the reactor's: the number of the socket that connections leave by

    Http3Client(TlsConfig tls, PooledClient client) throws IOException {
        super(new Reactor("shockwave-client-http3-" + NUMBER.incrementAndGet(), true));
        this.tls = tls;
        int maxPushes = client.settings.maxPushes();
        this.settings = Http3Settings.client(client.settings.limits()).withMaxPushes(maxPushes).withDatagrams(client.settings.datagrams());
        this.client = client;
        this.slab = client.slab;
        this.alternatives = client.alternatives;
        this.pushes = maxPushes == 0 ? null : new Http3Pushes(client);
        endpoint = newEndpoint(client.settings.quic().isEcnUsed(open(0, new InetSocketAddress(0), false).marks()), NO_TOKEN);
        begin();
        reactor.afterBatch(this);
        reactor.start();
    }

    Slab slab() {
        return slab;
    }

    Http3Pushes pushes() {
        return pushes;
    }

    // ---- the callers' side

    /** Whether a connection for this alternative is open, or being made: its addresses need not be looked up. */
    boolean isKnown(AltService service) {
        lock.lock();
        try {
            Http3Route route = routes.get(AltPlace.of(service));
            return route != null && isCurrent(route);
        } finally {
            lock.unlock();
        }
    }

    /** The connection of a route, if it is open and takes requests. */
    Http3ClientConnection ready(Http3Route route) {
        lock.lock();
        try {
            return route.state == Http3Route.State.OPEN && isCurrent(route) ? route.connection : null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isCurrent(Http3Route route) {
        return route.tlsGeneration == tls.quicGeneration() && (route.state == Http3Route.State.CONNECTING || route.state == Http3Route.State.OPEN && route.connection.isUsable());
    }

    /**
     * The connection to an alternative, made if there is none.
     *
     * @param addresses of the alternative's host, if there is none; else empty
     * @param waitNs how long to wait for it to be made; it goes on being made afterwards
     * @param early whether the request may be sent before the handshake is complete: then so may the connection be that is returned
     * @return null if it is not there in time, or cannot be made: then {@code failure} says why
     */
    Http3ClientConnection acquire(AltService service, InetAddress[] addresses, long waitNs, boolean early, Http3Failure failure) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            AltPlace place = AltPlace.of(service);
            Http3Route route = null;
            long leftNs = waitNs;
            while (route == null || leftNs > 0 && route.isSpent()) {
                route = routes.get(place);
                if (route == null || !isCurrent(route)) {
                    if (closing || addresses.length == 0) {
                        failure.set(closing ? "the client is closed" : GONE, false);
                        return null;
                    }
                    route = new Http3Route(service, tls.quicGeneration(), addresses, early);
                    routes.put(place, route);
                    begin(route);
                }
                leftNs = awaitMade(route, early, leftNs);
            }
            if (route.state == Http3Route.State.CONNECTING && early && route.hasEarly()) {
                return route.early;
            }
            if (route.state == Http3Route.State.OPEN && route.connection.isUsable()) {
                return route.connection;
            }
            if (route.state == Http3Route.State.CONNECTING) {
                failure.unanswered(waitNs, service);
            } else if (route.isTimedOut()) {
                failure.unanswered(Math.min(waitNs, client.settings.quic().handshakeTimeoutNs()), service); // the connection's own limit may pass first
            } else {
                failure.set(route.failure, route.isTlsRefused());
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while it is being made. @return what is left of the time */
    private long awaitMade(Http3Route route, boolean early, long waitNs) throws InterruptedException {
        long leftNs = waitNs;
        while (route.state == Http3Route.State.CONNECTING && leftNs > 0 && !(early && route.hasEarly())) {
            leftNs = changed.awaitNanos(leftNs);
        }
        return leftNs;
    }

    private void begin(Http3Route route) {
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                connecting.add(route);
                attempt(route);
            }
        });
    }

    /** Connections that are open now. */
    int openConnections() {
        lock.lock();
        try {
            int count = 0;
            for (Http3Route route : routes.values()) {
                count += route.state == Http3Route.State.OPEN ? 1 : 0;
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Goes on by another socket: the one before stays for what is on its way, until the next change. */
    void networkChanged() {
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                leave();
            }
        });
    }

    private void leave() {
        beforeTransmit(reactor.nowNs()); // what is connected by now moves as an open one
        int other = 1 - local;
        for (Http3Route route : connecting) {
            if (route.local == other) { // RFC 9000 9: no move before the handshake is confirmed, and what answers it gets comes to a socket that is closed now
                startOver(route);
            }
        }
        try {
            open(other, new InetSocketAddress(0), false).register();
            local = other;
        } catch (IOException e) {
            Log.LOG.log(Level.WARNING, "no new datagram socket for another network: the one before is used", e);
        }
        for (Http3ClientConnection connection : List.copyOf(open)) {
            if (!connection.migrate(local) && !retired.contains(connection)) {
                connection.retire();
                retired.add(connection);
            }
        }
    }

    private void startOver(Http3Route route) {
        for (Http3ClientConnection attempt : List.copyOf(route.attempts)) {
            attempt.close();
        }
        lock.lock();
        try {
            route.early = null;
        } finally {
            lock.unlock();
        }
        route.nextAddress = 0; // the end of the turn goes on from there
    }

    private void closeSpent() {
        for (int i = retired.size() - 1; i >= 0; i--) {
            if (retired.get(i).isSpent()) {
                retired.remove(i).close();
            }
        }
    }

    /** Waits for the reactor to have ended, also while interrupted: it takes one turn, and callers count on what comes after it. */
    void close() {
        lock.lock();
        try {
            if (closing) {
                return;
            }
            closing = true;
        } finally {
            lock.unlock();
        }
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor onReactor) {
                for (Http3Route route : List.copyOf(connecting)) {
                    for (Http3ClientConnection attempt : List.copyOf(route.attempts)) {
                        attempt.close();
                    }
                }
                closeOpen();
                sendAndClose();
                reactor.stop();
            }
        });
        reactor.joinUninterruptibly();
        rousing.end();
        sessions.clear();
    }

    /** Ends the connections that are open, on the reactor; the next request makes another. */
    void closeOpen() {
        for (Http3ClientConnection connection : List.copyOf(open)) {
            connection.close();
        }
    }

    // ---- waking callers, on the reactor

    /** Its threads are woken when all that came together is dealt with. */
    void wakeSoon(Http3Call call) {
        if (call.isToWake) {
            return;
        }
        call.isToWake = true;
        if (toWakeCount == toWake.length) {
            toWake = Arrays.copyOf(toWake, toWakeCount * 2);
        }
        toWake[toWakeCount++] = call;
    }

    /** A deadline may have ended some. */
    @Override
    protected void afterTransmit() {
        end();
    }

    @Override
    public boolean end() {
        int count = toWakeCount;
        toWakeCount = 0;
        Thread one = null;
        boolean many = false;
        for (int i = 0; i < count; i++) {
            Http3Call call = toWake[i];
            toWake[i] = null;
            call.isToWake = false;
            Thread thread = call.waiting();
            call.writer.wake(); // of a tunnel
            if (thread == null || !thread.isVirtual()) {
                LockSupport.unpark(thread);
            } else if (one == null) {
                one = thread;
            } else {
                rousing.add(thread);
                many = true;
            }
        }
        if (many) {
            rousing.add(one);
            rousing.begin();
        } else if (one != null) {
            LockSupport.unpark(one);
        }
        return count > 0;
    }

    // ---- connecting, on the reactor

    private void attempt(Http3Route route) {
        PeerAddress to = route.addresses.get(route.nextAddress++);
        route.nextAttemptNs = reactor.nowNs() + NEXT_ADDRESS_NS;
        if (route.attempts.isEmpty()) {
            route.local = local;
        }
        TlsClientSettings usual = tls.quicClient(route.service.origin().host(), ALPN);
        TlsClientSettings offered = client.settings.quic().isPostQuantumOffered() ? usual.withGroups(TlsClientSettings.POST_QUANTUM_GROUPS, 2) : usual;
        route.judge = offered.judge() instanceof TrustJudge judge ? judge : null;
        InetAddress from = outgoing(to);
        if (from != null) {
            client.departs(UdpSocket.toSocketAddress(to).getAddress(), from);
        }
        SessionTicket ticket = from == null ? null : sessions.takeTicket(route.place, route.tlsGeneration, from, endpoint.wallMs(reactor.nowNs()));
        byte[] token = from == null ? NO_TOKEN : sessions.takeToken(route.place, route.tlsGeneration, from);
        TlsClientSettings resuming = ticket == null ? offered : offered.withTicket(ticket, route.wantsEarly);
        Http3ClientConnection[] made = new Http3ClientConnection[1];
        endpoint.connect(to, local, resuming, (QuicConnection quic) -> {
            made[0] = new Http3ClientConnection(this, route, from, quic, settings);
            if (ticket != null) {
                made[0].remember(ticket.applicationState());
            }
            return made[0].sink();
        }, token, reactor.nowNs());
        route.attempts.add(made[0]);
        if (made[0].isEarly()) {
            lock.lock();
            try {
                route.early = route.early == null ? made[0] : route.early;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Null where the system does not say: then nothing is kept of the connection, and nothing used that was. */
    private static InetAddress outgoing(PeerAddress to) {
        try {
            return UdpSocket.outgoing(to);
        } catch (IOException _) {
            return null;
        }
    }

    SessionStore sessions() {
        return sessions;
    }

    /** Looks after the routes that are being made. */
    @Override
    protected long beforeTransmit(long nowNs) {
        closeSpent();
        long next = Long.MAX_VALUE;
        for (int i = connecting.size() - 1; i >= 0; i--) {
            Http3Route route = connecting.get(i);
            Http3ClientConnection winner = established(route);
            if (winner != null) {
                connecting.remove(i);
                opened(route, winner);
            } else if (route.nextAddress < route.addresses.size()) {
                if (route.attempts.isEmpty() || route.nextAttemptNs <= nowNs) {
                    attempt(route);
                }
                next = Math.min(next, route.nextAttemptNs);
            } else if (route.attempts.isEmpty()) {
                connecting.remove(i);
                settle(route, Http3Route.State.CLOSED, null);
            }
        }
        return next;
    }

    private static Http3ClientConnection established(Http3Route route) {
        for (Http3ClientConnection attempt : route.attempts) {
            if (attempt.isEstablished()) {
                return attempt;
            }
        }
        return null;
    }

    private void opened(Http3Route route, Http3ClientConnection winner) {
        open.add(winner);
        for (Http3ClientConnection attempt : List.copyOf(route.attempts)) {
            if (attempt != winner) {
                attempt.close();
            }
        }
        route.attempts.clear();
        settle(route, Http3Route.State.OPEN, winner);
    }

    private void settle(Http3Route route, Http3Route.State state, Http3ClientConnection connection) {
        boolean failed = false;
        lock.lock();
        try {
            failed = route.state == Http3Route.State.CONNECTING && state == Http3Route.State.CLOSED;
            route.state = state;
            route.connection = connection;
            if (state == Http3Route.State.CLOSED) {
                routes.remove(route.place, route);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (failed) {
            alternatives.failed(route.service, System.currentTimeMillis());
        } else if (state == Http3Route.State.OPEN) {
            alternatives.worked(route.service);
        }
    }

    /** A connection is over, or an attempt. */
    void closed(Http3Route route, Http3ClientConnection connection) {
        if (route.attempts.remove(connection)) {
            route.failure = connection.closeReason();
            return; // the end of the turn sees what that means
        }
        open.remove(connection);
        retired.remove(connection);
        settle(route, Http3Route.State.CLOSED, null);
    }
}
