package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Requests that came together on one connection, with a handler on virtual threads: one thread answers them in order, and nothing waits that is ready. */
class ServerPipeliningTest {
    private final Queue<String> handled = new ConcurrentLinkedQueue<>();

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private TestServer start(Handler handler) throws Exception {
        return start(handler, UnaryOperator.identity());
    }

    private TestServer start(Handler handler, UnaryOperator<ShockwaveServer.Builder> more) throws Exception {
        return TestServer.start(TestServer.Mode.VIRTUAL, (request, response) -> {
            handled.add(request.path().toString());
            handler.handle(request, response);
        }, more);
    }

    private void assertPaths(Raw client, String... paths) throws Exception {
        for (String path : paths) {
            assertEquals(path, client.reply().content());
        }
        assertEquals(List.of(paths), List.copyOf(handled).subList(0, paths.length));
    }

    @Test
    void oneThreadAnswersRequestsThatCameTogetherAndInOrder() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (TestServer server = start((request, response) -> {
            threads.add(Thread.currentThread());
            TestServer.path(request, response);
        }); Raw client = server.connect()) {
            client.send(get("/1") + get("/2") + get("/3") + get("/4"));
            assertPaths(client, "/1", "/2", "/3", "/4");
            assertEquals(1, threads.size());
            client.send(get("/5"));
            assertEquals("/5", client.reply().content());
            assertEquals(2, threads.size());
            assertEquals(5, server.stats().requests());
        }
    }

    @Test
    void moreRequestsThanAreReadAheadAreAllAnswered() throws Exception {
        try (TestServer server = start(TestServer::path); Raw client = server.connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                all.append(get("/" + i));
            }
            client.send(all.toString());
            for (int i = 0; i < 300; i++) {
                assertEquals("/" + i, client.reply().content());
            }
        }
    }

    @Test
    void requestsCutAnywhereAreAnswered() throws Exception {
        try (TestServer server = start(TestServer::path); Raw client = server.connect()) {
            String three = get("/1") + get("/2") + get("/3");
            for (int cut = 1; cut < three.length(); cut++) {
                handled.clear();
                client.send(three.substring(0, cut)).send(three.substring(cut));
                assertPaths(client, "/1", "/2", "/3");
            }
        }
    }

    @Test
    void anAnswerIsNotHeldBackByAHandlerBehindIt() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = start((request, response) -> {
            if (request.path().is("/2")) {
                assertTrue(go.await(30, TimeUnit.SECONDS));
            }
            TestServer.path(request, response);
        }); Raw client = server.connect()) {
            client.send(get("/1") + get("/2") + get("/3"));
            assertEquals("/1", client.reply().content());
            go.countDown();
            assertEquals("/2", client.reply().content());
            assertEquals("/3", client.reply().content());
        }
    }

    @Test
    void aStreamedAnswerArrivesWhileItsHandlerGoesOn() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = start((request, response) -> {
            if (request.path().is("/1")) {
                try (io.shockwave.BodyWriter body = response.stream()) {
                    body.write(Raw.latin1("early"), 0, 5).flush();
                    assertTrue(go.await(30, TimeUnit.SECONDS));
                }
            } else {
                TestServer.path(request, response);
            }
        }); Raw client = server.connect()) {
            client.send(get("/1") + get("/2"));
            assertTrue(client.head().startsWith("HTTP/1.1 200"));
            assertEquals("5", client.line());
            assertEquals("early", client.text(5));
            go.countDown();
            assertEquals("", client.line());
            assertEquals("0", client.line());
            assertEquals("", client.line());
            assertEquals("/2", client.reply().content());
        }
    }

    @Test
    void largeAnswersBehindOneAnotherArriveWhole() throws Exception {
        byte[] large = new byte[300_000];
        try (TestServer server = start((request, response) -> response.send(large)); Raw client = server.connect()) {
            client.send(get("/1") + get("/2") + get("/3") + get("/4"));
            for (int i = 0; i < 4; i++) {
                assertEquals(large.length, client.reply().content().length());
            }
        }
    }

    @Test
    void nothingIsHandledBehindAnAnswerThatEndsTheConnection() throws Exception {
        try (TestServer server = start((request, response) -> {
            if (request.path().is("/2")) {
                response.headers().add(HeaderName.CONNECTION, "close");
            }
            TestServer.path(request, response);
        }); Raw client = server.connect()) {
            client.send(get("/1") + get("/2") + get("/3") + get("/4"));
            assertPaths(client, "/1", "/2");
            assertEquals("", client.rest());
            assertEquals(List.of("/1", "/2"), List.copyOf(handled));
            assertEquals(2, server.stats().requests());
            Await.quiet(server.server);
        }
    }

    @Test
    void aRequestThatEndsTheConnectionIsTheLast() throws Exception {
        try (TestServer server = start(TestServer::path); Raw client = server.connect()) {
            client.send(get("/1") + "GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + get("/3"));
            assertEquals("/1", client.reply().content());
            Raw.Reply last = client.reply();
            assertEquals("/2", last.content());
            assertEquals("close", last.field("Connection"));
            assertEquals("", client.rest());
            assertEquals(List.of("/1", "/2"), List.copyOf(handled));
        }
    }

    @Test
    void anInvalidRequestIsRefusedBehindTheAnswersBeforeIt() throws Exception {
        try (TestServer server = start(TestServer::path); Raw client = server.connect()) {
            client.send(get("/1") + get("/2") + "GET /3 HTTP/1.1\r\n\r\n" + get("/4"));
            assertPaths(client, "/1", "/2");
            assertEquals(400, client.reply().status());
            client.rest();
            assertEquals(List.of("/1", "/2"), List.copyOf(handled));
            assertEquals(1, server.stats().rejected());
        }
    }

    @Test
    void requestsWithContentStandBetweenThoseWithout() throws Exception {
        try (TestServer server = start((request, response) -> {
            if (request.method() == Method.POST) {
                response.send(new String(request.body().readAll(100), java.nio.charset.StandardCharsets.US_ASCII));
            } else {
                TestServer.path(request, response);
            }
        }); Raw client = server.connect()) {
            String post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
            client.send(get("/1") + get("/2") + post + get("/3") + post + post + get("/4"));
            for (String content : List.of("/1", "/2", "hello", "/3", "hello", "hello", "/4")) {
                assertEquals(content, client.reply().content());
            }
        }
    }

    @Test
    void bytesBehindAnUpgradeBelongToTheTunnel() throws Exception {
        try (TestServer server = start((request, response) -> {
            if (request.path().is("/up")) {
                response.headers().add(HeaderName.of("Upgrade"), "echo");
                try (Tunnel tunnel = response.upgrade()) {
                    byte[] buf = new byte[100];
                    int n = tunnel.read(buf, 0, 3);
                    tunnel.write(buf, 0, n);
                }
            } else {
                TestServer.path(request, response);
            }
        }); Raw client = server.connect()) {
            client.send(get("/1") + "GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n" + "GET");
            assertEquals("/1", client.reply().content());
            assertTrue(client.head().startsWith("HTTP/1.1 101"));
            assertEquals("GET", client.text(3));
            assertEquals(List.of("/1", "/up"), List.copyOf(handled));
        }
    }

    @Test
    void allAreAnsweredThoughThePeerEndedItsSide() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (TestServer server = start(TestServer::path); Raw client = server.connect()) {
                handled.clear();
                client.send(get("/1") + get("/2") + get("/3")).endSending();
                assertPaths(client, "/1", "/2", "/3");
                assertEquals("", client.rest());
            }
        }
    }

    @Test
    void aHandlerThatThrowsDoesNotStopThoseBehindIt() throws Exception {
        try (TestServer server = start((request, response) -> {
            if (request.path().is("/2")) {
                throw new IllegalStateException("on purpose");
            }
            TestServer.path(request, response);
        }); Raw client = server.connect()) {
            client.send(get("/1") + get("/2") + get("/3"));
            assertEquals("/1", client.reply().content());
            assertEquals(500, client.reply().status());
            assertEquals("/3", client.reply().content());
            assertEquals(1, server.errors.size());
        }
    }

    @Test
    void aCutAnswerEndsTheConnectionBehindTheWholeOnes() throws Exception {
        try (TestServer server = start((request, response) -> {
            if (request.path().is("/2")) {
                response.stream().write(Raw.latin1("part"), 0, 4).flush();
                throw new IllegalStateException("on purpose");
            }
            TestServer.path(request, response);
        }); Raw client = server.connect()) {
            client.send(get("/1") + get("/2") + get("/3"));
            assertEquals("/1", client.reply().content());
            assertFalse(client.rest().contains("\r\n0\r\n\r\n"), "it looks complete");
            assertEquals(List.of("/1", "/2"), List.copyOf(handled));
        }
    }

    /** Answers of growing length to a peer that does not read yet: until one does not find room, and the end of the one before has to wait. */
    @Test
    void aCutAnswerDoesNotCutTheOneBeforeItThatIsNotWrittenYet() throws Exception {
        try (TestServer server = start((request, response) -> {
            if (!request.path().is("/cut")) {
                response.send(new byte[Integer.parseInt(request.path().toString().substring(1))]);
                return;
            }
            response.stream().write(Raw.latin1("part"), 0, 4).flush();
            throw new IllegalStateException("on purpose");
        })) {
            boolean isBlocked = false;
            for (int length = 1 << 16; !isBlocked && length < 6 << 20; length += 40 << 10) {
                server.errors.clear();
                Socket socket = new Socket();
                socket.setReceiveBufferSize(8_192);
                socket.connect(server.server.address());
                try (Raw client = new Raw(socket)) {
                    client.send(get("/" + length) + get("/cut"));
                    long end = System.nanoTime() + 500_000_000L;
                    while (server.errors.isEmpty() && System.nanoTime() < end) {
                        Thread.sleep(1);
                    }
                    isBlocked = server.errors.isEmpty();
                    client.head();
                    assertEquals(length, client.text(length).length());
                    assertFalse(client.rest().contains("\r\n0\r\n\r\n"), "it looks complete");
                }
            }
        }
    }

    @Test
    void anInterruptMeansOneHandlerAlone() throws Exception {
        Queue<Boolean> interrupted = new ConcurrentLinkedQueue<>();
        try (TestServer server = start((request, response) -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            TestServer.path(request, response);
            Thread.currentThread().interrupt();
        }); Raw client = server.connect()) {
            client.send(get("/1") + get("/2"));
            assertPaths(client, "/1", "/2");
            assertEquals(List.of(false, false), List.copyOf(interrupted));
        }
    }

    @Test
    void aShutdownWaitsForTheHandlerThatHasBegunAndStartsNoOther() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = start((request, response) -> {
            TestServer.path(request, response);
            if (request.path().is("/2")) {
                begun.countDown();
                assertTrue(go.await(30, TimeUnit.SECONDS));
            }
        }); Raw client = server.connect()) {
            client.send(get("/1") + get("/2") + get("/3") + get("/4"));
            assertTrue(begun.await(30, TimeUnit.SECONDS));
            assertEquals("/1", client.reply().content());
            assertEquals("/2", client.reply().content());
            Thread stopping = Thread.ofVirtual().start(() -> {
                try {
                    server.server.shutdown(Duration.ofSeconds(60));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Await.until(() -> stopping.getState() == Thread.State.TIMED_WAITING, stopping::getState);
            go.countDown();
            assertEquals("", client.rest());
            client.endSending(); // or the server lingers
            stopping.join();
            assertEquals(List.of("/1", "/2"), List.copyOf(handled));
            assertEquals(0, server.stats().cutExchanges());
        }
    }

    @Test
    void aLostConnectionLetsItsHandlersEndAndGivesAllBack() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = start((request, response) -> {
            begun.countDown();
            go.await(30, TimeUnit.SECONDS);
            TestServer.path(request, response);
        })) {
            Raw client = server.connect();
            client.send(get("/1") + get("/2") + get("/3"));
            assertTrue(begun.await(30, TimeUnit.SECONDS));
            client.reset();
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
            go.countDown();
            try (Raw other = server.connect()) {
                other.send(get("/4"));
                assertEquals("/4", other.reply().content());
            }
            Await.quiet(server.server);
            assertNull(server.errors.poll());
        }
    }

    /** Content that is not sent, to HEAD, ends without a byte: the answer behind it has nothing else that would have it sent. */
    @Test
    void anAnswerThatEndsWithoutAByteDoesNotHoldUpTheNext() throws Exception {
        CountDownLatch stops = new CountDownLatch(1);
        CountDownLatch ends = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        AtomicReference<Thread> ending = new AtomicReference<>();
        AtomicReference<Thread> answering = new AtomicReference<>();
        try (TestServer server = start((request, response) -> {
            if (request.path().is("/head")) {
                try (BodyWriter content = response.stream()) {
                    content.flush();
                    ends.await();
                    ending.set(Thread.currentThread());
                }
            } else if (request.path().is("/next")) {
                answering.set(Thread.currentThread());
                response.send("next");
            } else {
                response.send("stop");
            }
        }, b -> b.accessLog((line, off, len) -> {
            if (new String(line, off, len, StandardCharsets.US_ASCII).contains("/stop")) {
                stops.countDown(); // and with it the reactor, until both answers were posted
                awaitQuietly(answered);
            }
        })); Raw client = server.connect(); Raw other = server.connect()) {
            client.send("HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
            assertEquals(200, client.reply("HEAD").status());
            other.send(get("/stop"));
            assertTrue(stops.await(30, TimeUnit.SECONDS));
            ends.countDown();
            try {
                Await.until(() -> hasPosted(ending.get()) && hasPosted(answering.get()), server::stats);
            } finally {
                answered.countDown(); // or the server would not close
            }
            assertEquals("next", client.reply().content());
        }
    }

    private static boolean hasPosted(Thread handler) {
        return handler != null && (handler.getState() == Thread.State.WAITING || handler.getState() == Thread.State.TERMINATED);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
