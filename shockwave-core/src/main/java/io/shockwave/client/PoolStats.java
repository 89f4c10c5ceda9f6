package io.shockwave.client;

import io.shockwave.QuicStats;
import java.util.Arrays;
import java.util.Map;

/**
 * A snapshot of a client's connection pool.
 *
 * @param leased connections in use
 * @param idle connections kept for reuse
 * @param dialling connections being opened
 * @param waiting callers waiting for a connection
 * @param waitHistogram waits by length: bucket {@code i} counts those of at least 2^i and below 2^(i+1) microseconds, bucket 0 all below 2; those that need not wait are not in it
 * @param connects connections opened, by reason
 * @param closes connections closed, by reason
 * @param headerSpills header sections that did not fit the tier's preallocated space
 * @param urlHits look-ups that the URL cache answered
 * @param urlMisses look-ups that it did not
 * @param quic counters of QUIC
 */
public record PoolStats(
        int leased,
        int idle,
        int dialling,
        int waiting,
        long[] waitHistogram,
        Map<String, Long> connects,
        Map<String, Long> closes,
        long headerSpills,
        long urlHits,
        long urlMisses,
        QuicStats quic) {
    public PoolStats {
        waitHistogram = waitHistogram.clone();
        connects = Map.copyOf(connects);
        closes = Map.copyOf(closes);
    }

    @Override
    public long[] waitHistogram() {
        return waitHistogram.clone();
    }

    /** The components by name, the histogram's numbers among them. */
    @Override
    public String toString() {
        return "PoolStats[leased=" + leased + ", idle=" + idle + ", dialling=" + dialling + ", waiting=" + waiting + ", waitHistogram=" + Arrays.toString(waitHistogram)
                + ", connects=" + connects + ", closes=" + closes + ", headerSpills=" + headerSpills + ", urlHits=" + urlHits + ", urlMisses=" + urlMisses + ", quic=" + quic + ']';
    }
}
