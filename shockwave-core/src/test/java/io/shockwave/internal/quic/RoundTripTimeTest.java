package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Which acknowledgments measure the round trip, and what the estimate makes of them (RFC 9002 5). */
class RoundTripTimeTest extends LossRecoveryRig {
    @Test
    void theFirstSampleSetsTheEstimate() {
        confirmed();
        send(APP, 0);
        ack(APP, 100, 0, 0, 0);
        assertEquals(100 * MS, recovery.rtt().latestNs());
        assertEquals(100 * MS, recovery.rtt().smoothedNs());
        assertEquals(50 * MS, recovery.rtt().variationNs());
        assertEquals(100 * MS, recovery.rtt().minNs());
    }

    @Test
    void laterSamplesAreSmoothed() {
        confirmed();
        send(APP, 0);
        ack(APP, 100, 0, 0, 0);
        send(APP, 100);
        ack(APP, 280, 20, 1, 1);
        // 180 ms less the 20 of delay: 3/4 of 50 plus 1/4 of 60, and 7/8 of 100 plus 1/8 of 160.
        assertEquals(52_500_000, recovery.rtt().variationNs());
        assertEquals(107_500_000, recovery.rtt().smoothedNs());
        assertEquals(100 * MS, recovery.rtt().minNs());
    }

    @Test
    void aDelayIsNotSubtractedBelowTheMinimum() {
        confirmed();
        send(APP, 0);
        ack(APP, 100, 0, 0, 0);
        send(APP, 100);
        ack(APP, 215, 20, 1, 1);
        // 115 - 20 would be below 100: 115 counts.
        assertEquals((long) (100 * 7.0 / 8 * MS + 115.0 / 8 * MS), recovery.rtt().smoothedNs());
    }

    @Test
    void aDelayBeyondThePromiseIsClampedOnceTheHandshakeIsConfirmed() {
        recovery.maxAckDelayNs(25 * MS);
        send(APP, 0);
        ack(APP, 100, 0, 0, 0);
        send(APP, 100);
        ack(APP, 280, 60, 1, 1);
        // Before: all 60 ms.
        assertEquals((long) (100 * 7.0 / 8 * MS + 120.0 / 8 * MS), recovery.rtt().smoothedNs());
        long before = recovery.rtt().smoothedNs();
        confirmed();
        send(APP, 300);
        ack(APP, 480, 60, 2, 2);
        // After: 25 ms.
        assertEquals((7 * before + 155 * MS) / 8, recovery.rtt().smoothedNs());
    }

    @Test
    void anInitialPacketsDelayIsIgnored() {
        send(PacketSpace.INITIAL, 0);
        ack(PacketSpace.INITIAL, 100, 0, 0, 0);
        send(PacketSpace.INITIAL, 100);
        ack(PacketSpace.INITIAL, 280, 60, 1, 1);
        assertEquals((7 * 100 * MS + 180 * MS) / 8, recovery.rtt().smoothedNs());
    }

    @Test
    void noSampleWhereTheLargestIsNotNewOrNothingElicitsAcks() {
        confirmed();
        send(APP, 0);
        send(APP, 0);
        ack(APP, 100, 0, 1, 1);
        ack(APP, 300, 0, 1, 0);
        assertEquals(100 * MS, recovery.rtt().latestNs());
        send(APP, 300, 0, 60);
        ack(APP, 900, 0, 2, 0);
        assertEquals(100 * MS, recovery.rtt().latestNs());
    }
}
