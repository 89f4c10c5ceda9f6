package io.shockwave.internal.net;

import io.shockwave.internal.quic.PeerAddress;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;

/**
 * A non-blocking datagram socket on a reactor, which many connections share. Confined to its reactor. Over NIO it moves a datagram a call and cannot see ECN marks; where {@link NativeUdp}
 * may be used, several a call with their marks.
 */
public final class UdpSocket implements Reactor.Ready {
    /** Datagrams, or batches of them, that one event takes before others have their turn. */
    private static final int MAX_READS = 64;
    /** What the kernel holds for us while this thread is busy: it loses what comes beyond. Linux grants net.core.rmem_max of it. */
    private static final int KERNEL_BYTES = 4 << 20;
    private static final int ADDRESSES = 256;

    /** Whom it tells. */
    public interface Receiver {
        /**
         * Datagrams came from one peer: each has {@code segmentBytes}, but the last may have fewer. The bytes are the reactor's and may be changed during the call.
         *
         * @param from reused by the next call
         * @param ecn the ECN field of their packets (RFC 3168 5); 0 where it cannot be seen
         */
        void onDatagrams(byte[] buf, int off, int len, int segmentBytes, PeerAddress from, int ecn);

        /** What could not be sent before may be tried again. */
        void onWritable();
    }

    private final Reactor reactor;
    private final DatagramChannel channel;
    private final Receiver receiver;
    private final InetSocketAddress local;
    private final PeerAddress from = new PeerAddress();
    // Over NIO every peer needs an address object of the JDK's: those in use are kept, found by their hash.
    private final PeerAddress[] keys = new PeerAddress[ADDRESSES];
    private final InetSocketAddress[] sockets = new InetSocketAddress[ADDRESSES];
    private final byte[] unsent = new byte[NativeUdp.SEND_BYTES];
    private final PeerAddress unsentTo = new PeerAddress();
    private SocketAddress lastFrom;
    private NativeUdp batched; // null where it is not used
    private SelectionKey key; // null before it is registered, and on a reactor that waits with epoll
    private int line = -1; // of such a reactor's table
    private int unsentOff;
    private int unsentLen;
    private int unsentSegment;
    private boolean blocked;
    private boolean closed;

    private UdpSocket(Reactor reactor, DatagramChannel channel, Receiver receiver) throws IOException {
        this.reactor = reactor;
        this.channel = channel;
        this.receiver = receiver;
        this.local = (InetSocketAddress) channel.getLocalAddress();
    }

    /**
     * Opens a socket; on any thread.
     *
     * @param shared whether further sockets may have the same address, between which the kernel divides the peers (SO_REUSEPORT)
     * @param plain  whether NIO alone is to be used
     */
    public static UdpSocket open(Reactor reactor, InetSocketAddress address, boolean shared, boolean plain, Receiver receiver) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            if (shared && channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            NativeUdp batched = plain ? null : NativeUdpProbe.open(channel);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, KERNEL_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, KERNEL_BYTES);
            dontFragment(channel);
            channel.bind(address);
            UdpSocket socket = new UdpSocket(reactor, channel, receiver);
            socket.batched = batched;
            return socket;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Lets further sockets have the address of this one, which nobody had when it was bound: between them the kernel divides the peers. Bound as shared itself, it would join those of another
     * program of the same user without a word.
     */
    public void share() throws IOException {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }

    /** Whether several sockets can share an address here. */
    public static boolean canShare() {
        try (DatagramChannel channel = DatagramChannel.open()) {
            return channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
        } catch (IOException e) {
            return false;
        }
    }

    /** RFC 9000 14: a datagram MUST NOT be fragmented at the IP layer. The option is of module jdk.net, which need not be there. */
    private static void dontFragment(DatagramChannel channel) throws IOException {
        for (SocketOption<?> option : channel.supportedOptions()) {
            if (option.name().equals("IP_DONTFRAGMENT") && option.type() == Boolean.class) {
                try {
                    channel.setOption(cast(option), true);
                } catch (IOException | UnsupportedOperationException e) {
                    Log.LOG.log(Level.DEBUG, "this system fragments datagrams as it likes", e);
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static SocketOption<Boolean> cast(SocketOption<?> option) {
        return (SocketOption<Boolean>) option;
    }

    /** Registers it with its reactor; called on the reactor's thread. */
    public void register() throws IOException {
        EpollPoller epoll = reactor.epoll();
        if (epoll == null) {
            key = reactor.register(channel, SelectionKey.OP_READ, this);
        } else {
            line = epoll.adopt(batched.descriptor());
            epoll.register(line, this, SelectionKey.OP_READ);
        }
    }

    /** Whether its descriptor is known, as a reactor that waits with epoll needs it. */
    public boolean isDescriptorKnown() {
        return batched != null;
    }

    private void interest(int ops) {
        if (key != null) {
            key.interestOps(ops);
        } else if (line >= 0) {
            reactor.epoll().interest(line, ops);
        }
    }

    /** Where it is bound. */
    public InetSocketAddress local() {
        return local;
    }

    public boolean isClosed() {
        return closed;
    }

    /** How many datagrams one {@link #send} may hold. */
    public int maxSegments() {
        return batched != null && batched.segments() ? NativeUdp.MAX_SEGMENTS : 1;
    }

    /** Whether it sees and sets ECN marks. */
    public boolean marks() {
        return batched != null;
    }

    /** Whether nothing can be sent before {@link Receiver#onWritable}. */
    public boolean isBlocked() {
        return blocked;
    }

    // ---- receiving

    @Override
    public void onReady(int readyOps) {
        if (closed) {
            return;
        }
        if ((readyOps & SelectionKey.OP_WRITE) != 0) {
            interest(SelectionKey.OP_READ);
            blocked = false;
            flush();
            if (!blocked) {
                receiver.onWritable();
            }
        }
        if ((readyOps & SelectionKey.OP_READ) != 0) {
            if (batched != null) {
                receiveBatches();
            } else {
                receiveEach();
            }
        }
    }

    private void receiveBatches() {
        byte[] buf = reactor.in;
        int reads = 0;
        int n;
        do {
            n = batched.receive();
            for (int i = 0; i < n && !closed; i++) {
                int len = Math.min(batched.length(i), buf.length);
                if (len == 0) {
                    continue; // an empty datagram says nothing
                }
                int form = batched.segmentAndEcn(i);
                batched.copy(i, buf, 0, len);
                batched.from(i, from);
                reactor.counters().add(Counters.BYTES_IN, len);
                receiver.onDatagrams(buf, 0, len, form >> 2, from, form & 3);
            }
            reads += n;
        } while (n == NativeUdp.RECEIVES && reads < MAX_READS && !closed);
    }

    private void receiveEach() {
        ByteBuffer buffer = reactor.readBuffer;
        byte[] buf = reactor.in;
        for (int i = 0; i < MAX_READS && !closed; i++) {
            buffer.clear();
            SocketAddress peer;
            try {
                peer = channel.receive(buffer);
            } catch (PortUnreachableException e) {
                continue;
            } catch (IOException e) {
                Log.LOG.log(Level.DEBUG, "receiving a datagram", e);
                return;
            }
            if (peer == null) {
                return;
            }
            int len = buffer.flip().remaining();
            if (len == 0) {
                continue;
            }
            buffer.get(buf, 0, len);
            if (peer != lastFrom) {
                lastFrom = peer;
                set(from, (InetSocketAddress) peer);
            }
            reactor.counters().add(Counters.BYTES_IN, len);
            receiver.onDatagrams(buf, 0, len, len, from, 0);
        }
    }

    // ---- sending

    /**
     * Sends datagrams of {@code segmentBytes} each, the last of which may be shorter. They may wait here until {@link #flush}. Not to be called while {@link #isBlocked}.
     */
    public void send(byte[] buf, int off, int len, int segmentBytes, PeerAddress to, int ecn) {
        if (closed || blocked) {
            return; // lost, as on any path
        }
        reactor.counters().add(Counters.BYTES_OUT, len);
        if (batched == null) {
            sendEach(buf, off, len, segmentBytes, to);
            return;
        }
        int most = batched.segments() ? Math.min(NativeUdp.MAX_SEGMENTS, NativeUdp.SEND_BYTES / segmentBytes) * segmentBytes : segmentBytes;
        for (int at = off, end = off + len; at < end; at += most) {
            if (batched.isFull() && !flushBatch()) {
                return;
            }
            batched.queue(buf, at, Math.min(most, end - at), segmentBytes, to, ecn);
        }
    }

    /** Gives all that waits to the kernel; to be called when there is nothing more to send for now. */
    public void flush() {
        if (closed || blocked) {
            return;
        }
        if (batched != null) {
            if (!batched.isEmpty()) {
                flushBatch();
            }
        } else if (unsentLen > 0) {
            int off = unsentOff;
            int len = unsentLen;
            unsentLen = 0;
            sendEach(unsent, off, len, unsentSegment, unsentTo);
        }
    }

    private boolean flushBatch() {
        if (!batched.flush()) {
            block();
            return false;
        }
        return true;
    }

    private void block() {
        blocked = true;
        interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    private void sendEach(byte[] buf, int off, int len, int segmentBytes, PeerAddress to) {
        ByteBuffer buffer = reactor.writeBuffer;
        SocketAddress target = socketAddress(to);
        for (int at = off, end = off + len; at < end; at += segmentBytes) {
            buffer.clear().put(buf, at, Math.min(segmentBytes, end - at)).flip();
            try {
                if (channel.send(buffer, target) == 0) {
                    keep(buf, at, end - at, segmentBytes, to);
                    return;
                }
            } catch (IOException e) {
                Log.LOG.log(Level.DEBUG, "a datagram could not be sent", e); // too large for the path, or no way there: lost, as on any path
            }
        }
    }

    private void keep(byte[] buf, int off, int len, int segmentBytes, PeerAddress to) {
        System.arraycopy(buf, off, unsent, 0, Math.min(len, unsent.length));
        unsentOff = 0;
        unsentLen = Math.min(len, unsent.length);
        unsentSegment = segmentBytes;
        unsentTo.set(to);
        block();
    }

    // ---- addresses

    /** The address of this peer as the JDK writes it; kept for the next time. */
    public InetSocketAddress socketAddress(PeerAddress peer) {
        int slot = peer.hashCode() & ADDRESSES - 1;
        if (keys[slot] == null || !keys[slot].equals(peer)) {
            keys[slot] = peer.copy();
            sockets[slot] = toSocketAddress(peer);
        }
        return sockets[slot];
    }

    /** The address that datagrams to this peer go out from now, as the system's routes say; nothing is sent. */
    public static InetAddress outgoing(PeerAddress to) throws IOException {
        InetSocketAddress remote = toSocketAddress(to);
        StandardProtocolFamily family = remote.getAddress() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        try (DatagramChannel asked = DatagramChannel.open(family)) {
            asked.connect(remote);
            return ((InetSocketAddress) asked.getLocalAddress()).getAddress();
        }
    }

    /** A new address object for this peer. */
    public static InetSocketAddress toSocketAddress(PeerAddress peer) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (peer.high() >>> 56 - 8 * i);
            bytes[8 + i] = (byte) (peer.low() >>> 56 - 8 * i);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), peer.port()); // an IPv4-mapped one becomes an Inet4Address
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads an address of the JDK's. */
    public static void set(PeerAddress into, InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        if (bytes.length == 4) {
            into.set(0, 0x0000_FFFF_0000_0000L | (bytes[0] & 0xFFL) << 24 | (bytes[1] & 0xFFL) << 16 | (bytes[2] & 0xFFL) << 8 | bytes[3] & 0xFFL, address.getPort());
            return;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | bytes[i] & 0xFF;
            low = low << 8 | bytes[8 + i] & 0xFF;
        }
        into.set(high, low, address.getPort());
    }

    // ---- the end

    /** Closes it; on the reactor's thread, or once that has ended. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (line >= 0) {
            reactor.epoll().release(line);
        }
        try {
            channel.close();
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "closing a socket", e);
        }
        if (batched != null) {
            batched.close();
        }
    }

    @Override
    public void onTimer(long nowNs) {
        throw new IllegalStateException("a datagram socket sets no timer");
    }

    @Override
    public void onFault(Throwable cause) {
        Log.LOG.log(Level.ERROR, "a datagram was dropped because of an unexpected exception", cause);
    }
}
