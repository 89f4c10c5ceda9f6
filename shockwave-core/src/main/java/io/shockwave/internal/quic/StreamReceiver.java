package io.shockwave.internal.quic;

/**
 * The receiving halves of a connection's streams: order, final sizes, flow control, and handing bytes on (RFC 9000 3.2, 4). Owned by a connection.
 *
 * <p>What the peer can make us keep is what the windows let it send: {@link ReceiveBuffer} costs nothing for a fragment.
 */
final class StreamReceiver {
    private final StreamSet streams;
    private final StreamList control;
    private final ReceiveWindow window = new ReceiveWindow();
    /** Sum over all streams of the highest offsets, which the connection's limit bounds. */
    private long received;
    private boolean creditPending;
    private long nowNs;
    private long rttNs;

    /** @param control where streams with frames of control to send are listed */
    StreamReceiver(StreamSet streams, StreamList control) {
        this.streams = streams;
        this.control = control;
        begin();
    }

    /** As new. */
    void begin() {
        window.open(streams.settings().connectionWindowBytes(), streams.settings().maxConnectionWindowBytes());
        received = 0;
        creditPending = false;
    }

    void now(long newNowNs, long newRttNs) {
        nowNs = newNowNs;
        rttNs = newRttNs;
    }

    int onStream(long id, long offset, byte[] buf, int off, int len, boolean fin) {
        int error = streams.find(id);
        QuicStream s = streams.found();
        if (error != 0 || s == null) {
            return error;
        }
        long end = offset + len;
        error = account(s, end, fin);
        if (error != 0) {
            return error;
        }
        if (s.isStopped()) {
            drop(s);
            return 0;
        }
        if (s.receiveDone) {
            return 0;
        }
        accept(s, offset, buf, off, len);
        return 0;
    }

    /** Checks the final size and both limits, and counts what is new (RFC 9000 4.1, 4.5). */
    private int account(QuicStream s, long end, boolean isFinal) {
        if (s.finalSize != QuicStream.NONE) {
            // RFC 9000 4.5: data beyond the final size, or another final size, is a FINAL_SIZE_ERROR.
            return end > s.finalSize || isFinal && end != s.finalSize ? QuicError.FINAL_SIZE_ERROR : raise(s, end);
        }
        if (isFinal && end < s.highest) {
            return QuicError.FINAL_SIZE_ERROR;
        }
        int error = raise(s, end);
        if (error == 0 && isFinal) {
            s.finalSize = end;
        }
        return error;
    }

    private int raise(QuicStream s, long end) {
        long more = end - s.highest;
        if (more <= 0) {
            return 0;
        }
        if (end > s.window.limit() || received + more > window.limit()) {
            return QuicError.FLOW_CONTROL_ERROR;
        }
        received += more;
        s.highest = end;
        return 0;
    }

    private void accept(QuicStream s, long offset, byte[] buf, int off, int len) {
        if (s.in.isNext(offset) && !s.declined && !s.offering) {
            int taken = offer(s, buf, off, len, s.finalSize == offset + len);
            if (StreamSet.isClosed(s) || s.receiveDone || s.isStopped()) {
                return;
            }
            s.in.pass(taken);
            credit(s, taken);
            if (taken < len) {
                s.declined = true;
                s.in.insert(offset + taken, buf, off + taken, len - taken);
            } else {
                finishIfTaken(s);
            }
            return;
        }
        s.in.insert(offset, buf, off, len);
        if (!s.declined && !s.offering) {
            drain(s);
        }
    }

    private int offer(QuicStream s, byte[] buf, int off, int len, boolean fin) {
        if (len == 0 && !fin) {
            return 0;
        }
        s.offering = true;
        int taken = streams.sink().onStreamData(s.id, buf, off, len, fin);
        s.offering = false;
        if (taken < 0 || taken > len) {
            throw new IllegalStateException("took " + taken + " of " + len + " bytes");
        }
        return taken;
    }

    /** Offers what is in order, until it is declined. */
    private void drain(QuicStream s) {
        while (s.in.readable() > 0 || s.in.base() == s.finalSize) {
            int len = s.in.headBytes();
            int taken = offer(s, s.in.head(), s.in.headOff(), len, s.in.base() + len == s.finalSize);
            if (StreamSet.isClosed(s) || s.receiveDone || s.isStopped()) {
                return;
            }
            s.in.take(taken);
            credit(s, taken);
            if (taken < len) {
                s.declined = true;
                return;
            }
            finishIfTaken(s);
            if (s.receiveDone) {
                return;
            }
        }
    }

    private void finishIfTaken(QuicStream s) {
        if (s.finalSize != QuicStream.NONE && s.in.base() == s.finalSize) {
            s.receiveDone = true;
            streams.closeIfDone(s);
        }
    }

    /** The application took bytes: the peer may send as many more. */
    private void credit(QuicStream s, long bytes) {
        if (bytes == 0) {
            return;
        }
        creditConnection(bytes);
        // RFC 9000 4.2: no credit on a stream whose size is known.
        if (s.window.take(bytes) && s.finalSize == QuicStream.NONE) {
            s.pending |= QuicStream.PENDING_CREDIT;
            control.addLast(s);
        }
    }

    private void creditConnection(long bytes) {
        if (window.take(bytes)) {
            creditPending = true;
        }
    }

    /** Nobody wants the bytes that are here or still come: they count as taken, so that other streams go on. */
    private void drop(QuicStream s) {
        creditConnection(s.highest - s.in.base());
        s.in.drop(s.highest);
        if (s.finalSize != QuicStream.NONE && !s.receiveDone) {
            s.receiveDone = true;
            streams.closeIfDone(s);
        }
    }

    int onReset(long id, long errorCode, long finalSize) {
        int error = streams.find(id);
        QuicStream s = streams.found();
        if (error != 0 || s == null) {
            return error;
        }
        error = account(s, finalSize, true);
        if (error != 0 || s.receiveDone) {
            return error;
        }
        boolean isStopped = s.isStopped();
        drop(s);
        if (!isStopped) {
            streams.sink().onStreamReset(id, errorCode);
        }
        return 0;
    }

    void stopSending(long id, long errorCode) {
        QuicStream s = streams.get(id);
        if (s == null || s.receiveDone || s.isStopped()) {
            return;
        }
        s.stopCode = errorCode;
        if (s.finalSize == QuicStream.NONE) {
            s.pending |= QuicStream.PENDING_STOP;
            control.addLast(s);
        }
        drop(s);
    }

    int read(long id, byte[] dst, int off, int len) {
        QuicStream s = streams.get(id);
        if (s == null || s.receiveDone || s.isStopped()) {
            return -1;
        }
        if (s.offering) {
            return 0;
        }
        int n = s.in.read(dst, off, len);
        credit(s, n);
        finishIfTaken(s);
        return n == 0 && s.receiveDone && len > 0 ? -1 : n;
    }

    void resume(long id) {
        QuicStream s = streams.get(id);
        if (s == null || s.receiveDone || s.isStopped() || s.offering) {
            return;
        }
        s.declined = false;
        drain(s);
    }

    boolean isCreditPending() {
        return creditPending;
    }

    void onMaxDataLost() {
        creditPending = true;
    }

    void onMaxStreamDataLost(long id) {
        QuicStream s = streams.get(id);
        if (s != null && !s.receiveDone && s.finalSize == QuicStream.NONE && !s.isStopped()) {
            s.pending |= QuicStream.PENDING_CREDIT;
            control.addLast(s);
        }
    }

    void onStopSendingLost(long id) {
        QuicStream s = streams.get(id);
        if (s != null && !s.receiveDone && s.finalSize == QuicStream.NONE) {
            s.pending |= QuicStream.PENDING_STOP;
            control.addLast(s);
        }
    }

    /** MAX_DATA. */
    void fill(PacketAssembler packet) {
        if (creditPending && packet.room() >= FrameEncoder.MAX_ONE_INTEGER_BYTES) {
            creditPending = false;
            packet.maxData(window.advance(nowNs, rttNs));
        }
    }

    /** MAX_STREAM_DATA and STOP_SENDING of one stream; false when there is no room. */
    boolean fillControl(QuicStream s, PacketAssembler packet) {
        if ((s.pending & QuicStream.PENDING_STOP) != 0) {
            if (!packet.stopSending(s.id, s.stopCode)) {
                return false;
            }
            s.pending &= ~QuicStream.PENDING_STOP;
        }
        if ((s.pending & QuicStream.PENDING_CREDIT) != 0) {
            if (packet.room() < FrameEncoder.MAX_TWO_INTEGERS_BYTES) {
                return false;
            }
            s.pending &= ~QuicStream.PENDING_CREDIT;
            packet.maxStreamData(s.id, s.window.advance(nowNs, rttNs));
            window.atLeast(s.window.windowBytes() + (s.window.windowBytes() >> 1));
        }
        return true;
    }

    static final int PARKED_LONGS = 1 + ReceiveWindow.PARKED_LONGS;

    void park(long[] to, int at) {
        to[at] = received;
        window.park(to, at + 1);
    }

    void unpark(long[] from, int at) {
        received = from[at];
        QuicSettings settings = streams.settings();
        window.unpark(from, at + 1, Math.max(settings.connectionWindowBytes(), settings.maxConnectionWindowBytes()));
        creditPending = false;
    }
}
