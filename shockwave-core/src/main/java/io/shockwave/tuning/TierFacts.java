package io.shockwave.tuning;

import io.shockwave.internal.header.HeaderBlock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * What is known of each tier without being linked with it. Immutable.
 *
 * @param name of the tier
 * @param headers fields of a list that are preallocated
 * @param nameBytes counted for a name
 * @param valueBytes counted for a value
 * @param jvmArguments that the tier's JVMs are started with
 * @param jvmReason why those
 */
record TierFacts(String name, int headers, int nameBytes, int valueBytes, List<String> jvmArguments, String jvmReason) {
    /** From the smallest to the largest. */
    static final List<TierFacts> ALL = List.of(read("lowmem"), read("highperf"), read("ultraperf"), read("maxperf"));

    private static TierFacts read(String tier) {
        Properties limits = new Properties();
        List<String> arguments = new ArrayList<>();
        StringBuilder reason = new StringBuilder();
        try (InputStream in = open(tier + ".properties"); InputStream lines = open(tier + ".jvmargs")) {
            limits.load(in);
            for (String line : new String(lines.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("#")) {
                    reason.append(reason.isEmpty() ? "" : " ").append(line.substring(1).strip());
                } else if (!line.isBlank()) {
                    arguments.add(line.strip());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the jar is broken: what it knows of the tier " + tier + " cannot be read", e);
        }
        return new TierFacts(tier, number(limits, "headers"), number(limits, "header.name"), number(limits, "header.value"), List.copyOf(arguments), reason.toString());
    }

    private static InputStream open(String file) throws IOException {
        InputStream in = TierFacts.class.getResourceAsStream("tiers/" + file);
        if (in == null) {
            throw new IOException(file + " is missing");
        }
        return in;
    }

    private static int number(Properties limits, String what) {
        return Integer.parseInt(limits.getProperty("tier.max." + what));
    }

    static TierFacts of(String name) {
        return ALL.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow(() -> new IllegalArgumentException("there is no tier " + name + "; there are lowmem, highperf, ultraperf and maxperf"));
    }

    static boolean exists(String name) {
        return ALL.stream().anyMatch(each -> each.name.equals(name));
    }

    /** The bytes that a header section really has: the budget and what tells where each field is. */
    int pageBytes() {
        return HeaderBlock.pageBytes(headers, nameBytes, valueBytes);
    }

    /** The bytes that are preallocated for the text of one list. */
    int budgetBytes() {
        return headers * (nameBytes + valueBytes);
    }
}
