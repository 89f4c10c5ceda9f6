package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The controllers over simulated paths: what they make of a link, alone, together and where it loses at random. */
class CongestionSimTest {
    private static final long SECOND = 1_000_000_000L;
    private static final double MBIT = 10;
    private static final double BYTES_PER_SECOND = MBIT * 1e6 / 8;
    private static final long BDP = (long) (BYTES_PER_SECOND * 0.05);

    private static SimLink bottleneck(double queueBdps) {
        return new SimLink().rate(MBIT, (long) (BDP * queueBdps)).latencyMs(25);
    }

    private static SimLink back() {
        return new SimLink().latencyMs(25);
    }

    private static SimFlow flow(SimNetwork network, int id, CongestionChoice choice, SimLink forward) {
        return new SimFlow(network, id, CongestionControl.of(choice, PathMtu.BASE_BYTES), forward, back());
    }

    private static double share(SimFlow flow, double seconds) {
        return (flow.receiver.bytes - flow.receiver.warmBytes) / (seconds * BYTES_PER_SECOND);
    }

    private static String told(SimFlow flow) {
        LossRecovery r = flow.sender.recovery;
        return " sent " + flow.sender.sent + " lost " + flow.sender.lost + " spurious " + r.spuriousLosses() + " pto " + r.probeTimeouts() + " persistent " + r.persistentCongestions() + " window "
                + r.congestion().windowBytes() + " srtt " + r.rtt().smoothedNs() / 1e6;
    }

    @ParameterizedTest
    @EnumSource(CongestionChoice.class)
    void useNineTenthsOfACleanLink(CongestionChoice choice) {
        SimNetwork.forSeeds(3, network -> {
            SimFlow flow = flow(network, 1, choice, bottleneck(1));
            network.run(20 * SECOND, () -> false);
            double goodput = share(flow, 20);
            assertTrue(goodput >= 0.9, choice + " " + goodput + told(flow));
            assertEquals(0, flow.sender.recovery.persistentCongestions());
        });
    }

    @Test
    void twoCubicFlowsShareWithinAFifth() {
        // Behind a queue that drops what finds it full, flows fall in step, and for minutes the same one loses each time, NewReno as CUBIC; a little jitter loosens that, random drops end it.
        shareWithinAFifth(() -> bottleneck(1).jitterMs(1));
        shareWithinAFifth(() -> bottleneck(1).earlyDrops(0.3 * BDP, 0.05));
        shareWithinAFifth(() -> bottleneck(2).earlyDrops(0.6 * BDP, 0.05));
    }

    private static void shareWithinAFifth(Supplier<SimLink> links) {
        SimNetwork.forSeeds(5, network -> {
            SimLink link = links.get();
            SimFlow first = flow(network, 1, CongestionChoice.CUBIC, link);
            SimFlow second = flow(network, 2, CongestionChoice.CUBIC, link);
            second.sender.startNs = 3 * SECOND + network.random.nextLong(SECOND);
            first.receiver.warmNs = 30 * SECOND;
            second.receiver.warmNs = 30 * SECOND;
            network.run(180 * SECOND, () -> false);
            double a = share(first, 150);
            double b = share(second, 150);
            assertTrue(Math.abs(a - b) <= 0.2 * Math.max(a, b), a + " and " + b + told(first) + told(second));
            assertTrue(a + b >= 0.9, a + " and " + b);
        });
    }

    @Test
    void bbrKeepsFourFifthsOfALinkThatLosesTwoInAHundredWhereCubicCannot() {
        SimNetwork.forSeeds(5, network -> {
            SimFlow flow = flow(network, 1, CongestionChoice.BBR, bottleneck(1).loss(0.02));
            network.run(30 * SECOND, () -> false);
            assertTrue(share(flow, 30) >= 0.8, share(flow, 30) + told(flow));
        });
        SimNetwork.forSeeds(2, network -> {
            SimFlow flow = flow(network, 1, CongestionChoice.CUBIC, bottleneck(1).loss(0.02));
            network.run(30 * SECOND, () -> false);
            assertTrue(share(flow, 30) < 0.5, share(flow, 30) + told(flow));
        });
    }
}
