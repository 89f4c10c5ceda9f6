package io.shockwave.bench.url;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.shockwave.internal.pool.UrlCache;
import io.shockwave.internal.pool.UrlEntry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;

/** The contestants. Those that look up by String make one from the bytes or the builder, as their callers would have to. */
final class UrlLookups {
    private UrlLookups() {}

    /** @param urls what the lookup shall know already */
    static UrlLookup named(String name, String[] urls) {
        return switch (name) {
            case "urlCache" -> new Shockwave(urls);
            case "hashMap" -> new Map(urls);
            case "caffeine" -> new Caffein(urls);
            case "uriCreate" -> new Parse();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static final class Shockwave implements UrlLookup {
        private final UrlCache cache = new UrlCache();

        Shockwave(String[] urls) {
            for (String url : urls) {
                cache.get(url);
            }
        }

        @Override
        public Object find(byte[] buf, int off, int len) {
            return cache.get(buf, off, len);
        }

        @Override
        public Object find(StringBuilder url) {
            return cache.get(url);
        }

        @Override
        public Object find(String url) {
            return cache.get(url);
        }

        @Override
        public int port(Object found) {
            return ((UrlEntry) found).port();
        }
    }

    private abstract static class ByString implements UrlLookup {
        @Override
        public final Object find(byte[] buf, int off, int len) {
            return find(new String(buf, off, len, StandardCharsets.ISO_8859_1));
        }

        @Override
        public final Object find(StringBuilder url) {
            return find(url.toString());
        }

        @Override
        public final int port(Object found) {
            return ((URI) found).getPort();
        }
    }

    /** Unbounded and unsynchronised: what a cache costs at the very least. */
    private static final class Map extends ByString {
        private final HashMap<String, URI> map = new HashMap<>();

        Map(String[] urls) {
            for (String url : urls) {
                map.put(url, URI.create(url));
            }
        }

        @Override
        public Object find(String url) {
            return map.get(url);
        }
    }

    private static final class Caffein extends ByString {
        private final Cache<String, URI> cache = Caffeine.newBuilder().maximumSize(256).build();

        Caffein(String[] urls) {
            for (String url : urls) {
                cache.put(url, URI.create(url));
            }
        }

        @Override
        public Object find(String url) {
            return cache.getIfPresent(url);
        }
    }

    private static final class Parse extends ByString {
        @Override
        public Object find(String url) {
            return URI.create(url);
        }
    }
}
