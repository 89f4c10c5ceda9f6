package io.shockwave.bench.url;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlCacheBenchCorrectnessTest {
    @ParameterizedTest
    @ValueSource(strings = {"urlCache", "hashMap", "caffeine", "uriCreate"})
    void eachContestantFindsTheUrlAskedForFromEachKindOfText(String peer) {
        String[] urls = new String[UrlCacheBench.URLS];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = UrlCacheBench.url(i);
        }
        UrlLookup lookup = UrlLookups.named(peer, urls);
        for (int i = 0; i < urls.length; i++) {
            byte[] bytes = urls[i].getBytes(StandardCharsets.US_ASCII);
            assertEquals(8000 + i, lookup.port(lookup.find(bytes, 0, bytes.length)));
            assertEquals(8000 + i, lookup.port(lookup.find(new StringBuilder(urls[i]))));
            assertEquals(8000 + i, lookup.port(lookup.find(urls[i])));
        }
    }
}
