package io.shockwave.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import io.shockwave.tuning.BenchmarkReport.Result;
import io.shockwave.tuning.BenchmarkReport.Sample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BenchmarkRunnerTest {
    private static final Duration SHORT = Duration.ofMillis(150);

    private static ShockwaveServer.Builder onLoopback() {
        return ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1);
    }

    private static ShockwaveServer inline(Handler handler) throws IOException {
        return onLoopback().inlineHandler(handler).start();
    }

    private static String url(ShockwaveServer server) {
        return "http://127.0.0.1:" + server.address().getPort() + "/";
    }

    private static BenchmarkScenario quick(BenchmarkScenario scenario) {
        return scenario.warmUp(Duration.ofMillis(20)).duration(SHORT).connections(2);
    }

    private static Result only(BenchmarkScenario scenario) throws Exception {
        return BenchmarkRunner.run(scenario).results().getFirst();
    }

    private static void stall(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aClosedLoopMeasuresAServerOfThisJvm() throws Exception {
        byte[] body = "hello".getBytes(StandardCharsets.US_ASCII);
        try (ShockwaveServer server = inline((request, response) -> response.send(body))) {
            Result result = only(quick(BenchmarkScenario.server(server, "/a")));
            Sample sample = result.samples().getFirst();
            assertTrue(sample.answered() > 0, sample.toString());
            assertEquals(0, sample.errors() + sample.badStatus() + sample.unfinished());
            assertTrue(server.stats().requests() >= sample.answered());
            assertTrue(sample.cpuNs() > 0 && sample.loadCpuNs() > 0 && sample.rssBytes() > 1 << 20 && sample.allocatedBytes() >= 0 && sample.gcCount() >= 0, sample.toString());
            assertEquals(sample.answered() / sample.seconds(), sample.perSecond(), 1e-6);
            assertTrue(sample.seconds() >= 0.14 && sample.seconds() < 20, "of a whole measurement: " + sample);
            assertTrue(result.latencies().p50() > 1_000 && result.latencies().p50() <= result.latencies().p99() && result.latencies().p99() <= result.latencies().max(), result.latencies().toString());
        }
    }

    /** One stall of 200 ms in 300 ms at 1,000 requests a second delays 200 requests by 100 ms on average. Whoever counts from the sending sees one slow request. */
    @Test
    void anOpenLoopChargesAStallWithAllThatItDelays() throws Exception {
        AtomicInteger number = new AtomicInteger();
        Handler stalling = (request, response) -> {
            if (number.incrementAndGet() == 10) {
                stall(200);
            }
            response.send();
        };
        try (ShockwaveServer server = inline(stalling)) {
            Result result = only(BenchmarkScenario.server(server, "/").warmUp(Duration.ZERO).duration(Duration.ofMillis(300)).connections(1).rate(1_000));
            assertEquals(300, result.latencies().count());
            assertTrue(result.latencies().p50() > 30_000_000L, result.latencies().toString());
            assertTrue(result.latencies().p90() > 120_000_000L, result.latencies().toString());
        }
    }

    @Test
    void anOpenLoopSendsAtItsRateWhateverTheConnections() throws Exception {
        try (ShockwaveServer server = inline((request, response) -> response.send())) {
            BenchmarkScenario scenario = BenchmarkScenario.server(server, "/").warmUp(Duration.ofMillis(50)).duration(Duration.ofMillis(200)).rate(500);
            assertEquals(100, only(scenario.connections(1)).latencies().count());
            assertEquals(100, only(scenario.connections(7).threads(3)).latencies().count(), 2); // each thread rounds for itself
        }
    }

    @Test
    void whatIsNotAnsweredInTimeCounts() throws Exception {
        Handler slow = (request, response) -> {
            stall(50);
            response.send();
        };
        try (ShockwaveServer server = inline(slow)) {
            Result result = only(BenchmarkScenario.server(server, "/").warmUp(Duration.ZERO).duration(Duration.ofMillis(100)).connections(1).rate(1_000));
            assertEquals(100, result.latencies().count());
            long unfinished = result.samples().getFirst().unfinished();
            assertTrue(unfinished > 80 && unfinished < 100, "unfinished: " + unfinished);
            assertTrue(result.latencies().max() >= 500_000_000L, "waited until the end: " + result.latencies().max());
            assertTrue(BenchmarkRunnerTest.text(result).contains("does not keep up"));
        }
    }

    private static String text(Result result) {
        return new BenchmarkReport("a machine", List.of(result)).toString();
    }

    @Test
    void badStatusesAndLostConnectionsAreTold() throws Exception {
        try (ShockwaveServer server = inline((request, response) -> response.status(503).send())) {
            Result result = only(quick(BenchmarkScenario.server(server, "/")));
            assertEquals(result.samples().getFirst().answered(), result.samples().getFirst().badStatus());
        }
        try (ShockwaveServer server = onLoopback().maxRequestsPerConnection(1).inlineHandler((request, response) -> response.send()).start()) {
            Sample sample = only(quick(BenchmarkScenario.server(server, "/")).duration(Duration.ofMillis(500))).samples().getFirst();
            assertTrue(sample.answered() > 2 && sample.errors() == 0, "connects anew for each request: " + sample);
        }
    }

    @Test
    void aServerThatHangsUpIsGivenUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    for (;;) {
                        server.accept().close();
                    }
                } catch (IOException e) {
                    // the test is over
                }
            });
            IOException failure = assertThrows(IOException.class, () -> only(quick(BenchmarkScenario.url("http://127.0.0.1:" + server.getLocalPort() + "/"))));
            assertTrue(failure.getMessage().matches("(?s).*(closed|reset|Broken).*"), failure.getMessage());
        }
    }

    @Test
    void nobodyThereIsToldWithTheAddress() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        IOException failure = assertThrows(IOException.class, () -> BenchmarkRunner.run(BenchmarkScenario.url("http://127.0.0.1:" + port + "/")));
        assertTrue(failure.getMessage().contains(":" + port) && failure.getMessage().contains("start the server first"), failure.getMessage());
    }

    @Test
    void methodFieldsAndContentArrive() throws Exception {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        Handler handler = (request, response) -> {
            seen.add(request.method() + " " + request.path() + " " + request.headers().first(HeaderName.of("X-One")).orElse("-") + " " + new String(request.body().readAll(100), StandardCharsets.UTF_8));
            response.stream().write("chunked".getBytes(StandardCharsets.US_ASCII), 0, 7).close();
        };
        try (ShockwaveServer server = onLoopback().handler(handler).start()) {
            BenchmarkScenario scenario = quick(BenchmarkScenario.url(url(server) + "p")).header("X-One", "1").request(Method.PUT, "content".getBytes(StandardCharsets.US_ASCII));
            assertEquals(0, only(scenario).samples().getFirst().errors());
        }
        assertEquals(List.of("PUT /p 1 content"), seen.stream().distinct().toList());
    }

    /** More than Linux lets the buffers of both sockets grow to, and a server that begins to read late. */
    @Test
    void contentAboveTheSocketsBuffersArrivesWhole() throws Exception {
        byte[] large = new byte[16_000_000];
        AtomicInteger complete = new AtomicInteger();
        Handler handler = (request, response) -> {
            stall(50);
            if (request.body().readAll(large.length).length == large.length) {
                complete.incrementAndGet();
            }
            response.send(new byte[300_000]);
        };
        try (ShockwaveServer server = onLoopback().handler(handler).start()) {
            Sample sample = only(BenchmarkScenario.url(url(server)).connections(1).warmUp(Duration.ZERO).duration(Duration.ofMillis(600)).request(Method.POST, large)).samples().getFirst();
            assertEquals(0, sample.errors() + sample.unfinished());
            assertTrue(sample.answered() > 0 && complete.get() >= sample.answered(), sample + ", " + complete);
        }
    }

    @Test
    void tlsIsVerifiedAndMeasured(@TempDir Path folder) throws Exception {
        Tls identity = Tls.selfSigned();
        Tls trust = Tls.trusting(Files.writeString(folder.resolve("cert.pem"), identity.certificatePem()));
        byte[] body = new byte[40_000];
        try (ShockwaveServer server = onLoopback().tls(identity).inlineHandler((request, response) -> response.send(body)).start()) {
            BenchmarkScenario scenario = quick(BenchmarkScenario.url("https://127.0.0.1:" + server.address().getPort() + "/"));
            Sample sample = only(scenario.tls(trust).duration(Duration.ofMillis(200))).samples().getFirst();
            assertTrue(sample.answered() > 1 && sample.errors() == 0, sample.toString());
            assertThrows(IOException.class, () -> only(scenario));
        }
    }

    @Test
    void scenariosTakeTurns() throws Exception {
        List<String> told = new ArrayList<>();
        try (ShockwaveServer server = inline((request, response) -> response.send())) {
            BenchmarkScenario one = quick(BenchmarkScenario.server(server, "/")).warmUp(Duration.ZERO).duration(Duration.ofMillis(10));
            BenchmarkReport report = BenchmarkRunner.defaults().rounds(2).progress(told::add).measure(List.of(one.named("A"), one.named("B")));
            assertEquals(List.of("starting A", "starting B", "round 1 of 2: A", "round 1 of 2: B", "round 2 of 2: A", "round 2 of 2: B"), told);
            assertEquals(List.of("A", "B"), report.results().stream().map(Result::name).toList());
            assertEquals(2, report.results().get(1).samples().size());
        }
    }

    @Test
    void aTiersServerRunsInAJvmOfItsOwnAndTellsAll() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        BenchmarkScenario tier = quick(BenchmarkScenario.tier("core", classPath)).jvmArguments(List.of("-XX:TieredStopAtLevel=1", "-Xmx64m")).answer(2_000);
        Result result = only(tier.header("X-Long", "v".repeat(200)));
        Sample sample = result.samples().getFirst();
        assertTrue(sample.answered() > 0 && sample.errors() + sample.badStatus() == 0, sample.toString());
        assertTrue(sample.cpuNs() > 0 && sample.allocatedBytes() >= 0 && sample.gcCount() >= 0 && sample.rssBytes() > 1 << 20, sample.toString());
        assertEquals(1.0, result.spillsPerRequest(), 0.1, "200 bytes do not fit the core's page");
        IOException other = assertThrows(IOException.class, () -> only(quick(BenchmarkScenario.tier("maxperf", classPath)).jvmArguments(List.of())));
        assertTrue(other.getMessage().contains("holds the tier core"), other.getMessage());
        IOException broken = assertThrows(IOException.class, () -> only(quick(BenchmarkScenario.tier("core", classPath)).jvmArguments(List.of("-XX:NoSuchOption"))));
        assertTrue(broken.getMessage().contains("NoSuchOption"), broken.getMessage());
    }

    @Test
    void replaysAnswerAsTheirOriginals() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Replay found = new Replay("GET", "/a/rather/long/path?q=1", List.of(), new byte[0], 200, List.of(java.util.Map.entry("X-A", "b")), 100);
        Replay missing = new Replay("GET", "/gone", List.of(), new byte[0], 404, List.of(), 0);
        Result result = only(quick(BenchmarkScenario.tier("core", classPath)).jvmArguments(List.of("-XX:TieredStopAtLevel=1")).connections(1).replaying(List.of(found, missing)));
        Sample sample = result.samples().getFirst();
        assertEquals(sample.answered() / 2.0, sample.badStatus(), 1.0);
        assertEquals("/0xxxxxxxxxxxxxxxxxxxxx", Replay.numbered(0, "/a/rather/long/path?q=1"));
        assertEquals("/1", Replay.numbered(1, "/"));
    }

    @Test
    void boundsAreKeptOnBothSides() {
        BenchmarkScenario scenario = BenchmarkScenario.url("http://localhost/");
        scenario.connections(1).connections(10_000).threads(1).threads(64).rate(0).rate(10_000_000).duration(Duration.ofMillis(1)).duration(Duration.ofHours(1)).warmUp(Duration.ZERO);
        assertThrows(IllegalArgumentException.class, () -> scenario.connections(0));
        assertThrows(IllegalArgumentException.class, () -> scenario.connections(10_001));
        assertThrows(IllegalArgumentException.class, () -> scenario.threads(0));
        assertThrows(IllegalArgumentException.class, () -> scenario.threads(65));
        assertThrows(IllegalArgumentException.class, () -> scenario.rate(-1));
        assertThrows(IllegalArgumentException.class, () -> scenario.rate(10_000_001));
        assertThrows(IllegalArgumentException.class, () -> scenario.rate(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> scenario.duration(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> scenario.duration(Duration.ofHours(1).plusMillis(1)));
        assertThrows(IllegalArgumentException.class, () -> scenario.answer(1));
        assertThrows(IllegalArgumentException.class, () -> scenario.header("Host", "other"));
        assertThrows(IllegalArgumentException.class, () -> scenario.header("X", "a\r\nb"));
        assertThrows(IllegalArgumentException.class, () -> scenario.request(Method.CONNECT, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> scenario.process(Long.MAX_VALUE));
        assertThrows(IllegalArgumentException.class, () -> BenchmarkScenario.url("ftp://localhost/"));
        BenchmarkScenario.tier("lowmem", "x").answer(0).answer(1 << 20);
        assertThrows(IllegalArgumentException.class, () -> BenchmarkScenario.tier("lowmem", "x").answer((1 << 20) + 1));
        BenchmarkRunner.defaults().rounds(1).rounds(1_000);
        assertThrows(IllegalArgumentException.class, () -> BenchmarkRunner.defaults().rounds(0));
        assertThrows(IllegalArgumentException.class, () -> BenchmarkRunner.defaults().rounds(1_001));
        assertFalse(TierFacts.exists("core"));
        assertEquals(List.of(480, 1_344, 2_048, 8_192), TierFacts.ALL.stream().map(TierFacts::budgetBytes).toList());
    }
}
