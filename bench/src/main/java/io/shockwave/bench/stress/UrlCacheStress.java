package io.shockwave.bench.stress;

import io.shockwave.internal.pool.UrlCache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Look-ups that evict each other: each answer belongs to the URL asked for, and its fields are all there. */
public final class UrlCacheStress {
    private UrlCacheStress() {}

    @JCStressTest
    @Outcome(id = "333, 333", expect = Expect.ACCEPTABLE, desc = "to each its own")
    @Outcome(expect = Expect.FORBIDDEN, desc = "another URL's entry, or half an entry")
    @State
    public static class OnePlaceForFour {
        private final UrlCache cache = new UrlCache(1);

        private int portTwice(String url) {
            int port = cache.get(url).port();
            return port == cache.get(new StringBuilder(url)).port() && cache.get(url).target().length == 1 ? port : -1_000;
        }

        @Actor
        public void first(II_Result r) {
            r.r1 = portTwice("http://a:1/") + portTwice("http://a:332/");
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = portTwice("http://a:2/") + portTwice("http://a:331/");
        }
    }
}
