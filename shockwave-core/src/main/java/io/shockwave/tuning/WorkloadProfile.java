package io.shockwave.tuning;

import io.shockwave.client.PoolStats;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ServerStats;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What a server or client has to do: header sections, sizes, rates. Immutable. It comes from a HAR file, an access log, the counters of a server or client that runs, or a description.
 */
public final class WorkloadProfile {
    /** Header sections kept, of requests and of responses each. */
    static final int MAX_SECTIONS = 10_000;
    /** Exchanges kept for a replay: what repeats after them is no longer news to any cache. */
    static final int MAX_REPLAYS = 256;
    private static final int MAX_DISTINCT = 100_000;
    private static final long MAX_SIZE = 1L << 50;
    private static final long SECOND_NS = 1_000_000_000L;

    final String source;
    final List<HeaderSection> requests;
    final List<HeaderSection> responses;
    /** Whether the sections hold only a part of the fields, as an access log does. */
    final boolean partial;
    final List<Replay> replays;
    final Histogram contents;
    final long exchanges;
    final int largestLine;
    final int origins;
    final int urls;
    /** Requests to one origin in its busiest second; 0 if it is not known. */
    final double perSecond;
    /** From request to the end of the response; 0 if it is not known. */
    final double latencyNs;
    /** The most that were in progress at the same time at one origin; 0 if it is not known. */
    final int overlap;
    /** The same at all origins together. */
    final int overlapOfAll;
    final long memoryBytes;
    final ServerStats server;
    final PoolStats pool;

    private WorkloadProfile(Builder from) {
        source = from.source;
        requests = List.copyOf(from.requests);
        responses = List.copyOf(from.responses);
        partial = from.partial;
        replays = List.copyOf(from.replays);
        contents = from.contents.copy();
        exchanges = from.exchanges;
        largestLine = from.largestLine;
        origins = from.origins > 0 ? from.origins : from.byOrigin.size();
        urls = from.urls > 0 ? from.urls : from.distinct.size();
        latencyNs = from.latencyNs > 0 ? from.latencyNs : from.durations == 0 ? 0 : (double) from.durationSumNs / from.durations;
        overlap = from.byOrigin.values().stream().mapToInt(Timeline::overlap).max().orElse(0);
        Timeline all = new Timeline();
        from.byOrigin.values().forEach(each -> all.spans.addAll(each.spans));
        overlapOfAll = all.overlap();
        perSecond = from.perSecond > 0 ? from.perSecond / Math.max(origins, 1) : from.byOrigin.values().stream().mapToInt(Timeline::busiestSecond).max().orElse(0);
        memoryBytes = from.memoryBytes;
        server = from.server;
        pool = from.pool;
    }

    /**
     * Reads a HAR file or an access log in the common or combined format, whichever it is.
     *
     * @throws IOException if it cannot be read or is neither; the message names the line
     */
    public static WorkloadProfile read(Path file) throws IOException {
        return reading(file).build();
    }

    /** As {@link #read}, to be completed by what the file does not tell. */
    public static Builder reading(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                boolean before = b == ' ' || b == '\t' || b == '\r' || b == '\n' || b >= 0xBB; // blanks, and the mark of UTF-8
                if (!before) {
                    return b == '{' ? HarFile.read(file) : AccessLogFile.read(file);
                }
            }
        }
        throw new IOException(file + " is empty");
    }

    /** Reads what a browser or proxy recorded (HAR 1.2). @throws IOException if it cannot be read or is none; the message names line and column */
    public static WorkloadProfile har(Path file) throws IOException {
        return HarFile.read(file).build();
    }

    /** Reads an access log in the common or combined format. @throws IOException if it cannot be read, or most of its lines are none; the message names the first such line */
    public static WorkloadProfile accessLog(Path file) throws IOException {
        return AccessLogFile.read(file).build();
    }

    /** What a server has counted since its start. */
    public static WorkloadProfile of(ShockwaveServer server) {
        return describe().counters(server.stats()).build();
    }

    /** What a client's pool counts now and has counted since its start. */
    public static WorkloadProfile of(ShockwaveClient client) {
        return describe().counters(client.poolStats()).build();
    }

    /** An empty profile, to be described. */
    public static Builder describe() {
        return new Builder();
    }

    /** Where it comes from, in words. */
    public String source() {
        return source;
    }

    /** How many exchanges it rests on; 0 for a description. */
    public long exchanges() {
        return exchanges;
    }

    /** The size that this share of contents, of requests and responses that have one, does not exceed. */
    long contentBytes(double percent) {
        return contents.getTotalCount() == 0 ? 0 : contents.lowestEquivalentValue(contents.getValueAtPercentile(percent));
    }

    /** One exchange as it is read. Fields that a source does not tell stay as they are. */
    static final class Observed {
        String method = "GET";
        String target = "";
        String origin = "";
        String url = "";
        /** Not HTTP. */
        boolean other;
        List<Map.Entry<String, String>> requestFields = new ArrayList<>();
        List<Map.Entry<String, String>> responseFields = new ArrayList<>();
        long requestBytes;
        long responseBytes;
        int status;
        long startNs = Long.MIN_VALUE;
        long durationNs = -1;
    }

    /** When exchanges with one origin began and ended. */
    private static final class Timeline {
        private final Map<Long, Integer> perSecond = new HashMap<>();
        private final List<long[]> spans = new ArrayList<>();

        void add(long startNs, long durationNs) {
            if (perSecond.size() < MAX_DISTINCT) {
                perSecond.merge(Math.floorDiv(startNs, SECOND_NS), 1, Integer::sum);
            }
            if (durationNs >= 0 && spans.size() < MAX_DISTINCT) {
                spans.add(new long[] {startNs, 1});
                spans.add(new long[] {startNs + Math.max(durationNs, 1), -1});
            }
        }

        int busiestSecond() {
            return perSecond.values().stream().mapToInt(n -> n).max().orElse(0);
        }

        int overlap() {
            spans.sort((a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
            int now = 0;
            int most = 0;
            for (long[] change : spans) {
                now += (int) change[1];
                most = Math.max(most, now);
            }
            return most;
        }
    }

    /** Describes a profile, alone or beside counters. Not thread-safe. */
    public static final class Builder {
        private static final String VALUE = "v";
        private String source = "";
        private final List<HeaderSection> requests = new ArrayList<>();
        private final List<HeaderSection> responses = new ArrayList<>();
        private final List<Replay> replays = new ArrayList<>();
        private final Histogram contents = new Histogram(1, MAX_SIZE, 3);
        private final Map<String, Timeline> byOrigin = new LinkedHashMap<>();
        private final Set<String> distinct = new HashSet<>();
        private boolean partial;
        private long exchanges;
        private int largestLine;
        private long durations;
        private long durationSumNs;
        private int origins;
        private int urls;
        private double perSecond;
        private double latencyNs;
        private long memoryBytes;
        private ServerStats server;
        private PoolStats pool;

        private Builder() {
        }

        /**
         * Typical header sections: so many fields of so many bytes in all, names and values. Several calls describe several kinds, equally frequent.
         *
         * @throws IllegalArgumentException for less than 2 bytes a field, or more than 1,000 fields or 1 MiB
         */
        public Builder headers(int fields, int bytes) {
            if (fields < 1 || fields > HarFile.MAX_FIELDS || bytes < 2 * fields || bytes > 1 << 20) {
                throw new IllegalArgumentException(fields + " fields of " + bytes + " bytes: from 1 to 1,000 fields, 2 bytes each at least and 1 MiB in all at most, are possible");
            }
            List<Map.Entry<String, String>> section = new ArrayList<>();
            for (int i = 0; i < fields; i++) {
                int each = bytes / fields + (i < bytes % fields ? 1 : 0);
                int name = Math.clamp(each / 3, 1, 16);
                section.add(Map.entry("x".repeat(name), VALUE.repeat(each - name)));
            }
            requests.add(new HeaderSection("/", section));
            responses.add(new HeaderSection("", section));
            replays.add(new Replay("GET", "/", Replay.sendable(section), new byte[0], 200, Replay.sendable(section), 0));
            return told("a description");
        }

        /** The bytes of typical contents, of requests and responses that have one. */
        public Builder content(long bytes) {
            contents.recordValue(checked("bytes of content", bytes, 0, MAX_SIZE));
            replays.replaceAll(each -> new Replay(each.method(), each.target(), each.requestFields(), each.requestBytes(), each.status(), each.responseFields(),
                    (int) Math.min(bytes, Replay.MAX_CONTENT_BYTES)));
            return told("a description");
        }

        /** Requests a second to all origins, at the busiest time. */
        public Builder requestsPerSecond(double rate) {
            if (!(rate > 0 && rate <= 1e9)) {
                throw new IllegalArgumentException(rate + " requests a second: above 0 and up to a thousand million are possible");
            }
            perSecond = rate;
            return told("a description");
        }

        /** From request to the end of the response, on average. */
        public Builder latency(Duration mean) {
            latencyNs = checked("nanoseconds of latency", mean.toNanos(), 1, Duration.ofHours(1).toNanos());
            return told("a description");
        }

        /** Origins that a client talks to; 1 without. */
        public Builder origins(int count) {
            origins = (int) checked("origins", count, 1, MAX_DISTINCT);
            return told("a description");
        }

        /** Different URLs that a client asks for again and again. */
        public Builder urls(int count) {
            urls = (int) checked("URLs", count, 1, Integer.MAX_VALUE);
            return told("a description");
        }

        /** The memory that the whole process may take. */
        public Builder memory(long bytes) {
            memoryBytes = checked("bytes of memory", bytes, 1 << 20, MAX_SIZE);
            return told("a description");
        }

        /** Adds what a server counted. */
        public Builder counters(ServerStats stats) {
            server = stats;
            exchanges += stats.requests();
            return told("a server's counters after " + BenchmarkText.plural(stats.requests(), "request"));
        }

        /** Adds what a client's pool counted. */
        public Builder counters(PoolStats stats) {
            pool = stats;
            return told("a client's counters");
        }

        /** The profile; it does not change with the builder any more. */
        public WorkloadProfile build() {
            return new WorkloadProfile(this);
        }

        private Builder told(String by) {
            boolean onFile = by.equals("a description") && exchanges > 0;
            if (!source.contains(by) && !onFile) {
                source = source.isEmpty() ? by : source + " and " + by;
            }
            return this;
        }

        Builder partial() {
            partial = true;
            return this;
        }

        Builder source(String text) {
            source = text;
            return this;
        }

        private static long checked(String what, long value, long least, long most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(value + " " + what + ": from " + least + " to " + most + " are possible");
            }
            return value;
        }

        void observed(Observed each) {
            exchanges++;
            if (each.other) {
                return;
            }
            largestLine = Math.max(largestLine, each.target.length() + each.method.length() + " HTTP/1.1 ".length());
            if (requests.size() < MAX_SECTIONS && !each.requestFields.isEmpty()) {
                requests.add(new HeaderSection(each.target, each.requestFields));
            }
            if (responses.size() < MAX_SECTIONS && !each.responseFields.isEmpty()) {
                responses.add(new HeaderSection("", each.responseFields));
            }
            for (long bytes : new long[] {each.requestBytes, each.responseBytes}) {
                if (bytes > 0) {
                    contents.recordValue(Math.min(bytes, MAX_SIZE));
                }
            }
            if (each.startNs != Long.MIN_VALUE && (byOrigin.size() < MAX_DISTINCT || byOrigin.containsKey(each.origin))) {
                byOrigin.computeIfAbsent(each.origin, origin -> new Timeline()).add(each.startNs, each.durationNs);
            }
            if (each.durationNs >= 0) {
                durations++;
                durationSumNs += each.durationNs;
            }
            if (distinct.size() < MAX_DISTINCT && !each.url.isEmpty()) {
                distinct.add(each.url);
            }
            if (replays.size() < MAX_REPLAYS) {
                replay(each);
            }
        }

        private void replay(Observed each) {
            boolean known = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS").contains(each.method);
            boolean hasContent = each.status >= 200 && each.status != 204 && each.status != 304;
            if (known && each.status >= 200 && each.status <= 599) {
                replays.add(new Replay(each.method, each.target, Replay.sendable(each.requestFields), new byte[(int) Math.min(each.requestBytes, Replay.MAX_CONTENT_BYTES)], each.status,
                        Replay.sendable(each.responseFields), hasContent ? (int) Math.min(each.responseBytes, Replay.MAX_CONTENT_BYTES) : 0));
            }
        }
    }
}
