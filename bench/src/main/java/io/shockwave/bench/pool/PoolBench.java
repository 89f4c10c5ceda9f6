package io.shockwave.bench.pool;

import io.shockwave.bench.ShortRun;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Borrowing and giving back where nobody else wants the connection. */
@State(Scope.Benchmark)
public class PoolBench extends ShortRun {
    @Param({"pool", "polling"})
    public String peer;

    private Lender lender;

    @Setup
    public void prepare() {
        lender = PoolContentionBench.lender(peer);
    }

    @TearDown
    public void close() {
        lender.close();
    }

    @Benchmark
    public void borrowAndReturn() throws Exception {
        lender.release(lender.acquire());
    }
}
