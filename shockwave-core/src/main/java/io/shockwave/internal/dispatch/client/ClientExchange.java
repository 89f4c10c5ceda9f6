package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.client.ClientRequest.InterimListener;
import io.shockwave.internal.events.ClientRequestEvent;
import io.shockwave.internal.events.Events;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http1.Http1ClientEngine;
import io.shockwave.internal.http1.ResponseSink;
import io.shockwave.internal.pool.CloseReason;
import io.shockwave.internal.pool.Lease;
import io.shockwave.internal.pool.Origin;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One exchange in progress on a leased connection: sends the request, reads the response's head and content, gives the connection back. Recycled by its client; used by one thread at a time.
 *
 * <pre>
 *   FREE ─attach─▶ ATTACHED ─run─▶ head done ─read*─▶ content ended ─▶ DETACHED (head still readable) ─recycle─▶ FREE
 *                     └─────────── any failure, close ────────────────────▲
 * </pre>
 */
final class ClientExchange implements ResponseSink {
    /** What is left of a response that nobody reads is worth reading up to this much: about what a new connection costs. */
    static final int MAX_DISCARD_BYTES = 64 * 1024;
    /** And it must be there: a slow peer must not hold up a close. */
    static final long MAX_DISCARD_NS = 250_000_000L;
    private static final byte[] NOTHING = {};

    final Exchange x;
    final Http1ClientEngine engine;
    final PooledClient client;
    private final ClientSettings settings;
    private final Watchdog watchdog;

    ClientConnection connection;
    private Lease<ClientConnection> lease;
    private Origin origin;
    /** Null once the request was sent in one piece: its buffer, still in the processor's caches, is then the one that is read into. */
    ByteBuffer out;
    private ByteBuffer in;
    private int inPos;
    private long totalDeadlineNs = TimeLimit.NONE;
    private long totalNs;
    private InterimListener interims;

    private boolean headDone;
    private boolean ended;
    private boolean wrote;
    private Violation violation;
    private HttpException broken;
    private HttpException decodeFailure;
    private ContentDecoding decoding;

    private byte[] dst = NOTHING;
    private int dstOff;
    private int dstLen;
    private int put;
    private boolean discarding;
    private long discarded;

    private long countedSpills;
    /** Null while nobody records. */
    private ClientRequestEvent event;

    /** What takes the place of the lease over HTTP/3; null as long as it was not needed, so that HTTP/1.1 touches nothing of it. */
    private Http3Exchange http3;

    ClientExchange(PooledClient client) {
        this.client = client;
        this.settings = client.settings;
        this.watchdog = client.watchdog;
        this.x = new Exchange(client.slab);
        this.engine = new Http1ClientEngine(this, settings.limits(), settings.maxInterim());
    }

    // ---- the connection's coming and going

    void attach(Lease<ClientConnection> leased, long deadlineNs, long limitNs, InterimListener listener, ClientRequestEvent recorded) {
        lease = leased;
        connection = leased.connection();
        connection.inUse = true;
        out = client.buffers.take();
        inPos = 0;
        begin(leased.key().origin(), deadlineNs, limitNs, listener, recorded, connection.exchanges == 0);
    }

    /** As {@link #attach}, on a connection of HTTP/3. */
    void attachHttp3(Http3ClientConnection shared, Origin of, long deadlineNs, long limitNs, InterimListener listener, ClientRequestEvent recorded) {
        http3().attach(shared);
        begin(of, deadlineNs, limitNs, listener, recorded, false);
    }

    Http3Exchange http3() {
        if (http3 == null) {
            http3 = new Http3Exchange(this, settings, watchdog);
        }
        return http3;
    }

    boolean isOverHttp3() {
        return http3 != null && http3.isAttached();
    }

    private boolean isHttp3Tunnel() {
        return http3 != null && http3.isTunnel();
    }

    private boolean isAttached() {
        return lease != null || isOverHttp3();
    }

    private void begin(Origin of, long deadlineNs, long limitNs, InterimListener listener, ClientRequestEvent recorded, boolean fresh) {
        event = recorded;
        if (event != null) {
            event.connected(fresh);
        }
        origin = of;
        totalDeadlineNs = deadlineNs;
        totalNs = limitNs;
        interims = listener;
        headDone = false;
        ended = false;
        wrote = false;
        violation = null;
        broken = null;
        decodeFailure = null;
        discarding = false;
        discarded = 0;
    }

    /** The message ended: the connection goes back, or ends if it cannot be used again. */
    private void settle() {
        if (isOverHttp3()) {
            finishEvent();
            http3.detach(); // what is still being sent goes on until the exchange is reused
            return;
        }
        if (lease == null) {
            return;
        }
        boolean surplus = inPos < in.position() || connection.hasUnread();
        boolean reusable = engine.isReusable() && !surplus && connection.limit.disarm();
        connection.exchanges++;
        if (reusable) {
            connection.keptUntilNs = KeepAlive.keptUntilNs(x.received, watchdog.now());
            Lease<ClientConnection> done = detach();
            client.pool.release(done);
        } else {
            // RFC 9112 9.2: bytes behind the last response that was asked for belong to no response.
            discard(surplus ? CloseReason.FAILED : CloseReason.NOT_KEPT);
        }
    }

    private void discard(CloseReason reason) {
        connection.limit.disarm();
        client.pool.discard(detach(), reason);
    }

    private Lease<ClientConnection> detach() {
        Lease<ClientConnection> done = lease;
        finishEvent();
        connection.releaseBuffers();
        connection.inUse = false;
        client.buffers.giveBack(in);
        client.buffers.giveBack(out);
        in = null;
        out = null;
        lease = null;
        connection = null;
        return done;
    }

    private void finishEvent() {
        if (event != null) {
            event.finish(x, headDone, ended);
            event = null;
        }
    }

    /** Ends it where it stands, if it has not ended: the connection closes, or over HTTP/3 the stream. */
    void cancel(CloseReason reason) {
        if (isOverHttp3()) {
            http3.cancel();
            finishEvent();
        } else if (lease != null) {
            discard(reason);
        }
    }

    /** Makes it ready for another exchange; all views of this one end. */
    void recycle() {
        cancel(CloseReason.CANCELLED);
        if (decoding != null) {
            decoding.end();
            decoding = null;
        }
        long spills = x.spills();
        if (spills > countedSpills) {
            Events.headerSpill(Events.CLIENT, x, spills - countedSpills);
            client.countSpills(spills - countedSpills);
            countedSpills = spills;
        }
        if (http3 != null) {
            http3.recycle();
        }
        engine.reset();
        x.reset();
        interims = null;
    }

    // ---- time limits

    /** From now on {@code phase} may take {@code limitNs}, within the limit of the whole exchange. */
    void arm(long limitNs, Phase phase) {
        long deadlineNs = limitNs == TimeLimit.NONE ? TimeLimit.NONE : watchdog.now() + limitNs;
        long endNs = Math.min(deadlineNs, totalDeadlineNs);
        Phase ending = totalDeadlineNs < deadlineNs ? Phase.TOTAL : phase;
        if (isOverHttp3()) {
            http3.arm(endNs, ending);
        } else {
            connection.limit.arm(endNs, ending);
        }
    }

    /** Nothing is waited for but the exchange as a whole. */
    void armTotal() {
        if (!isOverHttp3()) { // where each wait sets its own
            connection.limit.arm(totalDeadlineNs, Phase.TOTAL);
        }
    }

    // ---- the request

    /**
     * Sends the request, for which the engine was started, and reads the head of the response.
     *
     * @param content what to send beside bytes that the engine has; {@code null} for nothing
     */
    void run(Object content, long expectNs) throws IOException {
        boolean overHttp3 = isOverHttp3();
        if (overHttp3) {
            http3.send(content, expectNs);
        } else {
            send(content, expectNs);
        }
        if (event != null) {
            event.sent();
        }
        awaitHead(overHttp3);
    }

    /** Waits for the head of the response to a request that was sent, or that a server promised to answer unasked. */
    void awaitHead(boolean overHttp3) throws IOException {
        if (overHttp3) {
            http3.readHead(interims);
        } else {
            readHead();
        }
        if (event != null) {
            event.head();
        }
        if (origin.isSecure()) {
            client.learn(origin, x.received);
        }
        if (engine.isTunnel()) {
            totalDeadlineNs = TimeLimit.NONE; // the exchange is over; the tunnel lasts as long as its users want
            connection.share();
        } else if (isHttp3Tunnel()) {
            totalDeadlineNs = TimeLimit.NONE;
        }
        ended |= overHttp3 && x.receivedLength == 0 && http3.isContentEnded();
        if (ended && !engine.isTunnel()) {
            settle();
        } else {
            armTotal();
        }
    }

    private void send(Object content, long expectNs) throws IOException {
        int n = engine.transmit(out.array(), 0, out.capacity(), 0);
        out.limit(n).position(0);
        if (engine.isSent()) {
            arm(settings.betweenBytesNs(), Phase.REQUEST);
            wrote = connection.isTls();
            connection.send(client, out);
            wrote = true;
            in = out;
            out = null;
        } else {
            wrote = true;
            in = client.buffers.take();
            new Upload(this, settings).run(content, expectNs);
        }
    }

    void readHead() throws IOException {
        if (headDone) {
            return;
        }
        arm(settings.firstByteNs(), Phase.FIRST_BYTE);
        boolean between = false;
        consume();
        while (!headDone) {
            checkViolation();
            fill();
            consume();
            if (!headDone && !between && inPos < in.position()) {
                between = true;
                arm(settings.betweenBytesNs(), Phase.BETWEEN_BYTES);
            }
        }
    }

    boolean isHeadDone() {
        return headDone;
    }

    void checkViolation() throws HttpException {
        if (violation != null) {
            throw Failures.violation(violation, origin, headDone, in);
        }
    }

    // ---- bytes in

    /** Reads once. @return false when nothing is there, which happens in duplex only */
    boolean fill() throws IOException {
        if (isOverHttp3()) {
            http3.awaitContent();
            consume();
            return true;
        }
        if (!connection.isUnderWay() && !in.hasRemaining()) {
            makeRoom();
        }
        int n = connection.read(in);
        if (n < 0) {
            if (!engine.hasReceivedAny()) {
                throw new EOFException("it was closed without an answer");
            }
            if (connection.isTruncated()) {
                engine.receiveCut(0);
            } else {
                engine.receiveEnd(0);
            }
        }
        return n != 0;
    }

    /** Offers the engine what was read. */
    void consume() {
        if (isOverHttp3()) {
            ended |= http3.takeContent();
            return;
        }
        int len = connection.isUnderWay() ? 0 : in.position() - inPos;
        if (len == 0) {
            return;
        }
        inPos += engine.receive(in.array(), inPos, len, 0);
        if (inPos == in.position()) {
            in.clear();
            inPos = 0;
        }
    }

    /** A line that does not fit is offered again from its first byte, so the buffer must hold it; its length is bounded by the limits of the head. */
    private void makeRoom() {
        int len = in.position() - inPos;
        if (inPos > 0) {
            System.arraycopy(in.array(), inPos, in.array(), 0, len);
            in.position(len);
        } else {
            ByteBuffer larger = ByteBuffer.allocate(in.capacity() * 2);
            larger.put(0, in, 0, len).position(len);
            in = larger;
        }
        inPos = 0;
    }

    @Override
    public void onInterim(Exchange of) {
        if (interims != null && of.status != 100) {
            interims.onInterim(of.status, of.received);
        }
    }

    @Override
    public void onHead(Exchange of) {
        headDone = true;
        if (settings.decompressRatio() > 0 && of.receivedLength != 0 && !engine.isTunnel() && !isHttp3Tunnel()) {
            decoding = ContentDecoding.of(of.received, settings.decompressRatio(), settings.decompressBytes());
            if (decoding != null) {
                x.receivedLength = Exchange.UNKNOWN;
            }
        }
    }

    @Override
    public int onContent(Exchange of, byte[] buf, int off, int len) {
        int n = take(buf, off, len);
        if (event != null) {
            event.received(n);
        }
        return n;
    }

    private int take(byte[] buf, int off, int len) {
        if (discarding) {
            discarded += len;
            return len;
        }
        if (decoding != null) {
            return decode(buf, off, len);
        }
        int n = Math.min(len, dstLen - put);
        System.arraycopy(buf, off, dst, dstOff + put, n);
        put += n;
        return n;
    }

    private int decode(byte[] buf, int off, int len) {
        if (dstLen == put || decodeFailure != null) {
            return 0;
        }
        try {
            int taken = decoding.decode(buf, off, len, dst, dstOff + put, dstLen - put);
            put += decoding.produced();
            return taken;
        } catch (HttpException e) {
            decodeFailure = e;
            return 0;
        }
    }

    @Override
    public void onContentEnd(Exchange of) {
        ended = true;
    }

    @Override
    public void onFailed(Exchange of, Violation why) {
        violation = why;
    }

    // ---- the content

    /** Reads content: at least one byte, -1 at the end, when the connection has gone back. */
    int read(byte[] to, int off, int len) throws IOException {
        if (broken != null) {
            throw new HttpException(broken.kind(), broken.phase(), broken.getMessage(), broken);
        }
        if (len == 0) {
            return 0;
        }
        try {
            int n = readOnce(to, off, len);
            if (ended && isAttached()) {
                settle();
            } else if (isAttached()) {
                armTotal();
            }
            return n;
        } catch (IOException e) {
            broken = explain(e);
            cancel(CloseReason.FAILED);
            throw broken;
        } finally {
            dst = NOTHING;
            dstOff = 0; // content that nobody asked for yet is copied nowhere, and NOTHING has no other offset
            dstLen = 0;
            put = 0;
        }
    }

    private int readOnce(byte[] to, int off, int len) throws IOException {
        dst = to;
        dstOff = off;
        dstLen = len;
        put = 0;
        while (true) {
            if (decoding != null && decoding.hasPending()) {
                decode(NOTHING, 0, 0);
            }
            if (put == 0 && isAttached()) {
                consume();
            }
            if (put > 0) {
                return put;
            }
            if (decodeFailure != null) {
                throw decodeFailure;
            }
            checkViolation();
            if (ended) {
                if (decoding != null && !decoding.isComplete()) {
                    throw new HttpException(Kind.PROTOCOL, "the compressed content of the response from " + origin + " ends before its end");
                }
                return -1;
            }
            if (!engine.isTunnel()) {
                arm(settings.betweenBytesNs(), Phase.BETWEEN_BYTES);
            }
            fill();
        }
    }

    /** Whether the content was read to its end, or there was none. */
    boolean isEnded() {
        return ended && (decoding == null || !decoding.hasPending());
    }

    /** Nobody reads the rest: reads it away if that is little and there, so that the connection can be used again. */
    void discardRest() {
        if (isOverHttp3()) {
            cancel(CloseReason.CANCELLED); // other streams do not wait behind this one
            return;
        }
        if (lease == null) {
            return;
        }
        long left = decoding == null ? x.receivedLength : Exchange.UNKNOWN;
        if (engine.isTunnel() || broken != null || violation != null || left > MAX_DISCARD_BYTES || !engine.isSent() || engine.isAbandoned()) {
            cancel(CloseReason.CANCELLED);
            return;
        }
        discarding = true;
        try {
            arm(MAX_DISCARD_NS, Phase.BETWEEN_BYTES);
            consume();
            while (!ended && violation == null && discarded <= MAX_DISCARD_BYTES) {
                fill();
                consume();
            }
            if (ended) {
                settle();
            }
        } catch (IOException e) {
            // The connection is of no use any more, and nobody asked for its bytes.
        }
        cancel(CloseReason.CANCELLED);
    }

    // ---- tunnels

    void writeTunnel(byte[] src, int off, int len) throws IOException {
        connection.push(ByteBuffer.wrap(src, off, len));
    }

    /** Closes the connection under both directions; the response stays to be closed. From any thread. */
    void abortTunnel() {
        ClientConnection open = connection;
        if (open != null) {
            open.abort();
        }
    }

    // ---- failures

    /** Whether the request can be sent again: it was provably not processed, on a connection that had been idle. */
    boolean mayRepeat(IOException failure, boolean replayable) {
        if (isOverHttp3()) {
            return replayable && http3.mayRepeat() && !Thread.currentThread().isInterrupted();
        }
        return lease != null && connection.exchanges > 0 && !engine.hasReceivedAny() && replayable && (x.method.isIdempotent() || connection.isUnsent() || !wrote && out.position() == 0)
                && !(failure instanceof HttpException) && connection.limit.expiredPhase() == Phase.NONE && !connection.isAborted() && !Thread.currentThread().isInterrupted();
    }

    /** The exception as users see it. */
    HttpException explain(IOException e) {
        if (connection != null) {
            Phase expired = connection.limit.expiredPhase();
            if (expired != Phase.NONE) {
                return Failures.timeout(expired, origin, limitNs(expired), e);
            }
        }
        String when = headDone ? "while the content of the response was read" : engine.isSent() ? "while the response was awaited" : "while the request was sent";
        return Failures.lost(e, origin, connection != null && connection.isAborted(), when);
    }

    long limitNs(Phase phase) {
        return switch (phase) {
            case TOTAL -> totalNs;
            case FIRST_BYTE -> settings.firstByteNs();
            default -> settings.betweenBytesNs();
        };
    }

    Origin origin() {
        return origin;
    }
}
