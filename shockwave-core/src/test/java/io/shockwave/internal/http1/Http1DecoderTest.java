package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.http1.Http1Decoder.Kind;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http1DecoderTest {
    private static final String HOST = "Host: a\r\n\r\n";

    private static void accepts(String input, String line, String fields) {
        Decoded head = Decoded.request(input);
        assertNull(head.violation());
        assertTrue(head.done());
        assertEquals(line, head.method() + ' ' + head.line() + ' ' + head.version());
        assertEquals(fields, head.fields());
        assertEquals(input.length(), head.consumed());
    }

    private static void rejects(Violation why, String input) {
        assertEquals(why, Decoded.request(input).violation());
    }

    @Test
    void decodesARequestHead() {
        accepts("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nX-Own:  two blanks \t\r\naccept:*/*\r\nEmpty:\r\n\r\n", "GET /a?b=c HTTP/1.1",
                "Host: example.com\nX-Own: two blanks\nAccept: */*\nEmpty: \n");
    }

    @Test
    void stopsBehindTheEmptyLine() {
        Decoded head = Decoded.request("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\n");
        assertEquals("GET / HTTP/1.1\r\nHost: a\r\n\r\n".length(), head.consumed());
        assertEquals("/", head.line());
    }

    @Test
    void keepsOrderAndDuplicatesAndBytesAbove127() {
        accepts("GET / HTTP/1.1\r\nb: 1\r\na: 2\r\nB: \u00e9\u00ff\r\n\r\n", "GET / HTTP/1.1", "b: 1\na: 2\nB: \u00e9\u00ff\n");
    }

    @Test
    void keepsBlanksInsideAValue() {
        accepts("GET / HTTP/1.1\r\na: b \t c\r\n\r\n", "GET / HTTP/1.1", "a: b \t c\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
    void knowsTheRegisteredMethods(String method) {
        assertEquals(method, Decoded.request(method + " / HTTP/1.1\r\n" + HOST).method());
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "GETS", "GE", "BREW", "PRI", "X!#$%&'*+.^_`|~9-"})
    void otherMethodsAre501(String method) {
        rejects(Violation.METHOD_UNKNOWN, method + " / HTTP/1.1\r\n" + HOST);
        assertEquals(501, Violation.METHOD_UNKNOWN.status());
    }

    @Test
    void letsExtensionMethodsThroughWhenTold() {
        Decoded head = Decoded.whole(Kind.REQUEST, Decoded.latin1("PROPFIND / HTTP/1.1\r\n" + HOST), Http1Limits.SERVER, true);
        assertEquals("PROPFIND", head.method());
    }

    @Test
    void acceptsAMethodOfExactly32Bytes() {
        assertEquals("M".repeat(32), Decoded.whole(Kind.REQUEST, Decoded.latin1("M".repeat(32) + " / HTTP/1.1\r\n" + HOST), Http1Limits.SERVER, true).method());
    }

    @Test
    void rejectsAMethodOf33BytesAtThe33rd() {
        assertEquals(Violation.METHOD_UNKNOWN, Decoded.whole(Kind.REQUEST, Decoded.latin1("M".repeat(33)), Http1Limits.SERVER, true).violation());
        assertNull(Decoded.whole(Kind.REQUEST, Decoded.latin1("M".repeat(32)), Http1Limits.SERVER, true).violation());
    }

    @ParameterizedTest
    @CsvSource({"1.0,HTTP_1_0", "1.1,HTTP_1_1", "1.2,HTTP_1_1", "1.9,HTTP_1_1"})
    void treatsLaterMinorVersionsAs11(String text, HttpVersion version) {
        assertEquals(version, Decoded.request("GET / HTTP/" + text + "\r\n\r\n").version());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.9", "2.0", "3.0", "9.9"})
    void otherMajorVersionsAre505(String version) {
        rejects(Violation.VERSION_UNSUPPORTED, "GET / HTTP/" + version + "\r\n" + HOST);
        assertEquals(505, Violation.VERSION_UNSUPPORTED.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "HTTP/1", "HTTP/11.1", "HTTP/1.11", "HTTP/1,1", "HTTP/x.1", "HTTP/1.x", "HTTPS/1.1", "HTTP/1.1 ", "HTTP /1.1", " HTTP/1.1", "HTTP/1.1\t", "HTTP/+1.1", "X"})
    void malformedVersionsAre400(String version) {
        Violation why = Decoded.request("GET / " + version + "\r\n" + HOST).violation();
        assertTrue(why == Violation.VERSION_SYNTAX || version.startsWith(" ") && why == Violation.REQUEST_LINE_SYNTAX || version.equals("HTTP /1.1") && why == Violation.VERSION_SYNTAX,
                () -> "not " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /\r\n", "GET\r\n", "GET \r\n", "GET  / HTTP/1.1\r\n", " GET / HTTP/1.1\r\n", "\tGET / HTTP/1.1\r\n", "GET\t/\tHTTP/1.1\r\n", ":GET / HTTP/1.1\r\n",
        "\u0016\u0003\u0001", "(", "\u0000GET / HTTP/1.1\r\n", "\u0080"})
    void malformedRequestLinesAre400(String line) {
        rejects(Violation.REQUEST_LINE_SYNTAX, line + HOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/\u0001", "/\u0000", "/\u007f", "/\t", "/\u00e9", "/\"", "/<", "/>", "/\\", "/`", "/{", "/}"})
    void forbiddenCharactersInTheTargetAre400(String target) {
        rejects(Violation.TARGET_SYNTAX, "GET " + target + " HTTP/1.1\r\n" + HOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/|", "/[1]", "/^", "/~a!$&'()*+,;=:@", "/%20", "http://h/", "*", "h:1"})
    void otherVisibleCharactersInTheTargetAreKept(String target) {
        assertEquals(target, Decoded.request("GET " + target + " HTTP/1.1\r\n" + HOST).line());
    }

    @Test
    void skipsTwoEmptyLinesBeforeARequestLine() { // RFC 9112 2.2
        accepts("\r\nGET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1", "");
        accepts("\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1", "");
    }

    @Test
    void rejectsAThirdEmptyLine() {
        rejects(Violation.REQUEST_LINE_SYNTAX, "\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    }

    @Test
    void emptyLinesDoNotBeginAMessage() {
        Http1Decoder decoder = new Http1Decoder(false);
        HeaderBlock block = new HeaderBlock(new Slab(0), new Lifetime());
        decoder.start(Kind.REQUEST, block, Http1Limits.SERVER);
        assertEquals(2, decode(decoder, "\r\n"));
        assertTrue(decoder.isAtStart());
        assertEquals(0, decode(decoder, "GET / HT"));
        assertTrue(decoder.isAtStart());
        assertEquals(16, decode(decoder, "GET / HTTP/1.1\r\nHos"));
        assertFalse(decoder.isAtStart());
    }

    private static int decode(Http1Decoder decoder, String text) {
        return decoder.decode(Decoded.latin1(text), 0, text.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\nGET / HTTP/1.1\r\n\r\n", "\rGET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\r\n", "GET / HTTP/1.1\r\nA: b\n", "GET / HTTP/1.1\r\nA: b\rc",
        "GET / HTTP/1.1\r\nA\n", "GET / HTTP/1.1\r\n\n", "GET / HTTP/1.1\r\nA: b\r\n\n", "GET / HTTP/1.1\r\nA: b\r\r\n", "GET / HTTP/1.1\r\nA: b\r\n\r\r", "GET\n", "GET /\n"})
    void everyLineEndsWithCrLf(String input) { // RFC 9112 2.2: bare LF is optional to take, bare CR is invalid
        rejects(Violation.LINE_ENDING, input);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A : b", "A\t: b", " A: b", "\tA: b", ": b", "A", "A b: c", "A(: b", "A\u0000: b", "A\u00e9: b", "A/b: c", "\"A\": b", "A\u007f: b", "A, B: c"})
    void malformedFieldNamesAre400(String line) { // RFC 9112 5.1
        rejects(Violation.HEADER_NAME_SYNTAX, "GET / HTTP/1.1\r\n" + line + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {" folded", "\tfolded", " \r\n", " B: c"})
    void foldedLinesAre400(String second) { // RFC 9112 5.2
        rejects(Violation.HEADER_FOLDED, "GET / HTTP/1.1\r\nA: b\r\n" + second + "\r\n\r\n");
    }

    @Test
    void everyControlByteInAValueIsRefused() { // RFC 9110 5.5
        for (int c = 0; c < 256; c++) {
            String input = "GET / HTTP/1.1\r\nA: b" + (char) c + "c\r\n\r\n";
            boolean valid = c == '\t' || c >= 0x20 && c != 0x7F;
            Violation expected = valid ? null : c == '\r' || c == '\n' ? Violation.LINE_ENDING : Violation.HEADER_VALUE_SYNTAX;
            int byteValue = c;
            assertEquals(expected, Decoded.request(input).violation(), () -> "byte " + byteValue);
        }
    }

    @Test
    void everyByteOutsideTokensInANameIsRefused() {
        for (int c = 0; c < 256; c++) {
            boolean valid = c < 0x80 && (Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0 || c == ':');
            int byteValue = c;
            assertEquals(valid, Decoded.request("GET / HTTP/1.1\r\nA" + (char) c + "A: v\r\n\r\n").violation() == null, () -> "byte " + byteValue);
        }
    }

    // ---- bounds

    private static final Http1Limits SMALL = new Http1Limits(20, 40, 3, 100, 100);

    @Test
    void acceptsExactlyTheRequestLineLimit() {
        assertTrue(Decoded.of(Kind.REQUEST, "GET /1234567 HTTP/1.1\r\n\r\n".replace("7", ""), SMALL).done());
    }

    @Test
    void rejectsARequestLineOfTheLimitPlusOne() {
        assertEquals(Violation.REQUEST_LINE_TOO_LONG, Decoded.of(Kind.REQUEST, "GET /1234567 HTTP/1.1\r\n\r\n", SMALL).violation());
        assertEquals(414, Violation.REQUEST_LINE_TOO_LONG.status());
    }

    @Test
    void rejectsALongLineBeforeItsEnd() {
        assertEquals(Violation.REQUEST_LINE_TOO_LONG, Decoded.of(Kind.REQUEST, "GET /" + "a".repeat(16), SMALL).violation());
        assertNull(Decoded.of(Kind.REQUEST, "GET /" + "a".repeat(15), SMALL).violation());
        assertEquals(Violation.HEADERS_TOO_LARGE, Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\n" + "a".repeat(39), SMALL).violation());
        assertNull(Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\n" + "a".repeat(38), SMALL).violation());
    }

    @Test
    void acceptsExactlyTheHeaderBytes() {
        // 40 = 2 fields of 2 + 14 + 4
        assertTrue(Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\nab: 12345678901234\r\nab: 12345678901234\r\n\r\n", SMALL).done());
        assertTrue(Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\nab:12345678901234\r\nab:12345678901234\r\n\r\n", SMALL).done());
    }

    @Test
    void rejectsHeaderBytesPlusOne() {
        assertEquals(Violation.HEADERS_TOO_LARGE, Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\nab: 12345678901234\r\nab: 123456789012345\r\n\r\n", SMALL).violation());
        assertEquals(Violation.HEADERS_TOO_LARGE, Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\nab:12345678901234\r\nab:123456789012345\r\n\r\n", SMALL).violation());
        assertEquals(431, Violation.HEADERS_TOO_LARGE.status());
    }

    @Test
    void blanksAroundAValueCountToo() {
        assertEquals(Violation.HEADERS_TOO_LARGE, Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\nab:" + " ".repeat(36) + "\r\n\r\n", SMALL).violation());
        assertTrue(Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\nab:" + " ".repeat(35) + "\r\n\r\n", SMALL).done());
    }

    @Test
    void acceptsExactlyTheFieldCount() {
        assertTrue(Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n", SMALL).done());
    }

    @Test
    void rejectsFieldCountPlusOneAtItsFirstByte() {
        assertEquals(Violation.HEADERS_TOO_MANY, Decoded.of(Kind.REQUEST, "GET / HTTP/1.1\r\na: 1\r\nb: 2\r\nc: 3\r\nd", SMALL).violation());
        assertEquals(431, Violation.HEADERS_TOO_MANY.status());
    }

    @Test
    void defaultsTakeAHundredAndTwentyEightFieldsAnd32KOfThem() {
        StringBuilder head = new StringBuilder("GET / HTTP/1.1\r\n");
        for (int i = 0; i < 128; i++) {
            head.append(String.format(Locale.ROOT, "n%03d: ", i)).append("v".repeat(256 - 8)).append("\r\n");
        }
        assertTrue(Decoded.whole(Kind.REQUEST, Decoded.latin1(head + "\r\n"), Http1Limits.SERVER, false).done());
        assertEquals(Violation.HEADERS_TOO_MANY, Decoded.whole(Kind.REQUEST, Decoded.latin1(head + "x"), Http1Limits.SERVER, false).violation());
        String oneMore = head.toString().replace("n127: ", "n127:  v");
        assertEquals(Violation.HEADERS_TOO_LARGE, Decoded.whole(Kind.REQUEST, Decoded.latin1(oneMore + "\r\n"), Http1Limits.SERVER, false).violation());
    }

    @Test
    void holdsAtMostOneLineBack() {
        Http1Decoder decoder = new Http1Decoder(false);
        HeaderBlock block = new HeaderBlock(new Slab(0), new Lifetime());
        decoder.start(Kind.REQUEST, block, Http1Limits.SERVER);
        String head = "GET / HTTP/1.1\r\nA: b\r\nC: d";
        assertEquals(head.length() - 4, decode(decoder, head));
        assertEquals(8, decode(decoder, "C: de\r\n\r\n") - 1);
        assertTrue(decoder.isDone());
        assertEquals("A: b\nC: de\n", block.toString());
    }

    // ---- responses

    @Test
    void decodesAResponseHead() {
        Decoded head = Decoded.response("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\nx");
        assertEquals(404, head.status());
        assertEquals("Not Found", head.line());
        assertEquals(HttpVersion.HTTP_1_1, head.version());
        assertEquals("Content-Length: 0\n", head.fields());
    }

    @ParameterizedTest
    @CsvSource({"'HTTP/1.0 200 ',200,''", "'HTTP/1.1 200',200,''", "'HTTP/1.1 204  two',204,' two'", "HTTP/1.1 599 \u00e9,599,\u00e9", "HTTP/1.1 999 x,999,x", "HTTP/1.1 100 C,100,C"})
    void acceptsStatusLines(String line, int status, String reason) {
        Decoded head = Decoded.response(line + "\r\n\r\n");
        assertEquals(status, head.status());
        assertEquals(reason, head.line());
        assertTrue(head.done());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK", "HTTP/1.1 000", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200\tOK", "http/1.1 200 OK", "ICY 200 OK", " HTTP/1.1 200 OK",
        "HTTP/1.1 -20 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1 200 O\u0000K", "<html>", "HTTP/1.1", "HTTP/1.1 ", "\r\nHTTP/1.1 200 OK"})
    void rejectsMalformedStatusLines(String line) {
        assertEquals(Violation.STATUS_LINE_SYNTAX, Decoded.response(line + "\r\n\r\n").violation());
    }

    @Test
    void rejectsOtherMajorVersionsOfResponses() {
        assertEquals(Violation.VERSION_UNSUPPORTED, Decoded.response("HTTP/2.0 200 OK\r\n\r\n").violation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\n", "HTTP/1.1 200\n", "HTTP/1.1 200 OK\rX", "HTTP/1.1 200\r\r"})
    void statusLinesEndWithCrLf(String input) {
        assertEquals(Violation.LINE_ENDING, Decoded.response(input).violation());
    }

    @Test
    void boundsTheStatusLine() {
        assertTrue(Decoded.of(Kind.RESPONSE, "HTTP/1.1 200 1234567\r\n\r\n", SMALL).done());
        assertEquals(Violation.STATUS_LINE_TOO_LONG, Decoded.of(Kind.RESPONSE, "HTTP/1.1 200 12345678", SMALL).violation());
    }

    // ---- trailers

    @Test
    void decodesTrailers() {
        Decoded trailers = Decoded.trailers("Checksum: abc\r\nX: y\r\n\r\nGET");
        assertEquals("Checksum: abc\nX: y\n", trailers.fields());
        assertEquals("Checksum: abc\r\nX: y\r\n\r\n".length(), trailers.consumed());
        assertTrue(Decoded.trailers("\r\n").done());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "Host", "Connection", "Upgrade", "TE", "Trailer", "Expect", "Authorization", "Proxy-Authorization", "Content-Encoding", "Content-Type",
        "Content-Range", "Cookie", "Set-Cookie", "Max-Forwards", "Range", "Keep-Alive", "Proxy-Connection", "WWW-Authenticate", "Proxy-Authenticate"})
    void rejectsTrailersThatMeanSomethingElsewhere(String name) { // RFC 9110 6.5.1
        assertEquals(Violation.TRAILER_FORBIDDEN, Decoded.trailers(name + ": 1\r\n\r\n").violation());
    }

    @Test
    void trailersAreBoundedAsHeadersAre() {
        assertTrue(Decoded.of(Kind.TRAILERS, "a: 1\r\nb: 2\r\nc: 3\r\n\r\n", SMALL).done());
        assertEquals(Violation.HEADERS_TOO_MANY, Decoded.of(Kind.TRAILERS, "a: 1\r\nb: 2\r\nc: 3\r\nd: 4\r\n\r\n", SMALL).violation());
        assertEquals(Violation.HEADERS_TOO_LARGE, Decoded.of(Kind.TRAILERS, "a: " + "1".repeat(36), SMALL).violation());
    }

    @Test
    void reuseLeavesNothingBehind() {
        Http1Decoder decoder = new Http1Decoder(false);
        HeaderBlock block = new HeaderBlock(new Slab(0), new Lifetime());
        decoder.start(Kind.REQUEST, block, Http1Limits.SERVER);
        decode(decoder, "POST /long HTTP/1.0\r\nSecret: canary\r\nHalf: li");
        block.clear();
        decoder.start(Kind.REQUEST, block, Http1Limits.SERVER);
        String next = "GET / HTTP/1.1\r\n\r\n";
        assertEquals(next.length(), decode(decoder, next));
        assertTrue(decoder.isDone());
        assertEquals(Method.GET, decoder.method());
        assertEquals(HttpVersion.HTTP_1_1, decoder.version());
        assertEquals(0, block.size());
        assertEquals(1, block.lineLen());
    }
}
