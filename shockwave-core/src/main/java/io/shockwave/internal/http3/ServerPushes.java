package io.shockwave.internal.http3;

import io.shockwave.internal.quic.QuicTransport;

/**
 * The pushes of one connection of a server (RFC 9114 4.6, 7.2.3, 7.2.7). Owned by its engine. Off unless its settings allow some.
 */
final class ServerPushes {
    private final Http3ServerEngine engine;
    private final QuicTransport transport;
    private final int most;
    private long maxId = -1; // as the client allows; none at the start
    private long refusedFrom = Long.MAX_VALUE; // GOAWAY
    private long nextId;
    private int inProgress;

    ServerPushes(Http3ServerEngine engine, QuicTransport transport, int most) {
        this.engine = engine;
        this.transport = transport;
        this.most = most;
    }

    boolean canPush() {
        return inProgress < most && nextId <= maxId && nextId < refusedFrom;
    }

    void promise(Http3Stream parent, Http3Stream push) {
        push.pushId = nextId++;
        push.parent = parent;
        inProgress++;
        engine.writer.promise(parent, push.x, push.pushId);
        open(push);
    }

    private void open(Http3Stream push) {
        long id = transport.openUnidirectional();
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
        for (Http3Stream s = engine.first; s != null; s = s.next) {
            if (s.pushId != Http3Stream.NO_PUSH && s.id == QuicTransport.NONE) {
                open(s);
                if (s.id == QuicTransport.NONE) {
                    return;
                }
                engine.writer.pump(s);
            }
        }
    }

    /** The stream is over: one push less if it was one. */
    void ended(Http3Stream s) {
        if (s.pushId != Http3Stream.NO_PUSH) {
            inProgress--;
            if (s.id == QuicTransport.NONE && !engine.isClosed()) {
                engine.controlFrame(FrameType.CANCEL_PUSH, s.pushId); // promised, and no stream will come
            }
        }
    }

    private Http3Stream find(long pushId) {
        for (Http3Stream s = engine.first; s != null; s = s.next) {
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
            engine.pushCancelled(s, Http3Error.REQUEST_CANCELLED.code());
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
            transport.priority(s.id, Priority.urgency(priority), Priority.incremental(priority));
        }
        return null;
    }
}
