package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Ascii;
import io.shockwave.BodyReader;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.MutableHeaders;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing of one exchange is seen in another, nothing of it can be used after its end, and nothing that a handler says can become a line of its own. */
@Timeout(60)
class ServerIsolationTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    // ---- canaries (Undertow CVE-2024-7885: a reused builder mixed requests)

    /** The handler answers only with what is of its own request, and fails if anything else is there. */
    private static void checks(ServerRequest request, String content, ServerResponse response) throws IOException {
        String tag = request.query().toString();
        if (!request.headers().first("x-tag").orElse("").equals(tag) || request.headers().size() != (content.isEmpty() ? 2 : 3) && !request.headers().contains(HeaderName.of("x-more"))) {
            throw new IllegalStateException("fields of another request: " + request.headers());
        }
        if (!content.isEmpty() && !content.equals(tag.repeat(content.length() / tag.length()))) {
            throw new IllegalStateException("content of another request: " + content.substring(0, Math.min(100, content.length())));
        }
        if (response.headers().size() != 0 || response.status() != 200) {
            throw new IllegalStateException("a response that was used before");
        }
        response.headers().add(HeaderName.of("X-Tag"), tag);
        switch (request.path().toString()) {
            case "/fails" -> throw new IOException("as asked " + tag);
            case "/status" -> response.status(418).send(tag);
            case "/stream" -> {
                BodyWriter out = response.stream();
                byte[] bytes = Raw.latin1(tag.repeat(20));
                out.write(bytes, 0, bytes.length);
                out.trailers().add(HeaderName.of("X-End"), tag);
                out.close();
            }
            case "/cut" -> {
                response.stream().write(Raw.latin1(tag), 0, tag.length()).flush();
                throw new IOException("cut " + tag);
            }
            case "/hint" -> {
                response.sendInterim(103, response.interimHeaders().add(HeaderName.of("X-Tag"), tag));
                response.send(tag);
            }
            default -> response.send(tag);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void noByteOfOneRequestIsEverInAnother(Mode mode) throws Exception {
        Handler handler = mode == Mode.VIRTUAL
                ? (request, response) -> checks(request, request.body().length() == 0 ? "" : new String(request.body().readAll(1 << 20), java.nio.charset.StandardCharsets.ISO_8859_1), response)
                : (request, response) -> {
                    if (request.body().length() == 0) {
                        checks(request, "", response);
                    } else {
                        request.body().onData(new ServerStreamingTest.Collecting(all -> checks(request, all, response)));
                    }
                };
        try (TestServer server = TestServer.start(mode, handler, b -> b.headTimeout(Duration.ofMillis(400)).minBodyRate(1, Duration.ofMillis(400)).bufferBytes(2_048).reactors(2))) {
            ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int seed = i;
                clients.add(Thread.ofVirtual().start(() -> {
                    try {
                        client(server, new Random(seed), seed);
                    } catch (IOException | RuntimeException | AssertionError e) {
                        wrong.add(e);
                    }
                }));
            }
            for (Thread client : clients) {
                client.join();
            }
            assertTrue(wrong.isEmpty(), () -> wrong.toString());
            for (Throwable error : server.errors) {
                assertTrue(error instanceof IOException || error.getCause() instanceof IOException, error::toString);
            }
            Await.quiet(server.server);
            Await.until(() -> Buffers.lentBytes(server.server) == 0, () -> Buffers.lentBytes(server.server));
        }
    }

    private static void client(TestServer server, Random random, int seed) throws IOException {
        Raw raw = server.connect();
        for (int i = 0; i < 400; i++) {
            String tag = "t" + seed + "x" + i + ".";
            String path = new String[] {"/", "/", "/status", "/stream", "/hint", "/fails", "/cut"}[random.nextInt(7)];
            String head = " " + path + "?" + tag + " HTTP/1.1\r\nHost: h\r\nX-Tag: " + tag + "\r\n" + (random.nextInt(4) == 0 ? "X-More: " + tag.repeat(random.nextInt(60)) + "\r\n" : "");
            String content = tag.repeat(1 + random.nextInt(800));
            int kind = random.nextInt(40);
            if (kind < 3) {
                raw.trySend(("POST" + head + "Content-Length: 100000\r\n\r\n" + content).substring(0, 10 + random.nextInt(80)));
                leave(raw, kind);
                raw = server.connect();
                continue;
            }
            if (kind == 3) {
                raw.trySend("GET" + head + "Content-Length: x\r\n\r\n" + content);
                Raw.Reply reply = raw.reply();
                assertEquals(400, reply.status());
                assertFalse(reply.toString().contains("t"  + seed), reply::toString);
                raw.close();
                raw = server.connect();
                continue;
            }
            raw.send(kind % 3 == 0 ? "GET" + head + "\r\n" : kind % 3 == 1 ? "POST" + head + "Content-Length: " + content.length() + "\r\n\r\n" + content
                    : "POST" + head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(content.length()) + "\r\n" + content + "\r\n0\r\n\r\n");
            if (path.equals("/cut")) {
                String all = raw.rest();
                assertFalse(all.replace(tag, "").matches("(?s).*t\\d+x\\d+\\..*"), all);
                raw.close();
                raw = server.connect();
                continue;
            }
            own(raw, path, tag);
        }
        raw.close();
    }

    private static void leave(Raw raw, int way) throws IOException {
        if (way == 0) {
            raw.reset();
        } else if (way == 1) {
            raw.endSending().rest();
        }
        raw.close();
    }

    private static void own(Raw raw, String path, String tag) throws IOException {
        Raw.Reply reply = raw.reply();
        if (path.equals("/hint")) {
            assertEquals(103, reply.status());
            assertEquals(tag, reply.field("X-Tag"));
            reply = raw.reply();
        }
        switch (path) {
            case "/fails" -> {
                assertEquals(500, reply.status());
                assertEquals(null, reply.field("X-Tag"));
                return;
            }
            case "/stream" -> {
                assertEquals(tag.repeat(20), reply.content());
                assertEquals("X-End: " + tag + "\r\n", raw.trailers);
            }
            default -> assertEquals(tag, reply.content());
        }
        assertEquals(path.equals("/status") ? 418 : 200, reply.status());
        assertEquals(tag, reply.field("X-Tag"));
    }

    // ---- use after the end

    private record Kept(ServerRequest request, ServerResponse response, Headers headers, MutableHeaders sent, Ascii path, Ascii value, BodyReader body, BodyWriter writer, Headers trailers) {
    }

    private static Kept keep(ServerRequest request, ServerResponse response) throws IOException {
        return new Kept(request, response, request.headers(), response.headers(), request.path(), request.headers().value(0), request.body(), response.stream(), request.body().trailers());
    }

    private static void allEnded(Kept kept) {
        assertThrows(IllegalStateException.class, () -> kept.request.method());
        assertThrows(IllegalStateException.class, () -> kept.request.path());
        assertThrows(IllegalStateException.class, () -> kept.request.query());
        assertThrows(IllegalStateException.class, () -> kept.request.target());
        assertThrows(IllegalStateException.class, () -> kept.request.authority());
        assertThrows(IllegalStateException.class, () -> kept.request.version());
        assertThrows(IllegalStateException.class, () -> kept.request.headers());
        assertThrows(IllegalStateException.class, () -> kept.request.body());
        assertThrows(IllegalStateException.class, () -> kept.request.remote());
        assertThrows(IllegalStateException.class, () -> kept.headers.size());
        assertThrows(IllegalStateException.class, () -> kept.headers.first(HeaderName.HOST));
        assertThrows(IllegalStateException.class, () -> kept.headers.iterator().next());
        assertThrows(IllegalStateException.class, () -> kept.sent.add(HeaderName.HOST, "a"));
        assertThrows(IllegalStateException.class, () -> kept.path.charAt(0));
        assertThrows(IllegalStateException.class, kept.path::toString);
        assertThrows(IllegalStateException.class, () -> kept.value.copyTo(new byte[10], 0));
        assertThrows(IllegalStateException.class, () -> kept.body.read(new byte[1], 0, 1));
        assertThrows(IllegalStateException.class, () -> kept.body.readAll(1));
        assertThrows(IllegalStateException.class, kept.body::length);
        assertThrows(IllegalStateException.class, kept.body::close);
        assertThrows(IllegalStateException.class, () -> kept.trailers.size());
        assertThrows(IllegalStateException.class, () -> kept.response.status());
        assertThrows(IllegalStateException.class, () -> kept.response.status(200));
        assertThrows(IllegalStateException.class, () -> kept.response.headers());
        assertThrows(IllegalStateException.class, () -> kept.response.send("x"));
        assertThrows(IllegalStateException.class, () -> kept.response.isCommitted());
        assertThrows(IllegalStateException.class, () -> kept.writer.write(new byte[1], 0, 1));
        assertThrows(IllegalStateException.class, kept.writer::flush);
        assertThrows(IllegalStateException.class, kept.writer::trailers);
        assertThrows(IllegalStateException.class, kept.writer::close);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whateverIsKeptEndsWithItsExchange(Mode mode) throws Exception {
        AtomicReference<Kept> first = new AtomicReference<>();
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            Kept kept = keep(request, response);
            first.compareAndSet(null, kept);
            kept.writer.close();
        }); Raw raw = server.connect()) {
            raw.send(GET);
            assertEquals(200, raw.reply().status());
            Await.until(() -> Buffers.lentBytes(server.server) == 0, server::stats);
            allEnded(first.get());
            if (mode == Mode.VIRTUAL) { // where each request has objects of its own
                for (int i = 0; i < 3; i++) {
                    raw.send(GET);
                    raw.reply();
                    allEnded(first.get());
                }
            }
        }
    }

    // ---- response splitting (Netty CVE-2025-67735, Undertow CVE-2016-4993)

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0b", "a\r\n\r\nHTTP/1.1 200 OK", "\u010a", "\u560a\u560d", "a\u0085b\u010d\u010aX-Evil: 1", "\u0001", "\u007f"})
    void noValueBecomesALine(String value) throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            HeaderName name = HeaderName.of("X-A");
            assertThrows(IllegalArgumentException.class, () -> response.headers().add(name, value));
            assertThrows(IllegalArgumentException.class, () -> response.headers().set(name, value));
            assertThrows(IllegalArgumentException.class, () -> response.headers().add(HeaderName.LOCATION, value));
            assertThrows(IllegalArgumentException.class, () -> response.interimHeaders().add(name, value));
            response.headers().add(HeaderName.of("X-Fine"), "1");
            BodyWriter out = response.stream();
            assertThrows(IllegalArgumentException.class, () -> out.trailers().add(name, value));
            out.close();
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            for (int i = 0; i < 2; i++) {
                Raw.Reply reply = raw.reply();
                assertEquals(200, reply.status(), () -> server.errors.toString());
                assertFalse(reply.head().contains("Evil") || raw.trailers.contains("Evil"), reply::toString);
                assertEquals("1", reply.field("X-Fine"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "a\n", "\0", "\u00e4", "a\u010a", "(a)", "a\t"})
    void noNameBecomesALine(String name) {
        assertThrows(IllegalArgumentException.class, () -> HeaderName.of(name));
    }

    @Test
    void noStatusButAStatusIsTaken() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            for (int code : new int[] {-1, 0, 99, 100, 101, 199, 600, 1_000, Integer.MAX_VALUE}) {
                assertThrows(IllegalArgumentException.class, () -> response.status(code));
            }
            for (int code : new int[] {99, 100, 101, 200, 600}) {
                assertThrows(IllegalArgumentException.class, () -> response.sendInterim(code, response.interimHeaders()));
            }
            response.status(599).send();
        }); Raw raw = server.connect()) {
            raw.send(GET);
            Raw.Reply reply = raw.reply();
            assertEquals(599, reply.status(), () -> server.errors.toString());
            assertTrue(reply.head().startsWith("HTTP/1.1 599 \r\n"), reply.head());
        }
    }

    /** What the framing is made of is the server's alone. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void theHandlerCannotFrame(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().add(HeaderName.TRANSFER_ENCODING, "gzip, chunked").add(HeaderName.CONNECTION, "x-a, keep-alive");
            if (request.path().is("/two")) {
                response.headers().add(HeaderName.CONTENT_LENGTH, "1").add(HeaderName.CONTENT_LENGTH, "2");
            }
            response.send("ok");
        }); Raw raw = server.connect()) {
            raw.send(GET + "GET /two HTTP/1.1\r\nHost: h\r\n\r\n" + GET);
            Raw.Reply reply = raw.reply();
            assertEquals("ok", reply.content());
            assertEquals(null, reply.field("Transfer-Encoding"));
            assertEquals("x-a", reply.field("Connection"));
            assertEquals(500, raw.reply().status());
            assertEquals("ok", raw.reply().content());
        }
    }

    @Test
    void aReaderOfAFailedContentIsToldWhy() throws Exception {
        String[][] cases = {{"x\r\n", "PROTOCOL"}, {"7fffffffffffffff\r\n", "TOO_LARGE"}};
        for (String[] one : cases) {
            AtomicReference<HttpException> thrown = new AtomicReference<>();
            try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
                thrown.set(assertThrows(HttpException.class, () -> request.body().readAll(1 << 20)));
                response.status(422).send();
            }); Raw raw = server.connect()) {
                raw.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + one[0] + GET);
                assertEquals(422, raw.reply().status());
                assertEquals("", raw.rest());
                assertEquals(one[1], thrown.get().kind().name());
            }
        }
    }
}
