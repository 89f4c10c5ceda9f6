package io.shockwave.bench.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolBenchCorrectnessTest {
    @ParameterizedTest
    @ValueSource(strings = {"pool", "polling"})
    void lendsEachConnectionToOneHolderAtATime(String peer) throws Exception {
        try (Lender lender = PoolContentionBench.lender(peer)) {
            Object lease = lender.acquire();
            lender.release(lease);
            assertSame(lease, lender.acquire());
            lender.release(lease);
            Contention.Result result = Contention.run(lender, 3, 1_000_000, 0);
            assertEquals(Contention.THREADS * 3, result.waitsNs().length);
            assertEquals(0, result.shared());
            assertTrue(result.percentileNs(99) > 0, "with eight connections for sixty-four threads somebody waits");
        }
    }
}
