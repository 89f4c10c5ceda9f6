package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9406 4.2: when slow start becomes conservative, when it recovers, when it ends. */
class HyStartTest {
    private static final long MS = 1_000_000L;

    private final HyStart hyStart = new HyStart();
    private final AckSample sample = new AckSample();
    private long nowNs = 1000 * MS;

    /** One round of so many acknowledgments, all with the round-trip time; each packet left that long before. Returns whether slow start ended. */
    private boolean round(int acks, double rttMs) {
        boolean ended = false;
        long sentNs = nowNs;
        nowNs += (long) (rttMs * MS);
        for (int i = 0; i < acks; i++) {
            sample.clear(nowNs, 0);
            sample.latestSentNs = sentNs;
            sample.rttNs = (long) (rttMs * MS);
            ended |= hyStart.onAck(sample);
            nowNs += 1000;
        }
        return ended;
    }

    @Test
    void aRiseOfAnEighthIsTooMuch() {
        round(10, 80);
        round(10, 89.9);
        assertFalse(hyStart.isConservative());
        round(10, 101.2);
        assertTrue(hyStart.isConservative());
    }

    @Test
    void theThresholdIsAtLeastFourMilliseconds() {
        round(10, 10);
        round(10, 13.9);
        assertFalse(hyStart.isConservative());
        round(10, 17.9);
        assertTrue(hyStart.isConservative());
    }

    @Test
    void theThresholdIsAtMostSixteenMilliseconds() {
        round(10, 400);
        round(10, 415.9);
        assertFalse(hyStart.isConservative());
        round(10, 431.9);
        assertTrue(hyStart.isConservative());
    }

    @Test
    void eightSamplesAreNeeded() {
        round(10, 80);
        round(7, 200);
        assertFalse(hyStart.isConservative());
        round(10, 200);
        // Compared with the round before, which had 200 too.
        assertFalse(hyStart.isConservative());
        round(8, 220);
        assertTrue(hyStart.isConservative());
    }

    @Test
    void jitterThatPassesResumesSlowStart() {
        round(10, 80);
        round(10, 100);
        assertTrue(hyStart.isConservative());
        round(10, 99);
        assertFalse(hyStart.isConservative());
        round(10, 99);
        assertFalse(hyStart.isConservative());
        round(10, 120);
        assertTrue(hyStart.isConservative());
    }

    @Test
    void fiveRoundsEndSlowStart() {
        round(10, 80);
        round(10, 100);
        assertTrue(hyStart.isConservative());
        // The round in which it began is the first of the five.
        for (int i = 0; i < 4; i++) {
            assertFalse(round(10, 101), "round " + i);
        }
        assertTrue(round(1, 101));
        assertFalse(hyStart.isConservative());
        round(10, 80);
        round(10, 200);
        assertFalse(hyStart.isConservative(), "only the initial slow start");
    }

    @Test
    void aLossEndsIt() {
        round(10, 80);
        hyStart.end();
        round(10, 100);
        assertFalse(hyStart.isConservative());
    }

    @Test
    void conservativeSlowStartGrowsByAQuarter() {
        Cubic cubic = new Cubic(1200);
        SentPackets packets = new SentPackets(new LongStore(), false);
        double grown = 0;
        for (int r = 0; r < 3; r++) {
            long sentNs = nowNs;
            nowNs += (80 + 20L * r) * MS;
            long before = cubic.windowBytes();
            for (int i = 0; i < 10; i++) {
                long n = packets.record(SentPackets.IN_FLIGHT | SentPackets.ACK_ELICITING, 1200, 0, sentNs);
                sample.clear(nowNs, cubic.windowBytes());
                sample.latestSentNs = sentNs;
                sample.rttNs = nowNs - sentNs;
                sample.smoothedRttNs = sample.rttNs;
                cubic.onAcked(packets, n, nowNs);
                cubic.onAckEnd(sample);
                nowNs += 1000;
            }
            grown = cubic.windowBytes() - before;
            if (r == 0) {
                assertEquals(12_000, grown);
            }
        }
        assertTrue(cubic.isConservativeSlowStart());
        assertEquals(3000, grown);
    }
}
