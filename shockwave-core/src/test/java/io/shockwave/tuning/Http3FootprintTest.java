package io.shockwave.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Tier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an idle HTTP/3 connection weighs on either side, all of it: the growth of the heap of a JVM that does nothing else, with its keys, what the JDK has for them, and its places in the tables of its
 * endpoint. And that the profiler finds it.
 */
@Tag("tier")
@Timeout(180)
class Http3FootprintTest {
    private static final int WARM = 50;
    private static final int COUNTED = 150;
    private static final long PATIENCE_NS = 60_000_000_000L;
    /** At rest there are secrets, and no cipher of the JDK's or of libcrypto. */
    private static final long MOST_SERVER_BYTES = 7_200;
    private static final long MOST_CLIENT_BYTES = 9_200;
    /** An endpoint keeps as many for connections that wake up. */
    private static final long STREAM_SETS_KEPT = 32;
    private static final String STREAM_SETS = "io.shockwave.internal.quic.QuicStreams";
    /** What a collector puts where it leaves a gap; nobody's. */
    private static final String FILLER = "jdk.internal.vm.FillerElement;";
    /** What exists once for all servers and clients of a JVM, and what only this test's program has. */
    private static final Pattern SHARED = Pattern.compile("(\\[*L?)io\\.shockwave\\.(HeaderName|Method|HttpVersion|internal\\.exchange\\.Violation|internal\\.events\\..*|tuning\\..*);?");

    /** A program of {@link IdleHttp3}. */
    private static final class Side implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;
        private final Writer in;

        Side(String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp",
                    System.getProperty("java.class.path"), IdleHttp3.class.getName()));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            out = process.inputReader(StandardCharsets.UTF_8);
            in = process.outputWriter(StandardCharsets.US_ASCII);
        }

        List<String> ask(String line) throws IOException {
            in.write(line + '\n');
            in.flush();
            List<String> answer = new ArrayList<>();
            for (String each = out.readLine(); !"done".equals(each); each = out.readLine()) {
                if (each == null) {
                    throw new IOException("the program ended");
                }
                answer.add(each);
            }
            return answer;
        }

        Map<String, Long> classes(String line) throws IOException {
            Map<String, Long> bytes = new TreeMap<>();
            for (String each : ask(line)) {
                String[] parts = each.split(" ");
                if (parts[0].equals("component")) {
                    bytes.put(each.substring("component ".length(), each.indexOf('|')), Long.parseLong(each.substring(each.indexOf('|') + 1)));
                } else if (parts[0].equals("class")) {
                    bytes.put(parts[1], Long.parseLong(parts[3]));
                    bytes.put(parts[1] + '#', Long.parseLong(parts[2]));
                }
            }
            return bytes;
        }

        /** The heap once all connections are at rest. */
        Map<String, Long> heapAtRest() throws IOException {
            long giveUp = System.nanoTime() + PATIENCE_NS;
            for (;;) {
                Map<String, Long> heap = classes("heap");
                if (heap.getOrDefault(STREAM_SETS + '#', 0L) <= STREAM_SETS_KEPT) {
                    return heap;
                }
                assertTrue(System.nanoTime() < giveUp, heap.get(STREAM_SETS + '#') + " connections are not at rest");
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void anIdleConnectionIsSmallAndAccountedFor(@TempDir Path folder) throws Exception {
        Path pem = folder.resolve("site.pem");
        try (Side server = new Side("server", pem.toString())) {
            String port = server.out.readLine().substring("port ".length());
            try (Side client = new Side("client", port, pem.toString())) {
                client.ask("open " + WARM);
                Map<String, Long> serverBefore = server.heapAtRest();
                Map<String, Long> clientBefore = client.heapAtRest();
                client.ask("open " + COUNTED);
                Map<String, Long> serverAfter = server.heapAtRest();
                Map<String, Long> clientAfter = client.heapAtRest();
                long serverBytes = (total(serverAfter) - total(serverBefore)) / COUNTED;
                long clientBytes = (total(clientAfter) - total(clientBefore)) / COUNTED;
                System.out.printf("idle HTTP/3 connection, %s: %,d bytes of heap on the server, %,d on the client%n", Tier.current().name(), serverBytes, clientBytes);
                agrees(server, serverAfter, serverBytes);
                agrees(client, clientAfter, clientBytes);
                assertTrue(serverBytes <= MOST_SERVER_BYTES, serverBytes + " bytes on the server");
                assertTrue(clientBytes <= MOST_CLIENT_BYTES, clientBytes + " bytes on the client");
            }
        }
    }

    private static long total(Map<String, Long> heap) {
        long bytes = 0;
        for (Map.Entry<String, Long> each : heap.entrySet()) {
            bytes += each.getKey().endsWith("#") || each.getKey().endsWith(FILLER) ? 0 : each.getValue();
        }
        return bytes;
    }

    /** Of our own classes the profiler finds what is on the heap, and has a component for it. */
    private static void agrees(Side side, Map<String, Long> heap, long measured) throws IOException {
        Map<String, Long> profiled = side.classes("profile");
        long told = (profiled.get("HTTP/3 connections") + profiled.getOrDefault("JDK ciphers", 0L)) / (WARM + COUNTED);
        assertTrue(told >= measured * 3 / 4 && told <= measured * 11 / 10, told + " bytes a connection profiled, " + measured + " measured"); // the rest are places in tables
        long ours = 0;
        long theirs = 0;
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Long> each : heap.entrySet()) {
            String name = each.getKey();
            if (!name.endsWith("#") && name.contains("io.shockwave.") && !SHARED.matcher(name).matches() && each.getValue() > 10_000) {
                long found = profiled.getOrDefault(name, 0L);
                ours += found;
                theirs += each.getValue();
                if (Math.abs(found - each.getValue()) > each.getValue() * 0.05) {
                    wrong.add(name + ": " + found + " profiled, " + each.getValue() + " in the histogram");
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(theirs > 500_000 && Math.abs(ours - theirs) <= theirs * 0.05, ours + " of " + theirs);
    }
}
