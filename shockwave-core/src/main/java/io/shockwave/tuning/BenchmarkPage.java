package io.shockwave.tuning;

import io.shockwave.tuning.BenchmarkReport.Result;
import io.shockwave.tuning.BenchmarkReport.Sample;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** A report as one page of HTML: a table, and plots as SVG. It needs no script and loads nothing; colours follow the reader's choice of light or dark. Stateless. */
final class BenchmarkPage {
    private static final String STYLE = """
            :root { color-scheme: light dark; --bg: #fbfbfa; --card: #ffffff; --ink: #1c1d20; --soft: #5d6169; --line: #e2e3e6;
              --c0: #1f6fc4; --c1: #c2500a; --c2: #0b8560; --c3: #a8437f; --c4: #7d6608; --c5: #5b55c9; }
            @media (prefers-color-scheme: dark) { :root { --bg: #16171a; --card: #1f2125; --ink: #ecedf0; --soft: #a3a8b2; --line: #35383f;
              --c0: #6cb2ff; --c1: #ff9c5c; --c2: #4ed3a4; --c3: #f09acb; --c4: #dcc04d; --c5: #aaa5ff; } }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
            main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 48px; }
            h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
            h2 { font-size: 15px; margin: 0; }
            p { margin: 0; }
            .soft { color: var(--soft); }
            .small { font-size: 13px; }
            section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin-top: 18px; }
            .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(400px, 1fr)); gap: 18px; margin-top: 18px; }
            .grid section { margin: 0; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; white-space: nowrap; }
            th { font-weight: 500; color: var(--soft); font-size: 13px; }
            th, td { text-align: right; padding: 7px 0 7px 16px; border-bottom: 1px solid var(--line); }
            tr:last-child td { border-bottom: 0; }
            th:first-child, td:first-child { text-align: left; padding-left: 0; }
            td:first-child { font-weight: 600; max-width: 240px; overflow: hidden; text-overflow: ellipsis; }
            .key { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 8px; }
            .ratio { color: var(--soft); font-size: 13px; padding-left: 6px; }
            svg { display: block; width: 100%; height: auto; margin-top: 10px; }
            svg text { fill: var(--ink); font-size: 13px; font-variant-numeric: tabular-nums; }
            svg text.soft { fill: var(--soft); font-size: 12px; }
            .rule { stroke: var(--line); stroke-width: 1; }
            .curve { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
            .dot { fill: var(--card); stroke: var(--ink); stroke-width: 1.25; }
            ul { margin: 0; padding-left: 18px; }
            summary { cursor: pointer; font-weight: 600; }
            """;
    private static final int COLOURS = 6;
    private static final int PLOT_WIDTH = 1_000;
    private static final int PLOT_HEIGHT = 360;
    private static final int LEFT = 64;
    private static final int RIGHT = 150;
    private static final int TOP = 14;
    private static final int BOTTOM = 40;
    private static final int BAR_WIDTH = 480;
    private static final int ROW = 46;
    private static final int LABEL_GAP = 17;
    private static final double LEAST_BYTES = 100;
    private static final double[] MARKS = {0, 50, 90, 99, 99.9, 99.99, 99.999};

    private BenchmarkPage() {
    }

    static String html(BenchmarkReport report) {
        List<Result> results = report.results();
        StringBuilder out = new StringBuilder(1 << 14);
        String title = results.stream().map(Result::name).collect(java.util.stream.Collectors.joining(", "));
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Benchmark: ").append(text(title))
                .append("</title>\n<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n<main>\n<h1>").append(text(title)).append("</h1>\n<p class=\"soft\">").append(text(results.getFirst().load()))
                .append("</p>\n");
        summary(out, report);
        out.append("<section>\n<h2>Latency by percentile</h2>\n<p class=\"soft small\">Half of the requests took no longer than the curve at 50 %, one in a thousand longer than at 99.9 %. Both axes are logarithmic.</p>\n");
        curves(out, results);
        out.append("</section>\n<div class=\"grid\">\n");
        bars(out, results, "Requests a second", "higher is better; circles are single rounds", 1, Sample::perSecond, value -> TextTable.number(Math.round(value)));
        bars(out, results, "CPU time for one request", "of the server, kernel and collector included; lower is better", 1, Sample::cpuNs, BenchmarkText::cpu);
        bars(out, results, "Bytes allocated for one request", "on the server's heap; lower is better", LEAST_BYTES, Sample::allocatedBytes, BenchmarkText::bytes);
        bars(out, results, "Resident memory", "of the server's process; lower is better", 1, Sample::rssBytes, BenchmarkText::size);
        out.append("</div>\n<section>\n<h2>How to read this</h2>\n<ul class=\"small\">\n");
        BenchmarkText.notes(report).forEach(note -> out.append("<li>").append(text(note)).append("</li>\n"));
        out.append("</ul>\n</section>\n");
        rounds(out, results);
        return out.append("</main>\n</body>\n</html>\n").toString();
    }

    // ---- tables

    private static void summary(StringBuilder out, BenchmarkReport report) {
        boolean compared = report.results().size() > 1;
        out.append("<section class=\"scroll\">\n<table>\n<tr><th></th>");
        for (String head : List.of("req/s", "CPU/req", "bytes/req", "p50", "p99", "p99.9", "max", "RSS", "failed")) {
            out.append("<th>").append(head).append("</th>");
        }
        out.append("</tr>\n");
        Result base = report.results().getFirst();
        for (int i = 0; i < report.results().size(); i++) {
            Result each = report.results().get(i);
            BenchmarkReport.Latencies latencies = each.latencies();
            out.append("<tr><td><span class=\"key\" style=\"background:").append(colour(i)).append("\"></span>").append(text(each.name())).append("</td>");
            cell(out, TextTable.number(Math.round(each.median(Sample::perSecond))), compared ? BenchmarkText.ratio(each.ratio(base, Sample::perSecond)) : "");
            cell(out, BenchmarkText.cpu(each.median(Sample::cpuNs)), compared ? BenchmarkText.ratio(each.ratio(base, Sample::cpuNs)) : "");
            cell(out, BenchmarkText.bytes(each.median(Sample::allocatedBytes)), "");
            cell(out, BenchmarkText.time(latencies.p50()), "");
            cell(out, latencies.tells(99) ? BenchmarkText.time(latencies.p99()) : "–", "");
            cell(out, latencies.tells(99.9) ? BenchmarkText.time(latencies.p999()) : "–", "");
            cell(out, BenchmarkText.time(latencies.max()), "");
            cell(out, BenchmarkText.size(each.median(Sample::rssBytes)), "");
            cell(out, TextTable.number(each.sum(Sample::errors) + each.sum(Sample::badStatus) + each.sum(Sample::unfinished)), "");
            out.append("</tr>\n");
        }
        out.append("</table>\n</section>\n");
    }

    private static void cell(StringBuilder out, String value, String ratio) {
        out.append("<td>").append(value);
        if (!ratio.isEmpty()) {
            out.append("<span class=\"ratio\">×").append(ratio).append("</span>");
        }
        out.append("</td>");
    }

    private static void rounds(StringBuilder out, List<Result> results) {
        out.append("<section class=\"scroll\">\n<details>\n<summary>All rounds</summary>\n<table>\n<tr><th></th><th>round</th><th>answered</th><th>req/s</th><th>CPU/req</th><th>load's CPU/req</th>"
                + "<th>bytes/req</th><th>GC</th><th>RSS</th></tr>\n");
        for (Result each : results) {
            int round = 0;
            for (Sample sample : each.samples()) {
                out.append("<tr><td>").append(text(each.name())).append("</td>");
                for (String value : List.of(Integer.toString(++round), TextTable.number(sample.answered()), TextTable.number(Math.round(sample.perSecond())), BenchmarkText.cpu(sample.cpuNs()),
                        BenchmarkText.cpu(sample.loadCpuNs()), BenchmarkText.bytes(sample.allocatedBytes()), sample.gcCount() < 0 ? "–" : sample.gcCount() + " / " + sample.gcMs() + " ms",
                        BenchmarkText.size(sample.rssBytes()))) {
                    cell(out, value, "");
                }
                out.append("</tr>\n");
            }
        }
        out.append("</table>\n</details>\n</section>\n");
    }

    // ---- the curve

    private static void curves(StringBuilder out, List<Result> results) {
        double least = Double.MAX_VALUE;
        double most = 1;
        long count = 0;
        for (Result each : results) {
            List<BenchmarkReport.Point> curve = each.latencies().curve();
            if (each.latencies().count() > 0) {
                least = Math.min(least, Math.max(curve.getFirst().ns(), 1));
                most = Math.max(most, each.latencies().max());
                count = Math.max(count, each.latencies().count());
            }
        }
        if (count == 0) {
            out.append("<p>No request was answered.</p>\n");
            return;
        }
        double low = Math.floor(Math.log10(least) * 2) / 2;
        double high = Math.max(Math.ceil(Math.log10(most) * 2) / 2, low + 1);
        double widest = Math.log10(Math.max(count, 10));
        out.append("<svg viewBox=\"0 0 ").append(PLOT_WIDTH).append(' ').append(PLOT_HEIGHT).append("\" role=\"img\" aria-label=\"Latency by percentile\">\n");
        for (int decade = (int) Math.ceil(low); decade <= high; decade++) {
            double y = y(decade, low, high);
            line(out, LEFT, y, PLOT_WIDTH - RIGHT, y);
            label(out, LEFT - 8, y + 4, "end", true, axisTime(decade));
        }
        for (double mark : MARKS) {
            double x = x(mark, widest);
            if (x <= PLOT_WIDTH - RIGHT + 0.5) {
                line(out, x, TOP, x, PLOT_HEIGHT - BOTTOM);
                label(out, x, PLOT_HEIGHT - BOTTOM + 20, "middle", true, trimmed(mark) + " %");
            }
        }
        double[] ends = new double[results.size()];
        for (int i = 0; i < results.size(); i++) {
            ends[i] = curve(out, results.get(i), i, low, high, widest);
        }
        if (results.size() > 1) {
            names(out, results, ends);
        }
        out.append("</svg>\n");
    }

    private static double curve(StringBuilder out, Result result, int index, double low, double high, double widest) {
        if (result.latencies().count() == 0) {
            return TOP;
        }
        out.append("<path class=\"curve\" style=\"stroke:").append(colour(index)).append(index >= COLOURS ? ";stroke-dasharray:6 4" : "").append("\" d=\"");
        double y = 0;
        char command = 'M';
        double own = Math.min(Math.log10(Math.max(result.latencies().count(), 10)), widest);
        for (BenchmarkReport.Point point : result.latencies().curve()) {
            double x = Math.min(x(point.percent(), widest), LEFT + own / widest * (PLOT_WIDTH - RIGHT - LEFT));
            y = y(Math.log10(Math.max(point.ns(), 1)), low, high);
            out.append(command).append(fixed(x)).append(' ').append(fixed(y));
            command = 'L';
        }
        out.append("\"><title>").append(text(result.name())).append("</title></path>\n");
        return y;
    }

    /** The names at the ends of the curves, moved apart where they would cover each other. */
    private static void names(StringBuilder out, List<Result> results, double[] ends) {
        Integer[] order = new Integer[ends.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        java.util.Arrays.sort(order, java.util.Comparator.comparingDouble(i -> ends[i]));
        double at = TOP;
        for (int each : order) {
            at = Math.max(at, ends[each]);
            String name = results.get(each).name();
            String shown = name.length() > 20 ? name.substring(0, 18) + "…" : name;
            out.append("<text x=\"").append(PLOT_WIDTH - RIGHT + 10).append("\" y=\"").append(fixed(at + 4)).append("\" style=\"fill:").append(colour(each)).append("\">").append(text(shown)).append("</text>\n");
            at += LABEL_GAP;
        }
    }

    private static double x(double percent, double widest) {
        double decades = percent >= 100 ? widest : Math.min(-Math.log10(1 - percent / 100), widest * 2);
        return LEFT + decades / widest * (PLOT_WIDTH - RIGHT - LEFT);
    }

    private static double y(double decade, double low, double high) {
        return PLOT_HEIGHT - BOTTOM - (decade - low) / (high - low) * (PLOT_HEIGHT - BOTTOM - TOP);
    }

    private static String axisTime(int decade) {
        String[] units = {" ns", " µs", " ms", " s"};
        int unit = Math.min(decade / 3, units.length - 1);
        return TextTable.number(Math.round(Math.pow(10, decade - unit * 3))) + units[unit];
    }

    private static String trimmed(double percent) {
        return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
    }

    // ---- bars

    /** @param least what a full bar stands for at least, so that differences that mean nothing look like nothing */
    private static void bars(StringBuilder out, List<Result> results, String title, String hint, double least, ToDoubleFunction<Sample> of, DoubleFunction<String> shown) {
        double most = least;
        for (Result each : results) {
            if (!(each.median(of) >= 0)) {
                return; // not known of all of them
            }
            most = Math.max(most, each.samples().stream().mapToDouble(of).max().orElse(0));
        }
        if (results.size() == 1) {
            return; // one bar compares nothing, and its figure stands in the table
        }
        int height = results.size() * ROW;
        out.append("<section>\n<h2>").append(title).append("</h2>\n<p class=\"soft small\">").append(hint).append("</p>\n<svg viewBox=\"0 0 ").append(BAR_WIDTH).append(' ').append(height)
                .append("\" role=\"img\" aria-label=\"").append(title).append("\">\n");
        for (int i = 0; i < results.size(); i++) {
            Result each = results.get(i);
            double value = each.median(of);
            int y = i * ROW;
            double width = value / most * BAR_WIDTH;
            String name = each.name().length() > 40 ? each.name().substring(0, 38) + "…" : each.name();
            label(out, 0, y + 14, "start", false, name);
            label(out, BAR_WIDTH, y + 14, "end", false, shown.apply(value));
            out.append("<rect x=\"0\" y=\"").append(y + 20).append("\" width=\"").append(fixed(Math.max(width, 1))).append("\" height=\"14\" rx=\"3\" style=\"fill:").append(colour(i)).append("\"/>\n");
            if (each.samples().size() > 1) {
                for (Sample sample : each.samples()) {
                    double x = Math.clamp(of.applyAsDouble(sample) / most * BAR_WIDTH, 5, BAR_WIDTH - 5);
                    out.append("<circle class=\"dot\" cx=\"").append(fixed(x)).append("\" cy=\"").append(y + 27).append("\" r=\"3.5\"><title>").append(shown.apply(of.applyAsDouble(sample)))
                            .append("</title></circle>\n");
                }
            }
        }
        out.append("</svg>\n</section>\n");
    }

    // ---- pieces

    private static String colour(int index) {
        return "var(--c" + index % COLOURS + ")";
    }

    private static void line(StringBuilder out, double x1, double y1, double x2, double y2) {
        out.append("<line class=\"rule\" x1=\"").append(fixed(x1)).append("\" y1=\"").append(fixed(y1)).append("\" x2=\"").append(fixed(x2)).append("\" y2=\"").append(fixed(y2)).append("\"/>\n");
    }

    private static void label(StringBuilder out, double x, double y, String anchor, boolean soft, String text) {
        out.append("<text x=\"").append(fixed(x)).append("\" y=\"").append(fixed(y)).append("\" text-anchor=\"").append(anchor).append(soft ? "\" class=\"soft\">" : "\">").append(text(text)).append("</text>\n");
    }

    private static String fixed(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** Names and URLs come from elsewhere and must stay text. */
    static String text(String raw) {
        return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
