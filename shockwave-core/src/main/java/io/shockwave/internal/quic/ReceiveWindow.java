package io.shockwave.internal.quic;

/**
 * How far the peer may send, on a stream or on all of them (RFC 9000 4.1). The window doubles, up to its bound, while the application takes half of it in less than two round trips: then it
 * was the window that held the peer. Owned by what it limits.
 */
final class ReceiveWindow {
    private long limit;
    private long taken;
    private long windowBytes;
    private long maxWindowBytes;
    private long updatedNs;

    void open(long newWindowBytes, long newMaxWindowBytes) {
        windowBytes = newWindowBytes;
        maxWindowBytes = Math.max(newWindowBytes, newMaxWindowBytes);
        limit = newWindowBytes;
        taken = 0;
        updatedNs = 0;
    }

    /** The highest offset, or sum of offsets, that the peer was told. */
    long limit() {
        return limit;
    }

    long windowBytes() {
        return windowBytes;
    }

    /** Counts bytes that the application took; true when the peer is to be told a new limit. */
    boolean take(long bytes) {
        taken += bytes;
        return limit - taken < windowBytes - (windowBytes >> 1);
    }

    /** A window on all streams has to be larger than that on one. */
    void atLeast(long bytes) {
        windowBytes = Math.max(windowBytes, Math.min(maxWindowBytes, bytes));
    }

    /** The new limit, which the peer is told now. */
    long advance(long nowNs, long rttNs) {
        if (limit - taken < windowBytes - (windowBytes >> 1)) {
            if (updatedNs != 0 && nowNs - updatedNs < 2 * rttNs) {
                windowBytes = Math.min(maxWindowBytes, 2 * windowBytes);
            }
            updatedNs = Math.max(1, nowNs);
            limit = Math.max(limit, taken + windowBytes);
        }
        return limit;
    }

    static final int PARKED_LONGS = 4;

    /** Writes down what it is; the bound on the window comes from the settings. */
    void park(long[] to, int at) {
        to[at] = limit;
        to[at + 1] = taken;
        to[at + 2] = windowBytes;
        to[at + 3] = updatedNs;
    }

    /** As it was written down. */
    void unpark(long[] from, int at, long newMaxWindowBytes) {
        limit = from[at];
        taken = from[at + 1];
        windowBytes = from[at + 2];
        updatedNs = from[at + 3];
        maxWindowBytes = newMaxWindowBytes;
    }
}
