package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sending, acknowledging, losing and pacing allocate nothing once the ring has its size. */
class RecoveryAllocTest {
    private static final int APP = PacketSpace.APPLICATION;

    private static final AckedSink NOBODY = new AckedSink() {
        @Override
        public void onAcked(int space, long number, long handle, int flags) {}

        @Override
        public void onLost(int space, long number, long handle, int flags) {}

        @Override
        public void onDiscarded(int space, long number, long handle, int flags) {}
    };

    private long nowNs;
    private long oldest;

    @ParameterizedTest
    @EnumSource(CongestionChoice.class)
    void aPacketCostsNoByte(CongestionChoice choice) throws Exception {
        nowNs = 0;
        oldest = 0;
        LossRecovery recovery = new LossRecovery(CongestionControl.of(choice, 1200), new PathMtu(1200), NOBODY, true, true, RttEstimator.INITIAL_RTT_NS, 3, new RestStore());
        recovery.onHandshakeConfirmed(0);
        double bytes = AllocationGate.bytesPerOp(20_000, () -> exchange(recovery));
        assertEquals(0, bytes, choice + " allocates");
        assertTrue(recovery.lostPackets() > 1000, recovery.lostPackets() + " losses were in it");
    }

    /** Four packets leave and are acknowledged 20 ms later but for one in forty. */
    private void exchange(LossRecovery recovery) {
        for (int i = 0; i < 4; i++) {
            recovery.budgetBytes(nowNs);
            long number = recovery.nextNumber(APP);
            recovery.onPacketSent(APP, number, 1200, SentPackets.ACK_ELICITING, number, nowNs);
            recovery.pacingDeadlineNs(nowNs);
        }
        nowNs += 20_000_000;
        long last = recovery.nextNumber(APP) - 1;
        recovery.onAckBegin(APP, last, 0, nowNs);
        for (long n = last; n >= oldest; n--) {
            if (n % 40 != 0 && recovery.handle(APP, n) == n) {
                recovery.onAckRange(APP, n, n);
            }
        }
        recovery.onAckEcn(last, 0, 0);
        recovery.onAckEnd(APP);
        oldest = Math.max(0, last - 8);
        if (recovery.deadlineNs() <= nowNs) {
            recovery.onTimeout(nowNs);
        }
    }
}
