package io.shockwave.internal.http3;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.qpack.InstructionStream;
import io.shockwave.internal.quic.QuicTransport;

/**
 * One of the streams that we open for the connection's life: control, QPACK encoder, QPACK decoder. Owned by its connection. What the transport does not take is kept, up to a bound: a
 * peer that gives no credit here while it asks for more is closed.
 */
final class CriticalStream implements InstructionStream {
    /** What may wait: some hundreds of instructions, of which each answers something that the peer sent. */
    static final int MAX_PENDING_BYTES = 4_096;

    private static final byte[] NOTHING = {};

    private final Http3Engine engine;
    private final Slab slab;
    private final long type;
    private long id = QuicTransport.NONE;
    private byte[] pending = NOTHING;
    private int from;
    private int to;
    private boolean overflowed;

    CriticalStream(Http3Engine engine, Slab slab, long type) {
        this.engine = engine;
        this.slab = slab;
        this.type = type;
    }

    /** Opens it, unless it is open or the peer allows none yet. */
    void open() {
        if (id == QuicTransport.NONE) {
            id = engine.transport.openUnidirectional();
            if (id != QuicTransport.NONE) {
                byte[] first = slab.lend(1);
                first[0] = (byte) type;
                int taken = engine.transport.write(id, first, 0, 1, false);
                slab.giveBack(first);
                if (taken == 1) {
                    flush();
                } else {
                    prepend((byte) type);
                }
            }
        }
    }

    private void prepend(byte first) {
        keep(NOTHING, 0, 0, 1);
        System.arraycopy(pending, from, pending, from + 1, to - from);
        pending[from] = first;
        to++;
    }

    boolean is(long stream) {
        return stream == id && id != QuicTransport.NONE;
    }

    /** An instruction is sent whole or not at all by whoever asks; 0 while something waits. */
    @Override
    public int room() {
        if (id == QuicTransport.NONE) {
            open();
        }
        return id == QuicTransport.NONE || to > from ? 0 : engine.transport.writable(id);
    }

    @Override
    public void write(byte[] buf, int off, int len) {
        int taken = 0;
        if (id != QuicTransport.NONE && from == to) {
            taken = Math.max(0, engine.transport.write(id, buf, off, len, false));
        }
        if (taken < len) {
            keep(buf, off + taken, len - taken, 0);
        }
    }

    /** Sends a frame of one number. */
    void frame(long type, long value) {
        byte[] buf = slab.lend(2 + VarInts.MAX_BYTES);
        buf[0] = (byte) type;
        int n = VarInts.put(buf, 2, value);
        buf[1] = (byte) n;
        write(buf, 0, 2 + n);
        slab.giveBack(buf);
    }

    private void keep(byte[] buf, int off, int len, int spare) {
        int held = to - from;
        if (held + len + spare > MAX_PENDING_BYTES) {
            overflowed = true;
            return;
        }
        if (pending.length - to < len + spare) {
            byte[] larger = slab.lend(Math.max(2 * held, held + len + spare));
            System.arraycopy(pending, from, larger, 0, held);
            if (pending != NOTHING) {
                slab.giveBack(pending);
            }
            pending = larger;
            from = 0;
            to = held;
        }
        System.arraycopy(buf, off, pending, to, len);
        to += len;
    }

    /** Sends what waits. */
    void flush() {
        if (from < to && id != QuicTransport.NONE) {
            from += Math.max(0, engine.transport.write(id, pending, from, to - from, false));
            if (from == to) {
                release();
            }
        }
    }

    /** Whether more had to wait than is kept: the connection is to be closed. */
    boolean isOverflowed() {
        return overflowed;
    }

    /** It is gone, and with it what waited: another is opened in its place. */
    void restart() {
        id = QuicTransport.NONE;
        release();
    }

    void release() {
        if (pending != NOTHING) {
            slab.giveBack(pending);
            pending = NOTHING;
        }
        from = 0;
        to = 0;
    }
}
