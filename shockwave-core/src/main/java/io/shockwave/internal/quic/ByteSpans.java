package io.shockwave.internal.quic;

import java.util.Arrays;

/**
 * Disjoint, ascending spans of offsets, [from, to). Owned by one direction of one stream. It holds as many spans as its owner puts in: what puts them in must be bounded, as packets in flight are.
 */
final class ByteSpans {
    private static final int FIRST_SPANS = 4;

    private static final long[] NOTHING = {};

    /** from, to, from, to, … */
    private long[] edges = NOTHING;
    private int spans;

    boolean isEmpty() {
        return spans == 0;
    }

    int count() {
        return spans;
    }

    long from(int span) {
        return edges[2 * span];
    }

    long to(int span) {
        return edges[2 * span + 1];
    }

    void clear() {
        spans = 0;
    }

    /** Adds [from, to), joining what it touches. */
    void add(long from, long to) {
        if (from >= to) {
            return;
        }
        int low = firstEndingAtOrAbove(from);
        int high = low;
        long newFrom = from;
        long newTo = to;
        while (high < spans && from(high) <= to) {
            newFrom = Math.min(newFrom, from(high));
            newTo = Math.max(newTo, to(high));
            high++;
        }
        splice(low, high, 1);
        edges[2 * low] = newFrom;
        edges[2 * low + 1] = newTo;
    }

    /** Takes [from, to) out. */
    void remove(long from, long to) {
        if (from >= to) {
            return;
        }
        int low = firstEndingAtOrAbove(from + 1);
        int high = low;
        while (high < spans && from(high) < to) {
            high++;
        }
        if (low == high) {
            return;
        }
        long leftFrom = from(low);
        long rightTo = to(high - 1);
        int left = leftFrom < from ? 1 : 0;
        int right = rightTo > to ? 1 : 0;
        splice(low, high, left + right);
        if (left == 1) {
            edges[2 * low] = leftFrom;
            edges[2 * low + 1] = from;
        }
        if (right == 1) {
            edges[2 * (low + left)] = to;
            edges[2 * (low + left) + 1] = rightTo;
        }
    }

    /** The first span whose end is not below an offset. */
    private int firstEndingAtOrAbove(long offset) {
        int low = 0;
        int high = spans;
        while (low < high) {
            int mid = low + high >>> 1;
            if (to(mid) < offset) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }

    /** Replaces spans [low, high) by room for {@code count}. */
    private void splice(int low, int high, int count) {
        int after = spans - (high - low) + count;
        if (2 * after > edges.length) {
            edges = Arrays.copyOf(edges, Math.max(2 * FIRST_SPANS, 2 * edges.length));
        }
        System.arraycopy(edges, 2 * high, edges, 2 * (low + count), 2 * (spans - high));
        spans = after;
    }
}
