package io.shockwave.internal.http1;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;
import java.nio.charset.StandardCharsets;

/**
 * What one exchange sends: 100, interim heads, the final head, content, trailers, in this order and in pieces of whatever room there is. Owned by its exchange's engine while that is in progress.
 *
 * <pre>
 *   IDLE ──respond──▶ HEAD ──▶ CONTENT (bytes | ring | what the driver writes) ──▶ LAST_CHUNK ──▶ DONE
 *                       └── nothing to follow: HEAD, 204, 304, no content ────────▲
 * </pre>
 */
final class Http1ResponseSender {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** Room that chunk framing needs around data: size, two line ends; nothing is sent in a smaller gap, so that no chunk is a few bytes long. */
    private static final int CHUNK_ROOM = 64;
    private static final int CHUNK_OVERHEAD = 12;

    private enum State { IDLE, HEAD, CONTENT, LAST_CHUNK, DONE }

    private final Http1Encoder encoder = new Http1Encoder();
    private Exchange x;
    private State state = State.IDLE;
    private boolean continueDue;
    private boolean interimDue;
    private boolean encoding; // the encoder has begun the head that is due
    private boolean chunked;
    private boolean bodiless;
    private long announced;
    private int connection;
    private byte[] date = Http1Encoder.ABSENT;
    private byte[] server = Http1Encoder.ABSENT;
    private byte[] altSvc = Http1Encoder.ABSENT;

    /** An exchange begins. */
    void start(Exchange exchange) {
        x = exchange;
        state = State.IDLE;
        continueDue = false;
        interimDue = false;
        encoding = false;
    }

    // ---- what is to be sent

    void sendContinue() {
        continueDue = state == State.IDLE;
    }

    void dropContinue() {
        continueDue = false;
    }

    boolean isContinueDue() {
        return continueDue;
    }

    /** The interim head of the exchange; HTTP/1.0 peers get none (RFC 9110 15.2). */
    void sendInterim() {
        interimDue = x.version != HttpVersion.HTTP_1_0;
    }

    boolean isInterimDue() {
        return interimDue;
    }

    /** Whether the content's end can be told by nothing but the end of the connection (RFC 9112 6.3). */
    boolean endsWithConnection() {
        return x.sendLength == Exchange.UNKNOWN && x.version == HttpVersion.HTTP_1_0 && !isBodiless();
    }

    private boolean isBodiless() {
        return x.method == Method.HEAD || x.status == 204 || x.status == 304;
    }

    /** The final head of the exchange and its content. */
    void respond(boolean keepAlive, byte[] dateText, byte[] serverName, byte[] alternatives) {
        bodiless = isBodiless();
        chunked = !bodiless && x.sendLength == Exchange.UNKNOWN && x.version != HttpVersion.HTTP_1_0;
        connection = !keepAlive ? Http1Encoder.CLOSE : x.version == HttpVersion.HTTP_1_0 ? Http1Encoder.KEEP_ALIVE : Http1Encoder.IMPLIED;
        // RFC 9110 8.6: no Content-Length with 204; with 304 only what a GET would have, which 0 is not.
        boolean untold = x.status == 204 || x.sendLength == Exchange.UNKNOWN || x.status == 304 && x.sendLength == 0;
        announced = chunked ? Http1Encoder.CHUNKED : untold ? Http1Encoder.NONE : x.sendLength;
        head(dateText, serverName);
        altSvc = alternatives;
    }

    /** The head that opens a tunnel, and the bytes behind it until the ring's writer ends. RFC 9110 8.6: without Content-Length. */
    void respondWithTunnel(byte[] dateText, byte[] serverName) {
        bodiless = false;
        chunked = false;
        connection = x.status == 101 ? Http1Encoder.IMPLIED : Http1Encoder.CLOSE;
        announced = Http1Encoder.NONE;
        x.sendLength = Exchange.UNKNOWN;
        head(dateText, serverName);
    }

    private void head(byte[] dateText, byte[] serverName) {
        date = dateText;
        server = serverName;
        altSvc = Http1Encoder.ABSENT;
        state = State.HEAD;
    }

    /** {@code n} bytes of content that is the driver's to write were written behind what was transmitted. */
    void contentSent(long n) {
        if (x.source == Exchange.Source.LEFT) {
            x.sendOff += (int) n;
        }
        x.contentSent += n;
        x.sendLength -= n;
        if (x.sendLength == 0) {
            state = State.DONE;
        }
    }

    // ---- sending

    /** As {@link io.shockwave.internal.exchange.StreamEngine#transmit}; tells the sink when 100 or an interim head has left. */
    int transmit(byte[] buf, int off, int len, ExchangeSink sink) {
        int at = off;
        int end = off + len;
        if (continueDue) {
            if (end - at < CONTINUE.length) {
                return 0;
            }
            System.arraycopy(CONTINUE, 0, buf, at, CONTINUE.length);
            at += CONTINUE.length;
            continueDue = false;
            sink.onInterimSent(x);
        }
        if (interimDue) {
            at += interim(buf, at, end - at, sink);
        }
        if (state == State.HEAD && !interimDue) {
            at += finalHead(buf, at, end - at);
        }
        if (state == State.CONTENT) {
            at += content(buf, at, end - at);
        }
        if (state == State.LAST_CHUNK) {
            at += lastChunk(buf, at, end - at);
        }
        return at - off;
    }

    private int interim(byte[] buf, int off, int len, ExchangeSink sink) {
        if (!encoding) {
            encoding = true;
            encoder.startInterim(x.interimStatus, x.interim());
        }
        int n = encoder.encode(buf, off, len);
        if (encoder.isDone()) {
            encoding = false;
            interimDue = false;
            sink.onInterimSent(x);
        }
        return n;
    }

    private int finalHead(byte[] buf, int off, int len) {
        if (!encoding) {
            encoding = true;
            encoder.startResponse(x, announced, connection, date, server, altSvc);
        }
        int n = encoder.encode(buf, off, len);
        if (encoder.isDone()) {
            encoding = false;
            boolean nothing = bodiless || x.sendLength == 0;
            state = nothing && x.source != Exchange.Source.RING ? State.DONE : State.CONTENT;
        }
        return n;
    }

    private int content(byte[] buf, int off, int len) {
        return switch (x.source) {
            case BYTES -> bytes(buf, off, len);
            case RING -> bodiless ? awaitWriter() : chunked ? chunk(buf, off, len) : ring(buf, off, len);
            case FILE, LEFT -> 0;
            case NONE -> {
                state = State.DONE;
                yield 0;
            }
        };
    }

    /** The writer of content that is not sent still holds the exchange. */
    private int awaitWriter() {
        if (x.sendEnded) {
            state = State.DONE;
        }
        return 0;
    }

    private int bytes(byte[] buf, int off, int len) {
        int n = (int) Math.min(len, x.sendLength);
        if (x.sendMemory == null) {
            System.arraycopy(x.sendBytes, x.sendOff, buf, off, n);
        } else {
            x.sendMemory.get(x.sendOff, buf, off, n);
        }
        x.sendOff += n;
        x.contentSent += n;
        x.sendLength -= n;
        if (x.sendLength == 0) {
            state = State.DONE;
        }
        return n;
    }

    private int ring(byte[] buf, int off, int len) {
        boolean ended = x.sendEnded; // before the ring is read: what it says then is all there is
        boolean counted = x.sendLength != Exchange.UNKNOWN;
        int n = x.outbound.read(buf, off, counted ? (int) Math.min(len, x.sendLength) : len);
        x.contentSent += n;
        if (counted) {
            x.sendLength -= n;
        }
        if (ended && (counted ? x.sendLength == 0 : x.outbound.available() == 0)) {
            state = State.DONE; // not before the writer ended: it still holds the exchange
        }
        return n;
    }

    private int chunk(byte[] buf, int off, int len) {
        boolean ended = x.sendEnded;
        int n = 0;
        int available = x.outbound.available();
        if (available > 0 && len >= CHUNK_ROOM) {
            int size = Math.min(available, len - CHUNK_OVERHEAD);
            n = Http1Encoder.chunkHead(buf, off, size);
            n += x.outbound.read(buf, off + n, size);
            x.contentSent += size;
            buf[off + n++] = '\r';
            buf[off + n++] = '\n';
        }
        if (ended && x.outbound.available() == 0) {
            if (x.hasSentTrailers()) {
                encoder.startTrailers(x.sentTrailers());
            }
            state = State.LAST_CHUNK;
        }
        return n;
    }

    private int lastChunk(byte[] buf, int off, int len) {
        int n;
        if (x.hasSentTrailers()) {
            n = encoder.encode(buf, off, len);
            if (!encoder.isDone()) {
                return n;
            }
        } else {
            if (len < LAST_CHUNK.length) {
                return 0;
            }
            System.arraycopy(LAST_CHUNK, 0, buf, off, LAST_CHUNK.length);
            n = LAST_CHUNK.length;
        }
        state = State.DONE;
        return n;
    }

    // ---- state

    boolean isIdle() {
        return state == State.IDLE;
    }

    boolean isDone() {
        return state == State.DONE;
    }

    boolean wantsContent() {
        return state == State.CONTENT && (x.source == Exchange.Source.FILE || x.source == Exchange.Source.LEFT);
    }
}
