package io.shockwave.internal.http3;

import java.util.Arrays;

/**
 * Reads capsules (RFC 9297 3.2) for the datagrams in them; what is of other types is skipped and never kept. Owned by a tunnel. What it keeps of a datagram grows with what arrived, not with what is announced.
 *
 * <pre>
 *   TYPE ──▶ LENGTH ──▶ PAYLOAD ──last byte──▶ TYPE        of a DATAGRAM ──last byte──▶ hasDatagram ──next──▶ TYPE
 * </pre>
 */
public final class CapsuleDecoder {
    /** What a datagram may hold, as UDP's; longer ones are dropped (RFC 9297 3.5). */
    public static final int MAX_DATAGRAM_BYTES = 65_535;
    private static final int DATAGRAM = 0x00;
    private static final int TYPE = 0;
    private static final int LENGTH = 1;
    private static final int PAYLOAD = 2;
    private static final int COMPLETE = 3;

    private final VarInts number = new VarInts();
    private int state = TYPE;
    private long type;
    private long left;
    private boolean kept;
    private byte[] datagram = {};
    private int length;
    private volatile long dropped; // written by its thread alone, read by any

    /** Takes bytes up to the end of a datagram. @return the bytes taken; fewer than {@code len} only if {@link #hasDatagram} */
    public int receive(byte[] buf, int off, int len) {
        int at = off;
        int end = off + len;
        while (at < end && state != COMPLETE) {
            if (state == PAYLOAD) {
                int n = (int) Math.min(end - at, left);
                if (kept) {
                    keep(buf, at, n);
                }
                at += n;
                left -= n;
                endIfWhole();
            } else {
                at += number.take(buf, at, end - at);
                if (number.isComplete()) {
                    number();
                }
            }
        }
        return at - off;
    }

    private void number() {
        if (state == TYPE) {
            type = number.value();
            state = LENGTH;
        } else {
            left = number.value();
            kept = type == DATAGRAM && left <= MAX_DATAGRAM_BYTES;
            length = 0;
            state = PAYLOAD;
            endIfWhole();
        }
        number.start();
    }

    private void keep(byte[] buf, int off, int len) {
        if (length + len > datagram.length) {
            datagram = Arrays.copyOf(datagram, Math.max(length + len, Math.min(2 * datagram.length, MAX_DATAGRAM_BYTES)));
        }
        System.arraycopy(buf, off, datagram, length, len);
        length += len;
    }

    private void endIfWhole() {
        if (left > 0) {
            return;
        }
        if (!kept && type == DATAGRAM) {
            dropped = dropped + 1;
        }
        state = kept ? COMPLETE : TYPE;
    }

    /** Whether a datagram is there, of {@link #length} bytes from the start of {@link #bytes}, until {@link #next}. */
    public boolean hasDatagram() {
        return state == COMPLETE;
    }

    public byte[] bytes() {
        return datagram;
    }

    public int length() {
        return length;
    }

    public void next() {
        state = TYPE;
    }

    /** Whether the stream may end here: RFC 9297 3.3 calls it malformed within a capsule. */
    public boolean isBetween() {
        return state == TYPE && !number.isBegun();
    }

    /** Datagrams that were too long to be kept. */
    public long dropped() {
        return dropped;
    }

    /** Writes what stands in front of a datagram of {@code len} bytes. @return the bytes written, 5 at most */
    public static int putHead(byte[] dst, int off, int len) {
        dst[off] = DATAGRAM;
        return 1 + VarInts.put(dst, off + 1, len);
    }
}
