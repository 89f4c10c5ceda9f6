package io.shockwave.internal.quic;

import java.util.Arrays;

/** The deadlines of an endpoint's connections: a binary heap that knows where each connection is in it, so that changing a deadline costs a logarithm at most and mostly nothing. Owned by an endpoint. */
final class DeadlineHeap {
    private static final int FIRST = 16;

    private QuicConnection[] heap = new QuicConnection[FIRST];
    private int size;

    QuicConnection first() {
        return size == 0 ? null : heap[0];
    }

    int size() {
        return size;
    }

    /** Sets a connection's deadline; {@code Long.MAX_VALUE} for none. */
    void set(QuicConnection c, long deadlineNs) {
        if (deadlineNs == Long.MAX_VALUE) {
            remove(c);
            return;
        }
        long before = c.heapDeadline;
        c.heapDeadline = deadlineNs;
        if (c.heapIndex < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            c.heapIndex = size;
            heap[size++] = c;
            up(c);
        } else if (deadlineNs < before) {
            up(c);
        } else if (deadlineNs > before) {
            down(c);
        }
    }

    void remove(QuicConnection c) {
        int i = c.heapIndex;
        if (i < 0) {
            return;
        }
        c.heapIndex = -1;
        QuicConnection last = heap[--size];
        heap[size] = null;
        if (last != c) {
            last.heapIndex = i;
            heap[i] = last;
            up(last);
            down(last);
        }
    }

    private void up(QuicConnection c) {
        int i = c.heapIndex;
        while (i > 0) {
            int parent = i - 1 >>> 1;
            if (heap[parent].heapDeadline <= c.heapDeadline) {
                break;
            }
            place(heap[parent], i);
            i = parent;
        }
        place(c, i);
    }

    private void down(QuicConnection c) {
        int i = c.heapIndex;
        while (2 * i + 1 < size) {
            int child = 2 * i + 1;
            if (child + 1 < size && heap[child + 1].heapDeadline < heap[child].heapDeadline) {
                child++;
            }
            if (heap[child].heapDeadline >= c.heapDeadline) {
                break;
            }
            place(heap[child], i);
            i = child;
        }
        place(c, i);
    }

    private void place(QuicConnection c, int i) {
        heap[i] = c;
        c.heapIndex = i;
    }
}
