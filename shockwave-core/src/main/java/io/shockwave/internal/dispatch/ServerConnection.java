package io.shockwave.internal.dispatch;

import io.shockwave.internal.events.Events;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http1.Http1ServerEngine;
import io.shockwave.internal.net.Accepted;
import io.shockwave.internal.net.Counters;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.ProxyProtocol;
import io.shockwave.internal.net.Reactor;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;

/**
 * One connection of a server: between the bytes of a channel, the engine that speaks the protocol, and the handler. Confined to its reactor.
 *
 * <pre>
 *   bytes → [PROXY header] → pump: engine.receive → onHead → handler (here, or on a virtual thread)
 *                              └── engine.transmit ← respond ← apply ← what the handler's side posted
 * </pre>
 */
final class ServerConnection extends AddressedChannel implements ExchangeSink, ExchangeOwner {
    private static final String ALPN = "http/1.1";
    /** Content is moved to the socket when less than this is free in the reactor's buffer: a head must fit into what is left. */
    private static final int FLUSH_ROOM = 1 << 13;
    /** Slices of a file, an array or memory that one connection sends before others get their turn. */
    private static final int SLICES = 4;
    /** Content in an array that is longer goes to the socket from there; shorter one behind its head, in one piece with other answers. */
    private static final int LEFT_BYTES = 1 << 15;
    /** The same of content outside the heap, which the system reads where it is. */
    private static final int LEFT_MEMORY_BYTES = 1 << 13;
    /** Requests of one connection that a thread answers one after the other. Each holds an exchange meanwhile. */
    private static final int MAX_AHEAD = 15;
    /** Beyond a line that is incomplete, bytes are read only up to this. */
    private static final int FRAMING_BYTES = 512;

    private final ServerReactor home;
    private final Http1ServerEngine engine;
    private ProxyProtocol proxy;
    private ServerExchange current;
    private volatile ConnectionState state; // null until a handler asks
    private int unflushed;
    private boolean pumping;
    private boolean goOnDue; // at the end of the batch
    private boolean drained;
    private boolean endDue; // the peer ended its side, behind bytes that wait
    private boolean cutting;
    private boolean doomed; // to be closed once what was given is written, whole answers among it; nothing says that this is a good end

    ServerConnection(ServerReactor home, Accepted accepted) {
        super(home.reactor(), accepted);
        this.home = home;
        ServerSettings settings = home.settings();
        this.engine = new Http1ServerEngine(this, settings.http1(), reactor.nowNs());
        if (settings.proxyProtocol()) {
            proxy = new ProxyProtocol();
            proxy.deadlineNs = reactor.nowNs() + settings.http1().headTimeoutNs();
        }
        if (settings.tls() != null && local() instanceof InetSocketAddress) {
            secure(settings.tls().serverSession(reactor.slab(), reactor.tlsViews(), ALPN));
        }
    }

    @Override
    public ServerSettings settings() {
        return home.settings();
    }

    @Override
    public boolean isPumping() {
        return pumping;
    }

    // ---- bytes

    @Override
    protected int onBytes(byte[] buf, int off, int len) {
        return pump(buf, off, len);
    }

    @Override
    protected int onPreamble(byte[] buf, int off, int len) {
        if (proxy == null) {
            return 0;
        }
        int used = proxy.receive(buf, off, len);
        if (proxy.isViolated()) {
            Log.LOG.log(Level.INFO, "a connection without a valid PROXY header was refused: {0}", proxy.violation());
            reactor.counters().increment(Counters.REJECTED);
            close();
            return len;
        }
        if (proxy.isDone()) {
            if (proxy.hasAddresses()) {
                addresses(proxy.source(), proxy.destination());
            }
            proxy = null;
        }
        return used;
    }

    /** Lets the engine take bytes and give bytes until neither goes on, then writes what it gave. */
    private int pump(byte[] buf, int off, int len) {
        int at = off;
        int end = off + len;
        pumping = true;
        try {
            for (;;) {
                int before = at;
                if (at < end && isOpen() && takes()) {
                    at += engine.receive(buf, at, end - at, reactor.nowNs());
                    if (at < end && current != null && current.isToBeStarted()) {
                        at += engine.lookAhead(buf, at, end - at, Math.min(MAX_AHEAD, settings().maxPipelined() - 1));
                    }
                }
                boolean gave = give();
                if (unflushed >= settings().maxPipelined()) {
                    flush();
                }
                if (at == before && !gave) {
                    break;
                }
            }
            flush();
        } finally {
            home.outLen = 0;
            pumping = false;
        }
        if (doomed) {
            endCut();
        } else if (engine.isClosing()) {
            finish();
        }
        return at - off;
    }

    /** In good order, as a reset would destroy answers before the cut one that are still on their way (RFC 9112 9.6); but where only that shows the cut, it resets. */
    private void endCut() {
        if (isOpen() && engine.isCutVisible()) {
            dropExchanges();
            finish();
        } else if (!isBlocked()) {
            close();
        }
    }

    @Override
    protected boolean isEndMeant() {
        return !engine.isCutVisible();
    }

    /** Whether bytes would be used now, were they a whole line. */
    private boolean takes() {
        return !engine.isPaused() && (engine.isBusy() || !isBlocked() && unflushed < settings().maxPipelined());
    }

    /** Moves bytes from the engine towards the socket. @return whether anything moved */
    private boolean give() {
        boolean gave = false;
        while (!isBlocked() && engine.isBusy()) {
            if (reactor.outRoom(home.outLen) < FLUSH_ROOM) {
                flush();
                continue;
            }
            ServerExchange before = current;
            int n = engine.transmit(reactor.out(), home.outLen, reactor.outRoom(home.outLen), reactor.nowNs());
            home.outLen += n;
            gave |= n > 0;
            ServerExchange sx = current;
            if (sx == null) {
                return true; // that was its last byte
            }
            if (sx != before) {
                gave = true; // it ended, if only by what it did not have to say, and the next may be answered already
                continue;
            }
            if (n > 0 && sx.x.source == Exchange.Source.RING) {
                sx.wakeWriter(); // who has room now
            }
            if (engine.wantsContent()) {
                return giveContent(sx) | gave;
            }
            if (engine.isResponseSent()) {
                if (!sx.taken) {
                    sx.taken = true; // before the request's content ends: its handler may wait for this first
                    sx.wakeWriter();
                }
                if (Dispatcher.isOver(sx)) {
                    engine.abandonContent(reactor.nowNs());
                    gave |= current == null;
                }
                return gave;
            }
            if (n == 0) {
                return gave;
            }
        }
        return gave;
    }

    private void giveInterim() {
        while (engine.isInterimDue() && isOpen()) {
            if (reactor.outRoom(home.outLen) < FLUSH_ROOM) {
                flush();
            }
            home.outLen += engine.transmit(reactor.out(), home.outLen, reactor.outRoom(home.outLen), reactor.nowNs());
        }
    }

    /** Content that is ours to write. */
    private boolean giveContent(ServerExchange sx) {
        if (sx.file != null) {
            flush();
        }
        boolean gave = false;
        for (int slice = 0; !isBlocked() && engine.wantsContent(); slice++) {
            if (slice == SLICES) {
                yieldWriting();
                return gave;
            }
            long n = sx.file != null ? sendFile(sx.file, sx.filePosition, sx.x.sendLength) : sendLeft(sx.x);
            if (n == -1) {
                Log.LOG.log(Level.WARNING, "a file became shorter while it was sent: the response is cut");
                close();
                return false;
            }
            if (n <= 0) {
                return gave;
            }
            gave = true;
            sx.filePosition += n;
            engine.contentSent(n, reactor.nowNs());
        }
        return gave;
    }

    /** The content is the handler's: what the socket does not take of it is kept nowhere, but offered again. */
    private int sendLeft(Exchange x) {
        int headLen = home.outLen;
        home.outLen = 0;
        unflushed = 0;
        return sendBehind(reactor.out(), headLen, x.sendBytes, x.sendMemory, x.sendOff, (int) x.sendLength);
    }

    private void flush() {
        int len = home.outLen;
        home.outLen = 0;
        unflushed = 0;
        if (len > 0) {
            send(reactor.out(), 0, len);
        }
    }

    @Override
    protected void onPeerEnd() {
        if (proxy != null) {
            close();
            return;
        }
        endDue = true;
        goOn();
    }

    @Override
    protected void onWritable() {
        goOn();
    }

    /** Goes on after something other than new bytes happened. */
    private void goOn() {
        if (pumping || isClosed()) {
            return;
        }
        pump(ExchangeSink.NOTHING, 0, 0);
        offerAgain();
        if (endDue && isOpen() && !engine.hasAhead() && (!holdsInput() || takes() && !holdsEncrypted())) {
            endDue = false; // not before what came in front of it was used, but for a line that will never be complete
            engine.receiveEnd(reactor.nowNs());
            pump(ExchangeSink.NOTHING, 0, 0);
        }
        update();
    }

    @Override
    protected int readLimit(int held) {
        ServerExchange sx = current;
        if (sx == null || engine.isPaused()) {
            return settings().bufferBytes() - held;
        }
        if (held > 0) {
            return settings().bufferBytes(); // more of a line, which its decoder bounds
        }
        return sx.x.inbound.isOpen() ? sx.x.inbound.room() + FRAMING_BYTES : Reactor.IO_BYTES;
    }

    @Override
    protected long writeTimeoutNs() {
        return settings().writeTimeoutNs();
    }

    @Override
    protected long deadline() {
        return proxy != null ? proxy.deadlineNs : engine.deadline();
    }

    @Override
    protected void onDeadline(long nowNs) {
        if (proxy != null) {
            reactor.counters().increment(Counters.TIMEOUTS);
            Events.timeout("PROXY_HEADER");
            close();
            return;
        }
        engine.timeout(nowNs);
        goOn();
    }

    @Override
    protected void onClosed(boolean clean) {
        reactor.counters().increment(Counters.CLOSED);
        dropExchanges();
        state(true).end();
        home.closed();
    }

    private void dropExchanges() {
        ServerExchange sx = current;
        current = null;
        for (Exchange ahead = engine.dropAhead(); ahead != null; ahead = engine.dropAhead()) {
            home.dispatcher().lost((ServerExchange) ahead.owner, cutting, isLost());
        }
        engine.letGo();
        if (sx != null) {
            home.dispatcher().lost(sx, cutting, isLost());
        }
    }

    // ---- what the handler's side posted

    @Override
    public void apply(ServerExchange sx, int bits) {
        if (sx.isAhead) {
            sx.heldBits |= bits;
            if ((bits & ServerExchange.ABORT) != 0) {
                sx.taken = true; // its content will not be looked at when its turn comes
                sx.wakeWriter();
            }
            return;
        }
        if (sx != current) {
            if ((bits & ServerExchange.DONE) != 0) {
                home.dispatcher().done(sx);
            }
            return;
        }
        if ((bits & (ServerExchange.ABORT | ServerExchange.RESET | ServerExchange.MALFORMED)) != 0) {
            engine.abort();
            doomed = true;
            goOn();
            return;
        }
        if ((bits & ServerExchange.DONE) != 0 && sx.isRevoked()) {
            engine.drain(reactor.nowNs()); // nobody answers it: the connection ends in good order
            goOn();
            return;
        }
        if ((bits & ServerExchange.WANT_CONTENT) != 0) {
            engine.wantContent();
        }
        if ((bits & ServerExchange.INTERIM) != 0) {
            engine.interim();
            if (pumping && !home.turning) {
                giveInterim(); // the handler may send the next with the same fields
            }
        }
        if ((bits & ServerExchange.RESPOND) != 0) {
            sx.answeredInline = pumping;
            if (sx.x.source == Exchange.Source.BYTES && sx.x.sendLength > (sx.x.sendMemory == null ? LEFT_BYTES : LEFT_MEMORY_BYTES) && !isSecured()) {
                sx.x.source = Exchange.Source.LEFT;
            }
            engine.respond();
        }
        if ((bits & ServerExchange.TUNNEL) != 0) {
            engine.startTunnel();
        }
        if ((bits & ServerExchange.RESUME) != 0) {
            engine.resumeContent(reactor.nowNs());
        }
        if ((bits & ServerExchange.ABANDON) != 0) {
            engine.abandonContent(reactor.nowNs());
        }
        if (pumping || !engine.hasAhead()) {
            goOn();
        } else if (!goOnDue) {
            goOnDue = true; // the next answer may be ready too
            home.goOnSoon(this);
        }
    }

    /** All that was posted together is known. */
    void endBatch() {
        goOnDue = false;
        try {
            goOn();
        } catch (RuntimeException | Error e) {
            reactor.fault(this, e);
        }
    }

    // ---- what the engine tells

    @Override
    public Exchange lend() {
        ServerExchange sx = lent();
        current = sx;
        return sx.x;
    }

    private ServerExchange lent() {
        ServerExchange sx = home.lend();
        sx.start(this, settings());
        sx.event = Events.serverRequest(isSecure());
        return sx;
    }

    @Override
    public Exchange lendAhead() {
        ServerExchange sx = lent();
        sx.isAhead = true;
        return sx.x;
    }

    @Override
    public void onAhead(Exchange x) {
        home.dispatcher().beginAhead((ServerExchange) x.owner);
    }

    @Override
    public void onTurn(Exchange x) {
        ServerExchange sx = (ServerExchange) x.owner;
        current = sx;
        sx.isAhead = false;
        if (sx.started) {
            home.tally().started();
        }
        int bits = sx.heldBits;
        sx.heldBits = 0;
        if (bits != 0) {
            home.turning = true;
            try {
                apply(sx, bits);
            } finally {
                home.turning = false;
            }
        }
    }

    @Override
    public boolean isRevoked(Exchange x) {
        return ((ServerExchange) x.owner).isRevoked();
    }

    @Override
    public boolean revoke(Exchange x) {
        return ((ServerExchange) x.owner).revoke();
    }

    @Override
    public void onDropped(Exchange x) {
        ServerExchange sx = (ServerExchange) x.owner;
        if (sx == current) {
            current = null;
            home.tally().lost(sx, this, false, false); // its turn had come, and was counted
        }
        home.dispatcher().dropped(sx);
    }

    @Override
    public void onHead(Exchange x) {
        home.dispatcher().begin(current);
    }

    @Override
    public int onContent(Exchange x, byte[] buf, int off, int len) {
        return home.dispatcher().content(current, buf, off, len);
    }

    @Override
    public void onContentEnd(Exchange x) {
        home.dispatcher().contentEnd(current);
    }

    @Override
    public void onContentFailed(Exchange x, Violation why) {
        home.dispatcher().contentFailed(current, why);
    }

    @Override
    public void onInterimSent(Exchange x) {
        reactor.counters().increment(Counters.STATUS_1XX);
        current.taken = true;
        current.wakeWriter();
    }

    @Override
    public void onRejected(Exchange x, Violation why) {
        home.dispatcher().rejected(current, why);
    }

    @Override
    public void onFinished(Exchange x) {
        ServerExchange sx = current;
        current = null;
        if (sx.committed) {
            unflushed++;
        }
        home.dispatcher().finished(sx);
    }

    @Override
    public byte[] date() {
        return reactor.date().bytes();
    }

    @Override
    public byte[] altSvc() {
        return isSecured() ? home.altSvc() : ExchangeSink.NOTHING; // only what was authenticated for the origin may speak for it (RFC 7838 2.1)
    }

    /** Whether it may speak to us: with the PROXY protocol only trusted proxies may, as a peer could claim any address. Unix domain sockets are guarded by their file's permissions. */
    boolean isWelcome() {
        return proxy == null || settings().trustedProxies().isEmpty() || !(remote() instanceof InetSocketAddress inet) || settings().trustedProxies().contains(inet.getAddress());
    }

    // ---- shutdown

    /** Closes it after the exchange in progress; at once if there is none. */
    void drain() {
        if (drained) {
            return;
        }
        drained = true;
        boolean idle = isOpen() && !engine.isBusy();
        engine.drain(reactor.nowNs());
        if (idle && engine.isClosing() && !isBlocked()) {
            close(); // nothing is on its way that lingering could save
        } else {
            goOn();
        }
    }

    /** Closes it at once; an exchange in progress counts as cut. */
    void cut() {
        cutting = true;
        close();
    }

    // ---- for the handler's side

    @Override
    public void fault(Throwable cause) {
        reactor.fault(this, cause);
    }

    @Override
    public boolean isSecure() {
        return isSecured();
    }

    @Override
    public SSLSession sslSession() {
        return isSecured() ? tlsSession().session() : null;
    }

    @Override
    public ConnectionState state() {
        ConnectionState known = state;
        return known == null ? state(false) : known;
    }

    private ConnectionState state(boolean ending) {
        ConnectionState.MAKING.lock();
        try {
            if (state == null) {
                state = ending ? ConnectionState.ENDED : new ConnectionState(home.chunks(), home.settings().maxArenaBytes());
            }
            return state;
        } finally {
            ConnectionState.MAKING.unlock();
        }
    }
}
