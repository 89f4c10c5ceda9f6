package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlEntryTest {
    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "http://example.com            http  example.com  80    /            example.com       example.com:80",
        "https://example.com/          https example.com  443   /            example.com       example.com:443",
        "HTTP://EXAMPLE.com/A%2fb?C=d  http  example.com  80    /A%2fb?C=d   example.com       example.com:80",
        "http://example.com:80/x       http  example.com  80    /x           example.com       example.com:80",
        "http://example.com:443/x      http  example.com  443   /x           example.com:443   example.com:443",
        "https://example.com:443/x     https example.com  443   /x           example.com       example.com:443",
        "https://example.com:8443/x    https example.com  8443  /x           example.com:8443  example.com:8443",
        "http://example.com:/x         http  example.com  80    /x           example.com       example.com:80",
        "http://example.com:00080/x    http  example.com  80    /x           example.com       example.com:80",
        "http://example.com:65535/x    http  example.com  65535 /x           example.com:65535 example.com:65535",
        "http://example.com?q          http  example.com  80    /?q          example.com       example.com:80",
        "http://example.com?           http  example.com  80    /?           example.com       example.com:80",
        "http://example.com#f          http  example.com  80    /            example.com       example.com:80",
        "http://example.com/p#f?x      http  example.com  80    /p           example.com       example.com:80",
        "http://example.com/p?a#b#c    http  example.com  80    /p?a         example.com       example.com:80",
        "http://example.com/a/../b//.  http  example.com  80    /a/../b//.   example.com       example.com:80",
        "http://example.com/?a[]=1|2   http  example.com  80    /?a[]=1|2    example.com       example.com:80",
        "http://example.com/@me:x      http  example.com  80    /@me:x       example.com       example.com:80",
        "http://a_b.~c-/               http  a_b.~c-      80    /            a_b.~c-           a_b.~c-:80",
        "http://10.0.0.1:8080/         http  10.0.0.1     8080  /            10.0.0.1:8080     10.0.0.1:8080",
        "http://[::1]/                 http  ::1          80    /            [::1]             [::1]:80",
        "http://[2001:DB8::A]:81?q     http  2001:db8::a  81    /?q          [2001:db8::a]:81  [2001:db8::a]:81",
        "http://[::ffff:1.2.3.4]/      http  ::ffff:1.2.3.4 80  /            [::ffff:1.2.3.4]  [::ffff:1.2.3.4]:80",
    })
    void reads(String line) {
        String[] columns = line.split(" +");
        reads(columns[0], columns[1], columns[2], Integer.parseInt(columns[3]), columns[4], columns[5], columns[6]);
    }

    private static void reads(
            String url, String scheme, String host, int port, String target, String hostField, String authority) {
        UrlEntry entry = UrlEntry.parse(url);
        assertEquals(scheme, entry.scheme());
        assertEquals(scheme.equals("https"), entry.isSecure());
        assertEquals(host, entry.host());
        assertEquals(port, entry.port());
        assertEquals(target, ascii(entry.target()));
        assertEquals(target.split("\\?", 2)[0].length(), entry.pathLength());
        assertEquals(hostField, ascii(entry.hostField()));
        assertEquals(authority, ascii(entry.authority()));
        assertEquals(url, entry.text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "''~0~http:// or https://",
        "ftp://a/~0~http:// or https://",
        "http:/a/~0~http:// or https://",
        "//a/~0~http:// or https://",
        "http://~7~host is missing",
        "http:///x~7~host is missing",
        "http://?x~7~host is missing",
        "https://:443/~8~host is missing",
        "http://user@a/~11~Authorization",
        "http://user:pw@a/~14~Authorization",
        "http://a b/~8~a space",
        "http://a%41/~8~percent-encoded",
        "http://a\\@b/~9~user information",
        "http://a\\b/~8~'\\'",
        "http://a<b/~8~'<'",
        "http://bücher.example/~8~xn--",
        "http://a:8x/~10~'x'",
        "http://a:+8/~9~'+'",
        "http://a:-1/~9~'-'",
        "http://a:0/~9~port 0",
        "http://a:000/~9~port 0",
        "http://a:65536/~9~above 65535",
        "http://a:99999999999999999999/~9~above 65535",
        "http://a:1:2/~10~':'",
        "http://[::1/~7~no ']'",
        "http://[::1]x/~12~only a port",
        "http://[::1]:x/~13~'x'",
        "http://[::1]]/~12~only a port",
        "http://[]/~8~not an IPv6",
        "http://[::1%25eth0]/~8~not an IPv6",
        "http://[v1.x]/~8~not an IPv6",
        "http://[1.2.3.4]/~8~not an IPv6",
        "http://::1/~7~host is missing",
        "http://a/ö~9~U+00F6",
        "http://a/\u20AC~9~U+20AC",
    })
    void refusesAndSaysWhere(String url, int index, String why) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> UrlEntry.parse(url)).getMessage();
        assertTrue(message.contains(why), message);
        assertTrue(message.contains("at index " + index + " of "), message);
    }

    @Test
    void noControlBlankOrNonAsciiGetsIntoAnyPart() {
        for (int c = 0; c <= 0x2FF; c++) {
            if (c > ' ' && c < 0x7F) {
                continue;
            }
            char bad = (char) c;
            for (String url : new String[] {
                "http://a/x" + bad + "y", "http://a/x?y" + bad, "http://a/#x" + bad, "http://a" + bad + "/", "http://a:8" + bad + "/",
                bad + "http://a/", "http" + bad + "://a/", "http://a/" + bad
            }) {
                String message =
                        assertThrows(IllegalArgumentException.class, () -> UrlEntry.parse(url), url).getMessage();
                assertTrue(message.chars().allMatch(m -> m >= ' ' && m < 0x7F), "the message is safe to log");
            }
        }
    }

    /** U+017F folds to 's' and U+212A to 'k' under the Unicode rules that String's own case folding follows. */
    @Test
    void theSchemeIsComparedInAsciiOnly() {
        assertThrows(IllegalArgumentException.class, () -> UrlEntry.parse("http\u017F://a/"));
        assertThrows(IllegalArgumentException.class, () -> UrlEntry.parse("http://\u212A/"));
        assertTrue(UrlEntry.parse("hTTpS://a/").isSecure());
    }

    @Test
    void everyVisibleAsciiCharacterOfThePathIsKept() {
        for (char c = '!'; c <= '~'; c++) {
            if (c != '#') {
                assertEquals("/a" + c + "b", ascii(UrlEntry.parse("http://h/a" + c + "b").target()));
            }
        }
    }

    @Test
    void theMessageNeverShowsAPassword() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> UrlEntry.parse("https://me:hunter2@example.com/"))
                .getMessage();
        assertFalse(message.contains("hunter2"), message);
        assertFalse(message.contains("me:"), message);
        assertTrue(message.contains("@example.com"), message);
        String withAt = assertThrows(IllegalArgumentException.class, () -> UrlEntry.parse("https://me:hunter@2@example.com/"))
                .getMessage();
        assertFalse(withAt.contains("2@"), withAt);
    }

    @Test
    void acceptsTheLongestUrlAndRefusesOneMore() {
        String longest = "http://a/" + "x".repeat(UrlParser.MAX_LENGTH - 9);
        assertEquals(UrlParser.MAX_LENGTH - 8, UrlEntry.parse(longest).target().length);
        assertThrows(IllegalArgumentException.class, () -> UrlEntry.parse(longest + "x"));
    }

    @Test
    void acceptsTheLongestHostAndRefusesOneMore() {
        String longest = "h".repeat(UrlParser.MAX_HOST_LENGTH);
        assertEquals(longest, UrlEntry.parse("http://" + longest).host());
        assertThrows(IllegalArgumentException.class, () -> UrlEntry.parse("http://h" + longest));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8", "fe80::1", "::1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4", "::ffff:255.255.255.255", "ABCD:ef01::", "1:2:3:4::5:1.2.3.4"
    })
    void takesIpv6(String literal) {
        assertTrue(Ipv6.isLiteral(literal, 0, literal.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "12345::", "g::",
        ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:", "1.2.3.4", "::1.2.3", "::1.2.3.4.5", "::256.1.1.1", "::01.2.3.4", "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4", "::1.2..4", "1:2:3:4:5:6:7:8:", "::a.1.1.1", "::\u0661"
    })
    void refusesWhatIsNotIpv6(String literal) {
        assertFalse(Ipv6.isLiteral(literal, 0, literal.length()));
    }

    /** RFC 9110 4.3.1: equal when scheme, host and port are equal after normalisation, and only then. */
    @Test
    void originsAreEqualInAllThreeOrNotAtAll() {
        Origin origin = UrlEntry.parse("http://Example.COM/x").origin();
        assertEquals(origin, UrlEntry.parse("HTTP://example.com:080/y?z").origin());
        assertEquals(origin.hashCode(), Origin.of(false, "EXAMPLE.com", 80).hashCode());
        assertNotEquals(origin, Origin.of(true, "example.com", 80));
        assertNotEquals(origin, Origin.of(false, "example.com", 81));
        assertNotEquals(origin, Origin.of(false, "www.example.com", 80));
        assertEquals("http://example.com", origin.toString());
        assertEquals("https://[::1]:8443", Origin.of(true, "::1", 8443).toString());
        assertThrows(IllegalArgumentException.class, () -> Origin.of(false, "", 80));
        assertThrows(IllegalArgumentException.class, () -> Origin.of(false, "a", 0));
        assertThrows(IllegalArgumentException.class, () -> Origin.of(false, "a", 65_536));
    }

    @Test
    void poolKeysDifferInEachPart() {
        Origin origin = Origin.of(true, "a", 443);
        Object tls = new Object();
        PoolKey key = new PoolKey(origin, "", tls);
        assertEquals(key, new PoolKey(Origin.of(true, "A", 443), "", tls));
        assertEquals(key.hashCode(), new PoolKey(Origin.of(true, "A", 443), "", tls).hashCode());
        assertNotEquals(key, new PoolKey(Origin.of(true, "b", 443), "", tls));
        assertNotEquals(key, new PoolKey(origin, "http://p:3128", tls));
        assertNotEquals(key, new PoolKey(origin, "", new Object()));
        // Equal configurations are still two: what one verified says nothing about the other.
        assertNotEquals(new PoolKey(origin, "", new String("t")), new PoolKey(origin, "", new String("t")));
    }

    /** Where the JDK's parser accepts as well, both must name the same host, port, path and query. */
    @Test
    void agreesWithTheJdkWhereBothAccept() throws Exception {
        String[] parts = {
            "http://", "https://", "a", "b.example", "[::1]", ":", "80", "8080", "/", "//", "?", "#", "%41", "x=1", "&", "..", ".", "@", "[", "]",
            "|", " ", "\\", "1.2.3.4", "-", "_", "é", "\n"
        };
        SplittableRandom random = new SplittableRandom(20);
        int both = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder url = new StringBuilder(random.nextInt(20) == 0 ? "" : parts[random.nextInt(2)]);
            for (int n = random.nextInt(8); n > 0; n--) {
                url.append(parts[random.nextInt(parts.length)]);
            }
            UrlEntry entry;
            URI uri;
            try {
                entry = UrlEntry.parse(url);
                uri = new URI(url.toString()).parseServerAuthority();
            } catch (IllegalArgumentException | URISyntaxException e) {
                continue;
            }
            both++;
            String host = uri.getHost().replace("[", "").replace("]", "");
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            assertEquals(host.toLowerCase(), entry.host(), url.toString());
            assertEquals(uri.getPort() < 0 ? Origin.defaultPort(entry.isSecure()) : uri.getPort(), entry.port(), url.toString());
            assertEquals(path + query, ascii(entry.target()), url.toString());
        }
        assertTrue(both > 10_000, "only " + both + " were accepted by both");
    }
}
