package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class UrlCacheTest {
    @Test
    void evictsTheLeastRecentlyUsedAndCountsIt() {
        UrlCache cache = new UrlCache(2);
        UrlEntry a = cache.get("http://a/");
        cache.get("http://b/");
        assertSame(a, cache.get("http://a/"));
        cache.get("http://c/");
        assertSame(a, cache.get("http://a/"), "b was older");
        assertEquals(1, cache.evictions());
        assertEquals(2, cache.hits());
        assertEquals(3, cache.misses());
        assertEquals(2, cache.size());
    }

    @Test
    void anEvictedEntryStaysValidForItsHolder() {
        UrlCache cache = new UrlCache(1);
        UrlEntry a = cache.get("http://a/x?y");
        cache.get("http://b/");
        assertEquals("/x?y", new String(a.target(), StandardCharsets.US_ASCII));
        assertNotSame(a, cache.get("http://a/x?y"));
    }

    @Test
    void collidingUrlsNeverAnswerForEachOther() {
        UrlCache cache = new UrlCache(64, new UrlCacheModel.OneHash(5));
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                String url = "http://host" + i + "/path";
                assertEquals("host" + i, cache.get(url).host());
                assertEquals("host" + i, cache.get(new StringBuilder(url)).host());
                assertEquals("host" + i, cache.get(url.getBytes(StandardCharsets.US_ASCII), 0, url.length()).host());
            }
        }
        assertEquals(UrlCache.PROBES, cache.size(), "colliding URLs share one window and leave the rest of the table alone");
    }

    /** The low byte of U+016D is 'm': a lookup that narrows characters would hit the wrong entry. */
    @Test
    void aCharacterOutsideAsciiDoesNotHitTheEntryOfItsLowByte() {
        UrlCache cache = new UrlCache(8, new UrlCacheModel.OneHash(5));
        cache.get("http://a/m");
        assertThrows(IllegalArgumentException.class, () -> cache.get("http://a/\u016D"));
        assertThrows(IllegalArgumentException.class, () -> cache.get(new StringBuilder("http://a/\u016D")));
        assertThrows(
                IllegalArgumentException.class,
                () -> cache.get(new byte[] {'h', 't', 't', 'p', ':', '/', '/', 'a', '/', (byte) 0xED}, 0, 10));
        assertEquals(0, cache.hits());
    }

    @Test
    void whatCannotBeParsedIsNotRemembered() {
        UrlCache cache = new UrlCache();
        assertThrows(IllegalArgumentException.class, () -> cache.get("http://a b/"));
        assertEquals(0, cache.size());
        assertEquals(0, cache.misses());
    }

    @Test
    void keepsTheLongestUrlAndParsesALongerOneEachTime() {
        UrlCache cache = new UrlCache();
        String longest = "http://a/" + "x".repeat(UrlCache.MAX_CACHED_LENGTH - 9);
        assertSame(cache.get(longest), cache.get(longest));
        assertNotSame(cache.get(longest + "x"), cache.get(longest + "x"));
        assertEquals(1, cache.size());
        assertThrows(IllegalArgumentException.class, () -> cache.intern(longest + "x"));
        assertSame(cache.get(longest), cache.intern(longest));
    }

    @Test
    void internedUrlsStayForGood() {
        UrlCache cache = new UrlCache(2);
        UrlEntry pinned = cache.intern("http://pinned/");
        UrlEntry promoted = cache.get("http://promoted/");
        assertSame(promoted, cache.intern(new StringBuilder("http://promoted/")));
        assertEquals(0, cache.size());
        for (int i = 0; i < 50; i++) {
            cache.get("http://h" + i);
        }
        assertSame(pinned, cache.get("http://pinned/"));
        assertSame(promoted, cache.get("http://promoted/"));
        assertSame(promoted, cache.intern("http://promoted/"), "interning again is no error");
        assertThrows(IllegalStateException.class, () -> cache.intern("http://third/"));
        assertEquals(2, cache.interned());
        assertEquals(2, cache.size());
    }

    @Test
    void refusesBadCapacitiesAndRanges() {
        assertThrows(IllegalArgumentException.class, () -> new UrlCache(0));
        assertThrows(IllegalArgumentException.class, () -> new UrlCache(UrlCache.MAX_CAPACITY + 1));
        assertEquals(0, new UrlCache(UrlCache.MAX_CAPACITY).size());
        assertThrows(IndexOutOfBoundsException.class, () -> new UrlCache().get(new byte[10], 5, 6));
    }

    @Test
    void bytesAndCharactersHashAlikeAndSeedsDiffer() {
        UrlHash one = new UrlHash(new SplittableRandom(1));
        UrlHash two = new UrlHash(new SplittableRandom(2));
        String text = "https://example.com/0123456789/abcdefghijklmnopqrstuvwxyz?q=1#2";
        for (int len = 0; len <= text.length(); len++) {
            String part = text.substring(0, len);
            byte[] bytes = ("--" + part + "-").getBytes(StandardCharsets.US_ASCII);
            assertEquals(one.of(part), one.of(bytes, 2, len));
            assertEquals(one.of(part), one.of(new StringBuilder(part)));
            assertNotEquals(one.of(part), two.of(part));
        }
    }

    @Test
    void sequentialUrlsSpreadOverTheLowBits() {
        UrlHash hash = new UrlHash(new SplittableRandom(7));
        int[] buckets = new int[256];
        for (int i = 0; i < 25_600; i++) {
            buckets[(int) hash.of("https://api.example.com/v1/items/" + i) & 255]++;
        }
        for (int count : buckets) {
            assertTrue(count > 50 && count < 160, "a mean of 100 with a deviation of 10, not " + count);
        }
    }

    @Test
    void agreesWithAnAccessOrderedMapOverRandomOperations() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] operations = new byte[1_500];
            random.nextBytes(operations);
            try {
                new UrlCacheModel(random.nextInt(256)).run(operations);
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed, t);
            }
        }
    }

    /** Readers and writers on a table that churns: each answer must be the URL that was asked for. */
    @Test
    void everyAnswerIsForTheUrlAskedForWhileThreadsEvictEachOther() throws Exception {
        for (UrlHash hash : List.of(new UrlHash(new SplittableRandom(3)), new UrlCacheModel.OneHash(9))) {
            UrlCache cache = new UrlCache(16, hash);
            UrlEntry pinned = cache.intern("http://pinned/");
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<Callable<Void>> tasks = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    SplittableRandom random = new SplittableRandom(t);
                    tasks.add(() -> {
                        for (int i = 0; i < 50_000; i++) {
                            String url = "http://h" + random.nextInt(24) + "/p";
                            assertEquals(url, (i & 1) == 0 ? cache.get(url).text() : cache.get(new StringBuilder(url)).text());
                            assertSame(pinned, cache.get("http://pinned/"));
                        }
                        return null;
                    });
                }
                for (Future<Void> result : threads.invokeAll(tasks)) {
                    result.get();
                }
            }
            assertTrue(cache.size() <= 16);
            assertEquals(cache.misses() > 0, cache.evictions() > 0);
        }
    }

    /** Two threads, their hits ordered by joining: a miss between them makes the order exact across threads. */
    @Test
    void hitsOfAnotherThreadBeforeAMissCountAsOlder() throws Exception {
        for (int i = 0; i < 50; i++) {
            UrlCache cache = new UrlCache(2);
            cache.get("http://a/");
            cache.get("http://b/");
            Thread other = new Thread(() -> {
                for (int n = 0; n < 1_000; n++) {
                    cache.get("http://a/");
                    cache.get("http://b/");
                }
            });
            other.start();
            other.join();
            cache.get("http://c/"); // a miss; evicts a
            UrlEntry b = cache.get("http://b/"); // this thread's clock has seen next to nothing
            cache.get("http://d/"); // evicts c
            assertSame(b, cache.get("http://b/"));
        }
    }

    @Test
    void hitsAllocateNothing() throws Exception {
        UrlCache cache = new UrlCache();
        StringBuilder builder = new StringBuilder();
        byte[][] bytes = new byte[64][];
        String[] texts = new String[64];
        for (int i = 0; i < 64; i++) {
            texts[i] = "https://api.example.com/v1/accounts/" + (1000 + i) + "/orders?page=" + i;
            bytes[i] = texts[i].getBytes(StandardCharsets.US_ASCII);
            cache.get(texts[i]);
        }
        builder.append(texts[5]);
        int[] next = {0};
        assertEquals(0.0, AllocationGate.bytesPerOp(50_000, () -> {
            int i = next[0]++ & 63;
            cache.get(texts[i]);
            cache.get(bytes[i], 0, bytes[i].length);
            cache.get(builder);
        }));
        assertEquals(64, cache.misses());
    }
}
