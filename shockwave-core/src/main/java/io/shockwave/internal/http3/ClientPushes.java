package io.shockwave.internal.http3;

import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.qpack.QpackDecoder;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;

/**
 * The pushes of one connection of a client (RFC 9114 4.6, 7.2.3, 7.2.5). Owned by its engine. As many as allowed are in progress: the limit on push ids moves up as they end. Some that ended are
 * remembered, as they may be promised again.
 *
 * <pre>
 *   promise ──▶ PROMISED ──stream──▶ BOUND ──▶ OVER        stream first: AWAITS_PROMISE, its bytes wait under flow control
 *      └── not wanted, cancelled by either side ──▶ OVER
 * </pre>
 */
final class ClientPushes {
    private static final class Push {
        long id;
        Exchange x;
        int fingerprint;
        boolean promised;
        boolean streamSeen;
        boolean over;
        Http3Stream waiting;
    }

    /** Most servers push nothing; the map grows with more. */
    private static final int FEW = 2;

    private final Http3ClientEngine engine;
    private final Http3ClientSink sink;
    private final int most;
    private final LongObjectHashMap<Push> pushes = new LongObjectHashMap<>(FEW);
    private long maxId = -1;
    private long forgotten; // ids below may have been used

    ClientPushes(Http3ClientEngine engine, Http3ClientSink sink, int most) {
        this.engine = engine;
        this.sink = sink;
        this.most = most;
    }

    /** Tells the server how many pushes it may make. */
    void allow() {
        if (most > 0) {
            maxId = most - 1L;
            engine.own.control.frame(FrameType.MAX_PUSH_ID, maxId);
        }
    }

    boolean isAllowed() {
        return most > 0;
    }

    /** The lowest push id that was not accepted; for GOAWAY. */
    long nextId() {
        return maxId + 1;
    }

    private Push of(long id) {
        Push push = pushes.get(id);
        if (push == null) {
            push = new Push();
            push.id = id;
            pushes.put(id, push);
        }
        return push;
    }

    // ---- promises

    void promise(Http3Stream s, byte[] buf, int off, int len) {
        int idBytes = len == 0 ? 1 : VarInts.lengthOf(buf[off]);
        if (len < idBytes) {
            engine.fail(Http3Error.FRAME_ERROR);
            return;
        }
        long id = VarInts.get(buf, off);
        if (id > maxId) {
            engine.fail(Http3Error.ID_ERROR);
            return;
        }
        Exchange promised = sink.lendPushed();
        promised.received.clear();
        QpackDecoder.Outcome outcome = engine.reader.decodePromise(s, promised, promised.received, buf, off + idBytes, len - idBytes);
        switch (outcome) {
            case BLOCKED -> {
                sink.takeBack(promised);
                engine.reader.hold(s, buf, off, len);
            }
            case FAILED -> {
                sink.takeBack(promised);
                engine.reader.promiseFailed();
            }
            default -> {
                Violation fault = engine.reader.promiseFault(outcome);
                if (outcome == QpackDecoder.Outcome.STOPPED) {
                    engine.decoder.cancel(s.id);
                }
                promised(s, id, promised, fault);
            }
        }
    }

    private void promised(Http3Stream s, long id, Exchange promised, Violation fault) {
        Push push = pushes.get(id);
        int fingerprint = fingerprint(promised);
        if (push == null && id < forgotten || push != null && push.promised) {
            sink.takeBack(promised);
            if (push != null && push.fingerprint != fingerprint) {
                engine.fail(Http3Error.GENERAL_PROTOCOL_ERROR); // RFC 9114 7.2.5: the same id, another request
            }
            return;
        }
        push = of(id);
        push.promised = true;
        push.fingerprint = fingerprint;
        if (push.over) {
            sink.takeBack(promised); // CANCEL_PUSH came first
            return;
        }
        // RFC 9114 4.6: safe, cacheable, without content.
        boolean acceptable = fault == null && (promised.method == Method.GET || promised.method == Method.HEAD) && promised.receivedLength <= 0;
        if (!acceptable) {
            sink.takeBack(promised);
            refuse(push);
            return;
        }
        promised.sent.copyFrom(promised.received);
        promised.received.clear();
        push.x = promised;
        if (!sink.onPromise(s.x, promised)) {
            push.x = null;
            refuse(push);
        } else if (push.waiting != null) {
            Http3Stream uni = push.waiting;
            push.waiting = null;
            bind(push, uni);
            engine.resume(engine.streams.get(uni.id));
        }
    }

    private static int fingerprint(Exchange promised) {
        HeaderBlock fields = promised.received;
        int hash = promised.method.hashCode();
        for (int i = 0; i < fields.lineLen(); i++) {
            hash = hash * 31 + fields.bytes()[i];
        }
        for (int i = 0; i < fields.size(); i++) {
            int id = fields.id(i);
            hash = hash * 31 + id;
            int from = id >= 0 ? fields.valueOff(i) : fields.nameOff(i);
            for (int at = from, end = fields.valueOff(i) + fields.valueLen(i); at < end; at++) {
                hash = hash * 31 + fields.bytes()[at];
            }
        }
        return hash;
    }

    private void refuse(Push push) {
        if (push.waiting != null) {
            stop(push.waiting);
            push.waiting = null;
        } else if (!push.streamSeen) {
            engine.own.control.frame(FrameType.CANCEL_PUSH, push.id);
        }
        over(push);
    }

    private void stop(Http3Stream uni) {
        engine.streams.remove(uni.id);
        engine.transport.stopSending(uni.id, Http3Error.REQUEST_CANCELLED.code());
    }

    // ---- push streams

    /** @return false if nothing of the stream is read */
    boolean began(Http3Stream uni, long id) {
        if (id > maxId) {
            engine.fail(Http3Error.ID_ERROR);
            return false;
        }
        if (pushes.get(id) == null && id < forgotten) {
            stop(uni);
            return false;
        }
        Push push = of(id);
        if (push.streamSeen) {
            engine.fail(Http3Error.ID_ERROR); // RFC 9114 4.6: one stream for a push
            return false;
        }
        push.streamSeen = true;
        if (push.over) {
            stop(uni);
            return false;
        }
        if (push.x == null) {
            push.waiting = uni;
        } else {
            bind(push, uni);
        }
        return true;
    }

    private void bind(Push push, Http3Stream uni) {
        Http3Stream s = Http3Engine.streamOf(push.x);
        s.start(uni.id, push.x, engine.nowNs);
        s.pushId = push.id;
        s.writing = Http3Stream.Writing.DONE;
        s.finSeen = uni.finSeen;
        engine.streams.put(s.id, s);
        engine.chain.add(s);
        engine.pushStarted();
    }

    /** The stream that awaits its promise was reset. */
    void streamLost(Http3Stream uni) {
        Push push = pushes.get(uni.pushId);
        if (push != null && push.waiting == uni) {
            push.waiting = null;
            over(push);
        }
    }

    // ---- the end

    /** The push of this stream is over. */
    void ended(Http3Stream s) {
        Push push = pushes.get(s.pushId);
        if (push != null && !push.over) {
            push.x = null;
            over(push);
        }
    }

    private void over(Push push) {
        push.over = true;
        push.x = null;
        if (pushes.size() > 2 * most) {
            forget();
        }
        if (!engine.isClosed()) {
            engine.own.control.frame(FrameType.MAX_PUSH_ID, ++maxId);
        }
    }

    private void forget() {
        while (pushes.size() > most) {
            Push push = pushes.get(forgotten);
            if (push != null && !push.over || forgotten > maxId) {
                return;
            }
            pushes.remove(forgotten++);
        }
    }

    /** RFC 9114 7.2.3: the server will not fulfil the promise. */
    Http3Error cancelled(long id) {
        if (id > maxId) {
            return Http3Error.ID_ERROR;
        }
        Push push = pushes.get(id);
        if (push == null && id < forgotten) {
            return null;
        }
        push = of(id);
        if (!push.over && !push.streamSeen) {
            Exchange x = push.x;
            over(push);
            if (x != null) {
                sink.onFailed(x, Violation.PUSH_CANCELLED);
            }
        }
        return null;
    }

    /** The driver does not want a push that has no stream yet. @return whether there was one */
    boolean cancel(Exchange x) {
        for (long id = forgotten; id <= maxId; id++) {
            Push push = pushes.get(id);
            if (push != null && push.x == x) {
                refuse(push);
                return true;
            }
        }
        return false;
    }

    /** The connection is over: what was promised and has no stream will not come. */
    void connectionClosed() {
        for (long id = forgotten; id <= maxId; id++) {
            Push push = pushes.get(id);
            if (push != null && push.x != null && !push.streamSeen) {
                Exchange x = push.x;
                push.x = null;
                push.over = true;
                sink.onFailed(x, Violation.CONNECTION_BROKEN);
            }
        }
    }

    /** Pushes that are remembered; bounded by what was allowed. */
    int remembered() {
        return pushes.size();
    }
}
