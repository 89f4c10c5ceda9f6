package io.shockwave.bench.arena;

import io.shockwave.bench.ShortRun;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A JSON order in, 4 KiB of JSON and 12 fields out, over a loopback connection: with and without the request's arena. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ArenaBench extends ShortRun {
    /** Who answers. */
    @Param({"PLAIN_VIRTUAL", "ARENA_VIRTUAL", "PLAIN_INLINE", "ARENA_INLINE"})
    public ArenaLoop.Side side;
    private ArenaLoop loop;

    @Setup
    public void start() throws IOException {
        loop = new ArenaLoop(side, 1);
    }

    @TearDown
    public void stop() throws IOException {
        loop.close();
    }

    @Benchmark
    public int order() throws IOException {
        return loop.ask();
    }
}
