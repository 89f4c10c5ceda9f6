package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.quic.QuicTransport;

/**
 * The pushes of one connection of a server (RFC 9114 4.6, 7.2.3, 7.2.7). Owned by its engine. Off unless its settings allow some.
 */
final class ServerPushes {
    private final Http3ServerEngine engine;
    private final int most;
    private long maxId = -1; // as the client allows; none at the start
    private long refusedFrom = Long.MAX_VALUE; // GOAWAY
    private long nextId;
    private int inProgress;

    ServerPushes(Http3ServerEngine engine, int most) {
        this.engine = engine;
        this.most = most;
    }

    boolean canPush() {
        return inProgress < most && nextId <= maxId && nextId < refusedFrom;
    }

    /** @return false if the client accepts no more, or the response of {@code parent} has come too far */
    boolean promise(Http3Stream parent, Exchange promised) {
        if (!canPush() || !takesPromise(parent)) {
            return false;
        }
        Http3Stream push = Http3Engine.streamOf(promised);
        push.start(QuicTransport.NONE, promised, engine.nowNs);
        push.headTold = true;
        push.reading = Http3Stream.Reading.ENDED;
        push.pushId = nextId++;
        push.parent = parent;
        engine.chain.add(push);
        inProgress++;
        engine.writer.promise(parent, promised, push.pushId);
        open(push);
        return true;
    }

    /** A promise is a frame of its own: it cannot stand within a DATA frame that has begun. */
    private static boolean takesPromise(Http3Stream parent) {
        // RFC 9114 4.6: a promise stands on the stream of a request, not on that of another push.
        return parent.pushId == Http3Stream.NO_PUSH && parent.writing != Http3Stream.Writing.DONE && parent.writing != Http3Stream.Writing.AWAIT_WRITER && parent.frameLeft == 0 && !parent.tunnel;
    }

    private void open(Http3Stream push) {
        long id = engine.transport.openUnidirectional();
        if (id == QuicTransport.NONE) {
            return; // as soon as the client allows another stream
        }
        push.id = id;
        engine.opened();
        engine.streams.put(id, push);
        byte[] head = engine.slab.lend(1 + VarInts.MAX_BYTES);
        head[0] = (byte) FrameType.STREAM_PUSH;
        int n = 1 + VarInts.put(head, 1, push.pushId);
        engine.writer.raw(push, head, 0, n);
        engine.slab.giveBack(head);
    }

    void streamsAvailable() {
        for (Http3Stream s = engine.chain.first; s != null; s = s.next) {
            if (s.pushId != Http3Stream.NO_PUSH && s.id == QuicTransport.NONE) {
                open(s);
                if (s.id == QuicTransport.NONE) {
                    return;
                }
                engine.writer.pump(s);
            }
        }
    }

    /** The push of this stream is over. */
    void ended(Http3Stream s) {
        inProgress--;
        if (s.id == QuicTransport.NONE && !engine.isClosed()) {
            engine.own.control.frame(FrameType.CANCEL_PUSH, s.pushId); // promised, and no stream will come
        }
    }

    private Http3Stream find(long pushId) {
        for (Http3Stream s = engine.chain.first; s != null; s = s.next) {
            if (s.pushId == pushId) {
                return s;
            }
        }
        return null;
    }

    /** RFC 9114 7.2.7. */
    Http3Error allowed(long id) {
        if (id < maxId) {
            return Http3Error.ID_ERROR;
        }
        maxId = id;
        return null;
    }

    /** RFC 9114 7.2.3. */
    Http3Error cancelled(long id) {
        if (id > maxId || id >= nextId) {
            return Http3Error.ID_ERROR;
        }
        Http3Stream s = find(id);
        if (s != null) {
            engine.giveUp(s, Http3Error.REQUEST_CANCELLED, Http3Error.REQUEST_CANCELLED.code());
        }
        return null;
    }

    /** RFC 9114 5.2: push ids from here on are not accepted; the number never grows. */
    Http3Error goAway(long id) {
        if (id > refusedFrom) {
            return Http3Error.ID_ERROR;
        }
        refusedFrom = id;
        return null;
    }

    /** RFC 9218 7.2. */
    Http3Error priority(long id, int priority) {
        if (id > maxId || id >= nextId) {
            return Http3Error.ID_ERROR;
        }
        Http3Stream s = find(id);
        if (s != null && s.id != QuicTransport.NONE) {
            engine.transport.priority(s.id, Priority.urgency(priority), Priority.incremental(priority));
        }
        return null;
    }
}
