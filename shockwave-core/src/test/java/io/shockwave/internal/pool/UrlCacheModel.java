package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Runs a list of bytes as operations on a cache and on a plain access-ordered map, which must never disagree. */
final class UrlCacheModel {
    /** All URLs get one hash: the worst that an attacker can reach. */
    static final class OneHash extends UrlHash {
        private final long hash;

        OneHash(long hash) {
            super(new SplittableRandom(0));
            this.hash = hash;
        }

        @Override
        long of(byte[] buf, int off, int len) {
            return hash;
        }

        @Override
        long of(String text) {
            return hash;
        }

        @Override
        long of(CharSequence text) {
            return hash;
        }
    }

    private static final int URLS = 48;

    private final boolean collide;
    private final int capacity;
    private final UrlCache cache;
    private final LinkedHashMap<String, UrlEntry> used = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, UrlEntry> interned = new HashMap<>();
    private final List<UrlEntry> held = new ArrayList<>();
    private long hits;
    private long misses;
    private long evictions;

    /** @param shape its bits choose the capacity, 1 to 31, and whether all hashes collide */
    UrlCacheModel(int shape) {
        capacity = 1 + (shape & 31) % 31;
        collide = (shape & 0x40) != 0;
        // Just below zero: the window wraps around the end of the table.
        cache = collide ? new UrlCache(capacity, new OneHash(-3)) : new UrlCache(capacity, new UrlHash(new SplittableRandom(shape)));
    }

    void run(byte[] operations) {
        for (int i = 0; i + 1 < operations.length; i += 2) {
            step(operations[i] & 0xFF, url(operations[i + 1] & 0xFF));
        }
        for (UrlEntry entry : held) {
            assertArrayEquals(UrlEntry.parse(entry.text()).target(), entry.target(), "an evicted entry stays as it was");
        }
    }

    /** Some share a long prefix, some differ in the last character, some are short, and some cannot be parsed. */
    private static String url(int n) {
        int number = n % URLS;
        return switch (number % 6) {
            case 0 -> "http://a/" + number;
            case 1 -> "https://api.example.com/v1/a/rather/long/path/that/spans/several/steps?id=" + number;
            case 2 -> "http://h" + number;
            case 3 -> "http://example.com:" + (8000 + number) + "/x?y#z";
            case 4 -> "http://[::" + number + "]/" + "z".repeat(number);
            default -> number % 4 == 1 ? "http://a b/" + number : "http://a/\u016D" + number;
        };
    }

    private void step(int operation, String url) {
        if (operation >= 250) {
            intern(url);
            return;
        }
        UrlEntry expected = lookUp(url);
        boolean parses = expected != null;
        if (!parses) {
            assertThrows(IllegalArgumentException.class, () -> get(operation, url));
        } else {
            UrlEntry entry = get(operation, url);
            assertEquals(url, entry.text());
            if (expected != MISSED) {
                assertSame(expected, entry, url);
            } else {
                remember(url, entry);
            }
        }
        checkCounters();
    }

    private static final UrlEntry MISSED = UrlEntry.parse("http://missed/");

    private UrlEntry lookUp(String url) {
        UrlEntry entry = interned.containsKey(url) ? interned.get(url) : used.get(url);
        if (entry != null) {
            hits++;
            return entry;
        }
        try {
            UrlEntry.parse(url);
        } catch (IllegalArgumentException e) {
            return null;
        }
        misses++;
        return MISSED;
    }

    private int room() {
        return collide ? Math.min(capacity, UrlCache.PROBES - interned.size()) : capacity;
    }

    private void remember(String url, UrlEntry entry) {
        held.add(entry);
        if (room() > 0) {
            evictDownTo(room() - 1);
            used.put(url, entry);
        }
    }

    private void evictDownTo(int size) {
        while (used.size() > size) {
            used.remove(used.firstEntry().getKey());
            evictions++;
        }
    }

    private void intern(String url) {
        try {
            UrlEntry.parse(url);
        } catch (IllegalArgumentException e) {
            assertThrows(IllegalArgumentException.class, () -> cache.intern(url));
            return;
        }
        boolean windowFull = collide && interned.size() == UrlCache.PROBES && !interned.containsKey(url);
        if (!interned.containsKey(url) && (interned.size() == capacity || windowFull)) {
            assertThrows(IllegalStateException.class, () -> cache.intern(url));
            return;
        }
        UrlEntry entry = cache.intern(url);
        assertEquals(url, entry.text());
        UrlEntry before = interned.containsKey(url) ? interned.get(url) : used.remove(url);
        if (before != null) {
            assertSame(before, entry);
        } else {
            if (collide) {
                evictDownTo(UrlCache.PROBES - interned.size() - 1);
            }
        }
        interned.put(url, entry);
        checkCounters();
    }

    private UrlEntry get(int operation, String url) {
        boolean latin = url.chars().allMatch(c -> c < 256);
        return switch (operation % 5) {
            case 0 -> cache.get(url);
            case 1 -> cache.get(new StringBuilder(url));
            case 2 -> cache.get(new StringBuffer("x" + url + "yz").subSequence(1, 1 + url.length()));
            case 3 -> latin ? cache.get(url.getBytes(StandardCharsets.ISO_8859_1), 0, url.length()) : cache.get(url);
            default -> latin
                    ? cache.get(("12345" + url + "6").getBytes(StandardCharsets.ISO_8859_1), 5, url.length())
                    : cache.get(java.nio.CharBuffer.wrap(url));
        };
    }

    private void checkCounters() {
        assertEquals(hits, cache.hits());
        assertEquals(misses, cache.misses());
        assertEquals(evictions, cache.evictions());
        assertEquals(used.size(), cache.size());
        assertEquals(interned.size(), cache.interned());
        assertFalse(used.size() > capacity);
    }
}
