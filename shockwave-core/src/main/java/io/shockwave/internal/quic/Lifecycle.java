package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.SessionTicket;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.util.Arrays;

/**
 * The way of a connection from its first packet to the confirmed handshake: whose ids, which keys when, what the peer's parameters change, 0-RTT, tokens (RFC 9001 4.9, RFC 9000 7, 8.1).
 * Owned by a connection.
 */
final class Lifecycle {
    private static final long NEVER = Long.MAX_VALUE;
    private static final byte[] NO_TOKEN = {};
    /** What every client begins with: the version that all servers speak. */
    private static final QuicVersion BEGINS_WITH = QuicVersion.V1;

    private final QuicConnection connection;
    private final QuicContext context;
    private final ConnectionOwner owner;
    private final boolean server;
    private final FirstFlight flight;
    private final QuicHandshake handshake;
    private final AcceptSink acceptor;
    private PacketProtection earlyRead;
    private PacketProtection earlyWrite;
    private long dropEarlyReadNs = NEVER;
    private boolean donePending;
    private byte[] newToken = NO_TOKEN;
    private int newTokenLen;
    private boolean newTokenPending;

    private Lifecycle(QuicConnection connection, QuicContext context, ConnectionOwner owner, FirstFlight flight, QuicHandshake handshake, AcceptSink acceptor) {
        this.connection = connection;
        this.context = context;
        this.owner = owner;
        this.server = connection.isServer();
        this.flight = flight;
        this.handshake = handshake;
        this.acceptor = acceptor;
    }

    static Lifecycle client(QuicConnection c, QuicContext context, ConnectionOwner owner, TlsClientSettings tls, byte[] token) {
        byte[] first = new byte[QuicConnection.FIRST_ID_BYTES];
        context.random().fill(first, 0, first.length);
        c.peerIds().first(first, 0, first.length);
        FirstFlight flight = new FirstFlight(c, context, false, BEGINS_WITH, first, token.length > QuicConnection.MAX_TOKEN_BYTES ? NO_TOKEN : token);
        return new Lifecycle(c, context, owner, flight, QuicHandshake.client(c, context, tls, first), null);
    }

    static Lifecycle server(QuicConnection c, QuicContext context, ConnectionOwner owner, QuicVersion version, ServerTls tls, AcceptSink acceptor, byte[] keyId, byte[] originalId,
            byte[] retrySourceId) {
        FirstFlight flight = new FirstFlight(c, context, true, version, keyId, NO_TOKEN);
        return new Lifecycle(c, context, owner, flight, QuicHandshake.server(c, context, tls, version, originalId, retrySourceId), acceptor);
    }

    /** Makes the keys of Initial packets and, on a client, the first of them. */
    void begin() {
        flight.begin();
        if (!server) {
            handshake.start();
            settle();
        }
    }

    FirstFlight flight() {
        return flight;
    }

    QuicHandshake handshake() {
        return handshake;
    }

    // Before the peer is known

    /** Whether a long header names the peer's id as its source. */
    boolean isFromPeer(PacketHeader header, byte[] buf) {
        byte[] expected = handshake.peerSource();
        if (expected == null) {
            // A Version Negotiation packet repeats the id that the client sent to (RFC 9000 17.2.1).
            expected = flight.keyId();
        }
        return header.sourceLength() == expected.length && LocalIds.equal(buf, header.sourceOff(), expected, 0, expected.length);
    }

    void onPeerSource(byte[] id) {
        handshake.peerSource(id);
        connection.peerIds().first(id, 0, id.length);
    }

    void onVersionNegotiation(PacketHeader header, byte[] buf) {
        QuicVersion common = flight.onVersionNegotiation(header, buf);
        if (common != null) {
            connection.loss().requeue(PacketSpace.INITIAL, 0, connection.now());
            connection.space(PacketSpace.INITIAL).crypto.clear();
            flight.restart(common);
            handshake.restart();
            settle();
        } else if (flight.hasNoCommonVersion()) {
            connection.forget(QuicSink.NO_COMMON_VERSION, "no common version");
        }
    }

    void onRetry(PacketHeader header, byte[] buf) {
        if (!flight.onRetry(header, buf)) {
            return;
        }
        byte[] id = flight.keyId();
        handshake.retried(id);
        connection.peerIds().first(id, 0, id.length);
        connection.loss().requeue(PacketSpace.INITIAL, 0, connection.now());
        connection.loss().requeue(PacketSpace.APPLICATION, 0, connection.now());
    }

    byte[] initialToken() {
        return flight.token();
    }

    /** A packet was opened, and so is the peer's. */
    void onOpened(PacketHeader header, byte[] buf) {
        if (header.type() == PacketType.INITIAL) {
            flight.onOpened(header, buf);
        } else if (server && header.type() == PacketType.HANDSHAKE) {
            // RFC 9000 8.1: whoever has handshake keys received our Initial packet. RFC 9001 4.9.1: Initial keys are of no more use.
            NetworkPath path = connection.paths().current();
            path.validated |= path.isOn(connection.receiver().from(), connection.receiver().local());
            discardInitial();
        }
    }

    /** RFC 9001 4.9.1: a client has no more use for Initial keys once it sends Handshake packets. */
    void onHandshakePacketSent() {
        if (!server) {
            discardInitial();
        }
    }

    private void discardInitial() {
        NumberSpace space = connection.space(PacketSpace.INITIAL);
        if (!space.isDiscarded()) {
            space.discard();
            flight.discard();
            connection.loss().onSpaceDiscarded(PacketSpace.INITIAL, connection.now());
        }
    }

    /** RFC 9369 5: tickets and tokens are of the version that was agreed on; those of another one than the next connection begins with are of no use to it. */
    void onTicket(SessionTicket ticket) {
        if (connection.version() == BEGINS_WITH) {
            connection.sink().onTicket(ticket);
        } else {
            ticket.wipe();
        }
    }

    /** As {@link #onTicket}. What is longer than a first packet could carry is not kept either. */
    void onAddressToken(byte[] buf, int off, int len) {
        if (connection.version() == BEGINS_WITH && len <= QuicConnection.MAX_TOKEN_BYTES) {
            connection.sink().onAddressToken(Arrays.copyOfRange(buf, off, off + len));
        }
    }

    // The handshake

    int onCrypto(NumberSpace space, long offset, byte[] buf, int off, int len) {
        int error = space.crypto.receive(offset, buf, off, len, handshake.tls(), connection.wallMs());
        return error != 0 ? error : settle();
    }

    private int settle() {
        return connection.isOpen() ? handshake.settle() : 0;
    }

    /** A server's application is asked for when the client's wishes are known: name and protocol. */
    void accept() {
        if (connection.sink() == PendingSink.INSTANCE && connection.isOpen()) {
            QuicSink accepted = acceptor.accept(connection);
            if (accepted == null) {
                connection.fail(QuicError.CONNECTION_REFUSED, 0, "");
            } else {
                connection.sink(accepted);
            }
        }
    }

    /** What the peer's parameters allow us to send: its own, or those remembered for 0-RTT. */
    void onPeerLimits(TransportParameters p) {
        connection.streams().set.peerLimits(p.maxStreamsBidi(), p.maxStreamsUni(), p.maxStreamDataBidiRemote(), p.maxStreamDataBidiLocal(), p.maxStreamDataUni());
        connection.streams().sender.peerLimit(p.maxData());
    }

    void onPeerParameters(TransportParameters p) {
        onPeerLimits(p);
        connection.loss().maxAckDelayNs(p.maxAckDelayMs() * 1_000_000);
        connection.loss().mtu().limit((int) Math.min(Integer.MAX_VALUE, p.udpPayloadBytes()));
        connection.idle().peer(p.idleTimeoutMs() * 1_000_000);
        if (p.statelessResetToken() != null) {
            connection.peerIds().firstToken(p.statelessResetToken(), 0);
        }
        if (p.hasPreferredAddress()) {
            connection.peerIds().preferred(p.preferredId(), 0, p.preferredId().length, p.preferredResetToken(), 0);
        }
    }

    /** What only a server says of itself. */
    void serverParameters(TransportParameters local) {
        if (connection.localIds().length() > 0) {
            byte[] id = connection.localIds().first();
            byte[] token = new byte[StatelessReset.TOKEN_BYTES];
            owner.resetToken(id, 0, id.length, token, 0);
            local.statelessResetToken(token);
            // Who came to that address already need not be told of it.
            if (owner.hasPreferredAddress() && connection.paths().current().local == Migration.FIRST) {
                byte[] preferredId = connection.localIds().preferred();
                byte[] preferredToken = new byte[StatelessReset.TOKEN_BYTES];
                owner.resetToken(preferredId, 0, preferredId.length, preferredToken, 0);
                local.preferredAddress(owner.preferredIpv4(), owner.preferredIpv6(), preferredId, preferredToken);
            }
        }
    }

    void onHandshakeComplete() {
        long now = connection.now();
        owner.onEstablished(connection);
        connection.localIds().allow(handshake.peer().activeConnectionIdLimit());
        if (server) {
            confirm();
            donePending = true;
            handshake.sendTicket();
            newToken = new byte[QuicConnection.MAX_TOKEN_BYTES];
            newTokenLen = owner.addressToken(connection, newToken);
            newTokenPending = newTokenLen > 0;
            if (earlyRead != null) {
                // RFC 9001 4.9.3: reordered 0-RTT packets may come for a while.
                dropEarlyReadNs = now + 3 * connection.ptoNs();
            }
        }
        connection.context().settings().observer().onHandshakeComplete(connection, connection.ageNs());
        connection.sink().onHandshakeComplete();
    }

    void onHandshakeDone() {
        if (!handshake.isConfirmed() && handshake.isComplete()) {
            confirm();
        }
    }

    /** RFC 9001 4.1.2, 4.9.2. */
    private void confirm() {
        long now = connection.now();
        connection.space(PacketSpace.HANDSHAKE).discard();
        connection.loss().onHandshakeConfirmed(now);
        connection.loss().onSpaceDiscarded(PacketSpace.HANDSHAKE, now);
        connection.loss().mtu().start();
        if (!server) {
            // RFC 9000 8.1: who completes the handshake is where the packets went.
            connection.paths().current().validated = true;
            connection.migration().onPreferred(handshake.peer());
        }
        handshake.confirm();
    }

    // 0-RTT

    PacketProtection earlyRead() {
        return earlyRead;
    }

    void earlyRead(PacketProtection keys) {
        earlyRead = keys;
    }

    PacketProtection earlyWrite() {
        return earlyWrite;
    }

    void earlyWrite(PacketProtection keys) {
        earlyWrite = keys;
    }

    /** RFC 9001 4.9.3: a client sends nothing in 0-RTT once it has 1-RTT keys. */
    void dropEarlyWrite() {
        if (earlyWrite != null) {
            earlyWrite.wipe();
            earlyWrite = null;
        }
    }

    private void dropEarlyRead() {
        if (earlyRead != null) {
            earlyRead.wipe();
            earlyRead = null;
        }
        dropEarlyReadNs = NEVER;
    }

    /** RFC 9001 4.6.2: nothing that was sent in 0-RTT has happened; the limits are those of the new connection. */
    void onEarlyDataRejected(TransportParameters peer) {
        dropEarlyWrite();
        connection.streams().clear();
        connection.loss().requeue(PacketSpace.APPLICATION, SentPackets.EARLY_DATA, connection.now());
        onPeerLimits(peer);
        connection.sink().onEarlyDataRejected();
    }

    PacketProtection writeKeys(PacketType type) {
        return switch (type) {
            case ONE_RTT -> connection.phases().write();
            case ZERO_RTT -> earlyWrite;
            default -> connection.space(type.space()).write();
        };
    }

    // Frames of our own

    boolean hasControl() {
        return donePending || newTokenPending || connection.localIds().hasPending() || connection.peerIds().hasPending() || connection.paths().isResponseOnCurrent();
    }

    void fill(PacketAssembler packet) {
        if (donePending && packet.handshakeDone()) {
            donePending = false;
        }
        connection.localIds().fill(packet);
        connection.peerIds().fill(packet);
        if (newTokenPending && packet.newToken(newToken, newTokenLen)) {
            newTokenPending = false;
        }
    }

    void onAcked(int type, long subject) {
        switch (type) {
            case FrameType.RETIRE_CONNECTION_ID -> connection.peerIds().onRetireAcked(subject);
            case FrameType.NEW_TOKEN -> {
                newToken = NO_TOKEN;
                newTokenPending = false; // it may have counted as lost before
            }
            default -> { }
        }
    }

    void onLost(int type, long subject) {
        switch (type) {
            case FrameType.HANDSHAKE_DONE -> donePending = true;
            case FrameType.NEW_CONNECTION_ID -> connection.localIds().onLost(subject);
            case FrameType.RETIRE_CONNECTION_ID -> connection.peerIds().onRetireLost(subject);
            case FrameType.NEW_TOKEN -> newTokenPending = newToken.length > 0;
            default -> { }
        }
    }

    // The end

    long deadline() {
        return dropEarlyReadNs;
    }

    void timeout(long nowNs) {
        if (nowNs >= dropEarlyReadNs) {
            dropEarlyRead();
        }
    }

    void wipe() {
        dropEarlyRead();
        dropEarlyWrite();
        flight.discard();
        handshake.tls().close();
        connection.phases().wipe();
        for (int i = 0; i < PacketSpace.COUNT; i++) {
            connection.space(i).discard();
        }
    }
}
