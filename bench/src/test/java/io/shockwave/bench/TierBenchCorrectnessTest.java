package io.shockwave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TierBenchCorrectnessTest {

    @Test
    void readsTheTierOnTheClassPath() {
        assertEquals("lowmem", new TierBench().current().name());
    }
}
