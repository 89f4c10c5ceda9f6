package io.shockwave.internal.dispatch;

import io.shockwave.internal.net.Accepted;
import io.shockwave.internal.net.Counters;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.NativeTcp;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.net.SecureBytes;
import io.shockwave.internal.net.TcpListener;
import io.shockwave.internal.net.UdpSocket;
import io.shockwave.internal.pool.AltSvcDecoder;
import io.shockwave.internal.quic.EndpointGroup;
import io.shockwave.internal.quic.QuicCounters;
import io.shockwave.server.ServerStats;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A running server: its reactors, its listeners, and its end. Thread-safe. */
public final class ServerDriver implements ShockwaveServer {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Ports that are tried when the system chooses one that is free for TCP only. */
    private static final int PORT_TRIES = 16;

    private enum State { RUNNING, STOPPING, STOPPED }

    private final ServerSettings settings;
    private final int maxConnections;
    private final Duration grace;
    private final List<ServerReactor> reactors = new ArrayList<>();
    private final List<TcpAcceptor> acceptors = new ArrayList<>();
    private final List<QuicListener> quicListeners = new ArrayList<>();
    private int udpSockets; // of an address
    private EndpointGroup group; // null for one socket alone
    private final List<SocketAddress> addresses = new ArrayList<>();
    private final List<InetSocketAddress> preferred = new ArrayList<>(); // as they are bound
    private final AtomicLong handlerErrors = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile State state = State.RUNNING;
    private boolean bare; // connections are bare descriptors; settled before it is started
    private int next; // confined to the reactor that accepts

    private ServerDriver(ServerSettings settings, int maxConnections, Duration grace) {
        this.settings = settings;
        this.maxConnections = maxConnections;
        this.grace = grace;
    }

    public static Builder builder() {
        return new ServerBuilder();
    }

    static ServerDriver start(ServerSettings settings, boolean overTcp, int reactorCount, List<SocketAddress> listens, int backlog, int maxConnections, Duration grace) throws IOException {
        ServerDriver server = new ServerDriver(settings, maxConnections, grace);
        try {
            int number = NUMBER.incrementAndGet();
            for (int i = 0; i < reactorCount; i++) {
                server.reactors.add(new ServerReactor(server, new Reactor("shockwave-" + number + "-reactor-" + i), settings));
            }
            server.planUdp(listens);
            for (SocketAddress listen : listens) {
                server.listen(listen, overTcp, backlog);
            }
            server.addresses.addAll(server.preferred);
            server.choosePath();
            for (QuicListener listener : server.quicListeners) {
                listener.start();
            }
        } catch (IOException | RuntimeException e) {
            for (TcpAcceptor acceptor : server.acceptors) {
                acceptor.close();
            }
            for (QuicListener listener : server.quicListeners) {
                listener.close();
            }
            for (ServerReactor r : server.reactors) {
                r.reactor().discard();
            }
            throw e;
        }
        byte[] altSvc = server.altSvc();
        for (ServerReactor r : server.reactors) {
            r.altSvc(altSvc);
            r.reactor().start();
        }
        for (TcpAcceptor acceptor : server.acceptors) {
            acceptor.start();
        }
        return server;
    }

    /** Connections are bare descriptors where that is wanted, and all that a reactor has to wait for has one that is known. */
    private void choosePath() throws IOException {
        if (!NativeTcp.isWanted() || acceptors.isEmpty()) {
            return;
        }
        for (TcpAcceptor acceptor : acceptors) {
            if (!acceptor.findDescriptor()) {
                return;
            }
        }
        for (QuicListener listener : quicListeners) {
            if (!listener.isDescriptorKnown()) {
                return;
            }
        }
        for (ServerReactor r : reactors) {
            r.reactor().useDescriptors();
        }
        bare = true;
    }

    /** Names the port of HTTP/3 to whoever asks over TCP, by RFC 7838 3; for a day, as its default is. */
    private byte[] altSvc() {
        if (quicListeners.isEmpty() || acceptors.isEmpty()) {
            return new byte[0];
        }
        String value = "h3=\":" + quicListeners.getFirst().local().getPort() + "\"; ma=" + AltSvcDecoder.DEFAULT_MAX_AGE_S;
        return value.getBytes(StandardCharsets.US_ASCII);
    }

    /** Over TCP, UDP or both; both get one port, also where the system chooses it. */
    private void listen(SocketAddress listen, boolean overTcp, int backlog) throws IOException {
        boolean overUdp = settings.http3() != null && listen instanceof InetSocketAddress;
        if (!overTcp) {
            bindUdp((InetSocketAddress) listen);
            addresses.add(quicListeners.getLast().local());
            return;
        }
        for (int tries = 1; ; tries++) {
            bind(listen, backlog);
            if (!overUdp) {
                return;
            }
            try {
                bindUdp((InetSocketAddress) addresses.getLast());
                return;
            } catch (BindException e) {
                if (tries == PORT_TRIES || ((InetSocketAddress) listen).getPort() != 0) {
                    throw e;
                }
                acceptors.removeLast().close(); // somebody has that UDP port: another one
                addresses.removeLast();
            }
        }
    }

    /** A socket on each reactor, where several can share an address; else one, each address's on another reactor. */
    private void planUdp(List<SocketAddress> listens) {
        int udp = 0;
        for (SocketAddress listen : listens) {
            udp += settings.http3() != null && listen instanceof InetSocketAddress ? 1 : 0;
        }
        if (udp == 0) {
            return;
        }
        udpSockets = UdpSocket.canShare() ? Math.max(1, Math.min(reactors.size(), EndpointGroup.MAX_MEMBERS / udp)) : 1;
        int members = udpSockets * udp;
        if (members > EndpointGroup.MAX_MEMBERS) {
            throw new IllegalArgumentException("HTTP/3 on " + udp + " addresses; at most " + EndpointGroup.MAX_MEMBERS);
        }
        group = members == 1 ? null : new EndpointGroup(members, new SecureBytes(), System.currentTimeMillis());
    }

    private void bindUdp(InetSocketAddress listen) throws IOException {
        bindUdp(listen, true);
        for (int i = 1; i < udpSockets; i++) {
            bindUdp(quicListeners.getLast().local(), false);
        }
    }

    /** The first of an address finds it free, and lets the others have it too. */
    private void bindUdp(InetSocketAddress listen, boolean first) throws IOException {
        ServerReactor reactor = reactors.get(quicListeners.size() % reactors.size());
        QuicListener listener = new QuicListener(reactor, settings, group, quicListeners.size(), quicListeners);
        try {
            UdpSocket socket = listener.open(listen, !first);
            if (first && (udpSockets > 1 || !settings.preferred().isEmpty() && UdpSocket.canShare())) {
                socket.share();
            }
        } catch (IOException e) {
            listener.close();
            String why = "cannot listen for HTTP/3 on UDP " + text(listen) + ": " + e.getMessage();
            IOException named = first ? new BindException(why) : new IOException(why); // another port may be free, but once we have one it is not that
            named.initCause(e);
            throw named;
        }
        reactor.quic(listener);
        quicListeners.add(listener);
        prefer(listener);
    }

    /** Opens the preferred addresses on another listener. Where an address cannot be shared, the first listener alone has them. */
    private void prefer(QuicListener listener) throws IOException {
        for (int i = 0; i < settings.preferred().size(); i++) {
            InetSocketAddress wanted = settings.preferred().get(i);
            boolean first = preferred.size() == i;
            if (!first && !UdpSocket.canShare()) {
                return;
            }
            InetSocketAddress address = first ? wanted : preferred.get(i);
            try {
                // Its port may be one that all addresses are listened on by: shared with those, then.
                UdpSocket socket = listener.prefer(address, !first || address.getPort() == listener.local().getPort() && UdpSocket.canShare());
                if (first) {
                    if (UdpSocket.canShare()) {
                        socket.share();
                    }
                    preferred.add(socket.local());
                }
            } catch (IOException e) {
                throw new IOException("cannot listen on the preferred address, UDP " + text(address) + ": " + e.getMessage(), e);
            }
        }
    }

    private void bind(SocketAddress listen, int backlog) throws IOException {
        try {
            Reactor reactor = reactors.get(0).reactor();
            TcpAcceptor acceptor = new TcpAcceptor(this, reactor, TcpListener.open(reactor, listen, backlog));
            acceptors.add(acceptor);
            addresses.add(acceptor.address());
        } catch (IOException | RuntimeException e) {
            BindException named = new BindException("cannot listen on " + text(listen) + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    /** As a person writes it: InetSocketAddress shows an unnamed host as "/192.0.2.1", and all addresses as "0.0.0.0/0.0.0.0". */
    private static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return address.toString();
        }
        String host = inet.getAddress().getHostAddress();
        return (inet.getAddress().isAnyLocalAddress() ? "port" : host.indexOf(':') < 0 ? host + " port" : '[' + host + "] port") + ' ' + inet.getPort();
    }

    // ---- connections; accepting happens on one reactor, closing on all

    /** Called on any thread. */
    boolean isStopping() {
        return state != State.RUNNING;
    }

    boolean admits() {
        return state == State.RUNNING && openConnections() < maxConnections;
    }

    void accepted(Accepted connection) {
        reactors.get(next).adopt(connection);
        next = (next + 1) % reactors.size();
    }

    void connectionClosed() {
        for (int i = 0; i < acceptors.size(); i++) {
            acceptors.get(i).roomAgain();
        }
        if (state != State.RUNNING) {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private int openConnections() {
        int open = 0;
        for (int i = 0; i < reactors.size(); i++) {
            open += reactors.get(i).open();
        }
        return open;
    }

    void handlerFailed(Throwable cause) {
        handlerErrors.incrementAndGet();
        try {
            settings.onHandlerError().accept(cause);
        } catch (RuntimeException e) {
            Log.LOG.log(Level.ERROR, "the listener for errors of handlers failed", e);
        }
    }

    // ---- the public face

    @Override
    public InetSocketAddress address() {
        for (SocketAddress address : addresses) {
            if (address instanceof InetSocketAddress inet) {
                return inet;
            }
        }
        throw new IllegalStateException("this server listens on no TCP address: " + addresses);
    }

    @Override
    public List<SocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** Where it listens, and by what. */
    @Override
    public String toString() {
        return "server on " + addresses + ", over " + (acceptors.isEmpty() ? "UDP" : bare ? "epoll" : "NIO");
    }

    @Override
    public ServerStats stats() {
        List<QuicCounters> quic = new ArrayList<>();
        for (QuicListener listener : quicListeners) {
            quic.add(listener.counters());
        }
        long buffers = 0;
        for (ServerReactor r : reactors) {
            buffers += r.reactor().slab().lentBytes() + r.reactor().slab().freeBytes() + r.chunks().lentBytes() + r.chunks().freeBytes();
        }
        return new ServerStats(
                sum(Counters.ACCEPTED),
                openConnections(),
                sum(Counters.REQUESTS),
                sum(Counters.STARTED) - sum(Counters.FINISHED),
                sum(Counters.STATUS_1XX),
                sum(Counters.STATUS_2XX),
                sum(Counters.STATUS_3XX),
                sum(Counters.STATUS_4XX),
                sum(Counters.STATUS_5XX),
                sum(Counters.REJECTED),
                sum(Counters.TIMEOUTS),
                handlerErrors.get(),
                sum(Counters.PEER_RESETS),
                sum(Counters.BYTES_IN),
                sum(Counters.BYTES_OUT),
                sum(Counters.SPILLS),
                sum(Counters.TLS_HANDSHAKES),
                sum(Counters.TLS_FAILURES),
                sum(Counters.CUT),
                buffers,
                QuicTuning.stats(quic));
    }

    /** Bytes of pooled buffers and arenas that connections and exchanges hold now. */
    long lentBytes() {
        long lent = 0;
        for (ServerReactor r : reactors) {
            lent += r.reactor().slab().lentBytes() + r.chunks().lentBytes();
        }
        return lent;
    }

    private long sum(int counter) {
        long sum = 0;
        for (ServerReactor r : reactors) {
            sum += r.reactor().counters().get(counter);
        }
        return sum;
    }

    // ---- the end

    @Override
    public void shutdown(Duration graceTime) throws InterruptedException {
        for (ServerReactor r : reactors) {
            if (r.reactor().isCurrent()) {
                throw new IllegalStateException("a reactor thread cannot wait for its own end: shut down from another thread");
            }
        }
        lock.lock();
        try {
            if (state != State.RUNNING) {
                while (state != State.STOPPED) {
                    changed.await();
                }
                return;
            }
            state = State.STOPPING;
        } finally {
            lock.unlock();
        }
        acceptors.forEach(TcpAcceptor::close);
        reactors.forEach(ServerReactor::drain);
        try {
            awaitConnections(graceTime);
        } finally {
            reactors.forEach(ServerReactor::cutAndStop);
            for (ServerReactor r : reactors) {
                r.reactor().join();
            }
            lock.lock();
            try {
                state = State.STOPPED;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void awaitConnections(Duration graceTime) throws InterruptedException {
        long leftNs = TimeUnit.NANOSECONDS.convert(graceTime);
        lock.lock();
        try {
            while (openConnections() > 0 && leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        boolean interrupted = false;
        for (;;) {
            try {
                shutdown(interrupted ? Duration.ZERO : grace);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
