package io.shockwave.bench.codec;

import io.shockwave.bench.ShortRun;
import io.shockwave.internal.exchange.Violation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The steps that every HTTP/1.1 message takes, each for itself, on heads of usual size. */
@State(Scope.Thread)
public class Http1CodecBench extends ShortRun {
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
