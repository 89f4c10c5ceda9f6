package io.shockwave.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadProfileTest {
    private static final String ENTRY = """
            {"startedDateTime": "2026-01-05T10:00:00.%s+01:00", "time": %s, "_x": [[{}]],
             "request": {"method": "%s", "url": "%s", "httpVersion": "HTTP/2", "cookies": [], "headers": [%s], "bodySize": %s},
             "response": {"status": %s, "headers": [{"name": "content-type", "value": "text/html"}], "content": {"size": %s, "text": "<é>"}, "bodySize": %s}, "timings": {"wait": 3}}""";

    @TempDir
    Path folder;

    private static String entry(String ms, String time, String method, String url, String headers, String requestBytes, String status, String size, String bodySize) {
        return String.format(ENTRY, ms, time, method, url, headers, requestBytes, status, size, bodySize);
    }

    private static String har(String... entries) {
        return "{\"log\": {\"version\": \"1.2\", \"pages\": [{\"id\": 1}], \"entries\": [" + String.join(",", entries) + "]}}";
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("input"), text);
    }

    private String refused(String text) throws IOException {
        Path file = file(text);
        return assertThrows(IOException.class, () -> WorkloadProfile.read(file)).getMessage();
    }

    @Test
    void aHarTellsSectionsSizesTimesAndOrigins() throws IOException {
        WorkloadProfile profile = WorkloadProfile.read(file(har(
                entry("000", "100", "GET", "https://a.example/x?y=1", "{\"name\": \":authority\", \"value\": \"a.example\"}, {\"name\": \"accept\", \"value\": \"*/*\"}", "0", "200", "5000", "4000"),
                entry("050", "100.5", "POST", "https://a.example/post", "{\"name\": \"Host\", \"value\": \"a.example\"}", "70", "204", "0", "-1"),
                entry("200", "10", "GET", "http://b.example:81/", "", "-1", "304", "0", "0"),
                entry("300", "10", "GET", "data:text/plain,x", "", "0", "200", "1", "1"))));
        assertEquals(4, profile.exchanges());
        assertEquals("input, 4 exchanges", profile.source());
        assertEquals(List.of(Map.entry("Host", "a.example"), Map.entry("accept", "*/*")), profile.requests.get(0).fields(), "pseudo-fields go, and the authority is Host");
        assertEquals("/x?y=1", profile.requests.get(0).line());
        assertEquals(List.of(Map.entry("Host", "a.example")), profile.requests.get(1).fields());
        assertEquals(List.of(Map.entry("Host", "b.example:81")), profile.requests.get(2).fields());
        assertEquals(3, profile.responses.size());
        assertEquals("POST /post HTTP/1.1".length(), profile.largestLine);
        assertEquals(70, profile.contentBytes(50));
        assertEquals(4_000, profile.contentBytes(100));
        assertEquals(2, profile.origins);
        assertEquals(3, profile.urls);
        assertEquals(2, profile.perSecond, "in the busiest second of the busiest origin");
        assertEquals(2, profile.overlap);
        assertEquals(2, profile.overlapOfAll);
        assertEquals((100 + 100.5 + 10) / 3 * 1e6, profile.latencyNs, 1);
        assertEquals(3, profile.replays.size());
        assertEquals(0, profile.replays.get(1).responseBytes());
        assertEquals(70, profile.replays.get(1).requestBytes().length);
    }

    @Test
    void whatEndsWhereAnotherBeginsDoesNotOverlap() throws IOException {
        String later = entry("100", "50", "GET", "http://a/", "", "0", "200", "0", "0");
        assertEquals(1, WorkloadProfile.read(file(har(later, entry("000", "100", "GET", "http://a/", "", "0", "200", "0", "0")))).overlap);
        assertEquals(2, WorkloadProfile.read(file(har(later, entry("000", "100.1", "GET", "http://a/", "", "0", "200", "0", "0")))).overlap);
    }

    @Test
    void whatIsNoHarIsRefusedWithItsPlace() throws IOException {
        assertTrue(refused("{\"log\":\n {\"entries\": [}}").matches("(?s).*is no HAR: .* in line 2, column \\d+"), "JSON");
        assertTrue(refused("{\"a\": 1}").endsWith("it has no log.entries"));
        assertTrue(refused("{\"log\": {\"entries\": []}}").endsWith("log.entries is empty"));
        assertTrue(refused("{\"log\": {\"entries\": {}}}").contains("must be an array, in line 1"));
        assertTrue(refused(har("{}")).contains("no request with a method and a url"));
        assertTrue(refused(har(entry("000", "\"x\"", "GET", "http://a/", "", "0", "200", "0", "0"))).contains("time must be a number"));
        assertTrue(refused(har(entry("000", "1", "GET", "http://a/", "{\"name\": \"x\"}", "0", "200", "0", "0"))).contains("no name or no value"));
        assertTrue(refused(har(entry("x", "1", "GET", "http://a/", "", "0", "200", "0", "0"))).contains("no time as ISO 8601"));
        assertTrue(refused("").endsWith("is empty"));
        assertTrue(refused("{\"log\": {\"entries\": [" + "\u00e9").contains("is no HAR"));
    }

    @Test
    void theBoundsOfAHarHoldOnBothSides() throws IOException {
        String deepest = "[".repeat(HarFile.MAX_DEPTH - 1) + "]".repeat(HarFile.MAX_DEPTH - 1);
        String rest = ", \"log\": {\"entries\": [" + entry("000", "1", "GET", "http://a/", "", "0", "200", "0", "0") + "]}}";
        assertEquals(1, WorkloadProfile.read(file("{\"x\": " + deepest + rest)).exchanges());
        assertTrue(refused("{\"x\": [" + deepest + "]" + rest).contains("depth"));
        String field = "{\"name\": \"a\", \"value\": \"b\"}";
        String most = String.join(",", java.util.Collections.nCopies(HarFile.MAX_FIELDS, field));
        assertEquals(HarFile.MAX_FIELDS + 1, WorkloadProfile.read(file(har(entry("000", "1", "GET", "http://a/", most, "0", "200", "0", "0")))).requests.getFirst().fields().size());
        assertTrue(refused(har(entry("000", "1", "GET", "http://a/", most + "," + field, "0", "200", "0", "0"))).contains("more than 1000 headers"));
        String[] entries = java.util.Collections.nCopies(HarFile.MAX_ENTRIES + 1, "{\"request\": {\"method\": \"GET\", \"url\": \"http://a/\"}}").toArray(new String[0]);
        assertEquals(HarFile.MAX_ENTRIES, WorkloadProfile.read(file(har(entries))).exchanges());
    }

    @Test
    void anAccessLogTellsSizesRatesAndWhoAsked() throws IOException {
        WorkloadProfile profile = WorkloadProfile.read(file("""
                127.0.0.1 - - [23/Nov/2026:19:34:50 +0000] "GET /a.txt HTTP/1.1" 200 6
                # 3 lines were dropped: the log was read too slowly
                ::1 - Jo Doe [23/Nov/2026:19:34:50 +0000] "GET /\\x22b HTTP/1.1" 200 600 "http://r.example/" "Agent \\"1\\""
                127.0.0.1 - - [23/Nov/2026:20:34:51 +0100] "-" 400 - "-" "-"
                nonsense
                """));
        assertEquals(3, profile.exchanges());
        assertEquals("input, 3 requests, 1 line not understood", profile.source());
        assertEquals(List.of(Map.entry("Referer", "http://r.example/"), Map.entry("User-Agent", "Agent \"1\"")), profile.requests.getFirst().fields());
        assertEquals("/?b", profile.requests.getFirst().line());
        assertEquals(600, profile.contentBytes(100));
        assertEquals(2, profile.perSecond);
        assertTrue(profile.partial);
        assertEquals(2, profile.replays.size());
    }

    @Test
    void whatIsNoAccessLogIsRefusedWithItsFirstLine() throws IOException {
        assertTrue(refused("# only a comment\n").endsWith("holds no line"));
        assertTrue(refused("127.0.0.1 - - [23/Nov/2026:19:34:50 +0000] \"GET / HTTP/1.1\" 200 6\nx\ny\n").endsWith("the first line that is not: 2"));
        for (String line : List.of("a - - [x] \"GET / HTTP/1.1\" 200 6", "a - - [23/Nov/2026:19:34:50 +0000] \"GET / HTTP/1.1 200 6", "a - - [23/Nov/2026:19:34:50 +0000] \"GET / HTTP/1.1\" 20 6",
                "a - - [23/Nov/2026:19:34:50 +0000] \"GET / HTTP/1.1\" 200 x", "a", "a -", "a - - [23/Nov/2026:19:34:50 +0000]", "a - - [23/Nov/2026:19:34:50 +0000] \"GET / HTTP/1.1\"")) {
            assertTrue(refused(line).endsWith("the first line that is not: 1"), line);
        }
        String good = "127.0.0.1 - - [23/Nov/2026:19:34:50 +0000] \"GET / HTTP/1.1\" 200 6 \"-\" \"";
        String longest = good + "a".repeat(AccessLogFile.MAX_LINE - good.length() - 1) + "\"";
        assertEquals(1, WorkloadProfile.read(file(longest + "\n")).exchanges());
        assertTrue(refused(longest + "x\n").contains("exceeds 65536"));
    }

    /** Every byte of a line is cut away in turn, and every part of a HAR: there is an answer or an IOException, nothing else. */
    @Test
    void truncatedInputIsReadOrRefused() throws IOException {
        String line = "127.0.0.1 - - [23/Nov/2026:19:34:50 +0000] \"GET /\\x22 HTTP/1.1\" 200 6 \"http://r/\" \"a\\\"\"";
        byte[] har = har(entry("000", "1", "GET", "http://a/", "{\"name\": \"a\", \"value\": \"b\"}", "0", "200", "0", "0")).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < line.length(); i++) {
            tried(line.substring(0, i).getBytes(StandardCharsets.ISO_8859_1));
        }
        for (int i = 0; i < har.length; i++) {
            assertTrue(!tried(java.util.Arrays.copyOf(har, i)), "a HAR that ends at " + i);
        }
        assertTrue(tried(har));
    }

    private boolean tried(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("input"), bytes);
        try {
            WorkloadProfile.read(file);
            return true;
        } catch (IOException expected) {
            return false;
        }
    }

    @Test
    void aDescriptionIsBounded() {
        WorkloadProfile.Builder builder = WorkloadProfile.describe();
        WorkloadProfile profile = builder.headers(3, 100).content(5_000).requestsPerSecond(100).latency(Duration.ofMillis(5)).origins(4).urls(7).memory(1 << 20).build();
        assertEquals(100 + 3 * 4, profile.requests.getFirst().limitBytes());
        assertEquals(25, profile.perSecond, "of each origin");
        assertEquals("a description", profile.source());
        assertEquals(5_000, profile.replays.getFirst().responseBytes());
        builder.headers(1, 2).headers(1_000, 2_000).headers(1, 1 << 20).content(0);
        assertThrows(IllegalArgumentException.class, () -> builder.headers(0, 2));
        assertThrows(IllegalArgumentException.class, () -> builder.headers(1_001, 1 << 20));
        assertThrows(IllegalArgumentException.class, () -> builder.headers(2, 3));
        assertThrows(IllegalArgumentException.class, () -> builder.headers(1, (1 << 20) + 1));
        assertThrows(IllegalArgumentException.class, () -> builder.content(-1));
        assertThrows(IllegalArgumentException.class, () -> builder.requestsPerSecond(0));
        assertThrows(IllegalArgumentException.class, () -> builder.latency(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.origins(0));
        assertThrows(IllegalArgumentException.class, () -> builder.urls(0));
        assertThrows(IllegalArgumentException.class, () -> builder.memory((1 << 20) - 1));
    }
}
