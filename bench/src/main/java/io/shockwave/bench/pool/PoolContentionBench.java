package io.shockwave.bench.pool;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * The pool against one that polls. {@code contended} is a closed loop: each thread borrows again as soon as it has given back. {@code paced}
 * offers a fixed rate of seven tenths of what eight connections can carry.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class PoolContentionBench {
    @Param({"pool", "polling"})
    public String peer;

    /** How long a connection is held. */
    @Param({"20"})
    public int holdMs;

    private Lender lender;

    /** What is reported beside the time of the whole run. JMH adds up over iterations, so each adds its share of the mean. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        public long poolCpuMicrosPerLease;
        public long cpuMicrosPerLease;
        public long waitP50Micros;
        public long waitP99Micros;
        public long waitMaxMicros;
    }

    static Lender lender(String peer) {
        return peer.equals("pool") ? new PoolLender() : new PollingLender();
    }

    @Setup
    public void prepare() {
        lender = lender(peer);
    }

    @TearDown
    public void close() {
        lender.close();
    }

    @Benchmark
    public void contended(Figures figures, BenchmarkParams params) throws Exception {
        report(figures, params, Contention.run(lender, 30, holdMs * 1_000_000L, 0));
    }

    @Benchmark
    public void paced(Figures figures, BenchmarkParams params) throws Exception {
        long turnNs = holdMs * 1_000_000L * Contention.THREADS / Lender.CONNECTIONS * 10 / 7;
        report(figures, params, Contention.run(lender, 30, holdMs * 1_000_000L, turnNs));
    }

    private static void report(Figures figures, BenchmarkParams params, Contention.Result result) {
        long scale = 1_000L * params.getMeasurement().getCount();
        figures.poolCpuMicrosPerLease = result.poolCpuNsPerLease() / scale;
        figures.cpuMicrosPerLease = result.cpuNsPerLease() / scale;
        figures.waitP50Micros = result.percentileNs(50) / scale;
        figures.waitP99Micros = result.percentileNs(99) / scale;
        figures.waitMaxMicros = result.percentileNs(100) / scale;
    }
}
