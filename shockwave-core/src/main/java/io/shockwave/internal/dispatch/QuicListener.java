package io.shockwave.internal.dispatch;

import io.shockwave.internal.http3.Http3Settings;
import io.shockwave.internal.net.Counters;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.net.SecureBytes;
import io.shockwave.internal.net.UdpSocket;
import io.shockwave.internal.quic.Outgoing;
import io.shockwave.internal.quic.PeerAddress;
import io.shockwave.internal.quic.QuicConnection;
import io.shockwave.internal.quic.QuicEndpoint;
import io.shockwave.internal.quic.QuicSettings;
import io.shockwave.internal.quic.QuicSink;
import io.shockwave.internal.tls.JcaTlsKeys;
import io.shockwave.internal.tls.TlsConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The HTTP/3 side of a reactor: a datagram socket and the connections that share it. Confined to its reactor.
 *
 * <pre>
 *   datagrams → endpoint → connection → Http3ServerEngine → Http3ServerConnection → handler
 *   end of turn: deadlines → files → endpoint.transmit → socket
 * </pre>
 */
final class QuicListener implements UdpSocket.Receiver, Reactor.Turned {
    static final List<String> ALPN = List.of("h3");
    /** Slices of a file that one exchange sends in a turn before others get theirs. */
    private static final int FILE_SLICES = 4;

    private final ServerReactor home;
    private final Reactor reactor;
    private final TlsConfig tls;
    private final Http3Settings settings;
    private final QuicEndpoint endpoint;
    private final Outgoing outgoing = new Outgoing();
    private final List<Http3ServerConnection> connections = new ArrayList<>();
    private UdpSocket socket;
    private Object tlsGeneration;
    private Http3ServerConnection[] touched = new Http3ServerConnection[16];
    private int touchedCount;
    private ServerExchange[] files = new ServerExchange[4];
    private int fileCount;

    QuicListener(ServerReactor home, TlsConfig tls, QuicSettings quic, Http3Settings settings, byte[] resetKey) {
        this.home = home;
        this.reactor = home.reactor();
        this.tls = tls;
        this.settings = settings;
        long epochMs = System.currentTimeMillis() - reactor.ageNs() / 1_000_000;
        this.endpoint = new QuicEndpoint(quic, reactor.slab(), new SecureBytes(), new JcaTlsKeys(new SecureRandom()), epochMs, resetKey);
    }

    /** Begins to receive; before the reactor starts, or on its thread. */
    void open(UdpSocket on) throws IOException {
        socket = on;
        refresh();
        socket.register();
        reactor.afterTurn(this);
    }

    InetSocketAddress local() {
        return socket.local();
    }

    ServerReactor home() {
        return home;
    }

    /** A reload of the certificates holds for connections from then on. */
    private void refresh() {
        Object generation = tls.quicGeneration();
        if (generation != tlsGeneration) {
            tlsGeneration = generation;
            endpoint.serve(tls.quicServer(ALPN), this::accept);
        }
    }

    private QuicSink accept(QuicConnection quic) {
        reactor.counters().increment(Counters.ACCEPTED);
        home.opened();
        Http3ServerConnection connection = new Http3ServerConnection(this, quic, settings);
        connections.add(connection);
        return connection.engine();
    }

    void closed(Http3ServerConnection connection) {
        connections.remove(connection);
        reactor.counters().increment(Counters.CLOSED);
        home.closed();
    }

    // ---- datagrams

    @Override
    public void onDatagrams(byte[] buf, int off, int len, int segmentBytes, PeerAddress from, int ecn) {
        refresh();
        long now = reactor.nowNs();
        for (int at = off, end = off + len; at < end; at += segmentBytes) {
            endpoint.receive(buf, at, Math.min(segmentBytes, end - at), from, 0, ecn, now);
        }
    }

    @Override
    public void onWritable() {
        // The end of this turn sends.
    }

    @Override
    public long endTurn(long nowNs) {
        if (endpoint.deadline() <= nowNs) {
            endpoint.timeout(nowNs);
        }
        boolean moreFiles = sendFiles();
        transmit(nowNs);
        reschedule();
        if (moreFiles) {
            return nowNs;
        }
        return socket.isBlocked() ? Long.MAX_VALUE : endpoint.deadline();
    }

    private void transmit(long nowNs) {
        byte[] out = reactor.out();
        while (!socket.isBlocked()) {
            int room = socket.maxSegments() == 1 ? Math.min(out.length, 1 << 11) : out.length;
            int n = endpoint.transmit(out, 0, room, nowNs, outgoing);
            if (n == 0) {
                break;
            }
            socket.send(out, 0, n, outgoing.segmentBytes, outgoing.to, outgoing.ecn);
        }
        socket.flush();
    }

    // ---- deadlines of the protocol above: coarse ones, on the reactor's timers

    /** Something happened on it: its deadline may have moved. */
    void touch(Http3ServerConnection connection) {
        if (touchedCount == touched.length) {
            touched = Arrays.copyOf(touched, touchedCount * 2);
        }
        touched[touchedCount++] = connection;
    }

    private void reschedule() {
        for (int i = 0; i < touchedCount; i++) {
            touched[i].schedule();
            touched[i] = null;
        }
        touchedCount = 0;
    }

    // ---- files: read at the end of a turn, when the reactor's buffers are free

    void fileWanted(ServerExchange sx) {
        for (int i = 0; i < fileCount; i++) {
            if (files[i] == sx) {
                return;
            }
        }
        if (fileCount == files.length) {
            files = Arrays.copyOf(files, fileCount * 2);
        }
        files[fileCount++] = sx;
    }

    /** @return whether one of them has more to send at once */
    private boolean sendFiles() {
        int count = fileCount;
        if (count == 0) {
            return false;
        }
        ServerExchange[] due = Arrays.copyOf(files, count);
        fileCount = 0;
        for (int i = 0; i < count; i++) {
            ServerExchange sx = due[i];
            if (sx.connection instanceof Http3ServerConnection connection && connection.sendFile(sx, FILE_SLICES)) {
                fileWanted(sx);
            }
        }
        return fileCount > 0;
    }

    // ---- the end

    /** Takes no new connections, and lets those that are there finish. */
    void drain() {
        endpoint.refuse();
        for (Http3ServerConnection connection : List.copyOf(connections)) {
            connection.drain();
        }
    }

    /** Closes the socket, before the reactor started. */
    void close() {
        if (socket != null) {
            socket.close();
        }
    }

    /** Ends every connection at once, and closes the socket. */
    void cut() {
        for (Http3ServerConnection connection : List.copyOf(connections)) {
            connection.cut();
        }
        transmit(reactor.nowNs());
        socket.close();
    }

    void fault(Http3ServerConnection connection, Throwable cause) {
        Log.LOG.log(Level.ERROR, "a connection is closed because of an unexpected exception", cause);
        connection.cut();
    }
}
