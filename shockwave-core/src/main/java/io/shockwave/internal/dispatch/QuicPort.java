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
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;

/**
 * An endpoint of QUIC on its datagram sockets: the same for a server and a client. Confined to its reactor.
 *
 * <pre>
 *   datagrams → endpoint → its connections
 *   end of turn: deadlines → what the subclass has to do → endpoint.transmit → sockets
 * </pre>
 */
public abstract class QuicPort implements Reactor.Turned, DatagramPost.Addressee {
    public static final List<String> ALPN = List.of("h3");
    /** Room for one datagram, where the kernel does not cut an array into several. */
    private static final int ONE_DATAGRAM = 1 << 11;

    /** What a server has for its first address and one preferred address of each family; a client uses two in turn. */
    private static final int SOCKETS = 3;

    protected final Reactor reactor;
    /** By the numbers that the endpoint knows them by; null where there is none. */
    private final UdpSocket[] sockets = new UdpSocket[SOCKETS];
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

    /** Opens the socket with this number, in place of one that had it; before the reactor starts, or on its thread. The other parameters are those of {@link UdpSocket#open}. */
    protected final UdpSocket open(int number, InetSocketAddress address, boolean shared) throws IOException {
        UdpSocket opened = UdpSocket.open(reactor, address, shared, false, new Line(number));
        if (sockets[number] != null) {
            sockets[number].close();
        }
        sockets[number] = opened;
        return opened;
    }

    /** The socket with this number; null for none. */
    protected final UdpSocket socket(int number) {
        return sockets[number];
    }

    /** Whether the descriptors of its sockets are known. */
    final boolean isDescriptorKnown() {
        for (UdpSocket socket : sockets) {
            if (socket != null && !socket.isDescriptorKnown()) {
                return false;
            }
        }
        return true;
    }

    /** Begins to receive, with sockets and endpoint set; before the reactor starts, or on its thread. */
    protected final void begin() throws IOException {
        for (UdpSocket socket : sockets) {
            if (socket != null) {
                socket.register();
            }
        }
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

    /** What comes in at one of the sockets. */
    private final class Line implements UdpSocket.Receiver {
        private final int number;

        private Line(int number) {
            this.number = number;
        }

        @Override
        public void onDatagrams(byte[] buf, int off, int len, int segmentBytes, PeerAddress from, int ecn) {
            beforeReceive();
            long now = reactor.nowNs();
            for (int at = off, end = off + len; at < end; at += segmentBytes) {
                endpoint.receive(buf, at, Math.min(segmentBytes, end - at), from, number, ecn, now);
            }
        }

        @Override
        public void onWritable() {
            // The end of this turn sends.
        }
    }

    @Override
    public final void onForwarded(byte[] buf, int off, int len, PeerAddress from, int local, int ecn) {
        if (!sockets[0].isClosed()) {
            beforeReceive();
            endpoint.receiveForwarded(buf, off, len, from, local, ecn, reactor.nowNs());
        }
    }

    @Override
    public final long endTurn(long nowNs) {
        if (endpoint.deadline() <= nowNs) {
            endpoint.timeout(nowNs);
        }
        long next = beforeTransmit(nowNs);
        transmit(nowNs);
        afterTransmit();
        return isBlocked() ? next : Math.min(next, endpoint.deadline());
    }

    private boolean isBlocked() {
        for (UdpSocket socket : sockets) {
            if (socket != null && socket.isBlocked()) {
                return true;
            }
        }
        return false;
    }

    private void transmit(long nowNs) {
        byte[] out = reactor.out();
        while (!isBlocked()) {
            int room = sockets[0].maxSegments() == 1 ? Math.min(out.length, ONE_DATAGRAM) : out.length;
            int n = endpoint.transmit(out, 0, room, nowNs, outgoing);
            if (n == 0) {
                break;
            }
            UdpSocket socket = sockets[outgoing.local];
            if (socket != null) { // else lost, as on any path: a forwarded datagram may name a socket that others alone could open
                socket.send(out, 0, n, outgoing.segmentBytes, outgoing.to, outgoing.ecn);
            }
        }
        for (UdpSocket socket : sockets) {
            if (socket != null) {
                socket.flush();
            }
        }
    }

    /** Sends what there is, such as the ends of connections, and closes the sockets. */
    protected final void sendAndClose() {
        transmit(reactor.nowNs());
        closeSockets();
    }

    protected final void closeSockets() {
        for (UdpSocket socket : sockets) {
            if (socket != null) {
                socket.close();
            }
        }
    }
}
