package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.shockwave.HeaderName;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Any value of an Alt-Svc field, against RFC 7838 3 as a regular expression, and what is remembered of it. */
class AltSvcFuzzTest {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String OWS = "[ \\t]*";
    private static final String QUOTED = "\"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*+\"";
    private static final Pattern VALUE = Pattern.compile("(?:" + OWS + ",)*+" + OWS + "(?:" + TOKEN + "=" + QUOTED + "(?:" + OWS + ";" + OWS + TOKEN + "=(?:" + TOKEN + "|" + QUOTED + "))*+(?:" + OWS + ",)*+" + OWS + ")*+");
    private static final Origin ORIGIN = Origin.of(true, "www.example.com", 443);
    private static final long NOW_MS = 1_000_000;

    @FuzzTest(maxDuration = "10m")
    void whatIsUsedKeepsToTheGrammar(byte[] data) {
        AltSvcDecoder decoder = new AltSvcDecoder();
        decoder.start(data, 0, data.length);
        int found = 0;
        while (decoder.next()) {
            found++;
            assertFalse(decoder.protocol().isEmpty());
            assertTrue(decoder.port() > 0 && decoder.port() < 65_536);
            assertTrue(decoder.maxAgeS() >= 0 && decoder.maxAgeS() <= 31_536_000);
            assertTrue(decoder.host().chars().allMatch(c -> c > ' ' && c < 0x7F && "/@?#\\[]".indexOf(c) < 0), decoder.host());
        }
        assertTrue(found <= data.length / 5);
        String text = new String(data, StandardCharsets.ISO_8859_1);
        if (decoder.isValid()) {
            Matcher matcher = VALUE.matcher(text);
            assertTrue(matcher.matches(), text);
        }
        learn(text);
    }

    /** As a response brings it: a header block holds no control characters and no blanks around a value. */
    private static void learn(String text) {
        if (text.isEmpty() || text.length() > 1_000 || !text.equals(text.strip()) || text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7F || c >= 0x80)) {
            return;
        }
        HeaderBlock block = new HeaderBlock(new Slab(0), new Lifetime());
        block.add(HeaderName.ALT_SVC, text);
        AltSvcCache cache = new AltSvcCache(2);
        cache.learn(ORIGIN, block, 0, NOW_MS);
        AltService service = cache.find(ORIGIN, NOW_MS);
        if (service != null) {
            assertEquals(ORIGIN, service.origin());
            assertTrue(service.untilMs() > NOW_MS && service.untilMs() <= NOW_MS + 31_536_000_000L);
            assertFalse(service.host().isEmpty());
            cache.failed(service, NOW_MS);
            cache.learn(ORIGIN, block, 0, NOW_MS);
            assertEquals(null, cache.find(ORIGIN, NOW_MS), "what failed is mended by hearing of it again");
        }
        assertEquals(null, cache.find(Origin.of(true, "www.example.com", 444), NOW_MS));
    }
}
