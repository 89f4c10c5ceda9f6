package io.shockwave.bench.url;

import io.shockwave.bench.ShortRun;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Hits among 128 URLs of about 70 characters in a shuffled order; each lookup starts from a text that has no String yet. */
@State(Scope.Benchmark)
public class UrlCacheBench extends ShortRun {
    static final int URLS = 128;

    /** Longer than the URLs are many, so that the branch predictor cannot learn it by heart. */
    private static final int ORDER = 1 << 14;

    @Param({"urlCache", "hashMap", "caffeine", "uriCreate"})
    public String peer;

    private UrlLookup lookup;
    private byte[][] bytes;
    private StringBuilder[] builders;

    /** One thread's position in the shuffled order. */
    @State(Scope.Thread)
    public static class Position {
        private final byte[] order = new byte[ORDER];
        private int next;

        public Position() {
            SplittableRandom random = new SplittableRandom(Thread.currentThread().threadId());
            for (int i = 0; i < ORDER; i++) {
                order[i] = (byte) random.nextInt(URLS);
            }
        }

        int next() {
            return order[next++ & ORDER - 1];
        }
    }

    static String url(int number) {
        return "https://api.example.com:" + (8000 + number) + "/v1/accounts/" + (100_000 + number * 7919) + "/orders?page=" + number;
    }

    @Setup
    public void prepare() {
        String[] urls = new String[URLS];
        bytes = new byte[URLS][];
        builders = new StringBuilder[URLS];
        for (int i = 0; i < URLS; i++) {
            urls[i] = url(i);
            bytes[i] = urls[i].getBytes(StandardCharsets.US_ASCII);
            builders[i] = new StringBuilder(urls[i]);
        }
        lookup = UrlLookups.named(peer, urls);
    }

    @Benchmark
    public Object fromBytes(Position position) {
        byte[] url = bytes[position.next()];
        return lookup.find(url, 0, url.length);
    }

    @Benchmark
    public Object fromBuilder(Position position) {
        return lookup.find(builders[position.next()]);
    }

    /** A String that was just made, which for those that look up by String is the same as {@link #fromBytes}. */
    @Benchmark
    public Object fromNewString(Position position) {
        byte[] url = bytes[position.next()];
        return lookup.find(new String(url, 0, url.length, StandardCharsets.ISO_8859_1));
    }
}
