package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9002 7 and appendix B. */
class NewRenoTest {
    private static final int MSS = 1200;

    private final NewReno reno = new NewReno(MSS);
    private final SentPackets packets = new SentPackets(new LongStore(), false);
    private final AckSample sample = new AckSample();
    private long nowNs = 1000;

    private void ack(int count, long sentNs) {
        for (int i = 0; i < count; i++) {
            long n = packets.record(SentPackets.IN_FLIGHT, MSS, 0, sentNs);
            sample.clear(nowNs, reno.windowBytes());
            reno.onAcked(packets, n, nowNs);
            reno.onAckEnd(sample);
        }
    }

    private void lose(long sentNs) {
        reno.onLost(packets, packets.record(SentPackets.IN_FLIGHT, MSS, 0, sentNs), nowNs);
    }

    @Test
    void theInitialWindowIsTenDatagramsWithin14720Bytes() {
        assertEquals(12_000, reno.windowBytes());
        assertEquals(14_720, new NewReno(1472).windowBytes());
        assertEquals(14_720, new NewReno(5000).windowBytes());
        assertEquals(18_000, new NewReno(9000).windowBytes());
    }

    @Test
    void slowStartGrowsByWhatIsAcknowledged() {
        ack(10, nowNs);
        assertEquals(24_000, reno.windowBytes());
        assertTrue(reno.isSlowStart());
    }

    @Test
    void aLossHalvesAndThenOneDatagramIsWonForEachWindow() {
        ack(10, nowNs);
        lose(nowNs);
        assertEquals(12_000, reno.windowBytes());
        assertFalse(reno.isSlowStart());
        nowNs++;
        ack(9, nowNs);
        assertEquals(12_000, reno.windowBytes());
        ack(1, nowNs);
        assertEquals(13_200, reno.windowBytes());
    }

    @Test
    void whatWasSentBeforeRecoveryNeitherShrinksNorGrowsTheWindow() {
        nowNs = 2000;
        lose(1500);
        long window = reno.windowBytes();
        lose(1999);
        lose(2000);
        ack(20, 2000);
        assertEquals(window, reno.windowBytes());
        lose(2001);
        assertEquals(window / 2, reno.windowBytes());
    }

    @Test
    void aMarkCountsAsALoss() {
        reno.onEcnCe(1, nowNs, nowNs);
        assertEquals(6000, reno.windowBytes());
        reno.onEcnCe(1, nowNs, nowNs + 5);
        assertEquals(6000, reno.windowBytes());
    }

    @Test
    void theWindowNeverFallsBelowTwoDatagrams() {
        for (int i = 0; i < 20; i++) {
            lose(nowNs += 10);
        }
        assertEquals(2 * MSS, reno.windowBytes());
        reno.onPersistentCongestion(nowNs);
        assertEquals(2 * MSS, reno.windowBytes());
    }

    @Test
    void aWindowThatIsNotUsedDoesNotGrow() {
        for (int i = 0; i < 100; i++) {
            long n = packets.record(SentPackets.IN_FLIGHT, MSS, 0, nowNs);
            sample.clear(nowNs, 3 * MSS);
            reno.onAcked(packets, n, nowNs);
            reno.onAckEnd(sample);
        }
        assertEquals(12_000, reno.windowBytes());
    }

    @Test
    void pacesAQuarterAboveTheWindowPerRoundTripAndDoubleInSlowStart() {
        assertEquals(240_000, reno.pacingRateBytesPerSecond(100_000_000));
        lose(nowNs);
        assertEquals(75_000, reno.pacingRateBytesPerSecond(100_000_000));
    }
}
