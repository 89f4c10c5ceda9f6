package io.shockwave.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every collector that the JDK has, with compact object headers and without, sees the same bytes: in the clear and over TLS, small and large, while it collects. */
class CollectorsIT {

    /** What differs between the JVMs is its last line alone. */
    private static final Pattern COLLECTIONS = Pattern.compile("collections (\\d+) by (.*)");

    @TempDir
    static Path scratch;

    private static Path classes;
    private static String expected;

    @BeforeAll
    static void compile() throws IOException {
        classes = Artifacts.compile(Artifacts.ROOT.resolve("tiers/src/collectors"), scratch.resolve("classes"), "-cp", Artifacts.tier("lowmem").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "lowmem, UseSerialGC, +, Copy", "lowmem, UseSerialGC, -, Copy",
        "highperf, UseG1GC, +, G1", "highperf, UseG1GC, -, G1",
        "ultraperf, UseZGC, +, ZGC", "ultraperf, UseZGC, -, ZGC",
        "maxperf, UseParallelGC, +, PS", "maxperf, UseParallelGC, -, PS",
        "lowmem, UseShenandoahGC, +, Shenandoah", "maxperf, UseShenandoahGC, -, Shenandoah"})
    void servesAndFetchesTheSame(String tier, String collector, String compact, String name) throws IOException, InterruptedException {
        Artifacts.Ran ran = Artifacts.java(scratch, "-XX:+" + collector, "-XX:" + compact + "UseCompactObjectHeaders", "-Xmx64m", "-XX:TieredStopAtLevel=1", "-ea",
                "-cp", Artifacts.path(Artifacts.tier(tier), classes), "collectors.Collectors");
        assumeFalse(ran.err().contains("not supported") || ran.err().contains("Unrecognized VM option"), () -> "this JDK has no such collector: " + ran.err());
        assertEquals("", ran.err());
        assertEquals(0, ran.exit(), ran.out());
        List<String> lines = ran.out().lines().toList();
        Matcher collections = COLLECTIONS.matcher(lines.getLast());
        assertTrue(collections.matches(), ran.out());
        assertTrue(Integer.parseInt(collections.group(1)) >= 3 && collections.group(2).contains(name), lines.getLast());
        String came = String.join("\n", lines.subList(0, lines.size() - 1));
        assertTrue(came.contains("clear large 200 3145728 ") && came.contains("TLS echo 200 3145728 ") && came.contains("TLS fields 6"), came);
        assertFalse(came.contains("failed 1"), came);
        expected = expected == null ? came : expected;
        assertEquals(expected, came, tier + " with " + collector);
    }
}
