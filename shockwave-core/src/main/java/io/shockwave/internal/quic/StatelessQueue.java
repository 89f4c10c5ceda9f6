package io.shockwave.internal.quic;

/**
 * Datagrams that belong to no connection and wait to be sent: Version Negotiation, Retry, stateless resets, refusals. A fixed number of fixed size; when it is full, further ones are not written,
 * as if they had been lost. Owned by an endpoint.
 */
final class StatelessQueue {
    static final int CAPACITY = 64;
    /** The longest is a Version Negotiation packet, with three versions and two ids of as many bytes as other versions may give them (RFC 8999 5.1); Retry packets and refusals are shorter. */
    static final int MAX_BYTES = 1 + 4 + 2 * (1 + 255) + 3 * 4;

    private final byte[] bytes = new byte[CAPACITY * MAX_BYTES];
    private final int[] lengths = new int[CAPACITY];
    private final PeerAddress[] to = new PeerAddress[CAPACITY];
    private final int[] local = new int[CAPACITY];
    private int first;
    private int count;
    private long dropped;

    StatelessQueue() {
        for (int i = 0; i < CAPACITY; i++) {
            to[i] = new PeerAddress();
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        if (count == CAPACITY) {
            dropped++;
            return true;
        }
        return false;
    }

    long dropped() {
        return dropped;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where the next datagram is to be written; not when full. */
    int off() {
        return (first + count) % CAPACITY * MAX_BYTES;
    }

    void add(int len, PeerAddress receiver, int localAddress) {
        int i = (first + count++) % CAPACITY;
        lengths[i] = len;
        to[i].set(receiver);
        local[i] = localAddress;
    }

    int take(byte[] dst, int off, int len, Outgoing out) {
        int n = lengths[first];
        if (n > len) {
            return 0;
        }
        System.arraycopy(bytes, first * MAX_BYTES, dst, off, n);
        out.to.set(to[first]);
        out.local = local[first];
        out.segmentBytes = n;
        out.ecn = Outgoing.NOT_ECT;
        first = (first + 1) % CAPACITY;
        count--;
        return n;
    }
}
