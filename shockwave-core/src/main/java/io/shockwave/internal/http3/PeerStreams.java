package io.shockwave.internal.http3;

import io.shockwave.internal.qpack.QpackError;
import io.shockwave.internal.quic.QuicTransport;

/**
 * The unidirectional streams of the peer (RFC 9114 6.2): each says what it is, and is read accordingly. Owned by an engine.
 *
 * <pre>
 *   type ──▶ control | QPACK encoder | QPACK decoder: for the connection's life, one of each
 *        ├─▶ push ──▶ push id ──▶ as a response
 *        └─▶ anything else: refused
 * </pre>
 */
final class PeerStreams {
    private final Http3Engine engine;
    private long control = QuicTransport.NONE;
    private long encoder = QuicTransport.NONE;
    private long decoder = QuicTransport.NONE;

    PeerStreams(Http3Engine engine) {
        this.engine = engine;
    }

    /** Whether the connection cannot do without the stream. */
    boolean isCritical(long stream) {
        return stream == control || stream == encoder || stream == decoder;
    }

    /** The first bytes of a stream are there. */
    Http3Stream begin(long stream) {
        Http3Stream s = new Http3Stream();
        s.start(stream, null, engine.nowNs);
        s.unidirectional = true;
        engine.streams.put(stream, s);
        return s;
    }

    /** Reads a stream that is not, or not yet, a critical one. @return the bytes taken */
    int read(Http3Stream s, byte[] buf, int off, int len, boolean fin) {
        int at = off;
        int end = off + len;
        if (!s.typed) {
            at += s.number.take(buf, at, len);
            if (!s.number.isComplete()) {
                if (fin) {
                    engine.streams.remove(s.id); // RFC 9114 6.2: a stream may end before its type
                }
                return len;
            }
            s.typed = true;
            if (!typed(s.id, s.number.value())) {
                return len;
            }
            if (isCritical(s.id)) {
                engine.streams.remove(s.id);
                readCritical(s.id, buf, at, end - at, fin);
                return len;
            }
            s.number.start();
        }
        if (s.pushId == Http3Stream.NO_PUSH) {
            at += s.number.take(buf, at, end - at);
            if (!s.number.isComplete()) {
                if (fin) {
                    engine.fail(Http3Error.FRAME_ERROR); // RFC 9114 4.6: a push stream has a push id
                }
                return len;
            }
            s.pushId = s.number.value();
            if (!engine.pushBegan(s, s.pushId)) {
                return len;
            }
        }
        Http3Stream bound = engine.streams.get(s.id);
        if (bound.x == null) {
            s.finSeen |= fin && at == end;
            return at - off; // it awaits its promise
        }
        return at - off + engine.reader.read(bound, buf, at, end - at, fin);
    }

    /** The type of a stream is there. @return false if nothing of it is read */
    private boolean typed(long id, long type) {
        if (type == FrameType.STREAM_CONTROL && control == QuicTransport.NONE) {
            control = id;
        } else if (type == FrameType.STREAM_ENCODER && encoder == QuicTransport.NONE) {
            encoder = id;
        } else if (type == FrameType.STREAM_DECODER && decoder == QuicTransport.NONE) {
            decoder = id;
        } else if (type == FrameType.STREAM_PUSH && engine.acceptsPushStream()) {
            return true;
        } else if (type <= FrameType.STREAM_DECODER) {
            engine.fail(Http3Error.STREAM_CREATION_ERROR); // the second of its kind, or a push to a server
            return false;
        } else {
            engine.streams.remove(id);
            if (!engine.uselessFrame()) {
                engine.transport.stopSending(id, Http3Error.STREAM_CREATION_ERROR.code()); // RFC 9114 6.2
            }
            return false;
        }
        return true;
    }

    /** Takes all bytes of a critical stream. */
    void readCritical(long stream, byte[] buf, int off, int len, boolean fin) {
        boolean failed;
        if (stream == control) {
            failed = engine.isFailed(engine.peer.receive(buf, off, len));
        } else if (stream == encoder) {
            failed = isFailed(engine.decoder.receive(buf, off, len));
            if (!failed) {
                engine.unblock();
            }
        } else {
            failed = isFailed(engine.encoder.receive(buf, off, len));
        }
        if (fin && !failed) {
            engine.fail(Http3Error.CLOSED_CRITICAL_STREAM);
        }
    }

    private boolean isFailed(QpackError error) {
        return error != null && engine.isFailed(Http3Error.of(error.code()));
    }
}
