package io.shockwave.internal.net;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of {@code Date} (RFC 9110 5.6.7, IMF-fixdate), made anew once a second. Confined to its reactor. */
public final class DateText {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long SECOND_NS = 1_000_000_000L;

    private byte[] bytes;
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
        goodUntilNs = nowNs + (1000 - Math.floorMod(millis, 1000L)) * 1_000_000L;
        // A wall clock that was set back must not keep an old date alive.
        goodUntilNs = Math.min(goodUntilNs, nowNs + SECOND_NS);
        bytes = IMF_FIXDATE.format(Instant.ofEpochSecond(epochSeconds)).getBytes(StandardCharsets.US_ASCII);
    }

    /** 29 bytes, not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public long epochSeconds() {
        return epochSeconds;
    }
}
