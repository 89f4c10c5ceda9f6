package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyReader;
import io.shockwave.HttpException;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server must refuse, over real sockets: the exact status, then the end of the connection, and never an answer to the request that was hidden behind. Names tell
 * the rule, and where there was one the advisory of another stack that broke it.
 */
class ServerConformanceTest {
    private static final String HIDDEN = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String GET = "GET / HTTP/1.1\r\n";
    private static final String HOST = "Host: h\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: h\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();
    private static TestServer inline;
    private static TestServer virtual;

    private record Case(String name, int status, String wire) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Case> CASES = new ArrayList<>();

    private static void refuses(int status, String name, String wire) {
        CASES.add(new Case(name, status, wire));
    }

    static {
        // Content-Length (RFC 9112 6.3)
        refuses(400, "conflicting Content-Length (CVE-2019-20445)", POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
        refuses(400, "repeated equal Content-Length (CVE-2019-20445)", POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
        refuses(400, "list of equal lengths 5,5", POST + "Content-Length: 5,5\r\n\r\nhello");
        refuses(400, "Content-Length with plus (CVE-2023-40167)", POST + "Content-Length: +5\r\n\r\nhello");
        refuses(400, "Content-Length with minus", POST + "Content-Length: -5\r\n\r\nhello");
        refuses(400, "Content-Length in hexadecimal", POST + "Content-Length: 0x5\r\n\r\nhello");
        refuses(400, "Content-Length empty", POST + "Content-Length:\r\n\r\nhello");
        refuses(400, "Content-Length with a blank inside", POST + "Content-Length: 1 0\r\n\r\nhello");
        refuses(400, "Content-Length quoted", POST + "Content-Length: \"5\"\r\n\r\nhello");
        refuses(400, "Content-Length overflows a long", POST + "Content-Length: 9223372036854775808\r\n\r\nhello");
        refuses(400, "Content-Length overflows to a small number", POST + "Content-Length: 18446744073709551621\r\n\r\nhello");
        refuses(400, "Content-Length behind a blank of Unicode", POST + "Content-Length: \u00a05\r\n\r\nhello");
        refuses(400, "Content-Length with a form feed", POST + "Content-Length: 5\f\r\n\r\nhello");
        refuses(400, "Content-Length with an underscore", POST + "Content-Length: 0_5\r\n\r\nhello");
        refuses(400, "Content-Length 5 and 5,5 with a fraction", POST + "Content-Length: 5.0\r\n\r\nhello");

        // Transfer-Encoding (RFC 9112 6.1)
        refuses(400, "Content-Length with chunked (CVE-2019-20445)", POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked with Content-Length", POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked in HTTP/1.0 with Content-Length (CVE-2026-42581)", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked twice (CVE-2026-23527)", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked, chunked", POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked, identity (CVE-2026-89044)", POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked, x (CVE-2026-89044)", POST + "Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n");
        refuses(400, "identity", POST + "Transfer-Encoding: identity\r\n\r\nhello");
        refuses(400, "TE.TE: chunked and identity in two lines (CVE-2026-23527)", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n");
        refuses(400, "xchunked", POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked quoted", POST + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked with a vertical tab", POST + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked with a parameter", POST + "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked with a blank of Unicode", POST + "Transfer-Encoding: chunked\u00a0\r\n\r\n0\r\n\r\n");
        refuses(400, "chunked and a form feed", POST + "Transfer-Encoding: chunked\f\r\n\r\n0\r\n\r\n");
        refuses(400, "Transfer-Encoding empty", POST + "Transfer-Encoding:\r\n\r\n0\r\n\r\n");
        refuses(501, "gzip, chunked is not implemented", POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
        refuses(400, "space before the colon of Transfer-Encoding (CVE-2020-7238)", POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n");
        refuses(400, "Transfer-Encoding with a leading blank (CVE-2020-7238)", POST + " Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

        // Field lines (RFC 9112 5, RFC 9110 5)
        refuses(400, "space before the colon (CVE-2019-16869)", GET + HOST + "A : b\r\n\r\n");
        refuses(400, "tab before the colon (CVE-2019-16869)", GET + HOST + "A\t: b\r\n\r\n");
        refuses(400, "line without colon (CVE-2019-20444)", GET + HOST + "Abc\r\n\r\n");
        refuses(400, "empty field name", GET + HOST + ": b\r\n\r\n");
        refuses(400, "bad field name (CVE-2026-28368)", GET + HOST + "A(b): c\r\n\r\n");
        refuses(400, "field name beyond ASCII", GET + HOST + "\u00e4: c\r\n\r\n");
        refuses(400, "leading space in the first field line (CVE-2026-28369)", GET + " " + HOST + "\r\n");
        refuses(400, "obs-fold with a space", GET + HOST + "A: b\r\n c\r\n\r\n");
        refuses(400, "obs-fold with a tab", GET + HOST + "A: b\r\n\tc\r\n\r\n");
        refuses(400, "line of blanks alone", GET + HOST + " \t\r\n\r\n");
        refuses(400, "Transfer-Encoding that is folded", POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n");
        refuses(400, "Content-Length that is folded", POST + "Content-Length: 1\r\n 0\r\n\r\nhello");
        refuses(400, "bare LF everywhere", "GET / HTTP/1.1\nHost: h\n\n");
        refuses(400, "bare CR everywhere", "GET / HTTP/1.1\rHost: h\r\r");
        refuses(400, "bare CR before a field name", GET + HOST + "\rA: b\r\n\r\n");
        refuses(400, "bare LF ends a field line", GET + "Host: h\n\r\n");
        refuses(400, "bare LF ends the section", GET + HOST + "\n");
        refuses(400, "bare LF ends the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n");
        refuses(400, "bare CR in a value", GET + HOST + "A: b\rc\r\n\r\n");
        refuses(400, "CR CR LF", GET + HOST + "A: b\r\r\n\r\n");
        refuses(400, "CR CR CR does not end headers (CVE-2026-28367)", GET + HOST + "A: b\r\r\r");
        refuses(400, "NUL in a value", GET + HOST + "A: b\0c\r\n\r\n");
        refuses(400, "control byte in a value", GET + HOST + "A: b\u0001c\r\n\r\n");
        refuses(400, "DEL in a value", GET + HOST + "A: b\u007fc\r\n\r\n");
        refuses(400, "NUL in a name", GET + HOST + "A\0: b\r\n\r\n");
        refuses(417, "unknown expectation", POST + "Expect: tea\r\nContent-Length: 5\r\n\r\nhello");

        // Host (RFC 9112 3.2)
        refuses(400, "no Host", GET + "\r\n");
        refuses(400, "two Hosts (CVE-2026-71554)", GET + HOST + "Host: i\r\n\r\n");
        refuses(400, "two equal Hosts", GET + HOST + HOST + "\r\n");
        refuses(400, "Host with a path (CVE-2025-12543)", GET + "Host: h/p\r\n\r\n");
        refuses(400, "Host with userinfo (CVE-2025-12543)", GET + "Host: u@h\r\n\r\n");
        refuses(400, "Host with a blank (CVE-2025-12543)", GET + "Host: a b\r\n\r\n");
        refuses(400, "Host with a list (CVE-2025-12543)", GET + "Host: a,b c\r\n\r\n");
        refuses(400, "Host with a bad port (CVE-2025-12543)", GET + "Host: h:99999\r\n\r\n");
        refuses(400, "Host with a bad IPv6 literal (CVE-2025-12543)", GET + "Host: [::1\r\n\r\n");
        refuses(400, "Host empty", GET + "Host:\r\n\r\n");

        // The request line (RFC 9112 3)
        refuses(400, "HTTP/0.9 (CVE-2017-7656)", "GET /\r\n\r\n");
        refuses(400, "HTTP/0.9 with a blank (CVE-2017-7656)", "GET / \r\n\r\n");
        refuses(400, "control bytes before the request line (CVE-2026-50020)", "\u0001\u0002" + GET + HOST + "\r\n");
        refuses(400, "NUL before the request line (CVE-2026-50020)", "\0" + GET + HOST + "\r\n");
        refuses(400, "space before the request line", " " + GET + HOST + "\r\n");
        refuses(400, "LF before the request line", "\n" + GET + HOST + "\r\n");
        refuses(400, "more empty lines than two", "\r\n\r\n\r\n" + GET + HOST + "\r\n");
        refuses(400, "two blanks in the request line", "GET  / HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "tab in the request line", "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "blank behind the version", "GET / HTTP/1.1 \r\n" + HOST + "\r\n");
        refuses(400, "version in lower case", "GET / http/1.1\r\n" + HOST + "\r\n");
        refuses(400, "version of two digits", "GET / HTTP/1.10\r\n" + HOST + "\r\n");
        refuses(400, "another protocol", "GET / RTSP/1.0\r\n" + HOST + "\r\n");
        refuses(505, "HTTP/2.0 in a request line", "GET / HTTP/2.0\r\n" + HOST + "\r\n");
        refuses(505, "HTTP/0.9 in a request line", "GET / HTTP/0.9\r\n" + HOST + "\r\n");
        refuses(501, "HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        refuses(501, "unknown method", "BREW / HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(501, "method in lower case", "get / HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(501, "endless method", "A".repeat(40) + " / HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "bare CR in the target", "GET /\r HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "NUL in the target", "GET /\0 HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "byte beyond ASCII in the target", "GET /\u00e4 HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "fragment in the target", "GET /#a HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "stray percent in the path (CVE-2025-11143)", "GET /%zz HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "target without form", "GET a HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "asterisk for GET", "GET * HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "userinfo in an absolute target (CVE-2025-11143)", "GET http://u:p@h/ HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "bad authority in an absolute target (CVE-2025-11143)", "GET http://[h]/ HTTP/1.1\r\n" + HOST + "\r\n");
        refuses(400, "CONNECT without port", "CONNECT h HTTP/1.1\r\nHost: h\r\n\r\n");
        refuses(400, "CONNECT with content", "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\nContent-Length: 5\r\n\r\nhello");
        refuses(400, "TRACE with content", "TRACE / HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello");
        refuses(400, "HTTP/1.1 with header lines only", HOST + "\r\n");

        // Chunks (RFC 9112 7.1)
        refuses(400, "chunk size overflows (CVE-2026-42580)", CHUNKED + "fffffffffffffffff\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk size overflows to a small number (CVE-2026-42580)", CHUNKED + "10000000000000005\r\nhello\r\n0\r\n\r\n");
        refuses(413, "huge chunk (CVE-2020-10719)", CHUNKED + "7fffffffffffffff\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk size with plus", CHUNKED + "+5\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk size with minus", CHUNKED + "-5\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk size with 0x", CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk size empty", CHUNKED + "\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk size behind a blank", CHUNKED + " 5\r\nhello\r\n0\r\n\r\n");
        refuses(400, "LF ends a chunk extension (CVE-2025-58056)", CHUNKED + "5;a\nhello\r\n0\r\n\r\n");
        refuses(400, "bare LF ends a chunk size (CVE-2025-58056)", CHUNKED + "5\nhello\r\n0\r\n\r\n");
        refuses(400, "quoted LF in a chunk extension (CVE-2026-33870, CVE-2026-2332)", CHUNKED + "5;a=\"b\nc\"\r\nhello\r\n0\r\n\r\n");
        refuses(400, "quoted CR LF in a chunk extension (CVE-2026-2332)", CHUNKED + "5;a=\"b\r\nc\"\r\nhello\r\n0\r\n\r\n");
        refuses(400, "bare CR in a chunk extension", CHUNKED + "5;a\rb\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk longer than its size", CHUNKED + "5\r\nhello!\r\n0\r\n\r\n");
        refuses(400, "chunk that ends with LF", CHUNKED + "5\r\nhello\n0\r\n\r\n");
        refuses(400, "chunk that ends with other bytes", CHUNKED + "5\r\nhelloXX0\r\n\r\n");
        refuses(400, "endless chunk extensions", CHUNKED + "5;" + "a".repeat(5_000) + "\r\nhello\r\n0\r\n\r\n");
        refuses(400, "Content-Length as trailer", CHUNKED + "0\r\nContent-Length: 5\r\n\r\n");
        refuses(400, "Transfer-Encoding as trailer", CHUNKED + "0\r\nTransfer-Encoding: chunked\r\n\r\n");
        refuses(400, "Host as trailer", CHUNKED + "0\r\nHost: evil\r\n\r\n");
        refuses(400, "Authorization as trailer", CHUNKED + "0\r\nAuthorization: x\r\n\r\n");
        refuses(400, "blank behind a chunk size", CHUNKED + "5 \r\nhello\r\n0\r\n\r\n");
        refuses(400, "tab behind a chunk size", CHUNKED + "5\t\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk extension without a name", CHUNKED + "5;\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk extension without a value", CHUNKED + "5;a=\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk extension behind a comma", CHUNKED + "5,a\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk size with an underscore", CHUNKED + "0_5\r\nhello\r\n0\r\n\r\n");
        refuses(400, "chunk that ends with CR alone", CHUNKED + "5\r\nhello\r0\r\n\r\n");
        refuses(400, "chunks that LF alone ends", CHUNKED + "5\r\nhello\r\n0\r\n\n");
        refuses(400, "chunks that no empty line ends", CHUNKED + "5\r\nhello\r\n0\r\n");
        refuses(400, "trailer with a space before the colon", CHUNKED + "0\r\nA : b\r\n\r\n");
        refuses(400, "trailer with a bare LF", CHUNKED + "0\r\nA: b\n\r\n");
        refuses(400, "folded trailer", CHUNKED + "0\r\nA: b\r\n c\r\n\r\n");
    }

    @BeforeAll
    static void start() throws IOException {
        virtual = TestServer.start(Mode.VIRTUAL, ServerConformanceTest::reads);
        inline = TestServer.start(Mode.INLINE, ServerConformanceTest::listens);
    }

    @AfterAll
    static void stop() {
        virtual.close();
        inline.close();
    }

    private static void reads(ServerRequest request, ServerResponse response) throws IOException {
        SEEN.add(request.path().toString());
        response.send("read " + request.body().readAll(1 << 20).length);
    }

    private static void listens(ServerRequest request, ServerResponse response) throws IOException {
        SEEN.add(request.path().toString());
        if (request.body().length() == 0) {
            response.send("read 0");
            return;
        }
        request.body().onData(new BodyReader.DataListener() {
            private int count;

            @Override
            public void onData(byte[] buf, int off, int len) {
                count += len;
            }

            @Override
            public void onEnd() {
                try {
                    response.send("read " + count);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }

            @Override
            public void onError(HttpException cause) {
                // The server answers.
            }
        });
    }

    static List<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        for (Mode mode : Mode.values()) {
            CASES.forEach(c -> all.add(Arguments.of(mode, c)));
        }
        return all;
    }

    private static TestServer of(Mode mode) {
        return mode == Mode.INLINE ? inline : virtual;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void refuses(Mode mode, Case what) throws IOException {
        SEEN.clear();
        try (Raw raw = of(mode).connect()) {
            raw.trySend(what.wire + HIDDEN);
            Raw.Reply reply = raw.reply(what.wire.startsWith("HEAD") ? "HEAD" : "GET");
            assertEquals(what.status, reply.status(), reply::toString);
            assertEquals("close", reply.field("Connection"));
            assertEquals("", raw.rest(), "a second answer");
        }
        assertFalse(SEEN.contains("/smuggled"), "the hidden request reached the handler");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void refusesBehindAValidRequestToo(Mode mode) throws IOException {
        try (Raw raw = of(mode).connect()) {
            raw.send(GET + HOST + "\r\n" + POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN);
            assertEquals(200, raw.reply().status());
            assertEquals(400, raw.reply().status());
            assertEquals("", raw.rest());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whatIsAllowedIsNotRefused(Mode mode) throws IOException {
        String[] fine = {
            "\r\n\r\n" + GET + HOST + "\r\n", "GET / HTTP/1.2\r\n" + HOST + "\r\n", "GET http://h/a?b HTTP/1.1\r\nHost: other\r\n\r\n", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n",
            POST + "Content-Length: 0005\r\n\r\nhello", POST + "Content-Length: \t5 \r\n\r\nhello", POST + "TRANSFER-encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", CHUNKED + "5 ;a=b ; c = \"d;\\\"e\"\r\nhello\r\n000\r\nX: y\r\n\r\n",
            GET + "Host:h\r\nEmpty:\r\nObs: \u00e4\r\n\r\n", GET + HOST + "A: \t b c \t\r\n\r\n", "DELETE / HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc", "GET / HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc"};
        try (Raw raw = of(mode).connect()) {
            for (String request : fine) {
                raw.send(request);
                assertEquals(200, raw.reply().status(), request);
            }
        }
    }

    /** RFC 9112 3.2.2: the host of an absolute target counts, and Host is ignored. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void anAbsoluteTargetNamesTheAuthorityWhateverHostSays(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(request.authority() + " " + request.path())); Raw raw = server.connect()) {
            raw.send("GET http://a.example:81/p HTTP/1.1\r\nHost: b.example\r\n\r\n");
            assertEquals("a.example:81 /p", raw.reply().content());
            raw.send("GET /p HTTP/1.1\r\nHost: b.example\r\n\r\n");
            assertEquals("b.example /p", raw.reply().content());
            raw.send("GET HTTP://A.example HTTP/1.0\r\n\r\n");
            assertEquals("A.example /", raw.reply().content());
        }
    }

    /** Netty CVE-2026-42584: an interim response put the answers to pipelined requests out of step. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void interimResponsesKeepPipelinedAnswersInStep(Mode mode) throws IOException {
        try (TestServer hints = TestServer.start(mode, (request, response) -> {
            response.interimHeaders().add(io.shockwave.HeaderName.of("Link"), "<" + request.path() + ">");
            response.sendInterim(103, response.interimHeaders());
            response.send(request.path());
        }); Raw raw = hints.connect()) {
            raw.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            for (String[] expected : new String[][] {{"GET", "/1"}, {"HEAD", "/2"}, {"GET", "/3"}}) {
                Raw.Reply interim = raw.reply();
                assertEquals(103, interim.status());
                assertEquals("<" + expected[1] + ">", interim.field("Link"));
                Raw.Reply reply = raw.reply(expected[0]);
                assertEquals(200, reply.status());
                assertEquals("2", reply.field("Content-Length"));
                assertEquals(expected[0].equals("HEAD") ? "" : expected[1], reply.content());
            }
            assertTrue(raw.isClosedByServer());
        }
    }
}
