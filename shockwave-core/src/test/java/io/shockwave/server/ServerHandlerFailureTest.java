package io.shockwave.server;

import static io.shockwave.server.ServerText.GET;
import static io.shockwave.server.ServerText.HEAD;
import static io.shockwave.server.ServerText.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that fail, answer twice or not at all, and those that answer from another thread. */
@Timeout(30)
class ServerHandlerFailureTest {
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

    /** Requests that nobody will read any more lie in the server's socket when it ends the connection: closing it at once would be a reset, which destroys what the peer has not got yet (RFC 9112 9.6). */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void aCutAnswerDoesNotDestroyTheOneBeforeItThatIsOnItsWay(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            if (!request.path().is("/cut")) {
                response.send(new byte[400_000]);
                return;
            }
            response.stream().write(new byte[] {'a'}, 0, 1).flush();
            throw new IllegalArgumentException("within");
        })) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(8_192);
            socket.connect(server.server.address());
            try (Raw raw = new Raw(socket)) {
                raw.send(GET + "GET /cut HTTP/1.1\r\nHost: h\r\n\r\n" + GET.repeat(4_000));
                Await.until(() -> server.errors.size() == 1, server::stats);
                assertEquals(400_000, raw.reply().content().length());
                assertFalse(raw.rest().contains("0\r\n\r\n"), "it looks complete");
            }
            Await.quiet(server.server);
        }
    }

    /** Nor may a shutdown, or a time limit, end it as if it were whole. */
    @Test
    void anAnswerWithoutFramingThatAShutdownCutsIsReset() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            response.stream().write(new byte[] {'a'}, 0, 1).flush();
            never.await();
        }); Raw raw = server.connect()) {
            raw.send("GET / HTTP/1.0\r\n\r\n");
            raw.head();
            assertEquals("a", raw.text(1));
            server.server.shutdown(Duration.ZERO);
            assertThrows(SocketException.class, () -> raw.read(new byte[1]));
        } finally {
            never.countDown();
        }
    }

    @Test
    void anAnswerWithoutFramingThatIsNotTakenInTimeIsReset() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try (BodyWriter content = response.stream()) {
                for (int i = 0; i < 32; i++) {
                    content.write(new byte[1 << 20], 0, 1 << 20);
                }
            }
        }, b -> b.writeTimeout(Duration.ofSeconds(1)))) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(8_192);
            socket.connect(server.server.address());
            try (Raw raw = new Raw(socket)) {
                raw.send("GET / HTTP/1.0\r\n\r\n");
                raw.head();
                Await.until(() -> server.stats().timeouts() == 1, server::stats);
                byte[] some = new byte[1 << 16];
                assertThrows(SocketException.class, () -> {
                    while (raw.read(some) >= 0) {
                        // The system may still have given us a part.
                    }
                });
            }
        }
    }

    /** An answer to HTTP/1.0 of unknown length ends with its connection: in good order it would pass for a whole one. */
    @Test
    void aCutAnswerWithoutFramingIsReset() throws IOException {
        CountDownLatch came = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            response.stream().write(new byte[] {'a'}, 0, 1).flush();
            came.await();
            throw new IllegalArgumentException("within");
        }); Raw raw = server.connect()) {
            raw.send("GET / HTTP/1.0\r\n\r\n");
            raw.head();
            assertEquals("a", raw.text(1));
            came.countDown();
            assertThrows(SocketException.class, () -> raw.read(new byte[1]));
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
}
