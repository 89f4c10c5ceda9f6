package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.testing.Splits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that other servers had, each under its number: the request they took apart wrongly, through the engine, with the exact line that answers it. The smuggled request must not arrive. */
class SmugglingTest {
    private static final String BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\n";
    private static final String NOT_IMPLEMENTED = "HTTP/1.1 501 Not Implemented\r\n";
    private static final String POST = "POST /first HTTP/1.1\r\nHost: a\r\n";
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    /** One answer with this status line, then the end; nothing reaches the application. */
    private static void refuses(String statusLine, String wire) {
        ServerRun.Outcome outcome = ServerRun.of(wire);
        assertEquals("", outcome.requests());
        answersOnce(statusLine, outcome);
    }

    /** The head was good, so the application knows of the request; its content is refused, and nothing behind it is read. */
    private static void refusesContent(Violation why, String wire) {
        ServerRun.Outcome outcome = ServerRun.of(wire);
        assertEquals("[failed " + why + ']', outcome.requests());
        answersOnce(BAD_REQUEST, outcome);
    }

    private static void answersOnce(String statusLine, ServerRun.Outcome outcome) {
        assertTrue(outcome.sent().startsWith(statusLine), outcome.sent());
        assertEquals(0, outcome.sent().lastIndexOf("HTTP/1.1 "), "more than one answer");
        assertTrue(outcome.sent().contains("\r\nConnection: close\r\n"), outcome.sent());
        assertTrue(outcome.closing());
    }

    @Test
    void theSmuggledRequestArrivesWhereNothingIsWrong() {
        ServerRun.Outcome outcome = ServerRun.of(POST + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: u\r\n\r\n" + SMUGGLED);
        assertEquals("[POST /first abc trailers T: u,][GET /smuggled ]", outcome.requests());
        assertFalse(outcome.closing());
    }

    // ---- Netty

    @Test
    void netty_CVE_2019_16869_spaceBeforeTheColon() {
        refuses(BAD_REQUEST, POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "Content-Length\t: 5\r\n\r\nhello" + SMUGGLED);
    }

    @Test
    void netty_CVE_2019_20444_fieldWithoutAColon() {
        refuses(BAD_REQUEST, POST + "Transfer-Encoding\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "Content-Length: 35\r\nNoColon\r\n\r\n" + SMUGGLED);
    }

    @Test
    void netty_CVE_2019_20445_contentLengthWithTransferEncodingAndTwoContentLengths() {
        refuses(BAD_REQUEST, POST + "Content-Length: 35\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "Content-Length: 0\r\nContent-Length: 35\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "Content-Length: 0, 35\r\n\r\n" + SMUGGLED);
    }

    @Test
    void netty_CVE_2020_7238_blankBeforeTransferEncoding() {
        refuses(BAD_REQUEST, POST + " Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, "POST / HTTP/1.1\r\n Transfer-Encoding: chunked\r\nHost: a\r\n\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void netty_CVE_2025_58056_lineFeedInAChunkExtension() {
        refusesContent(Violation.CHUNK_EXTENSION_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n0\r\n\r\n" + SMUGGLED);
        refusesContent(Violation.CHUNK_EXTENSION_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n0;a\n\r\n\r\n" + SMUGGLED);
        refusesContent(Violation.CHUNK_SIZE_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n2\nxx\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void netty_CVE_2026_33870_lineEndInAQuotedChunkExtension() {
        refusesContent(Violation.CHUNK_EXTENSION_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n1;a=\"\r\nX\r\n0\r\n\r\n" + SMUGGLED + "\"\r\n");
        refusesContent(Violation.CHUNK_EXTENSION_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n1;a=\"\\\n\"\r\nX\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void netty_CVE_2026_42580_chunkSizeOverflow() {
        refusesContent(Violation.CHUNK_SIZE_OVERFLOW, POST + "Transfer-Encoding: chunked\r\n\r\n100000000\r\n0\r\n\r\n".replace("100000000", "10000000000000000") + SMUGGLED);
        refusesContent(Violation.CHUNK_SIZE_OVERFLOW, POST + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refusesContent(Violation.CHUNK_SIZE_OVERFLOW, POST + "Transfer-Encoding: chunked\r\n\r\n8000000000000005\r\nhello\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void netty_CVE_2026_42581_transferEncodingIn10() {
        refuses(BAD_REQUEST, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void netty_CVE_2026_42584_interimResponseThatPutsTheNextOutOfStep() {
        String hidden = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhidden";
        assertEquals("failed CONTENT_FORBIDDEN", ClientRun.of("HTTP/1.1 103 Early Hints\r\nContent-Length: " + hidden.length() + "\r\n\r\n" + hidden));
        assertEquals("failed CONTENT_FORBIDDEN", ClientRun.of("HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden));
        assertEquals("103 200 hidden end reusable", ClientRun.of("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + hidden));
        assertEquals("204  end", ClientRun.of("HTTP/1.1 204 No Content\r\nContent-Length: " + hidden.length() + "\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked, identity", "identity", "chunked,", "chunked, gzip"})
    void netty_CVE_2026_42585_codingsBehindChunked(String coding) {
        refuses(BAD_REQUEST, POST + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void netty_CVE_2026_50020_controlBytesBeforeTheRequestLine() {
        refuses(BAD_REQUEST, "\u0000GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(BAD_REQUEST, "\u0001\u0002GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(BAD_REQUEST, "\u007fGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(BAD_REQUEST, "\u0085GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(BAD_REQUEST, " \tGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    void netty_CVE_2026_89044_unknownCodingBehindChunked() {
        refuses(BAD_REQUEST, POST + "Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refuses(NOT_IMPLEMENTED, POST + "Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
    }

    // ---- Jetty

    @Test
    void jetty_CVE_2017_7656_http09() {
        refuses(BAD_REQUEST, "GET /\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, "GET / \r\n" + SMUGGLED);
        refuses("HTTP/1.1 505 HTTP Version Not Supported\r\n", "GET / HTTP/0.9\r\n\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+5", "-0", "5,5", "0x5", "5 5", "5;", ""})
    void jetty_CVE_2023_40167_signInContentLength(String length) {
        refuses(BAD_REQUEST, POST + "Content-Length: " + length + "\r\n\r\nhello" + SMUGGLED);
    }

    @Test
    void jetty_CVE_2025_11143_targetsThatParsersReadDifferently() {
        for (String target : new String[] {"http://a@b/", "http://a:80:80/", "http://a\\@b/", "http:///b", "http://[::1/", "/a#b", "http:a", "/a\\..\\b", "http://a%/", "//a\u0000", "http://[v1.x]/"}) {
            refuses(BAD_REQUEST, "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
        }
    }

    @Test
    void jetty_CVE_2026_2332_quotedChunkExtension() {
        refusesContent(Violation.CHUNK_EXTENSION_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n1;ext=\"val\r\nX\r\n0\r\n\r\n" + SMUGGLED);
        assertEquals("[POST /first X][GET /smuggled ]", ServerRun.of(POST + "Transfer-Encoding: chunked\r\n\r\n1;ext=\"v;a=0\\\"l\"\r\nX\r\n0\r\n\r\n" + SMUGGLED).requests());
    }

    // ---- Undertow

    @Test
    void undertow_CVE_2017_2666_invalidCharactersInTheRequestLine() {
        for (String line : new String[] {"GET /\u0000 HTTP/1.1", "GET /\t HTTP/1.1", "GET /a\"b HTTP/1.1", "GET /\u00e9 HTTP/1.1", "GET /<> HTTP/1.1", "GET /\u000b HTTP/1.1"}) {
            refuses(BAD_REQUEST, line + "\r\nHost: a\r\n\r\n" + SMUGGLED);
        }
    }

    @Test
    void undertow_CVE_2017_12165_unusualBlanksInFields() {
        for (String field : new String[] {"Content-Length\u000b: 5", "Content-Length: \u000c5", "Content-Length:\u00a05", "Content-Length: 5\u000b", "\u000bContent-Length: 5", "Content-Length: 5\r", "Content\tLength: 5"}) {
            refuses(BAD_REQUEST, POST + field + "\r\n\r\nhello" + SMUGGLED);
        }
    }

    @Test
    void undertow_CVE_2020_10719_hugeChunk() {
        refusesContent(Violation.CHUNK_SIZE_OVERFLOW, POST + "Transfer-Encoding: chunked\r\n\r\n" + "f".repeat(17) + "\r\nX\r\n0\r\n\r\n" + SMUGGLED);
        ServerRun.Outcome outcome = ServerRun.of(POST + "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nX\r\n0\r\n\r\n" + SMUGGLED);
        assertEquals("[failed BODY_TOO_LARGE]", outcome.requests());
        answersOnce("HTTP/1.1 413 Content Too Large\r\n", outcome);
    }

    @Test
    void undertow_CVE_2025_12543_hostThatNobodyChecked() {
        for (String host : new String[] {"a/b", "a b", "a@b", "a,b c", "a:b", "a\\b", "[::1", "", "a?b", "http://a", "a%00%"}) {
            refuses(BAD_REQUEST, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n" + SMUGGLED);
        }
        refuses(BAD_REQUEST, "GET / HTTP/1.1\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SMUGGLED);
    }

    @Test
    void undertow_CVE_2026_28367_carriageReturnsEndNoHead() {
        refuses(BAD_REQUEST, POST + "A: b\r\r\rGET /smuggled HTTP/1.1\r\n\r\n");
        refuses(BAD_REQUEST, POST + "\r\r\r" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "\r\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "A: b\n\n" + SMUGGLED);
    }

    @Test
    void undertow_CVE_2026_28368_malformedFieldName() {
        for (String name : new String[] {"Content-Length\u0000", "Content Length", "Content-Length,", "\"Content-Length\"", "Content-Length/", "", "Content-L\u00e9ngth", "Content-Length\\"}) {
            refuses(BAD_REQUEST, POST + name + ": 5\r\n\r\nhello" + SMUGGLED);
        }
    }

    @Test
    void undertow_CVE_2026_28369_leadingSpaceOnTheFirstField() {
        refuses(BAD_REQUEST, "POST / HTTP/1.1\r\n Host: a\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, "POST / HTTP/1.1\r\n\tHost: a\r\nHost: b\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "A: b\r\n Content-Length: 5\r\n\r\nhello" + SMUGGLED);
    }

    // ---- others

    @Test
    void fasthttp_1899_newlineBetweenChunkSizeAndItsLineEnd() {
        refusesContent(Violation.CHUNK_EXTENSION_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n2;\n\r\nxx\r\n0\r\n\r\n" + SMUGGLED);
        refusesContent(Violation.CHUNK_SIZE_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n2\n\r\nxx\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void fasthttp_2165_lenientChunkFraming() {
        refusesContent(Violation.CHUNK_EXTENSION_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n2 \r\nxx\r\n0\r\n\r\n" + SMUGGLED);
        refusesContent(Violation.CHUNK_SIZE_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n0x2\r\nxx\r\n0\r\n\r\n" + SMUGGLED);
        refusesContent(Violation.CHUNK_END, POST + "Transfer-Encoding: chunked\r\n\r\n2\r\nxxx\r\n0\r\n\r\n" + SMUGGLED);
        refusesContent(Violation.LINE_ENDING, POST + "Transfer-Encoding: chunked\r\n\r\n2\rXxx\r\n0\r\n\r\n" + SMUGGLED);
        refusesContent(Violation.CHUNK_SIZE_SYNTAX, POST + "Transfer-Encoding: chunked\r\n\r\n-2\r\nxx\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void h3_CVE_2026_23527_chunkedInAnyCaseIsChunked() {
        assertEquals("[POST /first ab][GET /smuggled ]", ServerRun.of(POST + "transfer-encoding: ChuNked\r\n\r\n2\r\nab\r\n0\r\n\r\n" + SMUGGLED).requests());
        refuses(BAD_REQUEST, POST + "Transfer-Encoding: ChuNked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
    }

    @Test
    void pingora_CVE_2026_2835_severalTransferEncodingsAndCloseDelimitedRequests() {
        refuses(BAD_REQUEST, POST + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
        refuses(BAD_REQUEST, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
        // A 1.0 request without a length has no content: what follows is the next request, and is not read, as the connection was not kept.
        assertEquals("[POST / ]", ServerRun.of("POST / HTTP/1.0\r\nHost: a\r\n\r\n" + SMUGGLED).requests());
    }

    @Test
    void trailersCannotChangeWhatTheHeadSaid() {
        for (String field : new String[] {"Content-Length: 5", "Transfer-Encoding: x", "Host: b", "Connection: keep-alive", "Authorization: Basic x"}) {
            refusesContent(Violation.TRAILER_FORBIDDEN, POST + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + field + "\r\n\r\n" + SMUGGLED);
        }
    }

    /** A client's engine that waits for the answer to a GET. */
    private static final class ClientRun implements Splits.Run<String>, ResponseSink {
        private final Http1ClientEngine engine = new Http1ClientEngine(this, Http1Limits.CLIENT, 8);
        private final Exchange exchange = new Exchange(Decoded.SLAB);
        private final StringBuilder events = new StringBuilder();

        ClientRun() {
            exchange.reset();
            exchange.sent.line(new byte[] {'/'}, 0, 1);
            engine.start(exchange, Http1Encoder.NONE, Decoded.latin1("a"), false, false, false);
            engine.transmit(new byte[200], 0, 200, 0);
        }

        static String of(String wire) {
            return Splits.each(Decoded.latin1(wire), ClientRun::new);
        }

        @Override
        public int receive(byte[] buf, int off, int len) {
            return engine.receive(buf, off, len, 0);
        }

        @Override
        public String outcome() {
            return events.toString().strip() + (engine.isReusable() ? " reusable" : "");
        }

        @Override
        public void onInterim(Exchange x) {
            events.append(x.status).append(' ');
        }

        @Override
        public void onHead(Exchange x) {
            events.append(x.status).append(' ');
        }

        @Override
        public int onContent(Exchange x, byte[] buf, int off, int len) {
            events.append(new String(buf, off, len, StandardCharsets.ISO_8859_1));
            return len;
        }

        @Override
        public void onContentEnd(Exchange x) {
            events.append(" end");
        }

        @Override
        public void onFailed(Exchange x, Violation why) {
            events.append("failed ").append(why);
        }
    }
}
