package io.shockwave.internal.http3;

import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.quic.QuicTransport;
import java.util.Arrays;

/**
 * The server's side of one HTTP/3 connection (RFC 9114). Confined to its reactor. Many exchanges are in progress at once, so each command names its exchange; commands for one that
 * the engine has let go of do nothing.
 *
 * <pre>
 *   stream ──▶ lend ──▶ onHead ──▶ onContent… ──▶ onContentEnd
 *                          └─ interim, respond, progress ──▶ onFinished (both halves are over) | onCancelled (the peer gave up)
 * </pre>
 *
 * A request that is malformed resets its stream with H3_MESSAGE_ERROR; one that is over a limit, or not implemented, is answered as over HTTP/1.1.
 */
public final class Http3ServerEngine extends Http3Engine {
    private final Http3ServerSink sink;
    private final PriorityUpdates updates = new PriorityUpdates(this);
    private final ResponseFields ownFields;
    private final ServerPushes pushes;
    private final ServerClock clock;
    private int cancelled; // let go of, while their handlers run
    private long nextRequest; // above every request that was begun
    private long goAway = Long.MAX_VALUE;

    /** Made as soon as the connection is; {@code transport} tells its events to this engine. */
    public Http3ServerEngine(QuicTransport transport, Http3ServerSink sink, Slab slab, Http3Settings settings, long nowNs) {
        super(sink, slab, settings, nowNs);
        attach(transport);
        this.sink = sink;
        this.ownFields = new ResponseFields(sink, settings);
        this.pushes = new ServerPushes(this, settings.maxPushes());
        this.clock = new ServerClock(settings, nowNs);
    }

    /** The SETTINGS that a server sends: those of a connection that takes early data must be those of the one that its ticket is from (RFC 9114 7.2.4.2). */
    public static byte[] announced(Http3Settings settings) {
        byte[] frame = new byte[OwnSettings.MOST_BYTES];
        return Arrays.copyOf(frame, OwnSettings.put(frame, settings, true));
    }

    @Override
    boolean readsRequests() {
        return true;
    }

    // ---- requests in

    @Override
    Http3Stream begin(long stream) {
        nextRequest = Math.max(nextRequest, stream + 4);
        if (stream >= goAway || open + cancelled >= settings.maxExchanges()) {
            // RFC 9114 4.1.1: provably not processed, so the client may send it again.
            transport.reset(stream, Http3Error.REQUEST_REJECTED.code());
            transport.stopSending(stream, Http3Error.REQUEST_REJECTED.code());
            countReset();
            return null;
        }
        Exchange x = sink.lend();
        Http3Stream s = streamOf(x);
        s.start(stream, x, nowNs);
        open++;
        add(s);
        clock.busy(nowNs);
        return s;
    }

    @Override
    void handshakeComplete() {
        sink.onHandshakeComplete();
        for (Http3Stream s = firstEarly(); s != null; s = firstEarly()) {
            s.early = false;
            long id = s.id;
            begin(s, s.finSeen);
            if (s.id == id && !isClosed()) {
                reader.proceed(s);
            }
        }
    }

    private Http3Stream firstEarly() {
        Http3Stream s = isClosed() ? null : chain.first;
        while (s != null && !s.early) {
            s = s.next;
        }
        return s;
    }

    @Override
    void head(Http3Stream s, boolean last) {
        s.reading = Http3Stream.Reading.CONTENT;
        s.contentLeft = s.x.receivedLength;
        s.early = transport.isEarlyData() && !(last && isHarmless(s.x.method));
        if (!s.early) {
            begin(s, last);
        }
    }

    /** RFC 8470 3: what may be a replay reaches a handler at once only if it reads and has no content; the rest waits for the handshake, which no replay completes. */
    private static boolean isHarmless(Method method) {
        return method == Method.GET || method == Method.HEAD || method == Method.OPTIONS;
    }

    private void begin(Http3Stream s, boolean last) {
        Exchange x = s.x;
        x.early = transport.isEarlyData();
        if (x.method == Method.CONNECT) {
            s.tunnel = true;
            s.held = true; // RFC 9114 4.4: what follows is for the tunnel, once there is one
            s.contentLeft = Exchange.UNKNOWN;
            x.receivedLength = 0;
        } else if (last) {
            if (!endsWithHead(s)) {
                return;
            }
            x.expectsContinue = false;
        }
        s.continueDecided = !x.expectsContinue;
        s.headTold = true;
        s.windowStartNs = nowNs;
        s.windowBytes = 0;
        updates.begin(s);
        long id = s.id;
        sink.onHead(x);
        if (s.id == id && s.held) {
            sink.onContentEnd(x); // of the request; what follows is the tunnel's
        }
    }

    @Override
    int deliver(Http3Stream s, byte[] buf, int off, int len) {
        if (s.x.method == Method.TRACE) {
            messageFault(s, Violation.CONTENT_FORBIDDEN); // RFC 9110 9.3.8
            return len;
        }
        if (!s.tunnel && s.contentBytes + len > settings.limits().bodyBytes()) {
            contentFailed(s, Violation.BODY_TOO_LARGE);
            return len;
        }
        s.continueDecided = true; // RFC 9110 10.1.1: content that came unasked makes 100 pointless
        s.continueDue = false;
        return sink.onContent(s.x, buf, off, len);
    }

    @Override
    void contentEnd(Http3Stream s) {
        Exchange x = s.x;
        long id = s.id;
        if (!s.held) {
            sink.onContentEnd(x);
        }
        if (s.id == id) {
            finishIfDone(s);
        }
    }

    private void contentFailed(Http3Stream s, Violation why) {
        long id = s.id;
        Exchange x = s.x;
        stopReading(s, Http3Error.NO_ERROR);
        if (s.headTold) {
            sink.onContentFailed(x, why);
        }
        if (s.id == id) {
            finishIfDone(s);
        }
    }

    // ---- requests that are wrong

    @Override
    void messageFault(Http3Stream s, Violation why) {
        Exchange x = s.x;
        if (s.headTold) {
            // What follows the head is malformed: the handler is at work on what can no longer be complete.
            Http3Error error = why == Violation.HEADERS_TOO_LARGE || why == Violation.HEADERS_TOO_MANY ? Http3Error.EXCESSIVE_LOAD : Http3Error.MESSAGE_ERROR;
            long id = s.id;
            stopReading(s, error);
            sink.onContentFailed(x, why);
            if (s.id == id) {
                giveUp(s, error, error.code());
            }
            return;
        }
        if (MessageFields.isMalformed(why)) {
            // RFC 9114 4.1.2
            sink.onRejected(x, why);
            drop(s, why == Violation.REQUEST_INCOMPLETE ? Http3Error.REQUEST_INCOMPLETE : Http3Error.MESSAGE_ERROR);
            return;
        }
        answer(s, why);
    }

    private void answer(Http3Stream s, Violation why) {
        Exchange x = s.x;
        s.rejected = true;
        s.headTold = true;
        s.continueDecided = true;
        stopReading(s, Http3Error.NO_ERROR);
        sink.onRejected(x, why);
        Refusal.describe(x, why);
        respond(x);
    }

    @Override
    void overloaded(Http3Stream s) {
        Exchange x = s.x;
        if (s.headTold) {
            sink.onContentFailed(x, Violation.HEADERS_TOO_LARGE);
            giveUp(s, Http3Error.EXCESSIVE_LOAD, Http3Error.EXCESSIVE_LOAD.code());
            return;
        }
        drop(s, Http3Error.REQUEST_REJECTED);
    }

    /** A request that no handler has seen comes to nothing. */
    private void drop(Http3Stream s, Http3Error error) {
        Exchange x = s.x;
        resetStream(s, error);
        letGo(s);
        sink.onFinished(x);
        countReset();
        drainedPerhaps();
    }

    /** The exchange cannot be completed, and its handler is at work. */
    void giveUp(Http3Stream s, Http3Error error, long toldCode) {
        Exchange x = s.x;
        if (s.id != QuicTransport.NONE) {
            resetStream(s, error);
        }
        letGo(s);
        cancelled++;
        sink.onCancelled(x, toldCode);
        countReset();
        drainedPerhaps();
    }

    @Override
    void reset(Http3Stream s, long errorCode) {
        s.reading = Http3Stream.Reading.ENDED;
        if (s.headTold) {
            giveUp(s, s.tunnel ? Http3Error.CONNECT_ERROR : Http3Error.REQUEST_CANCELLED, errorCode);
        } else {
            drop(s, Http3Error.REQUEST_CANCELLED);
        }
    }

    @Override
    void stopped(Http3Stream s, long errorCode) {
        if (s.writing == Http3Stream.Writing.DONE) {
            return;
        }
        s.writing = Http3Stream.Writing.DONE; // the transport has reset it
        if (s.tunnel && !s.held) {
            sink.onOutputUnwanted(s.x);
            finishIfDone(s);
        } else if (s.headTold) {
            giveUp(s, Http3Error.REQUEST_CANCELLED, errorCode);
        } else {
            drop(s, Http3Error.REQUEST_CANCELLED);
        }
    }

    /** The handler of an exchange that was cancelled has ended. */
    public void released() {
        cancelled--;
        drainedPerhaps();
    }

    // ---- the application's commands

    /** The response's status, fields and source are set in the exchange: it is to be sent. What is written to a ring later is told by {@link #progress}. */
    public void respond(Exchange x) {
        Http3Stream s = of(x);
        if (s == null || s.writing != Http3Stream.Writing.IDLE) {
            return;
        }
        s.continueDue = false;
        s.bodiless = x.method == Method.HEAD || x.status == 204 || x.status == 304;
        s.announced = s.bodiless ? 0 : x.sendLength;
        s.writing = Http3Stream.Writing.HEAD;
        if (s.held) {
            s.held = false; // the tunnel was refused
            s.tunnel = false;
            stopReading(s, Http3Error.NO_ERROR);
        } else if (!s.continueDecided && s.reading != Http3Stream.Reading.ENDED) {
            // RFC 9110 10.1.1: a final status instead of 100: the content is not wanted.
            s.continueDecided = true;
            long id = s.id;
            contentFailed(s, Violation.TRUNCATED);
            if (s.id != id) {
                return;
            }
        }
        writer.pump(s);
    }

    /** As {@link #respond} with 2xx to CONNECT, plain or extended: what is written to the ring goes to the peer, and what comes from it is content, until either side ends (RFC 9114 4.4). */
    public void startTunnel(Exchange x) {
        Http3Stream s = of(x);
        if (s == null || !s.tunnel || s.writing != Http3Stream.Writing.IDLE) {
            return;
        }
        x.source = Exchange.Source.RING;
        x.sendLength = Exchange.UNKNOWN;
        s.announced = Exchange.UNKNOWN;
        s.writing = Http3Stream.Writing.HEAD;
        boolean ended = s.reading == Http3Stream.Reading.ENDED;
        s.held = false;
        long id = s.id;
        writer.pump(s);
        if (s.id == id) {
            if (ended) {
                sink.onContentEnd(x);
            } else {
                resume(s);
            }
        }
    }

    /** An interim head is set in the exchange: it is to be sent. */
    public void interim(Exchange x) {
        Http3Stream s = of(x);
        if (s != null && s.writing == Http3Stream.Writing.IDLE) {
            s.interimDue = true;
            writer.pump(s);
        }
    }

    /** The application wants the content: answers {@code Expect: 100-continue} if that is still open. */
    public void wantContent(Exchange x) {
        Http3Stream s = of(x);
        if (s != null && !s.continueDecided) {
            s.continueDecided = true;
            s.continueDue = s.writing == Http3Stream.Writing.IDLE;
            writer.pump(s);
        }
    }

    /** Nobody will read the rest of the content: the client is asked to stop (RFC 9114 4.1). */
    public void abandonContent(Exchange x) {
        Http3Stream s = of(x);
        if (s != null && s.reading != Http3Stream.Reading.ENDED && !s.tunnel) {
            stopReading(s, Http3Error.NO_ERROR);
            finishIfDone(s);
        }
    }

    /** Nobody will read from the tunnel any more: once what was written to it is out, the client is asked to stop. */
    public void leaveTunnel(Exchange x) {
        Http3Stream s = of(x);
        if (s != null && s.tunnel && !s.held) {
            s.tunnel = false; // from here on it is content that is not wanted
            if (s.writing == Http3Stream.Writing.DONE) {
                abandonContent(x);
            }
        }
    }

    /** Whether the next bytes of the response are to be read from its file. */
    public boolean wantsFile(Exchange x) {
        Http3Stream s = of(x);
        return s != null && x.source == Exchange.Source.FILE && s.writing == Http3Stream.Writing.CONTENT && s.pendingLen == 0;
    }

    /** The exchange cannot be completed: its stream is reset, and the engine lets go of it without a further word. */
    public void abort(Exchange x) {
        abort(x, Http3Error.INTERNAL_ERROR);
    }

    /** As {@link #abort}, of a tunnel whose other end was lost (RFC 9114 4.4), or whose capsules are malformed (RFC 9297 3.3). */
    public void resetTunnel(Exchange x, boolean malformed) {
        abort(x, malformed ? Http3Error.MESSAGE_ERROR : Http3Error.CONNECT_ERROR);
    }

    private void abort(Exchange x, Http3Error error) {
        Http3Stream s = of(x);
        if (s != null) {
            if (s.id != QuicTransport.NONE) {
                resetStream(s, error);
            }
            letGo(s);
            drainedPerhaps();
        }
    }

    @Override
    long refuseFrom() {
        goAway = nextRequest;
        return goAway;
    }

    // ---- responses out

    @Override
    OwnFields ownFields() {
        return ownFields;
    }

    @Override
    void tooLargeForPeer(Http3Stream s) {
        giveUp(s, Http3Error.INTERNAL_ERROR, Http3Error.EXCESSIVE_LOAD.code()); // counted: who accepts next to nothing makes us work for nothing
    }

    @Override
    void brokenContent(Http3Stream s) {
        giveUp(s, Http3Error.INTERNAL_ERROR, Http3Error.INTERNAL_ERROR.code());
    }

    @Override
    void interimSent(Http3Stream s) {
        sink.onInterimSent(s.x);
    }

    @Override
    void written(Http3Stream s) {
        if (s.reading == Http3Stream.Reading.ENDED) {
            finishIfDone(s);
        } else {
            if (s.tunnel) {
                return; // the other direction goes on until the peer ends it
            }
            sink.onResponseSent(s.x);
        }
    }

    @Override
    void idle() {
        clock.idle(nowNs);
    }

    // ---- push (RFC 9114 4.6)

    /** Whether {@link #push} could succeed now, as far as the client's limits say. */
    public boolean canPush() {
        return pushes.canPush();
    }

    /**
     * Promises the response to a request that the client has not made. {@code promised} is lent by the caller, reset, and has the method (GET or HEAD), the path as line and the fields of {@code received} set, Host among them;
     * afterwards it is responded to as any exchange, and told of as any.
     *
     * @return false if the client accepts no more pushes, or the response to {@code parent} has come too far
     */
    public boolean push(Exchange parent, Exchange promised) {
        Http3Stream s = of(parent);
        if (s == null || isClosed() || draining || !pushes.promise(s, promised)) {
            return false;
        }
        open++;
        return true;
    }

    @Override
    void pushEnded(Http3Stream s) {
        pushes.ended(s);
    }

    @Override
    Http3Error maxPushIdReceived(long id) {
        return pushes.allowed(id);
    }

    @Override
    Http3Error cancelPushReceived(long id) {
        return pushes.cancelled(id);
    }

    @Override
    Http3Error goAwayReceived(long id) {
        Http3Error error = pushes.goAway(id);
        if (error == null) {
            sink.onGoAway(id);
        }
        return error;
    }

    // ---- priorities (RFC 9218 7)

    @Override
    Http3Error priorityReceived(boolean push, long id, int priority) {
        if (push) {
            return pushes.priority(id, priority);
        }
        return updates.received(id, priority, nextRequest);
    }

    // ---- what else the connection tells

    @Override
    void streamsAvailable() {
        pushes.streamsAvailable();
    }

    @Override
    void datagram(Http3Stream s, byte[] buf, int off, int len) {
        if (s.headTold && !s.rejected) {
            sink.onDatagram(s.x, buf, off, len);
        }
    }

    @Override
    void unwantedDatagram(Http3Stream s) {
        if (!s.rejected) {
            giveUp(s, Http3Error.DATAGRAM_ERROR, Http3Error.DATAGRAM_ERROR.code());
        }
    }

    @Override
    void connectionClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        while (chain.first != null) {
            Http3Stream s = chain.first;
            Exchange x = s.x;
            boolean told = s.headTold && !s.rejected;
            letGo(s);
            if (told) {
                cancelled++;
                sink.onCancelled(x, errorCode);
            } else {
                sink.onFinished(x);
            }
        }
        clock.stop();
        sink.onConnectionClosed(errorCode, application, byPeer, reason);
    }

    // ---- time

    /** When {@link #timeout} is to be called; {@link #NONE} for never. */
    public long deadline() {
        return clock.deadline();
    }

    /** The deadline passed: looks for requests that do not arrive, content that is too slow, a connection without use. */
    public void timeout(long timeNs) {
        nowNs = timeNs;
        if (timeNs < clock.deadline() || isClosed()) {
            return;
        }
        if (open == 0 && cancelled == 0) {
            fail(Http3Error.NO_ERROR); // RFC 9114 5.1
            return;
        }
        for (Http3Stream s = chain.first; s != null && !isClosed(); ) {
            Http3Stream following = s.next;
            check(s);
            s = following;
        }
        if (!isClosed()) {
            clock.looked(nowNs, open > 0);
        }
    }

    private void check(Http3Stream s) {
        switch (clock.judge(s, nowNs)) {
            case FINE -> {
            }
            case HEAD_LATE -> answer(s, Violation.HEAD_TIMEOUT);
            case BLOCKED -> overloaded(s); // what it waits for does not come
            case CONTENT_SLOW -> contentFailed(s, Violation.BODY_TOO_SLOW);
        }
    }

    // ---- state

    @Override
    public int exchanges() {
        return open + cancelled;
    }
}
