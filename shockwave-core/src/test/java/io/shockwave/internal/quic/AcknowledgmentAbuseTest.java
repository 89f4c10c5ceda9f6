package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a peer may not do with its acknowledgments (RFC 9000 13.1, 21.4), and what it cannot make us hold. */
class AcknowledgmentAbuseTest extends LossRecoveryRig {
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
}
