package io.shockwave.bench;

import io.shockwave.Tier;
import org.openjdk.jmh.annotations.Benchmark;

/** Reading the linked tier, as every builder does once. */
public class TierBench {

    @Benchmark
    public Tier current() {
        return Tier.current();
    }
}
