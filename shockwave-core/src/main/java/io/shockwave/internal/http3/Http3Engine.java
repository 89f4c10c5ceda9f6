package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.qpack.QpackDecoder;
import io.shockwave.internal.qpack.QpackEncoder;
import io.shockwave.internal.qpack.QpackError;
import io.shockwave.internal.quic.QuicSink;
import io.shockwave.internal.quic.QuicTransport;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;

/**
 * What the two sides of an HTTP/3 connection have in common (RFC 9114): the streams of the connection itself, settings, QPACK, and how streams are told apart. Confined to its connection.
 *
 * <pre>
 *   bidirectional stream ──▶ MessageReader ──▶ the side's head, content, end
 *   unidirectional stream ──▶ type ──▶ control | QPACK encoder | QPACK decoder | push | refused
 * </pre>
 */
abstract sealed class Http3Engine extends Http3Side implements QuicSink permits Http3ServerEngine, Http3ClientEngine {
    /** No deadline is set. */
    public static final long NONE = Long.MAX_VALUE;

    QuicTransport transport;
    final Slab slab;
    final Http3Settings settings;
    final QpackDecoder decoder;
    final QpackEncoder encoder;
    final MessageReader reader;
    final MessageWriter writer;
    final PeerControl peer;
    final CriticalStream control;
    final LongObjectHashMap<Http3Stream> streams = new LongObjectHashMap<>();
    private final CriticalStream encoderOut;
    private final CriticalStream decoderOut;
    private final FloodGuard flood;
    private long peerControl = QuicTransport.NONE;
    private long peerEncoder = QuicTransport.NONE;
    private long peerDecoder = QuicTransport.NONE;
    private boolean started;
    private boolean closed;
    private int alive; // streams with messages of which not everything has arrived
    final StreamChain chain = new StreamChain();
    long nowNs;

    Http3Engine(Slab slab, Http3Settings settings, long nowNs) {
        this.slab = slab;
        this.settings = settings;
        this.nowNs = nowNs;
        decoder = new QpackDecoder(slab, settings.tableBytes(), settings.blockedStreams());
        encoder = new QpackEncoder(slab, settings.tableBytes());
        reader = new MessageReader(this, settings, slab, decoder);
        writer = new MessageWriter(this, slab, encoder);
        peer = new PeerControl(this);
        control = new CriticalStream(this, slab, FrameType.STREAM_CONTROL);
        encoderOut = new CriticalStream(this, slab, FrameType.STREAM_ENCODER);
        decoderOut = new CriticalStream(this, slab, FrameType.STREAM_DECODER);
        flood = new FloodGuard(settings.resetsPerSecond());
        decoder.output(decoderOut);
    }

    // ---- start

    /** The connection that tells this engine, which commands it. Told once, before the first event. */
    public final void attach(QuicTransport connection) {
        transport = connection;
    }

    /** The time of what follows; told before the connection is given datagrams or a timeout. */
    public final void now(long timeNs) {
        nowNs = timeNs;
    }

    /** Opens our streams as soon as the peer allows it, and sends SETTINGS (RFC 9114 6.2.1, 7.2.4). Called by events of the connection; calling it again does nothing. */
    public final void start() {
        if (started || closed) {
            return;
        }
        started = true;
        byte[] buf = slab.lend(OwnSettings.MOST_BYTES);
        control.write(buf, 0, OwnSettings.put(buf, settings, readsRequests()));
        slab.giveBack(buf);
        openStreams();
        started();
    }

    private void openStreams() {
        control.open();
        if (settings.tableBytes() > 0) {
            decoderOut.open(); // RFC 9204 4.2: without a table there is nothing to say
        }
    }

    @Override
    public void onEarlyDataReady() {
        start();
    }

    @Override
    public void onHandshakeComplete() {
        start();
        openStreams();
        handshakeComplete();
    }

    /** The peer is who its certificate says; a server's has the client's word that it can read. */
    void handshakeComplete() {}

    @Override
    public final void onStreamsAvailable(boolean bidirectional) {
        if (!bidirectional) {
            openStreams();
        }
        streamsAvailable();
    }

    /** The server refused early data: everything begins again, before anything of it was processed (RFC 9001 4.6.2). */
    @Override
    public final void onEarlyDataRejected() {
        control.restart();
        encoderOut.restart();
        decoderOut.restart();
        started = false;
        alive = 0;
        earlyDataRejected();
        start();
    }

    // ---- errors

    /** Ends the connection: a rule was broken that no stream alone can bear. */
    final void fail(Http3Error error) {
        if (!closed) {
            transport.close(error.code(), error.text());
        }
    }

    final boolean isFailed(Http3Error error) {
        if (error != null) {
            fail(error);
        }
        return error != null;
    }

    private boolean isFailed(QpackError error) {
        if (error != null) {
            fail(Http3Error.of(error.code()));
        }
        return error != null;
    }

    /** Whether nothing can be sent or received any more. */
    public final boolean isClosed() {
        return closed;
    }

    /** A frame came that has no effect. @return whether that was one too many, and the connection ends */
    final boolean uselessFrame() {
        if (flood.frame(nowNs)) {
            fail(Http3Error.EXCESSIVE_LOAD);
            return true;
        }
        return false;
    }

    /** A stream ended without what it was opened for. @return whether that was one too many, and the connection ends */
    final boolean countReset() {
        if (flood.reset(nowNs)) {
            fail(Http3Error.EXCESSIVE_LOAD);
            return true;
        }
        return false;
    }

    @Override
    public final void onClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        if (closed) {
            return;
        }
        closed = true;
        connectionClosed(errorCode, application, byPeer, reason);
        control.release();
        encoderOut.release();
        decoderOut.release();
        decoder.release();
        encoder.release();
    }

    // ---- the streams in progress

    final void add(Http3Stream s) {
        streams.put(s.id, s);
        chain.add(s);
    }

    final void remove(Http3Stream s) {
        if (s.id != QuicTransport.NONE) {
            streams.remove(s.id);
        }
        chain.remove(s);
        reader.drop(s);
        s.end(slab);
    }

    /** Gives up both halves of a stream and what QPACK keeps for it. */
    final void resetStream(Http3Stream s, Http3Error error) {
        long id = s.id;
        if (id == QuicTransport.NONE) {
            return;
        }
        if (s.writing != Http3Stream.Writing.DONE && !s.unidirectional) {
            transport.reset(id, error.code());
        }
        stopReading(s, error);
    }

    final void stopReading(Http3Stream s, Http3Error error) {
        if (s.reading != Http3Stream.Reading.ENDED) {
            s.reading = Http3Stream.Reading.ENDED;
            s.paused = false;
            s.held = false;
            if (!s.finSeen || s.blocked) {
                decoder.cancel(s.id);
            }
            reader.drop(s);
            transport.stopSending(s.id, error.code());
        }
    }

    final void resume(Http3Stream s) {
        transport.resume(s.id);
    }

    // ---- what the connection tells

    @Override
    public final void onStreamOpened(long stream) {
        if ((stream & 2) == 0 && !readsRequests()) {
            fail(Http3Error.STREAM_CREATION_ERROR); // RFC 9114 6.1
            return;
        }
        if ((stream & 2) == 0) {
            alive++;
        }
        streams.put(stream, Http3Stream.OPENED);
    }

    /** Streams with messages of which not all has been read and acknowledged. */
    final int alive() {
        return alive;
    }

    /** We opened a stream for a message. */
    final void opened() {
        alive++;
    }

    @Override
    public final int onStreamData(long stream, byte[] buf, int off, int len, boolean fin) {
        if (closed) {
            return len;
        }
        if (stream == peerControl || stream == peerEncoder || stream == peerDecoder) {
            critical(stream, buf, off, len, fin);
            return len;
        }
        Http3Stream s = streams.get(stream);
        if (s == Http3Stream.OPENED) {
            s = opened(stream);
        }
        if (s == null) {
            return len; // given up
        }
        int n = s.unidirectional ? unidirectional(s, buf, off, len, fin) : reader.read(s, buf, off, len, fin);
        checkOutput();
        return n;
    }

    private Http3Stream opened(long stream) {
        if ((stream & 2) == 0) {
            streams.remove(stream);
            return begin(stream);
        }
        Http3Stream s = new Http3Stream();
        s.start(stream, null, nowNs);
        s.unidirectional = true;
        streams.put(stream, s);
        return s;
    }

    private int unidirectional(Http3Stream s, byte[] buf, int off, int len, boolean fin) {
        int at = off;
        int end = off + len;
        if (!s.typed) {
            at += s.number.take(buf, at, len);
            if (!s.number.isComplete()) {
                if (fin) {
                    streams.remove(s.id); // RFC 9114 6.2: a stream may end before its type
                }
                return len;
            }
            s.typed = true;
            if (!typed(s, s.number.value())) {
                return len;
            }
            if (s.id != peerControl && s.id != peerEncoder && s.id != peerDecoder) {
                s.number.start();
            } else {
                streams.remove(s.id);
                critical(s.id, buf, at, end - at, fin);
                return len;
            }
        }
        if (s.pushId == Http3Stream.NO_PUSH) {
            at += s.number.take(buf, at, end - at);
            if (!s.number.isComplete()) {
                if (fin) {
                    fail(Http3Error.FRAME_ERROR); // RFC 9114 4.6: a push stream has a push id
                }
                return len;
            }
            s.pushId = s.number.value();
            if (!pushBegan(s, s.pushId)) {
                return len;
            }
        }
        Http3Stream bound = streams.get(s.id);
        if (bound.x == null) {
            s.finSeen |= fin && at == end;
            return at - off; // it awaits its promise
        }
        return at - off + reader.read(bound, buf, at, end - at, fin);
    }

    /** The type of a unidirectional stream is there. @return false if nothing of it is read */
    private boolean typed(Http3Stream s, long type) {
        long id = s.id;
        if (type == FrameType.STREAM_CONTROL && peerControl == QuicTransport.NONE) {
            peerControl = id;
        } else if (type == FrameType.STREAM_ENCODER && peerEncoder == QuicTransport.NONE) {
            peerEncoder = id;
        } else if (type == FrameType.STREAM_DECODER && peerDecoder == QuicTransport.NONE) {
            peerDecoder = id;
        } else if (type == FrameType.STREAM_PUSH && acceptsPushStream()) {
            return true;
        } else if (type <= FrameType.STREAM_DECODER) {
            fail(Http3Error.STREAM_CREATION_ERROR); // the second of its kind, or a push to a server
            return false;
        } else {
            streams.remove(id);
            if (!uselessFrame()) {
                transport.stopSending(id, Http3Error.STREAM_CREATION_ERROR.code()); // RFC 9114 6.2
            }
            return false;
        }
        return true;
    }

    private void critical(long stream, byte[] buf, int off, int len, boolean fin) {
        boolean failed;
        if (stream == peerControl) {
            failed = isFailed(peer.receive(buf, off, len));
        } else if (stream == peerEncoder) {
            failed = isFailed(decoder.receive(buf, off, len));
            if (!failed) {
                unblock();
            }
        } else {
            failed = isFailed(encoder.receive(buf, off, len));
        }
        if (fin && !failed) {
            fail(Http3Error.CLOSED_CRITICAL_STREAM);
        }
        checkOutput();
    }

    private void unblock() {
        for (long id = decoder.nextUnblocked(); id != QpackDecoder.NONE && !closed; id = decoder.nextUnblocked()) {
            Http3Stream s = streams.get(id);
            if (s != null && s.blocked) {
                reader.unblocked(s);
            }
        }
    }

    private void checkOutput() {
        if (!closed && (control.isOverflowed() || decoderOut.isOverflowed() || encoderOut.isOverflowed())) {
            fail(Http3Error.EXCESSIVE_LOAD);
        }
    }

    /** The peer's SETTINGS are complete. */
    final Http3Error settingsComplete() {
        encoder.peerAllows(peer.tableBytes, peer.blockedStreams, encoderOut);
        writer.peerAccepts(peer.sectionBytes);
        settingsReceived();
        return null;
    }

    @Override
    public final void onStreamReset(long stream, long errorCode) {
        if (closed) {
            return;
        }
        if (stream == peerControl || stream == peerEncoder || stream == peerDecoder) {
            fail(Http3Error.CLOSED_CRITICAL_STREAM);
            return;
        }
        Http3Stream s = streams.get(stream);
        if (s == Http3Stream.OPENED || s != null && s.unidirectional && s.x == null) {
            streams.remove(stream);
            countReset();
            if (s != Http3Stream.OPENED) {
                pushStreamLost(s);
            }
        } else if (s != null && s.reading != Http3Stream.Reading.ENDED) {
            if (!s.finSeen || s.blocked) {
                decoder.cancel(stream); // RFC 9204 2.2.2.2
            }
            reader.drop(s);
            reset(s, errorCode);
        }
        checkOutput();
    }

    @Override
    public final void onStopSending(long stream, long errorCode) {
        if (closed) {
            return;
        }
        if (control.is(stream) || encoderOut.is(stream) || decoderOut.is(stream)) {
            fail(Http3Error.CLOSED_CRITICAL_STREAM); // RFC 9114 6.2.1
            return;
        }
        Http3Stream s = streams.get(stream);
        if (s == Http3Stream.OPENED) {
            s = opened(stream);
        }
        if (s != null && !s.unidirectional) {
            s.dropPending(slab);
            stopped(s, errorCode);
        }
    }

    @Override
    public final void onWritable(long stream) {
        if (closed) {
            return;
        }
        if (control.is(stream)) {
            control.flush();
        } else if (encoderOut.is(stream)) {
            encoderOut.flush();
        } else if (decoderOut.is(stream)) {
            decoderOut.flush();
        } else {
            Http3Stream s = streams.get(stream);
            if (s != null && s != Http3Stream.OPENED && !s.unidirectional) {
                writer.pump(s);
            }
        }
    }

    @Override
    public final void onStreamClosed(long stream) {
        if (closed) {
            return;
        }
        if ((stream & 2) == 0 || isPush(stream)) {
            alive--;
            streamClosed();
        }
        Http3Stream s = streams.get(stream);
        if (s == Http3Stream.OPENED || s != null && s.x == null) {
            streams.remove(stream);
        }
    }

    /** Whether it is a push stream of ours; those of the peer are not waited for. */
    private boolean isPush(long stream) {
        return readsRequests() && (stream & 3) == 3 && !control.is(stream) && !encoderOut.is(stream) && !decoderOut.is(stream);
    }

    // ---- content

    /** Counts and delivers content. @return the bytes taken */
    final int content(Http3Stream s, byte[] buf, int off, int len) {
        if (s.contentLeft != Exchange.UNKNOWN && len > s.contentLeft) {
            messageFault(s, Violation.CONTENT_LENGTH_MISMATCH); // RFC 9114 4.1.2
            return len;
        }
        long id = s.id;
        int n = deliver(s, buf, off, len);
        if (s.id == id) {
            if (s.contentLeft != Exchange.UNKNOWN) {
                s.contentLeft -= n;
            }
            s.contentBytes += n;
            s.windowBytes += n;
            if (n < len && s.reading != Http3Stream.Reading.ENDED) {
                s.paused = true;
                s.windowStartNs = nowNs;
                s.windowBytes = 0;
            }
        }
        return n;
    }

    // ---- datagrams (RFC 9297)

    @Override
    public final void onDatagram(byte[] buf, int off, int len) {
        if (closed) {
            return;
        }
        if (len == 0 || len < VarInts.lengthOf(buf[off])) {
            fail(Http3Error.DATAGRAM_ERROR);
            return;
        }
        long quarter = VarInts.get(buf, off);
        if (quarter > VarInts.MAX >>> 2) {
            fail(Http3Error.DATAGRAM_ERROR);
            return;
        }
        Http3Stream s = streams.get(quarter << 2);
        if (s != null && s.x != null && settings.datagrams()) { // others may still come or be gone: dropped, as the network could have done
            int n = VarInts.lengthOf(buf[off]);
            datagram(s, buf, off + n, len - n);
        }
    }

    /** Sends a datagram that belongs to the exchange. @return false if the peer takes none, it is too large, or there is no room; it can be lost all the same */
    public final boolean sendDatagram(Exchange x, byte[] buf, int off, int len) {
        Http3Stream s = of(x);
        if (s == null || closed || !settings.datagrams() || !peer.datagrams) {
            return false;
        }
        byte[] framed = slab.lend(VarInts.MAX_BYTES + len);
        int n = VarInts.put(framed, 0, s.id >>> 2);
        System.arraycopy(buf, off, framed, n, len);
        boolean sent = transport.sendDatagram(framed, 0, n + len);
        slab.giveBack(framed);
        return sent;
    }

    /** The most bytes of a datagram that {@link #sendDatagram} may take for the exchange; 0 if it takes none. */
    public final int maxDatagramBytes(Exchange x) {
        Http3Stream s = of(x);
        return s == null || !settings.datagrams() || !peer.datagrams ? 0 : Math.max(0, transport.maxDatagramBytes() - VarInts.length(s.id >>> 2));
    }

    // ---- state

    /** The stream of an exchange in progress; null if it is none of this connection's any more. */
    final Http3Stream of(Exchange x) {
        Http3Stream s = (Http3Stream) x.stream;
        return s != null && s.x == x ? s : null;
    }

    /** The stream state that stays with an exchange. */
    static Http3Stream streamOf(Exchange x) {
        Http3Stream s = (Http3Stream) x.stream;
        if (s == null) {
            s = new Http3Stream();
            x.stream = s;
        }
        return s;
    }

    /** Bytes that it holds for the peer's sections and tables now. */
    public final int heldBytes() {
        return reader.heldBytes() + decoder.heldBytes() + encoder.heldBytes();
    }

    /** Whether the peer accepts extended CONNECT (RFC 9220), as far as is known yet. */
    public final boolean peerAcceptsExtendedConnect() {
        return peer.extendedConnect;
    }

    /** Whether the peer's SETTINGS have arrived. */
    public final boolean hasPeerSettings() {
        return peer.hasSettings();
    }
}
