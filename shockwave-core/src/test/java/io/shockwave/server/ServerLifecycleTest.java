package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Begin and end of a server, where it listens, who speaks to it, and what it counts. */
@Timeout(30)
class ServerLifecycleTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final byte[] V2_SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    // ---- shutdown

    @Test
    void idleConnectionsAreClosedAtOnce() throws Exception {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path); Raw used = server.connect(); Raw fresh = server.connect()) {
            used.send(GET);
            assertEquals(200, used.reply().status());
            Await.until(() -> server.stats().connectionsOpen() == 2, server::stats);
            long start = System.nanoTime();
            server.server.shutdown(Duration.ofSeconds(20));
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
            assertTrue(used.isClosedByServer());
            assertTrue(fresh.isClosedByServer());
            assertEquals(0, server.stats().cutExchanges());
        }
    }

    @Test
    void aRequestThatDoesNotBecomeCompleteDoesNotHoldUpTheEnd() throws Exception {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.headTimeout(Duration.ofMinutes(5))); Raw raw = server.connect()) {
            raw.send(GET + "GET / HTTP/1.1\r\nHost:");
            assertEquals(200, raw.reply().status());
            Thread stopping = Thread.ofVirtual().start(() -> shutdown(server, 120));
            assertTrue(raw.isClosedByServer());
            raw.endSending();
            assertTrue(stopping.join(Duration.ofSeconds(25)));
            assertEquals(0, server.stats().cutExchanges());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whatIsInProgressEndsWithinTheGraceAndCloses(Mode mode) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = TestServer.start(mode, (request, response) -> {
            begun.countDown();
            if (mode == Mode.VIRTUAL) {
                go.await();
                response.send("done");
                return;
            }
            Thread.ofVirtual().start(() -> {
                try {
                    go.await();
                    response.send("done");
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }); Raw raw = server.connect()) {
            raw.send(GET + GET);
            begun.await();
            Thread stopping = Thread.ofVirtual().start(() -> shutdown(server, 20));
            Await.until(() -> refusesConnections(server), server::stats);
            go.countDown();
            Raw.Reply reply = raw.reply();
            assertEquals("done", reply.content());
            assertEquals("close", reply.field("Connection"));
            assertEquals("", raw.rest());
            raw.endSending(); // or the server lingers
            stopping.join();
            assertEquals(0, server.stats().cutExchanges());
            assertEquals(0, server.stats().connectionsOpen());
        }
    }

    private static void shutdown(TestServer server, long seconds) {
        try {
            server.server.shutdown(Duration.ofSeconds(seconds));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean refusesConnections(TestServer server) {
        try (Raw raw = server.connect()) {
            return raw.socket.isClosed();
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whatTakesLongerThanTheGraceIsCutAndReported() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch told = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            begun.countDown();
            BodyWriter out = response.stream();
            try {
                for (;;) {
                    out.write(new byte[100], 0, 100).flush();
                    Thread.sleep(5);
                }
            } finally {
                told.countDown();
            }
        }); Raw raw = server.connect(); Raw other = server.connect()) {
            raw.send(GET);
            other.send(GET);
            begun.await();
            server.server.shutdown(Duration.ofMillis(50));
            assertEquals(2, server.stats().cutExchanges());
            assertEquals(0, server.stats().connectionsOpen());
            assertEquals(0, server.stats().exchangesActive());
            assertTrue(told.await(5, TimeUnit.SECONDS));
            raw.rest();
        }
    }

    @Test
    void shutdownIsIdempotentAndTheSecondCallerWaits() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            begun.countDown();
            go.await();
            response.send("done");
        }); Raw raw = server.connect()) {
            raw.send(GET);
            begun.await();
            Thread first = Thread.ofVirtual().start(() -> shutdown(server, 20));
            Await.until(() -> refusesConnections(server), server::stats);
            Thread second = Thread.ofVirtual().start(() -> shutdown(server, 0));
            assertFalse(second.join(Duration.ofMillis(50)));
            assertTrue(first.isAlive());
            go.countDown();
            assertEquals("done", raw.reply().content());
            raw.endSending();
            first.join();
            second.join();
            server.server.close();
            server.server.shutdown(Duration.ofSeconds(1));
        }
    }

    @Test
    void aReactorIsNotLeftWaitingForItself() throws Exception {
        AtomicReference<TestServer> running = new AtomicReference<>();
        try (TestServer server = TestServer.start(Mode.INLINE, (request, response) -> {
            assertThrows(IllegalStateException.class, () -> running.get().server.shutdown(Duration.ZERO));
            response.send("alive");
        })) {
            running.set(server);
            try (Raw raw = server.connect()) {
                raw.send(GET);
                assertEquals("alive", raw.reply().content());
            }
        }
    }

    @Test
    void aServerCanBeStartedAndStoppedManyTimes() throws Exception {
        int threads = Thread.activeCount();
        for (int i = 0; i < 30; i++) {
            try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path)) {
                try (Raw raw = server.connect()) {
                    if (i % 2 == 0) {
                        raw.send(GET);
                        assertEquals(200, raw.reply().status());
                    }
                }
            }
        }
        Await.until(() -> Thread.activeCount() <= threads + 2, Thread::activeCount);
    }

    @Test
    void noConnectionIsLostByAStopRightAfterTheyCame() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.reactors(3))) {
                Raw[] many = new Raw[20];
                for (int n = 0; n < many.length; n++) {
                    many[n] = server.connect();
                }
                server.server.shutdown(Duration.ZERO);
                for (Raw raw : many) {
                    assertTrue(raw.isClosedByServer());
                    raw.close();
                }
                assertEquals(0, server.stats().connectionsOpen());
            }
        }
    }

    // ---- addresses

    @Test
    void anAddressInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            BindException e = assertThrows(BindException.class, () -> ShockwaveServer.builder().listen(taken.getLocalSocketAddress()).handler(TestServer::path).start());
            assertTrue(e.getMessage().startsWith("cannot listen on 127.0.0.1 port " + taken.getLocalPort() + ": "), e.getMessage());
        }
    }

    @Test
    void listensOnSeveralAddresses(@TempDir Path dir) throws Exception {
        Path path = dir.resolve("s.sock");
        try (ShockwaveServer server = ShockwaveServer.builder().listen(TestServer.loopback()).listen(new InetSocketAddress("::1", 0)).listen(UnixDomainSocketAddress.of(path))
                .handler((request, response) -> response.send(request.remote() instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : "unix")).shutdownGrace(Duration.ZERO).start()) {
            assertEquals(3, server.addresses().size());
            try (Raw v4 = new Raw((InetSocketAddress) server.addresses().get(0)); Raw v6 = new Raw((InetSocketAddress) server.addresses().get(1))) {
                v4.send(GET);
                assertEquals("127.0.0.1", v4.reply().content());
                v6.send(GET);
                assertEquals("0:0:0:0:0:0:0:1", v6.reply().content());
            }
            assertTrue(overUnix(path, GET).endsWith("\r\n\r\nunix"));
        }
        assertFalse(Files.exists(path), "the socket's file stays behind");
    }

    private static String overUnix(Path path, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap(Raw.latin1(request)));
            channel.shutdownOutput();
            ByteBuffer all = ByteBuffer.allocate(65_536);
            while (channel.read(all) >= 0) {
                Thread.onSpinWait();
            }
            return new String(all.array(), 0, all.position(), StandardCharsets.ISO_8859_1);
        }
    }

    // ---- PROXY protocol

    private static byte[] v2(int command, int family, byte[] addresses) {
        ByteBuffer all = ByteBuffer.allocate(16 + addresses.length);
        all.put(V2_SIGNATURE).put((byte) (0x20 | command)).put((byte) family).putShort((short) addresses.length).put(addresses);
        return all.array();
    }

    private static byte[] inet() {
        return ByteBuffer.allocate(12).put(new byte[] {(byte) 203, 0, 113, 9, 10, 0, 0, 1}).putShort((short) 4_711).putShort((short) 443).array();
    }

    private static void tellsAddresses(ServerRequest request, ServerResponse response) throws IOException {
        InetSocketAddress remote = (InetSocketAddress) request.remote();
        InetSocketAddress local = (InetSocketAddress) request.local();
        response.send(remote.getAddress().getHostAddress() + " " + remote.getPort() + " > " + local.getAddress().getHostAddress() + " " + local.getPort());
    }

    @Test
    void theProxyTellsTheAddresses() throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, ServerLifecycleTest::tellsAddresses, ShockwaveServer.Builder::proxyProtocol)) {
            try (Raw raw = server.connect()) {
                raw.send("PROXY TCP4 198.51.100.7 10.0.0.1 5000 80\r\n" + GET + GET);
                assertEquals("198.51.100.7 5000 > 10.0.0.1 80", raw.reply().content());
                assertEquals("198.51.100.7 5000 > 10.0.0.1 80", raw.reply().content());
            }
            try (Raw raw = server.connect()) {
                raw.send(v2(1, 0x11, inet())).send(GET);
                assertEquals("203.0.113.9 4711 > 10.0.0.1 443", raw.reply().content());
            }
            try (Raw raw = server.connect()) {
                byte[] head = v2(1, 0x11, inet());
                for (byte b : head) {
                    raw.send(new byte[] {b});
                }
                raw.send(GET);
                assertEquals("203.0.113.9 4711 > 10.0.0.1 443", raw.reply().content());
            }
            try (Raw raw = server.connect()) {
                raw.send(v2(0, 0, new byte[0])).send(GET); // LOCAL: the proxy itself
                assertTrue(raw.reply().content().startsWith("127.0.0.1 "));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, "PROXY TCP4 1.2.3.4\r\n", "PROXY TCP9 198.51.100.7 10.0.0.1 5000 80\r\n" + GET, "P", ""})
    void aConnectionWithoutAProxyHeaderIsClosedWithoutAnAnswer(String bytes) throws IOException {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, TestServer::path, b -> b.proxyProtocol().headTimeout(Duration.ofMillis(150))); Raw raw = server.connect()) {
            raw.send(bytes);
            assertEquals("", raw.rest());
            assertEquals(0, server.stats().requests());
        }
    }

    @Test
    void onlyTrustedProxiesMaySpeak() throws IOException {
        String proxied = "PROXY TCP4 198.51.100.7 10.0.0.1 5000 80\r\n" + GET;
        try (TestServer server = TestServer.start(Mode.VIRTUAL, TestServer::path, b -> b.proxyProtocol(address("192.0.2.1"))); Raw raw = server.connect()) {
            raw.trySend(proxied);
            assertEquals("", raw.rest());
            assertEquals(0, server.stats().requests());
            assertEquals(1, server.stats().rejected());
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
        }
        try (TestServer server = TestServer.start(Mode.VIRTUAL, TestServer::path, b -> b.proxyProtocol(address("192.0.2.1"), address("127.0.0.1"))); Raw raw = server.connect()) {
            raw.send(proxied);
            assertEquals(200, raw.reply().status());
        }
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    // ---- what is counted and logged

    @ParameterizedTest
    @EnumSource(Mode.class)
    void countsWhatHappens(Mode mode) throws IOException {
        try (TestServer server = TestServer.start(mode, (request, response) -> response.status(Integer.parseInt(request.query().toString())).send("x"))) {
            try (Raw raw = server.connect()) {
                for (int status : new int[] {200, 201, 302, 404, 403, 503}) {
                    raw.send("GET /?" + status + " HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertEquals(status, raw.reply().status());
                }
                raw.send("BAD\r\n\r\n");
                assertEquals(400, raw.reply().status());
            }
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
            Await.quiet(server.server);
            ServerStats stats = server.stats();
            assertEquals(1, stats.connectionsAccepted());
            assertEquals(6, stats.requests());
            assertEquals(List.of(2L, 1L, 3L, 1L), List.of(stats.responses2xx(), stats.responses3xx(), stats.responses4xx(), stats.responses5xx()));
            assertEquals(1, stats.rejected());
            assertEquals(0, stats.peerResets() + stats.timeouts() + stats.handlerErrors() + stats.cutExchanges());
            assertTrue(stats.bytesReceived() == 6 * 31 + 7 && stats.bytesSent() > 400, stats::toString);
            assertTrue(stats.headerSpills() >= 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void logsOneLineAnExchange(Mode mode) throws IOException {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        try (TestServer server = TestServer.start(mode, (request, response) -> response.status(404).send("none"), b -> b.accessLog((buf, off, len) -> lines.add(new String(buf, off, len, StandardCharsets.US_ASCII)))); Raw raw = server.connect()) {
            raw.send("GET /a?b HTTP/1.1\r\nHost: h\r\n\r\nHEAD /c HTTP/1.0\r\nConnection: keep-alive\r\n\r\nBAD\r\n\r\n");
            raw.reply();
            raw.reply("HEAD");
            raw.reply();
            assertEquals("", raw.rest());
            Await.until(() -> lines.size() == 3, lines::toString);
            String[] all = lines.toArray(new String[0]);
            assertTrue(all[0].matches("127\\.0\\.0\\.1 - - \\[[^\\]]+\\] \"GET /a\\?b HTTP/1\\.1\" 404 4\n"), all[0]);
            assertTrue(all[1].matches("127\\.0\\.0\\.1 - - \\[[^\\]]+\\] \"HEAD /c HTTP/1\\.0\" 404 (0|-)\n"), all[1]);
            assertTrue(all[2].contains(" 400 "), all[2]);
        }
    }

    @Test
    void serverAndDateAreAsConfigured() throws IOException {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.serverName("me/1")); Raw raw = server.connect()) {
            raw.send(GET + "BAD\r\n\r\n");
            Raw.Reply reply = raw.reply();
            assertEquals("me/1", reply.field("Server"));
            assertTrue(reply.field("Date").matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"), reply.field("Date"));
            reply = raw.reply();
            assertEquals("me/1", reply.field("Server"));
        }
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.sendDate(false)); Raw raw = server.connect()) {
            raw.send(GET);
            Raw.Reply reply = raw.reply();
            assertEquals(null, reply.field("Date"));
            assertEquals(null, reply.field("Server"));
        }
    }

    // ---- tunnels over sockets

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", "GET /chat HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"})
    void tunnelsCarryBytesBothWays(String request) throws Exception {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (call, response) -> {
            if (call.method() != io.shockwave.Method.CONNECT) {
                response.headers().add(io.shockwave.HeaderName.of("Upgrade"), "echo"); // RFC 9110 7.8: Connection has to name it, which is not left to the handler
            }
            try (Tunnel tunnel = response.upgrade()) {
                byte[] buf = new byte[1_000];
                for (int n = tunnel.read(buf, 0, buf.length); n >= 0; n = tunnel.read(buf, 0, buf.length)) {
                    tunnel.write(buf, 0, n);
                    tunnel.flush();
                }
            }
        }); Raw raw = server.connect()) {
            raw.send(request + "early");
            String head = raw.head();
            assertTrue(head.startsWith(request.startsWith("CONNECT") ? "HTTP/1.1 200 " : "HTTP/1.1 101 "), head);
            assertEquals(!request.startsWith("CONNECT"), head.contains("\r\nConnection: upgrade\r\n"), head);
            assertEquals("early", raw.text(5));
            String large = "0123456789".repeat(20_000);
            Thread sender = Thread.ofVirtual().start(() -> raw.trySend(large));
            assertEquals(large, raw.text(large.length()));
            sender.join();
            raw.endSending();
            assertEquals("", raw.rest());
            Await.until(() -> Buffers.lentBytes(server.server) == 0, server::stats);
            assertTrue(server.errors.isEmpty(), server.errors::toString);
        }
    }

    @Test
    void aTunnelReaderEndsWhenTheOtherThreadCloses() throws Exception {
        AtomicReference<Object> read = new AtomicReference<>();
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            Tunnel tunnel = response.upgrade();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    read.set(tunnel.read(new byte[1], 0, 1));
                } catch (IOException | IllegalStateException e) {
                    read.set(e);
                }
            });
            tunnel.write(new byte[] {'x'}, 0, 1);
            tunnel.flush();
            Await.until(() -> reader.getState() == Thread.State.WAITING, reader::getState);
            tunnel.close();
            reader.join();
        }); Raw raw = server.connect()) {
            raw.send("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n");
            raw.head();
            assertEquals("x", raw.rest());
            Await.until(() -> read.get() != null, server::stats);
            assertEquals(-1, read.get());
        }
    }

    @Test
    void upgradesAreRefusedWhereNobodyAskedOrMayBlock() throws Exception {
        for (Mode mode : Mode.values()) {
            try (TestServer server = TestServer.start(mode, (request, response) -> {
                assertThrows(IllegalStateException.class, response::upgrade);
                response.send("http");
            }); Raw raw = server.connect()) {
                raw.send(GET);
                assertEquals("http", raw.reply().content());
                if (mode == Mode.INLINE) {
                    raw.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
                    assertEquals("http", raw.reply().content());
                }
            }
        }
    }
}
