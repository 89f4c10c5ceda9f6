package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each limit and each time, on both of its sides, as a client sees it. */
@Timeout(30)
class ServerLimitsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(150);

    private static void gives(UnaryOperator<ShockwaveServer.Builder> limits, String request, int status) throws IOException {
        for (Mode mode : Mode.values()) {
            try (TestServer server = TestServer.start(mode, mode == Mode.VIRTUAL ? ServerLimitsTest::reads : ServerLimitsTest::listens, limits); Raw raw = server.connect()) {
                raw.trySend(request);
                Raw.Reply reply = raw.reply();
                assertEquals(status, reply.status(), mode + " " + reply);
                if (status == 200) {
                    raw.send(GET);
                    assertEquals(200, raw.reply().status());
                } else {
                    assertEquals("close", reply.field("Connection"));
                    assertEquals("", raw.rest());
                    assertEquals(1, server.stats().rejected());
                }
            }
        }
    }

    private static void reads(ServerRequest request, ServerResponse response) throws IOException {
        response.send("" + request.body().readAll(1 << 24).length);
    }

    private static void listens(ServerRequest request, ServerResponse response) throws IOException {
        request.body().onData(new ServerStreamingTest.Collecting(all -> response.send("" + all.length())));
    }

    private static String line(int length) {
        String rest = "GET  HTTP/1.1";
        return "GET /" + "a".repeat(length - rest.length() - 1) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    // ---- sizes

    @Test
    void requestLineAtTheLimitAndBeyond() throws IOException {
        gives(b -> b.maxRequestLineBytes(200), line(200), 200);
        gives(b -> b.maxRequestLineBytes(200), line(201), 414);
        gives(b -> b, line(8_192), 200);
        gives(b -> b, line(8_193), 414);
    }

    /** Counted as names, values and 4 bytes a field. */
    @Test
    void headerBytesAtTheLimitAndBeyond() throws IOException {
        String host = "Host: h\r\n"; // 9 as counted
        String field = "A: ";
        gives(b -> b.maxHeaderBytes(300), "GET / HTTP/1.1\r\n" + host + field + "b".repeat(300 - 9 - 5) + "\r\n\r\n", 200);
        gives(b -> b.maxHeaderBytes(300), "GET / HTTP/1.1\r\n" + host + field + "b".repeat(300 - 9 - 4) + "\r\n\r\n", 431);
        gives(b -> b, "GET / HTTP/1.1\r\n" + host + field + "b".repeat(32_768 - 9 - 5) + "\r\n\r\n", 200);
        gives(b -> b, "GET / HTTP/1.1\r\n" + host + field + "b".repeat(32_768 - 9 - 4) + "\r\n\r\n", 431);
    }

    @Test
    void headerCountAtTheLimitAndBeyond() throws IOException {
        gives(b -> b.maxHeaderCount(20), "GET / HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(19) + "\r\n", 200);
        gives(b -> b.maxHeaderCount(20), "GET / HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(20) + "\r\n", 431);
        gives(b -> b, "GET / HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(127) + "\r\n", 200);
        gives(b -> b, "GET / HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(128) + "\r\n", 431);
    }

    @Test
    void trailersAreLimitedAsHeadersAre() throws IOException {
        String head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n";
        gives(b -> b.maxHeaderCount(20), head + "A: b\r\n".repeat(20) + "\r\n", 200);
        gives(b -> b.maxHeaderCount(20), head + "A: b\r\n".repeat(21) + "\r\n", 431);
        gives(b -> b.maxHeaderBytes(300), head + "A: " + "b".repeat(295) + "\r\n\r\n", 200);
        gives(b -> b.maxHeaderBytes(300), head + "A: " + "b".repeat(296) + "\r\n\r\n", 431);
    }

    @Test
    void announcedContentAtTheLimitAndBeyond() throws IOException {
        gives(b -> b.maxBodyBytes(1_000), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1_000), 200);
        gives(b -> b.maxBodyBytes(1_000), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + "x".repeat(1_001), 413);
        gives(b -> b.maxBodyBytes(0), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx", 413);
    }

    @Test
    void chunkedContentAtTheLimitAndBeyond() throws IOException {
        String head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n" + "x".repeat(500) + "\r\n";
        gives(b -> b.maxBodyBytes(1_000), head + "1f4\r\n" + "x".repeat(500) + "\r\n0\r\n\r\n", 200);
        gives(b -> b.maxBodyBytes(1_000), head + "1f5\r\n" + "x".repeat(501) + "\r\n0\r\n\r\n", 413);
    }

    // ---- numbers

    @Test
    void connectionsBeyondTheLimitWaitUntilOneCloses() throws IOException {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.maxConnections(2))) {
            Raw first = server.connect();
            Raw second = server.connect();
            first.send(GET);
            second.send(GET);
            assertEquals(200, first.reply().status());
            assertEquals(200, second.reply().status());
            try (Raw third = server.connect()) {
                third.send(GET);
                third.socket.setSoTimeout(150);
                assertThrows(SocketTimeoutException.class, third::reply);
                assertEquals(2, server.stats().connectionsOpen());
                first.close();
                third.socket.setSoTimeout(10_000);
                assertEquals(200, third.reply().status());
            }
            for (int i = 0; i < 50; i++) {
                try (Raw more = server.connect()) {
                    more.send(GET);
                    assertEquals(200, more.reply().status());
                }
            }
            second.close();
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
            assertEquals(53, server.stats().connectionsAccepted());
        }
    }

    @Test
    void theLastRequestOfAConnectionClosesIt() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, TestServer::path, b -> b.maxRequestsPerConnection(3)); Raw raw = server.connect()) {
            raw.send(GET.repeat(5));
            assertEquals(null, raw.reply().field("Connection"));
            assertEquals(null, raw.reply().field("Connection"));
            assertEquals("close", raw.reply().field("Connection"));
            assertEquals("", raw.rest());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void pipelinesOfAnyDepthAreAnsweredInOrder(Mode mode) throws IOException {
        for (int depth : new int[] {1, 3, 64}) {
            try (TestServer server = TestServer.start(mode, TestServer::path, b -> b.maxPipelined(depth)); Raw raw = server.connect()) {
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < 500; i++) {
                    all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
                }
                raw.send(all.toString());
                for (int i = 0; i < 500; i++) {
                    assertEquals("/" + i, raw.reply().content());
                }
            }
        }
    }

    /** One handler of a connection at a time, however many requests wait behind it. */
    @Test
    void onePipelinedRequestIsWithAHandlerAtATime() throws Exception {
        Semaphore running = new Semaphore(1);
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            boolean alone = running.tryAcquire();
            go.await();
            running.release();
            response.send("" + alone);
        }); Raw raw = server.connect()) {
            raw.send(GET.repeat(20));
            Await.until(() -> server.stats().requests() == 1, server::stats);
            go.countDown();
            for (int i = 0; i < 20; i++) {
                assertEquals("true", raw.reply().content());
            }
        }
    }

    /** A client that sends requests and reads no answers fills its own buffers, not ours. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void requestsOfAClientThatReadsNothingAreNotHoarded(Mode mode) throws Exception {
        byte[] content = new byte[8_000];
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(content)); Raw raw = server.connect()) {
            Thread flood = Thread.ofVirtual().start(() -> {
                String many = GET.repeat(1_000);
                for (int i = 0; i < 2_000 && raw.trySend(many); i++) {
                    Thread.onSpinWait();
                }
            });
            awaitStandstill(server);
            long received = server.stats().bytesReceived();
            assertTrue(server.stats().bufferBytes() < 400_000, () -> server.stats().toString());
            assertTrue(received < 20_000_000, () -> server.stats().toString());
            raw.reset();
            flood.join();
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
            Await.quiet(server.server);
        }
    }

    /** Until the server neither reads nor writes for a while. */
    static void awaitStandstill(TestServer server) throws InterruptedException {
        long before = -1;
        int still = 0;
        for (int i = 0; i < 1_000 && still < 5; i++) {
            Thread.sleep(20);
            ServerStats stats = server.stats();
            long now = stats.bytesReceived() + stats.bytesSent();
            still = now == before && now > 0 ? still + 1 : 0;
            before = now;
        }
    }

    // ---- times

    @Test
    void aClientThatConnectsAndSaysNothingIsClosed() throws IOException {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.headTimeout(SHORT)); Raw raw = server.connect()) {
            assertEquals("", raw.rest());
        }
    }

    @Test
    void slowlorisIs408() throws Exception {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.headTimeout(Duration.ofMillis(300))); Raw raw = server.connect()) {
            raw.send("GET / HTTP/1.1\r\nHost: h\r\n");
            Thread drip = Thread.ofVirtual().start(() -> {
                while (raw.trySend("A: b\r\n")) {
                    try {
                        Thread.sleep(20);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
            long start = System.nanoTime();
            Raw.Reply reply = raw.reply();
            assertEquals(408, reply.status());
            assertEquals("close", reply.field("Connection"));
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
            drip.interrupt();
            drip.join();
            assertEquals(1, server.stats().timeouts());
        }
    }

    @Test
    void aSlowRequestLineIs408() throws IOException {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.headTimeout(SHORT)); Raw raw = server.connect()) {
            raw.send("GET /half");
            assertEquals(408, raw.reply().status());
            assertTrue(raw.isClosedByServer());
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.idleTimeout(SHORT)); Raw raw = server.connect()) {
            raw.send(GET);
            assertEquals(200, raw.reply().status());
            assertEquals("", raw.rest());
            assertEquals(0, server.stats().responses4xx());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void slowContentIs408(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, mode == Mode.VIRTUAL ? ServerLimitsTest::reads : ServerLimitsTest::listens, b -> b.minBodyRate(1_000, SHORT)); Raw raw = server.connect()) {
            raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc");
            Raw.Reply reply = raw.reply();
            assertEquals(408, reply.status());
            assertEquals("close", reply.field("Connection"));
            assertTrue(raw.isClosedByServer());
            assertEquals(1, server.stats().timeouts());
            Await.quiet(server.server);
        }
    }

    @Test
    void slowContentIsNoTimeoutWhileTheHandlerIsSlower() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            go.await();
            reads(request, response);
        }, b -> b.minBodyRate(1_000, Duration.ofMillis(30)).bufferBytes(1_024)); Raw raw = server.connect()) {
            raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n" + "x".repeat(5_000));
            Thread.sleep(150); // several windows
            go.countDown();
            assertEquals("5000", raw.reply().content());
            assertEquals(0, server.stats().timeouts());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aClientThatTakesNothingIsCut(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> response.send(new byte[8 << 20]), b -> b.writeTimeout(SHORT)); Raw raw = server.connect()) {
            raw.send(GET);
            Await.until(() -> server.stats().timeouts() == 1, server::stats);
            assertEquals(0, server.stats().exchangesActive());
            assertTrue(raw.rest().length() < 8 << 20);
        }
    }

    // ---- the builder says what it does not take

    @Test
    void theBuilderRefusesWhatMakesNoSense() {
        ShockwaveServer.Builder builder = ShockwaveServer.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.listen(-1));
        assertThrows(IllegalArgumentException.class, () -> builder.maxHeaderBytes(255));
        assertThrows(IllegalArgumentException.class, () -> builder.maxConnections(0));
        assertThrows(IllegalArgumentException.class, () -> builder.idleTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.serverName("a\r\nb"));
        assertThrows(IllegalArgumentException.class, () -> builder.maxBodyBytes(-1));
        assertThrows(IllegalStateException.class, builder::start);
        builder.handler(TestServer::path);
        assertThrows(IllegalStateException.class, () -> builder.inlineHandler(TestServer::path));
        assertThrows(IllegalStateException.class, builder::start);
    }
}
