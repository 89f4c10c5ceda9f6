package io.shockwave.server;

import static io.shockwave.server.ServerText.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Content in buffers of the handler's, most of all outside the heap, from where it goes to the socket without a copy. */
@Timeout(60)
class ServerBufferContentTest {
    /** Around the lengths from which content outside the heap (8 KiB) and in arrays (32 KiB) is left where it is, what is written at once (1 MiB, 4 MiB before others have their turn), and a handler's buffer (16 KiB). */
    private static final int[] LENGTHS = {
        0, 1, (1 << 13) - 1, 1 << 13, (1 << 13) + 1, 3, 1 << 14, (1 << 14) + 1, 1 << 15, (1 << 15) + 1, (1 << 20) - 1, (1 << 20) + 1, 7, (4 << 20) - 1, (4 << 20) + 1, 2};
    private static final String WHOLE = pattern(5 << 20);
    private static final int FROM = 1_001;

    private enum Kind { DIRECT, DIRECT_READ_ONLY, DIRECT_SLICE, HEAP, HEAP_READ_ONLY }

    /** The first bytes of the whole, from a position that is not 0 to a limit that is not the capacity, in what is all. */
    private static ByteBuffer buffer(Kind kind, int length) {
        int capacity = FROM + length + 99;
        ByteBuffer all = kind == Kind.HEAP || kind == Kind.HEAP_READ_ONLY ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
        for (int i = 0; i < capacity; i++) {
            all.put(i, (byte) '#');
        }
        all.put(FROM, WHOLE.substring(0, length).getBytes(StandardCharsets.ISO_8859_1)).limit(FROM + length).position(FROM);
        return switch (kind) {
            case DIRECT_READ_ONLY, HEAP_READ_ONLY -> all.asReadOnlyBuffer();
            case DIRECT_SLICE -> all.slice();
            case DIRECT, HEAP -> all;
        };
    }

    private static String get(String path) {
        return "GET /" + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static String name(ServerRequest request) {
        return request.path().toString().substring(1);
    }

    private static Raw narrow(TestServer server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16_384);
        socket.connect(server.server.address());
        return new Raw(socket);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void pipelinedAnswersOfAllKindsAndLengthsArriveWholeAndInOrder(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            String[] asked = name(request).split("/");
            ByteBuffer content = buffer(Kind.valueOf(asked[0]), Integer.parseInt(asked[1]));
            int position = content.position();
            int limit = content.limit();
            response.send(content);
            assertEquals(position, content.position());
            assertEquals(limit, content.limit());
            if (mode == Mode.VIRTUAL && !content.isReadOnly()) {
                for (int i = 0; i < content.capacity(); i++) {
                    content.put(i < content.limit() ? i : content.limit() - 1, (byte) '!'); // ours again on return
                }
            }
        }, builder -> builder.maxPipelined(20)); Raw raw = narrow(server)) {
            for (Kind kind : Kind.values()) {
                StringBuilder requests = new StringBuilder();
                for (int length : LENGTHS) {
                    requests.append(get(kind + "/" + length)).append(get(kind + "/" + length).replace("GET", "HEAD"));
                }
                raw.send(requests.toString());
                for (int length : LENGTHS) {
                    assertTrue(WHOLE.substring(0, length).equals(raw.reply().content()), () -> kind + " of " + length);
                    assertEquals(Integer.toString(length), raw.reply("HEAD").field("Content-Length"));
                }
            }
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aStreamTakesAllKindsAndMovesThem(Kind kind) throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try (BodyWriter out = response.stream()) {
                for (int length : new int[] {1, 0, 5, 16_383, 16_384, 100_000}) {
                    ByteBuffer content = buffer(kind, length);
                    out.write(content);
                    assertFalse(content.hasRemaining());
                }
            }
        }); Raw raw = narrow(server)) {
            String content = raw.send(get("")).reply().content();
            int at = 0;
            for (int length : new int[] {1, 5, 16_383, 16_384, 100_000}) {
                assertTrue(content.startsWith(WHOLE.substring(0, length), at));
                at += length;
            }
            assertEquals(at, content.length());
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void oneBufferAnswersManyConnectionsOfSeveralReactorsAtOnce(Mode mode) throws Exception {
        ByteBuffer shared = buffer(Kind.DIRECT, 3 << 20);
        String expected = WHOLE.substring(0, 3 << 20);
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(shared), builder -> builder.reactors(3))) {
            List<CompletableFuture<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                readers.add(CompletableFuture.runAsync(() -> {
                    try (Raw raw = narrow(server)) {
                        raw.send(get("a") + get("b"));
                        assertTrue(expected.equals(raw.reply().content()));
                        assertTrue(expected.equals(raw.reply().content()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
            }
            for (CompletableFuture<Void> reader : readers) {
                reader.get(50, TimeUnit.SECONDS);
            }
            assertEquals(FROM, shared.position());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whatHasNoContentCountsItAndSendsNone(Mode mode) throws IOException {
        ByteBuffer content = buffer(Kind.DIRECT, 50_000);
        try (TestServer server = TestServer.start(mode, (request, response) -> response.status(Integer.parseInt(name(request))).send(content)); Raw raw = server.connect()) {
            raw.send(get("204") + get("304") + get("200").replace("GET", "HEAD") + get("200"));
            Raw.Reply none = raw.reply();
            assertEquals(204, none.status());
            assertEquals(null, none.field("Content-Length")); // RFC 9110 8.6
            assertEquals("50000", raw.reply().field("Content-Length"));
            assertEquals("50000", raw.reply("HEAD").field("Content-Length"));
            assertTrue(WHOLE.startsWith(raw.reply().content()));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anotherContentLengthIsRefusedAndAnotherAnswerMayFollow(Mode mode) throws IOException {
        ByteBuffer content = buffer(Kind.DIRECT, 50_000);
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            response.headers().set("Content-Length", "49999");
            assertThrows(IllegalStateException.class, () -> response.send(content));
            response.headers().remove(HeaderName.CONTENT_LENGTH);
            response.send("refused");
        }); Raw raw = server.connect()) {
            assertEquals("refused", raw.send(get("")).reply().content());
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }

    /** RFC 9110 9.3.6: a 2xx answer to CONNECT has no content. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void anAnswerThatWasRefusedLeavesNothingForTheNext(Mode mode) throws IOException {
        ByteBuffer content = buffer(Kind.DIRECT, 50_000);
        byte[] instead = "x".repeat(40_000).getBytes(StandardCharsets.US_ASCII);
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            assertThrows(IllegalStateException.class, () -> response.send(content));
            response.status(403).send(instead);
        }); Raw raw = server.connect()) {
            assertEquals("x".repeat(40_000), raw.send("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n").reply().content());
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }

    @Test
    void aHandlerWhosePeerIsGoneIsToldAndHasItsBufferBack() throws Exception {
        ByteBuffer content = ByteBuffer.allocateDirect(40 << 20);
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try {
                response.send(content);
                told.complete(new AssertionError("it was sent"));
            } catch (HttpException e) {
                told.complete(e);
            }
        }); Raw raw = narrow(server)) {
            raw.send(get("1"));
            raw.head();
            raw.reset();
            Throwable why = told.get(30, TimeUnit.SECONDS);
            assertTrue(why instanceof HttpException lost && lost.kind() == HttpException.Kind.RESET, () -> "" + why);
            Await.quiet(server.server);
        }
    }

    @Test
    void aPeerThatTakesNothingMoreLosesItsConnection() throws Exception {
        ByteBuffer content = ByteBuffer.allocateDirect(40 << 20);
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try {
                response.send(content);
                told.complete(new AssertionError("it was sent"));
            } catch (HttpException e) {
                told.complete(e);
            }
        }, builder -> builder.writeTimeout(Duration.ofMillis(300))); Raw raw = narrow(server)) {
            raw.send(get("1"));
            Throwable why = told.get(30, TimeUnit.SECONDS);
            assertTrue(why instanceof HttpException, () -> "" + why);
            assertEquals(1, server.stats().timeouts());
        }
    }

    /** What the handler does with the buffer after it was interrupted must not be seen by the peer, whose answer is cut by then. */
    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"DIRECT", "HEAP"})
    void anInterruptedHandlerHasItsBufferBackAndTheAnswerIsCut(Kind kind) throws Exception {
        ByteBuffer content = kind == Kind.DIRECT ? ByteBuffer.allocateDirect(40 << 20) : ByteBuffer.allocate(40 << 20);
        CompletableFuture<Thread> handler = new CompletableFuture<>();
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            handler.complete(Thread.currentThread());
            try {
                response.send(content);
                told.complete(new AssertionError("it was sent"));
            } catch (IOException e) {
                for (int i = 0; i < content.capacity(); i++) {
                    content.put(i, (byte) '!');
                }
                told.complete(e);
            }
        }); Raw raw = narrow(server)) {
            raw.send(get("1"));
            raw.head();
            handler.get(30, TimeUnit.SECONDS).interrupt();
            assertTrue(told.get(30, TimeUnit.SECONDS) instanceof InterruptedIOException);
            String rest = raw.rest();
            assertTrue(rest.length() < 40 << 20);
            assertFalse(rest.contains("!"));
            Await.quiet(server.server);
        }
    }

    /** The same while the answer before it, on the same connection, is not taken by its peer. */
    @Test
    void anInterruptedHandlerWhoseTurnHasNotComeDoesNotWaitForIt(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("large.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(40 << 20);
        }
        ByteBuffer content = ByteBuffer.allocateDirect(1 << 20);
        CompletableFuture<Thread> second = new CompletableFuture<>();
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            if (name(request).equals("file")) {
                response.send(file);
                return;
            }
            second.complete(Thread.currentThread());
            try {
                response.send(content);
                told.complete(new AssertionError("it was sent"));
            } catch (IOException e) {
                told.complete(e);
                throw e;
            }
        }); Raw raw = narrow(server)) {
            raw.send(get("file") + get("b") + get("b"));
            raw.head();
            second.get(30, TimeUnit.SECONDS).interrupt();
            assertTrue(told.get(30, TimeUnit.SECONDS) instanceof InterruptedIOException);
            assertEquals(40 << 20, raw.text(40 << 20).length());
            assertEquals("", raw.rest());
            Await.quiet(server.server);
        }
    }

    /** Memory that is freed while it is sent ends its connection, and touches no other. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void memoryThatIsFreedTooEarlyCostsItsConnectionAlone(Mode mode) throws Exception {
        ByteBuffer lasting = buffer(Kind.DIRECT, 100_000);
        Arena arena = Arena.ofShared();
        ByteBuffer content = arena.allocate(40 << 20).asByteBuffer();
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(name(request).equals("freed") ? content : lasting));
                Raw raw = narrow(server); Raw other = server.connect()) {
            raw.send(get("freed"));
            raw.head();
            for (boolean freed = false; !freed;) {
                try {
                    arena.close();
                    freed = true;
                } catch (IllegalStateException e) {
                    Thread.onSpinWait(); // a write has just begun
                }
            }
            assertTrue(raw.rest().length() < 40 << 20);
            assertEquals(100_000, other.send(get("")).reply().content().length());
            Await.quiet(server.server);
        }
    }

    @Test
    void memoryThatIsTheHandlersThreadsAloneIsCopied() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try (Arena arena = Arena.ofConfined()) {
                byte[] bytes = WHOLE.substring(0, 2 << 20).getBytes(StandardCharsets.US_ASCII);
                response.send(arena.allocate(2 << 20).asByteBuffer().put(bytes).flip());
            }
        }); Raw raw = narrow(server)) {
            assertTrue(WHOLE.substring(0, 2 << 20).equals(raw.send(get("")).reply().content()));
        }
    }

    @Test
    void anAnswerThatIsGivenLaterFromAnotherThreadArrivesWhole() throws Exception {
        ByteBuffer content = buffer(Kind.DIRECT, 3 << 20);
        CountDownLatch sent = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.INLINE, (request, response) -> Thread.ofVirtual().start(() -> {
            try {
                response.send(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                sent.countDown();
            }
        })); Raw raw = narrow(server)) {
            assertTrue(WHOLE.substring(0, 3 << 20).equals(raw.send(get("")).reply().content()));
            assertTrue(sent.await(30, TimeUnit.SECONDS));
        }
    }
}
