package io.shockwave.cli;

import io.shockwave.Tier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the jars of other tiers: where the launcher builds them, in one folder, or in a Maven repository. Immutable. */
final class TierJars {
    static final List<String> ALL = List.of("lowmem", "highperf", "ultraperf", "maxperf");
    private static final int CANNOT = 1;

    private final Path own;
    private final Path folder;

    TierJars(Arguments arguments) throws Failure {
        folder = arguments.has("jars") ? arguments.path("jars") : null;
        try {
            own = Path.of(Tier.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new Failure(CANNOT, "cannot tell where this program is: " + e.getMessage());
        }
    }

    /** The names in a list with commas. */
    static List<String> names(String list) throws Failure {
        if (list.equals("all")) {
            return ALL;
        }
        List<String> names = new ArrayList<>();
        for (String name : list.split(",", -1)) {
            if (!ALL.contains(name.strip())) {
                throw Failure.usage("there is no tier " + Terminal.shown(name) + "; --tiers takes some of lowmem,highperf,ultraperf,maxperf, or all");
            }
            if (names.contains(name.strip())) {
                throw Failure.usage("--tiers names " + name.strip() + " twice");
            }
            names.add(name.strip());
        }
        return names;
    }

    Path of(String tier) throws Failure {
        String linked = Tier.current().name();
        String wanted = own.getFileName().toString().replace("shockwave-" + linked, "shockwave-" + tier);
        List<Path> places = new ArrayList<>();
        if (folder != null) {
            places.add(folder.resolve(wanted));
        } else {
            places.add(Path.of(own.toString().replace("shockwave-" + linked, "shockwave-" + tier)));
            places.add(own.resolveSibling(wanted));
        }
        for (Path place : places) {
            if (Files.isRegularFile(place)) {
                return place;
            }
        }
        throw new Failure(CANNOT, "the jar of the tier " + tier + " is not at " + places.getFirst() + "; build it with mvn -DskipTests package, or name the folder that holds it with --jars");
    }
}
