package io.shockwave.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application is told that is linked with no tier, with one, or with two; on the class path and on the module path. */
class LinkingIT {

    @TempDir
    static Path scratch;

    private static Path classes;

    @BeforeAll
    static void compileTheApplication() throws IOException {
        Path sources = Files.createDirectories(scratch.resolve("src/app"));
        Files.writeString(sources.resolveSibling("module-info.java"), """
                module app {
                    requires io.shockwave;
                }
                """);
        Files.writeString(sources.resolve("App.java"), """
                package app;

                final class App {
                    private App() {
                    }

                    public static void main(String[] args) {
                        System.out.println(io.shockwave.Tier.current().name());
                    }
                }
                """);
        classes = Artifacts.compile(sources.getParent(), scratch.resolve("classes"),
                "-cp", scratch.toString(), "-p", Artifacts.tier("lowmem").toString());
    }

    @Test
    void eachTierAloneRuns() throws IOException, InterruptedException {
        for (String tier : Artifacts.TIERS) {
            assertEquals(tier + System.lineSeparator(), onClassPath(Artifacts.tier(tier)).out());
            assertEquals(tier + System.lineSeparator(), onModulePath(Artifacts.tier(tier)).out());
            assertEquals(tier + System.lineSeparator(), Artifacts.java(scratch, "-cp", Artifacts.path(Artifacts.core(), Artifacts.tier(tier), classes),
                    "app.App").out(), "with the core's own jar beside it");
        }
    }

    @Test
    void noTierIsToldByNamingTheFour() throws IOException, InterruptedException {
        for (Artifacts.Ran ran : new Artifacts.Ran[] {onClassPath(Artifacts.core()), onModulePath(Artifacts.core())}) {
            assertNotEquals(0, ran.exit());
            assertTrue(ran.err().contains("IllegalStateException: No Shockwave tier is linked"), ran.err());
            for (String tier : Artifacts.TIERS) {
                assertTrue(ran.err().contains("io.shockwave:shockwave-" + tier), ran.err());
            }
        }
    }

    @Test
    void twoTiersAreToldByNamingBothJarsAndTheRemedy() throws IOException, InterruptedException {
        for (String[] pair : new String[][] {{"lowmem", "maxperf"}, {"maxperf", "lowmem"}, {"ultraperf", "highperf"}}) {
            Path first = Artifacts.tier(pair[0]);
            Path second = Artifacts.tier(pair[1]);
            for (Artifacts.Ran ran : new Artifacts.Ran[] {onClassPath(first, second), onModulePath(first, second)}) {
                assertNotEquals(0, ran.exit());
                assertTrue(ran.err().contains("IllegalStateException: More than one Shockwave tier is linked"), ran.err());
                assertTrue(ran.err().contains(pair[0] + " in " + first), ran.err());
                assertTrue(ran.err().contains(pair[1] + " in " + second), ran.err());
                assertTrue(ran.err().contains("Keep exactly one"), ran.err());
            }
        }
    }

    @Test
    void oneTierOnEachPathIsToldToo() throws IOException, InterruptedException {
        Artifacts.Ran ran = Artifacts.java(scratch, "-cp", Artifacts.tier("maxperf").toString(),
                "-p", Artifacts.path(Artifacts.tier("lowmem"), classes), "-m", "app/app.App");
        assertNotEquals(0, ran.exit());
        assertTrue(ran.err().contains("More than one Shockwave tier is linked"), ran.err());
    }

    @Test
    void eachJarRunsByItself() throws IOException, InterruptedException {
        for (String tier : Artifacts.TIERS) {
            Artifacts.Ran ran = Artifacts.java(scratch, "-jar", Artifacts.tier(tier).toString(), "version");
            assertEquals(0, ran.exit(), ran.err());
            assertTrue(ran.out().contains(tier), ran.out());
            assertEquals("", ran.err());
        }
    }

    private static Artifacts.Ran onClassPath(Path... jars) throws IOException, InterruptedException {
        return Artifacts.java(scratch, "-cp", Artifacts.path(jars) + File.pathSeparator + classes, "app.App");
    }

    private static Artifacts.Ran onModulePath(Path... jars) throws IOException, InterruptedException {
        return Artifacts.java(scratch, "-p", Artifacts.path(jars) + File.pathSeparator + classes, "-m", "app/app.App");
    }
}
