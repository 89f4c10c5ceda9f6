package io.shockwave.bench.engine;

import io.shockwave.bench.ShortRun;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A whole exchange without sockets: the server's engine on a browser's request, and both engines against each other. */
@State(Scope.Thread)
public class Http1EngineBench extends ShortRun {
    private final Http1Pair pair = new Http1Pair();

    @Benchmark
    public int serve() {
        return pair.serve();
    }

    @Benchmark
    public int exchange() {
        return pair.exchange();
    }
}
