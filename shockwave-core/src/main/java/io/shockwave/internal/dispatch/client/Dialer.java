package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.pool.Origin;
import io.shockwave.internal.pool.PoolKey;
import io.shockwave.internal.tls.TlsConfig;
import io.shockwave.internal.tls.TlsViews;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;

/** Opens connections: name, addresses, proxy, TLS, each with its time limit. Thread-safe; works on the thread that calls. */
final class Dialer {
    private final ClientSettings settings;
    private final TlsConfig tls;
    private final Watchdog watchdog;
    private final BufferStore buffers;
    private final Slab slab;
    private final Lookup lookup;
    private final BiConsumer<InetAddress, InetAddress> departures;

    /** @param departures is told of each connection's host and of the local address that it leaves from */
    Dialer(ClientSettings settings, TlsConfig tls, Watchdog watchdog, BufferStore buffers, Slab slab, BiConsumer<InetAddress, InetAddress> departures) {
        this.departures = departures;
        this.settings = settings;
        this.tls = tls;
        this.watchdog = watchdog;
        this.buffers = buffers;
        this.slab = slab;
        this.lookup = new Lookup(settings.resolver());
    }

    void close() {
        lookup.close();
    }

    /**
     * @param totalDeadlineNs of the exchange for which it is, by the watchdog's clock
     * @param totalNs the limit that led to it, for the message
     * @throws HttpException naming the phase
     */
    ClientConnection dial(PoolKey key, long totalDeadlineNs, long totalNs) throws HttpException {
        Origin origin = key.origin();
        SocketChannel channel = settings.unixSocket() != null ? connectUnix(origin) : connectTcp(origin, totalDeadlineNs, totalNs);
        ClientConnection connection = new ClientConnection(key, channel, watchdog, buffers);
        boolean isProxied = settings.proxy() != null && settings.unixSocket() == null;
        ByteBuffer scratch = isProxied || origin.isSecure() ? buffers.take() : null;
        Phase phase = Phase.PROXY;
        try {
            if (isProxied) {
                arm(connection, settings.connectNs(), Phase.PROXY, totalDeadlineNs);
                ProxyHandshake handshake = new ProxyHandshake(connection, settings, scratch);
                if (settings.proxyIsSocks()) {
                    handshake.socks(origin);
                } else if (origin.isSecure()) {
                    handshake.connect(origin);
                }
            }
            if (origin.isSecure()) {
                phase = Phase.TLS;
                arm(connection, settings.tlsNs(), Phase.TLS, totalDeadlineNs);
                connection.startTls(tls.clientSession(slab, new TlsViews(), origin.host(), origin.port(), "http/1.1"), scratch);
            }
            if (!connection.limit.disarm()) {
                throw new IOException("the time limit passed");
            }
            return connection;
        } catch (IOException e) {
            HttpException failure = explain(e, connection, phase, totalNs);
            connection.close();
            throw failure;
        } catch (RuntimeException | Error e) {
            connection.close();
            throw e;
        } finally {
            connection.releaseBuffers();
            buffers.giveBack(scratch);
        }
    }

    private void arm(ClientConnection connection, long limitNs, Phase phase, long totalDeadlineNs) {
        long now = watchdog.now();
        long deadlineNs = limitNs == TimeLimit.NONE ? TimeLimit.NONE : now + limitNs;
        connection.limit.arm(Math.min(deadlineNs, totalDeadlineNs), totalDeadlineNs < deadlineNs ? Phase.TOTAL : phase);
    }

    private HttpException explain(IOException e, ClientConnection connection, Phase phase, long totalNs) {
        Origin origin = connection.key.origin();
        Phase expired = connection.limit.expiredPhase();
        if (expired != Phase.NONE) {
            return Failures.timeout(expired, origin, expired == Phase.TOTAL ? totalNs : expired == Phase.TLS ? settings.tlsNs() : settings.connectNs());
        }
        if (Thread.currentThread().isInterrupted()) {
            return Failures.cancelled(origin, e);
        }
        if (e instanceof HttpException said) {
            return said;
        }
        if (connection.isAborted()) {
            return Failures.clientClosed(e);
        }
        if (phase == Phase.TLS) {
            return new HttpException(e instanceof SSLException ? Kind.TLS : Kind.CONNECT, Phase.TLS, "the TLS handshake with " + origin + " failed: " + e.getMessage(), e);
        }
        return new HttpException(Kind.CONNECT, phase, settings.proxyName() + " failed on the way to " + origin + ": " + e.getMessage(), e);
    }

    private SocketChannel connectUnix(Origin origin) throws HttpException {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(settings.unixSocket()); // RFC 9293 knows nothing of it: there is no handshake that could take time
                return channel;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw Thread.currentThread().isInterrupted() ? Failures.cancelled(origin, e)
                    : new HttpException(Kind.CONNECT, Phase.CONNECT, "cannot connect to the Unix socket " + settings.unixSocket() + " for " + origin + ": " + e.getMessage(), e);
        }
    }

    private SocketChannel connectTcp(Origin origin, long totalDeadlineNs, long totalNs) throws HttpException {
        InetSocketAddress proxy = settings.proxy();
        String host = proxy == null ? origin.host() : proxy.getHostString();
        int port = proxy == null ? origin.port() : proxy.getPort();
        InetAddress[] addresses = proxy != null && !proxy.isUnresolved() ? new InetAddress[] {proxy.getAddress()} : addresses(host, origin, totalDeadlineNs, totalNs);
        long now = watchdog.now();
        long limitNs = Math.min(settings.connectNs(), totalDeadlineNs == TimeLimit.NONE ? TimeLimit.NONE : totalDeadlineNs - now);
        try (Race race = new Race(HappyEyeballs.interleave(addresses), port)) {
            SocketChannel won = race.run(limitNs);
            if (won == null && race.isTimedOut()) {
                boolean total = limitNs < settings.connectNs();
                throw Failures.timeout(total ? Phase.TOTAL : Phase.CONNECT, origin, total ? totalNs : settings.connectNs());
            }
            if (won == null) {
                throw new HttpException(Kind.CONNECT, Phase.CONNECT, "cannot connect to " + (proxy == null ? origin : settings.proxyName()) + " (" + race.failures() + ")", race.lastFailure());
            }
            won.setOption(StandardSocketOptions.TCP_NODELAY, true);
            won.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            departures.accept(((InetSocketAddress) won.getRemoteAddress()).getAddress(), ((InetSocketAddress) won.getLocalAddress()).getAddress());
            return won;
        } catch (HttpException e) {
            throw e;
        } catch (IOException e) {
            throw Thread.currentThread().isInterrupted() ? Failures.cancelled(origin, e)
                    : new HttpException(Kind.CONNECT, Phase.CONNECT, "cannot connect to " + origin + ": " + e.getMessage(), e);
        }
    }

    /** The addresses of a host; the other parameters are those of {@link #dial}. */
    InetAddress[] addresses(String host, Origin origin, long totalDeadlineNs, long totalNs) throws HttpException {
        InetAddress literal = literal(host);
        if (literal != null) {
            return new InetAddress[] {literal};
        }
        long leftNs = totalDeadlineNs == TimeLimit.NONE ? TimeLimit.NONE : totalDeadlineNs - watchdog.now();
        boolean total = leftNs < settings.resolveNs();
        try {
            return lookup.resolve(host, Math.min(leftNs, settings.resolveNs()));
        } catch (UnknownHostException e) {
            throw new HttpException(Kind.CONNECT, Phase.RESOLVE, "cannot resolve the name " + host + " (" + origin + ")", e);
        } catch (TimeoutException e) {
            throw Failures.timeout(total ? Phase.TOTAL : Phase.RESOLVE, origin, total ? totalNs : settings.resolveNs());
        } catch (CancellationException e) {
            throw Failures.clientClosed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.cancelled(origin, e);
        }
    }

    /** The address that the text is; {@code null} if it is a name. */
    static InetAddress literal(String host) {
        char last = host.isEmpty() ? 'x' : host.charAt(host.length() - 1);
        if (host.indexOf(':') < 0 && (last < '0' || last > '9')) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException name) {
            return null;
        }
    }

    /** The attempts of one dial, side by side as {@link HappyEyeballs} says; all but the winner are closed in the end. */
    static final class Race implements AutoCloseable {
        private final InetAddress[] addresses;
        private final int port;
        private final Selector selector;
        private final SocketChannel[] channels;
        private final StringBuilder failures = new StringBuilder();
        private SocketChannel winner;
        private IOException lastFailure;
        private boolean timedOut;

        Race(InetAddress[] addresses, int port) throws IOException {
            this.addresses = addresses;
            this.port = port;
            this.channels = new SocketChannel[addresses.length];
            this.selector = Selector.open();
        }

        /** The first connection, blocking; {@code null} when all failed or the time is up. */
        SocketChannel run(long limitNs) throws IOException {
            long startNs = System.nanoTime();
            HappyEyeballs schedule = new HappyEyeballs(addresses.length, 0);
            while (winner == null && !schedule.isExhausted()) {
                long now = System.nanoTime() - startNs;
                if (now >= limitNs) {
                    timedOut = true;
                    return null;
                }
                int index = schedule.start(now);
                if (index >= 0) {
                    if (!start(index)) {
                        schedule.failed(now);
                    }
                    continue;
                }
                long untilNs = Math.min(limitNs, schedule.nextStartNs());
                selector.select(untilNs == Long.MAX_VALUE ? 0 : (untilNs - now) / 1_000_000 + 1);
                if (Thread.currentThread().isInterrupted()) {
                    throw new ClosedByInterruptException();
                }
                finishSelected(schedule, startNs);
            }
            return winner == null ? null : settled();
        }

        private void finishSelected(HappyEyeballs schedule, long startNs) {
            for (SelectionKey key : selector.selectedKeys()) {
                int index = (int) key.attachment();
                try {
                    if (channels[index].finishConnect() && winner == null) {
                        winner = channels[index];
                    }
                } catch (IOException e) {
                    key.cancel();
                    failed(index, e);
                    schedule.failed(System.nanoTime() - startNs);
                }
            }
            selector.selectedKeys().clear();
        }

        private boolean start(int index) {
            try {
                SocketChannel channel = SocketChannel.open();
                channels[index] = channel;
                channel.configureBlocking(false);
                if (channel.connect(new InetSocketAddress(addresses[index], port))) {
                    winner = channel;
                } else {
                    channel.register(selector, SelectionKey.OP_CONNECT, index);
                }
                return true;
            } catch (IOException | RuntimeException e) {
                failed(index, e instanceof IOException io ? io : new IOException(e.toString(), e));
                return false;
            }
        }

        private void failed(int index, IOException why) {
            lastFailure = why;
            if (failures.length() < 400) {
                failures.append(failures.isEmpty() ? "" : "; ").append(addresses[index].getHostAddress()).append(" port ").append(port).append(": ").append(why.getMessage());
            }
        }

        private SocketChannel settled() throws IOException {
            selector.close(); // a channel that is registered cannot block
            winner.configureBlocking(true);
            return winner;
        }

        boolean isTimedOut() {
            return timedOut;
        }

        String failures() {
            return failures.toString();
        }

        IOException lastFailure() {
            return lastFailure;
        }

        @Override
        public void close() throws IOException {
            selector.close();
            for (SocketChannel channel : channels) {
                if (channel != null && (channel != winner || !channel.isBlocking())) {
                    channel.close();
                }
            }
        }
    }
}
