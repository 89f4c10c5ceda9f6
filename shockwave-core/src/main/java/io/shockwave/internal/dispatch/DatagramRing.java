package io.shockwave.internal.dispatch;

/** Datagrams that wait for another thread, the oldest first: a bounded number of bytes, of which the oldest make room for the newest. Thread-safe; guarded by its monitor, which is held for a copy. */
final class DatagramRing {
    /** All that wait, with {@link #HEAD_BYTES} each. */
    static final int CAPACITY = 1 << 16;
    static final int HEAD_BYTES = 2;
    private static final int FIRST_BYTES = 1 << 11;
    /** Nothing waits. */
    static final int NONE = -1;

    private byte[] ring = {}; // a power of two; grows with what waits
    private int first;
    private int used;
    private volatile long dropped;

    /** Adds a copy. */
    synchronized void offer(byte[] buf, int off, int len) {
        int need = len + HEAD_BYTES;
        if (need > CAPACITY) {
            dropped = dropped + 1;
            return;
        }
        while (used + need > CAPACITY) {
            remove(length());
            dropped = dropped + 1;
        }
        if (used + need > ring.length) {
            grow(used + need);
        }
        int at = first + used;
        ring[at & ring.length - 1] = (byte) (len >> 8);
        ring[at + 1 & ring.length - 1] = (byte) len;
        at = at + HEAD_BYTES & ring.length - 1;
        int n = Math.min(len, ring.length - at);
        System.arraycopy(buf, off, ring, at, n);
        System.arraycopy(buf, off + n, ring, 0, len - n);
        used += need;
    }

    /** Takes the oldest. @return its length, of which {@code len} bytes at most were copied; {@link #NONE} */
    synchronized int poll(byte[] dst, int off, int len) {
        if (used == 0) {
            return NONE;
        }
        int all = length();
        int count = Math.min(all, len);
        int at = first + HEAD_BYTES & ring.length - 1;
        int n = Math.min(count, ring.length - at);
        System.arraycopy(ring, at, dst, off, n);
        System.arraycopy(ring, 0, dst, off + n, count - n);
        remove(all);
        return all;
    }

    private int length() {
        return (ring[first] & 0xFF) << 8 | ring[first + 1 & ring.length - 1] & 0xFF;
    }

    private void remove(int len) {
        first = first + HEAD_BYTES + len & ring.length - 1;
        used -= HEAD_BYTES + len;
    }

    private void grow(int need) {
        byte[] larger = new byte[Math.max(FIRST_BYTES, Integer.highestOneBit(need - 1) << 1)];
        int n = Math.min(used, ring.length - first);
        System.arraycopy(ring, first, larger, 0, n);
        System.arraycopy(ring, 0, larger, n, used - n);
        ring = larger;
        first = 0;
    }

    synchronized boolean isEmpty() {
        return used == 0;
    }

    /** One that was taken from here was lost. */
    synchronized void countDropped() {
        dropped = dropped + 1;
    }

    long dropped() {
        return dropped;
    }
}
