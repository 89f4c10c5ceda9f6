package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Alt-Svc field (RFC 7838) and what is remembered of it. */
class AltSvcTest {
    private static final Origin ORIGIN = Origin.of(true, "www.example.com", 443);
    private static final long NOW_MS = 1_000_000;

    private final AltSvcCache cache = new AltSvcCache(3);

    private void learn(Origin origin, long ageS, String... values) {
        HeaderBlock block = new HeaderBlock(new Slab(0), new Lifetime());
        for (String value : values) {
            block.add(HeaderName.ALT_SVC, value);
        }
        cache.learn(origin, block, ageS, NOW_MS);
    }

    private AltService find() {
        return cache.find(ORIGIN, NOW_MS);
    }

    /** Protocol, host, port, age and persistence of each alternative; "invalid" where the grammar ends. */
    private static List<String> decode(String value) {
        AltSvcDecoder decoder = new AltSvcDecoder();
        byte[] bytes = ("##" + value + "##").getBytes(StandardCharsets.ISO_8859_1);
        decoder.start(bytes, 2, bytes.length - 4);
        List<String> all = new ArrayList<>();
        while (decoder.next()) {
            all.add(decoder.protocol() + ' ' + decoder.host() + ' ' + decoder.port() + ' ' + decoder.maxAgeS() + (decoder.isPersistent() ? " persistent" : ""));
        }
        if (!decoder.isValid()) {
            all.add("invalid");
        }
        return all;
    }

    @Test
    void readsTheExamplesOfTheSpecification() {
        // RFC 7838 3 and 3.1
        assertEquals(List.of("h2  8000 86400"), decode("h2=\":8000\""));
        assertEquals(List.of("h2 new.example.org 80 86400"), decode("h2=\"new.example.org:80\""));
        assertEquals(List.of("w=x:y#z  443 86400"), decode("w%3Dx%3Ay#z=\":443\""));
        assertEquals(List.of("x%y  443 86400"), decode("x%25y=\":443\""));
        assertEquals(List.of("h2 alt.example.com 8000 86400", "h2  443 86400"), decode("h2=\"alt.example.com:8000\", h2=\":443\""));
        assertEquals(List.of("h2  443 3600"), decode("h2=\":443\"; ma=3600"));
        assertEquals(List.of("h2  443 2592000 persistent"), decode("h2=\":443\"; ma=2592000; persist=1"));
    }

    @Test
    void readsWhatServersSend() {
        assertEquals(List.of("h3  443 2592000", "h3-29  443 2592000"), decode("h3=\":443\"; ma=2592000,h3-29=\":443\"; ma=2592000"));
        assertEquals(List.of("h3  443 86400"), decode("h3=\":443\";ma=86400"));
        assertEquals(List.of("h3 2001:db8::1 8443 60"), decode(", h3=\"[2001:db8::1]:8443\" ; ma=\"60\" ; v=\"46,43\" ,"));
        assertEquals(List.of("h3 a.example 1 86400"), decode("h3=\"a\\.example:1\"; persist=2; x=y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"h3", "h3=", "h3=:443", "h3=\":443", "h3=\"443\"", "h3=\":\"", "h3=\":0\"", "h3=\":65536\"", "h3=\":+443\"", "h3=\":4 43\"", "h3=\":443\" ma=1", "h3=\":443\"; ma", "h3=\":443\"; ma=",
            "h3=\":443\"; ma=-1", "h3=\":443\"; ma=1x", "h3=\":443\";", "%3=\":443\"", "h%zz=\":443\"", "=\":443\"", "h3=\"a b:443\"", "h3=\"a/b:443\"", "h3=\"u@a:443\"", "h3=\"::1:443\"",
            "h3=\"[::1:443\"", "h3=\":443\\", "h3 =\":443\"", "h3= \":443\""})
    void refusesWhatBreaksTheGrammar(String value) {
        assertEquals(List.of("invalid"), decode(value));
        learn(ORIGIN, 0, value);
        assertNull(find());
    }

    @Test
    void aListThatIsBrokenFurtherOnIsNotUsedAtAll() {
        learn(ORIGIN, 0, "h3=\":443\", h3=oops");
        assertNull(find());
    }

    @Test
    void aValueUpToItsBoundIsReadAndALongerOneIsNot() {
        String start = "h3=\":443\"; x=\"";
        String longest = start + "y".repeat(AltSvcDecoder.MAX_BYTES - start.length() - 1) + '"';
        assertEquals(List.of("h3  443 86400"), decode(longest));
        assertEquals(List.of("invalid"), decode(start + 'y' + longest.substring(start.length())));
    }

    @Test
    void theFirstAlternativeByHttp3IsUsed() {
        learn(ORIGIN, 0, "h2=\":444\", h3=\"alt.example.com:445\"; ma=60, h3=\":446\"");
        assertEquals(new AltService(ORIGIN, "alt.example.com", 445, NOW_MS + 60_000, false), find());
    }

    @Test
    void severalFieldsAreOneList() {
        learn(ORIGIN, 0, "h2=\":444\"", "h3=\":445\"");
        assertEquals(445, find().port());
        assertEquals("www.example.com", find().host());
    }

    @Test
    void draftVersionsAreOtherProtocols() {
        learn(ORIGIN, 0, "h3-29=\":443\"");
        assertNull(find());
    }

    @Test
    void itEndsWhenItsAgeIsReached() {
        learn(ORIGIN, 40, "h3=\":443\"; ma=100"); // 40 seconds of which have passed in a cache
        assertNotNull(cache.find(ORIGIN, NOW_MS + 59_999));
        assertNull(cache.find(ORIGIN, NOW_MS + 60_000));
        learn(ORIGIN, 100, "h3=\":443\"; ma=100");
        assertNull(find());
    }

    @Test
    void clearForgets() {
        learn(ORIGIN, 0, "h3=\":443\"");
        learn(ORIGIN, 0, "clear");
        assertNull(find());
        learn(ORIGIN, 0, "h3=\":443\"");
        learn(ORIGIN, 0, "CLEAR"); // case-sensitive: this is a list that breaks the grammar
        assertNotNull(find());
    }

    @Test
    void aNewListReplacesTheOld() {
        learn(ORIGIN, 0, "h3=\":443\"");
        learn(ORIGIN, 0, "h2=\":443\"");
        assertNull(find());
    }

    @Test
    void aResponseWithoutTheFieldChangesNothing() {
        learn(ORIGIN, 0, "h3=\":443\"");
        learn(ORIGIN, 0);
        assertNotNull(find());
    }

    @Test
    void anOriginSpeaksForItselfAlone() {
        learn(ORIGIN, 0, "h3=\":443\"");
        assertNull(cache.find(Origin.of(true, "www.example.com", 8443), NOW_MS));
        assertNull(cache.find(Origin.of(true, "example.com", 443), NOW_MS));
        assertNull(cache.find(Origin.of(false, "www.example.com", 443), NOW_MS));
    }

    @Test
    void whatCameInTheClearIsNotTrusted() {
        Origin plain = Origin.of(false, "www.example.com", 80);
        learn(plain, 0, "h3=\":443\"");
        assertNull(cache.find(plain, NOW_MS));
        assertEquals(0, cache.size());
    }

    @ParameterizedTest
    @CsvSource({"1,300000", "2,600000", "3,1200000", "10,153600000", "11,172800000", "64,172800000"})
    void whatFailedIsLeftAloneForLongerEachTime(int failures, long breakMs) {
        learn(ORIGIN, 0, "h3=\":443\"; ma=31536000");
        AltService service = find();
        for (int i = 0; i < failures; i++) {
            cache.failed(service, NOW_MS);
        }
        assertNull(cache.find(ORIGIN, NOW_MS + breakMs - 1));
        assertEquals(service, cache.find(ORIGIN, NOW_MS + breakMs));
    }

    @Test
    void successEndsTheBreakAndItsGrowth() {
        learn(ORIGIN, 0, "h3=\":443\"");
        AltService service = find();
        cache.failed(service, NOW_MS);
        cache.failed(service, NOW_MS);
        cache.worked(service);
        assertEquals(service, find());
        cache.failed(service, NOW_MS);
        assertEquals(service, cache.find(ORIGIN, NOW_MS + AltSvcCache.FIRST_BREAK_MS));
    }

    @Test
    void whatFailedIsNotMendedByHearingOfItAgain() {
        learn(ORIGIN, 0, "h3=\":443\"");
        cache.failed(find(), NOW_MS);
        learn(ORIGIN, 0, "h3=\":443\"");
        assertNull(find());
        learn(ORIGIN, 0, "h3=\":444\"");
        assertEquals(444, find().port());
    }

    @Test
    void aChangeOfTheNetworkKeepsOnlyWhatIsPersistent() {
        Origin other = Origin.of(true, "other.example", 443);
        learn(ORIGIN, 0, "h3=\":443\"; persist=1");
        learn(other, 0, "h3=\":443\"");
        cache.failed(find(), NOW_MS);
        cache.networkChanged();
        assertNotNull(find());
        assertNull(cache.find(other, NOW_MS));
    }

    @Test
    void theOriginAskedForLeastLatelyMakesRoom() {
        for (int i = 0; i < 4; i++) {
            learn(Origin.of(true, "h" + i, 443), 0, "h3=\":443\"");
            assertTrue(cache.size() <= 3);
            assertNotNull(cache.find(Origin.of(true, "h0", 443), NOW_MS));
        }
        assertNull(cache.find(Origin.of(true, "h1", 443), NOW_MS));
        assertFalse(cache.find(Origin.of(true, "h3", 443), NOW_MS) == null);
    }

    @Test
    void anAlternativeThatDoesNotKnowTheOriginIsForgotten() {
        learn(ORIGIN, 0, "h3=\":443\"");
        cache.forget(ORIGIN);
        assertNull(find());
    }
}
