package io.shockwave.tuning;

import java.util.List;

/**
 * What {@link ConfigurationRecommender} advises. Immutable.
 *
 * @param source what the advice rests on
 * @param current the configuration that it was compared with
 * @param advised the same with the advice followed
 * @param advice each setting that was judged, those that should change first
 */
public record Recommendation(String source, Configuration current, Configuration advised, List<Advice> advice) {
    /**
     * One setting.
     *
     * @param setting its name, that of the builder's method for those that have one
     * @param current value
     * @param advised value, the same if it should stay
     * @param reason what was measured
     * @param expected what changes with it; empty if it should stay
     */
    public record Advice(String setting, String current, String advised, String reason, String expected) {
        /** Whether it should be set otherwise. */
        public boolean changes() {
            return !current.equals(advised);
        }
    }

    public Recommendation {
        advice = advice.stream().sorted(java.util.Comparator.comparing(each -> !each.changes())).toList();
    }

    /** Whether anything should be set otherwise. */
    public boolean changes() {
        return advice.stream().anyMatch(Advice::changes);
    }

    /** For people: the difference to the current configuration as {@code diff} writes it, with the reasons. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("--- current\n+++ advised, from ").append(source).append('\n');
        for (Advice each : advice) {
            if (each.changes()) {
                lines(out, "- ", each.setting, each.current);
                lines(out, "+ ", each.setting, each.advised);
            } else {
                lines(out, "  ", each.setting, each.current);
            }
            out.append("      ").append(each.reason).append('\n');
            if (each.changes()) {
                out.append("      Expected: ").append(each.expected).append('\n');
            }
        }
        if (!changes()) {
            out.append("Nothing should change.\n");
        }
        return out.toString();
    }

    private static void lines(StringBuilder out, String mark, String setting, String value) {
        out.append(mark).append(setting).append(' ').append(value).append('\n');
    }

    /** For programs. */
    public String toJson() {
        JsonText json = new JsonText().open('{').name("source").value(source).name("changes").value(changes()).name("advice").open('[');
        for (Advice each : advice) {
            json.open('{').name("setting").value(each.setting).name("current").value(each.current).name("advised").value(each.advised).name("reason").value(each.reason).name("expected")
                    .value(each.expected).close('}');
        }
        return json.close(']').close('}').toString();
    }
}
