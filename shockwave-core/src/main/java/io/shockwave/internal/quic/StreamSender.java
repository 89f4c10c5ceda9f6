package io.shockwave.internal.quic;

/**
 * The sending halves of a connection's streams: what was written, whose turn it is, flow control, and what acknowledgment and loss mean (RFC 9000 3.1, 4, 13.3). Owned by a connection.
 */
final class StreamSender {
    /** Each stream may hold this much however much others hold, so that a slow one does not stop them. */
    private static final int MIN_STREAM_BYTES = ChunkedBytes.CHUNK_BYTES;
    /** A writer is woken for this much room, or a quarter of what it may have. */
    private static final int WAKE_BYTES = 16 << 10;
    /** Below it another STREAM frame is not worth its header. */
    private static final int MIN_ROOM = 24;

    private final StreamSet streams;
    private final QuicSettings settings;
    private final StreamList control;
    private final StreamList lost = new StreamList(StreamList.LOST);
    private final StreamList waiting = new StreamList(StreamList.WAITING);
    private final StreamScheduler scheduler = new StreamScheduler();

    /** Sum over all streams of new bytes sent, which the peer's limit bounds. */
    private long sent;
    private long limit;
    private long blockedAt = QuicStream.NONE;
    private boolean blockedPending;
    /** Bytes in all send buffers. */
    private long held;
    private long windowBytes;

    StreamSender(StreamSet streams, StreamList control) {
        this.streams = streams;
        this.settings = streams.settings();
        this.control = control;
    }

    /** The congestion window: what is worth having ready to send. */
    void window(long newWindowBytes) {
        windowBytes = newWindowBytes;
    }

    /** The peer's transport parameters, or those remembered for 0-RTT. */
    void peerLimit(long newLimit) {
        limit = Math.max(limit, newLimit);
    }

    // Commands of the application

    int write(long id, byte[] buf, int off, int len, boolean fin) {
        QuicStream s = streams.get(id);
        if (s == null || !s.isWritable()) {
            return -1;
        }
        int n = Math.min(len, room(s));
        s.out.write(buf, off, n);
        held += n;
        if (n < len) {
            waiting.addLast(s);
        } else {
            s.finWritten = fin;
        }
        ready(s);
        return n;
    }

    int writable(long id) {
        QuicStream s = streams.get(id);
        return s == null || !s.isWritable() ? 0 : room(s);
    }

    private int room(QuicStream s) {
        long most = mostHeld();
        long own = s.out.heldBytes();
        return (int) Math.max(0, Math.min(most - own, Math.max(most - held, MIN_STREAM_BYTES - own)));
    }

    /** What one stream, and all together but for the minimum of each, may hold: two windows keep the path busy while acknowledgments travel. */
    private long mostHeld() {
        return Math.min(settings.maxSendBufferBytes(), Math.max(settings.sendBufferBytes(), 2 * windowBytes));
    }

    void priority(long id, int urgency, boolean incremental) {
        QuicStream s = streams.get(id);
        if (s != null) {
            scheduler.priority(s, urgency, incremental);
        }
    }

    void reset(long id, long errorCode) {
        QuicStream s = streams.get(id);
        if (s != null) {
            reset(s, errorCode);
        }
    }

    private void reset(QuicStream s, long errorCode) {
        if (s.sendDone || s.isReset()) {
            return;
        }
        s.resetCode = errorCode;
        s.resetSize = s.out.next();
        held -= s.out.heldBytes();
        s.out.drop();
        StreamScheduler.remove(s);
        lost.remove(s);
        waiting.remove(s);
        s.pending = s.pending & ~QuicStream.PENDING_BLOCKED | QuicStream.PENDING_RESET;
        control.addLast(s);
    }

    // Frames of the peer

    int onStopSending(long id, long errorCode) {
        int error = streams.find(id);
        QuicStream s = streams.found();
        if (error != 0 || s == null || s.sendDone || s.isReset()) {
            return error;
        }
        // RFC 9000 3.5: an endpoint that receives STOP_SENDING MUST send a RESET_STREAM, with the same code at best.
        reset(s, errorCode);
        streams.sink().onStopSending(id, errorCode);
        return 0;
    }

    void onMaxData(long newLimit) {
        limit = Math.max(limit, newLimit);
    }

    int onMaxStreamData(long id, long newLimit) {
        int error = streams.find(id);
        QuicStream s = streams.found();
        if (error == 0 && s != null && newLimit > s.sendLimit) {
            s.sendLimit = newLimit;
            ready(s);
        }
        return error;
    }

    // What became of frames sent

    void onStreamAcked(long id, long offset, long len, boolean fin) {
        QuicStream s = streams.get(id);
        if (s == null || s.isReset() || s.sendDone) {
            return;
        }
        held -= s.out.heldBytes();
        s.out.onAcked(offset, len);
        held += s.out.heldBytes();
        if (fin) {
            s.finAcked = true;
            s.finLost = false;
        }
        if (s.finAcked && s.out.isAllAcked()) {
            s.sendDone = true;
            StreamList.removeFromAll(s);
            if (s.pending != 0) {
                control.addLast(s);
            }
            streams.sink().onAllAcked(id);
            streams.closeIfDone(s);
        } else if (!s.hasLost()) {
            lost.remove(s);
        }
    }

    void onStreamLost(long id, long offset, long len, boolean fin) {
        QuicStream s = streams.get(id);
        if (s == null || s.isReset() || s.sendDone) {
            return;
        }
        s.out.onLost(offset, len);
        s.finLost |= fin && !s.finAcked;
        if (s.hasLost()) {
            lost.addLast(s);
        }
    }

    void onResetAcked(long id) {
        QuicStream s = streams.get(id);
        if (s != null && s.isReset() && !s.sendDone) {
            s.sendDone = true;
            streams.closeIfDone(s);
        }
    }

    void onResetLost(long id) {
        QuicStream s = streams.get(id);
        if (s != null && s.isReset() && !s.sendDone) {
            s.pending |= QuicStream.PENDING_RESET;
            control.addLast(s);
        }
    }

    void onDataBlockedLost() {
        blockedPending = blockedAt == limit;
    }

    void onStreamDataBlockedLost(long id) {
        QuicStream s = streams.get(id);
        if (s != null && s.blockedAt == s.sendLimit && !s.sendDone && !s.isReset()) {
            s.pending |= QuicStream.PENDING_BLOCKED;
            control.addLast(s);
        }
    }

    /** Tells writers that there is room again. After acknowledgments, when nothing walks through the streams. */
    void wakeWriters() {
        QuicStream s = waiting.first();
        int left = streams.count();
        while (s != null && left-- > 0) {
            QuicStream following = waiting.after(s);
            if (room(s) >= Math.min(WAKE_BYTES, mostHeld() >> 2) || s.out.heldBytes() == 0 && room(s) > 0) {
                waiting.remove(s);
                streams.sink().onWritable(s.id);
                // The callback may have changed the list in any way.
                following = following != null && waiting.contains(following) ? following : waiting.first();
            }
            s = following;
        }
    }

    // Sending

    /** Whether there are bytes of streams to send, new ones or lost. */
    boolean hasData() {
        if (!lost.isEmpty() || blockedPending) {
            return true;
        }
        QuicStream s = scheduler.next();
        // An end without bytes needs no credit.
        return s != null && (sent < limit || blockedAt != limit || s.out.next() == s.out.end());
    }

    /** DATA_BLOCKED and STREAM frames: lost bytes first, then new ones as the scheduler says. */
    void fill(PacketAssembler packet) {
        if (blockedPending && packet.dataBlocked(blockedAt)) {
            blockedPending = false;
        }
        if (fillLost(packet)) {
            fillNew(packet);
        }
    }

    private boolean fillLost(PacketAssembler packet) {
        QuicStream s;
        while ((s = lost.first()) != null) {
            boolean hasBytes = s.out.hasLost();
            long offset = hasBytes ? s.out.lostFrom() : s.out.end();
            long wanted = hasBytes ? s.out.lostBytes() : 0;
            boolean fin = s.finSent && !s.finAcked && offset + wanted == s.out.end();
            int n = packet.stream(s.id, s.out, offset, wanted, fin);
            if (n < 0) {
                return false;
            }
            if (fin && n == wanted) {
                s.finLost = false;
            }
            if (!s.hasLost()) {
                lost.remove(s);
            }
        }
        return true;
    }

    private void fillNew(PacketAssembler packet) {
        QuicStream s;
        while ((s = scheduler.next()) != null) {
            long next = s.out.next();
            long wanted = Math.min(s.out.end() - next, Math.min(s.sendLimit - next, limit - sent));
            if (wanted <= 0 && next < s.out.end()) {
                if (next >= s.sendLimit) {
                    blocked(s);
                    continue;
                }
                blockedOnConnection(packet);
                return;
            }
            boolean fin = s.finWritten && next + wanted == s.out.end();
            int n = packet.stream(s.id, s.out, next, wanted, fin);
            if (n < 0) {
                return;
            }
            sent += n;
            if (fin && n == wanted) {
                s.finSent = true;
            }
            boolean isFull = n < wanted || packet.room() < MIN_ROOM;
            if (!s.hasNew()) {
                StreamScheduler.remove(s);
                if (s.out.next() < s.out.end()) {
                    blocked(s);
                }
            }
            if (isFull) {
                scheduler.served(s);
                return;
            }
        }
    }

    private void blocked(QuicStream s) {
        StreamScheduler.remove(s);
        // RFC 9000 19.13: once for each limit.
        if (s.blockedAt != s.sendLimit) {
            s.blockedAt = s.sendLimit;
            s.pending |= QuicStream.PENDING_BLOCKED;
            control.addLast(s);
        }
    }

    private void blockedOnConnection(PacketAssembler packet) {
        // RFC 9000 19.12: once for each limit.
        if (blockedAt != limit) {
            blockedAt = limit;
            blockedPending = !packet.dataBlocked(limit);
        }
    }

    /** RESET_STREAM and STREAM_DATA_BLOCKED of one stream; false when there is no room. */
    boolean fillControl(QuicStream s, PacketAssembler packet) {
        if ((s.pending & QuicStream.PENDING_RESET) != 0) {
            if (!packet.resetStream(s.id, s.resetCode, s.resetSize)) {
                return false;
            }
            s.pending &= ~QuicStream.PENDING_RESET;
        }
        if ((s.pending & QuicStream.PENDING_BLOCKED) != 0) {
            if (s.blockedAt == s.sendLimit && !packet.streamDataBlocked(s.id, s.sendLimit)) {
                return false;
            }
            s.pending &= ~QuicStream.PENDING_BLOCKED;
        }
        return true;
    }

    private void ready(QuicStream s) {
        if (s.hasNew()) {
            scheduler.add(s);
        } else if (!s.isReset() && s.out.next() < s.out.end()) {
            blocked(s);
        }
    }

    /** All streams are gone. */
    void clear() {
        sent = 0;
        limit = 0;
        held = 0;
        blockedAt = QuicStream.NONE;
        blockedPending = false;
    }

    static final int PARKED_LONGS = 3;

    /** Whether nothing is held, and nothing of the connection waits to be sent. */
    boolean isQuiet() {
        return held == 0 && !blockedPending && lost.isEmpty() && waiting.isEmpty() && scheduler.next() == null;
    }

    void park(long[] to, int at) {
        to[at] = sent;
        to[at + 1] = limit;
        to[at + 2] = blockedAt;
        clear();
    }

    void unpark(long[] from, int at) {
        sent = from[at];
        limit = from[at + 1];
        blockedAt = from[at + 2];
    }
}
