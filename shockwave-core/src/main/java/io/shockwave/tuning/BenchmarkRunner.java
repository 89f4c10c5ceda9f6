package io.shockwave.tuning;

import io.shockwave.internal.pool.UrlEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Measures servers under load: {@code BenchmarkRunner.run(BenchmarkScenario.url("http://localhost:8080/"))}. Immutable; each run uses the thread that calls it, and threads for the load.
 *
 * <p>Several scenarios are measured in turns, A B C A B C, so that what else happens on the machine meets all of them; the report has the medians and the ratios of each round. HTTP/1.1, over TLS
 * where the URL says so.
 */
public final class BenchmarkRunner {
    private static final int MAX_ROUNDS = 1_000;
    private static final int ROUNDS_OF_SEVERAL = 3;
    private static final long START_NS = 5_000_000;
    private static final Duration LATER_WARM_UP = Duration.ofMillis(100);
    private static final long LEAST_DRAIN_NS = 500_000_000;
    private static final long MOST_DRAIN_NS = 5_000_000_000L;
    private static final BenchmarkRunner DEFAULT = new BenchmarkRunner(0, text -> { });

    private final int rounds;
    private final Consumer<String> progress;

    private BenchmarkRunner(int rounds, Consumer<String> progress) {
        this.rounds = rounds;
        this.progress = progress;
    }

    /**
     * Measures with the defaults: one round of a single scenario, three of several.
     *
     * @throws IOException if a server cannot be reached or stops answering
     * @throws InterruptedException if the thread was interrupted; the load has ended then
     */
    public static BenchmarkReport run(BenchmarkScenario... scenarios) throws IOException, InterruptedException {
        return DEFAULT.measure(List.of(scenarios));
    }

    /** The defaults, to be changed. */
    public static BenchmarkRunner defaults() {
        return DEFAULT;
    }

    /** How often each scenario is measured, 1 to 1,000. */
    public BenchmarkRunner rounds(int count) {
        if (count < 1 || count > MAX_ROUNDS) {
            throw new IllegalArgumentException(count + " rounds: from 1 to " + MAX_ROUNDS + " are possible");
        }
        return new BenchmarkRunner(count, progress);
    }

    /** Is told what is being done, in a few words, on the calling thread. */
    public BenchmarkRunner progress(Consumer<String> listener) {
        return new BenchmarkRunner(rounds, Objects.requireNonNull(listener, "listener"));
    }

    /** As {@link #run}. */
    public BenchmarkReport measure(List<BenchmarkScenario> scenarios) throws IOException, InterruptedException {
        if (scenarios.isEmpty()) {
            throw new IllegalArgumentException("no scenario to measure");
        }
        int times = rounds > 0 ? rounds : scenarios.size() == 1 ? 1 : ROUNDS_OF_SEVERAL;
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (BenchmarkScenario scenario : scenarios) {
                progress.accept("starting " + scenario.name);
                contestants.add(new Contestant(scenario));
            }
            for (Contestant each : contestants) {
                if (!each.scenario.warmUp.isZero()) {
                    progress.accept("warming up " + each.scenario.name);
                    each.sample(each.scenario.warmUp, Duration.ZERO);
                }
            }
            for (int round = 1; round <= times; round++) {
                for (Contestant each : contestants) {
                    progress.accept("round " + round + " of " + times + ": " + each.scenario.name);
                    each.samples.add(each.sample(each.scenario.warmUp.compareTo(LATER_WARM_UP) < 0 ? each.scenario.warmUp : LATER_WARM_UP, each.scenario.duration));
                }
            }
            return new BenchmarkReport(BenchmarkReport.thisMachine(), contestants.stream().map(Contestant::result).toList());
        } finally {
            contestants.forEach(Contestant::close);
        }
    }

    /** A scenario while it is measured. */
    private static final class Contestant {
        private final BenchmarkScenario scenario;
        private final TierServer child;
        private final LoadPlan plan;
        private final Histogram latencies = new Histogram(1, LoadLoop.MAX_LATENCY_NS, 3);
        private final List<BenchmarkReport.Sample> samples = new ArrayList<>();
        private long[] loadThreads = new long[0];
        private String lastError = "";

        Contestant(BenchmarkScenario scenario) throws IOException {
            this.scenario = scenario;
            BenchmarkScenario.Subject subject = scenario.subject;
            List<Replay> requests = scenario.requests;
            String url = subject.url();
            TierServer started = null;
            SocketAddress address = null;
            if (subject.tier() != null) {
                List<String> arguments = scenario.jvmArguments != null ? scenario.jvmArguments : TierFacts.of(subject.tier()).jvmArguments();
                started = new TierServer(subject.tier(), subject.classPath(), arguments, requests, scenario.bufferBytes);
                requests = numbered(requests);
                url = "http://127.0.0.1:" + started.port() + "/";
            } else if (subject.server() != null) {
                address = subject.server().addresses().getFirst();
                url = "http://" + (address instanceof InetSocketAddress inet ? "127.0.0.1:" + inet.getPort() : "localhost") + "/";
                address = address instanceof UnixDomainSocketAddress ? address : null;
            }
            child = started;
            UrlEntry parsed = UrlEntry.parse(url);
            try {
                plan = new LoadPlan(parsed, address != null ? address : new InetSocketAddress(InetAddress.getByName(parsed.host()), parsed.port()), scenario.tls, requests, scenario.rate,
                        Math.clamp(scenario.duration.toNanos(), LEAST_DRAIN_NS, MOST_DRAIN_NS));
            } catch (IOException e) {
                throw new IOException("the host " + parsed.host() + " was not found", e);
            }
        }

        private static List<Replay> numbered(List<Replay> requests) {
            List<Replay> numbered = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                Replay each = requests.get(i);
                numbered.add(new Replay(each.method(), Replay.numbered(i, each.target()), each.requestFields(), each.requestBytes(), each.status(), each.responseFields(), each.responseBytes()));
            }
            return numbered;
        }

        /** One load, of which the part after the warm-up is measured. */
        private BenchmarkReport.Sample sample(Duration warmUp, Duration duration) throws IOException, InterruptedException {
            int threads = Math.min(scenario.threads, scenario.connections);
            LoadLoop[] loops = new LoadLoop[threads];
            try {
                for (int i = 0; i < threads; i++) {
                    loops[i] = new LoadLoop(plan, i, threads, (scenario.connections - i + threads - 1) / threads);
                    loops[i].start();
                }
                for (LoadLoop loop : loops) {
                    loop.awaitConnected();
                }
                loadThreads = Arrays.stream(loops).mapToLong(LoadLoop::threadId).toArray();
                return measured(loops, warmUp.toNanos(), duration.toNanos());
            } catch (IOException e) {
                throw new IOException(scenario.name + ": " + cause(e), e);
            } finally {
                for (LoadLoop loop : loops) {
                    if (loop != null) {
                        loop.stop();
                    }
                }
            }
        }

        private String cause(IOException e) {
            String text = String.valueOf(e.getMessage());
            return text.startsWith("Connection refused") ? "nobody listens at " + plan.address() + " (connection refused); start the server first" : text;
        }

        private BenchmarkReport.Sample measured(LoadLoop[] loops, long warmUpNs, long durationNs) throws IOException, InterruptedException {
            Usage usageBefore = usage(); // the first reading loads classes, which would take a part of a short measurement
            long startNs = System.nanoTime() + START_NS;
            for (LoadLoop loop : loops) {
                loop.begin(startNs);
            }
            long fromNs = startNs;
            if (warmUpNs > 0) {
                sleepUntil(startNs + warmUpNs);
                usageBefore = usage();
                fromNs = System.nanoTime(); // a whole measurement, however long the reading took
            }
            long toNs = fromNs + durationNs;
            for (LoadLoop loop : loops) {
                loop.measure(fromNs, toNs);
            }
            sleepUntil(fromNs);
            Counts before = Counts.of(loops, loadThreads);
            sleepUntil(toNs);
            Counts after = Counts.of(loops, loadThreads);
            Usage used = usage().since(usageBefore);
            long unfinished = 0;
            for (LoadLoop loop : loops) {
                loop.awaitDone();
                loop.check();
                unfinished += loop.unfinished();
                lastError = loop.lastError().isEmpty() ? lastError : loop.lastError();
                latencies.add(loop.histogram());
            }
            long answered = after.completed - before.completed;
            double seconds = Math.max(after.atNs - before.atNs, 1) / 1e9;
            double each = answered == 0 ? Double.NaN : answered;
            return new BenchmarkReport.Sample(answered, seconds, answered / seconds, used.cpuNs() < 0 ? -1 : used.cpuNs() / each, (after.loadCpuNs - before.loadCpuNs) / each,
                    (after.loadCpuNs - before.loadCpuNs) / 1e9 / seconds / loops.length, used.allocatedBytes() < 0 ? -1 : used.allocatedBytes() / each, used.gcCount(), used.gcMs(), used.rssBytes(),
                    after.errors - before.errors, after.badStatus - before.badStatus, unfinished);
        }

        private Usage usage() throws IOException {
            return child != null ? child.usage() : scenario.subject.server() != null ? ProcessMeter.self(loadThreads) : scenario.pid >= 0 ? ProcessMeter.of(scenario.pid) : Usage.UNKNOWN;
        }

        private static void sleepUntil(long ns) throws InterruptedException {
            for (long left = ns - System.nanoTime(); left > 0; left = ns - System.nanoTime()) {
                LockSupport.parkNanos(left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }

        BenchmarkReport.Result result() {
            return new BenchmarkReport.Result(scenario.name, plan.url().toString(), scenario.load(), scenario.rate > 0, samples, BenchmarkReport.Latencies.of(latencies), child == null ? -1 : child.spillsPerRequest(),
                    lastError);
        }

        void close() {
            if (child != null) {
                child.close();
            }
        }
    }

    /** What the load counted until now. */
    private record Counts(long atNs, long completed, long errors, long badStatus, long loadCpuNs) {
        static Counts of(LoadLoop[] loops, long[] threads) {
            long completed = 0;
            long errors = 0;
            long badStatus = 0;
            for (LoadLoop loop : loops) {
                completed += loop.completed();
                errors += loop.errors();
                badStatus += loop.badStatus();
            }
            return new Counts(System.nanoTime(), completed, errors, badStatus, ProcessMeter.threadsCpuNs(threads));
        }
    }
}
