package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** When probes are due, and in which space (RFC 9002 6.2). */
class ProbeTimeoutTest extends LossRecoveryRig {
    @Test
    void theInitialProbeTimeoutIsOneSecond() {
        send(PacketSpace.INITIAL, 0);
        // 333 ms + 4 * 166.5 ms.
        assertEquals(999 * MS, recovery.deadlineNs());
    }

    @Test
    void theProbeTimeoutBacksOffAndAnAcknowledgmentResetsIt() {
        confirmed();
        recovery.maxAckDelayNs(25 * MS);
        send(APP, 0);
        ack(APP, 100, 0, 0, 0);
        send(APP, 100);
        // 100 + 4 * 50 + 25.
        assertEquals((100 + 325) * MS, recovery.deadlineNs());
        recovery.onTimeout(425 * MS);
        assertEquals(2, recovery.probes(APP));
        assertEquals(1, recovery.ptoCount());
        send(APP, 425);
        assertEquals(1, recovery.probes(APP));
        assertEquals((425 + 650) * MS, recovery.deadlineNs());
        recovery.onTimeout(1075 * MS);
        assertEquals(2, recovery.ptoCount());
        assertEquals(List.of(), lost, "a timeout alone loses nothing");
        ack(APP, 1100, 0, 2, 1);
        assertEquals(0, recovery.ptoCount());
        assertEquals(0, recovery.probes(APP));
        assertEquals(LossRecovery.NO_DEADLINE, recovery.deadlineNs());
    }

    @Test
    void applicationDataWaitsForTheConfirmedHandshake() {
        recovery.onHandshakeKeys(0);
        send(PacketSpace.HANDSHAKE, 0);
        ack(PacketSpace.HANDSHAKE, 10, 0, 0, 0);
        send(APP, 20);
        recovery.onTimeout(recovery.deadlineNs());
        assertEquals(0, recovery.probes(APP));
        recovery.onHandshakeConfirmed(30 * MS);
        // 10 + 4 * 5 + 25, twice after the timeout that there was.
        assertEquals((40 + 2 * 55) * MS, recovery.deadlineNs());
    }

    /** RFC 9002 6.2.2.1: until the handshake is confirmed some timer runs. Without one both sides wait for ever when what is left of it was lost and application data fills the window. */
    @Test
    void lostHandshakeBytesAreProbedForWhileOnlyApplicationDataIsInFlight() {
        for (boolean client : new boolean[] {true, false}) {
            recovery = recovery(client, false);
            recovery.onHandshakeKeys(0);
            for (int i = 0; i < 5; i++) {
                send(PacketSpace.HANDSHAKE, 0);
            }
            send(APP, 1);
            ack(PacketSpace.HANDSHAKE, 10, 0, 4, 1); // number 0 is lost, and nothing of the space in flight
            assertEquals((10 + 30) * MS, recovery.deadlineNs());
            recovery.onTimeout(40 * MS);
            assertEquals(1, recovery.probes(PacketSpace.HANDSHAKE));
            assertEquals(0, recovery.probes(APP));
            assertEquals((40 + 60) * MS, recovery.deadlineNs());
        }
    }

    @Test
    void aClientProbesThoughNothingIsInFlightUntilTheServerKnowsItsAddress() {
        send(PacketSpace.INITIAL, 0);
        ack(PacketSpace.INITIAL, 100, 0, 0, 0);
        // The server may be blocked by the limit of three times (RFC 9002 6.2.2.1).
        assertEquals((100 + 300) * MS, recovery.deadlineNs());
        recovery.onTimeout(400 * MS);
        assertEquals(1, recovery.probes(PacketSpace.INITIAL));
        recovery.onHandshakeKeys(400 * MS);
        recovery.onTimeout(recovery.deadlineNs());
        assertEquals(1, recovery.probes(PacketSpace.HANDSHAKE));
        send(PacketSpace.HANDSHAKE, 1100);
        ack(PacketSpace.HANDSHAKE, 1200, 0, 0, 0);
        assertEquals(LossRecovery.NO_DEADLINE, recovery.deadlineNs());
    }

    @Test
    void anInitialAcknowledgmentDoesNotResetAClientsBackoff() {
        send(PacketSpace.INITIAL, 0);
        recovery.onTimeout(999 * MS);
        send(PacketSpace.INITIAL, 999);
        ack(PacketSpace.INITIAL, 1000, 0, 1, 1);
        assertEquals(1, recovery.ptoCount());
    }

    @Test
    void aServerHasNoSuchTimer() {
        recovery = recovery(false, false);
        send(PacketSpace.INITIAL, 0);
        ack(PacketSpace.INITIAL, 100, 0, 0, 0);
        assertEquals(LossRecovery.NO_DEADLINE, recovery.deadlineNs());
    }

    @Test
    void theTimerStopsWhileTheAmplificationLimitHoldsAndIsDueAtOnceAfterwards() {
        recovery = recovery(false, false);
        send(PacketSpace.INITIAL, 0);
        recovery.onAmplificationLimit(true, 10 * MS);
        assertEquals(LossRecovery.NO_DEADLINE, recovery.deadlineNs());
        recovery.onAmplificationLimit(false, 2000 * MS);
        assertEquals(999 * MS, recovery.deadlineNs());
        recovery.onTimeout(2000 * MS);
        assertEquals(2, recovery.probes(PacketSpace.INITIAL));
    }

    @Test
    void theEarliestSpaceIsProbed() {
        recovery.onHandshakeKeys(0);
        send(PacketSpace.INITIAL, 5);
        send(PacketSpace.HANDSHAKE, 0);
        recovery.onTimeout(recovery.deadlineNs());
        assertEquals(2, recovery.probes(PacketSpace.HANDSHAKE));
        assertEquals(0, recovery.probes(PacketSpace.INITIAL));
    }

    @Test
    void theBackoffDoublesUpToAMinute() {
        confirmed();
        send(APP, 0);
        long before = 0;
        long expected = 1024 * MS;
        for (int i = 0; i < 200; i++) {
            long at = recovery.deadlineNs();
            // 999 ms and the peer's 25, doubled each time.
            assertEquals(Math.min(expected, 60_000 * MS), at - before, "timeout " + i);
            expected = Math.min(expected * 2, 60_000 * MS);
            recovery.onTimeout(at);
            before = at;
        }
    }
}
