package io.shockwave.server;

import static io.shockwave.server.ServerText.GET;
import static io.shockwave.server.ServerText.pattern;
import static io.shockwave.server.ServerText.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Content as it comes: read, streamed back, published, listened to, waited for with 100-continue. */
@Timeout(30)
class ServerStreamingTest {
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

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
}
