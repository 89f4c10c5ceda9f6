package io.shockwave;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Looks for the tier artifacts that an application was started with. Stateless; used once by {@link Tier}. */
final class LinkedTiers {

    private static final String MODULE = "io.shockwave";
    private static final String MARKERS = "META-INF/shockwave/tier/";
    private static final List<String> NAMES = List.of("lowmem", "highperf", "ultraperf", "maxperf");

    private LinkedTiers() {
    }

    /** One tier, and the jar or folder that holds it. Its comparisons are written out: those that a record brings make classes at run time, 12 ms of a start. */
    record Found(String name, String place) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Found that && name.equals(that.name) && place.equals(that.place);
        }

        @Override
        public int hashCode() {
            return name.hashCode() * 31 + place.hashCode();
        }
    }

    static List<Found> find() {
        Set<Found> found = new LinkedHashSet<>();
        onClassPath(LinkedTiers.class.getClassLoader(), found);
        if (LinkedTiers.class.getModule().isNamed()) {
            onModulePath(System.getProperty("jdk.module.path", ""), found);
        }
        return List.copyOf(found);
    }

    /** Every marker that the loader sees, be it on the class path or in a module. */
    static void onClassPath(ClassLoader loader, Set<Found> found) {
        for (String name : NAMES) {
            String marker = MARKERS + name + ".properties";
            try {
                for (URL url : Collections.list(loader.getResources(marker))) {
                    add(name, url.toString(), found);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot search the class path for " + marker, e);
            }
        }
    }

    /**
     * Every entry of a module path that holds the module. The JVM itself takes the first and says nothing of the others, and the loader
     * does not see them, so each entry is asked alone.
     */
    static void onModulePath(String modulePath, Set<Found> found) {
        for (String entry : modulePath.split(File.pathSeparator)) {
            if (entry.isEmpty()) {
                continue;
            }
            try {
                ModuleFinder.of(Path.of(entry)).find(MODULE).flatMap(ModuleReference::location)
                        .ifPresent(location -> addModule(location, found));
            } catch (FindException e) {
                // An entry that the JVM never had to read: it found all it needed in those before.
                continue;
            }
        }
    }

    private static void addModule(URI location, Set<Found> found) {
        boolean jar = location.toString().endsWith(".jar");
        for (String name : NAMES) {
            String marker = (jar ? "jar:" + location + "!/" : location.toString()) + MARKERS + name + ".properties";
            if (exists(marker)) {
                add(name, marker, found);
            }
        }
    }

    private static boolean exists(String url) {
        try {
            URI.create(url).toURL().openStream().close();
            return true;
        } catch (IOException absent) {
            return false;
        }
    }

    private static void add(String name, String url, Set<Found> found) {
        String place = url.substring(0, url.indexOf(MARKERS));
        place = place.endsWith("!/") ? place.substring("jar:".length(), place.length() - 2) : place;
        found.add(new Found(name, place.startsWith("file:") ? Path.of(URI.create(place)).toString() : place));
    }

    static String complaint(List<Found> found) {
        List<String> parts = new ArrayList<>();
        for (Found tier : found) {
            parts.add(tier.name() + " in " + tier.place());
        }
        return "More than one Shockwave tier is linked: " + String.join(" and ", parts) + ". They are one library with different limits, "
                + "and which of them would run is chance. Keep exactly one on the class path or module path, and exclude the others.";
    }
}
