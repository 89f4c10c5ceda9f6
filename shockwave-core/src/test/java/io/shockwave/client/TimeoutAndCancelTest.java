package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.Method;
import io.shockwave.internal.testing.RawServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Each phase's time limit, and the ways to give an exchange up. */
@Timeout(30)
class TimeoutAndCancelTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration SHORT = Duration.ofMillis(200);
    /** For what must be met: other work on the machine may hold up an exchange. */
    private static final Duration LONGER = Duration.ofSeconds(1);

    private static void timesOut(Phase phase, String origin, Executable operation) {
        long startNs = System.nanoTime();
        HttpException timeout = assertThrows(HttpException.class, operation);
        long tookMs = (System.nanoTime() - startNs) / 1_000_000;
        assertEquals(Kind.TIMEOUT, timeout.kind(), timeout.toString());
        assertEquals(phase, timeout.phase(), timeout.toString());
        assertTrue(timeout.getMessage().contains(origin) && timeout.getMessage().matches("(?s).*\\b([2-9]\\d\\d|\\d{4,5}) ms.*"), timeout.getMessage());
        assertTrue(tookMs >= 190 && tookMs < 10_000, tookMs + " ms");
    }

    private static String read(ClientResponse response) throws Exception {
        return new String(response.body().readAll(1 << 21), StandardCharsets.US_ASCII);
    }

    @Test
    void resolve() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (ShockwaveClient client = ShockwaveClient.builder().resolveTimeout(SHORT).resolver(host -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException(host);
            }
            return InetAddress.getAllByName("127.0.0.1");
        }).build()) {
            timesOut(Phase.RESOLVE, "http://slow.example", () -> client.get("http://slow.example/").send());
            end.countDown();
        }
    }

    @Test
    void connect() throws Exception {
        // A listener whose queue is full answers no SYN.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); ShockwaveClient client = ShockwaveClient.builder().connectTimeout(SHORT).build()) {
            List<Socket> fill = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    Socket socket = new Socket();
                    fill.add(socket);
                    try {
                        socket.connect(full.getLocalSocketAddress(), 100);
                    } catch (java.net.SocketTimeoutException filled) {
                        break;
                    }
                }
                timesOut(Phase.CONNECT, "http://127.0.0.1:" + full.getLocalPort(), () -> client.get("http://127.0.0.1:" + full.getLocalPort() + "/").send());
            } finally {
                for (Socket socket : fill) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void tls() throws Exception {
        try (RawServer server = new RawServer(peer -> peer.readAll()); ShockwaveClient client = ShockwaveClient.builder().tlsTimeout(SHORT).build()) {
            timesOut(Phase.TLS, "https://localhost:" + server.port(), () -> client.get("https://localhost:" + server.port() + "/").send());
        }
    }

    @Test
    void pool() throws Exception {
        try (RawServer server = RawServer.answering(OK); ShockwaveClient client = ShockwaveClient.builder().maxConnectionsPerOrigin(1).poolTimeout(SHORT).build();
                ClientResponse held = client.get(server.url("/")).send()) {
            timesOut(Phase.POOL, "http://127.0.0.1:" + server.port(), () -> client.get(server.url("/")).send());
            assertEquals(0, client.poolStats().waiting());
            assertEquals("ok", read(held));
            client.get(server.url("/")).send().close();
        }
    }

    @Test
    void firstByte() throws Exception {
        try (RawServer server = new RawServer(peer -> peer.readAll()); ShockwaveClient client = ShockwaveClient.builder().firstByteTimeout(SHORT).build()) {
            timesOut(Phase.FIRST_BYTE, "http://127.0.0.1:" + server.port(), () -> client.get(server.url("/")).send());
            assertEquals(0, client.poolStats().leased());
        }
    }

    @Test
    void betweenBytesOfTheHead() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200");
            peer.readAll();
        });
                ShockwaveClient client = ShockwaveClient.builder().betweenBytesTimeout(SHORT).build()) {
            timesOut(Phase.BETWEEN_BYTES, "http://127.0.0.1:" + server.port(), () -> client.get(server.url("/")).send());
        }
    }

    @Test
    void betweenBytesOfTheContent() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
            peer.readAll();
        });
                ShockwaveClient client = ShockwaveClient.builder().betweenBytesTimeout(SHORT).build(); ClientResponse response = client.get(server.url("/")).send()) {
            timesOut(Phase.BETWEEN_BYTES, "http://127.0.0.1:" + server.port(), () -> response.body().readAll(10));
        }
    }

    @Test
    void aSlowReaderIsNotASlowServer() throws Exception {
        try (RawServer server = RawServer.answering(OK); ShockwaveClient client = ShockwaveClient.builder().betweenBytesTimeout(LONGER).firstByteTimeout(LONGER).build();
                ClientResponse response = client.get(server.url("/")).send()) {
            TimeUnit.MILLISECONDS.sleep(1_500);
            assertEquals("ok", read(response));
        }
    }

    @Test
    void totalCoversAContentThatDrips() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
            for (int i = 0; i < 500; i++) {
                peer.send("x");
                TimeUnit.MILLISECONDS.sleep(20);
            }
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientRequest request = client.get(server.url("/")).timeout(SHORT);
            timesOut(Phase.TOTAL, "http://127.0.0.1:" + server.port(), () -> {
                try (ClientResponse response = request.send()) {
                    read(response);
                }
            });
        }
    }

    @Test
    void totalCoversThePool() throws Exception {
        try (RawServer server = RawServer.answering(OK); ShockwaveClient client = ShockwaveClient.builder().maxConnectionsPerOrigin(1).build(); ClientResponse held = client.get(server.url("/")).send()) {
            timesOut(Phase.TOTAL, "http://127.0.0.1:" + server.port(), () -> client.get(server.url("/")).timeout(SHORT).send());
            assertEquals(200, held.status());
        }
    }

    @Test
    void aLimitThatWasMetLeavesNoTrace() throws Exception {
        try (RawServer server = RawServer.answering(OK); ShockwaveClient client = ShockwaveClient.builder().build()) {
            for (int i = 0; i < 3; i++) {
                try (ClientResponse response = client.get(server.url("/")).timeout(LONGER).send()) {
                    assertEquals("ok", read(response));
                }
            }
            TimeUnit.MILLISECONDS.sleep(1_500);
            client.get(server.url("/")).send().close();
            assertEquals(1, server.connections(), "the idle connection was left alone");
        }
    }

    // ---- giving up

    private static RawServer.Script silent(CountDownLatch asked, CountDownLatch gone) {
        return peer -> {
            peer.readHead();
            asked.countDown();
            peer.readAll();
            gone.countDown();
        };
    }

    @Test
    void anInterruptEndsTheExchangeAndStaysSet() throws Exception {
        CountDownLatch asked = new CountDownLatch(2);
        CountDownLatch gone = new CountDownLatch(2);
        try (RawServer server = new RawServer(silent(asked, gone)); ShockwaveClient client = ShockwaveClient.builder().build()) {
            List<AtomicReference<Throwable>> ends = List.of(new AtomicReference<>(), new AtomicReference<>());
            List<Boolean> flags = java.util.Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                AtomicReference<Throwable> end = ends.get(i);
                Runnable run = () -> {
                    try {
                        client.get(server.url("/")).send();
                    } catch (Throwable e) {
                        end.set(e);
                    }
                    flags.add(Thread.currentThread().isInterrupted());
                };
                threads.add(i == 0 ? Thread.ofPlatform().start(run) : Thread.ofVirtual().start(run));
            }
            assertTrue(asked.await(5, TimeUnit.SECONDS));
            for (Thread thread : threads) {
                thread.interrupt();
                thread.join();
            }
            for (AtomicReference<Throwable> end : ends) {
                HttpException closed = assertInstanceOf(HttpException.class, end.get());
                assertEquals(Kind.CLOSED, closed.kind(), closed.toString());
            }
            assertEquals(List.of(true, true), flags);
            assertTrue(gone.await(5, TimeUnit.SECONDS), "the connections are closed");
            assertEquals(0, client.poolStats().leased());
        }
    }

    @Test
    void anInterruptedThreadLeavesIdleConnectionsAlone() throws Exception {
        try (RawServer server = RawServer.answering(OK); ShockwaveClient client = ShockwaveClient.builder().build()) {
            client.get(server.url("/")).send().close();
            Thread.currentThread().interrupt();
            HttpException closed = assertThrows(HttpException.class, () -> client.get(server.url("/")).send());
            assertTrue(Thread.interrupted());
            assertEquals(Kind.CLOSED, closed.kind());
            assertEquals(1, client.poolStats().idle());
        }
    }

    @Test
    void anInterruptDuringAnUploadEndsIt() throws Exception {
        try (RawServer server = new RawServer(peer -> TimeUnit.SECONDS.sleep(20)); ShockwaveClient client = ShockwaveClient.builder().build()) {
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    client.request(Method.PUT, server.url("/")).body(new byte[20_000_000]).send();
                } catch (Throwable e) {
                    end.set(e);
                }
            });
            TimeUnit.MILLISECONDS.sleep(300);
            thread.interrupt();
            thread.join(5_000);
            assertEquals(Kind.CLOSED, assertInstanceOf(HttpException.class, end.get()).kind());
            assertEquals(0, client.poolStats().leased());
        }
    }

    @Test
    void sendAsyncCompletes() throws Exception {
        try (RawServer server = RawServer.answering(OK); ShockwaveClient client = ShockwaveClient.builder().build()) {
            try (ClientResponse response = client.get(server.url("/")).sendAsync().get()) {
                assertEquals("ok", read(response));
            }
            int port;
            try (RawServer gone = RawServer.answering(OK)) {
                port = gone.port();
            }
            ExecutionException failed = assertThrows(ExecutionException.class, () -> client.get("http://127.0.0.1:" + port + "/").sendAsync().get());
            assertEquals(Kind.CONNECT, assertInstanceOf(HttpException.class, failed.getCause()).kind());
        }
    }

    @Test
    void cancellingAFutureClosesItsConnectionAndNoOther() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (RawServer server = new RawServer(silent(asked, gone), peer -> {
            peer.readHead();
            TimeUnit.MILLISECONDS.sleep(500);
            peer.send(OK);
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            CompletableFuture<ClientResponse> cancelled = client.get(server.url("/")).sendAsync();
            assertTrue(asked.await(5, TimeUnit.SECONDS));
            CompletableFuture<ClientResponse> kept = client.get(server.url("/")).sendAsync();
            assertTrue(cancelled.cancel(true));
            assertThrows(CancellationException.class, cancelled::get);
            assertTrue(gone.await(5, TimeUnit.SECONDS));
            try (ClientResponse response = kept.get()) {
                assertEquals("ok", read(response));
            }
        }
    }

    @Test
    void cancellingAFutureThatWaitsForAConnectionLeavesTheQueue() throws Exception {
        try (RawServer server = RawServer.answering(OK); ShockwaveClient client = ShockwaveClient.builder().maxConnectionsPerOrigin(1).build(); ClientResponse held = client.get(server.url("/")).send()) {
            CompletableFuture<ClientResponse> waiting = client.get(server.url("/")).sendAsync();
            while (client.poolStats().waiting() == 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            waiting.cancel(true);
            for (int i = 0; i < 500 && client.poolStats().waiting() > 0; i++) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertEquals(0, client.poolStats().waiting());
            assertEquals("ok", read(held));
        }
    }

    // ---- closing the client

    @Test
    void closeLetsExchangesEndAndRefusesOthers() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            asked.countDown();
            TimeUnit.MILLISECONDS.sleep(400);
            peer.send(OK);
        })) {
            ShockwaveClient client = ShockwaveClient.builder().build();
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try (ClientResponse response = client.get(server.url("/")).send()) {
                    answer.complete(read(response));
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
            assertTrue(asked.await(5, TimeUnit.SECONDS));
            Thread closer = Thread.ofPlatform().start(client::close);
            TimeUnit.MILLISECONDS.sleep(100);
            assertThrows(HttpException.class, () -> client.get(server.url("/")).send());
            assertFalse(answer.isDone());
            closer.join(5_000);
            assertFalse(closer.isAlive());
            assertEquals("ok", answer.get(1, TimeUnit.SECONDS));
        }
    }

    @Test
    void closeEndsWhatIsHeldOpenWithoutBeingRead() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")) {
            ShockwaveClient client = ShockwaveClient.builder().firstByteTimeout(SHORT).betweenBytesTimeout(SHORT).build();
            ClientResponse held = client.get(server.url("/")).send();
            client.close();
            assertEquals(Kind.CLOSED, assertThrows(HttpException.class, () -> read(held)).kind());
            held.close();
        }
    }

    @Test
    void closeWakesWhoWaitsForAConnection() throws Exception {
        try (RawServer server = RawServer.answering(OK)) {
            ShockwaveClient client = ShockwaveClient.builder().maxConnectionsPerOrigin(1).build();
            ClientResponse held = client.get(server.url("/")).send();
            CompletableFuture<ClientResponse> waiting = client.get(server.url("/")).sendAsync();
            while (client.poolStats().waiting() == 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            Thread closer = Thread.ofPlatform().start(client::close);
            ExecutionException woken = assertThrows(ExecutionException.class, () -> waiting.get(5, TimeUnit.SECONDS));
            assertEquals(Kind.CLOSED, assertInstanceOf(HttpException.class, woken.getCause()).kind());
            held.close();
            closer.join(5_000);
            assertFalse(closer.isAlive());
        }
    }

    @Test
    void aClosedClientLeavesNoThreadBehind() throws Exception {
        try (RawServer server = RawServer.answering(OK)) {
            Set<Thread> before = threads();
            ShockwaveClient client = ShockwaveClient.builder().build();
            client.get("http://localhost:" + server.port() + "/").send().close();
            client.close();
            Set<Thread> left = left(before);
            for (int i = 0; i < 400 && !left.isEmpty(); i++) {
                TimeUnit.MILLISECONDS.sleep(10);
                left = left(before);
            }
            assertEquals(Set.of(), left);
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("shockwave-client")).collect(Collectors.toSet());
    }

    private static Set<Thread> left(Set<Thread> before) {
        Set<Thread> now = threads();
        now.removeAll(before);
        return now;
    }

    @Test
    void anUnknownHostIsTold() throws Exception {
        try (ShockwaveClient client = ShockwaveClient.builder().resolver(host -> {
            throw new UnknownHostException(host);
        }).build()) {
            HttpException unknown = assertThrows(HttpException.class, () -> client.get("http://nowhere.example/").send());
            assertEquals(Kind.CONNECT, unknown.kind());
            assertEquals(Phase.RESOLVE, unknown.phase());
            assertTrue(unknown.getMessage().contains("nowhere.example"), unknown.getMessage());
        }
    }

    @Test
    void theFirstAddressThatAnswersIsTaken() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                ShockwaveClient client = ShockwaveClient.builder().resolver(host -> new InetAddress[] {InetAddress.ofLiteral("::1"), InetAddress.ofLiteral("127.0.0.77"), InetAddress.ofLiteral("127.0.0.1")}).build();
                ClientResponse response = client.get("http://several.example:" + server.port() + "/").send()) {
            assertEquals("ok", read(response));
        }
    }

    @Test
    void aTunnelOutlivesTheLimitsOfItsExchange() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: slow\r\n\r\n");
            TimeUnit.MILLISECONDS.sleep(1_500);
            peer.send("x");
        });
                ShockwaveClient client = ShockwaveClient.builder().betweenBytesTimeout(LONGER).totalTimeout(LONGER).build()) {
            ClientRequest request = client.get(server.url("/"));
            request.headers().add("Connection", "upgrade").add("Upgrade", "slow");
            try (ClientResponse response = request.send()) {
                assertEquals('x', response.upgraded().in().read());
            }
        }
    }

    @Test
    void anAddressThatDoesNotAnswerCostsAQuarterOfASecond() throws Exception {
        List<Socket> fill = new ArrayList<>();
        try (RawServer server = RawServer.answering(OK); ServerSocket full = new ServerSocket(server.port(), 1, InetAddress.ofLiteral("127.0.0.77"))) {
            for (int i = 0; i < 3; i++) {
                Socket socket = new Socket();
                fill.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 100);
                } catch (java.net.SocketTimeoutException filled) {
                    break;
                }
            }
            try (ShockwaveClient client = ShockwaveClient.builder().resolver(host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.77"), InetAddress.ofLiteral("127.0.0.1")}).build()) {
                long startNs = System.nanoTime();
                try (ClientResponse response = client.get("http://two.example:" + server.port() + "/").send()) {
                    assertEquals("ok", read(response));
                }
                long tookMs = (System.nanoTime() - startNs) / 1_000_000;
                assertTrue(tookMs >= 249 && tookMs < 9_000, tookMs + " ms");
            }
        } finally {
            for (Socket socket : fill) {
                socket.close();
            }
        }
    }
}
