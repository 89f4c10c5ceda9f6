package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as lost, what is discarded, and what losses leave of the window (RFC 9002 6.1, 6.4, 7). */
class LossRecoveryTest extends LossRecoveryRig {
    // ---- losses (6.1)

    @Test
    void threePacketsLaterIsLostAndTwoIsNot() {
        confirmed();
        for (int i = 0; i < 4; i++) {
            send(APP, 0);
        }
        ack(APP, 50, 0, 2, 1);
        assertEquals(List.of(), lost);
        ack(APP, 50, 0, 3, 1);
        assertEquals(List.of(0L), lost);
        assertEquals(0, recovery.inFlightBytes());
    }

    @Test
    void nineEighthsOfARoundTripLaterIsLost() {
        confirmed();
        send(APP, 0);
        send(APP, 10);
        ack(APP, 110, 0, 1, 1);
        // Round trip 100 ms: packet 0 has until 112.5 ms.
        assertEquals(112_500_000, recovery.deadlineNs());
        recovery.onTimeout(112_499_999);
        assertEquals(List.of(), lost);
        recovery.onTimeout(112_500_000);
        assertEquals(List.of(0L), lost);
        assertEquals(LossRecovery.NO_DEADLINE, recovery.deadlineNs());
    }

    @Test
    void theTimeThresholdIsAtLeastAMillisecond() {
        confirmed();
        send(APP, 0);
        send(APP, 0);
        ack(APP, 0.1, 0, 1, 1);
        assertEquals(MS, recovery.deadlineNs());
    }

    @Test
    void aSkippedNumberIsNoReordering() {
        confirmed();
        long n;
        do {
            n = send(APP, 0);
        } while (n == recovery.nextNumber(APP) - 1);
        // The number n + 1 was passed over just now; n + 2 and n + 3 follow.
        send(APP, 0);
        send(APP, 0);
        assertEquals(n + 3, recovery.nextNumber(APP) - 1);
        ack(APP, 10, 0, n - 1, 0);
        ack(APP, 11, 0, n + 3, n + 2, n - 1, 0);
        assertEquals(List.of(), lost);
        send(APP, 11);
        ack(APP, 12, 0, n + 4, n + 2, n - 1, 0);
        assertEquals(List.of(n), lost);
    }

    @Test
    void aLateAcknowledgmentIsASpuriousLossAndRaisesTheThresholds() {
        confirmed();
        for (int i = 0; i < 10; i++) {
            send(APP, 0);
        }
        ack(APP, 50, 0, 9, 3);
        assertEquals(List.of(0L, 1L, 2L), lost);
        ack(APP, 51, 0, 9, 0);
        assertEquals(3, recovery.spuriousLosses());
        // Packet 0 was overtaken by nine.
        assertEquals(10, recovery.packetThreshold());
        assertEquals(7, acked.size());
    }

    @Test
    void aWholeSpuriousEventGivesTheWindowBack() {
        confirmed();
        for (int i = 0; i < 10; i++) {
            send(APP, 0);
        }
        long before = recovery.congestion().windowBytes();
        ack(APP, 50, 0, 9, 2);
        assertTrue(recovery.congestion().windowBytes() < before);
        ack(APP, 51, 0, 9, 1);
        assertTrue(recovery.congestion().windowBytes() < before);
        ack(APP, 52, 0, 9, 0);
        assertEquals(before, recovery.congestion().windowBytes());
    }

    // ---- discarding (6.4)

    @Test
    void aDiscardedSpaceLeavesTheWindowAndResetsTheBackoff() {
        send(PacketSpace.INITIAL, 0);
        send(PacketSpace.INITIAL, 0);
        send(PacketSpace.HANDSHAKE, 0);
        recovery.onTimeout(999 * MS);
        recovery.onSpaceDiscarded(PacketSpace.INITIAL, 1000 * MS);
        assertEquals(List.of(0L, 1L), discarded);
        assertEquals(BYTES, recovery.inFlightBytes());
        assertEquals(0, recovery.ptoCount());
        recovery.onSpaceDiscarded(PacketSpace.INITIAL, 1000 * MS);
        assertEquals(2, discarded.size());
    }

    @Test
    void refusedEarlyDataIsRepeatedWithoutCongestion() {
        confirmed();
        long window = recovery.congestion().windowBytes();
        send(APP, 0, ELICITING | SentPackets.EARLY_DATA, BYTES);
        send(APP, 0, ELICITING, BYTES);
        recovery.requeue(APP, SentPackets.EARLY_DATA, 5 * MS);
        assertEquals(List.of(0L), lost);
        assertEquals(BYTES, recovery.inFlightBytes());
        assertEquals(window, recovery.congestion().windowBytes());
    }

    // ---- use of the window

    @Test
    void whatElicitsNoAcknowledgmentIsNotInFlight() {
        confirmed();
        send(APP, 0, 0, 50);
        assertEquals(0, recovery.inFlightBytes());
        send(APP, 0, SentPackets.IN_FLIGHT, 1200);
        assertEquals(1200, recovery.inFlightBytes());
        assertEquals(LossRecovery.NO_DEADLINE, recovery.deadlineNs(), "no probe for it");
    }

    @Test
    void theBudgetIsWhatTheWindowLeaves() {
        confirmed();
        recovery.paced(false);
        assertEquals(12_000, recovery.budgetBytes(0));
        for (int i = 0; i < 9; i++) {
            send(APP, 0);
        }
        assertEquals(1200, recovery.budgetBytes(0));
        send(APP, 0);
        assertEquals(0, recovery.budgetBytes(0));
        send(APP, 0);
        assertEquals(0, recovery.budgetBytes(0), "a probe went beyond the window");
    }

    @Test
    void aNewPathStartsAgain() {
        confirmed();
        for (int i = 0; i < 10; i++) {
            send(APP, 0);
        }
        ack(APP, 500, 0, 9, 5);
        assertTrue(recovery.congestion().windowBytes() < 12_000);
        send(APP, 500);
        recovery.onPathChanged(510 * MS);
        assertEquals(12_000, recovery.congestion().windowBytes());
        assertEquals(0, recovery.inFlightBytes());
        assertFalse(recovery.rtt().isSampled());
        // What was sent on the old path is still acknowledged or repeated, but says nothing of the new one.
        ack(APP, 600, 0, 10, 5);
        assertTrue(acked.contains(10L));
        assertFalse(recovery.rtt().isSampled());
        assertEquals(0, recovery.inFlightBytes());
    }

    @Test
    void numbersMustBeUsedInOrder() {
        assertThrows(IllegalArgumentException.class, () -> recovery.onPacketSent(APP, 5, 10, 0, 0, 0));
    }

    @Test
    void theOldestOpenPacketIsWhatAProbeRepeats() {
        confirmed();
        for (int i = 0; i < 5; i++) {
            send(APP, 0);
        }
        assertEquals(0, recovery.firstOutstanding(APP));
        ack(APP, 10, 0, 1, 0);
        assertEquals(2, recovery.firstOutstanding(APP));
        assertEquals(3, recovery.nextOutstanding(APP, 2));
        assertEquals(2002, recovery.handle(APP, 2));
        ack(APP, 10, 0, 4, 0);
        assertEquals(SentPackets.NONE, recovery.firstOutstanding(APP));
    }
}
