package io.shockwave.internal.http1;

import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.StreamEngine;
import io.shockwave.internal.exchange.Violation;

/**
 * The client's side of an HTTP/1.1 connection, one exchange at a time (RFC 9112). Confined to the thread that holds the connection.
 *
 * <pre>
 *   reading:  IDLE ─start─▶ HEAD ──┬─ 1xx: told, then HEAD again
 *                                  ├─▶ LENGTH ───────────────▶ COMPLETE
 *                                  ├─▶ CHUNKS ──▶ TRAILERS ──▶ COMPLETE
 *                                  ├─▶ UNTIL_CLOSE ─ end ────▶ COMPLETE
 *                                  ├─▶ TUNNEL   (101, or 2xx to CONNECT)
 *                                  └─▶ COMPLETE (HEAD, 204, 304, length 0)         any ─ violation ─▶ FAILED
 *   writing:  IDLE ─start─▶ HEAD ──▶ CONTENT (bytes of the exchange, or offered piece by piece) ──▶ [LAST_CHUNK] ──▶ DONE
 * </pre>
 *
 * Time limits are the driver's, which blocks; so {@link #deadline} is never set.
 */
public final class Http1ClientEngine implements StreamEngine {
    private enum Reading { IDLE, HEAD, LENGTH, CHUNKS, TRAILERS, UNTIL_CLOSE, TUNNEL, COMPLETE, FAILED }

    private enum Writing { IDLE, HEAD, CONTENT, LAST_CHUNK, DONE }

    private static final byte[] NOTHING = {};
    private static final byte CR = '\r';
    private static final byte LF = '\n';

    private final ResponseSink sink;
    private final Http1Limits limits;
    private final int maxInterim;
    private final Http1Decoder decoder = new Http1Decoder(false);
    private final FramingRules framing = new FramingRules();
    private final Http1Encoder encoder = new Http1Encoder();
    private final ChunkDecoder chunks = new ChunkDecoder(); // last, as few messages need it and the others lie together then

    private Exchange x;
    private Reading reading = Reading.IDLE;
    private Writing writing = Writing.IDLE;
    private Violation violation;
    private boolean asksUpgrade;
    private boolean asksClose;
    private boolean contentHeld;
    private boolean contentPaused;
    private boolean abandoned;
    private boolean continued;
    private boolean receivedAny;
    private int interims;
    private long contentLeft;

    private boolean chunkedOut;
    private long sendLeft;
    private byte[] offered = NOTHING;
    private int offeredOff;
    private int offeredLen;

    /** @param maxInterim interim responses to one request; one more is a violation */
    public Http1ClientEngine(ResponseSink sink, Http1Limits limits, int maxInterim) {
        this.sink = sink;
        this.limits = limits;
        this.maxInterim = maxInterim;
    }

    /**
     * Begins an exchange on a connection that is free. The method, the line and fields of {@code sent}, and for {@code Source.BYTES} the content are set.
     *
     * @param contentLength the length to announce, {@link Http1Encoder#CHUNKED}, or {@link Http1Encoder#NONE} for no content
     * @param host the value of Host; not copied
     * @param asksUpgrade whether 101 is an answer to it
     * @param asksClose whether it says {@code Connection: close}
     * @param holdContent the content waits for {@link #releaseContent} (RFC 9110 10.1.1)
     */
    public void start(Exchange x, long contentLength, byte[] host, boolean asksUpgrade, boolean asksClose, boolean holdContent) {
        this.x = x;
        this.asksUpgrade = asksUpgrade;
        this.asksClose = asksClose;
        contentHeld = holdContent;
        contentPaused = false;
        abandoned = false;
        continued = false;
        receivedAny = false;
        violation = null;
        interims = 0;
        chunkedOut = contentLength == Http1Encoder.CHUNKED;
        sendLeft = Math.max(contentLength, 0);
        offered = NOTHING;
        offeredLen = 0;
        encoder.startRequest(x, contentLength, asksClose ? Http1Encoder.CLOSE : Http1Encoder.IMPLIED, host);
        writing = Writing.HEAD;
        if (x.source == Exchange.Source.BYTES && sendLeft > 0) {
            offer(x.sendBytes, x.sendOff, (int) x.sendLength);
        }
        x.received.clear();
        decoder.start(Http1Decoder.Kind.RESPONSE, x.received, limits);
        reading = Reading.HEAD;
    }

    // ---- bytes out

    @Override
    public int transmit(byte[] buf, int off, int len, long nowNs) {
        int at = off;
        int end = off + len;
        while (at < end) {
            int before = at;
            Writing state = writing;
            switch (state) {
                case HEAD -> {
                    at += encoder.encode(buf, at, end - at);
                    if (encoder.isDone()) {
                        writing = chunkedOut || sendLeft > 0 ? Writing.CONTENT : Writing.DONE;
                    }
                }
                case CONTENT -> at += contentHeld ? 0 : chunkedOut ? chunk(buf, at, end - at) : plain(buf, at, end - at);
                case LAST_CHUNK -> {
                    at += encoder.encode(buf, at, end - at);
                    if (encoder.isDone()) {
                        writing = Writing.DONE;
                    }
                }
                case IDLE, DONE -> {
                }
            }
            if (at == before && writing == state) {
                break;
            }
        }
        return at - off;
    }

    private int plain(byte[] buf, int off, int len) {
        int n = Math.min(len, offeredLen);
        if (n > 0) {
            take(buf, off, n);
            sent(n);
        }
        return n;
    }

    private int chunk(byte[] buf, int off, int len) {
        int room = len - Http1Encoder.MAX_CHUNK_HEAD - 2;
        int n = Math.min(room, offeredLen);
        if (n <= 0) {
            return 0;
        }
        int head = Http1Encoder.chunkHead(buf, off, n);
        take(buf, off + head, n);
        buf[off + head + n] = CR;
        buf[off + head + n + 1] = LF;
        return head + n + 2;
    }

    private void take(byte[] buf, int off, int n) {
        System.arraycopy(offered, offeredOff, buf, off, n);
        offeredOff += n;
        offeredLen -= n;
        if (offeredLen == 0) {
            offered = NOTHING;
        }
    }

    /** {@code n} bytes of content of announced length were given to the connection, by this engine or past it. */
    public void sent(long n) {
        assert !chunkedOut && n <= sendLeft : "more than announced";
        sendLeft -= n;
        x.contentSent += n;
        if (sendLeft == 0 && writing == Writing.CONTENT) {
            writing = Writing.DONE;
        }
    }

    // ---- the application's commands

    /**
     * Content to send, taken by {@link #transmit} until {@link #offeredLeft} is 0; the array is the caller's again then.
     *
     * @throws IllegalStateException if it exceeds the announced length
     */
    public void offer(byte[] src, int off, int len) {
        assert offeredLen == 0 : "the piece before was not taken";
        if (!chunkedOut && len > sendLeft) {
            throw new IllegalStateException("the content exceeds the announced Content-Length by " + (len - sendLeft) + " bytes");
        }
        offered = src;
        offeredOff = off;
        offeredLen = len;
        x.contentSent += len;
    }

    /** Bytes of the last {@link #offer} that were not taken yet. */
    public int offeredLeft() {
        return offeredLen;
    }

    /** The content is complete, and so are {@code sentTrailers}. @throws IllegalStateException if it is shorter than announced; the connection cannot go on then */
    public void endContent() {
        if (abandoned || writing == Writing.DONE) {
            return;
        }
        if (!chunkedOut) {
            throw new IllegalStateException("the content is " + sendLeft + " bytes shorter than the announced Content-Length");
        }
        encoder.startTrailers(x.sentTrailers());
        writing = Writing.LAST_CHUNK;
    }

    /** The content may go out although no 100 came. */
    public void releaseContent() {
        contentHeld = false;
    }

    /** The rest of the content is not sent: the response is there already, or the content failed. */
    public void abandonContent() {
        if (writing != Writing.DONE) {
            abandoned = true;
            writing = Writing.DONE;
            offered = NOTHING;
            offeredLen = 0;
        }
    }

    /** Lets go of the exchange. */
    public void reset() {
        x = null;
        offered = NOTHING;
        offeredLen = 0;
        reading = Reading.IDLE;
        writing = Writing.IDLE;
    }

    // ---- bytes in

    @Override
    public int receive(byte[] buf, int off, int len, long nowNs) {
        receivedAny |= len > 0;
        contentPaused = false;
        int at = off;
        int end = off + len;
        while (at < end && !contentPaused) {
            int before = at;
            Reading state = reading;
            switch (state) {
                case HEAD -> at += receiveHead(buf, at, end - at);
                case LENGTH -> at += receiveLength(buf, at, end - at);
                case CHUNKS -> at += receiveChunks(buf, at, end - at);
                case TRAILERS -> at += receiveTrailers(buf, at, end - at);
                case UNTIL_CLOSE, TUNNEL -> at += deliver(buf, at, end - at);
                case IDLE, COMPLETE, FAILED -> {
                    return at - off;
                }
            }
            if (at == before && reading == state) {
                break; // an incomplete line
            }
        }
        return at - off;
    }

    private int receiveHead(byte[] buf, int off, int len) {
        int n = decoder.decode(buf, off, len);
        if (decoder.violation() != null) {
            fail(decoder.violation());
        } else if (decoder.isDone()) {
            headDone();
        }
        return n;
    }

    private void headDone() {
        x.status = decoder.status();
        x.version = decoder.version();
        Violation fault = framing.judgeResponse(x, x.method, limits);
        if (fault != null) {
            fail(fault);
        } else if (x.status == 101) {
            if (asksUpgrade && x.asksUpgrade) {
                startTunnel();
            } else {
                fail(Violation.UPGRADE_UNEXPECTED);
            }
        } else if (x.status < 200) {
            interim();
        } else if (x.method == Method.CONNECT && x.status < 300) {
            startTunnel();
        } else {
            startContent();
        }
    }

    private void startTunnel() {
        asksClose = true; // what follows is not HTTP, and does not return to it
        reading = Reading.TUNNEL;
        x.receivedLength = Exchange.UNKNOWN;
        sink.onHead(x);
    }

    private void interim() {
        if (++interims > maxInterim) {
            fail(Violation.INTERIM_TOO_MANY);
            return;
        }
        continued |= x.status == 100;
        sink.onInterim(x);
        x.received.clear();
        decoder.start(Http1Decoder.Kind.RESPONSE, x.received, limits);
    }

    private void startContent() {
        contentLeft = x.receivedLength;
        if (framing.chunked()) {
            chunks.start(limits);
            reading = Reading.CHUNKS;
        } else if (contentLeft == Exchange.UNKNOWN) {
            contentLeft = limits.bodyBytes();
            reading = Reading.UNTIL_CLOSE;
        } else {
            reading = contentLeft == 0 ? Reading.COMPLETE : Reading.LENGTH;
        }
        sink.onHead(x);
        if (reading == Reading.COMPLETE) {
            sink.onContentEnd(x);
        }
    }

    private int receiveLength(byte[] buf, int off, int len) {
        int n = deliver(buf, off, (int) Math.min(len, contentLeft));
        contentLeft -= n;
        if (contentLeft == 0) {
            complete();
        }
        return n;
    }

    private int receiveChunks(byte[] buf, int off, int len) {
        int n = 0;
        if (chunks.dataLeft() == 0) {
            n = chunks.decode(buf, off, len);
            if (chunks.violation() != null) {
                fail(chunks.violation());
                return n;
            }
            if (chunks.isLast()) {
                decoder.start(Http1Decoder.Kind.TRAILERS, x.receivedTrailers(), limits);
                reading = Reading.TRAILERS;
                return n;
            }
        }
        int data = (int) Math.min(len - n, chunks.dataLeft());
        if (data > 0) {
            int taken = deliver(buf, off + n, data);
            chunks.consumed(taken);
            n += taken;
        }
        return n;
    }

    private int receiveTrailers(byte[] buf, int off, int len) {
        int n = decoder.decode(buf, off, len);
        if (decoder.violation() != null) {
            fail(decoder.violation());
        } else if (decoder.isDone()) {
            complete();
        }
        return n;
    }

    private int deliver(byte[] buf, int off, int len) {
        int n = sink.onContent(x, buf, off, len);
        contentPaused = n < len;
        return n;
    }

    private void complete() {
        reading = Reading.COMPLETE;
        sink.onContentEnd(x);
    }

    private void fail(Violation why) {
        violation = why;
        reading = Reading.FAILED;
        sink.onFailed(x, why);
    }

    @Override
    public void receiveEnd(long nowNs) {
        switch (reading) {
            case HEAD, LENGTH, CHUNKS, TRAILERS -> fail(Violation.TRUNCATED);
            case UNTIL_CLOSE, TUNNEL -> complete();
            case IDLE, COMPLETE, FAILED -> {
            }
        }
    }

    /** The stream of bytes was cut: TLS ended without its closure alert, so that even content ended by the close is not complete (RFC 9112 9.8). */
    public void receiveCut(long nowNs) {
        if (reading == Reading.UNTIL_CLOSE || reading == Reading.TUNNEL) {
            fail(Violation.TRUNCATED);
        } else {
            receiveEnd(nowNs);
        }
    }

    // ---- state

    @Override
    public boolean isPaused() {
        return contentPaused;
    }

    @Override
    public boolean isClosing() {
        return reading == Reading.FAILED || reading == Reading.COMPLETE && !isReusable();
    }

    @Override
    public long deadline() {
        return NONE;
    }

    @Override
    public void timeout(long nowNs) {
        throw new IllegalStateException("no deadline is ever set");
    }

    /** Whether both messages ended so that the connection can carry the next exchange (RFC 9112 9.3). */
    public boolean isReusable() {
        return reading == Reading.COMPLETE && writing == Writing.DONE && !abandoned && !asksClose && framing.keepAlive();
    }

    /** Whether the request was given to {@code transmit} in full. */
    public boolean isSent() {
        return writing == Writing.DONE;
    }

    /** Whether the rest of the content was given up. */
    public boolean isAbandoned() {
        return abandoned;
    }

    /** Whether 100 came. */
    public boolean isContinued() {
        return continued;
    }

    /** Whether a byte of an answer came, which proves that the peer saw the request. */
    public boolean hasReceivedAny() {
        return receivedAny;
    }

    /** Whether what comes is no longer HTTP. */
    public boolean isTunnel() {
        return reading == Reading.TUNNEL;
    }

    /** What was wrong; {@code null} when nothing was. */
    public Violation violation() {
        return violation;
    }
}
