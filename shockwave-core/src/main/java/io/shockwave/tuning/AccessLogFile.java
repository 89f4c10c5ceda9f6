package io.shockwave.tuning;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/**
 * Reads an access log, {@code host ident user [date] "request" status bytes}, with {@code "referer" "user agent"} behind it in the combined format. Confined to one thread.
 */
final class AccessLogFile {
    /** Lines above are no lines of an access log: servers bound what a peer can make them write. */
    static final int MAX_LINE = 1 << 16;
    static final int MAX_LINES = 10_000_000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

    private final String line;
    private int at;

    private AccessLogFile(String line) {
        this.line = line;
    }

    static WorkloadProfile.Builder read(Path file) throws IOException {
        WorkloadProfile.Builder profile = WorkloadProfile.describe().partial();
        long good = 0;
        long bad = 0;
        long firstBad = 0;
        long number = 0;
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            for (String line = line(in, file); line != null && number < MAX_LINES; line = line(in, file)) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                WorkloadProfile.Observed observed = new AccessLogFile(line).observed();
                if (observed == null) {
                    firstBad = bad++ == 0 ? number : firstBad;
                } else {
                    good++;
                    profile.observed(observed);
                }
            }
        }
        if (good <= bad) {
            throw new IOException(file + (good + bad == 0 ? " holds no line" : " is neither a HAR nor an access log in the common or combined format; the first line that is not: " + firstBad));
        }
        return profile.source(file.getFileName() + ", " + BenchmarkText.plural(good, "request") + (bad == 0 ? "" : ", " + BenchmarkText.plural(bad, "line") + " not understood"));
    }

    /** As readLine, for lines of a bounded length. */
    private static String line(BufferedReader in, Path file) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return line.isEmpty() ? null : line.toString();
            }
            if (line.length() == MAX_LINE) {
                throw new IOException(file + " is no access log: a line exceeds " + MAX_LINE + " characters");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    /** {@code null} if the line is none. */
    private WorkloadProfile.Observed observed() {
        WorkloadProfile.Observed observed = new WorkloadProfile.Observed();
        String host = until(' ');
        String ident = until(' ');
        int open = line.indexOf('[', at); // a user's name may hold blanks
        int close = line.indexOf("] ", at);
        if (host == null || ident == null || open < 0 || close < open) {
            return null;
        }
        String date = line.substring(open + 1, close);
        at = close + 2;
        String request = quoted();
        String status = request == null ? null : until(' ');
        if (status == null || !status.matches("\\d{3}|-")) {
            return null;
        }
        String bytes = until(' ');
        if (bytes == null || !bytes.matches("\\d{1,15}|-")) {
            return null;
        }
        try {
            observed.startNs = OffsetDateTime.parse(date, TIME).toEpochSecond() * 1_000_000_000L;
        } catch (DateTimeException e) {
            return null;
        }
        observed.status = status.equals("-") ? 0 : Integer.parseInt(status);
        observed.responseBytes = bytes.equals("-") ? 0 : Long.parseLong(bytes);
        String[] parts = request.split(" ");
        observed.other = parts.length != 3;
        if (parts.length == 3) {
            observed.method = parts[0];
            observed.target = parts[1];
        }
        agent(observed);
        return observed;
    }

    private void agent(WorkloadProfile.Observed observed) {
        String referer = quoted();
        String agent = referer == null ? null : quoted();
        if (agent != null) {
            if (!referer.isEmpty() && !referer.equals("-")) {
                observed.requestFields.add(Map.entry("Referer", referer));
            }
            if (!agent.isEmpty() && !agent.equals("-")) {
                observed.requestFields.add(Map.entry("User-Agent", agent));
            }
        }
    }

    /** The text up to a character or the end; {@code null} if there is none. */
    private String until(char end) {
        if (at >= line.length()) {
            return null;
        }
        int to = line.indexOf(end, at);
        String text = line.substring(at, to < 0 ? line.length() : to);
        at = to < 0 ? line.length() : to + 1;
        return text;
    }

    /** A text in quotes, in which a backslash keeps the next character; {@code null} if there is none. An escaped byte counts as one. */
    private String quoted() {
        if (at >= line.length() || line.charAt(at) != '"') {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = at + 1; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                at = Math.min(i + 2, line.length());
                return text.toString();
            }
            if (c == '\\' && i + 1 < line.length()) {
                boolean hex = line.startsWith("\\x", i) && i + 3 < line.length();
                text.append(hex ? '?' : line.charAt(i + 1));
                i += hex ? 3 : 1;
            } else {
                text.append(c);
            }
        }
        return null;
    }
}
