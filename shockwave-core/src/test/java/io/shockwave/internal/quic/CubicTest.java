package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9438 against its own closed forms. The traces drive the controller alone: a window's worth of packets is acknowledged in each round trip. */
class CubicTest {
    private static final int MSS = 1200;
    private static final long SECOND = 1_000_000_000L;

    private final Cubic cubic = new Cubic(MSS);
    private final SentPackets packets = new SentPackets(new LongStore(), false);
    private final AckSample sample = new AckSample();
    private long nowNs = SECOND;
    private long rttNs = SECOND / 10;

    /** One packet is acknowledged that left one round trip before, while the window was in use. */
    private void ack() {
        long n = packets.record(SentPackets.ACK_ELICITING | SentPackets.IN_FLIGHT, MSS, 0, nowNs - rttNs);
        ack(n, cubic.windowBytes());
    }

    private void ack(long number, long inFlightBytes) {
        sample.clear(nowNs, inFlightBytes);
        sample.ackedBytes = MSS;
        sample.rttNs = rttNs;
        sample.smoothedRttNs = rttNs;
        sample.latestSentNs = packets.sentNs(number);
        cubic.onAcked(packets, number, nowNs);
        cubic.onAckEnd(sample);
        packets.settle(number);
        packets.forget(Long.MAX_VALUE);
    }

    private void lose() {
        long n = packets.record(SentPackets.ACK_ELICITING | SentPackets.IN_FLIGHT, MSS, 0, nowNs);
        cubic.onLost(packets, n, nowNs);
        packets.lose(n);
        packets.forget(Long.MAX_VALUE);
    }

    /** Acknowledges evenly over each round trip until the time. */
    private void run(long untilNs) {
        while (nowNs < untilNs) {
            nowNs += Math.max(1, rttNs * MSS / cubic.windowBytes());
            ack();
        }
    }

    private double segments() {
        return (double) cubic.windowBytes() / MSS;
    }

    /** Grows to so many segments in slow start and then loses one, after which packets sent before are gone. */
    private void reduceFrom(int segments) {
        rttNs = 0;
        while (segments() < segments) {
            ack();
        }
        rttNs = SECOND / 10;
        assertEquals(segments, segments(), 0.01);
        lose();
        nowNs += rttNs;
    }

    @Test
    void aLossTakesThreeTenths() {
        reduceFrom(1000);
        assertEquals(700, segments(), 0.01);
        assertFalse(cubic.isSlowStart());
    }

    @Test
    void theWindowFollowsTheCubicFunction() {
        reduceFrom(1000);
        long epochNs = nowNs - rttNs;
        // RFC 9438 4.2: K = cbrt((W_max - cwnd_epoch) / C) = cbrt(300 / 0.4) = 9.086 s.
        double k = Math.cbrt(300 / 0.4);
        assertEquals(9.086, k, 0.001);
        for (int second = 1; second <= 20; second++) {
            run(epochNs + second * SECOND);
            double t = (nowNs - epochNs) / 1e9;
            // The target of each acknowledgment is the curve one round trip ahead, and it is reached a round trip later.
            double expected = 0.4 * Math.pow(t - k, 3) + 1000;
            assertEquals(expected, segments(), expected * 0.01, "after " + t + " s");
        }
        assertTrue(segments() > 1000);
    }

    @Test
    void neverGrowsByMoreThanHalfAWindowInARoundTrip() {
        reduceFrom(100);
        // Long after K the curve rises without bound, as when a sender's round trips suddenly shorten.
        nowNs += 60 * SECOND;
        double before = segments();
        long acks = (long) before;
        for (int i = 0; i < acks; i++) {
            ack();
        }
        assertTrue(segments() <= before * 1.5 + 1, before + " to " + segments());
    }

    /** RFC 9438 4.3: on short paths the estimate of what Reno would have is above the curve; it grows by alpha = 0.53 segments a round trip. */
    @Test
    void keepsPaceWithRenoWhereTheCurveIsBelow() {
        reduceFrom(50);
        rttNs = SECOND / 100;
        double start = segments();
        assertEquals(35, start, 0.01);
        long from = nowNs;
        run(from + SECOND / 10);
        // Ten round trips; their length is the window's, in steps of a packet.
        assertEquals(start + 10 * 3 * 0.3 / 1.7, segments(), 0.3);
        // When it has reached what it was before the loss, it grows by one segment a round trip as Reno does.
        while (segments() < 50) {
            run(nowNs + rttNs);
        }
        from = nowNs;
        double half = segments();
        run(from + SECOND / 10);
        assertEquals(half + 10, segments(), 1);
    }

    /** RFC 9438 4.7. */
    @Test
    void fastConvergenceLowersThePlateauWhenTheLastWasNotReached() {
        reduceFrom(1000);
        lose();
        // Lost at 700 below W_max = 1000: the plateau becomes 700 * 1.7 / 2 = 595, the window 490.
        assertEquals(490, segments(), 0.01);
        nowNs += rttNs;
        long epochNs = nowNs - rttNs;
        double k = Math.cbrt((595 - 490) / 0.4);
        run(epochNs + (long) (k * 1e9));
        assertEquals(595, segments(), 6);
    }

    @Test
    void oneReductionForEachRoundTrip() {
        reduceFrom(1000);
        long n = packets.record(SentPackets.ACK_ELICITING | SentPackets.IN_FLIGHT, MSS, 0, nowNs - rttNs - 1);
        cubic.onLost(packets, n, nowNs);
        assertEquals(700, segments(), 0.01);
    }

    @Test
    void aWindowThatIsNotUsedDoesNotGrow() {
        reduceFrom(1000);
        for (int i = 0; i < 5000; i++) {
            nowNs += rttNs / 700;
            long n = packets.record(SentPackets.ACK_ELICITING | SentPackets.IN_FLIGHT, MSS, 0, nowNs);
            ack(n, 100 * MSS);
        }
        assertEquals(700, segments(), 0.01);
    }

    /** RFC 9438 5.8: the time without data is no part of the epoch. */
    @Test
    void idleTimeDoesNotMoveTheCurve() {
        reduceFrom(1000);
        long epochNs = nowNs - rttNs;
        run(epochNs + 2 * SECOND);
        long n = packets.record(SentPackets.ACK_ELICITING | SentPackets.IN_FLIGHT, MSS, 0, nowNs);
        ack(n, MSS);
        nowNs += 30 * SECOND;
        epochNs += 30 * SECOND;
        run(epochNs + 4 * SECOND);
        double expected = 0.4 * Math.pow(4 - Math.cbrt(750), 3) + 1000;
        assertEquals(expected, segments(), expected * 0.01);
    }

    @Test
    void persistentCongestionLeavesTwoDatagramsAndGrowsSlowlyFromTheThreshold() {
        reduceFrom(1000);
        cubic.onPersistentCongestion(nowNs);
        assertEquals(2, segments(), 0.01);
        assertTrue(cubic.isSlowStart());
        rttNs = 0;
        while (cubic.isSlowStart()) {
            ack();
        }
        rttNs = SECOND / 10;
        assertEquals(700, segments(), 1.1);
        // RFC 9438 4.8: from there K is 0 and the plateau is where it stands.
        nowNs += rttNs;
        ack();
        long epochNs = nowNs;
        run(epochNs + 3 * SECOND);
        double expected = 700 + 0.4 * 27;
        assertEquals(expected, segments(), expected * 0.01);
    }

    @Test
    void aSpuriousLossIsUndoneButAMarkIsNot() {
        reduceFrom(1000);
        cubic.onSpuriousCongestion(nowNs);
        assertEquals(1000, segments(), 0.01);
        assertTrue(cubic.isSlowStart());
        cubic.onEcnCe(1, nowNs, nowNs);
        assertEquals(700, segments(), 0.01);
        cubic.onSpuriousCongestion(nowNs);
        assertEquals(700, segments(), 0.01);
    }

    @Test
    void theWindowNeverFallsBelowTwoDatagrams() {
        for (int i = 0; i < 20; i++) {
            lose();
            nowNs += SECOND;
        }
        assertEquals(2 * MSS, cubic.windowBytes());
    }
}
