package io.shockwave.internal.quic;

import io.shockwave.internal.memory.CounterRow;

/** Counters of one endpoint. Written by its thread alone. */
public final class QuicCounters extends CounterRow {
    /** Connections begun, by us or by a peer. */
    public static final int STARTED = 0;
    /** Of those, the ones that nothing is kept of any more. */
    public static final int FORGOTTEN = 1;
    /** Handshakes that ended otherwise than complete. */
    public static final int HANDSHAKES_FAILED = 2;
    /** Ends, each connection once: by either side's application, by silence, for an error that we found or the peer, by a stateless reset, because an answer never came. */
    public static final int CLOSED_BY_APPLICATION = 3;
    public static final int CLOSED_IDLE = 4;
    public static final int CLOSED_OUR_ERROR = 5;
    public static final int CLOSED_PEER_ERROR = 6;
    public static final int CLOSED_BY_RESET = 7;
    public static final int CLOSED_UNANSWERED = 8;
    public static final int RETRIES = 9;
    public static final int RESETS_SENT = 10;
    /** Datagrams and their bytes, without the headers of UDP and IP. */
    public static final int DATAGRAMS_IN = 11;
    public static final int DATAGRAMS_OUT = 12;
    public static final int BYTES_IN = 13;
    public static final int BYTES_OUT = 14;
    public static final int PACKETS_LOST = 15;
    public static final int MIGRATIONS = 16;
    /** Datagrams for a connection of another thread, those that found no room on the way there, and those that belonged to none. */
    public static final int FORWARDED = 17;
    public static final int FORWARDS_DROPPED = 18;
    public static final int STRAY = 19;
    public static final int EARLY_ACCEPTED = 20;
    public static final int EARLY_REFUSED = 21;
    private static final int COUNT = 22;

    public QuicCounters() {
        super(COUNT);
    }

    /** Files an end under its kind. */
    void closed(long errorCode, boolean application, boolean byPeer, boolean isHandshakeComplete) {
        if (!isHandshakeComplete) {
            increment(HANDSHAKES_FAILED);
        }
        if (application || errorCode == QuicError.NO_ERROR) {
            increment(CLOSED_BY_APPLICATION);
        } else if (errorCode == QuicSink.IDLE) {
            increment(CLOSED_IDLE);
        } else if (errorCode == QuicSink.HANDSHAKE_TIMEOUT || errorCode == QuicSink.NO_PATH) {
            increment(CLOSED_UNANSWERED);
        } else if (errorCode == QuicSink.STATELESS_RESET) {
            increment(CLOSED_BY_RESET);
        } else {
            increment(byPeer ? CLOSED_PEER_ERROR : CLOSED_OUR_ERROR);
        }
    }
}
