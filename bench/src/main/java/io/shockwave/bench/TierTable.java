package io.shockwave.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the results that JMH wrote for each tier side by side: time and bytes of one operation. Arguments: {@code NAME=FILE} for each tier, the files in JMH's form of CSV.
 */
public final class TierTable {
    private static final String PACKAGE = "io.shockwave.bench.";
    private static final String BYTES = "gc.alloc.rate.norm";

    /** Of one benchmark in one tier; NaN for what was not measured. */
    private static final class Cell {
        private double time = Double.NaN;
        private double bytes = Double.NaN;
    }

    private final List<String> tiers = new ArrayList<>();
    /** By benchmark, then by tier. */
    private final Map<String, Map<String, Cell>> cells = new TreeMap<>();
    private final Map<String, String> units = new LinkedHashMap<>();

    TierTable() {
    }

    /** Exits with 1 if nothing was measured. */
    public static void main(String[] args) throws IOException {
        TierTable table = new TierTable();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            table.add(arg.substring(0, equals), Files.readAllLines(Path.of(arg.substring(equals + 1))));
        }
        System.out.print(table);
        System.exit(table.cells.isEmpty() ? 1 : 0);
    }

    /** Takes the lines of one tier's file. */
    void add(String tier, List<String> lines) {
        tiers.add(tier);
        if (lines.isEmpty()) {
            return;
        }
        List<String> head = fields(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            List<String> row = fields(line);
            String full = row.get(0);
            int colon = full.indexOf(':');
            String benchmark = full.substring(0, colon < 0 ? full.length() : colon).replace(PACKAGE, "");
            String figure = colon < 0 ? "" : full.substring(colon + 1).replace("\u00b7", "");
            if (!figure.isEmpty() && !figure.equals(BYTES)) {
                continue;
            }
            for (int i = 7; i < row.size(); i++) {
                if (!row.get(i).isEmpty()) {
                    benchmark += " " + head.get(i).replace("Param: ", "") + "=" + row.get(i);
                }
            }
            Cell cell = cells.computeIfAbsent(benchmark, name -> new LinkedHashMap<>()).computeIfAbsent(tier, name -> new Cell());
            double score = Double.parseDouble(row.get(4));
            if (figure.isEmpty()) {
                cell.time = score;
                units.put(benchmark, row.get(6));
            } else {
                cell.bytes = score;
            }
        }
    }

    /** The fields of a line of CSV; quotes are taken off. */
    static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    @Override
    public String toString() {
        List<String[]> rows = new ArrayList<>();
        String[] head = new String[2 + 2 * tiers.size()];
        String[] under = new String[head.length];
        java.util.Arrays.fill(head, "");
        java.util.Arrays.fill(under, "");
        for (int i = 0; i < tiers.size(); i++) {
            head[2 + 2 * i] = tiers.get(i);
            under[2 + 2 * i] = "time/op";
            under[3 + 2 * i] = "bytes/op";
        }
        rows.add(head);
        rows.add(under);
        cells.forEach((benchmark, byTier) -> {
            String[] row = new String[head.length];
            row[0] = benchmark;
            row[1] = units.getOrDefault(benchmark, "").replace("/op", "");
            for (int i = 0; i < tiers.size(); i++) {
                Cell cell = byTier.getOrDefault(tiers.get(i), new Cell());
                row[2 + 2 * i] = cell.time < 0.5 ? String.format(Locale.ROOT, "%.2f", cell.time) : number(cell.time);
                row[3 + 2 * i] = number(cell.bytes);
            }
            rows.add(row);
        });
        return aligned(rows);
    }

    /** Three digits, or all before the point. JMH counts its own allocations too: what is below half a byte is none. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "\u2013";
        }
        return String.format(Locale.ROOT, value < 0.5 ? "%.0f" : value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%,.0f", value);
    }

    private static String aligned(List<String[]> rows) {
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder out = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String pad = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : i > 1 && i % 2 == 0 ? "   " : "  ").append(i < 2 ? row[i] + pad : pad + row[i]);
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
