package io.shockwave.internal.net;

import io.shockwave.internal.memory.CounterRow;

/** Counters of one reactor. */
public final class Counters extends CounterRow {
    public static final int ACCEPTED = 0;
    public static final int CLOSED = 1;
    public static final int REQUESTS = 2;
    public static final int STARTED = 3;
    public static final int FINISHED = 4;
    public static final int STATUS_1XX = 5;
    public static final int STATUS_2XX = 6;
    public static final int STATUS_3XX = 7;
    public static final int STATUS_4XX = 8;
    public static final int STATUS_5XX = 9;
    public static final int REJECTED = 10;
    public static final int TIMEOUTS = 11;
    public static final int HANDLER_ERRORS = 12;
    public static final int PEER_RESETS = 13;
    public static final int BYTES_IN = 14;
    public static final int BYTES_OUT = 15;
    public static final int SPILLS = 16;
    public static final int TLS_HANDSHAKES = 17;
    public static final int TLS_FAILURES = 18;
    public static final int CUT = 19;
    private static final int COUNT = 20;

    public Counters() {
        super(COUNT);
    }
}
