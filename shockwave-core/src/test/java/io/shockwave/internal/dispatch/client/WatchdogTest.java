package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException.Phase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WatchdogTest {
    private static final long MS = 1_000_000;

    private final Watchdog watchdog = new Watchdog();
    private final AtomicInteger closed = new AtomicInteger();

    @AfterEach
    void end() {
        watchdog.close();
    }

    private static void pause(long ms) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(ms);
    }

    @Test
    void aPassedLimitClosesOnceAndNamesThePhase() throws Exception {
        CountDownLatch expired = new CountDownLatch(1);
        TimeLimit limit = new TimeLimit(watchdog, () -> {
            closed.incrementAndGet();
            expired.countDown();
        });
        long startNs = System.nanoTime();
        limit.arm(watchdog.now() + 80 * MS, Phase.FIRST_BYTE);
        assertTrue(expired.await(5, TimeUnit.SECONDS));
        assertTrue(System.nanoTime() - startNs >= 79 * MS);
        assertEquals(Phase.FIRST_BYTE, limit.expiredPhase());
        assertFalse(limit.disarm());
        pause(50);
        assertEquals(1, closed.get());
        assertEquals(0, watchdog.pending());
    }

    @Test
    void aLimitThatMovesOnDoesNotExpire() throws Exception {
        TimeLimit limit = new TimeLimit(watchdog, closed::incrementAndGet);
        // Ten times as long as a pause: other work on the machine may hold this thread up.
        for (int i = 0; i < 12; i++) {
            limit.arm(watchdog.now() + 1_000 * MS, Phase.BETWEEN_BYTES);
            pause(100);
        }
        assertTrue(limit.disarm());
        pause(1_100);
        assertEquals(0, closed.get());
        assertEquals(Phase.NONE, limit.expiredPhase());
        assertEquals(0, watchdog.pending(), "and is looked at no more");
    }

    @Test
    void anEarlierLimitIsNotMissedBehindALaterOne() throws Exception {
        CountDownLatch expired = new CountDownLatch(1);
        TimeLimit limit = new TimeLimit(watchdog, expired::countDown);
        limit.arm(watchdog.now() + 60_000 * MS, Phase.FIRST_BYTE);
        limit.disarm();
        limit.arm(watchdog.now() + 60 * MS, Phase.TOTAL);
        assertTrue(expired.await(5, TimeUnit.SECONDS));
        assertEquals(Phase.TOTAL, limit.expiredPhase());
    }

    @Test
    void eachLimitIsItsOwn() throws Exception {
        CountDownLatch expired = new CountDownLatch(50);
        TimeLimit late = new TimeLimit(watchdog, closed::incrementAndGet);
        late.arm(watchdog.now() + 60_000 * MS, Phase.TOTAL);
        for (int i = 0; i < 50; i++) {
            new TimeLimit(watchdog, expired::countDown).arm(watchdog.now() + (i % 5) * 30 * MS, Phase.CONNECT);
        }
        assertTrue(expired.await(5, TimeUnit.SECONDS));
        assertEquals(0, closed.get());
        assertEquals(1, watchdog.pending());
        watchdog.forget(late);
        assertEquals(0, watchdog.pending());
    }

    @Test
    void armingAndDisarmingAgainstTheWatchdogLosesNeither() throws Exception {
        // Limits around the moment at which they are disarmed: one of the two wins, and both agree on which.
        for (int round = 0; round < 300; round++) {
            AtomicInteger own = new AtomicInteger();
            TimeLimit limit = new TimeLimit(watchdog, own::incrementAndGet);
            limit.arm(watchdog.now() + MS, Phase.REQUEST);
            long untilNs = System.nanoTime() + MS - 100_000 + round * 1_000L;
            while (System.nanoTime() < untilNs) {
                Thread.onSpinWait();
            }
            boolean met = limit.disarm();
            if (!met) {
                for (int i = 0; i < 5_000 && own.get() == 0; i++) {
                    pause(1);
                }
            } else if (round % 20 == 0) {
                pause(3);
            }
            assertEquals(met ? 0 : 1, own.get(), "round " + round);
        }
    }
}
