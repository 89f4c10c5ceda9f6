package io.shockwave.internal.http1;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;
import io.shockwave.internal.exchange.StreamEngine;
import io.shockwave.internal.exchange.Violation;
import java.nio.charset.StandardCharsets;

/**
 * The server's side of one HTTP/1.1 connection (RFC 9112). Confined to its reactor. One exchange is in progress at a time: the next pipelined
 * request is read when the response before it was transmitted whole, so answers cannot be reordered. Where its driver asks for it, requests without content are {@linkplain #lookAhead read ahead},
 * so that one thread may answer them one after the other; each gets its turn when the response before it was transmitted.
 *
 * <pre>
 *   reading:  HEAD ──▶ CONTENT | CHUNKS ──▶ TRAILERS ──▶ COMPLETE ──(response transmitted)──▶ HEAD
 *               │            └── abandoned: what follows is discarded up to a bound, beyond it the connection closes
 *               └── CONNECT or Upgrade accepted ──▶ TUNNEL
 *   writing:  Http1ResponseSender
 *   any violation: onContentFailed or an answer of our own, then nothing more is read and the connection closes
 * </pre>
 */
public final class Http1ServerEngine implements StreamEngine {
    /** Content that nobody wants is read and dropped up to this much, so that the connection can be kept; a new connection costs less than reading more. */
    public static final int MAX_DISCARD_BYTES = 1 << 16;
    /** How long the rest of a head may take once the connection is to be closed: whoever sent a part is nearly done, or does not send the rest. */
    static final long DRAIN_HEAD_NS = 1_000_000_000L;

    private enum Reading { HEAD, CONTENT, CHUNKS, TRAILERS, COMPLETE, TUNNEL, ENDED }

    private final ExchangeSink sink;
    private final Http1Settings settings;
    private Exchange x;
    private RequestCodec codec;
    private Reading reading = Reading.HEAD;
    private boolean keepAlive = true;
    private boolean lineBegun;
    private boolean contentPaused;
    private boolean abandoned;
    private boolean discarding;
    private boolean continueDecided;
    private boolean aborted;
    private boolean endDelimits; // the last response has neither Content-Length nor chunks
    private boolean draining;
    private boolean peerEnded;
    private int served;
    private long deadlineNs;

    public Http1ServerEngine(ExchangeSink sink, Http1Settings settings, long nowNs) {
        this.sink = sink;
        this.settings = settings;
        this.deadlineNs = nowNs + settings.headTimeoutNs();
    }

    // ---- bytes in

    @Override
    public int receive(byte[] buf, int off, int len, long nowNs) {
        int at = off;
        int end = off + len;
        while (at < end && !isPaused()) {
            int before = at;
            Reading state = reading;
            switch (state) {
                case HEAD -> at += receiveHead(buf, at, end - at, nowNs);
                case CONTENT -> at += receiveContent(buf, at, end - at, nowNs);
                case CHUNKS -> at += receiveChunks(buf, at, end - at, nowNs);
                case TRAILERS -> at += receiveTrailers(buf, at, end - at, nowNs);
                case TUNNEL -> at += receiveTunnel(buf, at, end - at);
                case COMPLETE, ENDED -> {
                    return at - off;
                }
            }
            if (at == before && reading == state) {
                break; // an incomplete line
            }
        }
        return reading == Reading.ENDED ? len : at - off;
    }

    private int receiveHead(byte[] buf, int off, int len, long nowNs) {
        if (x == null) {
            begin(nowNs);
        }
        Http1Decoder decoder = codec.decoder;
        int n = decoder.decode(buf, off, len);
        lineBegun = n < len;
        if (decoder.violation() != null) {
            reject(decoder.violation());
        } else if (decoder.isDone()) {
            headDone(nowNs);
        }
        return n;
    }

    private void begin(long nowNs) {
        x = sink.lend();
        codec = RequestCodec.start(x, settings.limits());
        if (served > 0) {
            deadlineNs = nowNs + settings.headTimeoutNs();
        }
    }

    private void headDone(long nowNs) {
        Violation violation = codec.judge(x, settings.limits());
        keepAlive = codec.framing.keepAlive();
        if (violation != null) {
            reject(violation);
            return;
        }
        served++;
        deadlineNs = NONE;
        codec.contentBytes = 0;
        contentPaused = false;
        abandoned = false;
        discarding = false;
        codec.discarded = 0;
        continueDecided = !x.expectsContinue;
        if (x.receivedLength == 0) {
            reading = Reading.COMPLETE;
        } else {
            startContent(nowNs);
        }
        Exchange current = x;
        sink.onHead(current);
        if (x == current && reading == Reading.COMPLETE) {
            sink.onContentEnd(current);
        }
    }

    private void startContent(long nowNs) {
        if (codec.framing.chunked()) {
            codec.chunks.start(settings.limits());
            reading = Reading.CHUNKS;
        } else {
            codec.contentLeft = x.receivedLength;
            reading = Reading.CONTENT;
        }
        startWindow(nowNs);
    }

    private int receiveContent(byte[] buf, int off, int len, long nowNs) {
        int n = deliver(buf, off, (int) Math.min(len, codec.contentLeft), nowNs);
        codec.contentLeft -= n;
        if (codec.contentLeft == 0 && reading == Reading.CONTENT) {
            contentDone(nowNs);
        }
        return n;
    }

    private int receiveChunks(byte[] buf, int off, int len, long nowNs) {
        ChunkDecoder chunks = codec.chunks;
        int n = 0;
        if (chunks.dataLeft() == 0) {
            n = chunks.decode(buf, off, len);
            if (chunks.violation() != null) {
                contentFailed(chunks.violation(), nowNs);
                return n;
            }
            if (chunks.isLast()) {
                codec.decoder.start(Http1Decoder.Kind.TRAILERS, x.receivedTrailers(), settings.limits());
                reading = Reading.TRAILERS;
                return n;
            }
        }
        long left = chunks.dataLeft();
        if (left > 0 && codec.contentBytes + left > settings.limits().bodyBytes()) {
            contentFailed(Violation.BODY_TOO_LARGE, nowNs);
            return n;
        }
        if (left > 0 && n < len) {
            int taken = deliver(buf, off + n, (int) Math.min(len - n, left), nowNs);
            if (reading == Reading.CHUNKS) {
                chunks.consumed(taken);
            }
            n += taken;
        }
        return n;
    }

    private int receiveTrailers(byte[] buf, int off, int len, long nowNs) {
        Http1Decoder decoder = codec.decoder;
        int n = decoder.decode(buf, off, len);
        if (decoder.violation() != null) {
            contentFailed(decoder.violation(), nowNs);
        } else if (decoder.isDone()) {
            contentDone(nowNs);
        }
        return n;
    }

    private int receiveTunnel(byte[] buf, int off, int len) {
        int n = sink.onContent(x, buf, off, len);
        contentPaused = n < len && reading == Reading.TUNNEL;
        return n;
    }

    private int deliver(byte[] buf, int off, int len, long nowNs) {
        continueDecided = true; // RFC 9110 10.1.1: content that came unasked makes 100 pointless
        codec.response.dropContinue();
        int n;
        if (discarding) {
            n = len;
            codec.discarded += len;
            if (codec.discarded > MAX_DISCARD_BYTES) {
                endReading();
            }
        } else {
            n = sink.onContent(x, buf, off, len);
            contentPaused = n < len && !abandoned && reading != Reading.ENDED;
            if (contentPaused) {
                startWindow(nowNs);
            }
        }
        codec.contentBytes += n;
        codec.windowBytes += n;
        return n;
    }

    private void contentDone(long nowNs) {
        reading = Reading.COMPLETE;
        deadlineNs = NONE;
        if (!discarding) {
            sink.onContentEnd(x);
        }
        finishIfDone(nowNs);
    }

    private void contentFailed(Violation why, long nowNs) {
        keepAlive = false;
        deadlineNs = NONE;
        reading = Reading.ENDED;
        contentPaused = false;
        if (!discarding) {
            sink.onContentFailed(x, why);
        }
        finishIfDone(nowNs);
    }

    /** Nothing more is read: the connection ends with this response. */
    private void endReading() {
        keepAlive = false;
        reading = Reading.ENDED;
        deadlineNs = NONE;
    }

    @Override
    public void receiveEnd(long nowNs) {
        peerEnded = true;
        keepAlive = false;
        switch (reading) {
            case HEAD -> dropHead(); // one that was cut has nobody to answer to
            case CONTENT, CHUNKS, TRAILERS -> contentFailed(Violation.TRUNCATED, nowNs);
            case TUNNEL -> {
                reading = Reading.ENDED;
                sink.onContentEnd(x);
                finishIfDone(nowNs);
            }
            case COMPLETE, ENDED -> {
            }
        }
    }

    // ---- requests behind the one in progress

    /**
     * Reads requests that came together with the one in progress, if that is {@linkplain RequestCodec#isPlain plain} and nothing was read behind it. The sink is told of those that are plain too; at the
     * first that is not, or is incomplete, reading ahead ends, and it is judged when its turn comes.
     *
     * @param most how many
     * @return the bytes used
     */
    public int lookAhead(byte[] buf, int off, int len, int most) {
        if (x == null || x.following != null || reading != Reading.COMPLETE || draining || peerEnded || settings.maxRequests() > 0 || !codec.isPlain(x)) {
            return 0;
        }
        return ReadAhead.read(x, sink, settings, buf, off, len, most);
    }

    /** Whether something was read behind the exchange in progress. */
    public boolean hasAhead() {
        return x != null && x.following != null;
    }

    /** Takes what was read behind the exchange in progress away, one by one; null when there is nothing more. */
    public Exchange dropAhead() {
        return x == null ? null : ReadAhead.unlink(x);
    }

    /** What was read ahead, or its beginning, is the exchange in progress. */
    private void takeTurn(Exchange next, long nowNs) {
        x = next;
        codec = RequestCodec.of(next);
        keepAlive = true;
        if (codec.ahead) {
            served++;
            reading = Reading.COMPLETE;
            continueDecided = true;
            contentPaused = false;
            abandoned = false;
            deadlineNs = NONE;
            sink.onTurn(next);
            return;
        }
        reading = Reading.HEAD;
        deadlineNs = nowNs + settings.headTimeoutNs();
        sink.onTurn(next);
        Http1Decoder decoder = codec.decoder;
        lineBegun = decoder.violation() == null && !decoder.isDone();
        if (decoder.violation() != null) {
            reject(decoder.violation());
        } else if (decoder.isDone()) {
            headDone(nowNs);
        }
    }

    // ---- answers of our own

    private void reject(Violation why) {
        if (!codec.decoder.isAtStart()) {
            x.method = codec.decoder.method(); // an answer to HEAD has no content, whatever it says
        }
        continueDecided = true;
        endReading();
        sink.onRejected(x, why);
        x.sent.clear();
        x.status = why.status();
        byte[] text = (why.status() + " " + why.text() + "\n").getBytes(StandardCharsets.US_ASCII);
        x.sent.add(HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8");
        x.source = Exchange.Source.BYTES;
        x.sendBytes = text;
        x.sendOff = 0;
        x.sendLength = text.length;
        respond();
    }

    // ---- the application's commands

    /** The response's status, fields and source are set in the exchange: it is to be sent. */
    public void respond() {
        boolean last = draining || ReadAhead.isRevokedBehind(x, sink) || peerEnded || settings.maxRequests() > 0 && served >= settings.maxRequests();
        boolean asksClose = (FramingRules.connectionOptions(x.sent) & FramingRules.CLOSE) != 0;
        if (asksClose || last && !ReadAhead.isFollowed(x, sink)) {
            keepAlive = false;
        }
        if (!continueDecided) {
            // RFC 9110 10.1.1: a final status instead of 100; whether the content comes nevertheless cannot be known.
            declineContent();
        }
        if (codec.response.endsWithConnection()) {
            keepAlive = false;
            endDelimits = true;
        }
        codec.response.respond(keepAlive, date(), settings.serverName(), sink.altSvc());
    }

    private byte[] date() {
        return settings.sendDate() ? sink.date() : Http1Encoder.ABSENT;
    }

    private void declineContent() {
        boolean open = reading == Reading.CONTENT || reading == Reading.CHUNKS;
        endReading();
        if (open) {
            sink.onContentFailed(x, Violation.TRUNCATED); // whoever reads on would wait for ever
        }
    }

    /** An interim head is set in the exchange: it is to be sent, unless the peer speaks HTTP/1.0. */
    public void interim() {
        codec.response.sendInterim();
    }

    /** Whether an interim head was not yet transmitted whole. */
    public boolean isInterimDue() {
        return x != null && codec.response.isInterimDue();
    }

    /** The application wants the content: answers {@code Expect: 100-continue} if that is still open. */
    public void wantContent() {
        if (!continueDecided) {
            continueDecided = true;
            codec.response.sendContinue();
        }
    }

    /** There is room for content again. */
    public void resumeContent(long nowNs) {
        if (contentPaused) {
            contentPaused = false;
            startWindow(nowNs);
        }
    }

    /** Nobody will read the rest of the content. */
    public void abandonContent(long nowNs) {
        if (abandoned || x == null) {
            return;
        }
        abandoned = true;
        contentPaused = false;
        switch (reading) {
            case CONTENT -> {
                if (codec.contentLeft > MAX_DISCARD_BYTES || !continueDecided) {
                    endReading();
                } else {
                    discarding = true;
                }
            }
            case CHUNKS, TRAILERS -> {
                if (continueDecided) {
                    discarding = true;
                } else {
                    endReading();
                }
            }
            default -> {
            }
        }
        finishIfDone(nowNs);
    }

    /** The connection leaves HTTP once the head of the response is sent; {@code respond} must have been told before. */
    public void startTunnel() {
        keepAlive = false;
        endDelimits = true;
        reading = Reading.TUNNEL;
        codec.response.respondWithTunnel(date(), settings.serverName());
        if (peerEnded) {
            reading = Reading.ENDED;
            sink.onContentEnd(x);
        }
    }

    /** The connection closes after the exchange in progress; at once if there is none, and soon if its head does not become complete. */
    public void drain(long nowNs) {
        draining = true;
        if (x != null && codec.ahead && reading == Reading.COMPLETE && sink.revoke(x)) {
            Exchange unanswered = x;
            x = null;
            codec = null;
            endReading();
            ReadAhead.drop(unanswered, sink);
            return;
        }
        ReadAhead.dropUnanswered(x, sink);
        if (x == null || reading == Reading.HEAD && codec.decoder.isAtStart()) {
            dropHead();
        } else if (reading == Reading.HEAD) {
            deadlineNs = Math.min(deadlineNs, nowNs + DRAIN_HEAD_NS);
        }
    }

    /** The head that has begun, if one has, is not waited for. */
    private void dropHead() {
        endReading();
        if (x != null) {
            Exchange partial = x;
            x = null;
            sink.onFinished(partial);
        }
    }

    /** The exchange cannot be completed: nothing more is read or transmitted, and the driver closes the connection. */
    public void abort() {
        endReading();
        aborted = true;
        contentPaused = false;
    }

    /** The exchange in progress is the driver's to end: nothing more is received or transmitted. */
    public void letGo() {
        x = null;
        codec = null;
    }

    /** Whether the peer can tell by its framing that the last response was cut, however the connection ends (RFC 9112 8): else its end passes for that of the content, also once all was transmitted. */
    public boolean isCutVisible() {
        return !endDelimits;
    }

    /** {@code n} bytes of the content that {@link #wantsContent} speaks of were written to the connection behind what was transmitted. */
    public void contentSent(long n, long nowNs) {
        codec.response.contentSent(n);
        finishIfDone(nowNs);
    }

    // ---- bytes out

    @Override
    public int transmit(byte[] buf, int off, int len, long nowNs) {
        if (aborted || x == null) {
            return 0;
        }
        int n = codec.response.transmit(buf, off, len, sink);
        finishIfDone(nowNs);
        return n;
    }

    private void finishIfDone(long nowNs) {
        if (x == null || !codec.response.isDone()) {
            return;
        }
        if (reading == Reading.TUNNEL) {
            reading = Reading.ENDED; // this side closed the tunnel, and with it the connection
        }
        if (reading != Reading.COMPLETE && reading != Reading.ENDED) {
            return;
        }
        boolean goesOn = keepAlive && reading == Reading.COMPLETE && (!draining && !ReadAhead.isRevokedBehind(x, sink) || ReadAhead.isFollowed(x, sink));
        Exchange done = x;
        Exchange next = done.following;
        done.following = null;
        x = null;
        codec = null;
        reading = goesOn ? Reading.HEAD : Reading.ENDED;
        keepAlive = goesOn;
        deadlineNs = goesOn ? nowNs + settings.idleTimeoutNs() : NONE;
        sink.onFinished(done);
        if (next != null && goesOn) {
            takeTurn(next, nowNs);
            return;
        }
        ReadAhead.drop(next, sink);
    }

    // ---- time

    private void startWindow(long nowNs) {
        codec.windowStartNs = nowNs;
        codec.windowBytes = 0;
        deadlineNs = nowNs + settings.bodyGraceNs();
    }

    @Override
    public long deadline() {
        return deadlineNs;
    }

    @Override
    public void timeout(long nowNs) {
        if (nowNs < deadlineNs) {
            return;
        }
        switch (reading) {
            case HEAD -> headTimeout();
            case CONTENT, CHUNKS, TRAILERS -> bodyTimeout(nowNs);
            default -> deadlineNs = NONE;
        }
    }

    private void headTimeout() {
        deadlineNs = NONE;
        if (x == null || draining || codec.decoder.isAtStart() && !lineBegun) {
            dropHead(); // RFC 9112 9.5: an idle connection may be closed at any time; there is no request to answer 408 to
        } else {
            reject(Violation.HEAD_TIMEOUT);
        }
    }

    private void bodyTimeout(long nowNs) {
        boolean waitsForPeer = !contentPaused && continueDecided && !codec.response.isContinueDue();
        long elapsedNs = nowNs - codec.windowStartNs;
        if (waitsForPeer && codec.windowBytes < settings.minBodyRate() * (elapsedNs / 1_000_000L) / 1000L) {
            contentFailed(Violation.BODY_TOO_SLOW, nowNs);
        } else {
            startWindow(nowNs);
        }
    }

    // ---- state

    @Override
    public boolean isPaused() {
        return contentPaused || reading == Reading.COMPLETE;
    }

    @Override
    public boolean isClosing() {
        return (x == null || aborted) && reading == Reading.ENDED;
    }

    /** Whether a request is in progress or its head has begun to arrive. */
    public boolean isBusy() {
        return x != null;
    }

    /** Whether the response was transmitted, but for what the driver writes, while content is still to come. */
    public boolean isResponseSent() {
        return x != null && codec.response.isDone();
    }

    /** Whether the response's content comes next on the connection and is the driver's to write: {@code Source.FILE} or {@code LEFT}. */
    public boolean wantsContent() {
        return x != null && !aborted && codec.response.wantsContent();
    }
}
