package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1DateTest {
    private static final long NOW = Instant.parse("2025-06-01T00:00:00Z").getEpochSecond();

    private static final long NONE = -1L;

    private static long parse(String text, long nowSeconds) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Http1Date.parse(bytes, 0, bytes.length, nowSeconds, NONE);
    }

    private static String format(long seconds) {
        byte[] bytes = new byte[Http1Date.BYTES];
        Http1Date.format(seconds, bytes, 0);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void readsTheThreeFormsOfTheRfc() {
        long expected = Instant.parse("1994-11-06T08:49:37Z").getEpochSecond();
        assertEquals(expected, parse("Sun, 06 Nov 1994 08:49:37 GMT", NOW));
        assertEquals(expected, parse("Sunday, 06-Nov-94 08:49:37 GMT", NOW));
        assertEquals(expected, parse("Sun Nov  6 08:49:37 1994", NOW));
    }

    @Test
    void twoDigitsOfAYearAreAtMost50YearsAhead() {
        assertEquals(Instant.parse("2075-11-06T00:00:00Z").getEpochSecond(), parse("Wednesday, 06-Nov-75 00:00:00 GMT", NOW));
        assertEquals(Instant.parse("1976-11-06T00:00:00Z").getEpochSecond(), parse("Saturday, 06-Nov-76 00:00:00 GMT", NOW));
    }

    @Test
    void acceptsALeapSecond() {
        assertEquals(Instant.parse("2016-12-31T23:59:59Z").getEpochSecond(), parse("Sat, 31 Dec 2016 23:59:60 GMT", NOW));
    }

    @Test
    void writesWhatItReads() {
        DateTimeFormatter imf = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);
        Random random = new Random(2);
        for (int i = 0; i < 10_000; i++) {
            long seconds = random.nextLong(0, 253_402_300_800L);
            String text = format(seconds);
            assertEquals(imf.format(Instant.ofEpochSecond(seconds).atOffset(ZoneOffset.UTC)), text);
            assertEquals(seconds, parse(text, NOW));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08.49.37 GMT", "Sun, 06 Nov +994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 EST", "Sun Nov 6 08:49:37 1994", "1994-11-06T08:49:37Z", "Sun, 00 Nov 1994 08:49:37 GMT"})
    void refusesEverythingElse(String text) {
        assertEquals(NONE, parse(text, NOW));
    }
}
