package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.shockwave.internal.exchange.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Chunked content against RFC 9112 7.1 as a regular expression, however it was split. Byte 0 chooses limits and splits. */
class ChunkDecoderFuzzTest {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String BWS = "[ \\t]*";
    private static final String QUOTED = "\"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*+\"";
    private static final Pattern SIZE_LINE = Pattern.compile("([0-9A-Fa-f]{1,16})((?:" + BWS + ";" + BWS + TOKEN + "(?:" + BWS + "=" + BWS + "(?:" + TOKEN + "|" + QUOTED + "))?)*+)\r\n");

    @FuzzTest(maxDuration = "10m")
    void agreesWithTheGrammar(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Http1Limits limits = data[0] < 0 ? new Http1Limits(64, 64, 4, 64, 16) : Http1Limits.SERVER;
        byte[] input = Arrays.copyOfRange(data, 1, data.length);
        Dechunked whole = Dechunked.pieces(input, limits, null, Math.max(1, input.length));
        assertEquals(whole, Dechunked.pieces(input, limits, null, 1));
        assertEquals(whole, Dechunked.pieces(input, limits, new Random(data[0]), 1 + (data[0] & 31)));
        reference(new String(input, StandardCharsets.ISO_8859_1), limits, whole);
    }

    private static void reference(String text, Http1Limits limits, Dechunked actual) {
        StringBuilder content = new StringBuilder();
        int at = 0;
        long extensions = 0;
        Matcher line = SIZE_LINE.matcher(text);
        while (line.region(at, text.length()).lookingAt()) {
            extensions += line.group(2).length();
            long size = Long.parseUnsignedLong(line.group(1), 16);
            if (size < 0 || size > limits.bodyBytes() - content.length() || extensions > limits.chunkExtensionBytes()) {
                assertTrue(actual.violation() == Violation.CHUNK_SIZE_OVERFLOW || actual.violation() == Violation.BODY_TOO_LARGE || actual.violation() == Violation.CHUNK_EXTENSIONS_TOO_LARGE, () -> "not " + actual.violation());
                return;
            }
            at = line.end();
            if (size == 0) {
                Decoded trailers = Decoded.whole(Http1Decoder.Kind.TRAILERS, Decoded.latin1(text.substring(at)), limits, false);
                assertEquals(new Dechunked(trailers.violation(), trailers.done(), trailers.done() ? at + trailers.consumed() : 0, content.toString(), trailers.fields()), actual);
                return;
            }
            int taken = (int) Math.min(size, text.length() - at);
            content.append(text, at, at + taken);
            at += taken;
            if (at == text.length() || text.startsWith("\r", at) && at + 1 == text.length()) {
                assertEquals(new Dechunked(null, false, 0, content.toString(), ""), actual);
                return;
            }
            if (!text.startsWith("\r\n", at)) {
                assertEquals(new Dechunked(Violation.CHUNK_END, false, 0, content.toString(), ""), actual);
                return;
            }
            at += 2;
        }
        // Malformed, or only not complete; either way nothing more is content.
        assertFalse(actual.done());
        assertEquals(content.toString(), actual.data());
    }
}
