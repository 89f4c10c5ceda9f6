package io.shockwave.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TuneCommandIT {
    private static final String HAR = """
            {"log": {"entries": [{"startedDateTime": "2026-01-05T10:00:00Z", "time": 20,
              "request": {"method": "GET", "url": "http://a.example/", "headers": [{"name": "cookie", "value": "%s"}], "bodySize": 0},
              "response": {"status": 200, "headers": [], "content": {"size": 3000}, "bodySize": 3000}}]}}
            """;

    @TempDir
    Path folder;

    @Test
    void advisesFromAHarAnAccessLogAndADescription() throws Exception {
        Files.writeString(folder.resolve("shop.har"), String.format(HAR, "c".repeat(1_000)));
        Cli.Ran har = Cli.run(folder, "tune", "shop.har", "--current", "lowmem");
        assertEquals(0, har.exit(), har.err());
        assertTrue(har.text().startsWith("--- current\n+++ advised, from shop.har, 1 exchange\n- tier lowmem\n+ tier highperf\n"), har.text());
        Cli.Ran json = Cli.run(folder, "tune", "shop.har", "--current", "lowmem", "--json");
        assertEquals("highperf", new ObjectMapper().readTree(json.out()).get("advice").get(0).get("advised").asText());

        Files.writeString(folder.resolve("access.log"), "127.0.0.1 - - [23/Nov/2026:19:34:50 +0000] \"GET / HTTP/1.1\" 200 6\n");
        Cli.Ran log = Cli.run(folder, "tune", "access.log", "--current", "lowmem");
        assertEquals(0, log.exit(), log.err());
        assertTrue(log.text().contains("+ bufferBytes 1,024"), log.text());

        Cli.Ran described = Cli.run(folder, "tune", "--rate", "2000", "--latency", "15ms", "--current", "lowmem");
        assertTrue(described.text().contains("+ maxConnectionsPerOrigin 45"), described.text());
    }

    @Test
    void whatIsWrongIsToldInOneSentence() throws Exception {
        Files.writeString(folder.resolve("bad.har"), "{\"log\": {\"entries\": [}}");
        wrong(1, "is no HAR: ", "tune", "bad.har");
        wrong(1, "there is no such file", "tune", "none.har");
        wrong(2, "needs a HAR file", "tune");
        wrong(2, "one file", "tune", "a", "b");
        wrong(2, "together", "tune", "--fields", "3");
        wrong(2, "--latency", "tune", "--rate", "3");
        wrong(2, "in place of a file", "tune", "bad.har", "--rate", "3");
        wrong(2, "no tier fast", "tune", "bad.har", "--current", "fast");
        wrong(1, "--jars", "tune", "--fields", "20", "--header-bytes", "1000", "--current", "lowmem", "--verify");
    }

    private void wrong(int exit, String part, String... args) throws Exception {
        Cli.Ran ran = Cli.run(folder, args);
        assertEquals(exit, ran.exit(), ran.err());
        assertTrue(ran.err().contains("shockwave: ") && ran.err().contains(part), ran.err());
    }
}
