package io.shockwave.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.server.ShockwaveServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.vm.VM;

@Timeout(120)
class MemoryProfilerTest {
    /** What exists once for all servers and clients of a JVM, and the responses: they are the application's, which keeps them in a list here. */
    private static final Pattern OF_OTHERS = Pattern.compile(
            "(\\[*L?)io\\.shockwave\\.(HeaderName|Method|HttpVersion|internal\\.exchange\\.Violation|internal\\.events\\..*|internal\\.dispatch\\.client\\.PooledResponse);?");

    /** JOL asks the VM itself; every class of ours that can have instances must agree. */
    @Test
    void shapesAreThoseOfTheVm() throws Exception {
        ObjectShapes shapes = new ObjectShapes();
        List<String> wrong = new ArrayList<>();
        int classes = 0;
        Path root = Path.of("target/classes");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class") && !path.endsWith("module-info.class") && !path.endsWith("package-info.class")).toList()) {
                Class<?> type = Class.forName(root.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", ""), false, getClass().getClassLoader());
                if (type.isInterface() || type.isRecord() || java.lang.reflect.Modifier.isAbstract(type.getModifiers())) {
                    continue;
                }
                classes++;
                long expected = ClassLayout.parseClass(type).instanceSize();
                if (shapes.instance(type) != expected) {
                    wrong.add(type.getName() + " " + shapes.instance(type) + " for " + expected);
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(classes > 100, classes + " classes");
    }

    @Test
    void arraysAndStringsAreThoseOfTheVm() {
        ObjectShapes shapes = new ObjectShapes();
        for (int length : new int[] {0, 1, 3, 4, 5, 1_000}) {
            assertEquals(VM.current().sizeOf(new byte[length]), shapes.array(byte.class, length));
            assertEquals(VM.current().sizeOf(new char[length]), shapes.array(char.class, length));
            assertEquals(VM.current().sizeOf(new int[length]), shapes.array(int.class, length));
            assertEquals(VM.current().sizeOf(new long[length]), shapes.array(long.class, length));
            assertEquals(VM.current().sizeOf(new Object[length]), shapes.array(Object.class, length));
        }
        assertEquals(VM.current().sizeOf("abc") + VM.current().sizeOf(new byte[3]), shapes.string("abc"));
        assertEquals(VM.current().sizeOf("a\u20ac") + VM.current().sizeOf(new byte[4]), shapes.string("a\u20ac"));
    }

    /** The classes of which server and client have instances of their own, and the histogram of a JVM that runs nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"-XX:-UseCompactObjectHeaders", "-XX:+UseCompactObjectHeaders", "-XX:-UseCompressedOops"})
    void agreesWithAHeapHistogramWithin5Percent(String option) throws Exception {
        Map<String, Map<String, long[]>> told = play(option);
        Map<String, long[]> histogram = told.get("histogram");
        long ours = 0;
        long theirs = 0;
        List<String> wrong = new ArrayList<>();
        Map<String, Long> profiled = new HashMap<>();
        for (String side : List.of("server", "client")) {
            told.get(side).forEach((name, sum) -> profiled.merge(name, sum[1], Long::sum));
        }
        for (Map.Entry<String, long[]> row : histogram.entrySet()) {
            String name = row.getKey();
            long bytes = row.getValue()[1];
            if (!name.contains("io.shockwave.") || name.contains("io.shockwave.tuning") || OF_OTHERS.matcher(name).matches() || isConstant(name) || bytes <= 0) {
                continue;
            }
            long found = profiled.getOrDefault(name, 0L);
            theirs += bytes;
            ours += found;
            if (bytes > 1_000 && Math.abs(found - bytes) > bytes * 0.05) {
                wrong.add(name + ": " + found + " profiled, " + bytes + " in the histogram");
            }
        }
        assertTrue(theirs > 20_000, theirs + " bytes");
        System.out.printf("%s: %,d bytes of our classes profiled, %,d in the histogram%n", option, ours, theirs);
        assertTrue(Math.abs(ours - theirs) <= theirs * 0.05, ours + " of " + theirs + ": " + wrong);
        assertEquals(List.of(), wrong);
    }

    /** Constants of enums, and the arrays of them, exist once in a JVM and belong to no server or client. */
    private static boolean isConstant(String name) throws ClassNotFoundException {
        if (name.contains("$$Lambda")) {
            return false; // found by no name
        }
        Class<?> type = Class.forName(name, false, MemoryProfilerTest.class.getClassLoader());
        Class<?> element = type.isArray() ? type.getComponentType() : type;
        return element.isEnum() || element.getSuperclass() != null && element.getSuperclass().isEnum();
    }

    private static Map<String, Map<String, long[]>> play(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ProfiledExchanges.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), out);
        Map<String, Map<String, long[]>> told = new HashMap<>();
        for (String line : out.substring(0, out.indexOf("shown\n")).split("\n")) {
            String[] parts = line.split(" ");
            if (parts.length == 4) {
                told.computeIfAbsent(parts[0], kind -> new HashMap<>()).put(parts[1], new long[] {Long.parseLong(parts[2]), Long.parseLong(parts[3])});
            }
        }
        return told;
    }

    @Test
    void countsWhatIsLentFreeAndIdle() throws Exception {
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).handler((request, response) -> response.send("x".repeat(100_000)))
                        .start(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            MemoryReport before = MemoryProfiler.profile(client);
            assertEquals(0, before.counts().get("exchanges lent"));
            assertEquals(0, before.bytes("exchanges lent"));
            String url = "http://127.0.0.1:" + server.address().getPort() + "/";
            try (ClientResponse response = client.get(url).send()) {
                MemoryReport during = MemoryProfiler.profile(client);
                assertEquals(1, during.counts().get("exchanges lent"));
                assertEquals(1, during.counts().get("connections leased"));
                assertEquals(1, during.counts().get("buffers lent"));
                assertTrue(during.bytes("buffers lent") > 18_000, during.toString());
                assertTrue(during.bytes("exchanges lent") > 100, during.toString());
                response.body().readAll(200_000);
            }
            MemoryReport after = MemoryProfiler.profile(client);
            assertEquals(0, after.counts().get("exchanges lent"));
            assertEquals(1, after.counts().get("exchanges lent at most"));
            assertEquals(1, after.counts().get("connections idle"));
            assertEquals(1, after.counts().get("JDK channels"));
            assertTrue(after.bytes("buffers free") > 18_000, after.toString());
            assertTrue(after.bytes("exchanges free") > 100, after.toString());
            MemoryReport served = MemoryProfiler.profile(server);
            assertEquals(1, served.counts().get("connections open"));
            assertEquals(1, served.counts().get("connections idle"));
            assertEquals(0, served.counts().get("exchanges lent"));
            assertEquals(1, served.counts().get("exchanges free"));
            assertTrue(served.nativeBytes() >= 2 * 65_536, served.toString());
            assertTrue(served.counts().get("slab bytes lent at most") > 0);
        }
    }

    @Test
    void anIdleTlsConnectionOfAClientHoldsNoBuffer(@TempDir Path folder) throws Exception {
        TestCertificates authority = TestCertificates.authority("profiler");
        TestCertificates.Issued site = authority.issue(TestCertificates.Kind.EC_P256, "localhost");
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).handler((request, response) -> response.send("hello"))
                        .tls(Tls.pem(site.writeChain(folder.resolve("site.pem")), site.writeKey(folder.resolve("site.key")))).start();
                ShockwaveClient client = ShockwaveClient.builder().tls(Tls.trusting(authority.write(folder.resolve("ca.pem")))).build()) {
            try (ClientResponse response = client.get("https://localhost:" + server.address().getPort() + "/").send()) {
                assertEquals(5, response.body().readAll(100).length);
            }
            MemoryReport report = MemoryProfiler.profile(client);
            assertEquals(1, report.counts().get("connections idle"));
            assertEquals(1, report.counts().get("JDK TLS engines"));
            assertEquals(0, report.bytes("buffers lent"), report.toString());
            assertTrue(report.bytes("connections") + report.bytes("TLS sessions") < 1_500, report.toString());
        }
    }

    @Test
    void readsAsATreeAndAsJson() throws Exception {
        LinkedHashMap<String, Long> counts = new LinkedHashMap<>(Map.of("connections open", 1_234L));
        MemoryReport report = new MemoryReport("server", List.of(new MemoryReport.Component("header blocks", 3, 1_000, 0, false), new MemoryReport.Component("reactors", 12, 200, 65_536, false),
                new MemoryReport.Component("JDK channels and keys", 0, 500, 0, true)), List.of(new MemoryReport.ClassSize("a.B", 1, 24)), counts);
        assertEquals("""
                server                       heap bytes  native bytes  objects
                ├─ counted                        1,200        65,536       15
                │  ├─ header blocks               1,000             0        3
                │  └─ reactors                      200        65,536       12
                ├─ estimated                        500             0
                │  └─ JDK channels and keys         500             0
                └─ counts
                   └─ connections open                                   1,234
                """, report.toString());
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertEquals(1_200, json.get("heapBytes").asLong());
        assertEquals(500, json.get("estimatedBytes").asLong());
        assertTrue(json.get("components").get(2).get("estimated").asBoolean());
        assertEquals(1_234, json.get("counts").get("connections open").asLong());
        assertEquals(24, json.get("classes").get(0).get("bytes").asLong());
    }

    @Test
    void refusesWhatIsNotOurs() {
        assertThrows(IllegalArgumentException.class, () -> MemoryProfiler.profile((ShockwaveServer) java.lang.reflect.Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {ShockwaveServer.class}, (proxy, method, arguments) -> null)));
    }
}
