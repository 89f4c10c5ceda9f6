package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.ReplayGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** 0-RTT replay (RFC 8470): which early data is taken, and that none is taken twice. */
class StrikeRegisterTest {
    private static final long TOLERANCE_MS = ReplayGuard.AGE_TOLERANCE_MS;
    private static final long START_MS = 1_800_000_000_000L;
    private static final int SMALL = 4;

    private final Random random = new Random(1);
    private long clockMs = START_MS;
    private final StrikeRegister small = new StrikeRegister(SMALL, () -> clockMs);

    private byte[] ticket() {
        byte[] id = new byte[12];
        random.nextBytes(id);
        return id;
    }

    /** As a ClientHello that arrives without delay. */
    private boolean take(StrikeRegister register, byte[] id) {
        return register.isFirstUse(id, clockMs, clockMs + TOLERANCE_MS);
    }

    @Test
    void aTicketIsTakenOnce() {
        byte[] id = ticket();
        assertTrue(take(small, id));
        assertFalse(take(small, id));
        assertTrue(take(small, ticket()));
        assertFalse(take(small, id.clone()));
    }

    /** However early its copy came, or late: as long as the age of the ticket is plausible, it is remembered. */
    @Test
    void aTicketIsRememberedAsLongAsACopyPassesForFresh() {
        for (long earlyMs : new long[] {-TOLERANCE_MS, -1, 0, 1, TOLERANCE_MS}) {
            byte[] id = ticket();
            long sentMs = clockMs - earlyMs;
            assertTrue(small.isFirstUse(id, clockMs, sentMs + TOLERANCE_MS));
            while (clockMs <= sentMs + TOLERANCE_MS) {
                assertFalse(small.isFirstUse(id, clockMs, sentMs + TOLERANCE_MS));
                clockMs += 500;
            }
        }
    }

    @Test
    void aTicketIsForgottenWhenItsAgeIsNoLongerPlausible() {
        byte[] id = ticket();
        assertTrue(take(small, id));
        clockMs += 3 * TOLERANCE_MS;
        assertFalse(take(small, id), "the last moment");
        clockMs++;
        assertTrue(take(small, id), "its place is free for others");
    }

    /** Two reactors whose clocks differ: the one that is behind would take what the other has forgotten. */
    @Test
    void whoAsksByAnotherClockIsRefused() {
        assertTrue(small.isFirstUse(ticket(), clockMs + TOLERANCE_MS, clockMs + 2 * TOLERANCE_MS));
        assertTrue(small.isFirstUse(ticket(), clockMs - TOLERANCE_MS, clockMs));
        assertFalse(small.isFirstUse(ticket(), clockMs + TOLERANCE_MS + 1, clockMs + 2 * TOLERANCE_MS));
        assertFalse(small.isFirstUse(ticket(), clockMs - TOLERANCE_MS - 1, clockMs));
        byte[] id = ticket();
        long freshUntilMs = clockMs + TOLERANCE_MS;
        assertTrue(small.isFirstUse(id, clockMs + TOLERANCE_MS, freshUntilMs));
        for (; clockMs - TOLERANCE_MS <= freshUntilMs; clockMs += 100) {
            assertFalse(small.isFirstUse(id, clockMs - TOLERANCE_MS, freshUntilMs), "by the clock that is furthest behind");
        }
    }

    @Test
    void anAgeFromTooFarInTheFutureIsRefused() {
        assertTrue(small.isFirstUse(ticket(), clockMs, clockMs + 2 * TOLERANCE_MS));
        assertFalse(small.isFirstUse(ticket(), clockMs, clockMs + 2 * TOLERANCE_MS + 1));
    }

    /** The attacker's best hope is a table that makes room. */
    @Test
    void aFullTableRefusesAndForgetsNothing() {
        List<byte[]> taken = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] id = ticket();
            if (take(small, id)) {
                taken.add(id);
            } else {
                refused++;
            }
        }
        assertEquals(8 * SMALL, taken.size(), "all places");
        assertEquals(1_000 - 8 * SMALL, refused);
        for (byte[] id : taken) {
            assertFalse(take(small, id));
        }
        clockMs += 3 * TOLERANCE_MS + 1;
        for (byte[] id : taken) {
            assertTrue(take(small, id), "room again");
        }
    }

    @Test
    void itsTableIsMadeWithTheFirstTicketAndNeverGrows() {
        StrikeRegister full = new StrikeRegister(StrikeRegister.BUCKETS, () -> clockMs);
        assertEquals(0, full.tableBytes());
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            taken += take(full, ticket()) ? 1 : 0;
            assertTrue(i > 0 || full.tableBytes() == 1 << 20);
        }
        assertEquals(1 << 20, full.tableBytes());
        assertTrue(taken > 60_000 && taken <= 65_536, () -> "took " + full);
    }

    /** The same datagrams at all reactors of a server at once. */
    @Test
    void ofManyThreadsOneIsFirst() throws Exception {
        StrikeRegister shared = new StrikeRegister(StrikeRegister.BUCKETS, () -> START_MS);
        int threads = 4;
        int tickets = 2_000;
        byte[][] ids = new byte[tickets][];
        for (int i = 0; i < tickets; i++) {
            ids[i] = ticket();
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Callable<Integer>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                all.add(() -> {
                    int won = 0;
                    for (byte[] id : ids) {
                        won += shared.isFirstUse(id, START_MS, START_MS + TOLERANCE_MS) ? 1 : 0;
                    }
                    return won;
                });
            }
            int won = 0;
            for (Future<Integer> one : pool.invokeAll(all)) {
                won += one.get();
            }
            assertEquals(tickets, won);
        }
    }

    @Test
    void itsOwnClockIsTheWallClock() {
        StrikeRegister real = new StrikeRegister();
        long nowMs = System.currentTimeMillis();
        byte[] id = ticket();
        assertTrue(real.isFirstUse(id, nowMs, nowMs + TOLERANCE_MS));
        assertFalse(real.isFirstUse(id, nowMs, nowMs + TOLERANCE_MS));
    }
}
