package io.shockwave.internal.dispatch;

import io.shockwave.internal.http3.Http3ServerEngine;
import io.shockwave.internal.http3.Http3Settings;
import io.shockwave.internal.net.Counters;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.UdpSocket;
import io.shockwave.internal.quic.EndpointGroup;
import io.shockwave.internal.quic.PeerAddress;
import io.shockwave.internal.quic.QuicConnection;
import io.shockwave.internal.quic.QuicSink;
import io.shockwave.internal.tls.TlsConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The HTTP/3 side of a server's reactor: its datagram sockets and the connections that share them. Confined to its reactor.
 *
 * <pre>
 *   datagrams → endpoint → connection → Http3ServerEngine → Http3ServerConnection → handler
 *   end of turn: deadlines → files → endpoint.transmit → sockets
 * </pre>
 */
final class QuicListener extends QuicPort {
    private static final byte[] NO_CONTEXT = {};
    private static final byte[] NO_KEY = {};
    /** Slices of a file that one exchange sends in a turn before others get theirs. */
    private static final int FILE_SLICES = 4;

    private final ServerReactor home;
    private final TlsConfig tls;
    private final Http3Settings settings;
    private final List<Http3ServerConnection> connections = new ArrayList<>();
    private PeerAddress preferredIpv4; // null for none
    private PeerAddress preferredIpv6; // null for none
    private Object tlsGeneration;
    private Http3ServerConnection[] touched = new Http3ServerConnection[16];
    private int touchedCount;
    private ServerExchange[] files = new ServerExchange[4];
    private int fileCount;

    /**
     * @param group what the listeners of the server have in common; null for one alone
     * @param member which of them this is
     * @param members all of them, complete before the first datagram comes
     */
    QuicListener(ServerReactor home, ServerSettings server, EndpointGroup group, int member, List<QuicListener> members) {
        super(home.reactor());
        this.home = home;
        this.tls = server.tls();
        this.settings = server.http3();
        this.endpoint = group == null ? newEndpoint(server.quic(), NO_KEY) : newEndpoint(server.quic(), group, member, new DatagramPost(members));
    }

    /** Opens its socket; before the reactor starts. @param shared whether another of the server has the address already */
    UdpSocket open(InetSocketAddress address, boolean shared) throws IOException {
        UdpSocket socket = open(0, address, shared);
        refresh();
        return socket;
    }

    /** Has its connections come to another address too (RFC 9000 9.6); at most one of each family, before the reactor starts. */
    UdpSocket prefer(InetSocketAddress address, boolean shared) throws IOException {
        boolean isIpv4 = address.getAddress() instanceof Inet4Address;
        UdpSocket socket = open(isIpv4 ? 1 : 2, address, shared);
        PeerAddress bound = new PeerAddress();
        UdpSocket.set(bound, socket.local());
        if (isIpv4) {
            preferredIpv4 = bound;
        } else {
            preferredIpv6 = bound;
        }
        endpoint.prefer(preferredIpv4, preferredIpv6);
        return socket;
    }

    /** Begins to receive; before the reactor starts, once it is settled what it waits with. */
    void start() throws IOException {
        begin();
    }

    InetSocketAddress local() {
        return socket(0).local();
    }

    ServerReactor home() {
        return home;
    }

    /** A reload of the certificates holds for connections from then on. */
    private void refresh() {
        Object generation = tls.quicGeneration();
        if (generation != tlsGeneration) {
            tlsGeneration = generation;
            endpoint.serve(tls.quicServer(ALPN).withContexts(NO_CONTEXT, Http3ServerEngine.announced(settings)), this::accept);
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

    // ---- the turn

    @Override
    protected void beforeReceive() {
        refresh();
    }

    @Override
    protected long beforeTransmit(long nowNs) {
        return sendFiles() ? nowNs : Long.MAX_VALUE;
    }

    @Override
    protected void afterTransmit() {
        reschedule();
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

    /** Closes the sockets, before the reactor started. */
    void close() {
        closeSockets();
    }

    /** Ends every connection at once, and closes the sockets. */
    void cut() {
        for (Http3ServerConnection connection : List.copyOf(connections)) {
            connection.cut();
        }
        sendAndClose();
    }

    void fault(Http3ServerConnection connection, Throwable cause) {
        Log.LOG.log(Level.ERROR, "a connection is closed because of an unexpected exception", cause);
        connection.cut();
    }
}
