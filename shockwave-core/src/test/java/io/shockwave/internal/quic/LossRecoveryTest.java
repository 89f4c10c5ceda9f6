package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 9002, with numbers worked out by hand from its text and appendix A. */
class LossRecoveryTest {
    private static final long MS = 1_000_000L;
    private static final int APP = PacketSpace.APPLICATION;
    private static final int ELICITING = SentPackets.ACK_ELICITING;
    private static final int BYTES = 1200;

    private final List<Long> acked = new ArrayList<>();
    private final List<Long> lost = new ArrayList<>();
    private final List<Long> discarded = new ArrayList<>();
    private final AckedSink sink = new AckedSink() {
        @Override
        public void onAcked(int space, long number, long handle, int flags) {
            assertEquals(space * 1000 + number, handle);
            acked.add(number);
        }

        @Override
        public void onLost(int space, long number, long handle, int flags) {
            assertEquals(space * 1000 + number, handle);
            lost.add(number);
        }

        @Override
        public void onDiscarded(int space, long number, long handle, int flags) {
            discarded.add(number);
        }
    };
    private LossRecovery recovery = recovery(true, false);

    private LossRecovery recovery(boolean client, boolean ecn) {
        return new LossRecovery(new NewReno(BYTES), new PathMtu(1200), sink, client, ecn, RttEstimator.INITIAL_RTT_NS, 1);
    }

    private LossRecovery confirmed() {
        recovery.onHandshakeConfirmed(0);
        return recovery;
    }

    private long send(int space, double ms) {
        return send(space, ms, ELICITING, BYTES);
    }

    private long send(int space, double ms, int flags, int bytes) {
        long number = recovery.nextNumber(space);
        recovery.onPacketSent(space, number, bytes, flags, space * 1000 + number, (long) (ms * MS));
        return number;
    }

    /** Ranges as high, low, high, low. */
    private int ack(int space, double ms, double delayMs, long... ranges) {
        int error = recovery.onAckBegin(space, ranges[0], (long) (delayMs * MS), (long) (ms * MS));
        for (int i = 0; i < ranges.length && error == 0; i += 2) {
            error = recovery.onAckRange(space, ranges[i + 1], ranges[i]);
        }
        if (error == 0) {
            recovery.onAckEnd(space);
        }
        return error;
    }

    // ---- round-trip times (5)

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

    // ---- probe timeouts (6.2)

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
        assertEquals(LossRecovery.NO_DEADLINE, recovery.deadlineNs());
        recovery.onHandshakeConfirmed(30 * MS);
        // 10 + 4 * 5 + 25.
        assertEquals((20 + 55) * MS, recovery.deadlineNs());
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

    // ---- persistent congestion (7.6)

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

    // ---- what a peer may not do (RFC 9000 13.1, 21.4)

    @Test
    void acknowledgingWhatWasNotSentIsAProtocolViolation() {
        confirmed();
        send(APP, 0);
        assertEquals(0x0a, ack(APP, 10, 0, 1, 0));
        assertEquals(0, ack(APP, 10, 0, 0, 0));
        assertEquals(0x0a, ack(PacketSpace.INITIAL, 10, 0, 0, 0));
    }

    @Test
    void anOptimisticAcknowledgmentOfASkippedNumberIsFoundOut() {
        confirmed();
        int sent = 0;
        long skipped = -1;
        while (sent < SkippedNumbers.MAX_GAP + 2) {
            long next = recovery.nextNumber(APP);
            send(APP, 0);
            sent++;
            if (skipped < 0 && next == sent) {
                skipped = next - 1;
            }
        }
        assertTrue(skipped >= SkippedNumbers.MIN_GAP && skipped <= SkippedNumbers.MAX_GAP, "skipped " + skipped);
        // An honest peer's ranges leave it out, a guesser's do not, and not later either, when all before it is settled.
        assertEquals(0, ack(APP, 10, 0, skipped - 1, 0));
        assertEquals(0, ack(APP, 10, 0, skipped + 1, skipped + 1, skipped - 1, 0));
        assertEquals(0x0a, ack(APP, 10, 0, skipped + 1, 0));
    }

    @Test
    void repeatedRangesCostNothingMore() {
        confirmed();
        int count = 20_000;
        long last = 0;
        for (int i = 0; i < count; i++) {
            last = send(APP, 0, ELICITING, 40);
        }
        List<Long> gaps = new ArrayList<>();
        for (long n = 1; n <= last; n++) {
            if (!contains(n)) {
                gaps.add(n);
            }
        }
        // Packet 0 is never acknowledged, so that nothing can be forgotten.
        long[] all = ranges(last, gaps);
        ack(APP, 10, 0, all);
        int before = acked.size();
        long leastNs = Long.MAX_VALUE;
        for (int batch = 0; batch < 10; batch++) {
            long start = System.nanoTime();
            for (int i = 0; i < 2000; i++) {
                ack(APP, 10, 0, all);
            }
            leastNs = Math.min(leastNs, (System.nanoTime() - start) / 2000);
        }
        assertEquals(before, acked.size());
        // Walking the packets would cost at least 20 microseconds an acknowledgment in the best of ten batches.
        assertTrue(leastNs < 15_000, leastNs + " ns");
    }

    private boolean contains(long number) {
        return recovery.handle(APP, number) != 0 || number == 0;
    }

    /** Highest first, from {@code last} down to 1, without the gaps. */
    private static long[] ranges(long last, List<Long> gaps) {
        List<Long> out = new ArrayList<>();
        long high = last;
        for (int i = gaps.size() - 1; i >= 0; i--) {
            out.add(high);
            out.add(gaps.get(i) + 1);
            high = gaps.get(i) - 1;
        }
        out.add(high);
        out.add(1L);
        return out.stream().mapToLong(Long::longValue).toArray();
    }

    @Test
    void aPeerThatAcknowledgesNothingHoldsABoundedRing() {
        confirmed();
        int count = SentPackets.MAX_SPAN + 1000;
        for (int i = 0; i < count; i++) {
            send(APP, 0, ELICITING, 40);
        }
        // The oldest went, as lost; a few numbers were skipped.
        assertTrue(lost.size() >= 1000 && lost.size() < 4000, lost.size() + " lost");
        assertEquals(0L, lost.getFirst());
        assertEquals(40L * (count - lost.size()), recovery.inFlightBytes());
    }

    @Test
    void acknowledgmentsThatNobodyAcknowledgesAreForgottenInsteadOfKept() {
        confirmed();
        for (int i = 0; i < 100_000; i++) {
            send(APP, 0, 0, 40);
        }
        assertTrue(discarded.size() > 99_000, discarded.size() + " forgotten");
        assertEquals(0, recovery.inFlightBytes());
    }

    // ---- use of the window

    @Test
    void whatElicitsNoAcknowledgmentIsNotInFlight() {
        confirmed();
        send(APP, 0, 0, 50);
        assertEquals(0, recovery.inFlightBytes());
        send(APP, 0, SentPackets.IN_FLIGHT, 1200);
        assertEquals(1200, recovery.inFlightBytes());
        assertFalse(recovery.hasElicitingInFlight());
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
