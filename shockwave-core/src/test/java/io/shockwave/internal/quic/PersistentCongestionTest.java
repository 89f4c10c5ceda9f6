package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Losses that last too long (RFC 9002 7.6). */
class PersistentCongestionTest extends LossRecoveryRig {
    /** The example of RFC 9002 7.6.2: packets 2 to 8 are lost, sent from t = 1 to t = 8, and 9 shows it at 12.2. */
    @Test
    void theExampleOfTheRfcIsPersistentCongestion() {
        confirmed();
        for (int i = 0; i < 30; i++) {
            send(APP, i * 200.0);
            ack(APP, i * 200.0 + 200, 0, i, i);
        }
        double t = 6000;
        long one = send(APP, t);
        send(APP, t + 1000);
        ack(APP, t + 1200, 0, one, one);
        for (double at = 2000; at <= 6000; at += 1000) {
            send(APP, t + at);
        }
        send(APP, t + 8000);
        send(APP, t + 12_000);
        ack(APP, t + 12_200, 0, one + 8, one + 8);
        assertEquals(List.of(one + 1, one + 2, one + 3, one + 4, one + 5, one + 6, one + 7), lost);
        assertEquals(1, recovery.persistentCongestions());
        assertEquals(2 * BYTES, recovery.congestion().windowBytes());
        assertEquals(200 * MS, recovery.rtt().minNs());
    }

    @Test
    void justTheThresholdIsNotYetPersistentAndANanosecondMoreIs() {
        // After a second sample of 100 ms the variation is 37.5 ms: (100 + 150 + 25) * 3.
        assertEquals(0, persistentAfter(825 * MS));
        assertEquals(1, persistentAfter(825 * MS + 1));
    }

    private long persistentAfter(long periodNs) {
        recovery = recovery(true, false);
        confirmed();
        send(APP, 0);
        ack(APP, 100, 0, 0, 0);
        lost.clear();
        send(APP, 1000);
        recovery.onPacketSent(APP, 2, BYTES, ELICITING, 2002, 1000 * MS + periodNs);
        send(APP, 3000);
        ack(APP, 3100, 0, 3, 3);
        assertEquals(825 * MS, recovery.persistentCongestionNs());
        assertEquals(List.of(1L, 2L), lost);
        return recovery.persistentCongestions();
    }

    @Test
    void anAcknowledgedPacketBetweenTheLostBreaksTheRun() {
        confirmed();
        send(APP, 0);
        ack(APP, 100, 0, 0, 0);
        send(APP, 1000);
        send(APP, 2000);
        send(APP, 3000);
        send(APP, 4000);
        ack(APP, 4100, 0, 4, 4, 2, 2);
        assertEquals(List.of(1L, 3L), lost);
        assertEquals(0, recovery.persistentCongestions());
    }

    @Test
    void lossesBeforeTheFirstRoundTripSampleDoNotCount() {
        confirmed();
        send(APP, 0);
        send(APP, 5000);
        send(APP, 10_000);
        ack(APP, 10_100, 0, 2, 2);
        assertEquals(List.of(0L, 1L), lost);
        assertEquals(0, recovery.persistentCongestions());
    }

    @Test
    void packetsThatElicitNoAcknowledgmentDoNotSpanPersistentCongestion() {
        confirmed();
        send(APP, 0);
        ack(APP, 100, 0, 0, 0);
        send(APP, 1000, SentPackets.IN_FLIGHT, BYTES);
        send(APP, 3000, SentPackets.IN_FLIGHT, BYTES);
        send(APP, 5000);
        ack(APP, 5100, 0, 3, 3);
        assertEquals(List.of(1L, 2L), lost);
        assertEquals(0, recovery.persistentCongestions());
    }
}
