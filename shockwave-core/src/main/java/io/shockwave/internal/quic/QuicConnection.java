package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.EncryptionLevel;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsEngine;
import io.shockwave.internal.tls13.TlsServerSettings;

/**
 * One QUIC connection, client or server (RFC 9000, 9001, 9002): datagrams and time in, datagrams and a deadline out. Owned by a {@link QuicEndpoint} and confined to its thread.
 *
 * <pre>
 *   STARTED ──TLS complete──▶ COMPLETE ──▶ CONFIRMED          keys:  Initial ─▶ (0-RTT) ─▶ Handshake ─▶ 1-RTT, phase by phase
 *      │                         │             │
 *      └────────────┬────────────┴─────────────┘
 *                   │ close, error of the peer                       │ silence, stateless reset, no path
 *                   ▼                                                ▼
 *     CLOSING ──peer closes──▶ DRAINING ──three PTO──────────────▶ CLOSED: its endpoint forgets it
 * </pre>
 *
 * <p>The parts, each in its own file: {@link FirstFlight} and {@link QuicHandshake} begin it, {@link PacketReceiver} and {@link FrameReceiver} take datagrams in, {@link PacketSender} and
 * {@link PacketAssembler} put them together, {@link QuicStreams} holds the streams, {@link LossRecovery} what is in flight, {@link KeyPhases} the keys, {@link LocalIds}, {@link PeerIds},
 * {@link PathSet} and {@link Migration} the paths, {@link ConnectionTimers} what time brings, {@link ConnectionCloser} the end.
 *
 * <p>Calls are of three kinds: {@link #receive} and {@link #timeout} take input, {@link #transmit} and {@link #deadline} give output, and those of {@link QuicTransport} are the application's.
 */
public final class QuicConnection implements QuicTransport {
    /** A token of a Retry or NEW_TOKEN that is longer would leave no room for a ClientHello. */
    static final int MAX_TOKEN_BYTES = 512;
    /** A client's choice for its first packet (RFC 9000 7.2: at least 8). */
    static final int FIRST_ID_BYTES = 8;
    private static final long NEVER = Long.MAX_VALUE;

    private final boolean server;
    private final QuicContext context;
    private final ConnectionOwner owner;
    private final QuicSettings settings;
    private final NumberSpace[] spaces = new NumberSpace[PacketSpace.COUNT];
    private final KeyPhases phases;
    private final FrameRecords records;
    private final SentFrames sentFrames;
    private final ConnectionRest rest;
    private final DatagramQueue datagrams;
    private final LossRecovery loss;
    private final LocalIds localIds;
    private final PeerIds peerIds;
    private final PathSet paths;
    private final Migration migration;
    private final ConnectionTimers timers;
    /** {@link ConnectionCloser#NOT_CLOSED} while it is open. */
    private ConnectionCloser closer = ConnectionCloser.NOT_CLOSED;
    private final PacketReceiver receiver;
    private final PacketSender sender;
    private Lifecycle lifecycle;
    private QuicHandshake handshake;
    private QuicSink sink;
    /** Null unless this connection is written down. */
    private QlogWriter qlog;
    private long now;
    /** Where the endpoint keeps it: in the heap of deadlines, in the ring of those with something to send. */
    int heapIndex = -1;
    long heapDeadline;
    boolean queued;
    boolean halfOpen;
    boolean forgotten;

    private QuicConnection(boolean server, QuicContext context, ConnectionOwner owner, PeerAddress peer, int local, long nowNs) {
        this.server = server;
        this.context = context;
        this.owner = owner;
        this.settings = context.settings();
        now = nowNs;
        phases = new KeyPhases(context.protections());
        spaces[0] = new NumberSpace(PacketType.INITIAL, EncryptionLevel.INITIAL, settings, context.slab());
        spaces[1] = new NumberSpace(PacketType.HANDSHAKE, EncryptionLevel.HANDSHAKE, settings, context.slab());
        spaces[2] = new NumberSpace(PacketType.ONE_RTT, EncryptionLevel.APPLICATION, settings, context.slab());
        records = new FrameRecords(context.rest().longs);
        sentFrames = new SentFrames(this, records);
        rest = new ConnectionRest(this, context);
        datagrams = new DatagramQueue(context.slab(), settings.datagramQueue());
        paths = new PathSet(context.random());
        PathMtu mtu = new PathMtu(settings.maxSendDatagramBytes());
        loss = new LossRecovery(CongestionControl.of(settings.congestion(), mtu.currentBytes()), mtu, sentFrames, !server, settings.isEcnUsed(), RttEstimator.INITIAL_RTT_NS, paths.challenge(),
                context.rest());
        localIds = new LocalIds(this, owner, settings.connectionIdBytes());
        peerIds = new PeerIds(this, owner);
        migration = new Migration(this, paths, peerIds);
        timers = new ConnectionTimers(this, settings, nowNs);
        receiver = new PacketReceiver(this, context);
        sender = new PacketSender(this, records, sentFrames);
        paths.current().open(peer, local, 0, false, server);
    }

    /** @param token of a connection to the same server before (RFC 9000 8.1.3); may be empty */
    static QuicConnection client(QuicContext context, ConnectionOwner owner, PeerAddress peer, int local, TlsClientSettings tls, QuicSink sink, byte[] token, long nowNs) {
        QuicConnection c = new QuicConnection(false, context, owner, peer, local, nowNs);
        c.sink(sink);
        c.begin(Lifecycle.client(c, context, owner, tls, token));
        return c;
    }

    /**
     * A server's side of a connection whose first Initial packet has come, and is to be received next.
     *
     * @param keyId the Destination Connection ID of that packet
     * @param originalId that of the client's very first packet, which differs after a Retry
     * @param retrySourceId the id that the Retry packet named; null without one
     * @param isValidated whether a token has proved the client's address
     */
    static QuicConnection server(QuicContext context, ConnectionOwner owner, PeerAddress peer, int local, QuicVersion version, ServerTls tls, AcceptSink acceptor, byte[] keyId,
            byte[] originalId, byte[] retrySourceId, boolean isValidated, long nowNs) {
        QuicConnection c = new QuicConnection(true, context, owner, peer, local, nowNs);
        c.sink(PendingSink.INSTANCE);
        c.paths.current().validated = isValidated;
        c.begin(Lifecycle.server(c, context, owner, version, tls, acceptor, keyId, originalId, retrySourceId));
        return c;
    }

    private void begin(Lifecycle of) {
        lifecycle = of;
        handshake = of.handshake();
        QlogSink log = settings.qlog().open(handshake.originalId(), server);
        if (log != null) {
            qlog = new QlogWriter(log, server, handshake.originalId(), now);
        }
        of.begin();
    }

    void sink(QuicSink newSink) {
        sink = newSink;
        streams().set.sink(newSink);
    }

    // Input

    /** Takes a datagram; its bytes are overwritten. @param ecn the two ECN bits of its IP header, as in {@link Outgoing} */
    void receive(byte[] buf, int off, int len, PeerAddress from, int local, int ecn, long nowNs) {
        now = nowNs;
        if (closer.isClosed() || closer.isDraining()) {
            return;
        }
        NetworkPath path = paths.find(from, server ? local : PathSet.ANY);
        if (path != null) {
            path.received(len);
        } else if (!server) {
            // RFC 9000 9: a client discards what comes from where it knows no server.
            return;
        }
        if (closer.isClosing()) {
            closer.onReceived();
            owner.wake(this);
            return;
        }
        rest.received();
        receiver.datagram(buf, off, len, from, local, ecn);
        leave();
    }

    /** The peer has forgotten the connection, as a datagram says that was sent to none of our ids. */
    void onReset(long nowNs) {
        now = nowNs;
        onStatelessReset();
    }

    /** The deadline passed. */
    void timeout(long nowNs) {
        now = nowNs;
        if (closer.isClosed()) {
            return;
        }
        if (!closer.isOpen()) {
            if (nowNs >= closer.deadline()) {
                end();
            }
            return;
        }
        rest.enter();
        timers.expired(nowNs);
        leave();
    }

    /** What every input ends with. */
    private void leave() {
        if (closer.isOpen()) {
            if (paths.current().credit() > 0) {
                loss.onAmplificationLimit(false, now);
            }
            rest.wakeWriters();
        }
        owner.wake(this);
    }

    // Output

    /** Writes datagrams for one receiver; the bytes written, 0 when there is nothing to send now. */
    int transmit(byte[] buf, int off, int len, long nowNs, Outgoing out) {
        now = nowNs;
        if (closer.isClosing()) {
            rest.end();
            if (!closer.isPending()) {
                return 0;
            }
            closer.onSent(now + 3 * ptoNs());
            return sender.close(buf, off, len, out, closer);
        }
        if (!closer.isOpen()) {
            return 0;
        }
        rest.enter();
        int n = sender.transmit(buf, off, len, out);
        if (datagrams.isRelieved()) {
            sink.onDatagramRoom();
        }
        if (n == 0 && closer.isClosing() && closer.isPending()) {
            closer.onSent(now + 3 * ptoNs());
            return sender.close(buf, off, len, out, closer);
        }
        return n;
    }

    /** When {@link #timeout} is to be called. */
    long deadline() {
        if (closer.isClosed()) {
            return NEVER;
        }
        if (!closer.isOpen()) {
            return closer.deadline();
        }
        return timers.deadline();
    }

    boolean isGone() {
        return closer.isClosed();
    }

    // What the parts ask of one another

    NumberSpace space(int index) {
        return spaces[index];
    }

    KeyPhases phases() {
        return phases;
    }

    LossRecovery loss() {
        return loss;
    }

    QuicStreams streams() {
        return rest.streams();
    }

    ConnectionRest rest() {
        return rest;
    }

    DatagramQueue datagrams() {
        return datagrams;
    }

    PathSet paths() {
        return paths;
    }

    LocalIds localIds() {
        return localIds;
    }

    PeerIds peerIds() {
        return peerIds;
    }

    QuicHandshake handshake() {
        return handshake;
    }

    Lifecycle lifecycle() {
        return lifecycle;
    }

    Migration migration() {
        return migration;
    }

    IdleTimer idle() {
        return timers.idle();
    }

    PacketReceiver receiver() {
        return receiver;
    }

    PacketSender sender() {
        return sender;
    }

    FrameRecords records() {
        return records;
    }

    QuicSink sink() {
        return sink;
    }

    QuicContext context() {
        return context;
    }

    /** Since it began. */
    long ageNs() {
        return timers.ageNs(now);
    }

    QlogWriter qlog() {
        return qlog;
    }

    long now() {
        return now;
    }

    long wallMs() {
        return context.wallMs(now);
    }

    long ptoNs() {
        return loss.ptoNs(PacketSpace.APPLICATION);
    }

    QuicVersion version() {
        return lifecycle.flight().version();
    }

    QuicVersion firstVersion() {
        return lifecycle.flight().first();
    }

    QuicVersion preferredVersion() {
        return lifecycle.flight().preferred();
    }

    TransportParameters peerParameters() {
        return handshake.peer();
    }

    int datagramBytes() {
        return loss.mtu().currentBytes();
    }

    boolean isOpen() {
        return closer.isOpen();
    }

    // What happened

    /** A packet was opened and its frames were taken. */
    void onPacketTaken(PacketType type, boolean isNewest, boolean isProbing, long idSequence) {
        timers.idle().onReceived(now);
        rest.onWork(now);
        if (type == PacketType.ONE_RTT && isNewest && !isProbing) {
            migration.onNewest(receiver, idSequence);
        }
    }

    void onElicitingSent() {
        timers.idle().onSent(now);
        rest.onWork(now);
    }

    // What the application commands

    @Override
    public long openBidirectional() {
        return open(true);
    }

    @Override
    public long openUnidirectional() {
        return open(false);
    }

    private long open(boolean bidirectional) {
        QuicStream s = closer.isOpen() ? streams().set.open(bidirectional) : null;
        owner.wake(this);
        return s == null ? NONE : s.id;
    }

    @Override
    public int write(long stream, byte[] buf, int off, int len, boolean fin) {
        int n = streams().sender.write(stream, buf, off, len, fin);
        owner.wake(this);
        return n;
    }

    @Override
    public int writable(long stream) {
        return streams().sender.writable(stream);
    }

    @Override
    public void reset(long stream, long errorCode) {
        streams().sender.reset(stream, errorCode);
        owner.wake(this);
    }

    @Override
    public void stopSending(long stream, long errorCode) {
        streams().receiver.stopSending(stream, errorCode);
        owner.wake(this);
    }

    @Override
    public int read(long stream, byte[] dst, int off, int len) {
        int n = streams().receiver.read(stream, dst, off, len);
        owner.wake(this);
        return n;
    }

    @Override
    public void resume(long stream) {
        streams().receiver.resume(stream);
        owner.wake(this);
    }

    @Override
    public void priority(long stream, int urgency, boolean incremental) {
        streams().sender.priority(stream, urgency, incremental);
    }

    @Override
    public boolean sendDatagram(byte[] buf, int off, int len) {
        if (!closer.isOpen() || len > maxDatagramBytes() || !datagrams.add(buf, off, len)) {
            return false;
        }
        owner.wake(this);
        return true;
    }

    @Override
    public boolean hasDatagramRoom() {
        return datagrams.hasRoom();
    }

    @Override
    public int maxDatagramBytes() {
        return DatagramQueue.mostBytes(handshake.peer().maxDatagramFrameBytes(), loss.mtu().currentBytes(), peerIds.length(peerIds.current()));
    }

    @Override
    public void close(long applicationErrorCode, String reason) {
        close(applicationErrorCode, true, 0, reason);
    }

    /** Goes on from another local address (RFC 9000 9.2); false when the server or a lack of ids forbids it. A client's alone. */
    public boolean migrate(int local, long nowNs) {
        now = nowNs;
        boolean moved = closer.isOpen() && migration.moveTo(local);
        if (!moved && closer.isOpen()) {
            sender.ping(); // where its packets leave from may be another port now: the peer sees it, though there is nothing else to say
        }
        owner.wake(this);
        return moved;
    }

    /** Changes the keys now, where RFC 9001 6.1 allows it. */
    public boolean updateKeys() {
        boolean can = handshake.isConfirmed() && phases.canInitiate(loss.largestAcked(PacketSpace.APPLICATION));
        if (can) {
            phases.initiate();
            sender.ping();
            owner.wake(this);
        }
        return can;
    }

    @Override
    public PeerAddress peer() {
        return paths.current().remote;
    }

    /** How often {@link #peer} has become another. */
    public int moves() {
        return migration.moves();
    }

    @Override
    public boolean isServer() {
        return server;
    }

    @Override
    public boolean isHandshakeComplete() {
        return handshake.isComplete();
    }

    @Override
    public boolean isEarlyData() {
        return !handshake.isComplete();
    }

    @Override
    public boolean isClosed() {
        return !closer.isOpen();
    }

    @Override
    public String alpn() {
        return handshake.tls().alpn();
    }

    @Override
    public String serverName() {
        return handshake.tls().serverName();
    }

    @Override
    public long smoothedRttNs() {
        return loss.rtt().smoothedNs();
    }

    /** The TLS handshake: certificates, suite, resumption. */
    public TlsEngine tls() {
        return handshake.tls();
    }

    // The end

    /** The peer, or nobody, made a mistake: the connection ends with a transport error. */
    void fail(int errorCode, long frameType, String reason) {
        close(errorCode, false, frameType, reason);
    }

    private void close(long errorCode, boolean application, long frameType, String reason) {
        if (!closer.isOpen()) {
            return;
        }
        closer().close(errorCode, application, frameType, reason);
        closer.endAt(now + 3 * ptoNs());
        release(errorCode, application, false, reason);
    }

    void onPeerClosed(long errorCode, boolean application, byte[] buf, int off, int len) {
        boolean wasOpen = closer.isOpen();
        closer().drain();
        closer.endAt(now + 3 * ptoNs());
        if (wasOpen) {
            release(errorCode, application, true, ConnectionCloser.shown(buf, off, len));
        }
    }

    void onStatelessReset() {
        if (closer.isOpen()) {
            // RFC 9000 10.3.1: MUST enter the draining period.
            closer().drain();
            closer.endAt(now + 3 * ptoNs());
            release(QuicSink.STATELESS_RESET, false, true, "stateless reset");
        }
    }

    /** Ends without a word to the peer. */
    void forget(long errorCode, String reason) {
        if (closer.isOpen()) {
            closer().end();
            release(errorCode, false, false, reason);
            end();
        }
    }

    /** Nothing more is sent but how it ended: streams and what waits give their memory back. */
    private void release(long errorCode, boolean application, boolean byPeer, String reason) {
        rest.clear();
        datagrams.clear();
        if (qlog != null) {
            qlog.connectionClosed(!byPeer, errorCode, application, reason, ConnectionCloser.trigger(errorCode, application), now);
            qlog = null;
        }
        context.counters().closed(errorCode, application, byPeer, handshake.isComplete());
        settings.observer().onClosed(this, errorCode, application, byPeer, reason, ageNs());
        sink.onClosed(errorCode, application, byPeer, reason);
        owner.wake(this);
    }

    private ConnectionCloser closer() {
        if (closer == ConnectionCloser.NOT_CLOSED) {
            closer = new ConnectionCloser();
        }
        return closer;
    }

    private void end() {
        closer().end();
        lifecycle.wipe();
        localIds.retireAll();
        peerIds.clear();
        rest.end();
        owner.wake(this);
    }
}
