package io.shockwave.tuning;

import io.shockwave.tuning.BenchmarkReport.Latencies;
import io.shockwave.tuning.BenchmarkReport.Result;
import io.shockwave.tuning.BenchmarkReport.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A report as text. Stateless. */
final class BenchmarkText {
    /** Above this share the load's thread is what limits a closed loop. */
    static final double BUSY = 0.95;
    private static final double NS_PER_US = 1e3;

    private BenchmarkText() {
    }

    // ---- for people

    static String table(BenchmarkReport report) {
        List<Result> results = report.results();
        Result base = results.getFirst();
        boolean compared = results.size() > 1;
        TextTable table = new TextTable(compared ? "lrrrrrrrrrrrrrr" : "lrrrrrrrrrrrr");
        List<String> head = new ArrayList<>(List.of("", "req/s", "CPU/req", "B/req", "p50", "p90", "p99", "p99.9", "p99.99", "max", "GC", "RSS", "failed"));
        if (compared) {
            head.add(2, "×");
            head.add(4, "×");
        }
        table.row(head.toArray(String[]::new));
        for (Result each : results) {
            List<String> row = new ArrayList<>(List.of(each.name(), TextTable.number(Math.round(each.median(Sample::perSecond))), cpu(each.median(Sample::cpuNs)), bytes(each.median(Sample::allocatedBytes))));
            Latencies latencies = each.latencies();
            row.add(time(latencies.p50()));
            row.add(time(latencies.p90()));
            row.add(latencies.tells(99) ? time(latencies.p99()) : "–");
            row.add(latencies.tells(99.9) ? time(latencies.p999()) : "–");
            row.add(latencies.tells(99.99) ? time(latencies.p9999()) : "–");
            row.add(time(latencies.max()));
            row.add(gc(each));
            row.add(size(each.median(Sample::rssBytes)));
            row.add(TextTable.number(each.sum(Sample::errors) + each.sum(Sample::badStatus) + each.sum(Sample::unfinished)));
            if (compared) {
                row.add(2, ratio(each.ratio(base, Sample::perSecond)));
                row.add(4, ratio(each.ratio(base, Sample::cpuNs)));
            }
            table.row(row.toArray(String[]::new));
        }
        StringBuilder out = new StringBuilder(table.toString()).append('\n');
        notes(report).forEach(note -> out.append(note).append('\n'));
        return out.toString();
    }

    /** What must be known to read the figures. */
    static List<String> notes(BenchmarkReport report) {
        List<String> notes = new ArrayList<>();
        Result base = report.results().getFirst();
        Sample first = base.samples().getFirst();
        notes.add(base.load() + "; " + plural(base.samples().size(), "round") + " of " + Math.round(first.seconds() * 1e3) + " ms" + (base.samples().size() > 1 ? ", medians" : "") + "; " + report.machine());
        if (report.results().size() > 1) {
            notes.add("× is the median of the ratios to " + base.name() + " in the same round.");
        }
        if (base.open()) {
            notes.add("Latencies count from when a request was due, so that a stall is charged with all that it delayed.");
        }
        if (report.results().stream().anyMatch(each -> !each.latencies().tells(99.99))) {
            notes.add("–: too few requests for this percentile (take a longer --duration), or not known of this server.");
        }
        for (Result each : report.results()) {
            if (!each.open() && each.median(Sample::loadBusy) > BUSY) {
                notes.add(each.name() + ": the load was busy all the time, so req/s and latencies are its own limit; use more --threads, or compare CPU/req.");
            }
            if (each.open() && each.sum(Sample::unfinished) > 0) {
                notes.add(each.name() + ": " + TextTable.number(each.sum(Sample::unfinished)) + " requests were due and not answered in time; the server does not keep up with this rate.");
            }
            if (each.sum(Sample::badStatus) > 0) {
                notes.add(each.name() + ": " + TextTable.number(each.sum(Sample::badStatus)) + " answers had a status of 400 or above.");
            }
            if (!each.lastError().isEmpty()) {
                notes.add(each.name() + ": the last failure was: " + each.lastError());
            }
        }
        return notes;
    }

    static String plural(long count, String noun) {
        return TextTable.number(count) + " " + noun + (count == 1 ? "" : "s");
    }

    static String ratio(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
    }

    static String cpu(double ns) {
        return ns < 0 || Double.isNaN(ns) ? "–" : String.format(Locale.ROOT, "%.2f µs", ns / NS_PER_US);
    }

    static String bytes(double bytes) {
        return bytes < 0 || Double.isNaN(bytes) ? "–" : TextTable.number(Math.round(bytes));
    }

    static String size(double bytes) {
        return bytes < 0 ? "–" : String.format(Locale.ROOT, "%.0f MiB", bytes / (1 << 20));
    }

    /** Three digits. */
    static String time(double ns) {
        if (ns < 1e6) {
            double us = ns / 1e3;
            return String.format(Locale.ROOT, us < 10 ? "%.2f µs" : us < 100 ? "%.1f µs" : "%.0f µs", us);
        }
        double ms = ns / 1e6;
        return ms < 1e3 ? String.format(Locale.ROOT, ms < 10 ? "%.2f ms" : ms < 100 ? "%.1f ms" : "%.0f ms", ms) : String.format(Locale.ROOT, "%.2f s", ms / 1e3);
    }

    private static String gc(Result each) {
        long count = each.sum(Sample::gcCount);
        return each.samples().getFirst().gcCount() < 0 ? "–" : count == 0 ? "0" : count + " / " + each.sum(Sample::gcMs) + " ms";
    }

    // ---- for programs

    static String json(BenchmarkReport report) {
        JsonText json = new JsonText().open('{').name("machine").value(report.machine()).name("results").open('[');
        Result base = report.results().getFirst();
        for (Result each : report.results()) {
            Latencies latencies = each.latencies();
            json.open('{').name("name").value(each.name()).name("url").value(each.url()).name("load").value(each.load()).name("open").value(each.open()).name("medians").open('{');
            median(json, each, "perSecond", Sample::perSecond);
            median(json, each, "cpuNs", Sample::cpuNs);
            median(json, each, "loadCpuNs", Sample::loadCpuNs);
            median(json, each, "allocatedBytes", Sample::allocatedBytes);
            median(json, each, "rssBytes", Sample::rssBytes);
            json.close('}').name("ratios").open('{').name("perSecond").value(each.ratio(base, Sample::perSecond)).name("cpuNs").value(each.ratio(base, Sample::cpuNs)).close('}');
            json.name("latencyNs").open('{').name("count").value(latencies.count()).name("p50").value(latencies.p50()).name("p90").value(latencies.p90()).name("p99").value(latencies.p99())
                    .name("p99.9").value(latencies.p999()).name("p99.99").value(latencies.p9999()).name("max").value(latencies.max()).name("mean").value(latencies.mean()).name("curve").open('[');
            latencies.curve().forEach(point -> json.open('[').value(point.percent()).value(point.ns()).close(']'));
            json.close(']').close('}').name("spillsPerRequest").value(each.spillsPerRequest()).name("lastError").value(each.lastError()).name("samples").open('[');
            each.samples().forEach(sample -> sample(json, sample));
            json.close(']').close('}');
        }
        return json.close(']').close('}').toString();
    }

    private static void median(JsonText json, Result result, String name, ToDoubleFunction<Sample> of) {
        json.name(name).value(result.median(of));
    }

    private static void sample(JsonText json, Sample each) {
        json.open('{').name("answered").value(each.answered()).name("seconds").value(each.seconds()).name("perSecond").value(each.perSecond()).name("cpuNs").value(each.cpuNs()).name("loadCpuNs")
                .value(each.loadCpuNs()).name("loadBusy").value(each.loadBusy()).name("allocatedBytes").value(each.allocatedBytes()).name("gcCount").value(each.gcCount()).name("gcMs").value(each.gcMs())
                .name("rssBytes").value(each.rssBytes()).name("errors").value(each.errors()).name("badStatus").value(each.badStatus()).name("unfinished").value(each.unfinished()).close('}');
    }
}
