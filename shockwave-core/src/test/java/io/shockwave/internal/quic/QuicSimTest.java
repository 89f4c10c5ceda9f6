package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole connections over bad networks. {@code -Dsim.seeds=} sets how many seeds each harsh scenario runs, {@code -Dsim.bytes=} how much goes each way; {@code -Dsim.first=} begins at another seed than 1,
 * so that a long run can be split; {@code -Dsim.seed=} replays one.
 */
class QuicSimTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MIB = 1 << 20;
    private static final int SEEDS = Integer.getInteger("sim.seeds", 8);
    private static final long BYTES = Long.getLong("sim.bytes", MIB / 2);

    private BulkApp app;
    private SimQuic client;
    private SimQuic server;

    private SimTransfer connect(SimNetwork network, CongestionChoice choice, SimLink up, SimLink down, long upBytes, long downBytes) {
        return new SimTransfer(network, choice, new JcaProtectionProvider(), up, down, upBytes, downBytes);
    }

    /** A path drawn from the seed: 1 to 600 ms, 1 Mbit/s to 1 Gbit/s, and each fault at up to its worst. */
    private static SimLink harsh(Random random) {
        double rttMs = Math.pow(600, random.nextDouble());
        double megabits = Math.pow(1000, random.nextDouble());
        long queue = (long) Math.max(30_000, megabits * 1e6 / 8 * rttMs / 1000 * (0.2 + random.nextDouble()));
        SimLink link = new SimLink().latencyMs(rttMs / 2).jitterMs(random.nextBoolean() ? 0 : rttMs / 4).rate(megabits, queue);
        if (random.nextBoolean()) {
            link.loss(0.3 * random.nextDouble());
        }
        if (random.nextInt(4) == 0) {
            link.bursts(0.002, 30, 0.9);
        }
        if (random.nextBoolean()) {
            link.reorder(0.5 * random.nextDouble(), rttMs / 2);
        }
        if (random.nextBoolean()) {
            link.duplicate(0.1 * random.nextDouble());
        }
        if (random.nextBoolean()) {
            link.corrupt(0.1 * random.nextDouble());
        }
        if (random.nextInt(3) == 0) {
            link.mtu(1200 + random.nextInt(253));
        }
        if (random.nextInt(3) == 0) {
            link.ecnAbove(queue / 3);
        } else if (random.nextInt(4) == 0) {
            link.bleachEcn();
        }
        return link;
    }

    @ParameterizedTest
    @EnumSource(CongestionChoice.class)
    void everythingArrivesOverHarshPaths(CongestionChoice choice) {
        SimNetwork.forSeeds(SEEDS, network -> {
            SimLink up = harsh(network.random);
            SimLink down = harsh(network.random);
            connect(network, choice, up, down, BYTES, BYTES).complete(40_000 * SECOND);
        });
    }

    /** RFC 9000 4.2, 13.3: credit that is lost is told again, and a reader that makes its peer wait lets it go on. */
    @Test
    void readersThatWaitLetThePeerGoOnWhateverIsLost() {
        SimNetwork.forSeeds(2 * SEEDS, network -> {
            QuicSettings small = SimTransfer.patient(CongestionChoice.CUBIC).streamWindowBytes(32 << 10).maxStreamWindowBytes(64 << 10).connectionWindowBytes(48 << 10).maxConnectionWindowBytes(96 << 10);
            // Nearly all that goes back is credit and acknowledgments.
            SimLink down = new SimLink().latencyMs(5).rate(100, 62_500).loss(0.5 * network.random.nextDouble()).reorder(0.3, 5);
            SimQuic server = new SimQuic(network, "server", 2, small);
            server.serve(() -> new WaitingApp(network, server, network.seed()));
            SimQuic client = new SimQuic(network, "client", 1, SimTransfer.patient(CongestionChoice.CUBIC));
            SimLink up = new SimLink().latencyMs(5).rate(100, 62_500).loss(0.05 * network.random.nextDouble());
            new SimTransfer(network, client, server, up, down, 2 * BYTES, 1).complete(2_000 * SECOND);
        });
    }

    /** Ends of what a path can be: a rate, and the time there and back. */
    enum Path {
        SLOW(1, 600), MIDDLING(10, 50), FAST(1_000, 1);

        final double megabits;
        final double rttMs;

        Path(double megabits, double rttMs) {
            this.megabits = megabits;
            this.rttMs = rttMs;
        }
    }

    private static Stream<Arguments> worstPaths() {
        return Stream.of(CongestionChoice.values()).flatMap(choice -> Stream.of(Path.values()).map(path -> Arguments.of(choice, path)));
    }

    /** All faults at their worst at once, and the path narrows to the least that QUIC may count on: with odd seeds before anything is sent, with even ones at any time later. */
    @ParameterizedTest
    @MethodSource("worstPaths")
    void everythingArrivesOverTheWorstPath(CongestionChoice choice, Path path) {
        SimNetwork.forSeeds(Math.max(2, SEEDS / 4), network -> {
            SimLink up = SimLink.worst(path.megabits, path.rttMs);
            SimLink down = SimLink.worst(path.megabits, path.rttMs);
            SimTransfer transfer = connect(network, choice, up, down, BYTES, BYTES);
            if (network.seed() % 2 == 0) {
                network.at((long) (network.random.nextInt(200) * path.rttMs * 1e6), () -> up.mtu(1200));
                network.at((long) (network.random.nextInt(200) * path.rttMs * 1e6), () -> down.mtu(1200));
            } else {
                up.mtu(1200);
                down.mtu(1200);
            }
            transfer.complete(400_000 * SECOND);
        });
    }

    /** The path narrows in the middle: what was found to fit vanishes from then on. */
    @ParameterizedTest
    @EnumSource(CongestionChoice.class)
    void aBlackHoleInTheMiddleIsSurvived(CongestionChoice choice) {
        long[] holes = {0};
        SimNetwork.forSeeds(Math.max(1, SEEDS / 4), network -> {
            SimLink up = new SimLink().latencyMs(20).rate(10, 62_500);
            SimLink down = new SimLink().latencyMs(20).rate(10, 62_500);
            SimTransfer transfer = connect(network, choice, up, down, 4 * MIB, 4 * MIB);
            // A full queue may lose probes, and then a size a little below the largest is found.
            assertTrue(network.run(60 * SECOND, () -> transfer.app.received > MIB && transfer.peer().connection.loss().mtu().currentBytes() > 1400), transfer::state);
            up.mtu(1200 + network.random.nextInt(200));
            down.mtu(1200 + network.random.nextInt(200));
            transfer.complete(120 * SECOND);
            holes[0] += transfer.peer().connection.loss().mtu().blackHoles();
        });
        assertTrue(holes[0] > 0);
    }

    @ParameterizedTest
    @EnumSource(CongestionChoice.class)
    void useNineTenthsOfACleanLink(CongestionChoice choice) {
        SimNetwork.forSeeds(2, network -> {
            SimTransfer transfer = connect(network, choice, new SimLink().latencyMs(25).rate(10, 62_500), new SimLink().latencyMs(25).rate(10, 62_500), 1, 25 * MIB);
            assertTrue(network.run(120 * SECOND, transfer::isDone), transfer::state);
            double goodput = transfer.app.received * 8 / (network.nowNs() / 1e9) / 10e6;
            assertTrue(goodput >= 0.9, () -> goodput + transfer.state());
        });
    }

    @Test
    void aRebindingInTheMiddleIsSurvived() {
        SimNetwork.forSeeds(3, network -> {
            SimTransfer transfer = connect(network, CongestionChoice.CUBIC, new SimLink().latencyMs(10).rate(20, 62_500), new SimLink().latencyMs(10).rate(20, 62_500), 4 * MIB, 4 * MIB);
            assertTrue(network.run(30 * SECOND, () -> transfer.app.received > MIB));
            transfer.client.host.rebind(PeerAddress.ofIpv4(0x0A000001, 5555));
            transfer.complete(60 * SECOND);
        });
    }

    @Test
    void aPartitionIsSurvived() {
        SimNetwork.forSeeds(3, network -> {
            connect(network, CongestionChoice.BBR, new SimLink().latencyMs(10).rate(20, 62_500).partition(500, 8000), new SimLink().latencyMs(10).rate(20, 62_500).partition(500, 8000), 4 * MIB, 4 * MIB)
                    .complete(60 * SECOND);
        });
    }
}
