package io.shockwave.bench.peers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Samples of contestants in alternation, and their medians as a table with ratios to the first. */
final class Rounds {
    /** One sample; times and bytes are of one request. */
    record Sample(double userUs, double systemUs, double requestsPerSecond, double bytes, double rssMiB) {}

    private record Row(String name, List<Sample> samples) {}

    /** Takes one sample. */
    interface Probe {
        Sample take(String contestant) throws IOException, InterruptedException;
    }

    private final int count;
    private final String chosen;

    /** @param chosen names between commas; empty for all */
    Rounds(int count, String chosen) {
        this.count = count;
        this.chosen = chosen;
    }

    /** Takes all samples of these contestants, and prints their medians. */
    void run(String title, List<String> names, Probe probe) throws InterruptedException {
        List<String> asked = chosen.isEmpty() ? names : List.of(chosen.split(","));
        List<Row> rows = names.stream().filter(asked::contains).map(name -> new Row(name, new ArrayList<>())).toList();
        for (int round = 1; round <= count; round++) {
            for (Row row : rows) {
                System.err.printf("\r\033[Kround %d of %d: %s", round, count, row.name);
                try {
                    row.samples.add(probe.take(row.name));
                } catch (IOException e) {
                    System.err.printf("\r\033[K%s: %s%n", row.name, e.getMessage());
                }
            }
        }
        System.err.print("\r\033[K");
        print(title, rows);
    }

    private static void print(String title, List<Row> rows) {
        System.out.printf("%n%s%n%-10s %9s %9s %9s %7s %9s %7s %9s %8s%n", title, "", "user µs", "system µs", "CPU µs", "ratio", "req/s", "ratio", "bytes", "RSS MiB");
        Row first = rows.getFirst();
        for (Row row : rows) {
            if (row.samples.isEmpty()) {
                System.out.printf("%-10s failed%n", row.name);
                continue;
            }
            double cpu = median(row, sample -> sample.userUs + sample.systemUs);
            double rate = median(row, Sample::requestsPerSecond);
            System.out.printf(Locale.ROOT, "%-10s %9.2f %9.2f %9.2f %7.2f %9s %7.2f %9.0f %8.0f%n", row.name, median(row, Sample::userUs), median(row, Sample::systemUs), cpu,
                cpu / median(first, sample -> sample.userUs + sample.systemUs), rate < 100 ? String.format(Locale.ROOT, "%.2f", rate) : Math.round(rate), rate / median(first, Sample::requestsPerSecond), median(row, Sample::bytes), median(row, Sample::rssMiB));
        }
    }

    private static double median(Row row, ToDoubleFunction<Sample> of) {
        double[] sorted = row.samples.stream().mapToDouble(of).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
