package io.shockwave.internal.quic;

import io.shockwave.internal.memory.Slab;

/**
 * What an application wrote to a stream, kept until it is acknowledged. Owned by one stream, or by the handshake of one level.
 *
 * <pre>
 *   0 … acked ─────── base ── in flight, acked spans, lost spans ── next ── written, not sent ── end
 * </pre>
 *
 * <p>Spans come from packets in flight, whose number the congestion window bounds.
 */
final class SendBuffer {
    private final ChunkedBytes bytes;
    /** Acknowledged above {@link #base}. */
    private final ByteSpans acked = new ByteSpans();
    /** To be sent again; disjoint from {@link #acked}. */
    private final ByteSpans lost = new ByteSpans();
    private long base;
    private long next;
    private long end;

    SendBuffer(Slab slab) {
        bytes = new ChunkedBytes(slab);
    }

    /** Bytes written and not acknowledged in one piece from the start. */
    long heldBytes() {
        return end - base;
    }

    /** Offset behind the last byte written. */
    long end() {
        return end;
    }

    /** Offset of the first byte never sent. */
    long next() {
        return next;
    }

    boolean hasLost() {
        return !lost.isEmpty();
    }

    boolean isAllAcked() {
        return base == end;
    }

    void write(byte[] buf, int off, int len) {
        bytes.put(end, buf, off, len);
        end += len;
    }

    /** Where the first lost bytes begin. */
    long lostFrom() {
        return lost.from(0);
    }

    /** How many lost bytes follow one another there. */
    long lostBytes() {
        return lost.to(0) - lost.from(0);
    }

    /** Copies bytes out for sending, new or lost, and counts them as sent. */
    void send(long offset, byte[] dst, int off, int len) {
        bytes.copy(offset, dst, off, len);
        if (offset + len > next) {
            next = offset + len;
        }
        lost.remove(offset, offset + len);
    }

    void onAcked(long offset, long len) {
        long to = offset + len;
        lost.remove(offset, to);
        if (offset > base) {
            acked.add(offset, to);
            return;
        }
        if (to <= base) {
            return;
        }
        base = to;
        if (!acked.isEmpty() && acked.from(0) <= base) {
            base = Math.max(base, acked.to(0));
            acked.remove(0, base);
        }
        if (base == end) {
            bytes.releaseAll(base);
        } else {
            bytes.releaseBelow(base);
        }
    }

    void onLost(long offset, long len) {
        long from = Math.max(offset, base);
        long to = offset + len;
        for (int i = 0; i < acked.count() && from < to; i++) {
            if (acked.to(i) <= from) {
                continue;
            }
            if (acked.from(i) >= to) {
                break;
            }
            lost.add(from, Math.min(to, acked.from(i)));
            from = acked.to(i);
        }
        lost.add(from, to);
    }

    /** Drops all bytes; offsets stay. */
    void drop() {
        acked.clear();
        lost.clear();
        base = end;
        next = end;
        bytes.releaseAll(base);
    }

    /** As new. */
    void clear() {
        drop();
        base = 0;
        next = 0;
        end = 0;
        bytes.clear();
    }

    /** As after {@code offset} bytes that were written, sent and acknowledged. */
    void startAt(long offset) {
        base = offset;
        next = offset;
        end = offset;
        bytes.releaseAll(offset);
    }
}
