package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class UrlCacheFuzzTest {
    /** Byte 0 shapes the cache; then pairs of an operation and a URL's number. */
    @FuzzTest(maxDuration = "10m")
    void agreesWithAnAccessOrderedMap(byte[] data) {
        if (data.length > 0) {
            new UrlCacheModel(data[0]).run(Arrays.copyOfRange(data, 1, data.length));
        }
    }

    /** Whatever comes in: either a refusal, or parts that are safe to send and that give the same parts when parsed again. */
    @FuzzTest(maxDuration = "10m")
    void whatIsParsedIsSafeAndStable(byte[] data) {
        String url = new String(data, StandardCharsets.ISO_8859_1);
        UrlEntry entry;
        try {
            entry = UrlEntry.parse(url);
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7F), "the message is safe to log");
            return;
        }
        visible(entry.target());
        visible(entry.hostField());
        visible(entry.authority());
        assertEquals('/', entry.target()[0]);
        String again = entry.scheme() + "://" + ascii(entry.hostField()) + ascii(entry.target());
        UrlEntry second = UrlEntry.parse(again);
        assertEquals(entry.origin(), second.origin());
        assertArrayEquals(entry.target(), second.target());
        assertArrayEquals(entry.hostField(), second.hostField());
        assertEquals(entry.pathLength(), second.pathLength());
        UrlCache cache = new UrlCache(1);
        UrlEntry cached = cache.get(data, 0, data.length);
        assertEquals(entry.origin(), cached.origin());
        assertEquals(data.length <= UrlCache.MAX_CACHED_LENGTH ? 1 : 0, cache.size());
        assertEquals(data.length <= UrlCache.MAX_CACHED_LENGTH, cached == cache.get(url));
        assertEquals(data.length <= UrlCache.MAX_CACHED_LENGTH, cached == cache.get(new StringBuilder(url)));
    }

    private static void visible(byte[] bytes) {
        for (byte b : bytes) {
            assertTrue(b > ' ' && b < 0x7F && b != '#');
        }
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
