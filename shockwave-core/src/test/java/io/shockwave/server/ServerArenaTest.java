package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.ArenaLimitException;
import io.shockwave.ArenaSlice;
import io.shockwave.ArenaWriter;
import io.shockwave.Ascii;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.RequestArena;
import io.shockwave.server.TestServer.Mode;
import io.shockwave.tuning.MemoryProfiler;
import io.shockwave.tuning.MemoryReport;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler's memory: what it is good for, its bound, its end. */
@Timeout(60)
class ServerArenaTest {
    private static final String GET = "GET /a?b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n";

    @ParameterizedTest
    @CsvSource({"INLINE, false", "INLINE, true", "VIRTUAL, false", "VIRTUAL, true"})
    void answersFromItsMemoryInOnePieceWhateverItsSize(Mode mode, boolean offHeap) throws Exception {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            RequestArena arena = request.arena();
            int len = (int) request.query().toLong(-1);
            ArenaWriter out = arena.writer(10);
            for (int i = 0; i < len; i++) {
                out.write((byte) ('a' + i % 26));
            }
            arena.bytes(100);
            response.headers().add(HeaderName.CONTENT_TYPE, arena.ascii("text/x-a"));
            response.send(out.slice());
        }, b -> b.offHeapArenas(offHeap)); Raw raw = server.connect()) {
            for (int len : new int[] {0, 1, 100, 4_096, 20_000, 200_000, 3}) {
                raw.send("GET /?" + len + " HTTP/1.1\r\nHost: h\r\n\r\n");
                Raw.Reply reply = raw.reply();
                assertEquals(200, reply.status(), server.errors::toString);
                assertEquals("text/x-a", reply.field("Content-Type"));
                StringBuilder expected = new StringBuilder();
                for (int i = 0; i < len; i++) {
                    expected.append((char) ('a' + i % 26));
                }
                assertEquals(expected.toString(), reply.content());
            }
            raw.send("HEAD /?500 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals("500", raw.reply("HEAD").field("Content-Length"));
            raw.send("GET /?2 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertEquals("ab", raw.reply().content());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsContentUpToExactlyTheLimit(boolean offHeap) throws Exception {
        AtomicReference<HttpException> refused = new AtomicReference<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            try {
                response.send(request.arena().read(request.body(), 5_000));
            } catch (HttpException e) {
                refused.set(e);
                throw e;
            }
        }, b -> b.offHeapArenas(offHeap).bufferBytes(1_024))) {
            for (int len : new int[] {0, 1, 999, 4_999, 5_000, 5_001, 9_000}) {
                String content = "0123456789".repeat(1_000).substring(0, len);
                for (String request : new String[] {"Content-Length: " + len + "\r\n\r\n" + content, "Transfer-Encoding: chunked\r\n\r\n"
                        + (len == 0 ? "" : Integer.toHexString(len) + "\r\n" + content + "\r\n") + "0\r\n\r\n"}) {
                    refused.set(null);
                    try (Raw raw = server.connect()) {
                        raw.trySend("POST / HTTP/1.1\r\nHost: h\r\n" + request);
                        Raw.Reply reply = raw.reply();
                        if (len <= 5_000) {
                            assertEquals(content, reply.content());
                        } else {
                            assertEquals(500, reply.status());
                            assertEquals(HttpException.Kind.TOO_LARGE, refused.get().kind());
                        }
                    }
                }
            }
            Await.quiet(server.server);
            Await.until(() -> Buffers.lentBytes(server.server) == 0, () -> Buffers.lentBytes(server.server));
        }
    }

    @ParameterizedTest
    @CsvSource({"INLINE, false", "VIRTUAL, true"})
    void itsBoundIsToldAndTheNextExchangeHasItsOwn(Mode mode, boolean offHeap) throws Exception {
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            RequestArena arena = request.arena();
            assertEquals(10_000, arena.limitBytes());
            assertEquals(0, arena.heldBytes());
            arena.bytes((int) request.query().toLong(-1));
            response.send("held " + arena.heldBytes());
        }, b -> b.maxArenaBytes(10_000).offHeapArenas(offHeap)); Raw raw = server.connect()) {
            for (int round = 0; round < 3; round++) {
                raw.send("GET /?10000 HTTP/1.1\r\nHost: h\r\n\r\n");
                assertEquals("held 10000", raw.reply().content());
                raw.send("GET /?10001 HTTP/1.1\r\nHost: h\r\n\r\n");
                assertEquals(500, raw.reply().status());
            }
            assertEquals(3, server.errors.size());
            assertTrue(server.errors.peek() instanceof ArenaLimitException limit && limit.getMessage().contains("10000 that maxArenaBytes allows: 10001 more"), server.errors::toString);
            assertEquals(3L, MemoryProfiler.profile(server.server).counts().get("arena limits hit"));
        }
        assertThrows(IllegalArgumentException.class, () -> ShockwaveServer.builder().maxArenaBytes(1_023));
        ShockwaveServer.builder().maxArenaBytes(1_024).maxArenaBytes(1 << 30);
        assertThrows(IllegalArgumentException.class, () -> ShockwaveServer.builder().maxArenaBytes((1 << 30) + 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theProfilerShowsArenasAndIdleConnectionsHaveNone(boolean offHeap) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            ArenaSlice bytes = request.arena().bytes(300_000);
            entered.countDown();
            release.await();
            response.send(bytes.slice(0, 3));
        }, b -> b.offHeapArenas(offHeap)); Raw raw = server.connect()) {
            raw.send(GET);
            entered.await();
            MemoryReport during = MemoryProfiler.profile(server.server);
            assertEquals(524_288L, during.counts().get("arena bytes lent"), during::toString);
            assertTrue(during.bytes("arenas") >= 524_288 && during.bytes("arenas") < 526_000, during::toString);
            assertEquals(offHeap, during.nativeBytes() >= 524_288, during::toString);
            release.countDown();
            raw.reply();
            Await.until(() -> Buffers.lentBytes(server.server) == 0, () -> Buffers.lentBytes(server.server));
            MemoryReport after = MemoryProfiler.profile(server.server);
            assertEquals(0L, after.counts().get("arena bytes lent"));
            assertEquals(0L, after.counts().get("arena bytes free"), "so large a chunk is not kept");
            assertEquals(524_288L, after.counts().get("arena bytes lent at most"));
            assertTrue(after.bytes("arenas") < 1_000, after::toString);
        }
    }

    private record Kept(RequestArena arena, ArenaSlice slice, ArenaWriter writer, Ascii path, Ascii value, Headers fields) {
    }

    private static void isOver(Kept kept) {
        assertThrows(IllegalStateException.class, kept.arena::heldBytes);
        assertThrows(IllegalStateException.class, () -> kept.arena.bytes(1));
        assertThrows(IllegalStateException.class, () -> kept.arena.ascii("a"));
        assertThrows(IllegalStateException.class, () -> kept.slice.byteAt(0));
        assertThrows(IllegalStateException.class, kept.slice::toString);
        assertThrows(IllegalStateException.class, kept.slice::retain);
        assertThrows(IllegalStateException.class, () -> kept.writer.write((byte) 1));
        assertThrows(IllegalStateException.class, kept.path::toString);
        assertThrows(IllegalStateException.class, kept.value::retain);
        assertThrows(IllegalStateException.class, () -> kept.fields.value(0));
    }

    /** On a virtual thread even while the exchange that they belonged to serves another request. */
    @Test
    void whatWasKeptIsToldDuringAnotherExchange() throws Exception {
        AtomicReference<Kept> first = new AtomicReference<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            RequestArena arena = request.arena();
            Kept own = new Kept(arena, arena.ascii("mine"), arena.writer(1), request.path(), request.headers().value(0), request.headers());
            Kept kept = first.get();
            if (kept == null) {
                first.set(own);
            } else {
                isOver(kept);
            }
            assertEquals("mine", own.slice.toString());
            assertEquals("/a", own.path.toString());
            assertEquals("h", own.value.toString());
            response.send(own.slice);
        }); Raw raw = server.connect()) {
            for (int i = 0; i < 5; i++) {
                raw.send(GET);
                Raw.Reply reply = raw.reply();
                assertEquals("mine", reply.content(), server.errors::toString);
                Await.until(() -> Buffers.lentBytes(server.server) == 0, () -> Buffers.lentBytes(server.server));
            }
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"INLINE, false", "VIRTUAL, true"})
    void whatWasRetainedStays(Mode mode, boolean offHeap) throws Exception {
        AtomicReference<Object[]> kept = new AtomicReference<>();
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            ArenaSlice slice = request.arena().ascii("mine");
            kept.compareAndSet(null, new Object[] {request.headers().retain(), request.query().retain(), slice.slice(1, 2).retain()});
            response.send(slice.retain());
        }, b -> b.offHeapArenas(offHeap)); Raw raw = server.connect()) {
            for (int i = 0; i < 3; i++) {
                raw.send(GET);
                assertEquals("mine", raw.reply().content());
            }
            Headers fields = (Headers) kept.get()[0];
            assertEquals(2, fields.size());
            assertEquals("X-A", fields.name(1).toString());
            assertEquals("1", fields.value(1).toString());
            assertEquals("h", fields.first(HeaderName.HOST).orElse(""));
            assertFalse(fields.contains(HeaderName.COOKIE));
            assertEquals("b", kept.get()[1].toString());
            assertEquals("in", kept.get()[2].toString());
        }
    }
}
