package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.QuicStats;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolStatsTest {
    @Test
    void itsTextShowsTheHistogramsNumbers() {
        PoolStats stats = new PoolStats(1, 2, 3, 4, new long[] {5, 6}, Map.of("first", 7L), Map.of("idle", 8L), 9, 10, 11, QuicStats.NONE);
        assertEquals("PoolStats[leased=1, idle=2, dialling=3, waiting=4, waitHistogram=[5, 6], connects={first=7}, closes={idle=8}, headerSpills=9, urlHits=10, urlMisses=11, quic=" + QuicStats.NONE + "]", stats.toString());
    }
}
