package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.qpack.QpackDecoder;

/**
 * Reads the messages of streams: which frame may follow which (RFC 9114 4.1), where sections and content end, and what waits for the table of QPACK. Owned by a connection.
 *
 * <p>A section is decoded where it lies if all of it arrived at once. Otherwise it is gathered in a borrowed array that grows with what arrives, never with what is announced,
 * and a connection holds no more of them than its settings say.
 */
final class MessageReader {
    private static final int FIRST_SECTION_BYTES = 512;

    private final Http3Engine engine;
    private final Http3Settings settings;
    private final Slab slab;
    private final QpackDecoder decoder;
    private final MessageFields fields;
    private int held;

    MessageReader(Http3Engine engine, Http3Settings settings, Slab slab, QpackDecoder decoder) {
        this.engine = engine;
        this.settings = settings;
        this.slab = slab;
        this.decoder = decoder;
        this.fields = new MessageFields(slab, settings.limits(), settings.extendedConnect());
    }

    /** Takes bytes of a stream that carries a message. @return the bytes taken, as {@code QuicSink.onStreamData} */
    int read(Http3Stream s, byte[] buf, int off, int len, boolean fin) {
        long id = s.id;
        int at = off;
        int end = off + len;
        while (at < end && s.id == id && s.reading != Http3Stream.Reading.ENDED && !s.waits()) {
            if (s.frames.inPayload()) {
                at += payload(s, buf, at, end - at, fin);
            } else {
                at += s.frames.header(buf, at, end - at);
                if (s.frames.inPayload()) {
                    begin(s, fin && at == end);
                }
            }
        }
        if (s.id != id || s.reading == Http3Stream.Reading.ENDED || engine.isClosed()) {
            return len; // nobody reads the rest
        }
        if (at == end && fin) {
            s.finSeen = true;
            if (!s.blocked && !s.early) {
                streamEnd(s);
            }
        }
        return at - off;
    }

    private void begin(Http3Stream s, boolean last) {
        long type = s.frames.type();
        Http3Stream.Payload payload = Http3Stream.Payload.SKIPPED;
        if (type == FrameType.DATA) {
            if (s.reading != Http3Stream.Reading.CONTENT) {
                engine.fail(Http3Error.FRAME_UNEXPECTED);
                return;
            }
            payload = Http3Stream.Payload.DATA;
        } else if (type == FrameType.HEADERS) {
            if (s.reading == Http3Stream.Reading.TRAILED || s.tunnel) {
                engine.fail(Http3Error.FRAME_UNEXPECTED);
                return;
            }
            payload = Http3Stream.Payload.SECTION;
        } else if (type == FrameType.PUSH_PROMISE && engine.acceptsPromise(s)) {
            payload = Http3Stream.Payload.PROMISE;
        } else if (FrameType.isKnown(type) || FrameType.isOfHttp2(type)) {
            engine.fail(Http3Error.FRAME_UNEXPECTED);
            return;
        }
        s.payload = payload;
        boolean empty = s.frames.left() == 0;
        if ((payload == Http3Stream.Payload.SKIPPED || payload == Http3Stream.Payload.DATA && empty) && engine.uselessFrame()) {
            return;
        }
        if ((payload == Http3Stream.Payload.SECTION || payload == Http3Stream.Payload.PROMISE) && s.frames.left() > settings.limits().headerBytes() + VarInts.MAX_BYTES) {
            // What it encodes is at least as long, or encoded so badly that nobody sends it.
            tooLarge(s);
            return;
        }
        if (empty) {
            switch (payload) {
                case SECTION, PROMISE -> section(s, Http3Stream.NOTHING, 0, 0, last);
                default -> s.frames.next();
            }
        }
    }

    private int payload(Http3Stream s, byte[] buf, int off, int len, boolean fin) {
        int n = (int) Math.min(len, s.frames.left());
        switch (s.payload) {
            case DATA -> {
                long id = s.id;
                n = engine.content(s, buf, off, n);
                if (s.id != id) {
                    return len;
                }
            }
            case SECTION, PROMISE -> {
                boolean last = fin && n == len;
                if (s.sectionLen == 0 && n == s.frames.left()) {
                    section(s, buf, off, n, last);
                    return n;
                }
                if (!gather(s, buf, off, n)) {
                    return len;
                }
                if (n == s.frames.left()) {
                    section(s, s.section, 0, s.sectionLen, last);
                    return n;
                }
            }
            case SKIPPED -> {
            }
        }
        s.frames.consumed(n);
        if (s.frames.left() == 0) {
            s.frames.next();
        }
        return n;
    }

    // ---- sections

    private boolean gather(Http3Stream s, byte[] buf, int off, int len) {
        int need = s.sectionLen + len;
        if (need > s.section.length) {
            byte[] larger = slab.lend(Math.max(FIRST_SECTION_BYTES, Math.max(need, s.section.length * 2)));
            if (held + larger.length - s.section.length > settings.heldSectionBytes()) {
                slab.giveBack(larger);
                engine.overloaded(s);
                return false;
            }
            held += larger.length - s.section.length;
            System.arraycopy(s.section, 0, larger, 0, s.sectionLen);
            if (s.section != Http3Stream.NOTHING) {
                slab.giveBack(s.section);
            }
            s.section = larger;
        }
        System.arraycopy(buf, off, s.section, s.sectionLen, len);
        s.sectionLen += len;
        return true;
    }

    private void section(Http3Stream s, byte[] buf, int off, int len, boolean last) {
        long id = s.id;
        s.frames.next();
        if (s.payload == Http3Stream.Payload.PROMISE) {
            engine.promise(s, buf, off, len);
        } else {
            decode(s, buf, off, len, last);
        }
        if (s.id == id && !s.blocked) {
            drop(s);
        }
    }

    private void decode(Http3Stream s, byte[] buf, int off, int len, boolean last) {
        boolean trailers = s.reading == Http3Stream.Reading.CONTENT;
        HeaderBlock block = trailers ? s.x.receivedTrailers() : s.x.received;
        block.clear();
        MessageFields.Kind kind = trailers ? MessageFields.Kind.TRAILERS : engine.readsRequests() ? MessageFields.Kind.REQUEST : MessageFields.Kind.RESPONSE;
        QpackDecoder.Outcome outcome = decodeInto(s, s.x, block, kind, buf, off, len);
        switch (outcome) {
            case DONE -> {
                Violation fault = fields.finish();
                fields.release();
                if (fault != null) {
                    engine.messageFault(s, fault);
                } else if (trailers) {
                    s.reading = Http3Stream.Reading.TRAILED;
                } else {
                    engine.head(s, last);
                }
            }
            case BLOCKED -> {
                if (buf != s.section) {
                    s.sectionLen = 0;
                    if (!gather(s, buf, off, len)) {
                        return;
                    }
                }
                s.blocked = true;
                s.finSeen |= last;
            }
            case STOPPED -> stopped(s);
            case FAILED -> {
                fields.release();
                engine.fail(Http3Error.QPACK_DECOMPRESSION_FAILED);
            }
        }
    }

    private QpackDecoder.Outcome decodeInto(Http3Stream s, Exchange x, HeaderBlock block, MessageFields.Kind kind, byte[] buf, int off, int len) {
        fields.start(kind, x, block);
        return decoder.decode(s.id, buf, off, len, settings.limits().headerBytes(), fields);
    }

    private void stopped(Http3Stream s) {
        Violation fault = fields.fault();
        fields.release();
        decoder.cancel(s.id); // what follows of this section is not needed
        engine.messageFault(s, fault != null ? fault : Violation.HEADERS_TOO_LARGE);
    }

    private void tooLarge(Http3Stream s) {
        decoder.cancel(s.id);
        engine.messageFault(s, Violation.HEADERS_TOO_LARGE);
    }

    /**
     * Decodes the request that a push promises into {@code block}.
     *
     * @return DONE with {@link #promiseFault} to be asked; otherwise as for any section
     */
    QpackDecoder.Outcome decodePromise(Http3Stream s, Exchange promised, HeaderBlock block, byte[] buf, int off, int len) {
        return decodeInto(s, promised, block, MessageFields.Kind.REQUEST, buf, off, len);
    }

    /** What is wrong with the promise that was just decoded, or stopped; null when nothing is. */
    Violation promiseFault(QpackDecoder.Outcome outcome) {
        Violation fault = outcome == QpackDecoder.Outcome.DONE ? fields.finish() : fields.fault() != null ? fields.fault() : Violation.HEADERS_TOO_LARGE;
        fields.release();
        return fault;
    }

    /** The promise that was just decoded failed. */
    void promiseFailed() {
        fields.release();
        engine.fail(Http3Error.QPACK_DECOMPRESSION_FAILED);
    }

    /** A promise is blocked: keeps its bytes. */
    void hold(Http3Stream s, byte[] buf, int off, int len) {
        if (buf != s.section) {
            s.sectionLen = 0;
            if (!gather(s, buf, off, len)) {
                return;
            }
        }
        s.blocked = true;
    }

    /** What the section of a blocked stream waited for has come. */
    void unblocked(Http3Stream s) {
        long id = s.id;
        s.blocked = false;
        if (s.payload == Http3Stream.Payload.PROMISE) {
            engine.promise(s, s.section, 0, s.sectionLen);
        } else {
            decode(s, s.section, 0, s.sectionLen, s.finSeen);
        }
        if (s.id != id || s.blocked || engine.isClosed()) {
            return;
        }
        drop(s);
        proceed(s);
    }

    /** Nothing is waited for any more that was: goes on to the end, or with the bytes that were left with the transport. */
    void proceed(Http3Stream s) {
        if (s.early) {
            return;
        }
        if (s.finSeen && s.reading != Http3Stream.Reading.ENDED) {
            streamEnd(s);
        } else if (!s.waits()) {
            engine.resume(s);
        }
    }

    /** Lets go of the section that the stream holds. */
    void drop(Http3Stream s) {
        held -= s.section.length;
        s.dropSection(slab);
    }

    // ---- the end

    private void streamEnd(Http3Stream s) {
        if (!s.frames.isBetweenFrames()) {
            engine.fail(Http3Error.FRAME_ERROR); // RFC 9114 7.1
            return;
        }
        if (s.reading == Http3Stream.Reading.HEAD) {
            engine.messageFault(s, Violation.REQUEST_INCOMPLETE);
            return;
        }
        if (s.contentLeft > 0) {
            engine.messageFault(s, Violation.CONTENT_LENGTH_MISMATCH);
            return;
        }
        s.reading = Http3Stream.Reading.ENDED;
        engine.contentEnd(s);
    }

    /** Bytes of sections that it holds for all streams. */
    int heldBytes() {
        return held;
    }
}
