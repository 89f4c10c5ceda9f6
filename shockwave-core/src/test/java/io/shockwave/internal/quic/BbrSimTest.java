package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The example test cases of draft-ietf-ccwg-bbr (appendix A) over simulated paths. */
class BbrSimTest {
    private static final long SECOND = 1_000_000_000L;
    private static final double BYTES_PER_SECOND = 1.25e6;
    private static final long BDP = 62_500;

    private final Bbr bbr = new Bbr(1200);
    private final SimNetwork network = new SimNetwork(1);
    private final SimLink link = new SimLink().rate(10, 4 * BDP).latencyMs(25);
    private final SimFlow flow = new SimFlow(network, 1, bbr, link, new SimLink().latencyMs(25));

    /** Runs until the state, at most so long. */
    private void until(Bbr.State state, double seconds) {
        long limit = network.nowNs() + (long) (seconds * SECOND);
        assertTrue(network.run(limit, () -> bbr.state() == state), "still " + bbr.state() + " instead of " + state);
    }

    private void run(double seconds) {
        network.run(network.nowNs() + (long) (seconds * SECOND), () -> false);
    }

    /** Gives the application so many bytes each 10 ms from now on. */
    private void limit(int bytesPer10Ms, double seconds) {
        flow.sender.backlogBytes = 0;
        long start = network.nowNs();
        for (int i = 0; i < seconds * 100; i++) {
            network.at(start + i * 10_000_000L, () -> {
                flow.sender.backlogBytes = bytesPer10Ms;
                flow.sender.wake(network.nowNs());
            });
        }
    }

    @Test
    void startupEndsOnABandwidthPlateau() {
        until(Bbr.State.DRAIN, 5);
        assertTrue(bbr.isPipeFilled());
        assertEquals(BYTES_PER_SECOND, bbr.bandwidthBytesPerSecond(), 0.02 * BYTES_PER_SECOND);
        assertTrue(network.nowNs() < 20 * 51_000_000L, "after " + network.nowNs() / 1e6 + " ms");
    }

    @Test
    void theModelConvergesToBandwidthAndRoundTrip() {
        run(10);
        assertEquals(BYTES_PER_SECOND, bbr.bandwidthBytesPerSecond(), 0.02 * BYTES_PER_SECOND);
        // 50 ms and one packet's time on the link.
        assertEquals(50_960_000, bbr.minRttNs(), 500_000);
        assertEquals(0, flow.sender.lost);
    }

    /** What little arrives in an outage makes samples of a few bytes a second; a sender that is paced by them takes as long to find out that they are wrong. */
    @Test
    void pacingNeverFallsBelowTheSmallestWindowARoundTrip() {
        Bbr alone = new Bbr(1200);
        SentPackets packets = new SentPackets(new LongStore(), true);
        AckSample sample = new AckSample();
        for (int round = 1; round <= 100; round++) {
            long sentNs = (10 * round - 1) * SECOND;
            long number = packets.record(SentPackets.ACK_ELICITING | SentPackets.IN_FLIGHT, 50, 0, sentNs);
            alone.onSent(sentNs, 50, 1200);
            sample.clear(sentNs + SECOND, 1200);
            sample.ackedBytes = 50;
            sample.rttNs = SECOND;
            sample.smoothedRttNs = SECOND;
            sample.minRttNs = SECOND;
            sample.latestSentNs = sentNs;
            sample.priorDeliveredBytes = 50L * (round - 1);
            sample.deliveredBytes = 50;
            sample.deliveryRateBytesPerSecond = 5;
            sample.txInFlightBytes = 1200;
            alone.onAcked(packets, number, sample.nowNs);
            alone.onAckEnd(sample);
            packets.settle(number);
            packets.forget(Long.MAX_VALUE);
        }
        assertEquals(5, alone.bandwidthBytesPerSecond(), 0.01);
        assertEquals(2_400, alone.pacingRateBytesPerSecond(SECOND));
        assertEquals(24_000, alone.pacingRateBytesPerSecond(SECOND / 10));
    }

    @Test
    void startupEndsOnLossThoughTheApplicationIsTheLimit() {
        limit(8400, 20);
        run(2);
        assertEquals(Bbr.State.STARTUP, bbr.state());
        // Some 35 packets in a round: six gaps must be among them.
        link.loss(0.3);
        // Drain has nothing to drain and lasts no longer than the acknowledgment that began it.
        assertTrue(network.run(20 * SECOND, () -> bbr.state() != Bbr.State.STARTUP));
        assertTrue(bbr.isPipeFilled());
    }

    @Test
    void drainEndsWhenTheQueueIsGone() {
        until(Bbr.State.DRAIN, 5);
        assertEquals(0.5, bbr.pacingGain());
        assertTrue(network.run(network.nowNs() + SECOND, () -> bbr.state() != Bbr.State.DRAIN));
        assertTrue(flow.sender.recovery.inFlightBytes() <= BDP * 1.1, flow.sender.recovery.inFlightBytes() + " in flight");
    }

    @Test
    void drainEndsAfterThreeRoundsWhereTheQueueStays() {
        until(Bbr.State.DRAIN, 5);
        // The path becomes so slow that the queue cannot drain in time.
        link.rate(1, 4 * BDP);
        until(Bbr.State.DOWN, 5);
        assertTrue(flow.sender.recovery.inFlightBytes() > BDP / 4, flow.sender.recovery.inFlightBytes() + " in flight");
    }

    @Test
    void theProbeCycleGoesRound() {
        Set<Bbr.State> seen = EnumSet.noneOf(Bbr.State.class);
        until(Bbr.State.CRUISE, 5);
        network.run(9 * SECOND, () -> {
            seen.add(bbr.state());
            return false;
        });
        assertEquals(EnumSet.of(Bbr.State.DOWN, Bbr.State.CRUISE, Bbr.State.REFILL, Bbr.State.UP), EnumSet.copyOf(seen.stream().filter(s -> s != Bbr.State.PROBE_RTT).toList()));
    }

    @Test
    void upEndsOnAPlateauWithoutLoss() {
        until(Bbr.State.UP, 10);
        assertEquals(1.25, bbr.pacingGain());
        assertEquals(2.25, bbr.cwndGain());
        long lost = flow.sender.lost;
        until(Bbr.State.DOWN, 2);
        assertEquals(lost, flow.sender.lost);
        assertEquals(0.9, bbr.pacingGain());
        until(Bbr.State.CRUISE, 2);
        assertTrue(flow.sender.recovery.inFlightBytes() <= BDP * 1.05);
    }

    @Test
    void upEndsOnLossAndBoundsWhatIsInFlight() {
        until(Bbr.State.UP, 10);
        link.loss(0.2);
        until(Bbr.State.DOWN, 2);
        assertNotEquals(Long.MAX_VALUE, bbr.longTermInFlightBytes());
        assertTrue(bbr.longTermInFlightBytes() > BDP / 2 && bbr.longTermInFlightBytes() < 3 * BDP, bbr.longTermInFlightBytes() + " bound");
    }

    @Test
    void startupNeverEndsWhereTheApplicationIsTheLimitAndNothingIsLost() {
        limit(3600, 10);
        run(9.9);
        assertEquals(Bbr.State.STARTUP, bbr.state());
        assertFalse(bbr.isPipeFilled());
    }

    @Test
    void fiveSecondsWithoutALowerDelayProbeTheRoundTrip() {
        until(Bbr.State.CRUISE, 5);
        until(Bbr.State.PROBE_RTT, 8);
        assertTrue(network.nowNs() > 5 * SECOND);
        assertEquals(0.5, bbr.cwndGain());
        long from = network.nowNs();
        until(Bbr.State.CRUISE, 2);
        assertTrue(network.nowNs() - from >= 200_000_000L && network.nowNs() - from < 500_000_000L, (network.nowNs() - from) / 1e6 + " ms");
        run(1);
        assertTrue(flow.sender.recovery.inFlightBytes() > BDP * 0.8, "back to " + flow.sender.recovery.inFlightBytes());
    }

    @Test
    void anIdleTimeTakesThePlaceOfProbingTheRoundTrip() {
        until(Bbr.State.CRUISE, 5);
        flow.sender.backlogBytes = 0;
        flow.sender.wake(network.nowNs());
        network.at(network.nowNs() + 7 * SECOND, () -> {
            flow.sender.backlogBytes = Long.MAX_VALUE;
            flow.sender.wake(network.nowNs());
            assertTrue(bbr.isIdleRestart());
        });
        long end = network.nowNs() + 10 * SECOND;
        assertFalse(network.run(end, () -> bbr.state() == Bbr.State.PROBE_RTT));
    }

    @Test
    void batchedAcknowledgmentsDoNotStallTheFlow() {
        flow.receiver.ackEvery = 1000;
        run(20);
        double share = flow.receiver.bytes / (20 * BYTES_PER_SECOND);
        assertTrue(share > 0.85, "share " + share);
    }

    @Test
    void pathsOfLessThanAPacketKeepFourDatagrams() {
        // 100 kbit/s and 2 ms: 25 bytes.
        Bbr slow = new Bbr(1200);
        SimNetwork thin = new SimNetwork(1);
        SimFlow slowFlow = new SimFlow(thin, 1, slow, new SimLink().rate(0.1, 100_000).latencyMs(1), new SimLink().latencyMs(1));
        thin.run(60 * SECOND, () -> false);
        assertTrue(slow.windowBytes() >= 4800, slow.windowBytes() + " bytes");
        assertTrue(slowFlow.receiver.bytes > 0.85 * 60 * 12_500, slowFlow.receiver.bytes / (60.0 * 12_500) + " of the link");
    }

    @Test
    void followsABandwidthThatFallsAndRises() {
        run(5);
        link.rate(2, 4 * BDP);
        run(15);
        assertEquals(250_000, bbr.bandwidthBytesPerSecond(), 12_500);
        link.rate(20, 4 * BDP);
        run(20);
        assertEquals(2_500_000, bbr.bandwidthBytesPerSecond(), 125_000);
    }

    @Test
    void marksOfCongestionKeepTheQueueShort() {
        link.ecnAbove(BDP / 2);
        run(1);
        link.mostQueuedBytes = 0;
        run(19);
        assertTrue(link.marked > 0);
        assertTrue(link.mostQueuedBytes < BDP * 1.5, link.mostQueuedBytes + " queued");
        assertTrue(flow.receiver.bytes > 0.85 * 20 * BYTES_PER_SECOND, flow.receiver.bytes / (20 * BYTES_PER_SECOND) + " of the link");
    }
}
