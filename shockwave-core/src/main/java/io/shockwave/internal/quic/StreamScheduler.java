package io.shockwave.internal.quic;

/**
 * The order in which streams send new bytes (RFC 9218 10): by urgency; within one, streams that are not incremental one after the other by id, incremental ones in turn, and the two kinds by
 * turns, so that neither starves. Owned by a connection's {@link StreamSender}.
 */
final class StreamScheduler {
    static final int URGENCIES = 8;

    /** Two lists for each urgency: sequential, incremental. */
    private final StreamList[] lists = new StreamList[2 * URGENCIES];
    private int incrementalTurn;

    StreamScheduler() {
        for (int i = 0; i < lists.length; i++) {
            lists[i] = new StreamList(StreamList.READY);
        }
    }

    void add(QuicStream s) {
        if (s.incremental) {
            lists[2 * s.urgency + 1].addLast(s);
        } else {
            lists[2 * s.urgency].addById(s);
        }
    }

    static void remove(QuicStream s) {
        StreamList in = s.memberOf[StreamList.READY];
        if (in != null) {
            in.remove(s);
        }
    }

    void priority(QuicStream s, int urgency, boolean incremental) {
        boolean isReady = s.memberOf[StreamList.READY] != null;
        remove(s);
        s.urgency = urgency;
        s.incremental = incremental;
        if (isReady) {
            add(s);
        }
    }

    /** The stream whose turn it is; null when none has anything. */
    QuicStream next() {
        for (int u = 0; u < URGENCIES; u++) {
            QuicStream sequential = lists[2 * u].first();
            QuicStream incremental = lists[2 * u + 1].first();
            if (sequential == null && incremental == null) {
                continue;
            }
            if (sequential == null) {
                return incremental;
            }
            return incremental == null || (incrementalTurn & 1 << u) == 0 ? sequential : incremental;
        }
        return null;
    }

    /** The stream has filled a packet: others of its urgency are next. */
    void served(QuicStream s) {
        incrementalTurn ^= 1 << s.urgency;
        if (s.incremental && s.memberOf[StreamList.READY] != null) {
            remove(s);
            add(s);
        }
    }
}
