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
}
