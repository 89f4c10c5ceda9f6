package io.shockwave.internal.dispatch;

import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.net.SecureBytes;
import io.shockwave.internal.net.UdpSocket;
import io.shockwave.internal.quic.DatagramForwarder;
import io.shockwave.internal.quic.EndpointGroup;
import io.shockwave.internal.quic.Outgoing;
import io.shockwave.internal.quic.PeerAddress;
import io.shockwave.internal.quic.QuicCounters;
import io.shockwave.internal.quic.QuicEndpoint;
import io.shockwave.internal.quic.QuicSettings;
import io.shockwave.internal.tls.JcaTlsKeys;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;

/**
 * An endpoint of QUIC on its datagram socket: the same for a server and a client. Confined to its reactor.
 *
 * <pre>
 *   datagrams → endpoint → its connections
 *   end of turn: deadlines → what the subclass has to do → endpoint.transmit → socket
 * </pre>
 */
public abstract class QuicPort implements UdpSocket.Receiver, Reactor.Turned, DatagramPost.Addressee {
    public static final List<String> ALPN = List.of("h3");
    /** Room for one datagram, where the kernel does not cut an array into several. */
    private static final int ONE_DATAGRAM = 1 << 11;

    protected final Reactor reactor;
    protected UdpSocket socket;
    protected QuicEndpoint endpoint;
    private final Outgoing outgoing = new Outgoing();

    protected QuicPort(Reactor reactor) {
        this.reactor = reactor;
    }

    /** An endpoint of its own. @param resetKey from which the tokens of stateless resets are made (RFC 9000 10.3.2); empty for a new one */
    protected final QuicEndpoint newEndpoint(QuicSettings quic, byte[] resetKey) {
        long epochMs = System.currentTimeMillis() - reactor.ageNs() / 1_000_000;
        return new QuicEndpoint(quic, reactor.slab(), new SecureBytes(), new JcaTlsKeys(new SecureRandom()), epochMs, resetKey);
    }

    /** One of several that serve together. @param member which of the group */
    protected final QuicEndpoint newEndpoint(QuicSettings quic, EndpointGroup group, int member, DatagramForwarder forwarder) {
        long epochMs = System.currentTimeMillis() - reactor.ageNs() / 1_000_000;
        return new QuicEndpoint(quic, reactor.slab(), new SecureBytes(), new JcaTlsKeys(new SecureRandom()), epochMs, group, member, forwarder);
    }

    /** Begins to receive, with socket and endpoint set; before the reactor starts, or on its thread. */
    protected final void begin() throws IOException {
        socket.register();
        reactor.afterTurn(this);
    }

    /** Read from any thread. */
    public final QuicCounters counters() {
        return endpoint.counters();
    }

    @Override
    public final Reactor reactor() {
        return reactor;
    }

    /** Datagrams have come, and are dealt with next. */
    protected void beforeReceive() {
    }

    /** The turn ends, and what is done now is sent with it. @return when to be called again; {@link Long#MAX_VALUE} for any time */
    protected abstract long beforeTransmit(long nowNs);

    /** All that could be sent was. */
    protected void afterTransmit() {
    }

    @Override
    public final void onDatagrams(byte[] buf, int off, int len, int segmentBytes, PeerAddress from, int ecn) {
        beforeReceive();
        long now = reactor.nowNs();
        for (int at = off, end = off + len; at < end; at += segmentBytes) {
            endpoint.receive(buf, at, Math.min(segmentBytes, end - at), from, 0, ecn, now);
        }
    }

    @Override
    public final void onForwarded(byte[] buf, int off, int len, PeerAddress from, int local, int ecn) {
        if (!socket.isClosed()) {
            beforeReceive();
            endpoint.receiveForwarded(buf, off, len, from, local, ecn, reactor.nowNs());
        }
    }

    @Override
    public final void onWritable() {
        // The end of this turn sends.
    }

    @Override
    public final long endTurn(long nowNs) {
        if (endpoint.deadline() <= nowNs) {
            endpoint.timeout(nowNs);
        }
        long next = beforeTransmit(nowNs);
        transmit(nowNs);
        afterTransmit();
        return socket.isBlocked() ? next : Math.min(next, endpoint.deadline());
    }

    private void transmit(long nowNs) {
        byte[] out = reactor.out();
        while (!socket.isBlocked()) {
            int room = socket.maxSegments() == 1 ? Math.min(out.length, ONE_DATAGRAM) : out.length;
            int n = endpoint.transmit(out, 0, room, nowNs, outgoing);
            if (n == 0) {
                break;
            }
            socket.send(out, 0, n, outgoing.segmentBytes, outgoing.to, outgoing.ecn);
        }
        socket.flush();
    }

    /** Sends what there is, such as the ends of connections, and closes the socket. */
    protected final void sendAndClose() {
        transmit(reactor.nowNs());
        socket.close();
    }
}
