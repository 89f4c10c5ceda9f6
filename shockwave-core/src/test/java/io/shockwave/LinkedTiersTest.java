package io.shockwave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkedTiersTest {

    @TempDir
    Path dir;

    @Test
    void seesOneTierOnTheClassPath() throws IOException {
        Path lowmem = jar("a b.jar", "lowmem");
        assertEquals(List.of(new LinkedTiers.Found("lowmem", lowmem.toString())), onClassPath(lowmem));
    }

    @Test
    void seesTwoTiersOnTheClassPath() throws IOException {
        Path maxperf = jar("one.jar", "maxperf");
        Path lowmem = jar("two.jar", "lowmem");
        assertEquals(
                List.of(new LinkedTiers.Found("lowmem", lowmem.toString()), new LinkedTiers.Found("maxperf", maxperf.toString())),
                onClassPath(maxperf, lowmem));
    }

    @Test
    void seesOneTierInTwoVersions() throws IOException {
        assertEquals(2, onClassPath(jar("old.jar", "lowmem"), jar("new.jar", "lowmem")).size());
    }

    @Test
    void countsAJarNamedTwiceOnce() throws IOException {
        Path lowmem = jar("one.jar", "lowmem");
        assertEquals(1, onClassPath(lowmem, lowmem).size());
    }

    @Test
    void seesTiersInFolders() throws IOException {
        Path folder = Files.createDirectories(dir.resolve("classes/META-INF/shockwave/tier"));
        Files.writeString(folder.resolve("highperf.properties"), "");
        assertEquals(
                List.of(new LinkedTiers.Found("highperf", dir.resolve("classes").toString())),
                onClassPath(dir.resolve("classes")));
    }

    @Test
    void seesTheSecondTierThatTheJvmPassesOverOnTheModulePath() throws IOException {
        Path first = jar("first.jar", "ultraperf");
        Path second = jar("folder/second.jar", "highperf");
        assertEquals(
                List.of(new LinkedTiers.Found("ultraperf", first.toString()), new LinkedTiers.Found("highperf", second.toString())),
                onModulePath(first, dir.resolve("absent"), second.getParent()));
    }

    @Test
    void countsAJarOnBothPathsOnce() throws IOException {
        Path jar = jar("one.jar", "lowmem");
        Set<LinkedTiers.Found> found = new LinkedHashSet<>();
        LinkedTiers.onModulePath(jar.toString(), found);
        try (URLClassLoader loader = loader(jar)) {
            LinkedTiers.onClassPath(loader, found);
        }
        assertEquals(1, found.size());
    }

    @Test
    void passesOverAnEmptyModulePath() {
        Set<LinkedTiers.Found> found = new LinkedHashSet<>();
        LinkedTiers.onModulePath("", found);
        assertTrue(found.isEmpty());
    }

    @Test
    void complaintNamesEveryJarAndTheRemedy() {
        String complaint = LinkedTiers.complaint(List.of(new LinkedTiers.Found("lowmem", "/a.jar"), new LinkedTiers.Found("maxperf", "/b.jar")));
        assertTrue(complaint.contains("lowmem in /a.jar and maxperf in /b.jar"), complaint);
        assertTrue(complaint.contains("Keep exactly one"), complaint);
    }

    private List<LinkedTiers.Found> onClassPath(Path... entries) throws IOException {
        Set<LinkedTiers.Found> found = new LinkedHashSet<>();
        try (URLClassLoader loader = loader(entries)) {
            LinkedTiers.onClassPath(loader, found);
        }
        return List.copyOf(found);
    }

    private List<LinkedTiers.Found> onModulePath(Path... entries) {
        List<String> names = new ArrayList<>();
        for (Path entry : entries) {
            names.add(entry.toString());
        }
        Set<LinkedTiers.Found> found = new LinkedHashSet<>();
        LinkedTiers.onModulePath(String.join(File.pathSeparator, names), found);
        return List.copyOf(found);
    }

    private static URLClassLoader loader(Path... entries) throws IOException {
        URL[] urls = new URL[entries.length];
        for (int i = 0; i < entries.length; i++) {
            urls[i] = entries[i].toUri().toURL();
        }
        return new URLClassLoader(urls, null);
    }

    private Path jar(String name, String tier) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", "io.shockwave");
        Path jar = dir.resolve(name);
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream zip = new JarOutputStream(out, manifest)) {
            zip.putNextEntry(new JarEntry("META-INF/shockwave/tier/" + tier + ".properties"));
        }
        return jar;
    }
}
