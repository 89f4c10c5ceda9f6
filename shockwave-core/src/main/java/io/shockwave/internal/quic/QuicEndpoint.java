package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsKeys;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.util.Arrays;

/**
 * All connections of one socket, or of several that share a thread: finds the connection of a datagram, and answers what belongs to none (RFC 9000 5.2). Confined to one thread, which calls
 * {@link #transmit} until it gives 0 after each round of {@link #receive}, {@link #timeout} and commands to connections.
 *
 * <pre>
 *   datagram ── an id that we issued ──────────────────────────────────────────────▶ its connection
 *      │  ├──── Initial, 0-RTT: the id of a client's first packet ─────────────────▶ its connection
 *      │  ├──── Initial, server, 1,200 bytes, room for a half-open handshake ─▶ token? ─▶ new connection, or Retry
 *      │  ├──── long header of another version ─▶ Version Negotiation
 *      │  └──── ends with a known reset token ─────────────────────────────────────▶ that connection is reset
 *      └─────── anything else that could be 1-RTT ─▶ stateless reset, so many a second
 * </pre>
 */
public final class QuicEndpoint implements ConnectionOwner {
    /** Stateless resets and refusals a second: enough for peers that come back after a restart, little for a flood. */
    static final int STATELESS_PER_SECOND = 200;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final byte[] NO_REASON = {};

    private final QuicContext context;
    private final QuicSettings settings;
    private final ConnectionIdEncoding encoding;
    private final ConnectionRoutes routes;
    private final StatelessReset resets;
    private final AddressTokens tokens;
    private final StatelessQueue stateless = new StatelessQueue();
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final PacketHeader header = new PacketHeader();
    private final byte[] scratch = new byte[PacketHeader.MAX_ID_BYTES];
    private final byte[] noise = new byte[64];
    private final byte[] tokenBytes = new byte[AddressTokens.MAX_BYTES];
    private RetryIntegrity[] integrity;

    private final QuicCounters counters;
    /** Null for an endpoint alone. */
    private final EndpointGroup group;
    private final int member;
    private final DatagramForwarder forwarder;

    /** Ring of connections that may have something to send. */
    private QuicConnection[] ready = new QuicConnection[16];
    private int readyFirst;
    private int readyCount;

    private ServerTls serverTls;
    private AcceptSink acceptor;
    private PeerAddress preferredIpv4;
    private PeerAddress preferredIpv6;
    private boolean refusing;
    private int connections;
    private int halfOpen;
    private long statelessFromNs;
    private int statelessSent;
    private long now;

    /**
     * @param epochMs wall-clock time in ms since 1970 when the clock of {@code nowNs} reads 0
     * @param resetKey 32 bytes from which stateless reset tokens are made, the same after a restart and for all endpoints that share an address; empty to make one
     */
    public QuicEndpoint(QuicSettings settings, Slab slab, RandomBytes random, TlsKeys keys, long epochMs, byte[] resetKey) {
        this(new QuicContext(settings, slab, random, NativeProtectionProvider.best(), keys, epochMs), encoding(settings, null), resetKey);
    }

    /**
     * One of several that serve together, each on its thread.
     *
     * @param member which of the group, from 0
     * @param forwarder takes datagrams to others of the group
     */
    public QuicEndpoint(QuicSettings settings, Slab slab, RandomBytes random, TlsKeys keys, long epochMs, EndpointGroup group, int member, DatagramForwarder forwarder) {
        this(new QuicContext(settings, slab, random, NativeProtectionProvider.best(), keys, epochMs), group, member, forwarder);
    }

    QuicEndpoint(QuicContext context, EndpointGroup group, int member, DatagramForwarder forwarder) {
        this(context, encoding(context.settings(), group.mark(member)), group.resetKey(), group.tokenKeys(), group, member, forwarder);
    }

    QuicEndpoint(QuicContext context, ConnectionIdEncoding encoding, byte[] resetKey) {
        this(context, encoding, resetKey, new TokenKeys(context.random(), context.epochMs()), null, 0, null);
    }

    private static ConnectionIdEncoding encoding(QuicSettings settings, IdMark mark) {
        return settings.loadBalancing() == null ? new RandomIds(settings.connectionIdBytes(), mark) : settings.loadBalancing().ids(mark);
    }

    private QuicEndpoint(QuicContext context, ConnectionIdEncoding encoding, byte[] resetKey, TokenKeys tokenKeys, EndpointGroup group, int member, DatagramForwarder forwarder) {
        this.context = context;
        this.counters = context.counters();
        this.group = group;
        this.member = member;
        this.forwarder = forwarder;
        this.settings = context.settings();
        this.encoding = encoding;
        routes = new ConnectionRoutes(encoding.bytes(), context.random());
        byte[] key = resetKey;
        if (key.length == 0) {
            key = new byte[32];
            context.random().fill(key, 0, key.length);
        }
        resets = new StatelessReset(key);
        tokens = new AddressTokens(context.random(), tokenKeys);
    }

    /** Read from any thread. */
    public QuicCounters counters() {
        return counters;
    }

    /** Accepts connections from now on. */
    public void serve(TlsServerSettings tls, AcceptSink accepted) {
        if (settings.connectionIdBytes() < 4) {
            throw new IllegalArgumentException("a server finds its connections by ids of 4 bytes at least");
        }
        serverTls = new ServerTls(tls, settings);
        acceptor = accepted;
        refusing = false;
    }

    /**
     * Tells clients of connections that come from now on that this server would rather have them at another address (RFC 9000 9.6), which it receives at under a number of the caller's other than 0.
     *
     * @param ipv4 null for none
     * @param ipv6 null for none
     */
    public void prefer(PeerAddress ipv4, PeerAddress ipv6) {
        preferredIpv4 = ipv4;
        preferredIpv6 = ipv6;
    }

    /** New connections are refused from now on; those that are there go on. */
    public void refuse() {
        refusing = true;
    }

    /**
     * Opens a connection. Where ids have no bytes there is one at a time: nothing in its packets tells it from another (RFC 9000 5.1).
     *
     * @param local the caller's number for the socket to send from, which {@link Outgoing#local} gives back
     * @param token what {@link QuicSink#onAddressToken} gave on a connection to the same server before; may be empty
     */
    public QuicConnection connect(PeerAddress to, int local, TlsClientSettings tls, QuicSink sink, byte[] token, long nowNs) {
        now = nowNs;
        if (encoding.bytes() == 0 && connections > 0) {
            throw new IllegalStateException("without connection ids an endpoint has one connection at a time");
        }
        QuicConnection c = QuicConnection.client(context, this, to, local, tls, sink, token, nowNs);
        connections++;
        started(c);
        wake(c);
        return c;
    }

    /** As above, for a sink that is made for its connection. */
    public QuicConnection connect(PeerAddress to, int local, TlsClientSettings tls, AcceptSink opened, byte[] token, long nowNs) {
        QuicConnection c = connect(to, local, tls, PendingSink.INSTANCE, token, nowNs);
        c.sink(opened.accept(c));
        if (c.handshake().canSendEarly()) {
            c.sink().onEarlyDataReady(); // for the first time to anybody who hears it
        }
        return c;
    }

    private void started(QuicConnection c) {
        counters.increment(QuicCounters.STARTED);
        settings.observer().onStarted(c);
    }

    /** Wall-clock time in ms since 1970, as this endpoint's tickets and tokens count it. */
    public long wallMs(long nowNs) {
        return context.wallMs(nowNs);
    }

    public int connections() {
        return connections;
    }

    /** Handshakes that are not complete. */
    public int halfOpen() {
        return halfOpen;
    }

    ConnectionRoutes routes() {
        return routes;
    }

    // Input

    /** Takes a datagram; its bytes are overwritten. {@code local} is the caller's number of the socket it came in at, {@code ecn} its two ECN bits. */
    public void receive(byte[] buf, int off, int len, PeerAddress from, int local, int ecn, long nowNs) {
        counters.increment(QuicCounters.DATAGRAMS_IN);
        counters.add(QuicCounters.BYTES_IN, len);
        receive(buf, off, len, from, local, ecn, nowNs, group != null);
    }

    /** Takes a datagram that came to another of the group, which takes it for ours; it goes no further. */
    public void receiveForwarded(byte[] buf, int off, int len, PeerAddress from, int local, int ecn, long nowNs) {
        receive(buf, off, len, from, local, ecn, nowNs, false);
    }

    private void receive(byte[] buf, int off, int len, PeerAddress from, int local, int ecn, long nowNs, boolean mayForward) {
        now = nowNs;
        if (len == 0) {
            return;
        }
        PacketHeader.Verdict verdict = header.decode(buf, off, len, encoding.bytes());
        if (verdict == PacketHeader.Verdict.DROP) {
            counters.increment(QuicCounters.STRAY);
            return;
        }
        if (verdict == PacketHeader.Verdict.UNKNOWN_VERSION) {
            negotiateVersion(buf, len, from, local);
            return;
        }
        QuicConnection c = find(buf, off, len);
        if (c != null) {
            c.receive(buf, off, len, from, local, ecn, nowNs);
        } else if (mayForward && forward(buf, off, len, from, local, ecn)) {
            return;
        } else if (header.type() == PacketType.INITIAL) {
            c = open(buf, len, from, local);
            if (c != null) {
                c.receive(buf, off, len, from, local, ecn, nowNs);
            }
        } else {
            counters.increment(QuicCounters.STRAY);
            if (header.type() == PacketType.ONE_RTT) {
                reset(buf, len, from, local);
            }
        }
    }

    /**
     * The kernel divides peers among sockets by their address: who moves may be heard by another than before. An id that we issued tells whose it is; one that a client chose is looked up.
     * A first Initial packet is known to nobody, and stays where it came.
     */
    private boolean forward(byte[] buf, int off, int len, PeerAddress from, int local, int ecn) {
        int to = ConnectionIdEncoding.NOBODY;
        if (header.type() == PacketType.INITIAL || header.type() == PacketType.ZERO_RTT) {
            to = group.chosenBy(buf, header.destinationOff(), header.destinationLength());
        }
        if (to == ConnectionIdEncoding.NOBODY && header.destinationLength() == encoding.bytes()) {
            to = encoding.issuer(buf, header.destinationOff());
        }
        if (to == ConnectionIdEncoding.NOBODY || to == member) {
            return false;
        }
        counters.increment(forwarder.forward(to, buf, off, len, from, local, ecn) ? QuicCounters.FORWARDED : QuicCounters.FORWARDS_DROPPED);
        return true;
    }

    private QuicConnection find(byte[] buf, int off, int len) {
        QuicConnection c = routes.byIssued(buf, header.destinationOff(), header.destinationLength());
        if (c != null) {
            return c;
        }
        if (header.type() == PacketType.INITIAL || header.type() == PacketType.ZERO_RTT) {
            return routes.byChosen(buf, header.destinationOff(), header.destinationLength());
        }
        if (!header.isLong()) {
            QuicConnection victim = routes.byReset(buf, off, len);
            if (victim != null) {
                victim.onReset(now);
            }
        }
        return null;
    }

    /** The deadline passed. */
    public void timeout(long nowNs) {
        now = nowNs;
        QuicConnection c;
        while ((c = deadlines.first()) != null && c.heapDeadline <= nowNs) {
            // Its next deadline is known when it has said what it has to say.
            deadlines.remove(c);
            c.timeout(nowNs);
            wake(c);
        }
    }

    // Output

    /** Writes datagrams for one receiver; the bytes written, 0 when nobody has anything to send now. */
    public int transmit(byte[] buf, int off, int len, long nowNs, Outgoing out) {
        now = nowNs;
        if (!stateless.isEmpty()) {
            return sent(stateless.take(buf, off, len, out), out);
        }
        while (readyCount > 0) {
            QuicConnection c = ready[readyFirst];
            readyFirst = readyFirst + 1 & ready.length - 1;
            readyCount--;
            c.queued = false;
            int n = c.transmit(buf, off, len, nowNs, out);
            if (n > 0) {
                // It may have more, after the others.
                wake(c);
                return sent(n, out);
            }
            settle(c);
        }
        return 0;
    }

    private int sent(int n, Outgoing out) {
        counters.add(QuicCounters.DATAGRAMS_OUT, (n + out.segmentBytes - 1) / out.segmentBytes);
        counters.add(QuicCounters.BYTES_OUT, n);
        return n;
    }

    /** When {@link #timeout} is to be called; {@code Long.MAX_VALUE} for never. */
    public long deadline() {
        QuicConnection c = deadlines.first();
        return c == null ? Long.MAX_VALUE : c.heapDeadline;
    }

    @Override
    public void wake(QuicConnection c) {
        if (!c.queued) {
            c.queued = true;
            if (readyCount == ready.length) {
                growReady();
            }
            ready[readyFirst + readyCount++ & ready.length - 1] = c;
        }
    }

    private void growReady() {
        QuicConnection[] grown = new QuicConnection[2 * ready.length];
        for (int i = 0; i < readyCount; i++) {
            grown[i] = ready[readyFirst + i & ready.length - 1];
        }
        ready = grown;
        readyFirst = 0;
    }

    /** A connection has said all it has to say now: what remains is its deadline, or nothing. */
    private void settle(QuicConnection c) {
        if (!c.isGone()) {
            deadlines.set(c, c.deadline());
            return;
        }
        deadlines.remove(c);
        if (!c.forgotten) {
            c.forgotten = true;
            connections--;
            counters.increment(QuicCounters.FORGOTTEN);
            closeHalfOpen(c);
            if (c.isServer()) {
                byte[] keyId = c.lifecycle().flight().keyId();
                routes.unchoose(c, keyId);
                if (group != null) {
                    group.connections(-1);
                    group.unchoose(member, keyId, 0, keyId.length);
                }
            }
        }
    }

    // New connections

    private QuicConnection open(byte[] buf, int len, PeerAddress from, int local) {
        // RFC 9000 14.1, 7.2: smaller datagrams, and ids below 8 bytes, are no client's first.
        if (serverTls == null || len < PacketSender.MIN_DATAGRAM || header.destinationLength() < QuicConnection.FIRST_ID_BYTES) {
            return null;
        }
        QuicVersion version = header.version();
        AddressTokens.Verdict verdict = AddressTokens.Verdict.UNKNOWN;
        if (header.tokenLength() > 0) {
            verdict = tokens.judge(buf, header.tokenOff(), header.tokenLength(), version, from, buf, header.destinationOff(), header.destinationLength(), context.wallMs(now));
        }
        if (verdict == AddressTokens.Verdict.INVALID) {
            refuse(buf, from, local, QuicError.INVALID_TOKEN);
            return null;
        }
        if (refusing || (group == null ? connections : group.connections()) >= settings.maxConnections()) {
            refuse(buf, from, local, QuicError.CONNECTION_REFUSED);
            return null;
        }
        boolean validated = verdict != AddressTokens.Verdict.UNKNOWN;
        if (!validated && wantsRetry()) {
            retry(buf, from, local, version);
            return null;
        }
        if (halfOpenOfAll() >= settings.maxHalfOpen()) {
            return null;
        }
        byte[] keyId = Arrays.copyOfRange(buf, header.destinationOff(), header.destinationOff() + header.destinationLength());
        boolean afterRetry = verdict == AddressTokens.Verdict.RETRY;
        QuicConnection c = QuicConnection.server(context, this, from, local, version, serverTls, acceptor, keyId, afterRetry ? tokens.original() : keyId, afterRetry ? keyId : null, validated, now);
        connections++;
        halfOpen++;
        c.halfOpen = true;
        routes.choose(c, keyId, keyId.length);
        if (group != null) {
            group.connections(1);
            group.halfOpen(1);
            group.choose(member, keyId, 0, keyId.length);
        }
        started(c);
        return c;
    }

    private int halfOpenOfAll() {
        return group == null ? halfOpen : group.halfOpen();
    }

    private boolean wantsRetry() {
        return switch (settings.retry()) {
            case NEVER -> false;
            case UNDER_LOAD -> halfOpenOfAll() >= settings.maxHalfOpen() >> 1;
            case ALWAYS -> true;
        };
    }

    private void closeHalfOpen(QuicConnection c) {
        if (c.halfOpen) {
            c.halfOpen = false;
            halfOpen--;
            if (group != null) {
                group.halfOpen(-1);
            }
        }
    }

    @Override
    public void onEstablished(QuicConnection c) {
        closeHalfOpen(c);
    }

    // What belongs to no connection

    private void negotiateVersion(byte[] buf, int len, PeerAddress from, int local) {
        // RFC 9000 5.2.2, 6.1: only to what could be a client's first packet, and never to a version that asks for it.
        if (serverTls == null || len < PacketSender.MIN_DATAGRAM || header.versionNumber() == 0 || stateless.isFull()) {
            return;
        }
        context.random().fill(noise, 0, 4);
        int random = noise[0] << 24 | (noise[1] & 0xFF) << 16 | (noise[2] & 0xFF) << 8 | noise[3] & 0xFF;
        int at = stateless.off();
        int end = PacketEncoder.versionNegotiation(stateless.bytes(), at, buf, header, random);
        stateless.add(end - at, from, local);
    }

    private void retry(byte[] buf, PeerAddress from, int local, QuicVersion version) {
        if (stateless.isFull()) {
            return;
        }
        encoding.write(scratch, 0, context.random());
        int tokenLen = tokens.retry(tokenBytes, 0, version, from, buf, header.destinationOff(), header.destinationLength(), scratch, encoding.bytes(), context.wallMs(now));
        int at = stateless.off();
        context.random().fill(noise, 0, 1);
        int end = integrity(version).write(stateless.bytes(), at, buf, header, scratch, encoding.bytes(), tokenBytes, tokenLen, noise[0] & 0x0F);
        stateless.add(end - at, from, local);
        counters.increment(QuicCounters.RETRIES);
    }

    private RetryIntegrity integrity(QuicVersion version) {
        if (integrity == null) {
            integrity = new RetryIntegrity[QuicVersion.values().length];
        }
        int i = version.ordinal();
        if (integrity[i] == null) {
            integrity[i] = new RetryIntegrity(version);
        }
        return integrity[i];
    }

    /** An Initial packet with a CONNECTION_CLOSE, for which nothing is kept (RFC 9000 5.2.2, 8.1.3). */
    private void refuse(byte[] buf, PeerAddress from, int local, int error) {
        if (!mayAnswer() || stateless.isFull()) {
            return;
        }
        int at = stateless.off();
        byte[] dst = stateless.bytes();
        byte[] to = Arrays.copyOfRange(buf, header.sourceOff(), header.sourceOff() + header.sourceLength());
        byte[] self = Arrays.copyOfRange(buf, header.destinationOff(), header.destinationOff() + header.destinationLength());
        int payloadOff = PacketEncoder.longHeader(dst, at, header.version(), PacketType.INITIAL, true, to, to.length, self, self.length, NO_REASON, 0, 0, 1);
        int payloadEnd = FrameEncoder.connectionClose(dst, payloadOff, error, 0, NO_REASON, 0, 0);
        PacketProtection keys = context.protections().initial(header.version(), self, 0, self.length, false);
        int end = PacketEncoder.seal(dst, at, payloadOff, payloadEnd - payloadOff, 0, 1, keys);
        keys.wipe();
        stateless.add(end - at, from, local);
    }

    /** A packet for a connection that is not known here any more (RFC 9000 10.3). */
    private void reset(byte[] buf, int len, PeerAddress from, int local) {
        int bytes = StatelessReset.bytesFor(len);
        if (serverTls == null || bytes == 0 || encoding.bytes() == 0 || !mayAnswer() || stateless.isFull()) {
            return;
        }
        int at = stateless.off();
        context.random().fill(stateless.bytes(), at, bytes);
        resets.token(buf, header.destinationOff(), header.destinationLength(), noise, 0);
        PacketEncoder.statelessReset(stateless.bytes(), at, bytes, noise);
        stateless.add(bytes, from, local);
        counters.increment(QuicCounters.RESETS_SENT);
    }

    private boolean mayAnswer() {
        if (now - statelessFromNs >= SECOND_NS) {
            statelessFromNs = now;
            statelessSent = 0;
        }
        return statelessSent++ < STATELESS_PER_SECOND;
    }

    // What connections ask for

    @Override
    public void issueId(QuicConnection c, byte[] dst, int off) {
        do {
            encoding.write(dst, off, context.random());
        } while (!routes.issue(c, dst, off));
    }

    @Override
    public void retireId(QuicConnection c, byte[] id, int off) {
        routes.retire(c, id, off);
    }

    @Override
    public void resetToken(byte[] id, int off, int len, byte[] dst, int dstOff) {
        resets.token(id, off, len, dst, dstOff);
    }

    @Override
    public boolean hasPreferredAddress() {
        return preferredIpv4 != null || preferredIpv6 != null;
    }

    @Override
    public PeerAddress preferredIpv4() {
        return preferredIpv4;
    }

    @Override
    public PeerAddress preferredIpv6() {
        return preferredIpv6;
    }

    @Override
    public void watchResetToken(QuicConnection c, byte[] token, int off) {
        routes.watchReset(c, token, off);
    }

    @Override
    public void unwatchResetToken(QuicConnection c, byte[] token, int off) {
        routes.unwatchReset(c, token, off);
    }

    @Override
    public int addressToken(QuicConnection c, byte[] dst) {
        return tokens.newToken(dst, 0, c.version(), c.peer(), context.wallMs(now));
    }
}
