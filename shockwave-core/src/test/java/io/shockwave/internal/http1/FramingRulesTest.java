package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingRulesTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    /** A POST with these field lines, beside Host. */
    private static JudgedRequest post(String... lines) {
        return JudgedRequest.of("POST / HTTP/1.1\r\nHost: a\r\n" + joined(lines) + "\r\n");
    }

    private static JudgedRequest post10(String... lines) {
        return JudgedRequest.of("POST / HTTP/1.0\r\n" + joined(lines) + "\r\n");
    }

    private static JudgedRequest target(String methodAndTarget) {
        return JudgedRequest.of(methodAndTarget + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static JudgedRequest host(String value) {
        return JudgedRequest.of("GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n");
    }

    private static String joined(String... lines) {
        StringBuilder out = new StringBuilder();
        for (String line : lines) {
            out.append(line).append("\r\n");
        }
        return out.toString();
    }

    // ---- length of the content (RFC 9112 6)

    @Test
    void aRequestWithoutFramingFieldsHasNoContent() {
        assertNull(post().violation());
        assertEquals(0, post().length());
        assertEquals(0, post10().length());
        assertFalse(post().chunked());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "5,5", "0005,5", "1073741824,1073741824"})
    void readsContentLength(String text, long length) {
        JudgedRequest judged = post("Content-Length: " + text);
        assertNull(judged.violation());
        assertEquals(length, judged.length());
        assertEquals(length, post10("content-length:" + text + " ").length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+5", "-5", "5,5", "5, 5", "5 5", "0x5", "5.0", "5e1", "\u00b2", "five", "9223372036854775808", "99999999999999999999999", "5;", "\"5\"", "5\u00a0"})
    void rejectsMalformedContentLengths(String text) {
        assertEquals(Violation.CONTENT_LENGTH_SYNTAX, post("Content-Length: " + text).violation());
    }

    @Test
    void rejectsRepeatedContentLengthsEvenEqualOnes() {
        assertEquals(Violation.CONTENT_LENGTH_REPEATED, post("Content-Length: 5", "Content-Length: 6").violation());
        assertEquals(Violation.CONTENT_LENGTH_REPEATED, post("Content-Length: 5", "content-length: 5").violation());
        assertEquals(Violation.CONTENT_LENGTH_REPEATED, post("Content-Length: 5", "X: y", "Content-Length: x").violation());
    }

    @Test
    void acceptsExactlyTheBodyLimit() {
        Http1Limits limits = new Http1Limits(100, 100, 10, 1_000, 10);
        assertNull(JudgedRequest.of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n", limits).violation());
        assertEquals(Violation.BODY_TOO_LARGE, JudgedRequest.of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", limits).violation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED", " chunked\t"})
    void readsChunked(String text) {
        JudgedRequest judged = post("Transfer-Encoding: " + text);
        assertNull(judged.violation());
        assertTrue(judged.chunked());
        assertEquals(Exchange.UNKNOWN, judged.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "deflate,chunked", "x,y , chunked", "identity, chunked"})
    void otherCodingsBeforeAFinalChunkedAre501(String text) {
        assertEquals(Violation.TRANSFER_CODING_UNSUPPORTED, post("Transfer-Encoding: " + text).violation());
        assertEquals(501, Violation.TRANSFER_CODING_UNSUPPORTED.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "identity", "gzip", "chunked, identity", "chunked, x", "chunked, chunked", "chunked,", ",chunked", "chunked chunked", "chunked;q=1", "chunked;", "gzip;q=1, chunked", "\"chunked\"", "'chunked'x,",
        "xchunked", "chunkedx", "chunke", "gzip,,chunked", "gzip chunked", "chunked, gzip, chunked", "(chunked)", "\u00a0chunked", "gzip, chunked;a=b", ",", "gzip,"})
    void codingsWithoutOneFinalChunkedAre400(String text) {
        assertEquals(Violation.TRANSFER_CODING_SYNTAX, post("Transfer-Encoding: " + text).violation());
    }

    @Test
    void rejectsTransferEncodingInTwoLines() {
        assertEquals(Violation.TRANSFER_CODING_SYNTAX, post(CHUNKED, CHUNKED).violation());
        assertEquals(Violation.TRANSFER_CODING_SYNTAX, post("Transfer-Encoding: gzip", CHUNKED).violation());
        assertEquals(Violation.TRANSFER_CODING_SYNTAX, post(CHUNKED, "Transfer-Encoding: identity").violation());
    }

    @Test
    void rejectsContentLengthWithTransferEncoding() {
        assertEquals(Violation.CONTENT_LENGTH_WITH_CODING, post("Content-Length: 5", CHUNKED).violation());
        assertEquals(Violation.CONTENT_LENGTH_WITH_CODING, post(CHUNKED, "Content-Length: 0").violation());
        assertEquals(Violation.CONTENT_LENGTH_WITH_CODING, post("Transfer-Encoding: identity", "Content-Length: 5").violation());
    }

    @Test
    void rejectsTransferEncodingIn10() {
        assertEquals(Violation.TRANSFER_CODING_IN_1_0, post10(CHUNKED).violation());
        assertEquals(Violation.TRANSFER_CODING_IN_1_0, post10(CHUNKED, "Content-Length: 5").violation());
        assertEquals(Violation.TRANSFER_CODING_IN_1_0, post10("Transfer-Encoding: identity").violation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE /", "CONNECT h:1"})
    void traceAndConnectHaveNoContent(String request) { // RFC 9110 9.3.6, 9.3.8
        String start = request + " HTTP/1.1\r\nHost: h\r\n";
        assertNull(JudgedRequest.of(start + "\r\n").violation());
        assertNull(JudgedRequest.of(start + "Content-Length: 0\r\n\r\n").violation());
        assertEquals(Violation.CONTENT_FORBIDDEN, JudgedRequest.of(start + "Content-Length: 1\r\n\r\n").violation());
        assertEquals(Violation.CONTENT_FORBIDDEN, JudgedRequest.of(start + CHUNKED + "\r\n\r\n").violation());
    }

    // ---- host (RFC 9112 3.2)

    @Test
    void version11NeedsExactlyOneHost() {
        assertEquals(Violation.HOST_MISSING, JudgedRequest.of("GET / HTTP/1.1\r\n\r\n").violation());
        assertEquals(Violation.HOST_REPEATED, JudgedRequest.of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n").violation());
        assertEquals(Violation.HOST_REPEATED, JudgedRequest.of("GET / HTTP/1.1\r\nhost: a\r\nX: y\r\nHOST: b\r\n\r\n").violation());
    }

    @Test
    void version10MayOmitHostButNotGarbleIt() {
        assertNull(JudgedRequest.of("GET / HTTP/1.0\r\n\r\n").violation());
        assertNull(JudgedRequest.of("GET / HTTP/1.0\r\n\r\n").host());
        assertEquals("a", JudgedRequest.of("GET / HTTP/1.0\r\nHost: a\r\n\r\n").host());
        assertEquals(Violation.HOST_SYNTAX, JudgedRequest.of("GET / HTTP/1.0\r\nHost: a b\r\n\r\n").violation());
        assertEquals(Violation.HOST_REPEATED, JudgedRequest.of("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n").violation());
    }

    @Test
    void anAbsoluteTargetStillNeedsAHost() { // RFC 9112 3.2.2
        assertEquals(Violation.HOST_MISSING, JudgedRequest.of("GET http://a/ HTTP/1.1\r\n\r\n").violation());
        assertEquals(Violation.HOST_SYNTAX, JudgedRequest.of("GET http://a/ HTTP/1.1\r\nHost: a/b\r\n\r\n").violation());
        JudgedRequest judged = JudgedRequest.of("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n");
        assertNull(judged.violation());
        assertEquals("a", judged.authority());
        assertEquals("b", judged.host());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "example.com", "EXAMPLE.com", "a:80", "a:", "a:0", "a:65535", "a:00080", "127.0.0.1", "127.0.0.1:8080", "999.1.1.1", "a_b", "a-b.c~d", "xn--bcher-kva", "%41%6a", "a!$&'()*+,;=b", ".", "1",
        "[::]", "[::1]", "[::1]:80", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[1::8]", "[abcd:EF01::]", "[::ffff:1.2.3.4]", "[1:2:3:4:5:6:1.2.3.4]", "[::1.2.3.4]:1", "[1::1.2.3.4]", "[1:2:3:4:5::1.2.3.4]",
        "[1:2:3:4:5:6::8]"})
    void acceptsHosts(String host) {
        assertNull(host(host).violation());
        assertNull(JudgedRequest.of("GET http://" + host + "/ HTTP/1.1\r\nHost: h\r\n\r\n").violation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":80", "a b", "a/b", "a/", "http://a", "a:65536", "a:99999999999", "a:-1", "a:+1", "a:8x", "a:80:80", "user@a", "user:pass@a", "a@b", "a?b", "a#b", "a\\b", "a%", "a%4", "a%4g", "a%zz", "\u00e9", "a\tb", "a, b",
        "[", "]", "[]", "[:]", "[:::]", "[::1", "::1", "[::1]a", "[::1]80", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1::2::3]", "[12345::]", "[g::]", "[::1%25eth0]", "[v1.a]", "[::1.2.3]", "[::1.2.3.4.5]", "[::256.1.1.1]", "[::01.1.1.1]",
        "[1.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::1.2.3.4:5]", "[1:]", "[:1]", "[1:2:3:4:5:6:7:]", "[:1:2:3:4:5:6:7]", "[1:2:3:4::5:6:7:8]", "[::1.2.3.]", "[::.1.2.3]", "[::12345.1.1.1]", "a|b", "{a}", "<a>", "\"a\"", "a^b", "`"})
    void rejectsHosts(String host) {
        assertEquals(Violation.HOST_SYNTAX, host(host).violation());
    }

    // ---- request-target (RFC 9112 3.2)

    @ParameterizedTest
    @CsvSource({"/,/,''", "/a/b,/a/b,''", "/a?b=c,/a,b=c", "/a?,/a,''", "/?a?b,/,a?b", "//a,//a,''", "/%20%ff,/%20%ff,''", "/a?%zz%,/a,%zz%", "/..,/..,''", "/a:b@c,/a:b@c,''", "/http://x/,/http://x/,''"})
    void splitsTheOriginForm(String target, String path, String query) {
        JudgedRequest judged = target("GET " + target);
        assertNull(judged.violation());
        assertEquals(path, judged.path());
        assertEquals(query, judged.query());
        assertEquals("", judged.authority());
        assertEquals("h", judged.host());
    }

    @ParameterizedTest
    @CsvSource({"http://a/b?c,a,/b,c", "HTTP://a,a,'',''", "https://a:1/,a:1,/,''", "hTTpS://[::1]:443/x,[::1]:443,/x,''", "http://a?b,a,'',b", "http://a:/,a:,/,''"})
    void splitsTheAbsoluteForm(String target, String authority, String path, String query) {
        JudgedRequest judged = target("GET " + target);
        assertNull(judged.violation());
        assertEquals(authority, judged.authority());
        assertEquals(path, judged.path());
        assertEquals(query, judged.query());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a#b", "/#", "/a?b#c", "http://a/#", "http://a#b", "/%", "/%4", "/%4g", "/a%zz?b", "http://a/%", "http://", "http:///a", "http://?a", "http://u@a/", "http://u:p@a/", "http://a:65536/", "http://a:b/", "http://[::1/", "http://a%zz/",
        "https://"})
    void rejectsMalformedTargets(String target) {
        assertEquals(Violation.TARGET_SYNTAX, target("GET " + target).violation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET *", "GET a", "GET a:80", "GET ?a", "GET ftp://a/", "GET http:/a", "GET http:a", "GET httpx://a", "POST *", "OPTIONS **", "OPTIONS *?a", "GET .", "GET ../a", "CONNECT /", "CONNECT *", "CONNECT http://a:1/", "CONNECT a:1/", "GET #a",
        "GET urn:a", "OPTIONS a:80", "HEAD *"})
    void rejectsFormsThatDoNotFitTheMethod(String request) {
        assertEquals(Violation.TARGET_FORM, target(request).violation());
    }

    @Test
    void optionsTakesTheAsterisk() {
        JudgedRequest judged = target("OPTIONS *");
        assertNull(judged.violation());
        assertEquals("*", judged.path());
    }

    @Test
    void connectTakesHostAndPort() {
        JudgedRequest judged = target("CONNECT [::1]:443");
        assertNull(judged.violation());
        assertEquals("[::1]:443", judged.authority());
        assertEquals("", judged.path());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a:", ":80", "a:0", "a:65536", "a:x", "u@a:1", "[::1]", "a:80:80", "a?b:1"})
    void connectRefusesEverythingElse(String target) { // RFC 9110 9.3.6
        assertEquals(Violation.TARGET_SYNTAX, target("CONNECT " + target).violation());
    }

    // ---- connection, upgrade, expect

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"close|false", "Close|false", "keep-alive|true", "keep-alive, close|false", "x,close,y|false", " , ,close|false", "x|true", "closed|true", "close-not|true", "''|true", "\"close\"|true", "x;close|true"})
    void version11StaysUnlessClosed(String value, boolean stays) {
        JudgedRequest judged = post("Connection: " + value);
        assertNull(judged.violation());
        assertEquals(stays, judged.keepAlive());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"close|false", "keep-alive|true", "Keep-Alive|true", "keep-alive, close|false", "close,keep-alive|false", "x|false", "x , keep-alive|true"})
    void version10ClosesUnlessKept(String value, boolean stays) {
        assertEquals(stays, post10("Connection: " + value).keepAlive());
        assertFalse(post10().keepAlive());
    }

    @Test
    void connectionIsReadInSeveralLines() {
        assertFalse(post("Connection: x", "Connection: close").keepAlive());
        assertFalse(post("Connection: close", "Connection: keep-alive").keepAlive());
        assertTrue(post10("Connection: x", "connection: keep-alive").keepAlive());
    }

    @Test
    void upgradeCountsOnlyWhenConnectionNamesIt() { // RFC 9110 7.8
        assertTrue(post("Connection: Upgrade", "Upgrade: websocket").asksUpgrade());
        assertTrue(post("Upgrade: websocket", "Connection: keep-alive, upgrade").asksUpgrade());
        assertFalse(post("Upgrade: websocket").asksUpgrade());
        assertFalse(post("Connection: upgrade").asksUpgrade());
        assertFalse(post("Connection: upgrade", "Upgrade:").asksUpgrade());
        assertFalse(post10("Connection: upgrade", "Upgrade: websocket").asksUpgrade());
    }

    @Test
    void expectsContinueOnlyWithContentAndIn11() { // RFC 9110 10.1.1
        assertTrue(post("Expect: 100-continue", "Content-Length: 5").expectsContinue());
        assertTrue(post("Expect: 100-Continue", CHUNKED).expectsContinue());
        assertFalse(post("Expect: 100-continue").expectsContinue());
        assertFalse(post("Expect: 100-continue", "Content-Length: 0").expectsContinue());
        assertFalse(post10("Expect: 100-continue", "Content-Length: 5").expectsContinue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "200-ok", "100-continue, x", "100-continue;a", "x=y", "100-continued"})
    void otherExpectationsAre417(String value) {
        assertEquals(Violation.EXPECTATION_UNKNOWN, post("Expect: " + value, "Content-Length: 5").violation());
        assertEquals(Violation.EXPECTATION_UNKNOWN, post("Expect: 100-continue", "Expect: " + value).violation());
        assertEquals(417, Violation.EXPECTATION_UNKNOWN.status());
    }

    @Test
    void oneJudgeKeepsNothingOfTheRequestBefore() {
        FramingRules rules = new FramingRules();
        Exchange x = new Exchange(Decoded.SLAB);
        for (String head : new String[] {"POST http://b/p?q HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\nConnection: upgrade, close\r\nUpgrade: x\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
            x.reset();
            Http1Decoder decoder = new Http1Decoder(false);
            decoder.start(Http1Decoder.Kind.REQUEST, x.received, Http1Limits.SERVER);
            decoder.decode(Decoded.latin1(head), 0, head.length());
            x.method = decoder.method();
            x.version = decoder.version();
            assertNull(rules.judgeRequest(x, Http1Limits.SERVER));
        }
        assertFalse(rules.chunked() || rules.keepAlive() || x.expectsContinue || x.asksUpgrade);
        assertEquals(0, x.receivedLength + x.queryLen + x.authorityLen);
        assertEquals(-1, x.hostIndex);
    }

    // ---- responses

    private record Judged(Violation violation, long length, boolean chunked, boolean keepAlive) {
    }

    private static Judged response(Method method, String head) {
        Exchange x = new Exchange(Decoded.SLAB);
        x.reset();
        Http1Decoder decoder = new Http1Decoder(false);
        decoder.start(Http1Decoder.Kind.RESPONSE, x.received, Http1Limits.CLIENT);
        byte[] bytes = Decoded.latin1("HTTP/" + head.replace("|", "\r\n") + "\r\n\r\n");
        decoder.decode(bytes, 0, bytes.length);
        assertTrue(decoder.isDone());
        x.version = decoder.version();
        x.status = decoder.status();
        FramingRules rules = new FramingRules();
        Violation violation = rules.judgeResponse(x, method, Http1Limits.CLIENT);
        Judged judged = new Judged(violation, x.receivedLength, rules.chunked(), rules.keepAlive());
        x.reset();
        return judged;
    }

    private static void judges(Method method, String head, long length, boolean chunked, boolean keepAlive) {
        assertEquals(new Judged(null, length, chunked, keepAlive), response(method, head));
    }

    @Test
    void responsesEndAsTheirFieldsSay() { // RFC 9112 6.3
        judges(Method.GET, "1.1 200 OK|Content-Length: 5", 5, false, true);
        judges(Method.GET, "1.1 200 OK|Content-Length: 0", 0, false, true);
        judges(Method.GET, "1.1 200 OK|Transfer-Encoding: chunked", Exchange.UNKNOWN, true, true);
        judges(Method.GET, "1.1 500 No|Content-Length: 5|Connection: close", 5, false, false);
        judges(Method.GET, "1.0 200 OK|Content-Length: 5", 5, false, false);
        judges(Method.GET, "1.0 200 OK|Content-Length: 5|Connection: keep-alive", 5, false, true);
    }

    @Test
    void withoutLengthTheCloseEndsTheResponse() {
        judges(Method.GET, "1.1 200 OK", Exchange.UNKNOWN, false, false);
        judges(Method.GET, "1.1 200 OK|Connection: keep-alive", Exchange.UNKNOWN, false, false);
        judges(Method.POST, "1.0 200 OK|Connection: keep-alive", Exchange.UNKNOWN, false, false);
    }

    @Test
    void someResponsesNeverHaveContent() {
        judges(Method.HEAD, "1.1 200 OK|Content-Length: 5", 0, false, true);
        judges(Method.HEAD, "1.1 200 OK|Transfer-Encoding: chunked", 0, false, true);
        judges(Method.HEAD, "1.1 200 OK", 0, false, true);
        judges(Method.GET, "1.1 304 Not Modified|Content-Length: 5", 0, false, true);
        judges(Method.GET, "1.1 304 Not Modified", 0, false, true);
        judges(Method.GET, "1.1 204 No Content", 0, false, true);
        judges(Method.GET, "1.1 103 Early Hints|Link: x", 0, false, true);
        judges(Method.GET, "1.1 100 Continue|Content-Length: 0", 0, false, true);
    }

    @Test
    void a204ThatAnnouncesContentIsTheLastOnItsConnection() {
        judges(Method.GET, "1.1 204 No Content|Content-Length: 5", 0, false, false);
        judges(Method.GET, "1.1 204 No Content|Transfer-Encoding: chunked", 0, false, false);
        judges(Method.GET, "1.1 204 No Content|Content-Length: 0", 0, false, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
    void anInterimResponseThatAnnouncesContentIsRefused(String field) {
        assertEquals(Violation.CONTENT_FORBIDDEN, response(Method.GET, "1.1 100 Continue|" + field).violation());
        assertEquals(Violation.CONTENT_FORBIDDEN, response(Method.GET, "1.1 101 Switching|Upgrade: x|Connection: upgrade|" + field).violation());
    }

    @Test
    void aTunnelHasNoFraming() {
        judges(Method.CONNECT, "1.1 200 OK", 0, false, true);
        judges(Method.CONNECT, "1.1 299 OK|Content-Length: 5|Transfer-Encoding: chunked", 0, false, true);
        judges(Method.CONNECT, "1.1 407 Who|Content-Length: 5", 5, false, true);
        judges(Method.CONNECT, "1.1 502 No", Exchange.UNKNOWN, false, false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@', value = {
        "1.1 200 OK|Content-Length: 5|Content-Length: 5@CONTENT_LENGTH_REPEATED", "1.1 200 OK|Content-Length: 5, 5@CONTENT_LENGTH_SYNTAX", "1.1 200 OK|Content-Length: -1@CONTENT_LENGTH_SYNTAX",
        "1.1 200 OK|Content-Length: 5|Transfer-Encoding: chunked@CONTENT_LENGTH_WITH_CODING", "1.1 304 OK|Content-Length: 5|Transfer-Encoding: chunked@CONTENT_LENGTH_WITH_CODING",
        "1.0 200 OK|Transfer-Encoding: chunked@TRANSFER_CODING_IN_1_0", "1.1 200 OK|Transfer-Encoding: gzip, chunked@TRANSFER_CODING_UNSUPPORTED", "1.1 200 OK|Transfer-Encoding: chunked, gzip@TRANSFER_CODING_SYNTAX",
        "1.1 200 OK|Transfer-Encoding: chunked|Transfer-Encoding: chunked@TRANSFER_CODING_SYNTAX", "1.1 200 OK|Transfer-Encoding: identity@TRANSFER_CODING_SYNTAX"})
    void rejectsResponsesWhoseEndIsUnclear(String head, Violation why) {
        assertEquals(why, response(Method.GET, head).violation());
    }

    @Test
    void boundsTheContentOfResponses() {
        Exchange x = new Exchange(Decoded.SLAB);
        x.reset();
        x.status = 200;
        x.version = HttpVersion.HTTP_1_1;
        x.received.add("Content-Length", "11");
        FramingRules rules = new FramingRules();
        assertEquals(Violation.BODY_TOO_LARGE, rules.judgeResponse(x, Method.GET, new Http1Limits(1, 1, 1, 10, 1)));
        assertNull(rules.judgeResponse(x, Method.GET, new Http1Limits(1, 1, 1, 11, 1)));
        x.reset();
    }
}
