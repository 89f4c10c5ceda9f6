package io.shockwave.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One program, compiled once, gets the same answers to the byte from each of the four jars. */
class ConsumerIT {

    @TempDir
    static Path scratch;

    private static Path classes;

    @BeforeAll
    static void compileOnce() throws IOException {
        classes = Artifacts.compile(Artifacts.ROOT.resolve("tiers/src/consumer"), scratch.resolve("classes"),
                "-cp", scratch.toString(), "-p", Artifacts.tier("lowmem").toString());
    }

    @Test
    void everyTierAnswersAlikeOnBothPaths() throws IOException, InterruptedException {
        String expected = null;
        for (String tier : Artifacts.TIERS) {
            Path jar = Artifacts.tier(tier);
            Artifacts.Ran onClassPath = Artifacts.java(scratch, "-ea", "-cp", Artifacts.path(jar, classes), "consumer.Consumer");
            Artifacts.Ran onModulePath = Artifacts.java(scratch, "-ea", "-p", Artifacts.path(jar, classes), "-m", "consumer/consumer.Consumer");
            for (Artifacts.Ran ran : new Artifacts.Ran[] {onClassPath, onModulePath}) {
                assertEquals(0, ran.exit(), tier + ": " + ran.err());
                assertEquals("", ran.err(), tier);
                expected = expected == null ? ran.out() : expected;
                assertEquals(expected, ran.out(), tier);
            }
        }
        assertTrue(expected.contains("raw:\nHTTP/1.1 200 OK\r\n"), expected);
        assertTrue(expected.contains("x-" + "n".repeat(2_560)), "long names came back");
        assertTrue(expected.contains("value 95"), "the last of many fields came back");
    }
}
