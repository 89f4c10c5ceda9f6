package io.shockwave.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the jars start: with their JVM arguments, with an AOT cache, and with no more classes than they need. */
class StartIT {

    /** Of the JDK, of ours and made at run time, up to the first answer: 1,268 were seen. One library that is drawn in by accident (logging, Flight Recorder) is some hundred. */
    private static final int MAX_CLASSES = 1_400;

    @TempDir
    Path scratch;

    private Path site;

    @BeforeEach
    void makeTheSite() throws IOException {
        site = Files.createDirectories(scratch.resolve("site"));
        Files.writeString(site.resolve("index.html"), "Hello, World!");
    }

    private static Path arguments(String tier) {
        return Artifacts.ROOT.resolve("tiers").resolve(tier + ".jvmargs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lowmem", "highperf", "ultraperf", "maxperf"})
    void printsArgumentsThatTheJvmTakesWithoutAWord(String tier) throws IOException, InterruptedException {
        Artifacts.Ran printed = Artifacts.java(scratch, "-jar", Artifacts.tier(tier).toString(), "jvm-args");
        assertEquals(Files.readString(arguments(tier)), printed.out());
        assertEquals("", printed.err());
        assertEquals(0, printed.exit());
        Path file = Files.writeString(scratch.resolve("jvmargs"), printed.out());
        Artifacts.Ran ran = Artifacts.java(scratch, "@" + file, "-jar", Artifacts.tier(tier).toString(), "version");
        assertEquals("", ran.err());
        assertEquals(0, ran.exit());
        assertTrue(ran.out().contains("tier " + tier), ran.out());
        for (String line : printed.out().lines().toList()) {
            assertTrue(line.isBlank() || line.startsWith("#") || line.startsWith("-"), line);
        }
        assertEquals(2, Artifacts.java(scratch, "-jar", Artifacts.tier(tier).toString(), "jvm-args", "giant").exit());
    }

    @Test
    void answersFirstWithFewClassesAndWithoutLoggingOrFlightRecorder() throws IOException, InterruptedException {
        Path log = scratch.resolve("classes");
        try (Served server = Served.start(scratch, "lowmem", site, "@" + arguments("lowmem"), "-Xlog:class+load:file=" + log)) {
            assertTrue(server.get("/").endsWith("\r\n\r\nHello, World!"));
            List<String> loaded = Files.readAllLines(log);
            System.out.println("classes loaded up to the first answer: " + loaded.size());
            assertTrue(loaded.size() <= MAX_CLASSES, loaded.size() + " classes");
            assertFalse(loaded.stream().anyMatch(line -> line.contains(" jdk.jfr.internal.") || line.contains(" java.util.logging.") || line.contains(" io.shockwave.tuning.")), () -> String.join("\n", loaded));
        }
    }

    @Test
    void recordsEventsFromARecordingThatBeginsLater() throws IOException, InterruptedException {
        try (Served server = Served.start(scratch, "lowmem", site, "@" + arguments("lowmem"))) {
            assertTrue(server.get("/").contains("Hello"));
            jcmd(server, "JFR.start", "name=late", "+io.shockwave.ServerRequest#enabled=true");
            assertTrue(server.get("/index.html").contains("Hello"));
            assertTrue(server.get("/none").startsWith("HTTP/1.1 404 "));
            Path file = scratch.resolve("late.jfr");
            jcmd(server, "JFR.dump", "name=late", "filename=" + file);
            List<Integer> statuses = RecordingFile.readAllEvents(file).stream().filter(event -> event.getEventType().getName().equals("io.shockwave.ServerRequest"))
                    .map((RecordedEvent event) -> event.getInt("status")).sorted().toList();
            assertEquals(List.of(200, 404), statuses);
        }
    }

    private void jcmd(Served server, String... command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(server.pid()), String.join(" ", command))
                .redirectErrorStream(true).redirectOutput(scratch.resolve("jcmd").toFile()).start();
        assertTrue(jcmd.waitFor(30, TimeUnit.SECONDS), "jcmd");
        assertEquals(0, jcmd.exitValue(), Files.readString(scratch.resolve("jcmd")));
    }

    @Test
    void startsFromAnAotCacheThatAServerLeaves() throws IOException, InterruptedException {
        Path cache = scratch.resolve("lowmem.aot");
        try (Served recorded = Served.start(scratch, "lowmem", site, "@" + arguments("lowmem"), "-XX:AOTCacheOutput=" + cache)) {
            assertTrue(recorded.get("/").contains("Hello"));
            assertEquals(0, recorded.end(), recorded.told());
        }
        assertTrue(Files.size(cache) > 1_000_000, "the cache");
        Path log = scratch.resolve("classes");
        try (Served server = Served.start(scratch, "lowmem", site, "@" + arguments("lowmem"), "-XX:AOTCache=" + cache, "-XX:AOTMode=on", "-Xlog:class+load:file=" + log)) {
            assertTrue(server.get("/").contains("Hello"));
            List<String> ours = Files.readAllLines(log).stream().filter(line -> line.contains(" io.shockwave.") && !line.contains("shared objects file")).toList();
            assertEquals(List.of(), ours, "classes that the cache lacks");
            assertFalse(server.told().contains("aot"), server.told());
        }
    }
}
