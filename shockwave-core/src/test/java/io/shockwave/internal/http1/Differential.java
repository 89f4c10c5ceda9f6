package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http1.Http1Decoder.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;

/** Compares the codecs with {@link ReferenceParser}, on any bytes. */
final class Differential {
    /** Wide enough that no limit interferes with inputs of a fuzzer's size. */
    static final Http1Limits WIDE = new Http1Limits(1 << 20, 1 << 20, 1 << 16, 1 << 30, 1 << 20);

    private Differential() {
    }

    static void request(byte[] input, long seed) {
        Decoded decoded = Decoded.whole(Kind.REQUEST, input, WIDE, true);
        assertEquals(decoded, Decoded.pieces(Kind.REQUEST, input, WIDE, true, new Random(seed), 1 + (int) (seed & 15)), "splits matter");
        String text = new String(input, StandardCharsets.ISO_8859_1);
        ReferenceParser.Head head = ReferenceParser.request(text);
        if (head == null || head.major() != 1) {
            assertFalse(decoded.done(), () -> "taken, but not well-formed: " + text);
            return;
        }
        assertEquals(null, decoded.violation(), () -> "refused, but well-formed: " + text);
        assertTrue(decoded.done());
        assertEquals(head.bytes(), decoded.consumed());
        assertEquals(head.method() + ' ' + head.target(), decoded.method() + ' ' + decoded.line());
        assertEquals(head.minor() == 0 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1, decoded.version());
        assertEquals(usual(head), decoded.fields());
        judge(text.substring(0, head.bytes()), head);
    }

    private static void judge(String text, ReferenceParser.Head head) {
        JudgedRequest judged = JudgedRequest.of(text, WIDE);
        Set<Violation> faults = ReferenceParser.faults(head, WIDE.bodyBytes());
        if (!faults.isEmpty()) {
            assertNotNull(judged.violation(), () -> "accepted in spite of " + faults + ": " + text);
            assertTrue(faults.contains(judged.violation()), () -> judged.violation() + " is not among " + faults + ": " + text);
            return;
        }
        assertEquals(null, judged.violation(), () -> "nothing is wrong with " + text);
        boolean chunked = !head.all("transfer-encoding").isEmpty();
        assertEquals(chunked, judged.chunked());
        Long length = ReferenceParser.length(head);
        assertEquals(chunked ? -1 : length == null ? 0 : length, judged.length());
        assertEquals(ReferenceParser.keepAlive(head), judged.keepAlive());
        assertEquals(ReferenceParser.parts(head), judged.path() + ' ' + judged.query() + ' ' + judged.authority());
        assertEquals(head.minor() > 0 && !head.all("expect").isEmpty() && judged.length() != 0, judged.expectsContinue());
        assertEquals(head.minor() > 0 && head.all("upgrade").stream().anyMatch(v -> !v.isEmpty()) && ReferenceParser.connectionNames(head, "upgrade"), judged.asksUpgrade());
        assertEquals(head.all("host").isEmpty() ? null : head.all("host").getFirst(), judged.host());
    }

    static void response(byte[] input, long seed) {
        Decoded decoded = Decoded.whole(Kind.RESPONSE, input, WIDE, true);
        assertEquals(decoded, Decoded.pieces(Kind.RESPONSE, input, WIDE, true, new Random(seed), 1 + (int) (seed & 15)), "splits matter");
        String text = new String(input, StandardCharsets.ISO_8859_1);
        ReferenceParser.Head head = ReferenceParser.response(text);
        if (head == null || head.major() != 1) {
            assertFalse(decoded.done(), () -> "taken, but not well-formed: " + text);
            return;
        }
        assertTrue(decoded.done(), () -> decoded.violation() + ", but well-formed: " + text);
        assertEquals(head.bytes(), decoded.consumed());
        assertEquals(head.status() + head.target(), decoded.status() + decoded.line());
        assertEquals(usual(head), decoded.fields());
    }

    /** Known names show in their usual spelling. */
    private static String usual(ReferenceParser.Head head) {
        StringBuilder out = new StringBuilder();
        for (ReferenceParser.Field field : head.fields()) {
            byte[] name = Decoded.latin1(field.name());
            int id = HeaderName.idOf(name, 0, name.length);
            out.append(id < 0 ? field.name() : HeaderName.byId(id).toString()).append(": ").append(field.value()).append('\n');
        }
        return out.toString();
    }
}
