package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;

/** DATAGRAM frames that wait to be sent (RFC 9221), a bounded number, the oldest first. Owned by a connection. */
final class DatagramQueue {
    private static final byte[][] NONE = {};
    private static final int[] NO_LENGTHS = {};

    private final Slab slab;
    private final int capacity;
    private byte[][] waiting = NONE;
    private int[] lengths = NO_LENGTHS;
    private int first;
    private int count;
    private boolean wanted; // somebody waits for room

    DatagramQueue(Slab slab, int capacity) {
        this.slab = slab;
        this.capacity = capacity;
    }

    /** The most that a datagram can hold: of what the peer takes as a frame, and of what the path carries as a packet. */
    static int mostBytes(long peerFrameBytes, int pathBytes, int idBytes) {
        int room = pathBytes - 1 - idBytes - PacketNumbers.MAX_BYTES - PacketProtection.TAG_BYTES;
        int overhead = FrameEncoder.datagramBytes(room) - room;
        return peerFrameBytes == 0 ? 0 : (int) Math.max(0, Math.min(room, peerFrameBytes) - overhead);
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean hasRoom() {
        wanted |= count == capacity;
        return count < capacity;
    }

    /** Whether there is as much room again that who waits for it is to be told. */
    boolean isRelieved() {
        boolean relieved = wanted && count <= capacity / 2;
        wanted &= !relieved;
        return relieved;
    }

    boolean add(byte[] buf, int off, int len) {
        if (count == capacity) {
            return false;
        }
        if (waiting.length == 0) {
            waiting = new byte[capacity][];
            lengths = new int[capacity];
        }
        int i = (first + count++) % capacity;
        waiting[i] = slab.lend(Math.max(1, len));
        System.arraycopy(buf, off, waiting[i], 0, len);
        lengths[i] = len;
        return true;
    }

    void fill(PacketAssembler packet, int mostBytes) {
        while (count > 0) {
            // The path may carry less than when it was queued.
            if (lengths[first] > mostBytes) {
                drop();
            } else if (packet.datagram(waiting[first], 0, lengths[first])) {
                drop();
            } else {
                return;
            }
        }
    }

    void clear() {
        while (count > 0) {
            drop();
        }
    }

    private void drop() {
        slab.giveBack(waiting[first]);
        waiting[first] = null;
        first = (first + 1) % capacity;
        count--;
    }
}
