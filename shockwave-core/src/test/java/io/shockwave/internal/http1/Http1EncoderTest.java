package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.http1.Http1Decoder.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http1EncoderTest {
    private static final byte[] DATE = Decoded.latin1("Sun, 06 Nov 1994 08:49:37 GMT");
    private static final byte[] SERVER = Decoded.latin1("shockwave");
    private static final byte[] ABSENT = Http1Encoder.ABSENT;

    private final Exchange x = new Exchange(Decoded.SLAB);
    private final Http1Encoder encoder = new Http1Encoder();

    Http1EncoderTest() {
        x.reset();
    }

    /** Encodes into one large buffer, into buffers of one byte and into random ones, and asserts that the bytes are the same. */
    private String encoded(Consumer<Http1Encoder> start) {
        String whole = encoded(start, new Random(0), 1_000_000, 0);
        for (int most = 1; most < 40; most++) {
            assertEquals(whole, encoded(start, new Random(most), most, most % 3));
        }
        return whole;
    }

    private String encoded(Consumer<Http1Encoder> start, Random random, int most, int off) {
        start.accept(encoder);
        StringBuilder out = new StringBuilder();
        while (!encoder.isDone()) {
            int room = most > 1_000 ? most : 1 + random.nextInt(most);
            byte[] buf = new byte[off + room + 2];
            int n = encoder.encode(buf, off, room);
            assertTrue(n <= room);
            assertEquals(0, buf[off + room] + buf[off + room + 1] + (off > 0 ? buf[off - 1] : 0), "wrote outside");
            assertTrue(n == room || encoder.isDone(), "stopped early");
            out.append(new String(buf, off, n, StandardCharsets.ISO_8859_1));
        }
        assertEquals(0, encoder.encode(new byte[10], 0, 10));
        return out.toString();
    }

    private String response(long length, int connection) {
        return encoded(e -> e.startResponse(x, length, connection, DATE, SERVER));
    }

    @Test
    void writesAResponseHead() {
        x.status = 200;
        x.sent.add(HeaderName.CONTENT_TYPE, "text/plain").add("X-Own", "1").add("Empty", "");
        assertEquals("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Own: 1\r\nEmpty: \r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: shockwave\r\nContent-Length: 12345\r\n\r\n", response(12_345, Http1Encoder.IMPLIED));
    }

    @Test
    void writesWhatTheArgumentsAskFor() {
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", encoded(e -> e.startResponse(x, Http1Encoder.CHUNKED, Http1Encoder.CLOSE, ABSENT, ABSENT)));
        assertEquals("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", encoded(e -> e.startResponse(x, Http1Encoder.NONE, Http1Encoder.KEEP_ALIVE, ABSENT, ABSENT)));
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", encoded(e -> e.startResponse(x, 0, Http1Encoder.IMPLIED, ABSENT, ABSENT)));
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", encoded(e -> e.startResponse(x, Long.MAX_VALUE, Http1Encoder.IMPLIED, ABSENT, ABSENT)));
    }

    @Test
    void neverWritesFramingFieldsOfTheApplication() {
        x.sent.add("Content-Length", "99").add("content-length", "98").add("Transfer-Encoding", "gzip, chunked").add("Connection", "keep-alive, close").add("X", "y");
        assertEquals("HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", encoded(e -> e.startResponse(x, 5, Http1Encoder.CLOSE, ABSENT, ABSENT)));
        assertEquals("HTTP/1.1 200 OK\r\nX: y\r\n\r\n", encoded(e -> e.startResponse(x, Http1Encoder.NONE, Http1Encoder.IMPLIED, ABSENT, ABSENT)));
    }

    @Test
    void keepsOtherConnectionOptions() {
        x.status = 101;
        x.sent.add("Upgrade", "websocket").add("Connection", "Upgrade, close,, keep-alive").add("Connection", " x-y\t".trim());
        assertEquals("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade, x-y\r\n\r\n", encoded(e -> e.startResponse(x, Http1Encoder.NONE, Http1Encoder.IMPLIED, ABSENT, ABSENT)));
        assertEquals("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: close, Upgrade, x-y\r\n\r\n", encoded(e -> e.startResponse(x, Http1Encoder.NONE, Http1Encoder.CLOSE, ABSENT, ABSENT)));
    }

    @Test
    void theApplicationsDateAndServerWin() {
        x.sent.add("Date", "mine").add("Server", "mine too");
        assertEquals("HTTP/1.1 200 OK\r\nDate: mine\r\nServer: mine too\r\n\r\n", response(Http1Encoder.NONE, Http1Encoder.IMPLIED));
    }

    @ParameterizedTest
    @CsvSource({"100,Continue", "200,OK", "204,No Content", "304,Not Modified", "404,Not Found", "413,Content Too Large", "414,URI Too Long", "422,Unprocessable Content", "431,Request Header Fields Too Large", "451,Unavailable For Legal Reasons",
        "505,HTTP Version Not Supported", "511,Network Authentication Required", "299,''", "306,''", "418,''", "599,''", "600,''", "999,''"})
    void writesRegisteredPhrasesAndNoneForOtherCodes(int status, String phrase) {
        x.status = status;
        assertEquals("HTTP/1.1 " + status + ' ' + phrase + "\r\n\r\n", encoded(e -> e.startResponse(x, Http1Encoder.NONE, Http1Encoder.IMPLIED, ABSENT, ABSENT)));
    }

    @Test
    void writesInterimHeads() {
        x.interim().add("Link", "</a.css>; rel=preload").add("Content-Length", "5");
        assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n", encoded(e -> e.startInterim(103, x.interim())));
        x.interim().clear();
        assertEquals("HTTP/1.1 100 Continue\r\n\r\n", encoded(e -> e.startInterim(100, x.interim())));
    }

    @Test
    void writesRequestsWithHostFirst() {
        x.method = Method.POST;
        line("/a?b");
        x.sent.add("Accept", "*/*");
        assertEquals("POST /a?b HTTP/1.1\r\nHost: h:8080\r\nAccept: */*\r\nContent-Length: 3\r\nConnection: close\r\n\r\n", encoded(e -> e.startRequest(x, 3, Http1Encoder.CLOSE, Decoded.latin1("h:8080"))));
        x.sent.add("Host", "own");
        assertEquals("POST /a?b HTTP/1.1\r\nAccept: */*\r\nHost: own\r\nTransfer-Encoding: chunked\r\n\r\n", encoded(e -> e.startRequest(x, Http1Encoder.CHUNKED, Http1Encoder.IMPLIED, Decoded.latin1("h:8080"))));
    }

    private void line(String target) {
        x.sent.line(Decoded.latin1(target), 0, target.length());
    }

    @Test
    void writesTrailersWithoutThoseThatMustNotBe() {
        x.sentTrailers().add("Checksum", "abc").add("Content-Length", "5").add("Set-Cookie", "a=b").add("Connection", "x").add("Y", "z");
        assertEquals("0\r\nChecksum: abc\r\nY: z\r\n\r\n", encoded(e -> e.startTrailers(x.sentTrailers())));
        x.sentTrailers().clear();
        assertEquals("0\r\n\r\n", encoded(e -> e.startTrailers(x.sentTrailers())));
    }

    @Test
    void writesFieldsFarLargerThanTheBuffer() {
        x.sent.add("X-Large", "v".repeat(5_000)).add("Y", "w");
        assertEquals("HTTP/1.1 200 OK\r\nX-Large: " + "v".repeat(5_000) + "\r\nY: w\r\n\r\n", encoded(e -> e.startResponse(x, Http1Encoder.NONE, Http1Encoder.IMPLIED, ABSENT, ABSENT)));
    }

    @Test
    void whatItWritesDecodesToTheSame() {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            x.reset();
            x.status = 100 + random.nextInt(500);
            for (int f = random.nextInt(12); f > 0; f--) {
                x.sent.add(random.nextBoolean() ? HeaderName.byId(random.nextInt(20)) : HeaderName.of("X-" + f), "v".repeat(random.nextInt(60)));
            }
            String fields = x.sent.toString();
            String head = encoded(e -> e.startResponse(x, Http1Encoder.NONE, Http1Encoder.IMPLIED, ABSENT, ABSENT), random, 1 + random.nextInt(100), 0);
            Decoded decoded = Decoded.whole(Kind.RESPONSE, Decoded.latin1(head), Http1Limits.CLIENT, false);
            assertTrue(decoded.done());
            assertEquals(x.status, decoded.status());
            assertEquals(fields, decoded.fields());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\u0000b"})
    void bytesThatWouldSplitAHeadDoNotPass(String value) {
        byte[] raw = Decoded.latin1("Name" + value);
        x.sent.append(raw, 0, 4, 4, value.length());
        assertThrows(AssertionError.class, () -> encoder.startResponse(x, 0, Http1Encoder.IMPLIED, ABSENT, ABSENT));
        x.reset();
        x.sent.append(raw, 4, value.length(), 0, 1);
        assertThrows(AssertionError.class, () -> encoder.startInterim(103, x.sent));
        x.reset();
        line("/" + value);
        assertThrows(AssertionError.class, () -> encoder.startRequest(x, 0, Http1Encoder.IMPLIED, ABSENT));
        x.reset();
        line("/a b");
        assertThrows(AssertionError.class, () -> encoder.startRequest(x, 0, Http1Encoder.IMPLIED, ABSENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\u0000b", "\u0100", "\u010a", "a\u007f"})
    void theApiRefusesThemBefore(String value) {
        assertThrows(IllegalArgumentException.class, () -> x.sent.add("X", value));
        assertThrows(IllegalArgumentException.class, () -> x.sent.set("X", value));
        assertThrows(IllegalArgumentException.class, () -> x.sent.add(value, "x"));
        assertThrows(IllegalArgumentException.class, () -> Method.of(value));
        assertEquals(0, x.sent.size());
    }

    @Test
    void writesChunkHeads() {
        byte[] buf = new byte[20];
        for (int size : new int[] {1, 9, 10, 15, 16, 255, 256, 4_096, 65_535, 1 << 20, Integer.MAX_VALUE}) {
            String expected = Integer.toHexString(size) + "\r\n";
            int n = Http1Encoder.chunkHead(buf, 3, size);
            assertEquals(expected, new String(buf, 3, n, StandardCharsets.US_ASCII));
            assertEquals(n, Http1Encoder.chunkHeadLength(size));
            assertTrue(n <= Http1Encoder.MAX_CHUNK_HEAD);
        }
    }

    @Test
    void canBeStartedAgainBeforeItIsDone() {
        encoder.startResponse(x, 5, Http1Encoder.CLOSE, DATE, SERVER);
        encoder.encode(new byte[25], 0, 25);
        assertFalse(encoder.isDone());
        assertEquals("HTTP/1.1 100 Continue\r\n\r\n", encoded(e -> e.startInterim(100, x.interim())));
    }
}
