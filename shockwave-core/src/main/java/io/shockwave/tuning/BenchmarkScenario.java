package io.shockwave.tuning;

import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.internal.pool.UrlEntry;
import io.shockwave.server.ShockwaveServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What {@link BenchmarkRunner} measures: a server, and the load for it. Immutable; each method returns a changed copy.
 *
 * <p>Without more, 16 connections ask again as soon as they were answered (a closed loop), for 300 ms after a second of warm-up. {@link #rate} makes it an open loop: requests are due at fixed
 * times whatever the answers do, and latencies count from when a request was due.
 */
public final class BenchmarkScenario {
    static final int MAX_CONNECTIONS = 10_000;
    static final int MAX_THREADS = 64;
    private static final double MAX_RATE = 10_000_000;

    /** Which server: one of these is set. */
    record Subject(String url, ShockwaveServer server, String tier, String classPath) {
    }

    final Subject subject;
    final String name;
    final int connections;
    final int threads;
    final double rate;
    final Duration warmUp;
    final Duration duration;
    final Tls tls;
    final long pid;
    final List<Replay> requests;
    final List<String> jvmArguments;
    final int bufferBytes;

    private BenchmarkScenario(Settings from) {
        subject = from.subject;
        name = from.name;
        connections = from.connections;
        threads = from.threads;
        rate = from.rate;
        warmUp = from.warmUp;
        duration = from.duration;
        tls = from.tls;
        pid = from.pid;
        requests = List.copyOf(from.requests);
        jvmArguments = from.jvmArguments == null ? null : List.copyOf(from.jvmArguments);
        bufferBytes = from.bufferBytes;
    }

    /**
     * A server anywhere, asked with GET.
     *
     * @throws IllegalArgumentException if the URL is not valid
     */
    public static BenchmarkScenario url(String url) {
        UrlEntry parsed = UrlEntry.parse(url);
        Settings settings = new Settings(new Subject(url, null, null, null), url);
        settings.requests = List.of(Replay.get(new String(parsed.target(), java.nio.charset.StandardCharsets.ISO_8859_1), 0));
        return new BenchmarkScenario(settings);
    }

    /** A server in this JVM, asked with GET in cleartext. What it uses is what this process uses without the threads of the load. */
    public static BenchmarkScenario server(ShockwaveServer server, String target) {
        Settings settings = new Settings(new Subject(null, Objects.requireNonNull(server, "server"), null, null), "this server");
        settings.requests = List.of(Replay.get(target, 0));
        return new BenchmarkScenario(settings);
    }

    /**
     * A server of a tier, in a JVM of its own that is started for the measurement with the tier's jar and JVM arguments, and answers 13 bytes from an inline handler. For comparing tiers.
     *
     * @param tier {@code lowmem}, {@code highperf}, {@code ultraperf} or {@code maxperf}
     * @param jar of that tier
     */
    public static BenchmarkScenario tier(String tier, Path jar) {
        return tier(tier, jar.toString());
    }

    /** @param classPath on which the tier is found */
    static BenchmarkScenario tier(String tier, String classPath) {
        Settings settings = new Settings(new Subject(null, null, tier, classPath), tier);
        settings.requests = List.of(Replay.get("/", 13));
        return new BenchmarkScenario(settings);
    }

    // ---- the load

    /** How the report calls it. */
    public BenchmarkScenario named(String text) {
        Settings copy = new Settings(this);
        copy.name = Objects.requireNonNull(text, "text");
        return new BenchmarkScenario(copy);
    }

    /** Connections at the same time, 1 to 10,000; 16 without. */
    public BenchmarkScenario connections(int count) {
        Settings copy = new Settings(this);
        copy.connections = within("connections", count, MAX_CONNECTIONS);
        return new BenchmarkScenario(copy);
    }

    /** Threads that make the load, 1 to 64 and no more than connections; 1 without, which is enough until the report says that it was busy all the time. */
    public BenchmarkScenario threads(int count) {
        Settings copy = new Settings(this);
        copy.threads = within("threads", count, MAX_THREADS);
        return new BenchmarkScenario(copy);
    }

    /** Requests a second in all, an open loop; 0 for a closed loop. */
    public BenchmarkScenario rate(double perSecond) {
        if (!(perSecond >= 0 && perSecond <= MAX_RATE)) {
            throw new IllegalArgumentException("a rate of " + perSecond + ": it is from 0 to 10 million requests a second");
        }
        Settings copy = new Settings(this);
        copy.rate = perSecond;
        return new BenchmarkScenario(copy);
    }

    /** Load before the first measurement, for the JIT of both sides; 1 s. Later rounds warm up for a tenth of a second at most. */
    public BenchmarkScenario warmUp(Duration time) {
        Settings copy = new Settings(this);
        copy.warmUp = checked(time, 0);
        return new BenchmarkScenario(copy);
    }

    /** Of each measurement, 1 ms to an hour; 300 ms. */
    public BenchmarkScenario duration(Duration time) {
        Settings copy = new Settings(this);
        copy.duration = checked(time, 1);
        return new BenchmarkScenario(copy);
    }

    /** Sends a field with each request. @throws IllegalArgumentException for what no field may hold, and for fields that a connection sets by itself */
    public BenchmarkScenario header(String name, String value) {
        List<Map.Entry<String, String>> one = List.of(Map.entry(name, value));
        if (Replay.sendable(one).isEmpty()) {
            throw new IllegalArgumentException("the field " + name + " cannot be sent: its name or value is not valid, or the connection sets it by itself");
        }
        Settings copy = new Settings(this);
        copy.requests = requests.stream().map(each -> {
            List<Map.Entry<String, String>> fields = new ArrayList<>(each.requestFields());
            fields.addAll(one);
            return new Replay(each.method(), each.target(), fields, each.requestBytes(), each.status(), each.responseFields(), each.responseBytes());
        }).toList();
        return new BenchmarkScenario(copy);
    }

    /** Sends this content, or none if it is empty, with this method. */
    public BenchmarkScenario request(Method method, byte[] content) {
        if (method == Method.CONNECT) {
            throw new IllegalArgumentException("CONNECT makes a tunnel, which is no request to measure");
        }
        Settings copy = new Settings(this);
        copy.requests = requests.stream().map(each -> new Replay(method.toString(), each.target(), each.requestFields(), content.clone(), each.status(), each.responseFields(), each.responseBytes())).toList();
        return new BenchmarkScenario(copy);
    }

    /** Trust for https. */
    public BenchmarkScenario tls(Tls trust) {
        Settings copy = new Settings(this);
        copy.tls = Objects.requireNonNull(trust, "trust");
        return new BenchmarkScenario(copy);
    }

    // ---- the server

    /** The process that serves a URL, on this machine: its CPU time and memory are measured too. */
    public BenchmarkScenario process(long pid) {
        if (subject.url == null) {
            throw new IllegalArgumentException("only a URL may be served by a process that this one does not know");
        }
        if (ProcessHandle.of(pid).isEmpty()) {
            throw new IllegalArgumentException("there is no process " + pid);
        }
        Settings copy = new Settings(this);
        copy.pid = pid;
        return new BenchmarkScenario(copy);
    }

    /** How many bytes of content a tier's server answers with, up to 1 MiB. */
    public BenchmarkScenario answer(int bytes) {
        if (subject.tier == null || bytes < 0 || bytes > Replay.MAX_CONTENT_BYTES) {
            throw new IllegalArgumentException("an answer of " + bytes + " bytes: servers of tiers give from 0 to " + Replay.MAX_CONTENT_BYTES + ", others decide by themselves");
        }
        Settings copy = new Settings(this);
        copy.requests = requests.stream().map(each -> new Replay(each.method(), each.target(), each.requestFields(), each.requestBytes(), each.status(), each.responseFields(), bytes)).toList();
        return new BenchmarkScenario(copy);
    }

    /** The arguments of a tier's JVM in place of the tier's own. */
    public BenchmarkScenario jvmArguments(List<String> arguments) {
        Settings copy = new Settings(this);
        copy.jvmArguments = arguments;
        return new BenchmarkScenario(copy);
    }

    /** Exchanges in turn, for a tier's server. */
    BenchmarkScenario replaying(List<Replay> exchanges) {
        Settings copy = new Settings(this);
        copy.requests = exchanges;
        return new BenchmarkScenario(copy);
    }

    /** The buffers of a tier's server, which then answers from virtual threads, since inline answers pass no buffer; 0 for an inline handler. */
    BenchmarkScenario bufferBytes(int bytes) {
        Settings copy = new Settings(this);
        copy.bufferBytes = bytes;
        return new BenchmarkScenario(copy);
    }

    /** The load in words. */
    String load() {
        String loop = rate == 0 ? "closed loop" : "open loop, " + TextTable.number(rate) + " requests/s";
        return connections + (connections == 1 ? " connection, " : " connections, ") + loop;
    }

    private static int within(String what, int count, int most) {
        if (count < 1 || count > most) {
            throw new IllegalArgumentException(count + " " + what + ": from 1 to " + most + " are possible");
        }
        return count;
    }

    private static Duration checked(Duration time, int leastMs) {
        if (time.toMillis() < leastMs || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(time + ": from " + leastMs + " ms to an hour is possible");
        }
        return time;
    }

    /** The same, while it is being changed. */
    private static final class Settings {
        private final Subject subject;
        private String name;
        private int connections = 16;
        private int threads = 1;
        private double rate;
        private Duration warmUp = Duration.ofSeconds(1);
        private Duration duration = Duration.ofMillis(300);
        private Tls tls = Tls.system();
        private long pid = -1;
        private List<Replay> requests;
        private List<String> jvmArguments;
        private int bufferBytes;

        Settings(Subject subject, String name) {
            this.subject = subject;
            this.name = name;
        }

        Settings(BenchmarkScenario from) {
            this(from.subject, from.name);
            connections = from.connections;
            threads = from.threads;
            rate = from.rate;
            warmUp = from.warmUp;
            duration = from.duration;
            tls = from.tls;
            pid = from.pid;
            requests = from.requests;
            jvmArguments = from.jvmArguments;
            bufferBytes = from.bufferBytes;
        }
    }
}
