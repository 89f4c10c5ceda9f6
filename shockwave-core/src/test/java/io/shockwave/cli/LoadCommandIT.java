package io.shockwave.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LoadCommandIT {
    @TempDir
    Path folder;

    @Test
    void measuresAServerAndWritesAllThreeForms() throws Exception {
        Files.writeString(folder.resolve("a.txt"), "hello");
        try (Cli server = Cli.start(folder, "serve", "--port", "0", "--quiet")) {
            String url = "localhost:" + server.port() + "/a.txt";
            Cli.Ran ran = Cli.run(folder, "load", url, "-c", "2", "-d", "100ms", "--warm-up", "100ms", "--html", "page.html", "--json", "all.json");
            assertEquals(0, ran.exit(), ran.err());
            String[] lines = ran.text().split("\n");
            assertTrue(lines[0].contains("req/s") && lines[0].contains("p99.9"), ran.text());
            assertTrue(lines[1].startsWith("http://" + url), ran.text());
            assertTrue(ran.err().contains("round 1 of 1") && ran.err().contains("page.html"), ran.err());
            assertTrue(Files.readString(folder.resolve("page.html")).contains("<svg"));
            JsonNode json = new ObjectMapper().readTree(folder.resolve("all.json").toFile());
            assertTrue(json.get("results").get(0).get("samples").get(0).get("answered").asLong() > 0);

            Cli.Ran rate = Cli.run(folder, "load", url, "--rate", "200", "-d", "200ms", "--warm-up", "0ms", "--json", "-");
            assertEquals(40, new ObjectMapper().readTree(rate.out()).get("results").get(0).get("latencyNs").get("count").asInt(), new String(rate.out(), StandardCharsets.UTF_8));

            Cli.Ran missing = Cli.run(folder, "load", "localhost:" + server.port() + "/none", "-c", "1", "-d", "50ms", "--warm-up", "0ms");
            assertEquals(4, missing.exit());
            assertTrue(missing.text().contains("status of 400 or above"), missing.text());
            Cli.Ran cannot = Cli.run(folder, "load", url, "-d", "10ms", "--warm-up", "0ms", "--html", "no/such/folder");
            assertEquals(23, cannot.exit(), cannot.err());
        }
    }

    @Test
    void whatIsWrongIsToldInOneSentence() throws Exception {
        wrong(2, "needs a URL", "load");
        wrong(2, "one URL", "load", "http://a/", "http://b/");
        wrong(2, "leave out", "load", "http://a/", "--tiers", "lowmem");
        wrong(2, "no tier fast", "load", "--tiers", "fast");
        wrong(2, "twice", "load", "--tiers", "lowmem,lowmem");
        wrong(2, "unit", "load", "http://a/", "-d", "300");
        wrong(2, "number of requests", "load", "http://a/", "--rate", "many");
        wrong(2, "10 million", "load", "http://a/", "--rate", "10000001");
        wrong(2, "from 1 to 10000", "load", "http://a/", "-c", "10001");
        wrong(2, "a name, a colon", "load", "http://a/", "-H", "X");
        wrong(3, "only http and https", "load", "ftp://a/");
        wrong(1, "start the server first", "load", "http://localhost:1/");
        wrong(1, "--jars", "load", "--tiers", "maxperf");
    }

    private void wrong(int exit, String part, String... args) throws Exception {
        Cli.Ran ran = Cli.run(folder, args);
        assertEquals(exit, ran.exit(), ran.err());
        assertTrue(ran.err().contains("shockwave: ") && ran.err().contains(part), ran.err());
        assertEquals("", ran.text());
    }
}
