package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

/** What tests of {@link LossRecovery} share: a recovery, and packets and acknowledgments at given milliseconds. Their numbers are worked out by hand from the text of RFC 9002 and its appendix A. */
abstract class LossRecoveryRig {
    static final long MS = 1_000_000L;
    static final int APP = PacketSpace.APPLICATION;
    static final int ELICITING = SentPackets.ACK_ELICITING;
    static final int BYTES = 1200;

    final List<Long> acked = new ArrayList<>();
    final List<Long> lost = new ArrayList<>();
    final List<Long> discarded = new ArrayList<>();
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
    LossRecovery recovery = recovery(true, false);

    LossRecovery recovery(boolean client, boolean ecn) {
        return new LossRecovery(new NewReno(BYTES), new PathMtu(1200), sink, client, ecn, RttEstimator.INITIAL_RTT_NS, 1, new RestStore());
    }

    LossRecovery confirmed() {
        recovery.onHandshakeConfirmed(0);
        return recovery;
    }

    long send(int space, double ms) {
        return send(space, ms, ELICITING, BYTES);
    }

    long send(int space, double ms, int flags, int bytes) {
        long number = recovery.nextNumber(space);
        recovery.onPacketSent(space, number, bytes, flags, space * 1000 + number, (long) (ms * MS));
        return number;
    }

    /** Ranges as high, low, high, low. */
    int ack(int space, double ms, double delayMs, long... ranges) {
        int error = recovery.onAckBegin(space, ranges[0], (long) (delayMs * MS), (long) (ms * MS));
        for (int i = 0; i < ranges.length && error == 0; i += 2) {
            error = recovery.onAckRange(space, ranges[i + 1], ranges[i]);
        }
        if (error == 0) {
            recovery.onAckEnd(space);
        }
        return error;
    }
}
