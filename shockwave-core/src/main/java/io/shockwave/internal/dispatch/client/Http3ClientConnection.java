package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpVersion;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http3.Http3ClientEngine;
import io.shockwave.internal.http3.Http3ClientSink;
import io.shockwave.internal.http3.Http3Settings;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.pool.AltService;
import io.shockwave.internal.pool.SessionStore;
import io.shockwave.internal.quic.QuicConnection;
import io.shockwave.internal.quic.QuicSink;
import io.shockwave.internal.tls13.SessionTicket;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** One HTTP/3 connection of a client: between its engine and the threads whose exchanges it carries. Confined to its reactor, but for {@link #isUsable}. */
final class Http3ClientConnection implements Http3ClientSink {
    private final Http3Client owner;
    private final Http3Route route;
    private final Reactor reactor;
    private final Queue<Http3Call> waiting = new ArrayDeque<>(1); // for a stream that the server allows
    private final Queue<Http3Call> unsettled = new ArrayDeque<>(0); // until it is known whether the server takes extended CONNECT
    private final List<Http3Call> early = new ArrayList<>(); // sent before the handshake was complete
    private final Queue<SessionTicket> tickets = new ArrayDeque<>(1); // that came before the server's SETTINGS
    private List<Http3Call> unsent = List.of(); // whose datagrams wait for room; one list a connection that had such
    private final InetAddress local; // null if it is not known
    private final QuicConnection quic;
    private final Http3ClientEngine engine;
    private volatile boolean usable = true;
    private volatile boolean resumed;
    private volatile boolean established;
    private boolean sendsEarly;
    private String closeReason = "";

    Http3ClientConnection(Http3Client owner, Http3Route route, InetAddress local, QuicConnection quic, Http3Settings settings) {
        this.owner = owner;
        this.route = route;
        this.reactor = owner.reactor();
        this.local = local;
        this.quic = quic;
        this.engine = new Http3ClientEngine(this, owner.slab(), settings, reactor.nowNs());
        engine.attach(quic);
    }

    QuicSink sink() {
        return engine;
    }

    /** The alternative that it serves. */
    AltService service() {
        return route.service;
    }

    Http3Route route() {
        return route;
    }

    Reactor reactor() {
        return reactor;
    }

    /** On the reactor. */
    void wakeSoon(Http3Call call) {
        owner.wakeSoon(call);
    }

    /** What the server's SETTINGS said when it gave the ticket; before the connection begins. */
    void remember(byte[] settingsOfTicket) {
        engine.remember(settingsOfTicket);
    }

    /** Whether the handshake is complete; asked by any thread. */
    boolean isEstablished() {
        return established;
    }

    /** Whether requests can be sent before it is. */
    boolean isEarly() {
        return sendsEarly;
    }

    /** Whether it takes new requests; asked by any thread. */
    boolean isUsable() {
        return usable;
    }

    /** Whether it resumed a session of an earlier connection, without certificates; known once it is established, to any thread. */
    boolean isResumed() {
        return resumed;
    }

    /** Why it closed, for a person. */
    String closeReason() {
        return closeReason;
    }

    // ---- what the callers' side posted

    void apply(Http3Call call, int bits) {
        engine.now(reactor.nowNs());
        Exchange x = call.x;
        if ((bits & Http3Call.CANCEL) != 0) {
            if (!call.isFree()) {
                waiting.remove(call);
                unsettled.remove(call);
                engine.cancel(x);
                call.ended(Http3Call.End.FAILED, null, "cancelled");
            }
            return;
        }
        if (call.isFree()) {
            return;
        }
        if ((bits & Http3Call.START) != 0 && !start(call)) {
            return;
        }
        if ((bits & Http3Call.RELEASE) != 0) {
            engine.releaseContent(x);
        }
        if ((bits & Http3Call.PROGRESS) != 0) {
            engine.progress(x);
        }
        if ((bits & (Http3Call.RESET | Http3Call.MALFORMED)) != 0) {
            engine.resetTunnel(x, (bits & Http3Call.MALFORMED) != 0);
            call.ended(Http3Call.End.FAILED, null, "the tunnel was reset on this side");
            return;
        }
        if (call.datagrams != null) {
            datagrams(call);
        }
        if ((bits & Http3Call.LEAVE) != 0) {
            engine.leaveTunnel(x);
        }
        if ((bits & Http3Call.RESUME) != 0) {
            engine.resumeContent(x);
        }
        if ((bits & Http3Call.ABANDON) != 0) {
            engine.abandonContent(x);
        }
    }

    /** RFC 9220 3, RFC 8441 3: not before the server's SETTINGS say that it takes them. @return whether that has been seen to */
    private boolean awaitsSettings(Http3Call call) {
        if (call.x.protocol.isEmpty() || !engine.isUsable()) {
            return false;
        }
        if (!engine.hasPeerSettings()) {
            unsettled.add(call);
        } else if (!engine.peerAcceptsExtendedConnect()) {
            call.ended(Http3Call.End.UNSUPPORTED, null, "the server takes no extended CONNECT: its SETTINGS have no SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 9220 3)");
        } else {
            return false;
        }
        return true;
    }

    private boolean start(Http3Call call) {
        if (awaitsSettings(call)) {
            return false;
        }
        if (engine.start(call.x, call.host, call.holdContent)) {
            started(call);
            return true;
        }
        if (engine.isUsable()) {
            waiting.add(call);
        } else {
            call.ended(Http3Call.End.REFUSED, null, closeReason.isEmpty() ? "the connection takes no more requests" : closeReason);
        }
        return false;
    }

    private void started(Http3Call call) {
        if (!established) {
            call.sentEarly = true;
            early.add(call);
        }
    }

    void fault(Throwable cause) {
        Log.LOG.log(Level.ERROR, "an HTTP/3 connection is closed because of an unexpected exception", cause);
        quic.close(0x102, ""); // H3_INTERNAL_ERROR
    }

    /** Goes on from another socket; false where it may not. */
    boolean migrate(int socket) {
        return quic.migrate(socket, reactor.nowNs());
    }

    /** Takes no more requests. */
    void retire() {
        usable = false;
        refuseWaiting("the network has changed");
    }

    /** Whether all that it carried is over. */
    boolean isSpent() {
        return engine.exchanges() == 0;
    }

    void close() {
        usable = false;
        quic.close(0x100, ""); // H3_NO_ERROR
    }

    // ---- what the engine tells

    private static Http3Call of(Exchange x) {
        return (Http3Call) x.owner;
    }

    @Override
    public void onInterim(Exchange x) {
        Http3Call call = of(x);
        call.received = true;
        if (x.status == 100) {
            call.continued = true;
        } else {
            call.addInterim();
        }
        call.wake();
    }

    @Override
    public void onHead(Exchange x) {
        Http3Call call = of(x);
        call.received = true;
        x.version = HttpVersion.HTTP_3;
        if (x.receivedLength != 0) {
            x.inbound.open(x.receivedLength == Exchange.UNKNOWN ? call.bufferBytes : (int) Math.min(call.bufferBytes, x.receivedLength)); // many streams with short content: no more than that
        }
        if (call.datagrams != null) {
            call.datagrams.maxBytes = engine.maxDatagramBytes(x); // the server's SETTINGS came before
        }
        call.headDone = true;
        call.wake();
    }

    @Override
    public int onContent(Exchange x, byte[] buf, int off, int len) {
        return of(x).offerContent(buf, off, len);
    }

    @Override
    public void onContentEnd(Exchange x) {
        Http3Call call = of(x);
        call.contentEnded = true;
        call.wake();
    }

    @Override
    public void onFailed(Exchange x, Violation why) {
        of(x).ended(Http3Call.End.FAILED, why == Violation.TRUNCATED ? null : why, closeReason);
    }

    @Override
    public void onFinished(Exchange x) {
        of(x).ended(Http3Call.End.COMPLETE, null, "");
    }

    @Override
    public void onRefused(Exchange x, long errorCode) {
        if (!established && of(x).sentEarly) {
            of(x).sentEarly = false;
            waiting.add(of(x)); // RFC 9001 4.6.2: nothing of it was processed, and it is sent again when the handshake is complete
            return;
        }
        of(x).ended(Http3Call.End.REFUSED, null, "the server did not process it");
    }

    @Override
    public void onProgress(Exchange x) {
        of(x).wake();
    }

    @Override
    public void onContentUnwanted(Exchange x) {
        Http3Call call = of(x);
        call.unwanted = true;
        call.wake();
    }

    @Override
    public void onFileWanted(Exchange x) {
        throw new IllegalStateException("content comes from an array or a ring");
    }

    @Override
    public void onStreamsAvailable() {
        Http3Call next;
        while ((next = waiting.peek()) != null) {
            if (!engine.start(next.x, next.host, next.holdContent)) {
                return;
            }
            waiting.remove();
            started(next);
        }
    }

    @Override
    public void onEarlyDataReady() {
        sendsEarly = true;
    }

    @Override
    public void onHandshakeComplete() {
        resumed = quic.tls().isResumed();
        established = true;
        boolean accepted = quic.tls().isEarlyDataAccepted();
        for (Http3Call call : early) {
            if (call.connection == this) { // and not another request on another by now
                call.sentEarly &= accepted;
                call.wake();
            }
        }
        early.clear();
        onStreamsAvailable(); // for what the server refused as early data
    }

    @Override
    public void onSettings() {
        for (Http3Call call = unsettled.poll(); call != null; call = unsettled.poll()) {
            start(call);
        }
        for (SessionTicket ticket = tickets.poll(); ticket != null; ticket = tickets.poll()) {
            onTicket(ticket);
        }
    }

    @Override
    public void onGoAway() {
        usable = false;
        refuseWaiting("the server is closing the connection");
    }

    // ---- datagrams

    private void datagrams(Http3Call call) {
        call.datagrams.maxBytes = engine.maxDatagramBytes(call.x);
        if (call.datagrams.drain(engine, call.x, owner.slab()) && !unsent.contains(call)) {
            if (unsent.isEmpty()) {
                unsent = new ArrayList<>();
            }
            unsent.add(call);
        }
    }

    @Override
    public void onDatagramRoom() {
        for (int i = unsent.size() - 1; i >= 0; i--) {
            Http3Call call = unsent.get(i);
            if (call.isFree() || call.connection != this || call.datagrams == null || !call.datagrams.drain(engine, call.x, owner.slab())) {
                unsent.remove(i);
            }
        }
    }

    @Override
    public void onDatagram(Exchange x, byte[] buf, int off, int len) {
        Http3Call call = of(x);
        if (call.datagrams != null) {
            call.datagrams.arrived(buf, off, len);
            call.wake();
        }
    }

    // ---- pushes

    @Override
    public Exchange lendPushed() {
        return owner.pushes().lend(this);
    }

    @Override
    public boolean onPromise(Exchange parent, Exchange promised) {
        return owner.pushes().isWanted(route.service.origin(), of(parent), of(promised));
    }

    @Override
    public void takeBack(Exchange promised) {
        owner.pushes().takeBack(of(promised));
    }

    @Override
    public void onTicket(SessionTicket ticket) {
        if (local == null) {
            return;
        }
        if (engine.hasPeerSettings()) {
            owner.sessions().addTicket(route.place, route.tlsGeneration, local, ticket.withApplicationState(engine.settingsToRemember()));
        } else if (tickets.size() < SessionStore.MAX_TICKETS) {
            tickets.add(ticket); // RFC 9114 7.2.4.2: what it is good for depends on them
        }
    }

    @Override
    public void onAddressToken(byte[] token) {
        if (local != null) {
            owner.sessions().addToken(route.place, route.tlsGeneration, local, token);
        }
    }

    @Override
    public void onConnectionClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        usable = false;
        closeReason = route.text(errorCode, application, byPeer, reason);
        refuseWaiting(closeReason);
        owner.closed(route, this);
    }

    private void refuseWaiting(String why) {
        Http3Call next;
        while ((next = waiting.poll()) != null) {
            next.ended(Http3Call.End.REFUSED, null, why);
        }
        while ((next = unsettled.poll()) != null) {
            next.ended(Http3Call.End.REFUSED, null, why);
        }
    }
}
