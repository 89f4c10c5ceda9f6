package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyReader;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that read or write slowly, leave, or reset: what they cost is bounded, and nothing of them stays. */
@Timeout(60)
class ServerHostileClientTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final long GIBIBYTE = 1L << 30;
    /** Ring, kept, unsent and what the slab has free: all that one connection with the default buffers may hold. */
    private static final long MAX_BUFFER_BYTES = 400_000;

    private static long nothingLeft(TestServer server) {
        Await.until(() -> server.stats().exchangesActive() == 0 && server.stats().connectionsOpen() == 0, server::stats);
        return server.stats().bufferBytes();
    }

    /** Bytes that the slabs have lent: what the server's exchanges hold. */
    private static void allBuffersBack(TestServer server) {
        Await.until(() -> Buffers.lentBytes(server.server) == 0, () -> Buffers.lentBytes(server.server) + " bytes lent; " + server.stats());
    }

    // ---- slow clients

    /** Writes until told to stop; how much it got rid of is what the buffers and the network hold. */
    @Test
    void aSlowReaderOfAGibibyteHoldsNoMoreThanTheBuffers() throws Exception {
        AtomicLong written = new AtomicLong();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            response.headers().set(HeaderName.CONTENT_LENGTH, GIBIBYTE + "");
            byte[] piece = new byte[10_000];
            try (BodyWriter out = response.stream()) {
                for (long left = GIBIBYTE; left > 0; left -= piece.length) {
                    out.write(piece, 0, (int) Math.min(left, piece.length));
                    written.addAndGet(piece.length);
                }
            }
        }); Raw raw = server.connect()) {
            raw.socket.setReceiveBufferSize(8_192);
            raw.send(GET);
            raw.head();
            byte[] one = new byte[1];
            for (int i = 0; i < 20; i++) {
                raw.read(one);
                Thread.sleep(5);
                assertTrue(server.stats().bufferBytes() < MAX_BUFFER_BYTES, () -> server.stats().toString());
            }
            ServerLimitsTest.awaitStandstill(server);
            long before = written.get();
            assertTrue(before < 40_000_000, "written to a client that reads nothing: " + before);
            raw.reset();
            nothingLeft(server);
            allBuffersBack(server);
            Await.until(() -> server.errors.isEmpty(), server.errors::toString);
        }
    }

    @Test
    void aSlowHandlerOfAGibibyteHoldsNoMoreThanTheBuffers() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicReference<HttpException> thrown = new AtomicReference<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            byte[] few = new byte[10];
            for (int i = 0; i < 100; i++) {
                request.body().read(few, 0, few.length);
            }
            go.await();
            try {
                request.body().readAll(Integer.MAX_VALUE - 8); // announced is a gibibyte, which must not be allocated for that
            } catch (HttpException e) {
                thrown.set(e);
                throw e;
            }
        }, b -> b.maxBodyBytes(GIBIBYTE)); Raw raw = server.connect()) {
            AtomicLong sent = new AtomicLong();
            raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + GIBIBYTE + "\r\n\r\n");
            Thread sender = Thread.ofVirtual().start(() -> {
                String piece = "x".repeat(10_000);
                while (raw.trySend(piece)) {
                    sent.addAndGet(piece.length());
                }
            });
            ServerLimitsTest.awaitStandstill(server);
            assertTrue(server.stats().bytesReceived() < MAX_BUFFER_BYTES, () -> server.stats().toString());
            assertTrue(server.stats().bufferBytes() < MAX_BUFFER_BYTES, () -> server.stats().toString());
            raw.reset();
            sender.join();
            go.countDown();
            nothingLeft(server);
            allBuffersBack(server);
            Await.until(() -> thrown.get() != null, server::stats);
            assertEquals(HttpException.Kind.RESET, thrown.get().kind());
            assertEquals(0, server.stats().handlerErrors());
        }
    }

    @Tag("slow")
    @Test
    @Timeout(300)
    void aWholeGibibyteGoesEachWay() throws Exception {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            BodyReader body = request.body();
            response.headers().set(HeaderName.CONTENT_LENGTH, body.length() + "");
            byte[] buf = new byte[32_768];
            try (BodyWriter out = response.stream()) {
                for (int n = body.read(buf, 0, buf.length); n >= 0; n = body.read(buf, 0, buf.length)) {
                    out.write(buf, 0, n);
                }
            }
        }); Raw raw = server.connect()) {
            raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + GIBIBYTE + "\r\n\r\n");
            Thread sender = Thread.ofVirtual().start(() -> {
                String piece = "x".repeat(1 << 16);
                for (long left = GIBIBYTE; left > 0 && raw.trySend(piece); left -= piece.length()) {
                    assertTrue(server.stats().bufferBytes() < MAX_BUFFER_BYTES);
                }
            });
            raw.head();
            byte[] buf = new byte[1 << 16];
            long count = 0;
            while (count < GIBIBYTE) {
                count += raw.read(buf);
            }
            sender.join();
            assertEquals(GIBIBYTE, count);
        }
    }

    // ---- clients that leave

    @Test
    void aHandlerThatWritesToAClientThatIsGoneIsTold() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        AtomicReference<HttpException> thrown = new AtomicReference<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            BodyWriter out = response.stream();
            byte[] piece = new byte[1_000];
            try {
                for (;;) {
                    out.write(piece, 0, piece.length).flush();
                    begun.countDown();
                }
            } catch (HttpException e) {
                thrown.set(e);
                told.countDown();
                throw e;
            }
        })) {
            Raw raw = server.connect();
            raw.send(GET);
            begun.await();
            raw.reset();
            assertTrue(told.await(10, TimeUnit.SECONDS));
            assertEquals(HttpException.Kind.RESET, thrown.get().kind());
            nothingLeft(server);
            allBuffersBack(server);
            assertEquals(1, server.stats().peerResets());
            assertEquals(0, server.stats().handlerErrors());
        }
    }

    @Test
    void aHandlerThatWaitsForContentOfAClientThatIsGoneIsTold() throws Exception {
        for (boolean reset : new boolean[] {true, false}) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
                request.body().read(new byte[1], 0, 1);
                begun.countDown();
                try {
                    request.body().read(new byte[1], 0, 1);
                } catch (IOException e) {
                    thrown.set(e);
                    throw e;
                }
            })) {
                Raw raw = server.connect();
                raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\na");
                begun.await();
                if (reset) {
                    raw.reset();
                } else {
                    raw.close();
                }
                Await.until(() -> thrown.get() != null, server::stats);
                assertEquals(HttpException.Kind.RESET, ((HttpException) thrown.get()).kind());
                nothingLeft(server);
                allBuffersBack(server);
                assertEquals(0, server.stats().handlerErrors());
            }
        }
    }

    /** Connect, then every way of leaving at every point: afterwards nothing is held. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void leavingAnywhereLeavesNothing(Mode mode) throws Exception {
        String post = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 50000\r\n\r\n" + "x".repeat(20_000);
        String chunked = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n";
        String[] points = {"", "G", "GET / HT", "GET / HTTP/1.1\r\nHost: h\r\nA: " + "b".repeat(5_000), GET, GET + "GET", GET.repeat(50), post, chunked, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", "BAD\r\n\r\n"};
        Handler handler = mode == Mode.VIRTUAL ? (request, response) -> {
            int n = request.body().readAll(1 << 20).length;
            response.send("x".repeat(40_000) + n);
        } : (request, response) -> request.body().onData(new ServerStreamingTest.Collecting(all -> response.send("x".repeat(40_000) + all.length())));
        try (TestServer server = TestServer.start(mode, handler)) {
            for (int round = 0; round < 4; round++) {
                for (String point : points) {
                    for (int way = 0; way < 4; way++) {
                        Raw raw = server.connect();
                        raw.trySend(point);
                        switch (way) {
                            case 0 -> raw.reset();
                            case 1 -> raw.close();
                            case 2 -> {
                                raw.endSending();
                                raw.reset();
                            }
                            default -> {
                                raw.endSending();
                                raw.rest();
                                raw.close();
                            }
                        }
                    }
                }
            }
            nothingLeft(server);
            allBuffersBack(server);
            try (Raw raw = server.connect()) {
                raw.send(GET);
                assertEquals(200, raw.reply().status());
            }
            assertEquals(0, server.stats().handlerErrors(), server.errors::toString);
        }
    }

    /** Netty CVE-2026-42577: a reset after a half-close span the event loop. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void aResetAfterAHalfCloseDoesNotSpin(Mode mode) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            if (mode == Mode.VIRTUAL) {
                go.await();
                response.send("late");
            } else {
                Thread.ofVirtual().start(() -> {
                    try {
                        go.await();
                        response.send("late");
                    } catch (IOException | InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        })) {
            String[] inputs = {GET, GET + "GET / HT", GET + GET, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc", "", "GET / HT"};
            for (String input : inputs) {
                for (boolean reset : new boolean[] {true, false}) {
                    Raw raw = server.connect();
                    raw.send(input);
                    raw.endSending();
                    if (reset) {
                        Thread.sleep(10);
                        raw.reset();
                    }
                }
            }
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long id = reactorThread();
            Thread.sleep(100);
            long before = threads.getThreadCpuTime(id);
            Thread.sleep(300);
            long usedMs = (threads.getThreadCpuTime(id) - before) / 1_000_000;
            assertTrue(usedMs < 60, "the reactor used " + usedMs + " ms of 300 while nothing happened");
            go.countDown();
            Await.quiet(server.server);
        }
    }

    private static long reactorThread() {
        long newest = -1;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("shockwave-") && thread.getName().contains("-reactor-") && thread.isAlive()) {
                newest = Math.max(newest, thread.threadId());
            }
        }
        return newest;
    }

    @Test
    void anInlineAnswerToAClientThatIsGoneHarmsNobody() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.INLINE, (request, response) -> {
            if (request.path().is("/now")) {
                response.send("now");
                return;
            }
            Thread.ofVirtual().start(() -> {
                try {
                    begun.countDown();
                    go.await();
                    BodyWriter out = response.stream();
                    out.write("poison".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), 0, 6);
                    out.close();
                } catch (IOException | InterruptedException | IllegalStateException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    done.countDown();
                }
            });
        })) {
            Raw gone = server.connect();
            gone.send(GET);
            begun.await();
            gone.reset();
            // A half-closed or reset peer is noticed by reading: the connection must be gone before the answer comes.
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
            try (Raw raw = server.connect()) {
                raw.send("GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
                assertEquals("now", raw.reply().content());
                go.countDown();
                done.await();
                for (int i = 0; i < 20; i++) {
                    raw.send("GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertEquals("now", raw.reply().content());
                }
            }
            Await.quiet(server.server);
        }
    }

    /** Undertow, reactor-netty and others lost descriptors or connections here. */
    @Test
    void manyConnectionsComeAndGo() throws Exception {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path)) {
            for (int i = 0; i < 1_000; i++) {
                Raw raw = server.connect();
                if (i % 3 == 0) {
                    raw.send(GET);
                }
                if (i % 2 == 0) {
                    raw.reset();
                } else {
                    raw.close();
                }
            }
            nothingLeft(server);
            allBuffersBack(server);
            assertNotNull(server.stats());
        }
    }
}
