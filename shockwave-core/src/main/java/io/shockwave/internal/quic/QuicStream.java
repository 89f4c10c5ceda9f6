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
}
