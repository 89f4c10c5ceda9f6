package io.shockwave.bench.codec;

import io.shockwave.internal.exchange.Violation;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The steps that every HTTP/1.1 message takes, each for itself, on heads of usual size. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class Http1CodecBench {
    private final Http1Codec codec = new Http1Codec();

    @Setup
    public void decodeOnce() {
        codec.decodeRequest();
    }

    @Benchmark
    public int decodeRequest() {
        return codec.decodeRequest();
    }

    @Benchmark
    public int decodeResponse() {
        return codec.decodeResponse();
    }

    @Benchmark
    public Violation judgeRequest() {
        return codec.judge();
    }

    @Benchmark
    public int encodeResponse() {
        return codec.encode();
    }
}
