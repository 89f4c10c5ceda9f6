package io.shockwave.internal.http3;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.http1.FramingRules;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.qpack.FieldNames;
import io.shockwave.internal.qpack.QpackEncoder;
import io.shockwave.internal.quic.QuicTransport;
import java.nio.charset.StandardCharsets;

/**
 * Writes the messages of streams, as far as the transport takes them: sections, content from wherever the exchange has it, trailers, the end. Owned by a connection.
 *
 * <p>Content of known length is one DATA frame; of unknown length, one for what is there at a time. It goes from the application's array or ring to the
 * transport's buffer, with no copy between.
 */
final class MessageWriter {
    /** Room in front of a section for the frame's type and length, and behind it for those of the DATA frame that follows. */
    private static final int FRAME_HEAD = 1 + VarInts.MAX_BYTES;
    private static final int PIECE_BYTES = 1 << 14;
    private static final int DATE_BYTES = 29;
    private static final boolean[] NOT_COPIED = new boolean[128];
    private static final boolean[] NO_TRAILER = new boolean[128];
    private static final byte[] HTTPS = "https".getBytes(StandardCharsets.US_ASCII);

    static {
        // What the engine says itself, and what RFC 9114 4.2 forbids.
        HeaderName[] own = {
            HeaderName.CONTENT_LENGTH, HeaderName.CONNECTION, HeaderName.KEEP_ALIVE, HeaderName.PROXY_CONNECTION, HeaderName.TRANSFER_ENCODING, HeaderName.UPGRADE,
            HeaderName.HTTP2_SETTINGS, HeaderName.HOST,
        };
        for (HeaderName name : own) {
            NOT_COPIED[name.id()] = true;
            NO_TRAILER[name.id()] = true;
        }
        for (int id = 0; id < NO_TRAILER.length; id++) {
            NO_TRAILER[id] |= FramingRules.isForbiddenTrailer(id);
        }
    }

    private final Http3Engine engine;
    private final Slab slab;
    private final QpackEncoder encoder;
    private final byte[] digits = new byte[19];
    private byte[] scratch;
    /** Sections larger than this the peer refuses (RFC 9114 4.2.2). */
    private long peerSectionBytes = Long.MAX_VALUE;

    MessageWriter(Http3Engine engine, Slab slab, QpackEncoder encoder) {
        this.engine = engine;
        this.slab = slab;
        this.encoder = encoder;
    }

    void peerAccepts(long sectionBytes) {
        peerSectionBytes = sectionBytes;
    }

    /** Goes on with whatever the stream has to send. */
    void pump(Http3Stream s) {
        if (s.id == QuicTransport.NONE) {
            return; // a push stream that the peer does not allow yet
        }
        if (s.pumping) {
            s.again = true; // told of room, the application goes on from within
            return;
        }
        s.pumping = true;
        long id = s.id;
        boolean more = true;
        while (more && s.id == id) {
            s.again = false;
            more = flush(s) && step(s) || s.again;
        }
        if (s.id == id) {
            s.pumping = false;
        }
    }

    private boolean step(Http3Stream s) {
        if (s.interimDue || s.continueDue) {
            interim(s);
            return true;
        }
        switch (s.writing) {
            case HEAD -> {
                return head(s);
            }
            case CONTENT -> {
                return content(s);
            }
            case TRAILERS -> {
                trailers(s);
                return true;
            }
            case END -> {
                if (!write(s, Http3Stream.NOTHING, 0, 0, true)) {
                    return false;
                }
                done(s);
                return true;
            }
            case AWAIT_WRITER -> {
                if (s.x.sendEnded) {
                    done(s);
                }
                return false;
            }
            default -> {
                return false;
            }
        }
    }

    private void done(Http3Stream s) {
        if (s.x.source == Exchange.Source.RING && !s.x.sendEnded) {
            s.writing = Http3Stream.Writing.AWAIT_WRITER; // it still holds the exchange
            return;
        }
        s.writing = Http3Stream.Writing.DONE;
        engine.written(s);
    }

    // ---- sections

    private void start(Http3Stream s, HeaderBlock fields, int beside) {
        scratch = slab.lend(2 * FRAME_HEAD + QpackEncoder.PREFIX_BYTES + beside + QpackEncoder.mostBytes(fields));
        encoder.start(s.id, scratch, FRAME_HEAD);
    }

    private void finish(Http3Stream s, long frameType, boolean data, boolean fin) {
        int from = encoder.finish();
        int len = encoder.end() - from;
        int head = from - 1 - VarInts.length(len);
        scratch[head] = (byte) frameType;
        VarInts.put(scratch, head + 1, len);
        int end = encoder.end();
        if (data) {
            end += dataHead(s, scratch, end, s.announced);
        }
        write(s, scratch, head, end - head, fin);
        slab.giveBack(scratch);
        scratch = null;
    }

    private static int dataHead(Http3Stream s, byte[] dst, int off, long len) {
        dst[off] = (byte) FrameType.DATA;
        s.frameLeft = len;
        s.dataBegun = true;
        return 1 + VarInts.put(dst, off + 1, len);
    }

    private void interim(Http3Stream s) {
        if (s.continueDue) {
            s.continueDue = false;
            scratch = slab.lend(64 + QpackEncoder.PREFIX_BYTES);
            encoder.start(s.id, scratch, FRAME_HEAD);
            status(100);
        } else {
            HeaderBlock fields = s.x.interim();
            start(s, fields, 32);
            status(s.x.interimStatus);
            encoder.fields(fields, NOT_COPIED);
            s.interimDue = false;
        }
        finish(s, FrameType.HEADERS, false, false);
        engine.interimSent(s);
    }

    private boolean head(Http3Stream s) {
        Exchange x = s.x;
        if (peerSectionBytes != Long.MAX_VALUE && sectionBytes(x.sent) + engine.ownFields().sectionBytes(s) > peerSectionBytes) {
            engine.tooLargeForPeer(s);
            return false;
        }
        boolean nothing = s.bodiless || x.sendLength == 0;
        boolean ring = x.source == Exchange.Source.RING;
        // A ring of length 0 may still have trailers when its writer ends.
        boolean fin = s.bodiless || nothing && (!ring || x.sendEnded) && !x.hasSentTrailers() || x.source == Exchange.Source.NONE;
        boolean data = !fin && s.announced > 0 && !s.contentHeld;
        start(s, x.sent, engine.ownFields().mostBytes(s));
        engine.ownFields().front(this, s);
        encoder.fields(x.sent, NOT_COPIED);
        engine.ownFields().behind(this, s);
        s.writing = fin ? Http3Stream.Writing.AWAIT_WRITER : Http3Stream.Writing.CONTENT;
        finish(s, FrameType.HEADERS, data, fin);
        if (fin && s.pendingLen == 0) {
            done(s);
        }
        return true;
    }

    private void trailers(Http3Stream s) {
        HeaderBlock fields = s.x.sentTrailers();
        start(s, fields, 0);
        encoder.fields(fields, NO_TRAILER);
        s.writing = Http3Stream.Writing.AWAIT_WRITER;
        finish(s, FrameType.HEADERS, false, true);
        if (s.pendingLen == 0) {
            done(s);
        }
    }

    /** Writes PUSH_PROMISE with the request of {@code promised} to the stream of its parent (RFC 9114 7.2.5). */
    void promise(Http3Stream parent, Exchange promised, long pushId) {
        HeaderBlock fields = promised.received;
        int line = fields.lineLen();
        start(parent, fields, 64 + line);
        request(promised, fields, fields.bytes(), 0, line, hostOf(fields));
        int from = encoder.finish();
        int end = encoder.end();
        int idBytes = VarInts.length(pushId);
        int len = end - from + idBytes;
        int head = from - idBytes - VarInts.length(len) - 1;
        scratch[head] = (byte) FrameType.PUSH_PROMISE;
        VarInts.put(scratch, head + 1, len);
        VarInts.put(scratch, from - idBytes, pushId);
        write(parent, scratch, head, end - head, false);
        slab.giveBack(scratch);
        scratch = null;
    }

    private byte[] hostOf(HeaderBlock fields) {
        int index = fields.indexOf(HeaderName.HOST, 0);
        byte[] host = new byte[fields.valueLen(index)];
        System.arraycopy(fields.bytes(), fields.valueOff(index), host, 0, host.length);
        return host;
    }

    private void request(Exchange x, HeaderBlock fields, byte[] page, int lineOff, int lineLen, byte[] host) {
        method(x);
        encoder.field(FieldNames.SCHEME, HTTPS, 0, HTTPS.length);
        encoder.field(FieldNames.AUTHORITY, host, 0, host.length);
        encoder.field(FieldNames.PATH, page, lineOff, lineLen);
        encoder.fields(fields, NOT_COPIED);
    }

    // ---- fields that engines write, between the start and the end of a section

    void method(Exchange x) {
        byte[] method = x.method.wireBytes();
        encoder.field(FieldNames.METHOD, method, 0, method.length);
    }

    void field(int id, byte[] value, int off, int len) {
        encoder.field(id, value, off, len);
    }

    void status(int status) {
        HeaderBlock.putDecimal(digits, 0, 3, status);
        encoder.field(FieldNames.STATUS, digits, 0, 3);
    }

    void contentLength(long length) {
        int len = HeaderBlock.decimalLength(length);
        HeaderBlock.putDecimal(digits, 0, len, length);
        encoder.field(HeaderName.CONTENT_LENGTH.id(), digits, 0, len);
    }

    void date(HeaderBlock fields, byte[] date) {
        if (date.length == DATE_BYTES && fields.indexOf(HeaderName.DATE, 0) < 0) {
            encoder.field(HeaderName.DATE.id(), date, 0, DATE_BYTES);
        }
    }

    void server(HeaderBlock fields, byte[] name) {
        if (name.length > 0 && fields.indexOf(HeaderName.SERVER, 0) < 0) {
            encoder.field(HeaderName.SERVER.id(), name, 0, name.length);
        }
    }

    /** As RFC 9114 4.2.2 counts. */
    private static long sectionBytes(HeaderBlock fields) {
        long bytes = 0;
        for (int i = 0, size = fields.size(); i < size; i++) {
            int id = fields.id(i);
            bytes += 32L + (id >= 0 ? HeaderName.byId(id).length() : fields.nameLen(i)) + fields.valueLen(i);
        }
        return bytes;
    }

    // ---- content

    /** @return whether there is more to do at once */
    private boolean content(Http3Stream s) {
        if (s.contentHeld) {
            return false;
        }
        if (!s.dataBegun && s.announced > 0) {
            int n = dataHead(s, digits, 0, s.announced);
            if (!write(s, digits, 0, n, false)) {
                return false;
            }
        }
        return switch (s.x.source) {
            case BYTES, LEFT -> bytes(s);
            case RING -> ring(s);
            case FILE -> file(s);
            case NONE -> {
                s.writing = Http3Stream.Writing.END;
                yield true;
            }
        };
    }

    private void contentDone(Http3Stream s) {
        s.writing = s.x.hasSentTrailers() ? Http3Stream.Writing.TRAILERS : Http3Stream.Writing.END;
    }

    private boolean bytes(Http3Stream s) {
        Exchange x = s.x;
        boolean fin = !x.hasSentTrailers();
        if (x.sendMemory != null) {
            return memory(s);
        }
        int len = (int) x.sendLength;
        int n = engine.transport.write(s.id, x.sendBytes, x.sendOff, len, fin);
        if (n < 0) {
            return false;
        }
        x.sendOff += n;
        sent(s, n);
        if (n < len) {
            return false;
        }
        if (fin) {
            done(s);
        } else {
            s.writing = Http3Stream.Writing.TRAILERS;
        }
        return true;
    }

    /** As {@link #bytes}, by way of an array. */
    private boolean memory(Http3Stream s) {
        Exchange x = s.x;
        boolean last = !x.hasSentTrailers();
        byte[] piece = slab.lend(PIECE_BYTES);
        try {
            for (;;) {
                int len = (int) Math.min(x.sendLength, PIECE_BYTES);
                boolean fin = last && len == x.sendLength;
                x.sendMemory.get(x.sendOff, piece, 0, len);
                int n = engine.transport.write(s.id, piece, 0, len, fin);
                if (n < 0) {
                    return false;
                }
                x.sendOff += n;
                sent(s, n);
                if (n < len) {
                    return false;
                }
                if (fin) {
                    done(s);
                    return true;
                }
                if (x.sendLength == 0) {
                    s.writing = Http3Stream.Writing.TRAILERS;
                    return true;
                }
            }
        } finally {
            slab.giveBack(piece);
        }
    }

    private void sent(Http3Stream s, int n) {
        s.frameLeft -= n;
        s.x.contentSent += n;
        if (s.x.sendLength != Exchange.UNKNOWN) {
            s.x.sendLength -= n;
        }
    }

    private boolean ring(Http3Stream s) {
        Exchange x = s.x;
        boolean ended = x.sendEnded; // before the ring is read: what it says then is all there is
        int available = x.outbound.isOpen() ? x.outbound.available() : 0;
        if (s.frameLeft == 0 && available > 0 && x.sendLength == Exchange.UNKNOWN) {
            int n = dataHead(s, digits, 0, available);
            return write(s, digits, 0, n, false);
        }
        int most = (int) Math.min(s.frameLeft, available);
        int moved = 0;
        while (moved < most) {
            int piece = Math.min(most - moved, x.outbound.peekLen());
            boolean last = ended && moved + piece == available && !x.hasSentTrailers() && (x.sendLength == Exchange.UNKNOWN || x.sendLength == piece);
            int n = engine.transport.write(s.id, x.outbound.array(), x.outbound.peekOff(), piece, last);
            if (n <= 0) {
                break;
            }
            x.outbound.skip(n);
            sent(s, n);
            moved += n;
            if (last && n == piece) {
                engine.progressed(s);
                done(s);
                return true;
            }
            if (n < piece) {
                break;
            }
        }
        if (moved > 0) {
            engine.progressed(s);
        }
        if (ended && (s.x != x || x.outbound.isOpen() && x.outbound.available() > 0)) {
            // Behind a frame that was begun when less was there, another one: its writer has ended, so that nobody else calls for it.
            return s.x == x && moved > 0 && moved == most;
        }
        if (ended) {
            if (x.sendLength > 0) {
                engine.brokenContent(s); // the frame cannot be completed: its writer ended too early
                return false;
            }
            contentDone(s);
            return true;
        }
        // An inline writer may have filled the ring while it was told of the room.
        return moved > 0 && moved == most && s.x == x && x.outbound.available() > 0;
    }

    private boolean file(Http3Stream s) {
        Exchange x = s.x;
        if (x.sendLength == 0 || x.sendLength == Exchange.UNKNOWN && x.sendEnded && s.frameLeft == 0) {
            contentDone(s);
            return true;
        }
        engine.fileWanted(s);
        return false;
    }

    /** A piece of the content that the application reads itself. @return the bytes taken */
    int piece(Http3Stream s, byte[] buf, int off, int len) {
        if (s.pendingLen > 0 || s.writing != Http3Stream.Writing.CONTENT || s.contentHeld || len == 0) {
            return 0;
        }
        if (s.frameLeft == 0 && s.x.sendLength == Exchange.UNKNOWN) {
            int n = dataHead(s, digits, 0, len);
            if (!write(s, digits, 0, n, false)) {
                return 0;
            }
        }
        int n = engine.transport.write(s.id, buf, off, (int) Math.min(len, s.frameLeft), false);
        if (n > 0) {
            sent(s, n);
        }
        return Math.max(0, n);
    }

    // ---- bytes

    /** Bytes that precede the frames of a stream. */
    void raw(Http3Stream s, byte[] buf, int off, int len) {
        write(s, buf, off, len, false);
    }

    /** Writes, and keeps what is not taken, until {@link #flush}. @return whether all was taken */
    private boolean write(Http3Stream s, byte[] buf, int off, int len, boolean fin) {
        if (s.pendingLen > 0 || s.pendingFin) {
            keep(s, buf, off, len, fin);
            return false;
        }
        int n = engine.transport.write(s.id, buf, off, len, fin);
        if (n < 0) {
            return false; // reset or stopped: whoever is told of that lets go of the stream
        }
        if (n < len) {
            keep(s, buf, off + n, len - n, fin);
            return false;
        }
        return true;
    }

    private void keep(Http3Stream s, byte[] buf, int off, int len, boolean fin) {
        int need = s.pendingLen + len;
        if (s.pending.length - s.pendingOff < need) {
            byte[] larger = slab.lend(need);
            System.arraycopy(s.pending, s.pendingOff, larger, 0, s.pendingLen);
            if (s.pending != Http3Stream.NOTHING) {
                slab.giveBack(s.pending);
            }
            s.pending = larger;
            s.pendingOff = 0;
        }
        System.arraycopy(buf, off, s.pending, s.pendingOff + s.pendingLen, len);
        s.pendingLen = need;
        s.pendingFin = fin;
    }

    /** @return whether nothing waits */
    private boolean flush(Http3Stream s) {
        if (s.pendingLen == 0) {
            return true;
        }
        int n = engine.transport.write(s.id, s.pending, s.pendingOff, s.pendingLen, s.pendingFin);
        if (n <= 0) {
            return false;
        }
        s.pendingOff += n;
        s.pendingLen -= n;
        if (s.pendingLen > 0) {
            return false;
        }
        boolean fin = s.pendingFin;
        s.dropPending(slab);
        if (fin) {
            done(s);
        }
        return true;
    }
}
