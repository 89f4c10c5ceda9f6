package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What requests and bulk over HTTP/3 connections, one or many, allocate on loopback, in bytes, on the threads of the server, the client, and who asks: see {@link Http3AllocRun}. */
@Timeout(240)
class Http3RequestAllocTest {
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    private static final int MANY = 32;
    private static final String STREAMS = "4";
    /** A table that grows once, a timer, code that is compiled late: more than that would be something of each request. */
    private static final double MOST_REQUEST_BYTES = 64;
    /** Tables and chunks of a buffer for 8 MiB that grow anew; it would take 11 bytes a packet to come to as much. */
    private static final double MOST_MIB_BYTES = 8_192;
    /** What the JDK's AES-GCM was seen to take for each packet on JDK 25, sealed or opened, and a tenth on top for other builds of it. */
    private static final double CIPHER_BYTES = 1_020;
    /** A request and its answer, and an acknowledgment of either that travels alone. */
    private static final int PACKETS_A_REQUEST = 4;
    /** Of 1,400 bytes each, and an acknowledgment for every second. */
    private static final int PACKETS_A_MIB = 1_130;

    @Test
    void withLibcryptoNothingIsAllocatedForARequest(@TempDir Path folder) throws Exception {
        holdsNative(run(folder, NATIVE, 1));
    }

    @Test
    void withLibcryptoNothingIsAllocatedForARequestOnManyConnections(@TempDir Path folder) throws Exception {
        holdsNative(run(folder, NATIVE, MANY));
    }

    private static void holdsNative(Map<String, double[]> told) {
        assumeTrue(told.get("native")[0] == 1, "no libcrypto");
        holds(told.get("requests"), MOST_REQUEST_BYTES);
        holds(told.get("down"), MOST_MIB_BYTES);
        holds(told.get("up"), MOST_MIB_BYTES);
    }

    @Test
    void withTheJdksCiphersARequestCostsWhatTheyCost(@TempDir Path folder) throws Exception {
        Map<String, double[]> told = run(folder, "-Dnothing=", 1);
        assertEquals(0, told.get("native")[0]);
        holds(told.get("requests"), MOST_REQUEST_BYTES + PACKETS_A_REQUEST * CIPHER_BYTES);
        holds(told.get("down"), MOST_MIB_BYTES + PACKETS_A_MIB * CIPHER_BYTES);
        holds(told.get("up"), MOST_MIB_BYTES + PACKETS_A_MIB * CIPHER_BYTES);
        assertTrue(told.get("requests")[2] <= MOST_REQUEST_BYTES, told.get("requests")[2] + " bytes of whoever asks");
    }

    private static void holds(double[] bytes, double most) {
        for (int i = 0; i < bytes.length; i++) {
            assertTrue(bytes[i] <= most, bytes[i] + " bytes of " + List.of("the server", "the client", "whoever asks").get(i) + ", more than " + most);
        }
    }

    private static Map<String, double[]> run(Path folder, String option, int connections) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx256m", option, "-cp", System.getProperty("java.class.path"),
                Http3AllocRun.class.getName(), folder.resolve("site.pem").toString(), Integer.toString(connections), STREAMS).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), out);
        Map<String, double[]> told = new TreeMap<>();
        for (String line : out.split("\n")) {
            List<String> parts = new ArrayList<>(List.of(line.split(" ")));
            String what = parts.removeFirst();
            if (List.of("native", "requests", "down", "up").contains(what)) {
                told.put(what, parts.stream().mapToDouble(Double::parseDouble).toArray());
            }
        }
        System.out.printf("HTTP/3, %s, %d connections, on the server, the client, and whoever asks: %s bytes a request, %s a MiB down, %s a MiB up%n", told.get("native")[0] == 1 ? "libcrypto" : "the JDK's ciphers",
                connections, Arrays.toString(told.get("requests")), Arrays.toString(told.get("down")), Arrays.toString(told.get("up")));
        return told;
    }
}
