package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;
import org.eclipse.collections.api.block.procedure.Procedure;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;

/**
 * The streams of a connection by id: how many each side may open, and what lives of them (RFC 9000 2.1, 4.6). Owned by a connection. Stream objects are reused, so the number of them is the
 * largest number of streams that were open at once.
 */
final class StreamSet {
    /** Streams by kind: bit 0 of an id is the initiator, bit 1 the direction. */
    private static final int BIDIRECTIONAL = 0;
    private static final int UNIDIRECTIONAL = 1;
    /** The peer is told that it may open more once an eighth of what it may have open is closed: it always has seven eighths, for one frame in so many streams. */
    private static final int GRANT_SHIFT = 3;
    /** Objects that wait to be reused; more are left to the collector. */
    private static final int MAX_SPARE = 128;
    private static final int MAX_PARKED_SPARE = 16;

    private boolean server;
    private final QuicSettings settings;
    private final Slab slab;
    private final LongObjectHashMap<QuicStream> streams = new LongObjectHashMap<>();
    private final StreamList dead = new StreamList(StreamList.DEAD);
    private QuicStream[] spare = new QuicStream[4];
    private int spares;

    private final Walk walk = new Walk();

    private QuicSink sink;
    private QuicStream found;

    /** Per kind: how many we opened, how many the peer allows, and the count that STREAMS_BLOCKED last told. */
    private final long[] opened = new long[2];
    private final long[] allowed = new long[2];
    private final long[] blockedAt = {QuicStream.NONE, QuicStream.NONE};
    private final boolean[] wanted = new boolean[2];
    /** Per kind: how many the peer opened, how many of those are closed, and how many it was told that it may open. */
    private final long[] accepted = new long[2];
    private final long[] closed = new long[2];
    private final long[] granted = new long[2];
    private final boolean[] grantPending = new boolean[2];
    private final boolean[] blockedPending = new boolean[2];

    /** What the peer lets us send on streams of each sort at first. */
    private long sendLimitOwnBidi;
    private long sendLimitPeerBidi;
    private long sendLimitUni;

    StreamSet(boolean server, QuicSettings settings, Slab slab) {
        this.settings = settings;
        this.slab = slab;
        begin(server);
    }

    /** As new, for a connection's one side. */
    void begin(boolean isServer) {
        server = isServer;
        forgetCounts();
        for (int kind = BIDIRECTIONAL; kind <= UNIDIRECTIONAL; kind++) {
            accepted[kind] = 0;
            closed[kind] = 0;
            grantPending[kind] = false;
        }
        sendLimitOwnBidi = 0;
        sendLimitPeerBidi = 0;
        sendLimitUni = 0;
        granted[BIDIRECTIONAL] = settings.maxBidirectionalStreams();
        granted[UNIDIRECTIONAL] = settings.maxUnidirectionalStreams();
    }

    void sink(QuicSink newSink) {
        sink = newSink;
    }

    QuicSink sink() {
        return sink;
    }

    QuicSettings settings() {
        return settings;
    }

    int count() {
        return streams.size();
    }

    QuicStream get(long id) {
        return streams.get(id);
    }

    /** The peer's transport parameters, or those remembered for 0-RTT. Limits on streams already open are raised, never lowered. */
    void peerLimits(long streamsBidi, long streamsUni, long ownBidi, long peerBidi, long uni) {
        sendLimitOwnBidi = ownBidi;
        sendLimitPeerBidi = peerBidi;
        sendLimitUni = uni;
        for (QuicStream s : streams) {
            s.sendLimit = Math.max(s.sendLimit, initialSendLimit(s.id));
        }
        onMaxStreams(true, streamsBidi);
        onMaxStreams(false, streamsUni);
    }

    private long initialSendLimit(long id) {
        if (isUnidirectional(id)) {
            return sendLimitUni;
        }
        return isOwn(id) ? sendLimitOwnBidi : sendLimitPeerBidi;
    }

    /** Opens a stream of ours; null while the peer allows no more. */
    QuicStream open(boolean bidirectional) {
        int kind = bidirectional ? BIDIRECTIONAL : UNIDIRECTIONAL;
        if (opened[kind] >= allowed[kind]) {
            wanted[kind] = true;
            // RFC 9000 4.6: once for each limit.
            if (blockedAt[kind] != allowed[kind]) {
                blockedAt[kind] = allowed[kind];
                blockedPending[kind] = true;
            }
            return null;
        }
        return create(opened[kind]++ << 2 | kind << 1 | (server ? 1 : 0));
    }

    /**
     * Finds the stream that a frame of the peer is about, opening it and all below it if it is a new one of the peer's (RFC 9000 2.1).
     *
     * @return 0 or a transport error; {@link #found} is null for a stream that is closed
     */
    int find(long id) {
        found = null;
        int kind = isUnidirectional(id) ? UNIDIRECTIONAL : BIDIRECTIONAL;
        long index = id >>> 2;
        if (isOwn(id)) {
            // RFC 9000 19.4 to 19.13: a frame about a stream of ours that we did not open is a STREAM_STATE_ERROR.
            if (index >= opened[kind]) {
                return QuicError.STREAM_STATE_ERROR;
            }
            found = streams.get(id);
            return 0;
        }
        // RFC 9000 4.6: more streams than were allowed are a STREAM_LIMIT_ERROR.
        if (index >= granted[kind]) {
            return QuicError.STREAM_LIMIT_ERROR;
        }
        while (accepted[kind] <= index) {
            long next = accepted[kind]++ << 2 | id & 3;
            create(next);
            sink.onStreamOpened(next);
        }
        found = streams.get(id);
        return 0;
    }

    QuicStream found() {
        return found;
    }

    private QuicStream create(long id) {
        QuicStream s = spares > 0 ? spare[--spares] : new QuicStream(slab);
        boolean own = isOwn(id);
        boolean uni = isUnidirectional(id);
        s.open(id, own || !uni, !own || !uni, initialSendLimit(id), settings.streamWindowBytes(), settings.maxStreamWindowBytes());
        streams.put(id, s);
        return s;
    }

    /** Forgets a stream whose halves are done, and lets the peer open another. */
    void closeIfDone(QuicStream s) {
        if (!s.isDone() || StreamSet.isClosed(s)) {
            return;
        }
        long id = s.id;
        streams.remove(id);
        StreamList.removeFromAll(s);
        dead.addLast(s);
        if (!isOwn(id)) {
            int kind = isUnidirectional(id) ? UNIDIRECTIONAL : BIDIRECTIONAL;
            closed[kind]++;
            grantPending[kind] |= closed[kind] + most(kind) - granted[kind] >= Math.max(1, most(kind) >> GRANT_SHIFT);
        }
        sink.onStreamClosed(id);
    }

    private int most(int kind) {
        return kind == BIDIRECTIONAL ? settings.maxBidirectionalStreams() : settings.maxUnidirectionalStreams();
    }

    /** Whether a stream was closed while a caller held it. */
    static boolean isClosed(QuicStream s) {
        return s.id == QuicStream.NONE || s.memberOf[StreamList.DEAD] != null;
    }

    /** Makes closed streams' objects free for others. Only where no caller holds one: between datagrams. */
    void reap() {
        QuicStream s;
        while ((s = dead.first()) != null) {
            dead.remove(s);
            s.clear();
            if (spares < MAX_SPARE) {
                if (spares == spare.length) {
                    QuicStream[] grown = new QuicStream[2 * spares];
                    System.arraycopy(spare, 0, grown, 0, spares);
                    spare = grown;
                }
                spare[spares++] = s;
            }
        }
    }

    void onMaxStreams(boolean bidirectional, long limit) {
        int kind = bidirectional ? BIDIRECTIONAL : UNIDIRECTIONAL;
        if (limit > allowed[kind]) {
            allowed[kind] = limit;
            if (wanted[kind]) {
                wanted[kind] = false;
                sink.onStreamsAvailable(bidirectional);
            }
        }
    }

    /** The peer would open more streams (STREAMS_BLOCKED): it is told of those closed since it was last told, however few. */
    void onPeerBlocked(boolean bidirectional) {
        int kind = bidirectional ? BIDIRECTIONAL : UNIDIRECTIONAL;
        grantPending[kind] |= closed[kind] + most(kind) > granted[kind];
    }

    /** How many streams the peer was told that it may open. */
    long granted(boolean bidirectional) {
        return granted[bidirectional ? BIDIRECTIONAL : UNIDIRECTIONAL];
    }

    boolean hasControl() {
        return grantPending[0] | grantPending[1] | blockedPending[0] | blockedPending[1];
    }

    /** MAX_STREAMS and STREAMS_BLOCKED. */
    void fill(PacketAssembler packet) {
        for (int kind = BIDIRECTIONAL; kind <= UNIDIRECTIONAL; kind++) {
            if (grantPending[kind]) {
                long most = closed[kind] + most(kind);
                if (packet.maxStreams(kind == BIDIRECTIONAL, most)) {
                    granted[kind] = most;
                    grantPending[kind] = false;
                }
            }
            if (blockedPending[kind] && packet.streamsBlocked(kind == BIDIRECTIONAL, allowed[kind])) {
                blockedPending[kind] = false;
            }
        }
    }

    void onMaxStreamsLost(boolean bidirectional) {
        grantPending[bidirectional ? BIDIRECTIONAL : UNIDIRECTIONAL] = true;
    }

    void onStreamsBlockedLost(boolean bidirectional) {
        int kind = bidirectional ? BIDIRECTIONAL : UNIDIRECTIONAL;
        blockedPending[kind] = blockedAt[kind] == allowed[kind];
    }

    /** All streams vanish: the connection is over, or 0-RTT was refused (then ids begin again). */
    void clear() {
        for (QuicStream s : streams) {
            StreamList.removeFromAll(s);
            dead.addLast(s);
        }
        streams.clear();
        forgetCounts();
    }

    /** Of the streams that we opened: 0-RTT may have been refused, and a peer's come with the ids that they have. */
    private void forgetCounts() {
        opened[BIDIRECTIONAL] = 0;
        opened[UNIDIRECTIONAL] = 0;
        allowed[BIDIRECTIONAL] = 0;
        allowed[UNIDIRECTIONAL] = 0;
        for (int kind = BIDIRECTIONAL; kind <= UNIDIRECTIONAL; kind++) {
            wanted[kind] = false;
            blockedPending[kind] = false;
            blockedAt[kind] = QuicStream.NONE;
        }
    }

    boolean isOwn(long id) {
        return (id & 1) == (server ? 1 : 0);
    }

    static boolean isUnidirectional(long id) {
        return (id & 2) != 0;
    }

    // At rest

    private static final int PARKED_LONGS = 15;

    int parkedLongs() {
        return PARKED_LONGS + streams.size() * QuicStream.PARKED_LONGS;
    }

    /** Whether nothing of any stream is under way. */
    boolean isQuiet() {
        if (hasControl()) {
            return false;
        }
        walk.begin(null);
        streams.forEachValue(walk);
        return walk.isQuiet;
    }

    /** Writes down what there is, while it {@link #isQuiet}, and forgets it. */
    void park(long[] to, int from) {
        int at = from;
        for (int kind = BIDIRECTIONAL; kind <= UNIDIRECTIONAL; kind++) {
            to[at] = opened[kind];
            to[at + 1] = allowed[kind];
            to[at + 2] = blockedAt[kind] << 1 | (wanted[kind] ? 1 : 0);
            to[at + 3] = accepted[kind];
            to[at + 4] = closed[kind];
            to[at + 5] = granted[kind];
            at += 6;
        }
        to[at] = sendLimitOwnBidi;
        to[at + 1] = sendLimitPeerBidi;
        to[at + 2] = sendLimitUni;
        walk.begin(to);
        walk.at = at + 3;
        streams.forEachValue(walk);
        walk.to = null;
        streams.clear();
        forgetCounts();
        reap();
        dropSpares();
        found = null;
        sink = null;
    }

    /** A connection that had many streams at once leaves few of them to others. */
    private void dropSpares() {
        while (spares > MAX_PARKED_SPARE) {
            spare[--spares] = null;
        }
    }

    /** As it was written down. */
    void unpark(long[] from, int start) {
        int at = start;
        for (int kind = BIDIRECTIONAL; kind <= UNIDIRECTIONAL; kind++) {
            opened[kind] = from[at];
            allowed[kind] = from[at + 1];
            blockedAt[kind] = from[at + 2] >> 1;
            wanted[kind] = (from[at + 2] & 1) != 0;
            accepted[kind] = from[at + 3];
            closed[kind] = from[at + 4];
            granted[kind] = from[at + 5];
            at += 6;
        }
        sendLimitOwnBidi = from[at];
        sendLimitPeerBidi = from[at + 1];
        sendLimitUni = from[at + 2];
        long most = Math.max(settings.streamWindowBytes(), settings.maxStreamWindowBytes());
        for (at += 3; at < from.length; at += QuicStream.PARKED_LONGS) {
            QuicStream s = spares > 0 ? spare[--spares] : new QuicStream(slab);
            s.unpark(from, at, most);
            streams.put(s.id, s);
        }
    }

    /** Goes over all streams, without an object for that. */
    private final class Walk implements Procedure<QuicStream> {
        private static final long serialVersionUID = 1L;

        private transient long[] to;
        private transient int at;
        private transient boolean isQuiet;

        void begin(long[] parked) {
            to = parked;
            isQuiet = true;
        }

        @Override
        public void value(QuicStream s) {
            if (to == null) {
                isQuiet &= s.isQuiet();
            } else {
                s.park(to, at);
                at += QuicStream.PARKED_LONGS;
                dead.addLast(s);
            }
        }
    }
}
