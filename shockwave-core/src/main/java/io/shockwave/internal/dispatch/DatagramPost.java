package io.shockwave.internal.dispatch;

import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.quic.DatagramForwarder;
import io.shockwave.internal.quic.PeerAddress;
import java.util.List;

/**
 * Takes datagrams from the socket that the kernel chose to the reactor that has their connection. Owned by the reactor of that socket; the parcels that it lends come back from others. What it
 * takes is bounded: a reactor that does not keep up loses datagrams, as a full socket would.
 */
final class DatagramPost implements DatagramForwarder {
    /** On their way at once; made when first needed, and kept. */
    static final int PARCELS = 64;
    /** More than any peer sends that heeds what we announce (max_udp_payload_size). */
    static final int PARCEL_BYTES = 1 << 11;

    /** Who is at the other end. */
    interface Addressee {
        Reactor reactor();

        /** On its reactor; the bytes are lent for the call, and may be changed. */
        void onForwarded(byte[] buf, int off, int len, PeerAddress from, int local, int ecn);
    }

    private final List<? extends Addressee> members;
    private final Parcel[] parcels = new Parcel[PARCELS];
    private int next;

    /** @param members by their index in the group; complete before the first datagram comes */
    DatagramPost(List<? extends Addressee> members) {
        this.members = members;
    }

    @Override
    public boolean forward(int member, byte[] buf, int off, int len, PeerAddress from, int local, int ecn) {
        if (len > PARCEL_BYTES) {
            return false;
        }
        Parcel parcel = free();
        if (parcel == null) {
            return false;
        }
        Addressee to = members.get(member);
        System.arraycopy(buf, off, parcel.bytes, 0, len);
        parcel.len = len;
        parcel.from.set(from);
        parcel.local = local;
        parcel.ecn = ecn;
        parcel.to = to;
        parcel.onItsWay = true;
        to.reactor().hand(parcel);
        return true;
    }

    private Parcel free() {
        for (int i = 0; i < PARCELS; i++) {
            int at = next;
            next = next + 1 & PARCELS - 1;
            if (parcels[at] == null) {
                parcels[at] = new Parcel();
            }
            if (!parcels[at].onItsWay) {
                return parcels[at];
            }
        }
        return null;
    }

    /** One datagram. Written by its owner while it is not on its way, read by the addressee's reactor while it is. */
    private static final class Parcel extends Handoff.Task {
        private final byte[] bytes = new byte[PARCEL_BYTES];
        private final PeerAddress from = new PeerAddress();
        private Addressee to;
        private int len;
        private int local;
        private int ecn;
        private volatile boolean onItsWay;

        @Override
        protected void run(Reactor reactor) {
            try {
                to.onForwarded(bytes, 0, len, from, local, ecn);
            } finally {
                onItsWay = false;
            }
        }
    }
}
