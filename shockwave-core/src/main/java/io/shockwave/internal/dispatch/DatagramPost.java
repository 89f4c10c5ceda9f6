package io.shockwave.internal.dispatch;

import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.quic.DatagramForwarder;
import io.shockwave.internal.quic.PeerAddress;
import java.util.List;

/**
 * Takes datagrams from the socket that the kernel chose to the reactor that has their connection. Owned by the reactor of that socket; the parcels that it lends come back from others. What it
 * takes is bounded for each addressee: a reactor that does not keep up loses datagrams, as a full socket would, and the others none.
 */
final class DatagramPost implements DatagramForwarder {
    /** On their way at once to all others together, each its share; made when first needed, and kept. */
    static final int PARCELS = 64;
    /** The least share: a burst of one batch. */
    static final int MIN_SHARE = 8;
    /** More than any peer sends that heeds what we announce (max_udp_payload_size). */
    static final int PARCEL_BYTES = 1 << 11;

    /** Who is at the other end. */
    interface Addressee {
        Reactor reactor();

        /** On its reactor; the bytes are lent for the call, and may be changed. */
        void onForwarded(byte[] buf, int off, int len, PeerAddress from, int local, int ecn);
    }

    private final List<? extends Addressee> members;
    private Parcel[][] parcels = {};
    private int[] next = {};

    /** @param members by their index in the group; complete before the first datagram comes */
    DatagramPost(List<? extends Addressee> members) {
        this.members = members;
    }

    @Override
    public boolean forward(int member, byte[] buf, int off, int len, PeerAddress from, int local, int ecn) {
        if (len > PARCEL_BYTES) {
            return false;
        }
        Parcel parcel = free(member);
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

    /** What one addressee may keep of others' datagrams. */
    static int share(int members) {
        return Math.max(MIN_SHARE, PARCELS / Math.max(1, members - 1));
    }

    private Parcel free(int member) {
        if (parcels.length == 0) {
            parcels = new Parcel[members.size()][];
            next = new int[members.size()];
        }
        if (parcels[member] == null) {
            parcels[member] = new Parcel[share(members.size())];
        }
        Parcel[] own = parcels[member];
        for (int i = 0; i < own.length; i++) {
            int at = next[member];
            next[member] = at + 1 == own.length ? 0 : at + 1;
            if (own[at] == null) {
                own[at] = new Parcel();
            }
            if (!own[at].onItsWay) {
                return own[at];
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
