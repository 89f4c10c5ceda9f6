package io.shockwave.internal.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.testing.RawServer;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real exchanges over loopback, recorded and read back. */
@Timeout(60)
class EventsTest {
    private static final List<String> ALL = List.of("ServerRequest", "ClientRequest", "Connect", "PoolWait", "TlsHandshake", "HeaderSpill", "Violation", "Timeout");
    private static final Handler ECHO = (request, response) -> {
        byte[] content = request.body().readAll(10_000);
        response.headers().add(HeaderName.CONTENT_TYPE, "text/plain");
        response.send(content.length == 0 ? "hello".getBytes(StandardCharsets.US_ASCII) : content);
    };

    @TempDir
    Path folder;

    private interface Scene {
        void play() throws Exception;
    }

    private List<RecordedEvent> record(Scene scene, String... enabled) throws Exception {
        try (Recording recording = new Recording()) {
            for (String name : ALL) {
                recording.disable("io.shockwave." + name);
            }
            for (String name : enabled) {
                recording.enable("io.shockwave." + name);
            }
            recording.start();
            scene.play();
            recording.stop();
            Path file = Files.createTempFile(folder, "events", ".jfr");
            recording.dump(file);
            List<RecordedEvent> ours = new ArrayList<>();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                if (event.getEventType().getName().startsWith("io.shockwave.")) {
                    ours.add(event);
                }
            }
            ours.sort(Comparator.comparing(RecordedEvent::getStartTime)); // each thread has its own buffer
            return ours;
        }
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static ShockwaveServer.Builder server(Handler handler) {
        return ShockwaveServer.builder().listen(loopback()).reactors(1).handler(handler).shutdownGrace(Duration.ofSeconds(2));
    }

    private static String url(ShockwaveServer server) {
        return "http://127.0.0.1:" + server.address().getPort() + "/some/path?q=1";
    }

    private static void get(ShockwaveClient client, String url) throws IOException {
        try (ClientResponse response = client.get(url).send()) {
            response.body().readAll(10_000);
        }
    }

    private static RecordedEvent only(List<RecordedEvent> events) {
        assertEquals(1, events.size(), events.toString());
        return events.getFirst();
    }

    @Test
    void aServersRequestHasMethodSizesStatusAndDuration() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveServer server = server(ECHO).start(); ShockwaveClient client = ShockwaveClient.builder().build();
                    ClientResponse response = client.request(Method.POST, url(server)).body(new byte[1_000]).send()) {
                assertEquals(1_000, response.body().readAll(10_000).length);
            }
        }, "ServerRequest");
        RecordedEvent event = only(events);
        assertEquals("POST", event.getString("method"));
        assertEquals("HTTP/1.1", event.getString("version"));
        assertEquals("/some/path".length(), event.getInt("pathLength"));
        assertEquals(200, event.getInt("status"));
        assertEquals(1_000, event.getLong("bytesIn"));
        assertEquals(1_000, event.getLong("bytesOut"));
        assertFalse(event.getBoolean("secure"));
        assertTrue(event.getBoolean("complete"));
        assertTrue(event.getDuration().toNanos() > 0);
    }

    @Test
    void aRequestWhoseConnectionIsLostIsNotComplete() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveServer server = server((request, response) -> {
                entered.countDown();
                release.await();
            }).start()) {
                try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
                    socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    assertTrue(entered.await(10, TimeUnit.SECONDS));
                    socket.setSoLinger(true, 0);
                }
                for (int i = 0; i < 1_000 && server.stats().connectionsOpen() > 0; i++) {
                    Thread.sleep(5);
                }
                release.countDown();
            }
        }, "ServerRequest");
        RecordedEvent event = only(events);
        assertEquals(0, event.getInt("status"));
        assertFalse(event.getBoolean("complete"));
    }

    @Test
    void aClientsRequestHasItsPhases() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveServer server = server(ECHO).start(); ShockwaveClient client = ShockwaveClient.builder().build()) {
                get(client, url(server));
                get(client, url(server));
            }
        }, "ClientRequest");
        assertEquals(2, events.size());
        for (int i = 0; i < 2; i++) {
            RecordedEvent event = events.get(i);
            assertEquals("GET", event.getString("method"));
            assertTrue(event.getString("origin").startsWith("http://127.0.0.1:"), event.getString("origin"));
            assertEquals(200, event.getInt("status"));
            assertEquals(5, event.getLong("bytesIn"));
            assertEquals(0, event.getLong("bytesOut"));
            assertEquals(i == 0, event.getBoolean("newConnection"));
            assertTrue(event.getBoolean("complete"));
            long phases = 0;
            for (String phase : List.of("connectionTime", "sendTime", "headTime", "contentTime")) {
                long ns = event.getDuration(phase).toNanos();
                assertTrue(ns >= 0, phase + " " + ns);
                phases += ns;
            }
            long all = event.getDuration().toNanos();
            assertTrue(Math.abs(phases - all) < 5_000_000 + all / 2, phases + " of " + all); // two clocks, read one after the other
        }
    }

    @Test
    void aRequestThatFindsNobodyHasNoStatus() throws Exception {
        int port;
        try (RawServer gone = RawServer.answering("")) {
            port = gone.port();
        }
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveClient client = ShockwaveClient.builder().build()) {
                assertThrows(HttpException.class, () -> client.request(Method.DELETE, "http://127.0.0.1:" + port + "/").send());
            }
        }, "ClientRequest", "Connect");
        assertEquals(2, events.size());
        RecordedEvent connect = events.stream().filter(e -> e.getEventType().getName().endsWith(".Connect")).findFirst().orElseThrow();
        assertEquals("CONNECT CONNECT", connect.getString("failure"));
        RecordedEvent request = events.stream().filter(e -> e.getEventType().getName().endsWith(".ClientRequest")).findFirst().orElseThrow();
        assertEquals("DELETE", request.getString("method"));
        assertEquals(0, request.getInt("status"));
        assertEquals(-1, request.getLong("headTime"));
        assertFalse(request.getBoolean("complete"));
    }

    @Test
    void aConnectNamesOriginAndAddress() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveServer server = server(ECHO).start(); ShockwaveClient client = ShockwaveClient.builder().build()) {
                get(client, url(server));
                get(client, url(server));
            }
        }, "Connect");
        RecordedEvent event = only(events);
        assertTrue(event.getString("remote").startsWith("/127.0.0.1:"), event.getString("remote"));
        assertTrue(event.getString("origin").endsWith(event.getString("remote").substring(1)));
        assertNull(event.getString("failure"));
    }

    @Test
    void aHandshakeIsToldByBothSides() throws Exception {
        TestCertificates authority = TestCertificates.authority("events");
        TestCertificates.Issued site = authority.issue(TestCertificates.Kind.EC_P256, "localhost");
        Tls identity = Tls.pem(site.writeChain(folder.resolve("site.pem")), site.writeKey(folder.resolve("site.key")));
        Tls trust = Tls.trusting(authority.write(folder.resolve("ca.pem")));
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveServer server = server(ECHO).tls(identity).start()) {
                String url = "https://localhost:" + server.address().getPort() + "/";
                try (ShockwaveClient client = ShockwaveClient.builder().tls(trust).build()) {
                    get(client, url);
                }
                try (ShockwaveClient client = ShockwaveClient.builder().build()) {
                    assertThrows(HttpException.class, () -> get(client, url));
                }
                for (int i = 0; i < 1_000 && server.stats().connectionsOpen() > 0; i++) {
                    Thread.sleep(5);
                }
            }
        }, "TlsHandshake", "ServerRequest");
        List<RecordedEvent> good = events.stream().filter(e -> e.hasField("cipherSuite") && e.getString("failure") == null).toList();
        List<RecordedEvent> bad = events.stream().filter(e -> e.hasField("cipherSuite") && e.getString("failure") != null).toList();
        assertEquals(2, good.size(), events.toString());
        assertEquals(2, bad.size(), events.toString());
        for (RecordedEvent event : good) {
            assertEquals("TLSv1.3", event.getString("protocol"));
            assertTrue(event.getString("cipherSuite").startsWith("TLS_"), event.getString("cipherSuite"));
            assertTrue(event.getDuration().toNanos() > 0);
            assertEquals("client".equals(event.getString("side")) ? "localhost" : null, event.getString("peer"));
        }
        assertTrue(events.stream().filter(e -> e.hasField("secure")).findFirst().orElseThrow().getBoolean("secure"));
    }

    @Test
    void whoQueuesForAConnectionLeavesAnEventAndWhoDoesNotLeavesNone() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveServer server = server((request, response) -> {
                entered.countDown();
                release.await();
                response.send("done");
            }).start(); ShockwaveClient client = ShockwaveClient.builder().maxConnectionsPerOrigin(1).build()) {
                Thread first = Thread.ofVirtual().start(() -> quietly(client, url(server)));
                assertTrue(entered.await(10, TimeUnit.SECONDS));
                Thread second = Thread.ofVirtual().start(() -> quietly(client, url(server)));
                for (int i = 0; i < 1_000 && client.poolStats().waiting() == 0; i++) {
                    Thread.sleep(5);
                }
                Thread.sleep(20);
                release.countDown();
                first.join();
                second.join();
            }
        }, "PoolWait");
        RecordedEvent event = only(events);
        assertEquals("lease", event.getString("outcome"));
        assertTrue(event.getDuration().toMillis() >= 19, event.getDuration().toString());
    }

    private static void quietly(ShockwaveClient client, String url) {
        try {
            get(client, url);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSpillTellsHowLargeTheSectionBecame() throws Exception {
        String value = "v".repeat(HeaderBlock.PAGE_BYTES * 3);
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveServer server = server(ECHO).start(); ShockwaveClient client = ShockwaveClient.builder().build()) {
                try (ClientResponse response = client.get(url(server)).send()) {
                    response.body().readAll(100);
                }
                var request = client.get(url(server));
                request.headers().add(HeaderName.of("X-Long"), value);
                try (ClientResponse response = request.send()) {
                    response.body().readAll(100);
                }
            }
        }, "HeaderSpill");
        List<RecordedEvent> large = events.stream().filter(e -> Math.max(e.getInt("receivedBytes"), e.getInt("sentBytes")) > value.length()).toList();
        assertEquals(2, large.size(), events.toString());
        for (RecordedEvent event : large) {
            assertTrue(event.getLong("spills") >= 1);
            assertEquals(HeaderBlock.PAGE_BYTES, event.getInt("pageBytes"));
            assertTrue(event.getInt("server".equals(event.getString("side")) ? "receivedBytes" : "sentBytes") > value.length(), event.toString());
        }
    }

    @Test
    void aLimitThatIsMetAndARuleThatIsBrokenAreToldApart() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (ShockwaveServer server = server(ECHO).maxHeaderBytes(512).start()) {
                raw(server, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "v".repeat(600) + "\r\n\r\n");
                raw(server, "GET / HTTP/1.1\r\n\r\n");
            }
            try (RawServer wrong = RawServer.answering("HTTP/1.1 2x0 OK\r\n\r\n"); ShockwaveClient client = ShockwaveClient.builder().build()) {
                assertThrows(HttpException.class, () -> get(client, wrong.url("/")));
            }
        }, "Violation");
        assertEquals(3, events.size(), events.toString());
        assertViolation(events.get(0), "server", Violation.HEADERS_TOO_LARGE, true);
        assertViolation(events.get(1), "server", Violation.HOST_MISSING, false);
        assertViolation(events.get(2), "client", Violation.STATUS_LINE_SYNTAX, false);
    }

    private static void assertViolation(RecordedEvent event, String side, Violation violation, boolean limit) {
        assertEquals(side, event.getString("side"));
        assertEquals(violation.name(), event.getString("violation"));
        assertEquals(violation.rule(), event.getString("rule"));
        assertEquals(violation.status(), event.getInt("status"));
        assertEquals(limit, event.getBoolean("limit"));
    }

    private static void raw(ShockwaveServer server, String request) throws IOException {
        try (Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    @Test
    void aTimeoutNamesItsPhase() throws Exception {
        List<RecordedEvent> events = record(() -> {
            try (RawServer silent = new RawServer(peer -> {
                peer.readRequest();
                Thread.sleep(2_000);
            }); ShockwaveClient client = ShockwaveClient.builder().firstByteTimeout(Duration.ofMillis(50)).build()) {
                assertThrows(HttpException.class, () -> get(client, silent.url("/")));
            }
            try (ShockwaveServer server = server(ECHO).headTimeout(Duration.ofMillis(50)).start()) {
                raw(server, "GET / HT");
            }
        }, "Timeout");
        assertEquals(2, events.size(), events.toString());
        assertEquals("client", events.get(0).getString("side"));
        assertEquals("FIRST_BYTE", events.get(0).getString("phase"));
        assertEquals(50, events.get(0).getDuration("limit").toMillis());
        assertNotNull(events.get(0).getString("origin"));
        assertEquals("server", events.get(1).getString("side"));
        assertEquals("HEAD", events.get(1).getString("phase"));
        assertNull(events.get(1).getString("origin"));
    }

    @Test
    void requestsAreOffUnlessAskedForAndTheRestIsOn() throws Exception {
        try (Recording recording = new Recording()) {
            recording.start();
            try (ShockwaveServer server = server(ECHO).start(); ShockwaveClient client = ShockwaveClient.builder().build()) {
                get(client, url(server));
            }
            recording.stop();
            Path file = folder.resolve("defaults.jfr");
            recording.dump(file);
            List<String> names = new ArrayList<>();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                names.add(event.getEventType().getName());
            }
            assertTrue(names.contains("io.shockwave.Connect"), names.toString());
            assertFalse(names.contains("io.shockwave.ServerRequest") || names.contains("io.shockwave.ClientRequest"));
        }
    }

    @Test
    void nothingIsAllocatedWhileTheyAreOff() throws Exception {
        assertEquals(0.0, AllocationGate.bytesPerOp(1_000, EventsTest::tellEverything), "without a recording");
        try (Recording recording = new Recording()) {
            ALL.forEach(name -> recording.disable("io.shockwave." + name));
            recording.enable("jdk.ThreadSleep");
            recording.start();
            assertEquals(0.0, AllocationGate.bytesPerOp(1_000, EventsTest::tellEverything), "while others are recorded");
        }
    }

    private static void tellEverything() {
        boolean off = Events.serverRequest(true) == null && Events.clientRequest("origin") == null && Events.connect("origin") == null && Events.poolWait("origin") == null
                && Events.tlsHandshake(true, "peer") == null;
        assertTrue(off);
        Events.headerSpill(Events.SERVER, null, 1);
        Events.violation(Events.CLIENT, Violation.TRUNCATED);
        Events.timeout("HEAD");
        Events.timeout(HttpException.Phase.TOTAL, "origin", 1);
    }

    @Test
    void theLibraryRunsWithoutTheModule() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--limit-modules", "java.base", "-cp", System.getProperty("java.class.path"),
                RequestLoop.class.getName()).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals("hello false", out.strip());
    }
}
