package io.shockwave.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much of real traffic outgrows what each tier preallocates: asked of the jars themselves. The environment variable {@code SHOCKWAVE_TRAFFIC} may name a recording in the form of
 * the hpack-test-case project, an array of {@code {"context": "request"|"response", "headers": [[[name, value], …], …]}}; without it a few lists as browsers, tools and servers send them are used.
 */
class SpillIT {

    @TempDir
    static Path scratch;

    private static Path requests;
    private static Path responses;
    private static Path classes;
    private static boolean recorded;

    @BeforeAll
    static void writeTheListsAndCompile() throws IOException {
        String recording = System.getenv("SHOCKWAVE_TRAFFIC");
        if (recording == null) {
            requests = copy("request-headers.txt");
            responses = copy("response-headers.txt");
        } else {
            JsonNode stories = new ObjectMapper().readTree(Path.of(recording).toFile());
            requests = Files.writeString(scratch.resolve("requests"), lists(stories, "request"), StandardCharsets.ISO_8859_1);
            responses = Files.writeString(scratch.resolve("responses"), lists(stories, "response"), StandardCharsets.ISO_8859_1);
            recorded = true;
        }
        classes = Artifacts.compile(Artifacts.ROOT.resolve("tiers/src/spills"), scratch.resolve("classes"), "-cp", Artifacts.tier("lowmem").toString());
    }

    private static Path copy(String resource) throws IOException {
        try (InputStream in = SpillIT.class.getResourceAsStream("/" + resource)) {
            Path copy = scratch.resolve(resource);
            Files.copy(in, copy);
            return copy;
        }
    }

    /** As HTTP/1.1 carries them: the target first, the authority as Host, no reason phrase that the recording does not have. */
    private static String lists(JsonNode stories, String context) {
        StringBuilder out = new StringBuilder();
        for (JsonNode story : stories) {
            if (!story.get("context").asText().equals(context)) {
                continue;
            }
            for (JsonNode list : story.get("headers")) {
                StringBuilder fields = new StringBuilder();
                String line = "";
                for (JsonNode field : list) {
                    String name = field.get(0).asText();
                    String value = field.get(1).asText().replace('\n', ' ');
                    if (name.equals(":path")) {
                        line = value;
                    } else if (name.equals(":authority")) {
                        fields.append("host\t").append(value).append('\n');
                    } else if (!name.startsWith(":")) {
                        fields.append(name).append('\t').append(value).append('\n');
                    }
                }
                // The last byte marks the end of the line, which is often empty.
                out.append(line).append('.').append('\n').append(fields).append('\n');
            }
        }
        return out.toString();
    }

    @ParameterizedTest
    @CsvSource({"lowmem,5,15", "highperf,1,1", "ultraperf,0,0", "maxperf,0,0"})
    void spillsNoMoreThanTheTierMay(String tier, int maxRequestPercent, int maxResponsePercent) throws IOException, InterruptedException {
        int[] request = spills(tier, requests);
        int[] response = spills(tier, responses);
        System.out.printf("%s: %d of %d requests spill (%.1f %%), %d of %d responses (%.1f %%)%n", tier,
                request[1], request[0], 100.0 * request[1] / request[0], response[1], response[0], 100.0 * response[1] / response[0]);
        assertTrue(request[0] > 0 && response[0] > 0, "lists");
        // A quarter of so few lists is two of them: the longest that a browser and a server with every security field send.
        assertTrue(request[1] * 100 <= (recorded || maxRequestPercent == 0 ? maxRequestPercent : 25) * request[0], "requests");
        assertTrue(response[1] * 100 <= (recorded || maxResponsePercent == 0 ? maxResponsePercent : 25) * response[0], "responses");
    }

    private static int[] spills(String tier, Path lists) throws IOException, InterruptedException {
        Artifacts.Ran ran = Artifacts.java(scratch, "-cp", Artifacts.path(Artifacts.tier(tier), classes), "spills.Spills", lists.toString());
        assertEquals(0, ran.exit(), ran.err());
        String[] numbers = ran.out().strip().split(" ");
        return new int[] {Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])};
    }
}
