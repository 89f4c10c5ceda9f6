package io.shockwave.internal.quic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A handshake and 10 MiB each way while 30 % of all datagrams are lost, 50 % overtaken, 10 % doubled and 10 % damaged, over paths that narrow to 1,200 bytes. By hand, as it takes seconds a seed:
 *
 * <pre>mvn -pl shockwave-core test -Dtest=WorstPathSimTest -Dtest.excluded= -Dsim.first=0 -Dsim.seeds=1000 -Dsim.log=FILE</pre>
 *
 * {@code -Dsim.log=} appends a line for each seed, {@code -Dsim.bytes=} carries less, {@code -Dsim.seed=} replays one. 120 seeds in a row meet every controller, rate, round-trip time and way to narrow.
 */
@Tag("slow")
class WorstPathSimTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int SEEDS = Integer.getInteger("sim.seeds", 120);
    private static final long BYTES = Long.getLong("sim.bytes", 10 << 20);
    private static final String LOG = System.getProperty("sim.log");
    private static final double[] MEGABITS = {1, 10, 100, 1_000};
    private static final double[] RTT_MS = {1, 10, 50, 200, 600};

    @Test
    void everythingArrivesOverTheWorstPath() {
        SimNetwork.forSeeds(SEEDS, WorstPathSimTest::transfer);
    }

    private static void transfer(SimNetwork network) throws IOException {
        int seed = (int) network.seed();
        CongestionChoice choice = CongestionChoice.values()[seed % 3];
        double megabits = MEGABITS[seed / 3 % 4];
        double rttMs = RTT_MS[seed / 12 % 5];
        boolean holes = seed / 60 % 2 == 0;
        SimLink up = SimLink.worst(megabits, rttMs);
        SimLink down = SimLink.worst(megabits, rttMs);
        SimTransfer transfer = new SimTransfer(network, choice, new JcaProtectionProvider(), up, down, BYTES, BYTES);
        if (holes) {
            network.at(later(network, rttMs / 10), () -> narrow(network, up, rttMs));
            network.at(later(network, rttMs / 10), () -> narrow(network, down, rttMs));
        } else {
            up.mtu(PathMtu.BASE_BYTES);
            down.mtu(PathMtu.BASE_BYTES);
        }
        long wall = System.nanoTime();
        String end = "arrived";
        try {
            transfer.complete(400_000 * SECOND);
        } catch (Throwable e) {
            end = "FAILED " + e;
            throw e;
        } finally {
            log(String.format(Locale.ROOT, "%d %s %.0f Mbit/s %.0f ms %s: %s after %.1f s, at most %.1f s without a byte, %d ms of work,%s%n", seed, choice, megabits, rttMs, holes ? "holes" : "narrow", end, transfer.doneNs / 1e9,
                    transfer.longestWaitNs / 1e9, (System.nanoTime() - wall) / 1_000_000, transfer.state()));
        }
    }

    /** The path narrows and widens again all the time, for the first time while the handshake may be under way. */
    private static void narrow(SimNetwork network, SimLink link, double rttMs) {
        link.mtu(PathMtu.BASE_BYTES);
        network.at(later(network, rttMs), () -> {
            link.mtu(Integer.MAX_VALUE);
            network.at(later(network, rttMs), () -> narrow(network, link, rttMs));
        });
    }

    private static long later(SimNetwork network, double rttMs) {
        // What a loss-based sender does over such a path takes as long on a short one: probe timeouts and delayed acknowledgments rule it.
        return network.nowNs() + (long) (network.random.nextDouble() * 100 * (rttMs + 25) * 1e6);
    }

    private static void log(String line) throws IOException {
        if (LOG != null) {
            Files.writeString(Path.of(LOG), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
