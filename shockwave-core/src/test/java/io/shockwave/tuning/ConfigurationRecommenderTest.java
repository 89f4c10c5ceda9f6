package io.shockwave.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.shockwave.QuicStats;
import io.shockwave.client.PoolStats;
import io.shockwave.server.ServerStats;
import io.shockwave.server.ShockwaveServer;
import io.shockwave.tuning.BenchmarkReport.Sample;
import io.shockwave.tuning.Recommendation.Advice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationRecommenderTest {
    private static final Configuration LOWMEM = Configuration.defaults("lowmem");

    private static Advice advice(Recommendation of, String setting) {
        return of.advice().stream().filter(each -> each.setting().equals(setting)).findFirst().orElseThrow(() -> new AssertionError(setting + " is not in " + of));
    }

    private static boolean judges(Recommendation of, String setting) {
        return of.advice().stream().anyMatch(each -> each.setting().equals(setting));
    }

    private static WorkloadProfile.Builder described() {
        return WorkloadProfile.describe();
    }

    /** A page holds its budget and 36 bytes of entries for each of the tier's fields, of which a field takes 12: lowmem 480 + 216, one field then 684 and the target 1. */
    @Test
    void theTierIsTheSmallestWhosePageHoldsTheSections() {
        assertEquals(List.of(696, 1_776, 2_624, 9_344), TierFacts.ALL.stream().map(TierFacts::pageBytes).toList());
        assertEquals("lowmem", ConfigurationRecommender.recommend(described().headers(1, 683).build(), Configuration.defaults("maxperf")).advised().tier());
        assertEquals("highperf", ConfigurationRecommender.recommend(described().headers(1, 684).build(), LOWMEM).advised().tier());
        assertEquals("highperf", ConfigurationRecommender.recommend(described().headers(1, 1_763).build(), LOWMEM).advised().tier());
        assertEquals("ultraperf", ConfigurationRecommender.recommend(described().headers(1, 1_764).build(), LOWMEM).advised().tier());
        assertEquals("maxperf", ConfigurationRecommender.recommend(described().headers(1, 2_612).build(), LOWMEM).advised().tier());
        assertEquals("maxperf", ConfigurationRecommender.recommend(described().headers(1, 50_000).build(), LOWMEM).advised().tier());
    }

    @Test
    void oneSectionInAHundredMaySpillAndWithLittleMemoryOneInTen() {
        WorkloadProfile.Builder one = described();
        for (int i = 0; i < 99; i++) {
            one.headers(1, 10);
        }
        Recommendation tolerated = ConfigurationRecommender.recommend(one.headers(1, 1_000).build(), LOWMEM);
        assertEquals("lowmem", tolerated.advised().tier());
        assertTrue(advice(tolerated, "tier").reason().startsWith("1 of 100 request sections and 1 of 100 response sections outgrow lowmem's page of 696 bytes"), tolerated.toString());
        WorkloadProfile two = one.headers(1, 1_000).build();
        Recommendation more = ConfigurationRecommender.recommend(two, LOWMEM);
        assertEquals("highperf", more.advised().tier());
        assertTrue(advice(more, "tier").expected().startsWith("header spills of 1,000 exchanges 40 → 0, pages of an exchange 1,392 → 3,552 bytes"), more.toString());
        assertEquals(TierFacts.of("highperf").jvmArguments(), more.advised().jvmArguments());
        assertEquals("lowmem", ConfigurationRecommender.recommend(one.memory(64 << 20).build(), LOWMEM).advised().tier());
        assertEquals("highperf", ConfigurationRecommender.recommend(one.memory((64 << 20) + 1).build(), LOWMEM).advised().tier());
    }

    @Test
    void limitsLeaveRoomForTwiceTheLargest() {
        Recommendation enough = ConfigurationRecommender.recommend(described().headers(1, 16_384 - 4).build(), LOWMEM);
        assertFalse(advice(enough, "maxHeaderBytes").changes());
        Recommendation raised = ConfigurationRecommender.recommend(described().headers(1, 16_384 - 3).build(), LOWMEM);
        assertEquals(65_536, raised.advised().maxHeaderBytes());
        assertTrue(advice(raised, "maxHeaderBytes").expected().contains("no 431 for requests somewhat larger"));
        Recommendation refused = ConfigurationRecommender.recommend(described().headers(129, 1_000).build(), LOWMEM);
        assertEquals(512, refused.advised().maxHeaderCount());
        assertTrue(advice(refused, "maxHeaderCount").expected().contains("431 answers them now"));
    }

    @Test
    void buffersFollowTheUsualContent() {
        assertEquals(1_024, ConfigurationRecommender.recommend(described().content(10).build(), LOWMEM).advised().bufferBytes());
        assertEquals(4_096, ConfigurationRecommender.recommend(described().content(4_096).build(), LOWMEM).advised().bufferBytes());
        assertEquals(8_192, ConfigurationRecommender.recommend(described().content(4_100).build(), LOWMEM).advised().bufferBytes());
        assertEquals(16_384, ConfigurationRecommender.recommend(described().content(60_000).build(), LOWMEM).advised().bufferBytes());
        assertEquals(32_768, ConfigurationRecommender.recommend(described().content(100_000).build(), LOWMEM).advised().bufferBytes());
        assertEquals(65_536, ConfigurationRecommender.recommend(described().content(1L << 40).build(), LOWMEM).advised().bufferBytes());
    }

    @Test
    void thePoolFollowsLittlesLaw() {
        // 2,000 a second of 15 ms are 30 at once; with half as many again 45.
        Recommendation raised = ConfigurationRecommender.recommend(described().requestsPerSecond(2_000).latency(Duration.ofMillis(15)).build(), LOWMEM);
        assertEquals(45, raised.advised().maxConnectionsPerOrigin());
        assertTrue(advice(raised, "maxConnectionsPerOrigin").reason().contains("30.0 are in progress"), raised.toString());
        assertTrue(advice(raised, "maxConnectionsPerOrigin").expected().contains("with 8 the pool carries 533 requests a second"), raised.toString());
        assertEquals(256, raised.advised().maxConnections());
        Recommendation shared = ConfigurationRecommender.recommend(described().requestsPerSecond(20_000).latency(Duration.ofMillis(15)).origins(10).build(), LOWMEM);
        assertEquals(45, shared.advised().maxConnectionsPerOrigin());
        assertEquals(450, shared.advised().maxConnections());
        assertEquals(8, ConfigurationRecommender.recommend(described().requestsPerSecond(10).latency(Duration.ofMillis(15)).build(), LOWMEM).advised().maxConnectionsPerOrigin());
        assertFalse(judges(ConfigurationRecommender.recommend(described().requestsPerSecond(10).build(), LOWMEM), "maxConnectionsPerOrigin"));
    }

    private static ServerStats server(long requests, long spills) {
        return new ServerStats(1, 1, requests, 0, 0, requests, 0, 0, 0, 0, 0, 0, 0, 0, 0, spills, 0, 0, 0, 0, QuicStats.NONE);
    }

    private static PoolStats pool(int leased, int waiting, long... waits) {
        return new PoolStats(leased, 0, 0, waiting, waits, Map.of(), Map.of(), 0, 90, 10, QuicStats.NONE);
    }

    @Test
    void countersTellWhetherTheTierIsTooSmall() {
        assertEquals("lowmem", ConfigurationRecommender.recommend(described().counters(server(1_000, 20)).build(), LOWMEM).advised().tier());
        assertEquals("highperf", ConfigurationRecommender.recommend(described().counters(server(1_000, 21)).build(), LOWMEM).advised().tier());
        assertEquals("maxperf", ConfigurationRecommender.recommend(described().counters(server(1_000, 500)).build(), Configuration.defaults("maxperf")).advised().tier());
        assertFalse(judges(ConfigurationRecommender.recommend(described().counters(server(0, 0)).build(), LOWMEM), "tier"));
    }

    @Test
    void countersTellWhetherCallersWaited() {
        Recommendation none = ConfigurationRecommender.recommend(described().counters(pool(8, 0, 0, 0)).build(), LOWMEM);
        assertEquals(8, none.advised().maxConnectionsPerOrigin());
        assertTrue(advice(none, "maxConnectionsPerOrigin").reason().contains("No caller ever waited"));
        Recommendation waited = ConfigurationRecommender.recommend(described().counters(pool(8, 4, 0, 0, 7, 1)).build(), LOWMEM);
        assertEquals(18, waited.advised().maxConnectionsPerOrigin());
        assertTrue(advice(waited, "maxConnectionsPerOrigin").reason().startsWith("8 callers waited for a connection, the longest up to 16.0 µs"), waited.toString());
    }

    @Test
    void theCountersOfAServerThatRunsAreTaken() throws Exception {
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).inlineHandler((request, response) -> response.send()).start()) {
            BenchmarkRunner.run(BenchmarkScenario.server(server, "/").header("X", "x".repeat(300)).warmUp(Duration.ZERO).duration(Duration.ofMillis(300)).connections(1));
            WorkloadProfile profile = WorkloadProfile.of(server);
            assertTrue(profile.exchanges() > 0);
            assertEquals("highperf", ConfigurationRecommender.recommend(profile, LOWMEM).advised().tier(), "the core's page is outgrown by each request");
        }
    }

    @Test
    void anAccessLogCanOnlyShowThatATierIsTooSmall() throws Exception {
        java.nio.file.Path file = java.nio.file.Files.createTempFile("access", ".log");
        try {
            String line = "127.0.0.1 - - [23/Nov/2026:19:34:50 +0000] \"GET /a HTTP/1.1\" 200 6 \"-\" \"%s\"\n";
            java.nio.file.Files.writeString(file, String.format(line, "a".repeat(20)));
            Recommendation small = ConfigurationRecommender.recommend(WorkloadProfile.read(file), Configuration.defaults("maxperf"));
            assertEquals("maxperf", small.advised().tier());
            assertTrue(advice(small, "tier").reason().contains("does not hold header sections"), small.toString());
            assertFalse(judges(small, "maxHeaderBytes"));
            java.nio.file.Files.writeString(file, String.format(line, "a".repeat(2_000)));
            assertEquals("ultraperf", ConfigurationRecommender.recommend(WorkloadProfile.read(file), LOWMEM).advised().tier());
        } finally {
            java.nio.file.Files.delete(file);
        }
    }

    @Test
    void theAdviceIsADifferenceAndJson() throws Exception {
        Recommendation advice = ConfigurationRecommender.recommend(described().headers(1, 1_000).build(), LOWMEM);
        String[] lines = advice.toString().split("\n");
        assertEquals("--- current", lines[0]);
        assertEquals("+++ advised, from a description", lines[1]);
        assertEquals("- tier lowmem", lines[2]);
        assertEquals("+ tier highperf", lines[3]);
        assertTrue(lines[4].startsWith("      1 of 1 request sections") && lines[5].startsWith("      Expected: header spills"), advice.toString());
        assertTrue(advice.toString().contains("\n  maxHeaderBytes 32,768\n"), advice.toString());
        assertTrue(new ObjectMapper().readTree(advice.toJson()).get("changes").asBoolean());
        Recommendation nothing = ConfigurationRecommender.recommend(described().headers(1, 10).build(), LOWMEM);
        assertFalse(nothing.changes());
        assertTrue(nothing.toString().endsWith("Nothing should change.\n"));
        assertThrows(IllegalArgumentException.class, () -> Configuration.defaults("core"));
    }

    private static BenchmarkReport.Result tried(String name, double cpuNs, double spills) {
        Sample sample = new Sample(100, 0.3, 300, cpuNs, 1, 0.5, 10, 0, 0, 1 << 20, 0, 0, 0);
        return new BenchmarkReport.Result(name, "http://localhost/", "load", false, List.of(sample, sample), BenchmarkReportTest.latencies(10), spills, "");
    }

    @Test
    void adviceHoldsWithTheSpillsThatWereExpectedAndATenthMoreCpuTime() {
        assertTrue(ConfigurationTrial.judge(new BenchmarkReport("m", List.of(tried("a", 100, 0.5), tried("b", 110, 0.02))), 0.01).held());
        ConfigurationTrial spills = ConfigurationTrial.judge(new BenchmarkReport("m", List.of(tried("a", 100, 0.5), tried("b", 100, 0.021))), 0.01);
        assertFalse(spills.held());
        assertTrue(spills.verdict().startsWith("The advice did not hold: header spills of 1,000 requests 500 → 21 (at most 10 expected)"), spills.verdict());
        ConfigurationTrial cpu = ConfigurationTrial.judge(new BenchmarkReport("m", List.of(tried("a", 100, 0.5), tried("b", 111, 0))), 0);
        assertFalse(cpu.held());
        assertTrue(cpu.verdict().contains("×1.11") && cpu.verdict().contains("more CPU time"), cpu.verdict());
    }

    @Test
    void whatChangesNothingInAServerCannotBeTried() {
        WorkloadProfile profile = described().headers(1, 10).build();
        Recommendation nothing = ConfigurationRecommender.recommend(profile, LOWMEM);
        assertFalse(ConfigurationTrial.isPossible(profile, nothing));
        assertThrows(IllegalArgumentException.class, () -> ConfigurationTrial.run(profile, nothing, tier -> null, Duration.ofMillis(10), 1, text -> { }));
        WorkloadProfile larger = described().headers(1, 1_000).build();
        assertTrue(ConfigurationTrial.isPossible(larger, ConfigurationRecommender.recommend(larger, LOWMEM)));
    }
}
