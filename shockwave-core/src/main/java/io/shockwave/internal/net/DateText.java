package io.shockwave.internal.net;

import io.shockwave.internal.http1.Http1Date;

/** The value of {@code Date} (RFC 9110 5.6.7), made anew once a second. Confined to its reactor. */
public final class DateText {
    private static final long SECOND_NS = 1_000_000_000L;

    // Two in turn: a head that is written in pieces around the turn of a second keeps the one it began with.
    private byte[] bytes = new byte[Http1Date.BYTES];
    private byte[] previous = new byte[Http1Date.BYTES];
    private long epochSeconds;
    private long goodUntilNs;

    DateText() {
        refresh(0);
    }

    void update(long nowNs) {
        if (nowNs >= goodUntilNs) {
            refresh(nowNs);
        }
    }

    private void refresh(long nowNs) {
        long millis = System.currentTimeMillis();
        epochSeconds = Math.floorDiv(millis, 1000L);
        // A second at most, so that a wall clock that was set back does not keep an old date alive.
        goodUntilNs = nowNs + Math.min(SECOND_NS, (1000 - Math.floorMod(millis, 1000L)) * 1_000_000L);
        byte[] next = previous;
        previous = bytes;
        Http1Date.format(epochSeconds, next, 0);
        bytes = next;
    }

    /** 29 bytes, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public long epochSeconds() {
        return epochSeconds;
    }
}
