package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9000 13.4.2 and appendix A.4. */
class EcnStateTest {
    private static final int APP = PacketSpace.APPLICATION;
    private final EcnState ecn = new EcnState(true);

    private void send(int packets) {
        for (int i = 0; i < packets; i++) {
            ecn.onMarkedSent();
        }
    }

    @Test
    void tenPacketsAreMarkedAndThenItIsAwaited() {
        send(9);
        assertTrue(ecn.isMarking());
        send(1);
        assertFalse(ecn.isMarking());
        assertEquals(0, ecn.onAck(APP, 10, 10, 0, 0));
        assertTrue(ecn.isCapable());
        assertTrue(ecn.isMarking());
    }

    @Test
    void moreMarksOfCongestionAreTold() {
        send(10);
        assertEquals(2, ecn.onAck(APP, 10, 8, 0, 2));
        assertEquals(0, ecn.onAck(APP, 5, 13, 0, 2));
        assertEquals(3, ecn.onAck(APP, 5, 15, 0, 5));
        assertTrue(ecn.isCapable());
    }

    @Test
    void aBleachingPathFails() {
        send(10);
        ecn.onAckWithoutCounts(3);
        assertTrue(ecn.isFailed());
        assertFalse(ecn.isMarking());
    }

    @Test
    void anAcknowledgmentOfUnmarkedPacketsNeedsNoCounts() {
        send(10);
        ecn.onAckWithoutCounts(0);
        assertFalse(ecn.isFailed());
    }

    @Test
    void countsThatMissPacketsFail() {
        send(10);
        assertEquals(0, ecn.onAck(APP, 10, 9, 0, 0));
        assertTrue(ecn.isFailed());
    }

    @Test
    void countsOfLostAcknowledgmentsMayBeMoreThanNewlyAcknowledged() {
        send(10);
        ecn.onAck(APP, 5, 8, 0, 0);
        assertTrue(ecn.isCapable());
    }

    @Test
    void aMarkThatWasNeverSentFails() {
        send(10);
        ecn.onAck(APP, 9, 9, 1, 0);
        assertTrue(ecn.isFailed());
    }

    @Test
    void shrinkingCountsFail() {
        send(10);
        ecn.onAck(APP, 10, 8, 0, 2);
        ecn.onAck(APP, 0, 8, 0, 1);
        assertTrue(ecn.isFailed());
    }

    @Test
    void theSpacesAreCountedApart() {
        send(10);
        ecn.onAck(PacketSpace.INITIAL, 2, 2, 0, 0);
        ecn.onAck(APP, 3, 3, 0, 0);
        assertTrue(ecn.isCapable());
    }

    @Test
    void whereAllMarkedPacketsAreLostMarkingStops() {
        send(10);
        for (int i = 0; i < 9; i++) {
            ecn.onMarkedLost();
        }
        assertFalse(ecn.isFailed());
        ecn.onMarkedLost();
        assertTrue(ecn.isFailed());
    }

    @Test
    void aNewPathIsTestedAgain() {
        send(10);
        ecn.onAckWithoutCounts(3);
        ecn.reset();
        assertTrue(ecn.isMarking());
        EcnState off = new EcnState(false);
        off.reset();
        assertFalse(off.isMarking());
        assertEquals(0, off.onAck(APP, 0, 0, 0, 7));
    }
}
