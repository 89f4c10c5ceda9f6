package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9002 7.7: packets are spread over time, with bounded bursts. */
class PacerTest {
    private static final int MSS = 1200;
    private static final long SECOND = 1_000_000_000L;

    private final Pacer pacer = new Pacer(MSS);

    /** Sends whatever is allowed, sleeping until told; returns the bytes sent in the time. */
    private long sendFor(long durationNs, long rate, long sleepNs) {
        long sent = 0;
        long nowNs = 0;
        while (nowNs < durationNs) {
            while (pacer.budgetBytes(nowNs, rate, MSS) >= MSS) {
                pacer.onSent(MSS);
                sent += MSS;
            }
            long ready = pacer.readyNs(nowNs, rate, MSS);
            assertTrue(ready > nowNs, "not ready, yet due");
            nowNs = Math.max(ready, nowNs + sleepNs);
        }
        return sent;
    }

    @Test
    void startsWithTheInitialWindow() {
        assertEquals(10 * MSS, pacer.budgetBytes(0, 1000, MSS));
    }

    @Test
    void keepsTheRate() {
        for (long rate : new long[] {1000, 125_000, 1_250_000, 125_000_000, 1_250_000_000}) {
            pacer.reset(MSS, 0);
            long duration = rate < 10_000 ? 100 * SECOND : SECOND / 2;
            long expected = (long) (rate * (duration / 1e9));
            assertEquals(expected, sendFor(duration, rate, 0) - 10 * MSS, expected * 0.02 + 2 * MSS, "at " + rate);
        }
    }

    @Test
    void aTimerOfAMillisecondLosesNoRate() {
        // 500 Mbit/s are 62 kB a millisecond.
        long rate = 62_500_000;
        assertEquals(rate, sendFor(SECOND, rate, 1_000_000), rate * 0.02);
    }

    @Test
    void anIdleTimeSavesUpNoMoreThanABurst() {
        sendFor(SECOND, 125_000, 0);
        assertEquals(10 * MSS, pacer.budgetBytes(100 * SECOND, 125_000, MSS));
        pacer.reset(MSS, 0);
        assertEquals(96 * MSS, pacer.budgetBytes(100 * SECOND, 1_250_000_000, MSS));
        // 2 ms of 10 MB/s lie between.
        pacer.reset(MSS, 0);
        assertEquals(20_000, pacer.budgetBytes(100 * SECOND, 10_000_000, MSS));
    }

    @Test
    void probesBeyondTheBudgetAreOwed() {
        for (int i = 0; i < 12; i++) {
            pacer.onSent(MSS);
        }
        assertEquals(-2 * MSS, pacer.budgetBytes(0, 120_000, MSS));
        // Three datagrams at 100 a second.
        assertEquals(30_000_000, pacer.readyNs(0, 120_000, MSS));
    }

    @Test
    void pollingOftenLosesNoFractions() {
        long rate = 10_000;
        pacer.budgetBytes(0, rate, MSS);
        for (int i = 0; i < 10; i++) {
            pacer.onSent(MSS);
        }
        for (long nowNs = 0; nowNs < SECOND; nowNs += 33_333) {
            pacer.budgetBytes(nowNs, rate, MSS);
        }
        assertEquals(10_000, pacer.budgetBytes(SECOND, rate, MSS), 2);
    }
}
