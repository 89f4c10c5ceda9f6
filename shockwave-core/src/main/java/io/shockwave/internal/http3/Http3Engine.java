package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.qpack.QpackDecoder;
import io.shockwave.internal.qpack.QpackEncoder;
import io.shockwave.internal.quic.QuicSink;
import io.shockwave.internal.quic.QuicTransport;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;

/**
 * What the two sides of an HTTP/3 connection have in common (RFC 9114): settings, QPACK, the exchanges in progress, and who reads and writes which stream. Confined to its connection.
 *
 * <pre>
 *   bidirectional stream ──▶ MessageReader ──▶ the side's head, content, end        the application ──▶ MessageWriter ──▶ stream
 *   unidirectional stream ──▶ PeerStreams                                           OwnStreams ──▶ unidirectional stream
 * </pre>
 */
abstract sealed class Http3Engine extends Http3Side implements QuicSink, DatagramSender permits Http3ServerEngine, Http3ClientEngine {
    /** No deadline is set. */
    public static final long NONE = Long.MAX_VALUE;

    /** Most connections have few streams at once; the map grows with more. */
    private static final int FEW_STREAMS = 2;

    QuicTransport transport;
    final Slab slab;
    final Http3Settings settings;
    final QpackDecoder decoder;
    final QpackEncoder encoder;
    final MessageReader reader;
    final MessageWriter writer;
    final PeerControl peer;
    final OwnStreams own;
    final LongObjectHashMap<Http3Stream> streams = new LongObjectHashMap<>(FEW_STREAMS);
    private final Http3Sink sink;
    private final PeerStreams peers;
    private final Http3Datagrams datagrams;
    private final FloodGuard flood;
    private boolean started;
    private boolean closed;
    private int alive; // streams with messages of which not everything has arrived
    final StreamChain chain = new StreamChain();
    int open; // exchanges in progress
    boolean draining;
    long nowNs;

    Http3Engine(Http3Sink sink, Slab slab, Http3Settings settings, long nowNs) {
        this.sink = sink;
        this.slab = slab;
        this.settings = settings;
        this.nowNs = nowNs;
        decoder = new QpackDecoder(slab, settings.tableBytes(), settings.blockedStreams());
        encoder = new QpackEncoder(slab, settings.tableBytes());
        reader = new MessageReader(this, settings, slab, decoder);
        writer = new MessageWriter(this, slab, encoder);
        peer = new PeerControl(this);
        own = new OwnStreams(this, slab, settings.tableBytes() > 0);
        peers = new PeerStreams(this);
        datagrams = new Http3Datagrams(this);
        flood = new FloodGuard(settings.resetsPerSecond());
        decoder.output(own.decoder);
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
        own.control.write(buf, 0, OwnSettings.put(buf, settings, readsRequests()));
        slab.giveBack(buf);
        own.open();
        started();
    }

    @Override
    public void onEarlyDataReady() {
        start();
    }

    @Override
    public void onHandshakeComplete() {
        start();
        own.open();
        handshakeComplete();
    }

    /** The peer is who its certificate says; a server's has the client's word that it can read. */
    void handshakeComplete() {}

    @Override
    public final void onStreamsAvailable(boolean bidirectional) {
        if (!bidirectional) {
            own.open();
        }
        streamsAvailable();
    }

    /** The server refused early data: everything begins again, before anything of it was processed (RFC 9001 4.6.2). */
    @Override
    public final void onEarlyDataRejected() {
        own.restart();
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
        own.release();
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

    /** We opened a stream for a message. */
    final void opened() {
        alive++;
    }

    @Override
    public final int onStreamData(long stream, byte[] buf, int off, int len, boolean fin) {
        if (closed) {
            return len;
        }
        if (peers.isCritical(stream)) {
            peers.readCritical(stream, buf, off, len, fin);
            checkOutput();
            return len;
        }
        Http3Stream s = streams.get(stream);
        if (s == Http3Stream.OPENED) {
            s = begun(stream);
        }
        if (s == null) {
            return len; // given up
        }
        int n = s.unidirectional ? peers.read(s, buf, off, len, fin) : reader.read(s, buf, off, len, fin);
        checkOutput();
        return n;
    }

    /** The first that is told of a stream which the peer opened. @return null if nothing of it is read */
    private Http3Stream begun(long stream) {
        if ((stream & 2) == 0) {
            streams.remove(stream);
            return begin(stream);
        }
        return peers.begin(stream);
    }

    /** What the peer's encoder said may have been what streams waited for. */
    final void unblock() {
        for (long id = decoder.nextUnblocked(); id != QpackDecoder.NONE && !closed; id = decoder.nextUnblocked()) {
            Http3Stream s = streams.get(id);
            if (s != null && s.blocked) {
                reader.unblocked(s);
            }
        }
    }

    private void checkOutput() {
        if (!closed && own.isOverflowed()) {
            fail(Http3Error.EXCESSIVE_LOAD);
        }
    }

    /** The peer's SETTINGS are complete. */
    final Http3Error settingsComplete() {
        encoder.peerAllows(peer.tableBytes, peer.blockedStreams, own.encoder);
        writer.peerAccepts(peer.sectionBytes);
        return settingsReceived();
    }

    @Override
    public final void onStreamReset(long stream, long errorCode) {
        if (closed) {
            return;
        }
        if (peers.isCritical(stream)) {
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
        if (own.has(stream)) {
            fail(Http3Error.CLOSED_CRITICAL_STREAM); // RFC 9114 6.2.1
            return;
        }
        Http3Stream s = streams.get(stream);
        if (s == Http3Stream.OPENED) {
            s = begun(stream);
        }
        if (s != null && !s.unidirectional) {
            s.dropPending(slab);
            stopped(s, errorCode);
        }
    }

    @Override
    public final void onWritable(long stream) {
        if (closed || own.flush(stream)) {
            return;
        }
        Http3Stream s = streams.get(stream);
        if (s != null && s != Http3Stream.OPENED && !s.unidirectional) {
            writer.pump(s);
        }
    }

    @Override
    public final void onStreamClosed(long stream) {
        if (closed) {
            return;
        }
        if ((stream & 2) == 0 || isPush(stream)) {
            alive--;
            drainedPerhaps();
        }
        Http3Stream s = streams.get(stream);
        if (s == Http3Stream.OPENED || s != null && s.x == null) {
            streams.remove(stream);
        }
    }

    /** Whether it is a push stream of ours; those of the peer are not waited for. */
    private boolean isPush(long stream) {
        return readsRequests() && (stream & 3) == 3 && !own.has(stream);
    }

    // ---- the end of exchanges, and of the connection when there are no more

    /** Lets go of a stream whose messages are both over. */
    final void finishIfDone(Http3Stream s) {
        if (s.writing != Http3Stream.Writing.DONE || s.reading != Http3Stream.Reading.ENDED) {
            return;
        }
        Exchange x = s.x;
        letGo(s);
        sink.onFinished(x);
        drainedPerhaps();
    }

    final void letGo(Http3Stream s) {
        if (s.pushId != Http3Stream.NO_PUSH) {
            pushEnded(s);
        }
        remove(s);
        open--;
        if (open == 0) {
            idle();
        }
    }

    /** Takes nothing new from the peer, finishes what is in progress and then closes the connection (RFC 9114 5.2). */
    public final void drain() {
        if (draining || closed) {
            return;
        }
        draining = true;
        start();
        own.control.frame(FrameType.GOAWAY, refuseFrom());
        drainedPerhaps();
    }

    final void drainedPerhaps() {
        if (draining && exchanges() == 0 && alive == 0) {
            fail(Http3Error.NO_ERROR); // not before all that was sent has arrived
        }
    }

    // ---- content

    /** A head is all there is of its message. @return false if it announces content, which is a fault (RFC 9114 4.1.2) */
    final boolean endsWithHead(Http3Stream s) {
        if (s.x.receivedLength > 0) {
            messageFault(s, Violation.CONTENT_LENGTH_MISMATCH);
            return false;
        }
        s.x.receivedLength = 0;
        s.contentLeft = 0;
        return true;
    }

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

    /** There is room for content again. */
    public final void resumeContent(Exchange x) {
        Http3Stream s = of(x);
        if (s != null && s.paused) {
            s.paused = false;
            s.windowStartNs = nowNs;
            s.windowBytes = 0;
            resume(s);
        }
    }

    /** The ring got more, or its writer ended; also when trailers are complete. */
    public final void progress(Exchange x) {
        Http3Stream s = of(x);
        if (s != null) {
            writer.pump(s);
        }
    }

    /**
     * A piece of content of {@code Source.FILE}, in order. The exchange may be finished by the last.
     *
     * @return the bytes taken; the rest must be given again, in front of anything else, after {@link Http3Sink#onFileWanted}
     */
    public final int fileContent(Exchange x, byte[] buf, int off, int len) {
        Http3Stream s = of(x);
        if (s == null) {
            return 0;
        }
        int n = writer.piece(s, buf, off, len);
        if (x.sendLength == 0) {
            writer.pump(s);
        }
        return n;
    }

    @Override
    final void progressed(Http3Stream s) {
        sink.onProgress(s.x);
    }

    @Override
    final void fileWanted(Http3Stream s) {
        sink.onFileWanted(s.x);
    }

    // ---- datagrams (RFC 9297)

    @Override
    public final void onDatagram(byte[] buf, int off, int len) {
        if (!closed) {
            datagrams.receive(buf, off, len);
        }
    }

    @Override
    public final void onDatagramRoom() {
        sink.onDatagramRoom();
    }

    @Override
    public final boolean hasDatagramRoom() {
        return !closed && transport.hasDatagramRoom();
    }

    @Override
    public final boolean sendDatagram(Exchange x, byte[] buf, int off, int len) {
        return datagrams.send(of(x), buf, off, len);
    }

    /** The most bytes of a datagram that {@link #sendDatagram} may take for the exchange; 0 if it takes none. */
    public final int maxDatagramBytes(Exchange x) {
        return datagrams.maxBytes(of(x));
    }

    // ---- state

    /** Exchanges in progress, pushes included; a server's also those that were cancelled while their handlers run. */
    public abstract int exchanges();

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
