package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyReader;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.server.TestServer.Mode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class ServerStreamingTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String HEAD = "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static String post(int length) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static String pattern(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + (i * 31L + i / 997) % 26));
        }
        return text.toString();
    }

    // ---- reading

    @Test
    void echoesWhileReading() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            BodyReader body = request.body();
            BodyWriter out = response.stream();
            byte[] buf = new byte[1_000];
            for (int n = body.read(buf, 0, buf.length); n >= 0; n = body.read(buf, 0, buf.length)) {
                out.write(buf, 0, n).flush();
            }
            out.close();
        }); Raw raw = server.connect()) {
            raw.send(CHUNKED);
            String head = raw.head();
            assertTrue(head.contains("Transfer-Encoding: chunked"), head);
            for (int i = 0; i < 20; i++) {
                raw.send("4\r\n<" + (10 + i) + ">\r\n");
                assertEquals("4", raw.line());
                assertEquals("<" + (10 + i) + ">", raw.text(4));
                raw.line();
            }
            raw.send("0\r\n\r\n");
            assertEquals("0", raw.line());
            assertEquals("", raw.head());
            raw.send(CHUNKED + "2\r\nok\r\n0\r\n\r\n");
            assertEquals("ok", raw.reply().content());
        }
    }

    @Test
    void readsAsAStreamAndWritesAsAStream() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try (InputStream in = request.body().asInputStream(); OutputStream out = response.stream().asOutputStream()) {
                out.write(in.read());
                in.transferTo(out);
                assertEquals(-1, in.read());
            }
        }); Raw raw = server.connect()) {
            String content = pattern(300_000);
            raw.send(post(content.length()));
            Thread sender = Thread.ofVirtual().start(() -> raw.trySend(content));
            assertEquals(content, raw.reply().content());
            assertTrue(sender.isVirtual());
        }
    }

    @Test
    void publishesToASubscriberThatAsksForOneAtATime() throws Exception {
        AtomicReference<String> got = new AtomicReference<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            request.body().asPublisher().subscribe(new Flow.Subscriber<>() {
                private Flow.Subscription subscription;

                @Override
                public void onSubscribe(Flow.Subscription to) {
                    subscription = to;
                    to.request(1);
                }

                @Override
                public void onNext(ByteBuffer item) {
                    byte[] bytes = new byte[item.remaining()];
                    item.get(bytes);
                    all.writeBytes(bytes);
                    subscription.request(1);
                }

                @Override
                public void onError(Throwable cause) {
                    got.set(cause.toString());
                }

                @Override
                public void onComplete() {
                    got.set(all.toString(StandardCharsets.ISO_8859_1));
                }
            });
            response.send("ok");
        }); Raw raw = server.connect()) {
            String content = pattern(100_000);
            raw.send(post(content.length()) + content);
            assertEquals("ok", raw.reply().content());
            assertEquals(content, got.get());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void listensToContentWithTrailers(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            StringBuilder all = new StringBuilder();
            BodyReader body = request.body();
            body.onData(new BodyReader.DataListener() {
                @Override
                public void onData(byte[] buf, int off, int len) {
                    all.append(new String(buf, off, len, StandardCharsets.ISO_8859_1));
                }

                @Override
                public void onEnd() {
                    try {
                        response.send(all.length() + " " + body.trailers().first(HeaderName.of("X-Sum")).orElse("none"));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }

                @Override
                public void onError(HttpException cause) {
                    throw new AssertionError(cause);
                }
            });
        }); Raw raw = server.connect()) {
            for (int round = 0; round < 3; round++) {
                raw.send(CHUNKED + "186a0\r\n" + pattern(100_000) + "\r\n0\r\nX-Sum: s" + round + "\r\n\r\n");
                assertEquals("100000 s" + round, raw.reply().content());
            }
            raw.send(CHUNKED + "1\r\na\r\n0\r\n\r\n");
            assertEquals("1 none", raw.reply().content());
        }
    }

    @Test
    void readsATrailerLineThatIsLongerThanTheBuffers() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            request.body().readAll(10);
            response.send("" + request.body().trailers().first(HeaderName.of("X-Sum")).orElse("").length());
        }, b -> b.bufferBytes(4_096).maxHeaderBytes(32_768).minBodyRate(240, java.time.Duration.ofSeconds(2))); Raw raw = server.connect()) {
            raw.send(CHUNKED + "1\r\na\r\n0\r\nX-Sum: " + "s".repeat(30_000) + "\r\n\r\n");
            assertEquals("30000", raw.reply().content());
        }
    }

    @Test
    void readsAllUpToItsLimit() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try {
                response.send("" + request.body().readAll(1_000).length);
            } catch (HttpException e) {
                response.status(413).send(e.kind().name());
            }
        }); Raw raw = server.connect()) {
            raw.send(post(1_000) + pattern(1_000));
            assertEquals("1000", raw.reply().content());
            raw.send(CHUNKED + "3e8\r\n" + pattern(1_000) + "\r\n0\r\n\r\n");
            assertEquals("1000", raw.reply().content());
            raw.send(post(1_001) + pattern(1_001));
            assertEquals("TOO_LARGE", raw.reply().content());
            raw.send(CHUNKED + "3e9\r\n" + pattern(1_001) + "\r\n0\r\n\r\n");
            assertEquals("TOO_LARGE", raw.reply().content());
        }
    }

    @Test
    void blockingReadsAreRefusedOnAReactor() throws IOException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (TestServer server = TestServer.start(Mode.INLINE, (request, response) -> {
            thrown.set(assertThrows(IllegalStateException.class, () -> request.body().read(new byte[1], 0, 1)));
            response.send("ok");
        }); Raw raw = server.connect()) {
            raw.send(post(2) + "ab" + GET);
            assertEquals("ok", raw.reply().content());
            assertEquals("ok", raw.reply().content());
            assertTrue(thrown.get().getMessage().contains("onData"));
        }
    }

    /** The whole request was sent before the client ended its side: that it is not yet read must not make it truncated. */
    @Test
    void aClientThatEndsItsSideBeforeAllWasReadIsServed() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            sent.await();
            response.send("" + request.body().readAll(1 << 20).length);
        }, b -> b.bufferBytes(1_024)); Raw raw = server.connect()) {
            raw.send(post(20_000) + pattern(20_000));
            raw.endSending();
            Thread.sleep(50); // for the end to arrive at the server, which nothing tells
            sent.countDown();
            Raw.Reply reply = raw.reply();
            assertEquals(200, reply.status());
            assertEquals("20000", reply.content());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void pipelinedRequestsAreAnsweredAfterTheClientEndedItsSide(Mode mode) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            if (mode == Mode.VIRTUAL) {
                sent.await();
            }
            response.send(request.path());
        }); Raw raw = server.connect()) {
            raw.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n").endSending();
            Thread.sleep(50);
            sent.countDown();
            assertEquals("/1", raw.reply().content());
            assertEquals("/2", raw.reply().content());
            assertEquals("/3", raw.reply().content());
            assertTrue(raw.isClosedByServer());
        }
    }

    // ---- Expect: 100-continue

    @Test
    void continueIsSentByReading() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> response.send("" + request.body().readAll(100).length)); Raw raw = server.connect()) {
            raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(100, raw.reply().status());
            raw.send("abc");
            assertEquals("3", raw.reply().content());
            raw.send(GET);
            assertEquals("0", raw.reply().content());
        }
    }

    @Test
    void aFinalAnswerInsteadOfContinueClosesAndLaterReadsFail() throws Exception {
        AtomicReference<HttpException> thrown = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            BodyWriter out = response.status(403).stream();
            out.write(new byte[] {'n', 'o'}, 0, 2).flush();
            thrown.set(assertThrows(HttpException.class, () -> request.body().read(new byte[1], 0, 1)));
            out.close();
            done.countDown();
        }); Raw raw = server.connect()) {
            raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            Raw.Reply reply = raw.reply();
            assertEquals(403, reply.status());
            assertEquals("close", reply.field("Connection"));
            assertEquals("no", reply.content());
            assertTrue(done.await(5, TimeUnit.SECONDS));
            assertTrue(raw.isClosedByServer());
        }
    }

    @Test
    void inlineHandlersDecideByListening() throws IOException {
        try (TestServer server = TestServer.start(Mode.INLINE, (request, response) -> {
            if (request.path().is("/no")) {
                response.status(417).send();
            } else {
                request.body().onData(new Collecting(all -> response.send(all)));
            }
        }); Raw raw = server.connect(); Raw other = server.connect()) {
            raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(100, raw.reply().status());
            raw.send("abc");
            assertEquals("abc", raw.reply().content());
            other.send("POST /no HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(417, other.reply().status());
            assertTrue(other.isClosedByServer());
        }
    }

    /** Collects content as text and hands it over at the end. */
    static final class Collecting implements BodyReader.DataListener {
        interface Sink {
            void accept(String all) throws IOException;
        }

        private final StringBuilder all = new StringBuilder();
        private final Sink sink;

        Collecting(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void onData(byte[] buf, int off, int len) {
            all.append(new String(buf, off, len, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onEnd() {
            try {
                sink.accept(all.toString());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void onError(HttpException cause) {
            // The server answers.
        }
    }

    // ---- writing

    @Test
    void sendsArraysOfAllSizes() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            byte[] content = pattern((int) Long.parseLong(request.query().toString())).getBytes(StandardCharsets.ISO_8859_1);
            response.send(content);
            java.util.Arrays.fill(content, (byte) '!'); // ours again on return
        }, b -> b.bufferBytes(4_096)); Raw raw = server.connect()) {
            for (int length : new int[] {0, 1, 4_095, 4_096, 4_097, 65_536, 1_000_000}) {
                raw.send("GET /?" + length + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertEquals(pattern(length), raw.reply().content(), "" + length);
            }
        }
    }

    /** The answer was written whole while nobody reads the request's content: neither must wait for the other. */
    @Test
    void sendsALargeArrayWithoutReadingTheContent() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> response.send(new byte[100_000]), b -> b.bufferBytes(1_024)); Raw raw = server.connect()) {
            raw.send(post(60_000) + pattern(60_000));
            assertEquals(100_000, raw.reply().content().length());
            raw.send(GET);
            assertEquals(100_000, raw.reply().content().length());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void sendsTextAsUtf8(Mode mode) throws IOException {
        String text = "a\u00e4\u20ac\ud83d\ude00".repeat(20_000);
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(text)); Raw raw = server.connect()) {
            raw.send(GET);
            Raw.Reply reply = raw.reply();
            assertEquals(text, new String(Raw.latin1(reply.content()), StandardCharsets.UTF_8));
            assertEquals("text/plain; charset=utf-8", reply.field("Content-Type"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void trailersAreSentBehindTheContent(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            BodyWriter out = response.stream();
            out.write(ByteBuffer.wrap(new byte[] {'a', 'b'}));
            out.trailers().add(HeaderName.of("X-Sum"), "2").add(HeaderName.CONTENT_LENGTH, "9");
            out.close();
        }); Raw raw = server.connect()) {
            for (int i = 0; i < 3; i++) {
                raw.send(GET);
                assertEquals("ab", raw.reply().content());
                assertEquals("X-Sum: 2\r\n", raw.trailers);
            }
        }
    }

    @Test
    void whatAHandlerLeavesOpenIsClosed() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> response.stream().write(new byte[] {'a'}, 0, 1)); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals("a", raw.reply().content());
            assertEquals("a", raw.reply().content());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void lessThanTheAnnouncedLengthIsCutVisibly(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().set(HeaderName.CONTENT_LENGTH, "10");
            BodyWriter out = response.stream();
            out.write(new byte[] {'a', 'b', 'c'}, 0, 3);
            out.close();
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            String all = raw.rest();
            assertTrue(all.isEmpty() || all.contains("Content-Length: 10\r\n"), all);
            assertEquals(all.isEmpty() ? 0 : 1, all.split("HTTP/1.1 200", -1).length - 1, "the next answer would be taken for the missing content");
            Await.until(() -> !server.errors.isEmpty(), server.errors::toString);
            Await.quiet(server.server);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void moreThanTheAnnouncedLengthIsRefused(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().set(HeaderName.CONTENT_LENGTH, "2");
            BodyWriter out = response.stream();
            assertThrows(IllegalStateException.class, () -> out.write(new byte[] {'a', 'b', 'c'}, 0, 3));
            out.write(new byte[] {'a', 'b'}, 0, 2);
            out.close();
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals("ab", raw.reply().content());
            assertEquals("ab", raw.reply().content());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anotherLengthThanTheArraysIsRefused(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().set(HeaderName.CONTENT_LENGTH, "2");
            response.send(new byte[3]);
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals(500, raw.reply().status());
            assertEquals(500, raw.reply().status());
            assertEquals(2, server.stats().handlerErrors());
        }
    }

    // ---- failures of handlers

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anExceptionBeforeTheAnswerIs500AndKeepsTheConnection(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().add(HeaderName.of("X-Secret"), "s");
            throw new IllegalArgumentException("a detail that is nobody's business");
        }); Raw raw = server.connect()) {
            for (int i = 0; i < 3; i++) {
                raw.send(GET);
                Raw.Reply reply = raw.reply();
                assertEquals(500, reply.status());
                assertEquals("", reply.content());
                assertNull(reply.field("X-Secret"));
            }
            assertEquals(3, server.errors.size());
            assertEquals(3, server.stats().handlerErrors());
            assertEquals(3, server.stats().responses5xx());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anErrorCountsAsAnException(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            throw new StackOverflowError("made");
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals(500, raw.reply().status());
            assertEquals(500, raw.reply().status());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anExceptionWithinAStreamCutsItVisibly(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.stream().write(new byte[] {'a'}, 0, 1).flush();
            throw new IllegalArgumentException("within");
        })) {
            for (int i = 0; i < 5; i++) {
                try (Raw again = server.connect()) {
                    again.send(post(3) + "abc" + GET);
                    String all = again.rest();
                    assertFalse(all.contains("0\r\n\r\n"), all);
                    assertTrue(all.split("HTTP/1.1 ", -1).length <= 2, all);
                }
            }
            Await.quiet(server.server);
            assertEquals(5, server.errors.size(), server.errors::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anExceptionAfterTheAnswerDoesNotHarmIt(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.send("whole");
            throw new IllegalArgumentException("after");
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals("whole", raw.reply().content());
            assertEquals("whole", raw.reply().content());
            Await.until(() -> server.errors.size() == 2, server.errors::toString);
        }
    }

    @Test
    void aHandlerWithoutAnAnswerIs500() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> response.status(200)); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals(500, raw.reply().status());
            assertEquals(500, raw.reply().status());
            assertEquals(2, server.errors.size());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aListenerOfErrorsThatThrowsDoesNotLoseTheAnswer(Mode mode) throws IOException {
        Handler fails = (request, response) -> {
            throw new IllegalArgumentException("first");
        };
        ShockwaveServer.Builder builder = ShockwaveServer.builder().listen(TestServer.loopback()).reactors(1).onHandlerError(cause -> {
            throw new IllegalStateException("second");
        });
        try (ShockwaveServer server = (mode == Mode.INLINE ? builder.inlineHandler(fails) : builder.handler(fails)).start(); Raw raw = new Raw(server.address())) {
            raw.send(GET + GET);
            assertEquals(500, raw.reply().status());
            assertEquals(500, raw.reply().status());
            assertEquals(2, server.stats().handlerErrors());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anAccessLogThatThrowsDoesNotLoseAnything(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, TestServer::path, b -> b.accessLog((buf, off, len) -> {
            throw new IllegalStateException("the disk is full");
        })); Raw raw = server.connect(); Raw other = server.connect()) {
            for (int i = 0; i < 3; i++) {
                raw.send(GET);
                other.send(GET);
                assertEquals("/", raw.reply().content());
                assertEquals("/", other.reply().content());
            }
            assertFalse(server.errors.isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aSecondAnswerIsRefused(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.send("one");
            assertThrows(IllegalStateException.class, () -> response.send("two"));
            assertThrows(IllegalStateException.class, response::stream);
            assertThrows(IllegalStateException.class, () -> response.status(404));
            assertThrows(IllegalStateException.class, () -> response.headers().add(HeaderName.of("A"), "b"));
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals("one", raw.reply().content());
            assertEquals("one", raw.reply().content());
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }

    // ---- inline, completed later

    @Test
    void anInlineExchangeIsCompletedFromAnotherThread() throws IOException {
        try (TestServer server = TestServer.start(Mode.INLINE, (request, response) -> {
            String path = request.path().toString();
            Thread.ofVirtual().start(() -> {
                try {
                    response.send(path);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }); Raw raw = server.connect()) {
            for (int i = 0; i < 200; i++) {
                raw.send("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertEquals("/" + i, raw.reply().content());
            }
        }
    }

    @Test
    void anInlineExchangeIsStreamedFromAnotherThread() throws IOException {
        try (TestServer server = TestServer.start(Mode.INLINE, (request, response) -> {
            boolean counted = request.path().is("/counted");
            Thread.ofVirtual().start(() -> {
                try {
                    if (counted) {
                        response.headers().set(HeaderName.CONTENT_LENGTH, "2");
                    }
                    BodyWriter out = response.stream();
                    out.write(new byte[] {'o', 'k'}, 0, 2).flush();
                    Thread.yield();
                    out.close();
                } catch (IOException | RuntimeException e) {
                    LATE.set(e);
                }
            });
        }); Raw raw = server.connect()) {
            for (int i = 0; i < 200; i++) {
                raw.send(i % 2 == 0 ? "GET /counted HTTP/1.1\r\nHost: h\r\n\r\n" : i % 3 == 0 ? HEAD : GET);
                raw.reply(i % 2 != 0 && i % 3 == 0 ? "HEAD" : "GET");
                assertNull(LATE.get());
            }
        }
    }

    private static final AtomicReference<Throwable> LATE = new AtomicReference<>();

    // ---- interim responses

    @ParameterizedTest
    @EnumSource(Mode.class)
    void severalHintsGoOutOneByOne(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            for (int i = 0; i < 3; i++) {
                response.sendInterim(103, response.interimHeaders().add(HeaderName.of("Link"), "<" + i + ">"));
            }
            response.sendInterim(102, response.interimHeaders());
            response.send("done");
        }); Raw raw = server.connect()) {
            raw.send(GET);
            for (int i = 0; i < 3; i++) {
                Raw.Reply hint = raw.reply();
                assertEquals(103, hint.status());
                assertEquals("<" + i + ">", hint.field("Link"));
            }
            assertEquals(102, raw.reply().status());
            assertEquals("done", raw.reply().content());
            assertEquals(4, server.stats().responses1xx());
            raw.send("GET / HTTP/1.0\r\n\r\n");
            assertEquals(200, raw.reply().status());
        }
    }

    // ---- files

    private static Path file(Path dir, String content) throws IOException {
        return Files.writeString(dir.resolve("f.bin"), content, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void sendsFilesAndPartsOfThem(Mode mode, @TempDir Path dir) throws IOException {
        String content = pattern(3_000_000);
        Path file = file(dir, content);
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            String[] range = request.query().toString().split("-");
            if (range.length == 2) {
                response.send(file, Long.parseLong(range[0]), Long.parseLong(range[1]));
            } else {
                response.send(file);
            }
        }); Raw raw = server.connect()) {
            raw.send(GET + HEAD + "GET /?0-1 HTTP/1.1\r\nHost: h\r\n\r\nGET /?2999999-1 HTTP/1.1\r\nHost: h\r\n\r\nGET /?7-0 HTTP/1.1\r\nHost: h\r\n\r\nGET /?1000-2000000 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(content, raw.reply().content());
            assertEquals("3000000", raw.reply("HEAD").field("Content-Length"));
            assertEquals(content.substring(0, 1), raw.reply().content());
            assertEquals(content.substring(2_999_999), raw.reply().content());
            assertEquals("", raw.reply().content());
            assertEquals(content.substring(1_000, 2_001_000), raw.reply().content());
            raw.send("GET /?2999999-2 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(500, raw.reply().status());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aFileThatIsGoneIsAnExceptionForTheHandler(Mode mode, @TempDir Path dir) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            assertThrows(IOException.class, () -> response.send(dir.resolve("none")));
            assertThrows(IOException.class, () -> response.send(dir));
            response.status(404).send();
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            assertEquals(404, raw.reply().status());
            assertEquals(404, raw.reply().status());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aFileThatShrinksWhileItIsSentCutsTheConnection(Mode mode, @TempDir Path dir) throws IOException {
        Path file = dir.resolve("big");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 64L << 20);
        }
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(file)); Raw raw = server.connect()) {
            raw.send(GET + GET);
            raw.head();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(1 << 20);
            }
            assertTrue(raw.rest().length() < 64 << 20);
            Await.quiet(server.server);
        }
    }

    // ---- HEAD, 204, 304 on everything

    @ParameterizedTest
    @EnumSource(Mode.class)
    void headSendsNoContentWhateverTheHandlerDoes(Mode mode, @TempDir Path dir) throws IOException {
        Path file = file(dir, pattern(5_000));
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            switch (request.path().toString()) {
                case "/array" -> response.send(new byte[10]);
                case "/large" -> response.send(new byte[100_000]);
                case "/text" -> response.send("text");
                case "/file" -> response.send(file);
                case "/none" -> response.send();
                case "/announced" -> {
                    response.headers().set(HeaderName.CONTENT_LENGTH, "77");
                    response.send();
                }
                case "/stream" -> response.stream().write(new byte[10], 0, 10).close();
                case "/304" -> response.status(304).send(new byte[5]);
                case "/204" -> response.status(204).stream().write(new byte[5], 0, 5).close();
                default -> {
                    response.headers().set(HeaderName.CONTENT_LENGTH, "5000");
                    try (OutputStream out = response.stream().asOutputStream()) {
                        out.write(new byte[5_000]);
                    }
                }
            }
        }); Raw raw = server.connect()) {
            String[][] cases = {{"/array", "10"}, {"/large", "100000"}, {"/text", "4"}, {"/file", "5000"}, {"/none", "0"}, {"/announced", "77"}, {"/stream", null}, {"/304", "5"}, {"/204", null}, {"/counted", "5000"}};
            for (int round = 0; round < 2; round++) {
                for (String[] one : cases) {
                    raw.send("HEAD " + one[0] + " HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertEquals(one[1], raw.reply("HEAD").field("Content-Length"), one[0]);
                }
            }
            raw.send("GET /204 HTTP/1.1\r\nHost: h\r\n\r\nGET /304 HTTP/1.1\r\nHost: h\r\n\r\nGET /text HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals(204, raw.reply().status());
            assertEquals(304, raw.reply().status());
            assertEquals("text", raw.reply().content());
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }
}
