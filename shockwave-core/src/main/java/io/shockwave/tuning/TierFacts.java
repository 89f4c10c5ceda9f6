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
 * @param jvmAim what they are chosen for
 * @param jvmReasons why each of them, in the same order; empty where the file says nothing
 */
record TierFacts(String name, int headers, int nameBytes, int valueBytes, List<String> jvmArguments, String jvmAim, List<String> jvmReasons) {
    /** From the smallest to the largest. */
    static final List<TierFacts> ALL = List.of(read("lowmem"), read("highperf"), read("ultraperf"), read("maxperf"));

    private static final String AIM = "Aim:";

    private static TierFacts read(String tier) {
        Properties limits = new Properties();
        List<String> arguments = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        String aim = "";
        StringBuilder reason = new StringBuilder();
        try (InputStream in = open(tier + ".properties"); InputStream lines = open(tier + ".jvmargs")) {
            limits.load(in);
            for (String line : new String(lines.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                String text = line.strip();
                if (text.startsWith("#")) {
                    String comment = text.substring(1).strip();
                    aim = comment.startsWith(AIM) ? comment.substring(AIM.length()).strip() : aim;
                    reason.append(reason.isEmpty() ? "" : " ").append(comment);
                } else if (text.isEmpty()) {
                    reason.setLength(0);
                } else {
                    arguments.add(text);
                    reasons.add(reason.toString());
                    reason.setLength(0);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the jar is broken: what it knows of the tier " + tier + " cannot be read", e);
        }
        return new TierFacts(tier, number(limits, "headers"), number(limits, "header.name"), number(limits, "header.value"), List.copyOf(arguments), aim, List.copyOf(reasons));
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
