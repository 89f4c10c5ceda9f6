package io.shockwave.internal.http3;

import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.quic.QuicTransport;
import io.shockwave.internal.tls13.SessionTicket;

/**
 * The client's side of one HTTP/3 connection (RFC 9114). Confined to its thread. Many exchanges are in progress at once, so each command names its exchange; commands for one that the
 * engine has let go of do nothing.
 *
 * <pre>
 *   start ──▶ onInterim… ──▶ onHead ──▶ onContent… ──▶ onContentEnd ──▶ onFinished        any ──▶ onFailed | onRefused
 * </pre>
 *
 * Time limits are the driver's, so no deadline is ever set here.
 */
public final class Http3ClientEngine extends Http3Engine {
    private final Http3ClientSink sink;
    private final RequestFields ownFields = new RequestFields();
    private final ClientPushes pushes;
    private long goAway = Long.MAX_VALUE;
    private boolean wantsStream;
    private boolean early; // data was sent, and not refused
    private RememberedSettings remembered; // null if nothing is

    /** Made before the connection, which is to tell its events to this engine: {@link #attach} follows. */
    public Http3ClientEngine(Http3ClientSink sink, Slab slab, Http3Settings settings, long nowNs) {
        super(sink, slab, settings, nowNs);
        this.sink = sink;
        this.pushes = new ClientPushes(this, sink, settings.maxPushes());
    }

    @Override
    boolean readsRequests() {
        return false;
    }

    // ---- requests

    /**
     * Begins an exchange. Method, line and fields of {@code sent}, and what the content is made of ({@code source}, {@code sendLength}, {@code sendBytes} or the ring) are set; so is {@code protocol} for an
     * extended CONNECT. The fields of HTTP/1.1 connections are left out; a Host field becomes the authority.
     *
     * @param host the authority, unless the fields have a Host; not copied, and not to be changed while the exchange is in progress
     * @param holdContent the content waits for 100 or {@link #releaseContent} (RFC 9110 10.1.1)
     * @return false if no stream can be opened: never again on this connection after GOAWAY ({@link #isUsable}), otherwise not before {@link Http3ClientSink#onStreamsAvailable}
     */
    public boolean start(Exchange x, byte[] host, boolean holdContent) {
        if (!isUsable()) {
            return false;
        }
        start();
        long id = transport.openBidirectional();
        if (id == QuicTransport.NONE) {
            wantsStream = true;
            return false;
        }
        opened();
        Http3Stream s = streamOf(x);
        s.start(id, x, nowNs);
        s.host = host;
        boolean connect = x.method == Method.CONNECT;
        boolean content = connect || x.source != Exchange.Source.NONE;
        s.announced = connect || !content ? Exchange.UNKNOWN : x.sendLength;
        s.contentHeld = content && (holdContent || connect);
        s.bodiless = !content;
        s.tunnel = false;
        s.writing = Http3Stream.Writing.HEAD;
        open++;
        add(s);
        writer.pump(s);
        return true;
    }

    /** Whether requests may still be started. */
    public boolean isUsable() {
        return !isClosed() && !draining && goAway == Long.MAX_VALUE;
    }

    @Override
    OwnFields ownFields() {
        return ownFields;
    }

    @Override
    void tooLargeForPeer(Http3Stream s) {
        resetStream(s, Http3Error.REQUEST_CANCELLED);
        failed(s, Violation.SECTION_TOO_LARGE_FOR_PEER);
    }

    // ---- the application's commands

    /** The content of unknown length that {@link #fileContent} took is complete, and so are {@code sentTrailers}. */
    public void endContent(Exchange x) {
        x.sendEnded = true;
        progress(x);
    }

    /** The content may go out although no 100 came. */
    public void releaseContent(Exchange x) {
        Http3Stream s = of(x);
        if (s != null && s.contentHeld && x.method != Method.CONNECT) {
            s.contentHeld = false;
            writer.pump(s);
        }
    }

    /** The rest of the content is not sent: the response is there already, or does not need it. */
    public void abandonContent(Exchange x) {
        Http3Stream s = of(x);
        if (s != null && s.writing != Http3Stream.Writing.DONE) {
            s.writing = Http3Stream.Writing.DONE;
            s.dropPending(slab);
            transport.reset(s.id, Http3Error.REQUEST_CANCELLED.code());
            finishIfDone(s);
        }
    }

    /** The exchange is given up: the server is told, and the engine lets go of it without a further word. */
    public void cancel(Exchange x) {
        Http3Stream s = of(x);
        if (s != null) {
            resetStream(s, Http3Error.REQUEST_CANCELLED);
            letGo(s);
        } else if (pushes.isAllowed()) {
            pushes.cancel(x);
        }
    }

    /** Nobody reads a tunnel any more, and the ring's writer has ended: what was written goes out, then the server is asked to stop. */
    public void leaveTunnel(Exchange x) {
        Http3Stream s = of(x);
        if (s == null || !s.tunnel) {
            return;
        }
        s.left = true;
        if (s.paused) {
            resumeContent(x);
        }
        writer.pump(s);
        if (s.x == x && s.writing == Http3Stream.Writing.DONE) {
            written(s); // its output had ended before
        }
    }

    /** A tunnel whose other end was lost (RFC 9114 4.4), or whose capsules are malformed (RFC 9297 3.3), is given up, and the engine lets go of it without a further word. */
    public void resetTunnel(Exchange x, boolean malformed) {
        Http3Stream s = of(x);
        if (s != null) {
            resetStream(s, malformed ? Http3Error.MESSAGE_ERROR : Http3Error.CONNECT_ERROR);
            letGo(s);
        }
    }

    /** Changes the priority of the response (RFC 9218 7). @param urgency 0 (first) to 7 */
    public void priority(Exchange x, int urgency, boolean incremental) {
        Http3Stream s = of(x);
        if (s == null || isClosed()) {
            return;
        }
        byte[] buf = slab.lend(4 + 1 + VarInts.MAX_BYTES + 5);
        boolean push = s.pushId != Http3Stream.NO_PUSH;
        int at = VarInts.put(buf, 0, push ? FrameType.PRIORITY_UPDATE_PUSH : FrameType.PRIORITY_UPDATE_REQUEST);
        long element = push ? s.pushId : s.id;
        buf[at++] = (byte) (VarInts.length(element) + (incremental ? 5 : 3));
        at += VarInts.put(buf, at, element);
        buf[at++] = 'u';
        buf[at++] = '=';
        buf[at++] = (byte) ('0' + urgency);
        if (incremental) {
            buf[at++] = ',';
            buf[at++] = 'i';
        }
        own.control.write(buf, 0, at);
        slab.giveBack(buf);
    }

    @Override
    long refuseFrom() {
        return pushes.nextId();
    }

    // ---- responses

    @Override
    Http3Stream begin(long stream) {
        return null; // servers open none
    }

    @Override
    void head(Http3Stream s, boolean last) {
        Exchange x = s.x;
        if (x.status < 200) {
            interim(s);
            return;
        }
        s.reading = Http3Stream.Reading.CONTENT;
        s.headTold = true;
        s.contentLeft = x.receivedLength;
        if (x.method == Method.CONNECT && x.status < 300) {
            s.tunnel = true;
            s.contentLeft = Exchange.UNKNOWN;
            x.receivedLength = Exchange.UNKNOWN;
        } else if (last) {
            if (!endsWithHead(s)) {
                return;
            }
        }
        long id = s.id;
        sink.onHead(x);
        if (s.id == id && x.method == Method.CONNECT && s.contentHeld) {
            s.contentHeld = false;
            if (!s.tunnel && s.writing != Http3Stream.Writing.DONE) {
                s.writing = Http3Stream.Writing.END; // refused: nothing will be sent
            }
            writer.pump(s);
        }
    }

    private void interim(Http3Stream s) {
        if (++s.interims > settings.maxInterim()) {
            messageFault(s, Violation.INTERIM_TOO_MANY);
            return;
        }
        long id = s.id;
        sink.onInterim(s.x);
        if (s.id == id && s.x.status == 100) {
            s.continued = true;
            releaseContent(s.x);
        }
    }

    @Override
    int deliver(Http3Stream s, byte[] buf, int off, int len) {
        if (!s.tunnel && s.contentBytes + len > settings.limits().bodyBytes()) {
            messageFault(s, Violation.BODY_TOO_LARGE);
            return len;
        }
        return s.left ? len : sink.onContent(s.x, buf, off, len);
    }

    @Override
    void contentEnd(Http3Stream s) {
        long id = s.id;
        sink.onContentEnd(s.x);
        if (s.id == id) {
            finishIfDone(s);
        }
    }

    @Override
    void messageFault(Http3Stream s, Violation why) {
        boolean malformed = why != Violation.HEADERS_TOO_LARGE && why != Violation.HEADERS_TOO_MANY && why != Violation.BODY_TOO_LARGE && why != Violation.INTERIM_TOO_MANY;
        resetStream(s, malformed ? Http3Error.MESSAGE_ERROR : Http3Error.EXCESSIVE_LOAD);
        failed(s, why);
        if (malformed) {
            countReset();
        }
    }

    @Override
    void overloaded(Http3Stream s) {
        resetStream(s, Http3Error.EXCESSIVE_LOAD);
        failed(s, Violation.HEADERS_TOO_LARGE);
    }

    private void failed(Http3Stream s, Violation why) {
        Exchange x = s.x;
        letGo(s);
        sink.onFailed(x, why);
        drainedPerhaps();
    }

    private void refused(Http3Stream s, long errorCode) {
        Exchange x = s.x;
        letGo(s);
        sink.onRefused(x, errorCode);
        drainedPerhaps();
    }

    @Override
    void reset(Http3Stream s, long errorCode) {
        s.reading = Http3Stream.Reading.ENDED;
        if (s.writing != Http3Stream.Writing.DONE) {
            transport.reset(s.id, Http3Error.REQUEST_CANCELLED.code());
        }
        // RFC 9114 4.1.1: H3_REQUEST_REJECTED says that nothing was done, which a response would belie.
        if (errorCode == Http3Error.REQUEST_REJECTED.code() && !s.headTold && s.pushId == Http3Stream.NO_PUSH) {
            refused(s, errorCode);
        } else {
            failed(s, Violation.STREAM_RESET);
        }
    }

    @Override
    void stopped(Http3Stream s, long errorCode) {
        if (s.writing != Http3Stream.Writing.DONE) {
            // RFC 9114 4.1.1: the response may be complete all the same, and is not thrown away.
            s.writing = Http3Stream.Writing.DONE;
            sink.onContentUnwanted(s.x);
            finishIfDone(s);
        }
    }

    @Override
    void written(Http3Stream s) {
        if (s.left) {
            stopReading(s, Http3Error.NO_ERROR);
        }
        finishIfDone(s);
    }

    @Override
    void interimSent(Http3Stream s) {
        throw new IllegalStateException("a client sends no interim response");
    }

    @Override
    void brokenContent(Http3Stream s) {
        resetStream(s, Http3Error.REQUEST_CANCELLED);
        failed(s, Violation.CONTENT_LENGTH_MISMATCH);
    }

    // ---- push

    @Override
    boolean acceptsPromise(Http3Stream s) {
        return s.pushId == Http3Stream.NO_PUSH && !s.tunnel; // RFC 9114 7.2.5: on request streams alone
    }

    @Override
    void promise(Http3Stream s, byte[] buf, int off, int len) {
        pushes.promise(s, buf, off, len);
    }

    @Override
    boolean acceptsPushStream() {
        return true;
    }

    @Override
    boolean pushBegan(Http3Stream s, long pushId) {
        return pushes.began(s, pushId);
    }

    @Override
    void pushEnded(Http3Stream s) {
        pushes.ended(s);
    }

    void pushStarted() {
        open++;
    }

    @Override
    Http3Error cancelPushReceived(long id) {
        return pushes.cancelled(id);
    }

    // ---- what else the connection tells

    /** RFC 9114 5.2: the number is the stream of the first request that is not processed, and never grows. */
    @Override
    Http3Error goAwayReceived(long id) {
        if ((id & 3) != 0 || id > goAway) {
            return Http3Error.ID_ERROR;
        }
        goAway = id;
        for (Http3Stream s = chain.first; s != null; ) {
            Http3Stream following = s.next;
            if (s.pushId == Http3Stream.NO_PUSH && s.id >= id) {
                resetStream(s, Http3Error.REQUEST_CANCELLED);
                refused(s, Http3Error.REQUEST_REJECTED.code());
            }
            s = following;
        }
        sink.onGoAway();
        return null;
    }

    @Override
    Http3Error settingsReceived() {
        RememberedSettings now = RememberedSettings.of(peer);
        Http3Error broken = early && remembered != null ? remembered.brokenBy(now) : null;
        if (broken == null) {
            sink.onSettings();
        }
        return broken;
    }

    /** What the server's SETTINGS said on the connection that the ticket is from, which {@link #settingsToRemember} gave; before the connection begins. */
    public void remember(byte[] settings) {
        remembered = RememberedSettings.decode(settings);
    }

    /** What is to be kept with this connection's tickets, once {@link #hasPeerSettings}. */
    public byte[] settingsToRemember() {
        return RememberedSettings.of(peer).encode();
    }

    /** What is asked now goes out before the handshake is complete. */
    @Override
    public void onEarlyDataReady() {
        early = true;
        if (remembered != null) {
            writer.peerAccepts(remembered.sectionBytes());
        }
        super.onEarlyDataReady();
        sink.onEarlyDataReady();
    }

    @Override
    void handshakeComplete() {
        sink.onHandshakeComplete();
    }

    @Override
    public void onTicket(SessionTicket ticket) {
        sink.onTicket(ticket);
    }

    @Override
    public void onAddressToken(byte[] token) {
        sink.onAddressToken(token);
    }

    @Override
    void started() {
        pushes.allow();
    }

    @Override
    void pushStreamLost(Http3Stream uni) {
        pushes.streamLost(uni);
    }

    @Override
    void streamsAvailable() {
        if (wantsStream) {
            wantsStream = false;
            sink.onStreamsAvailable();
        }
    }

    @Override
    void datagram(Http3Stream s, byte[] buf, int off, int len) {
        sink.onDatagram(s.x, buf, off, len);
    }

    @Override
    void unwantedDatagram(Http3Stream s) {
        resetStream(s, Http3Error.DATAGRAM_ERROR);
        failed(s, Violation.DATAGRAM_UNEXPECTED);
        countReset();
    }

    @Override
    void earlyDataRejected() {
        early = false;
        writer.peerAccepts(Long.MAX_VALUE);
        while (chain.first != null) {
            refused(chain.first, Http3Error.REQUEST_REJECTED.code());
        }
    }

    @Override
    void connectionClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        boolean unprocessed = !transport.isHandshakeComplete() && !transport.isEarlyData();
        while (chain.first != null) {
            Http3Stream s = chain.first;
            Exchange x = s.x;
            letGo(s);
            if (unprocessed) {
                sink.onRefused(x, errorCode);
            } else {
                sink.onFailed(x, Violation.CONNECTION_BROKEN);
            }
        }
        pushes.connectionClosed();
        sink.onConnectionClosed(errorCode, application, byPeer, reason);
    }

    // ---- state

    @Override
    public int exchanges() {
        return open;
    }

    /** Pushes that are kept in mind, ended ones included. */
    int rememberedPushes() {
        return pushes.remembered();
    }

    /** Whether 100 came for the exchange. */
    public boolean isContinued(Exchange x) {
        Http3Stream s = of(x);
        return s != null && s.continued;
    }
}
