package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PoolCoreSimTest {
    private static final long NEVER = Long.MAX_VALUE;

    private static PoolLimits limits(int perOrigin, int total, int waiting) {
        return new PoolLimits(perOrigin, total, waiting, 1_000, NEVER);
    }

    /** Takes every branch of every choice, depth first: the last choice that has one left moves on, those after it restart. */
    private static long exhaust(PoolWalk.Shape shape) {
        int[] picks = new int[128];
        int[] widths = new int[128];
        int[] depth = {0};
        int prefix = 0;
        long walks = 0;
        while (true) {
            int keep = prefix;
            depth[0] = 0;
            new PoolWalk(shape, n -> {
                int d = depth[0]++;
                if (d >= keep) {
                    picks[d] = 0;
                }
                widths[d] = n;
                return picks[d];
            }).run();
            walks++;
            int d = depth[0] - 1;
            while (d >= 0 && picks[d] == widths[d] - 1) {
                d--;
            }
            if (d < 0) {
                return walks;
            }
            picks[d]++;
            Arrays.fill(picks, d + 1, picks.length, 0);
            prefix = d + 1;
        }
    }

    @Test
    void everyScheduleOfFourCallersForOneConnection() {
        assertTrue(exhaust(new PoolWalk.Shape(4, 1, 1, limits(1, 1, 9), false, true, false)) > 1_000);
    }

    @Test
    void everyScheduleOfThreeCallersForOneConnectionThatFails() {
        assertTrue(exhaust(new PoolWalk.Shape(3, 1, 1, limits(1, 1, 9), true, false, false)) > 1_000);
    }

    @Test
    void everyScheduleOfTwoOriginsUnderATotalOfOne() {
        assertTrue(exhaust(new PoolWalk.Shape(3, 2, 1, limits(1, 1, 9), true, false, false)) > 1_000);
    }

    @Test
    void everyScheduleOfTwoCallersTwiceWithCloseAndFailuresAndLeaving() {
        assertTrue(exhaust(new PoolWalk.Shape(2, 1, 2, limits(1, 1, 9), true, true, true)) > 1_000);
    }

    @Test
    void everyScheduleOfThreeCallersForTwoConnectionsOverTwoOrigins() {
        assertTrue(exhaust(new PoolWalk.Shape(3, 2, 1, limits(2, 2, 1), false, true, true)) > 1_000);
    }

    @Test
    void randomSchedulesOfManyCallersOverSeveralOrigins() {
        long replay = Long.getLong("sim.seed", -1);
        long first = replay >= 0 ? replay : 0;
        long last = replay >= 0 ? replay : Long.getLong("sim.seeds", 4_000);
        for (long seed = first; seed <= last; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int perOrigin = 1 + random.nextInt(3);
            PoolLimits limits = new PoolLimits(
                    perOrigin, 1 + random.nextInt(5), random.nextInt(8), 50, random.nextBoolean() ? NEVER : 1 + random.nextInt(60));
            PoolWalk.Shape shape = new PoolWalk.Shape(
                    2 + random.nextInt(7), 1 + random.nextInt(3), 1 + random.nextInt(6), limits, random.nextBoolean(),
                    random.nextBoolean(), random.nextInt(8) == 0);
            try {
                new PoolWalk(shape, random::nextInt).run();
            } catch (AssertionError e) {
                throw new AssertionError("replay with -Dsim.seed=" + seed, e);
            }
        }
    }
}
