package io.shockwave.internal.dispatch;

import io.shockwave.Method;
import io.shockwave.internal.events.Events;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http3.Http3ServerEngine;
import io.shockwave.internal.http3.Http3ServerSink;
import io.shockwave.internal.http3.Http3Settings;
import io.shockwave.internal.net.Counters;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.net.UdpSocket;
import io.shockwave.internal.quic.QuicConnection;
import io.shockwave.internal.time.TimerWheel;
import io.shockwave.internal.tls.QuicSession;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSession;

/** One HTTP/3 connection of a server: between its engine, which speaks the protocol on many streams, and the handlers. Confined to its reactor. */
final class Http3ServerConnection implements Http3ServerSink, ExchangeOwner, Reactor.Ready {
    /** Read at once from a file; what the stream does not take of it is read again. */
    private static final int FILE_SLICE_BYTES = 1 << 14;

    private final QuicListener listener;
    private final ServerReactor home;
    private final Reactor reactor;
    private final QuicConnection quic;
    private final Http3ServerEngine engine;
    private volatile InetSocketAddress remote;
    private int moves; // of the peer, when it was where remote says
    private byte[] hostText;
    private volatile ConnectionState state; // null until a handler asks
    private SSLSession session; // made when a handler asks
    private int timer = -1;
    private List<ServerExchange> unsent = List.of(); // whose datagrams wait for room; one list a connection that had such
    private boolean touched;
    private boolean cutting;
    private boolean closed;

    Http3ServerConnection(QuicListener listener, QuicConnection quic, Http3Settings settings) {
        this.listener = listener;
        this.home = listener.home();
        this.reactor = home.reactor();
        this.quic = quic;
        this.engine = new Http3ServerEngine(quic, this, reactor.slab(), settings, reactor.nowNs());
        this.remote = UdpSocket.toSocketAddress(quic.peer());
        touch();
    }

    Http3ServerEngine engine() {
        return engine;
    }

    private static ServerExchange of(Exchange x) {
        return (ServerExchange) x.owner;
    }

    private void touch() {
        engine.now(reactor.nowNs());
        if (!touched) {
            touched = true;
            listener.touch(this);
        }
    }

    // ---- what the engine tells

    @Override
    public Exchange lend() {
        touch();
        ServerExchange sx = home.lend();
        sx.start(this, home.settings());
        sx.event = Events.serverRequest(true);
        return sx.x;
    }

    @Override
    public void onHead(Exchange x) {
        if (moves != quic.moves()) {
            moves = quic.moves();
            remote = UdpSocket.toSocketAddress(quic.peer());
            hostText = null;
        }
        home.dispatcher().begin(of(x));
    }

    @Override
    public int onContent(Exchange x, byte[] buf, int off, int len) {
        return home.dispatcher().content(of(x), buf, off, len);
    }

    @Override
    public void onContentEnd(Exchange x) {
        home.dispatcher().contentEnd(of(x));
    }

    @Override
    public void onContentFailed(Exchange x, Violation why) {
        home.dispatcher().contentFailed(of(x), why);
    }

    @Override
    public void onInterimSent(Exchange x) {
        reactor.counters().increment(Counters.STATUS_1XX);
        ServerExchange sx = of(x);
        sx.taken = true;
        sx.wakeWriter();
    }

    @Override
    public void onRejected(Exchange x, Violation why) {
        home.dispatcher().rejected(of(x), why);
    }

    @Override
    public void onProgress(Exchange x) {
        of(x).wakeWriter();
    }

    @Override
    public void onResponseSent(Exchange x) {
        ServerExchange sx = of(x);
        sx.taken = true;
        sx.wakeWriter();
        if (Dispatcher.isOver(sx)) {
            engine.abandonContent(x);
        }
    }

    @Override
    public void onOutputUnwanted(Exchange x) {
        ServerExchange sx = of(x);
        sx.unwanted = true;
        sx.wakeWriter();
    }

    @Override
    public void onFileWanted(Exchange x) {
        listener.fileWanted(of(x));
    }

    @Override
    public void onFinished(Exchange x) {
        home.dispatcher().finished(of(x));
    }

    @Override
    public void onCancelled(Exchange x, long errorCode) {
        ServerExchange sx = of(x);
        sx.former = this;
        home.dispatcher().lost(sx, cutting, !cutting);
    }

    @Override
    public void released(ServerExchange sx) {
        engine.now(reactor.nowNs());
        engine.released();
    }

    @Override
    public void onHandshakeComplete() {
        reactor.counters().increment(Counters.TLS_HANDSHAKES);
    }

    @Override
    public void onConnectionClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        if (!closed) {
            closed = true;
            if (!quic.isHandshakeComplete()) {
                reactor.counters().increment(Counters.TLS_FAILURES);
            }
            if (timer >= 0) {
                reactor.timers().cancel(timer);
                timer = -1;
            }
            state(true).end();
            listener.closed(this);
        }
    }

    @Override
    public byte[] date() {
        return reactor.date().bytes();
    }

    // ---- what the handler's side posted

    @Override
    public boolean isPumping() {
        return true; // its engine can be told anything at any time, and uses none of the reactor's buffers
    }

    @Override
    public void apply(ServerExchange sx, int bits) {
        if ((bits & ServerExchange.PUSH) != 0) {
            PushPromise promise = sx.promise;
            promise.made = isOn(sx) && push(sx, promise);
            promise.decided = true;
            sx.wakeWriter();
        }
        if (sx.finished) {
            if ((bits & ServerExchange.DONE) != 0) {
                home.dispatcher().done(sx);
            }
            return;
        }
        touch();
        Exchange x = sx.x;
        if ((bits & (ServerExchange.ABORT | ServerExchange.RESET | ServerExchange.MALFORMED)) != 0) {
            abort(sx, bits);
            return;
        }
        if ((bits & ServerExchange.WANT_CONTENT) != 0) {
            engine.wantContent(x);
        }
        if ((bits & ServerExchange.INTERIM) != 0 && isOn(sx)) {
            engine.interim(x);
        }
        if ((bits & ServerExchange.RESPOND) != 0 && isOn(sx)) {
            sx.answeredInline = sx.inline && !sx.returned;
            engine.respond(x);
        }
        if ((bits & ServerExchange.TUNNEL) != 0 && isOn(sx)) {
            engine.startTunnel(x);
        }
        if (sx.datagrams != null && isOn(sx)) {
            datagrams(sx);
        }
        if ((bits & ServerExchange.RESUME) != 0 && isOn(sx)) {
            engine.resumeContent(x);
        }
        if ((bits & ServerExchange.FLUSH) != 0 && isOn(sx)) {
            engine.progress(x);
        }
        if ((bits & ServerExchange.DONE) != 0 && isOn(sx) && x.method == Method.CONNECT) {
            engine.leaveTunnel(x);
        }
        if (isOn(sx) && ((bits & ServerExchange.ABANDON) != 0 || (bits & ServerExchange.DONE) != 0 && sx.committed && sx.taken)) {
            engine.abandonContent(x);
        }
        if ((bits & ServerExchange.DONE) != 0 && sx.finished && sx.connection == this) {
            home.dispatcher().done(sx);
        }
    }

    // ---- datagrams

    private void datagrams(ServerExchange sx) {
        DatagramBox box = sx.datagrams;
        boolean told = box.maxBytes != DatagramBox.UNTOLD;
        box.maxBytes = engine.maxDatagramBytes(sx.x);
        if (!told) {
            sx.wakeWriter();
        }
        if (box.drain(engine, sx.x, reactor.slab()) && !unsent.contains(sx)) {
            if (unsent.isEmpty()) {
                unsent = new ArrayList<>();
            }
            unsent.add(sx);
        }
    }

    @Override
    public void onDatagramRoom() {
        for (int i = unsent.size() - 1; i >= 0; i--) {
            ServerExchange sx = unsent.get(i);
            if (!isOn(sx) || sx.datagrams == null || !sx.datagrams.drain(engine, sx.x, reactor.slab())) {
                unsent.remove(i);
            }
        }
    }

    @Override
    public void onDatagram(Exchange x, byte[] buf, int off, int len) {
        ServerExchange sx = of(x);
        DatagramBox box = sx.datagrams;
        if (box != null) { // else it came before the tunnel, or was not asked for: lost, as RFC 9297 2.1 lets it be
            box.arrived(buf, off, len);
            sx.wakeReader();
        }
    }

    /** Promises a request and has it answered as if the client had made it. @return false if the client accepts none now, or the answer to its request has come too far */
    private boolean push(ServerExchange parent, PushPromise promise) {
        touch();
        if (!engine.canPush()) {
            return false;
        }
        ServerExchange sx = lend(promise);
        if (!engine.push(parent.x, sx.x)) {
            home.giveBack(sx);
            return false;
        }
        home.dispatcher().begin(sx);
        return true;
    }

    private ServerExchange lend(PushPromise promise) {
        ServerExchange sx = of(lend());
        promise.copyTo(sx.x, home.settings().http1().limits());
        return sx;
    }

    private void abort(ServerExchange sx, int bits) {
        if ((bits & ServerExchange.ABORT) == 0) {
            engine.resetTunnel(sx.x, (bits & ServerExchange.MALFORMED) != 0);
        } else {
            engine.abort(sx.x);
        }
        home.dispatcher().lost(sx, false, false);
    }

    /** Whether the exchange is still in progress here: what was done just now may have ended it, and it may serve another request already. */
    private boolean isOn(ServerExchange sx) {
        return sx.connection == this && !sx.finished;
    }

    /** Reads a few slices of an exchange's file into the stream. @return whether it could take more at once */
    boolean sendFile(ServerExchange sx, int slices) {
        byte[] buf = reactor.out();
        for (int i = 0; i < slices; i++) {
            if (!isOn(sx) || sx.file == null || !engine.wantsFile(sx.x)) {
                return false;
            }
            int wanted = (int) Math.min(FILE_SLICE_BYTES, sx.x.sendLength);
            int n;
            try {
                n = sx.file.read(ByteBuffer.wrap(buf, 0, wanted), sx.filePosition);
            } catch (IOException e) {
                Log.LOG.log(Level.WARNING, "a file could not be read while it was sent: the response is cut", e);
                n = 0;
            }
            if (n <= 0) {
                Log.LOG.log(Level.WARNING, "a file became shorter while it was sent: the response is cut");
                abort(sx, ServerExchange.ABORT);
                return false;
            }
            int taken = engine.fileContent(sx.x, buf, 0, n);
            sx.filePosition += taken;
            if (taken < n) {
                return false; // told again when there is room
            }
        }
        return isOn(sx) && engine.wantsFile(sx.x);
    }

    // ---- time

    /** Brings the timer in line with the engine's deadline. */
    void schedule() {
        touched = false;
        long deadlineNs = engine.deadline();
        if (closed || deadlineNs == Http3ServerEngine.NONE) {
            return;
        }
        TimerWheel timers = reactor.timers();
        long at = Math.max(deadlineNs, 0);
        if (timer < 0) {
            timer = timers.schedule(at, this);
        } else {
            timers.reschedule(timer, at);
        }
    }

    @Override
    public void onTimer(long nowNs) {
        timer = -1;
        touch();
        engine.timeout(nowNs);
    }

    @Override
    public void onReady(int readyOps) {
        throw new IllegalStateException("a connection of many on one socket");
    }

    // ---- the end

    /** Closes it after the exchanges in progress. */
    void drain() {
        touch();
        engine.drain();
    }

    /** Closes it at once; exchanges in progress count as cut. */
    void cut() {
        cutting = true;
        quic.close(0x100, ""); // H3_NO_ERROR
    }

    @Override
    public void fault(Throwable cause) {
        listener.fault(this, cause);
    }

    @Override
    public void onFault(Throwable cause) {
        cut();
    }

    // ---- for the handler's side

    @Override
    public ServerSettings settings() {
        return home.settings();
    }

    @Override
    public boolean isSecure() {
        return true;
    }

    @Override
    public SSLSession sslSession() {
        SSLSession asked = session;
        if (asked == null) {
            asked = new QuicSession(quic.tls(), remote);
            session = asked; // Two threads may both have made it; they are equal, and nothing in it changes.
        }
        return asked;
    }

    @Override
    public SocketAddress remote() {
        return remote;
    }

    @Override
    public SocketAddress local() {
        return listener.local();
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

    @Override
    public byte[] hostText() {
        byte[] text = hostText;
        if (text == null) {
            text = remote.getAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII);
            hostText = text;
        }
        return text;
    }
}
