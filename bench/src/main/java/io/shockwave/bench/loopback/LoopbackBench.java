package io.shockwave.bench.loopback;

import io.shockwave.bench.ShortRun;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A GET of 13 bytes over one connection to a server in the same JVM; its bytes are those of both sides. */
@State(Scope.Thread)
public class LoopbackBench extends ShortRun {
    /** Which thread runs the handler. */
    @Param({"inline", "virtual"})
    public String handler;

    private Loopback loopback;

    @Setup
    public void start() throws IOException {
        loopback = new Loopback(handler);
    }

    @TearDown
    public void stop() {
        loopback.close();
    }

    @Benchmark
    public int exchange() throws IOException {
        return loopback.exchange();
    }
}
