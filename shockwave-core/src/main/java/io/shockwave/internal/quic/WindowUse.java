package io.shockwave.internal.quic;

/** Judges whether a sender used its window (RFC 9002 7.8), for the controllers that grow it. */
final class WindowUse {
    /** What pacing and whole datagrams may leave unused. */
    private static final int SLACK_DATAGRAMS = 3;

    private WindowUse() {}

    /** In slow start half the window is use enough: it doubles in a round trip, and pacing spreads it. */
    static boolean isFull(long inFlightBytes, long windowBytes, int datagramBytes, boolean slowStart) {
        return inFlightBytes + (long) SLACK_DATAGRAMS * datagramBytes >= windowBytes || slowStart && inFlightBytes > windowBytes / 2;
    }
}
