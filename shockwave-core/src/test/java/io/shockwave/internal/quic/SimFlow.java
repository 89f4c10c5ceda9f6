package io.shockwave.internal.quic;

import java.nio.ByteBuffer;
import java.util.BitSet;

/** One flow of numbered datagrams from a sender with recovery and congestion control to a receiver that acknowledges as RFC 9000 13.2 recommends; no QUIC packets, no repeats of what is lost. */
final class SimFlow {
    private static final int MAX_RANGES = 32;
    private static final long MAX_ACK_DELAY_NS = 25_000_000L;

    final Sender sender;
    final Receiver receiver;

    /** What {@code deadline} answers when nothing is due. */
    private static final long NEVER = Long.MAX_VALUE;

    SimFlow(SimNetwork network, int id, CongestionControl congestion, SimLink forward, SimLink back) {
        this(network, id, congestion, forward, back, new PathMtu(PathMtu.BASE_BYTES));
    }

    SimFlow(SimNetwork network, int id, CongestionControl congestion, SimLink forward, SimLink back, PathMtu mtu) {
        sender = new Sender(congestion, mtu);
        receiver = new Receiver();
        PeerAddress from = PeerAddress.ofIpv4(0x0a000000 | id, 1000 + id);
        PeerAddress to = PeerAddress.ofIpv4(0x0a010000 | id, 443);
        sender.host = network.host("sender" + id, from, sender);
        receiver.host = network.host("receiver" + id, to, receiver);
        sender.peer = to;
        sender.host.to(receiver.host, forward);
        receiver.host.to(sender.host, back);
    }

    static final class Sender implements SimNetwork.Actor, AckedSink {
        final LossRecovery recovery;
        final PathMtu mtu;
        private SimNetwork.Host host;
        private PeerAddress peer;
        private final byte[] packet = new byte[PathMtu.LARGEST_BYTES];
        private final long[] range = new long[2 * MAX_RANGES];
        /** Bytes that the application still has; set before or during the run. */
        long backlogBytes = Long.MAX_VALUE;
        long startNs;
        long acked;
        long lost;
        long sent;
        private long pacedNs = NEVER;

        private Sender(CongestionControl congestion, PathMtu mtu) {
            this.mtu = mtu;
            recovery = new LossRecovery(congestion, mtu, this, true, true, RttEstimator.INITIAL_RTT_NS, 7, new RestStore());
            recovery.onHandshakeConfirmed(0);
        }

        @Override
        public void receive(byte[] buf, int off, int len, PeerAddress from, int ecn, long nowNs) {
            ByteBuffer in = ByteBuffer.wrap(buf, off, len);
            long delayNs = in.getLong();
            long ect0 = in.getLong();
            long ce = in.getLong();
            int ranges = in.getInt();
            for (int i = 0; i < 2 * ranges; i++) {
                range[i] = in.getLong();
            }
            ack(delayNs, ect0, ce, ranges, nowNs);
        }

        private void ack(long delayNs, long ect0, long ce, int ranges, long nowNs) {
            int error = recovery.onAckBegin(PacketSpace.APPLICATION, range[0], delayNs, nowNs);
            for (int i = 0; i < ranges && error == 0; i++) {
                error = recovery.onAckRange(PacketSpace.APPLICATION, range[2 * i + 1], range[2 * i]);
            }
            if (error != 0) {
                throw new IllegalStateException("an honest acknowledgment is refused with " + error);
            }
            recovery.onAckEcn(ect0, 0, ce);
            recovery.onAckEnd(PacketSpace.APPLICATION);
        }

        @Override
        public void wake(long nowNs) {
            if (nowNs < startNs) {
                pacedNs = startNs;
                return;
            }
            if (recovery.deadlineNs() <= nowNs) {
                recovery.onTimeout(nowNs);
            }
            while (recovery.probes(PacketSpace.APPLICATION) > 0) {
                send(PathMtu.BASE_BYTES, 0, nowNs);
            }
            int bytes = mtu.currentBytes();
            while (backlogBytes > 0 && recovery.budgetBytes(nowNs) >= bytes) {
                int probe = mtu.probeBytes(nowNs);
                if (probe > 0) {
                    send(probe, SentPackets.MTU_PROBE, nowNs);
                    continue;
                }
                backlogBytes -= bytes;
                send(bytes, 0, nowNs);
            }
            if (backlogBytes <= 0) {
                recovery.onAppLimited();
            }
            pacedNs = backlogBytes > 0 ? recovery.pacingDeadlineNs(nowNs) : NEVER;
        }

        private void send(int bytes, int flags, long nowNs) {
            long number = recovery.nextNumber(PacketSpace.APPLICATION);
            boolean ect = recovery.isMarkingEcn();
            recovery.onPacketSent(PacketSpace.APPLICATION, number, bytes, flags | SentPackets.ACK_ELICITING | (ect ? SentPackets.ECT0 : 0), number, nowNs);
            ByteBuffer.wrap(packet).putLong(number);
            host.send(packet, 0, bytes, peer, ect ? Outgoing.ECT_0 : Outgoing.NOT_ECT);
            sent++;
        }

        @Override
        public long deadlineNs() {
            return Math.min(pacedNs, recovery.deadlineNs());
        }

        @Override
        public void onAcked(int space, long number, long handle, int flags) {
            acked++;
        }

        @Override
        public void onLost(int space, long number, long handle, int flags) {
            lost++;
        }

        @Override
        public void onDiscarded(int space, long number, long handle, int flags) {
            throw new IllegalStateException("nothing here holds no data");
        }
    }

    static final class Receiver implements SimNetwork.Actor {
        private SimNetwork.Host host;
        private final BitSet received = new BitSet();
        private final ByteBuffer out = ByteBuffer.allocate(1200);
        private PeerAddress peer;
        private long ackNs = NEVER;
        private long largestNs;
        private long largest = -1;
        private int unacked;
        private long ect0;
        private long ce;
        long bytes;
        long packets;
        long duplicates;
        /** Bytes received until this time are in {@link #warmBytes}. */
        long warmNs;
        long warmBytes;
        /** How many packets wait for one acknowledgment. */
        int ackEvery = 2;

        @Override
        public void receive(byte[] buf, int off, int len, PeerAddress from, int ecn, long nowNs) {
            peer = from;
            long number = ByteBuffer.wrap(buf, off, len).getLong();
            if (received.get((int) number)) {
                duplicates++;
                return;
            }
            received.set((int) number);
            packets++;
            bytes += len;
            if (nowNs <= warmNs) {
                warmBytes = bytes;
            }
            ect0 += ecn == Outgoing.ECT_0 ? 1 : 0;
            ce += ecn == Outgoing.CE ? 1 : 0;
            // RFC 9000 13.2.1: at once when packets are missing or out of order, or marked.
            boolean now = number != largest + 1 || ecn == Outgoing.CE;
            if (number > largest) {
                largest = number;
                largestNs = nowNs;
            }
            ackNs = now || ++unacked >= ackEvery ? nowNs : Math.min(ackNs, nowNs + MAX_ACK_DELAY_NS);
        }

        @Override
        public void wake(long nowNs) {
            if (nowNs < ackNs) {
                return;
            }
            ackNs = NEVER;
            unacked = 0;
            out.clear().putLong(nowNs - largestNs).putLong(ect0).putLong(ce).putInt(0);
            int ranges = 0;
            for (int high = (int) largest; high >= 0 && ranges < MAX_RANGES; ranges++) {
                int low = received.previousClearBit(high) + 1;
                out.putLong(high).putLong(low);
                high = low == 0 ? -1 : received.previousSetBit(low - 1);
            }
            out.putInt(24, ranges);
            host.send(out.array(), 0, out.position(), peer, Outgoing.NOT_ECT);
        }

        @Override
        public long deadlineNs() {
            return ackNs;
        }
    }
}
