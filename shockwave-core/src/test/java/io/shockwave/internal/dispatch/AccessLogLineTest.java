package io.shockwave.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AccessLogLineTest {
    private static final long THE_EXAMPLE = 971_211_336L; // 10 October 2000, 13:55:36 -0700, as in the Apache manual: 20:55:36 in UTC

    private final AccessLogLine line = new AccessLogLine();
    private final Exchange x = new Exchange(new Slab(1 << 16));
    private final byte[] dst = new byte[AccessLogLine.MAX_BYTES];

    private String format(byte[] target, int status, long bytes, long seconds) {
        x.reset();
        x.received.line(target, 0, target.length);
        byte[] host = ascii("192.0.2.7");
        return new String(dst, 0, line.format(dst, host, host.length, x, status, bytes, seconds), StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private String targetOf(String formatted) {
        return formatted.substring(formatted.indexOf("GET ") + 4, formatted.lastIndexOf(" HTTP/1.1\""));
    }

    @Test
    void writesTheCommonLogFormat() {
        assertEquals("192.0.2.7 - - [10/Oct/2000:20:55:36 +0000] \"GET /apache_pb.gif?a=b HTTP/1.1\" 200 2326\n",
                format(ascii("/apache_pb.gif?a=b"), 200, 2326, THE_EXAMPLE));
    }

    @Test
    void writesMethodAndVersionOfTheRequest() {
        x.reset();
        x.method = Method.of("PROPFIND");
        x.version = HttpVersion.HTTP_1_0;
        x.received.line(ascii("*"), 0, 1);
        int len = line.format(dst, ascii("::1"), 3, x, 501, 5, THE_EXAMPLE);
        assertEquals("::1 - - [10/Oct/2000:20:55:36 +0000] \"PROPFIND * HTTP/1.0\" 501 5\n", new String(dst, 0, len, StandardCharsets.US_ASCII));
    }

    @Test
    void showsWhatIsMissingAsADash() {
        int len = line.format(dst, new byte[0], 0, null, 0, 0, THE_EXAMPLE);
        assertEquals("- - - [10/Oct/2000:20:55:36 +0000] \"-\" - -\n", new String(dst, 0, len, StandardCharsets.US_ASCII));
    }

    @Test
    void aRefusedRequestLineShowsAsADashAndNotAsTheMethodOfAnEmptyExchange() {
        x.reset();
        int len = line.format(dst, ascii("::1"), 3, x, 505, 56, THE_EXAMPLE);
        assertEquals("::1 - - [10/Oct/2000:20:55:36 +0000] \"-\" 505 56\n", new String(dst, 0, len, StandardCharsets.US_ASCII));
    }

    @Test
    void datesAgreeWithTheCalendar() {
        DateTimeFormatter expected = DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss '+0000]'", Locale.ROOT);
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long seconds = i < 3_000 ? 946_000_000L + i * 43_199L : random.nextLong(0, 253_402_300_800L);
            String text = format(ascii("/"), 200, 1, seconds);
            assertEquals(expected.format(LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC)), text.substring(text.indexOf('['), text.indexOf(']') + 1));
        }
    }

    @Test
    void escapesWhatCouldLeaveItsPlace() {
        assertEquals("/\\x22\\x20200\\x0D\\x0Aevil\\x5C\\x00\\x1B\\x7F\\x80\\xFF\\x09",
                targetOf(format(new byte[] {'/', '"', ' ', '2', '0', '0', '\r', '\n', 'e', 'v', 'i', 'l', '\\', 0, 0x1B, 0x7F, (byte) 0x80, (byte) 0xFF, '\t'}, 200, 1, 0)));
    }

    @Test
    void everyLineIsOneLineOfVisibleAsciiWhateverTheTarget() {
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            byte[] target = new byte[random.nextInt(1, 1_500)];
            random.nextBytes(target);
            String text = format(target, 400, 1, 5);
            for (int c = 0; c < text.length() - 1; c++) {
                assertTrue(text.charAt(c) >= ' ' && text.charAt(c) < 0x7F);
            }
            assertEquals('\n', text.charAt(text.length() - 1));
            assertEquals(2, text.chars().filter(c -> c == '"').count());
            assertTrue(text.length() <= AccessLogLine.MAX_BYTES);
        }
    }

    @Test
    void keepsATargetOfExactlyTheLimit() {
        String target = "/" + "a".repeat(AccessLogLine.MAX_TARGET_BYTES - 1);
        assertEquals(target, targetOf(format(ascii(target), 200, 1, 0)));
        String escaped = "/" + "a".repeat(AccessLogLine.MAX_TARGET_BYTES - 5) + "\"";
        assertEquals(escaped.replace("\"", "\\x22"), targetOf(format(ascii(escaped), 200, 1, 0)));
    }

    @Test
    void cutsATargetOneLongerThanTheLimitWithAMark() {
        String target = "/" + "a".repeat(AccessLogLine.MAX_TARGET_BYTES);
        assertEquals(target.substring(0, AccessLogLine.MAX_TARGET_BYTES - 4) + "\\...", targetOf(format(ascii(target), 200, 1, 0)));
        String escaped = "/" + "a".repeat(AccessLogLine.MAX_TARGET_BYTES - 6) + "\"\"";
        String cut = targetOf(format(ascii(escaped), 200, 1, 0));
        assertTrue(cut.endsWith("a\\..."), cut.substring(1_000)); // not within an escape
        assertTrue(cut.length() <= AccessLogLine.MAX_TARGET_BYTES);
    }

    @Test
    void longestLineFits() {
        x.reset();
        x.method = Method.of("M".repeat(Method.MAX_LENGTH));
        byte[] target = "\"".repeat(9_000).getBytes(StandardCharsets.US_ASCII);
        x.received.line(target, 0, target.length);
        int len = line.format(dst, new byte[200], 200, x, 599, Long.MAX_VALUE, 253_402_300_799L);
        assertTrue(len <= AccessLogLine.MAX_BYTES && len > AccessLogLine.MAX_BYTES - 40, "length " + len);
    }
}
