package io.shockwave.tuning;

import java.util.List;

/**
 * What an operation allocates. The bytes are exact, counted by the JVM for each thread; types, call sites and numbers of objects are estimates from samples.
 *
 * @param operations how often it ran in each counted round
 * @param rounds counted rounds
 * @param bytesPerOperation on the calling thread and the threads named, in the leanest round: others may hold what happens once, such as a table that grows
 * @param mostBytesPerOperation the same in the round that allocated most
 * @param namedThreadsBytesPerOperation the part of {@code bytesPerOperation} that the threads named allocated
 * @param warmedUp whether the bytes had settled and the JIT was quiet; otherwise a longer warm-up may well show less
 * @param warmth the same in words, with the figures
 * @param allocationsPerOperation objects, estimated; -1 when no sample was taken
 * @param samples on which the estimates rest; below a few dozen they are hints
 * @param sites where it happens, the largest first
 */
public record AllocationReport(long operations, int rounds, double bytesPerOperation, double mostBytesPerOperation, double namedThreadsBytesPerOperation, boolean warmedUp, String warmth,
        double allocationsPerOperation, long samples, List<Site> sites) {
    private static final int MAX_SHOWN = 20;

    /**
     * One type allocated at one place.
     *
     * @param type of the object
     * @param at the first method outside the JDK on the stack, with its line
     * @param via the JDK's method that allocated, if it was not {@code at} itself; else empty
     * @param bytesPerOperation estimated
     * @param allocationsPerOperation estimated; -1 if no sample told the size of an object
     * @param samples taken here
     */
    public record Site(String type, String at, String via, double bytesPerOperation, double allocationsPerOperation, long samples) {
    }

    public AllocationReport {
        sites = List.copyOf(sites);
    }

    /** For people: a line with the exact figures, one about the warm-up, and a table of the sites. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        out.append(TextTable.number(bytesPerOperation)).append(" bytes per operation (exact; leanest of ").append(rounds).append(" rounds of ").append(TextTable.number(operations))
                .append(", most ").append(TextTable.number(mostBytesPerOperation)).append(')');
        if (namedThreadsBytesPerOperation > 0) {
            out.append(", of which ").append(TextTable.number(namedThreadsBytesPerOperation)).append(" on the threads named");
        }
        out.append('\n').append(warmedUp ? "warmed up: " : "NOT WARMED UP: ").append(warmth).append('\n');
        if (sites.isEmpty()) {
            return out.append(bytesPerOperation == 0 ? "" : "no sample was taken: too little is allocated, or jdk.jfr is not there\n").toString();
        }
        out.append("estimates from ").append(TextTable.number(samples)).append(" samples:\n");
        TextTable table = new TextTable("rrrlll").row("bytes/op", "objects/op", "share", "type", "at", "via");
        for (int i = 0; i < Math.min(sites.size(), MAX_SHOWN); i++) {
            Site site = sites.get(i);
            double share = bytesPerOperation == 0 ? 0 : site.bytesPerOperation / bytesPerOperation;
            table.row(TextTable.number(site.bytesPerOperation), site.allocationsPerOperation < 0 ? "?" : TextTable.number(site.allocationsPerOperation), Math.round(share * 100) + " %", site.type,
                    site.at, site.via);
        }
        out.append(table);
        if (sites.size() > MAX_SHOWN) {
            out.append(sites.size() - MAX_SHOWN).append(" more\n");
        }
        return out.toString();
    }

    /** For programs: one object with the components' names; unknown numbers are -1. */
    public String toJson() {
        JsonText json = new JsonText().open('{').name("operations").value(operations).name("rounds").value(rounds).name("bytesPerOperation").value(bytesPerOperation)
                .name("mostBytesPerOperation").value(mostBytesPerOperation).name("namedThreadsBytesPerOperation").value(namedThreadsBytesPerOperation).name("warmedUp").value(warmedUp)
                .name("warmth").value(warmth).name("allocationsPerOperation").value(allocationsPerOperation).name("samples").value(samples).name("sites").open('[');
        for (Site site : sites) {
            json.open('{').name("type").value(site.type).name("at").value(site.at).name("via").value(site.via).name("bytesPerOperation").value(site.bytesPerOperation)
                    .name("allocationsPerOperation").value(site.allocationsPerOperation).name("samples").value(site.samples).close('}');
        }
        return json.close(']').close('}').toString();
    }
}
