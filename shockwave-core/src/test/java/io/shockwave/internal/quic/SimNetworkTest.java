package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The network that everything else is simulated on must itself do what it says. */
class SimNetworkTest {
    private static final PeerAddress LEFT = PeerAddress.ofIpv4(0x0a000001, 1000);
    private static final PeerAddress RIGHT = PeerAddress.ofIpv4(0x0a000002, 2000);

    /** Sends numbered datagrams and notes what comes. */
    private static final class Node implements SimNetwork.Actor {
        final List<Integer> numbers = new ArrayList<>();
        final List<Long> timesNs = new ArrayList<>();
        final List<Integer> ecn = new ArrayList<>();
        final List<Integer> ports = new ArrayList<>();

        @Override
        public void receive(byte[] buf, int off, int len, PeerAddress from, int mark, long nowNs) {
            numbers.add(len < 2 ? -1 : (buf[off] & 0xff) << 8 | buf[off + 1] & 0xff);
            timesNs.add(nowNs);
            ecn.add(mark);
            ports.add(from.port());
        }

        @Override
        public void wake(long nowNs) {}

        @Override
        public long deadlineNs() {
            return Long.MAX_VALUE;
        }
    }

    private final Node left = new Node();
    private final Node right = new Node();

    private SimLink burst(SimNetwork network, SimLink link, int count, int bytes, long gapNs) {
        SimNetwork.Host a = network.host("left", LEFT, left);
        SimNetwork.Host b = network.host("right", RIGHT, right);
        a.to(b, link);
        for (int i = 0; i < count; i++) {
            byte[] datagram = new byte[bytes];
            datagram[0] = (byte) (i >>> 8);
            datagram[1] = (byte) i;
            network.at(i * gapNs, () -> a.send(datagram, 0, bytes, RIGHT, Outgoing.ECT_0));
        }
        network.run(Long.MAX_VALUE - 1, () -> false);
        return link;
    }

    @Test
    void aPlainLinkDeliversInOrderAfterItsLatency() {
        burst(new SimNetwork(1), new SimLink().latencyMs(25), 3, 100, 1000);
        assertEquals(List.of(0, 1, 2), right.numbers);
        assertEquals(List.of(25_000_000L, 25_001_000L, 25_002_000L), right.timesNs);
        assertEquals(List.of(Outgoing.ECT_0, Outgoing.ECT_0, Outgoing.ECT_0), right.ecn);
    }

    @Test
    void aRateSpacesDatagramsAndItsQueueDropsTheRest() {
        // 1,000 bytes at 8 Mbit/s take 1 ms; three fit.
        SimLink link = burst(new SimNetwork(1), new SimLink().rate(8, 3000), 5, 1000, 0);
        assertEquals(List.of(1_000_000L, 2_000_000L, 3_000_000L), right.timesNs);
        assertEquals(2, link.overflowed);
        assertEquals(3000, link.mostQueuedBytes);
    }

    @Test
    void marksWhatFindsALongQueue() {
        burst(new SimNetwork(1), new SimLink().rate(8, 100_000).ecnAbove(1500), 4, 1000, 0);
        assertEquals(List.of(Outgoing.ECT_0, Outgoing.ECT_0, Outgoing.CE, Outgoing.CE), right.ecn);
    }

    @Test
    void bleachesMarks() {
        burst(new SimNetwork(1), new SimLink().bleachEcn(), 1, 1000, 0);
        assertEquals(List.of(Outgoing.NOT_ECT), right.ecn);
    }

    @Test
    void lossTakesItsShare() {
        SimLink link = burst(new SimNetwork(7), new SimLink().loss(0.3), 10_000, 10, 1000);
        assertEquals(3000, link.lost, 150);
        assertEquals(10_000 - link.lost, right.numbers.size());
    }

    @Test
    void burstsLoseNeighbours() {
        // Entered by one in a hundred, 5 datagrams long on average: about 4.8 % lost.
        SimLink link = burst(new SimNetwork(7), new SimLink().bursts(0.01, 0.005, 1), 20_000, 10, 1000);
        assertEquals(950, link.lost, 200);
        int runs = 0;
        for (int i = 1; i < right.numbers.size(); i++) {
            runs += right.numbers.get(i) - right.numbers.get(i - 1) > 1 ? 1 : 0;
        }
        assertTrue(runs < link.lost / 3, runs + " runs of " + link.lost);
    }

    @Test
    void jitterKeepsTheOrderAndReorderingDoesNot() {
        burst(new SimNetwork(3), new SimLink().jitterMs(10), 1000, 10, 1000);
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, right.numbers.get(i));
        }
        right.numbers.clear();
        SimLink link = burst(new SimNetwork(3), new SimLink().reorder(0.5, 10), 1000, 10, 1000);
        assertEquals(500, link.reordered, 60);
        assertEquals(1000, right.numbers.size());
        int late = 0;
        for (int i = 1; i < 1000; i++) {
            late += right.numbers.get(i) < right.numbers.get(i - 1) ? 1 : 0;
        }
        assertTrue(late > 200, late + " late");
    }

    @Test
    void duplicatesAndCorruptsItsShare() {
        SimLink link = burst(new SimNetwork(3), new SimLink().duplicate(0.1).corrupt(0.1), 1000, 10, 1000);
        assertEquals(100, link.duplicated, 40);
        assertEquals(100, link.corrupted, 40);
        assertEquals(1000 + link.duplicated, right.numbers.size());
    }

    @Test
    void largeDatagramsVanishAboveTheMtu() {
        assertEquals(0, burst(new SimNetwork(1), new SimLink().mtu(1200), 1, 1200, 0).tooLarge);
        assertEquals(1, burst(new SimNetwork(1), new SimLink().mtu(1200), 1, 1201, 0).tooLarge);
        assertEquals(1, right.numbers.size());
    }

    @Test
    void nothingPassesAPartition() {
        burst(new SimNetwork(1), new SimLink().partition(2, 4), 6, 10, 1_000_000);
        assertEquals(List.of(0, 1, 4, 5), right.numbers);
    }

    @Test
    void aReboundHostIsSeenElsewhereAndMissesWhatWasUnderWay() {
        SimNetwork network = new SimNetwork(1);
        SimNetwork.Host a = network.host("left", LEFT, left);
        SimNetwork.Host b = network.host("right", RIGHT, right);
        a.to(b).latencyMs(10);
        b.to(a).latencyMs(10);
        PeerAddress moved = PeerAddress.ofIpv4(0x0a000001, 1001);
        network.at(1, () -> b.send(new byte[2], 0, 2, LEFT, 0));
        network.at(2, () -> a.rebind(moved));
        network.at(3, () -> a.send(new byte[2], 0, 2, RIGHT, 0));
        network.at(4, () -> b.send(new byte[2], 0, 2, moved, 0));
        network.run(Long.MAX_VALUE - 1, () -> false);
        assertEquals(List.of(1001), right.ports);
        assertEquals(1, left.numbers.size());
    }

    @Test
    void aSeedReplaysEverything() {
        burst(new SimNetwork(11), harsh(), 2000, 10, 1000);
        List<Integer> numbers = List.copyOf(right.numbers);
        List<Long> times = List.copyOf(right.timesNs);
        right.numbers.clear();
        right.timesNs.clear();
        burst(new SimNetwork(11), harsh(), 2000, 10, 1000);
        assertEquals(numbers, right.numbers);
        assertEquals(times, right.timesNs);
        right.numbers.clear();
        burst(new SimNetwork(12), harsh(), 2000, 10, 1000);
        assertFalse(numbers.equals(right.numbers));
    }

    private static SimLink harsh() {
        return new SimLink().latencyMs(5).jitterMs(3).loss(0.1).reorder(0.3, 4).duplicate(0.1).corrupt(0.1).bursts(0.01, 0.003, 0.9).rate(1, 5000);
    }

    @Test
    void aFailureTellsItsSeedAndTheLastEvents() {
        AssertionError e = assertThrows(AssertionError.class, () -> SimNetwork.forSeed(42, network -> {
            burst(network, new SimLink(), 300, 10, 1000);
            throw new IllegalStateException("deliberate");
        }));
        assertTrue(e.getMessage().startsWith("under -Dsim.seed=42"), e.getMessage());
        assertTrue(e.getMessage().contains("deliberate"));
        assertEquals(200, e.getMessage().lines().filter(line -> line.contains(" ms  ")).count());
    }
}
