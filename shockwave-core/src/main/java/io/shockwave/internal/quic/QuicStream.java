package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;

/**
 * Both halves of a stream (RFC 9000 3). Owned by the {@link StreamSet}, which reuses it for another id once both halves are done; changed by {@link StreamSender} and {@link StreamReceiver}.
 *
 * <pre>
 *   sending half                                          receiving half
 *   OPEN ──write fin──▶ ENDED ──all acked──▶ DONE         OPEN ──final size──▶ ENDED ──all taken──▶ DONE
 *     │                   │                   ▲             │                    │                   ▲
 *     └─ reset, or peer's ┴▶ RESET ──acked────┤             ├─ peer's reset ─────┴───────────────────┤
 *        STOP_SENDING                         │             └─ stopSending ▶ STOPPED ──final size────┤
 *   a half that the direction lacks ──────────┘                                                  ────┘
 * </pre>
 */
final class QuicStream {
    static final long NONE = -1L;
    static final int DEFAULT_URGENCY = 3;

    /** Frames about this stream that wait to be sent. */
    static final int PENDING_RESET = 1;
    static final int PENDING_STOP = 2;
    static final int PENDING_CREDIT = 4;
    static final int PENDING_BLOCKED = 8;

    /** Links of the lists that a stream can be in, by {@link StreamList#slot}. */
    final QuicStream[] previous = new QuicStream[StreamList.SLOTS];
    final QuicStream[] next = new QuicStream[StreamList.SLOTS];
    final StreamList[] memberOf = new StreamList[StreamList.SLOTS];

    final SendBuffer out;
    final ReceiveBuffer in;
    final ReceiveWindow window = new ReceiveWindow();

    long id = NONE;
    int pending;
    int urgency;
    boolean incremental;

    /** Up to which offset the peer lets us send. */
    long sendLimit;
    /** The limit that STREAM_DATA_BLOCKED last told; once for each is enough. */
    long blockedAt;
    boolean finWritten;
    boolean finSent;
    boolean finLost;
    boolean finAcked;
    long resetCode;
    long resetSize;
    boolean sendDone;

    /** Offset behind the last byte that came in; what connection flow control counts. */
    long highest;
    long finalSize;
    long stopCode;
    boolean declined;
    boolean offering;
    boolean receiveDone;

    QuicStream(Slab slab) {
        out = new SendBuffer(slab);
        in = new ReceiveBuffer(slab);
    }

    void open(long newId, boolean sends, boolean receives, long newSendLimit, long windowBytes, long maxWindowBytes) {
        id = newId;
        pending = 0;
        urgency = DEFAULT_URGENCY;
        incremental = false;
        sendLimit = newSendLimit;
        blockedAt = NONE;
        finWritten = false;
        finSent = false;
        finLost = false;
        finAcked = false;
        resetCode = NONE;
        resetSize = 0;
        sendDone = !sends;
        highest = 0;
        finalSize = NONE;
        stopCode = NONE;
        declined = false;
        offering = false;
        receiveDone = !receives;
        window.open(windowBytes, maxWindowBytes);
    }

    /** Gives back what it borrowed; the object waits for another id. */
    void clear() {
        id = NONE;
        out.clear();
        in.clear();
    }

    boolean isWritable() {
        return !sendDone && !finWritten && resetCode == NONE;
    }

    boolean isReset() {
        return resetCode != NONE;
    }

    boolean isStopped() {
        return stopCode != NONE;
    }

    /** Whether there are bytes never sent that the peer's limit on the stream allows, or an end never sent. */
    boolean hasNew() {
        if (sendDone || isReset()) {
            return false;
        }
        long next = out.next();
        return next < out.end() ? next < sendLimit : finWritten && !finSent;
    }

    boolean hasLost() {
        return !sendDone && !isReset() && (out.hasLost() || finLost);
    }

    boolean isDone() {
        return sendDone && receiveDone;
    }

    /** What {@link #park} writes. */
    static final int PARKED_LONGS = 6 + ReceiveWindow.PARKED_LONGS;
    private static final int SEND_DONE = 1;
    private static final int RECEIVE_DONE = 2;
    private static final int INCREMENTAL = 4;
    private static final int FIN_DONE = 8;
    private static final int URGENCY_SHIFT = 8;

    /** Whether a few numbers say all that is to be known of it: nothing is kept, waits to be sent, or was left by the application. */
    boolean isQuiet() {
        return pending == 0 && out.isAllAcked() && (sendDone || !finWritten && resetCode == NONE) && in.highest() == in.base() && in.heldBytes() == 0 && stopCode == NONE && !declined && !offering
                && (receiveDone || finalSize == NONE) && isUnlisted();
    }

    private boolean isUnlisted() {
        for (StreamList list : memberOf) {
            if (list != null) {
                return false;
            }
        }
        return true;
    }

    /** Writes down what it is, while it {@link #isQuiet}. */
    void park(long[] to, int at) {
        to[at] = id;
        to[at + 1] = urgency << URGENCY_SHIFT | (sendDone ? SEND_DONE : 0) | (receiveDone ? RECEIVE_DONE : 0) | (incremental ? INCREMENTAL : 0) | (finWritten ? FIN_DONE : 0);
        to[at + 2] = sendLimit;
        to[at + 3] = blockedAt;
        to[at + 4] = out.end();
        to[at + 5] = finalSize == NONE ? highest : ~finalSize;
        window.park(to, at + 6);
    }

    /** As it was written down. */
    void unpark(long[] from, int at, long maxWindowBytes) {
        int bits = (int) from[at + 1];
        open(from[at], (bits & SEND_DONE) == 0, (bits & RECEIVE_DONE) == 0, from[at + 2], 0, 0);
        urgency = bits >>> URGENCY_SHIFT;
        incremental = (bits & INCREMENTAL) != 0;
        finWritten = (bits & FIN_DONE) != 0;
        finSent = finWritten;
        finAcked = finWritten;
        blockedAt = from[at + 3];
        out.startAt(from[at + 4]);
        if (from[at + 5] < 0) {
            finalSize = ~from[at + 5];
        }
        highest = finalSize == NONE ? from[at + 5] : finalSize;
        in.drop(highest);
        window.unpark(from, at + 6, maxWindowBytes);
    }
}
