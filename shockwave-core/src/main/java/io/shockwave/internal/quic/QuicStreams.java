package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;

/** All streams of a connection, as its other parts see them: frames in, frames out, acknowledgments and losses. Owned by a connection. */
final class QuicStreams {
    final StreamSet set;
    final StreamReceiver receiver;
    final StreamSender sender;
    private final StreamList control = new StreamList(StreamList.CONTROL);

    QuicStreams(boolean server, QuicSettings settings, Slab slab) {
        set = new StreamSet(server, settings, slab);
        receiver = new StreamReceiver(set, control);
        sender = new StreamSender(set, control);
    }

    boolean hasPending() {
        return !control.isEmpty() || set.hasControl() || receiver.isCreditPending() || sender.hasData();
    }

    /** Writes whatever of streams fits: credit, control, then bytes. */
    void fill(PacketAssembler packet) {
        set.fill(packet);
        receiver.fill(packet);
        QuicStream s;
        while ((s = control.first()) != null) {
            if (!sender.fillControl(s, packet) || !receiver.fillControl(s, packet)) {
                return;
            }
            control.remove(s);
        }
        sender.fill(packet);
    }

    /** One frame of a packet that was acknowledged. */
    void onAcked(int type, FrameRecords frame) {
        switch (type) {
            case FrameType.STREAM -> sender.onStreamAcked(frame.subject(), frame.offset(), frame.length(), frame.fin());
            case FrameType.RESET_STREAM -> sender.onResetAcked(frame.subject());
            default -> { }
        }
    }

    /** One frame of a packet that was lost: what still matters is sent again, as it is now (RFC 9000 13.3). */
    void onLost(int type, FrameRecords frame) {
        switch (type) {
            case FrameType.STREAM -> sender.onStreamLost(frame.subject(), frame.offset(), frame.length(), frame.fin());
            case FrameType.RESET_STREAM -> sender.onResetLost(frame.subject());
            case FrameType.STOP_SENDING -> receiver.onStopSendingLost(frame.subject());
            case FrameType.MAX_DATA -> receiver.onMaxDataLost();
            case FrameType.MAX_STREAM_DATA -> receiver.onMaxStreamDataLost(frame.subject());
            case FrameType.MAX_STREAMS_BIDI -> set.onMaxStreamsLost(true);
            case FrameType.MAX_STREAMS_UNI -> set.onMaxStreamsLost(false);
            case FrameType.DATA_BLOCKED -> sender.onDataBlockedLost();
            case FrameType.STREAM_DATA_BLOCKED -> sender.onStreamDataBlockedLost(frame.subject());
            case FrameType.STREAMS_BLOCKED_BIDI -> set.onStreamsBlockedLost(true);
            case FrameType.STREAMS_BLOCKED_UNI -> set.onStreamsBlockedLost(false);
            default -> { }
        }
    }

    void clear() {
        set.clear();
        sender.clear();
    }

    // At rest: what is to be known of streams of which nothing is under way are a few numbers each, so that the objects can serve another connection meanwhile

    /** As new, for a connection's one side; nothing is in it. */
    void begin(boolean server) {
        set.begin(server);
        receiver.begin();
        sender.clear();
    }

    /**
     * What is to be known, and nothing is left here; null while something is under way.
     *
     * @param former what this gave before, to be used again if it has the size
     */
    long[] park(long[] former) {
        set.reap();
        if (hasPending() || !sender.isQuiet() || !set.isQuiet()) {
            return null;
        }
        int longs = StreamReceiver.PARKED_LONGS + StreamSender.PARKED_LONGS + set.parkedLongs();
        long[] parked = former.length == longs ? former : new long[longs];
        receiver.park(parked, 0);
        sender.park(parked, StreamReceiver.PARKED_LONGS);
        set.park(parked, StreamReceiver.PARKED_LONGS + StreamSender.PARKED_LONGS);
        return parked;
    }

    void unpark(long[] parked) {
        receiver.unpark(parked, 0);
        sender.unpark(parked, StreamReceiver.PARKED_LONGS);
        set.unpark(parked, StreamReceiver.PARKED_LONGS + StreamSender.PARKED_LONGS);
    }
}
