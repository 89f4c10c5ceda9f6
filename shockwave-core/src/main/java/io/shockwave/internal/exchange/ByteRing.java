package io.shockwave.internal.exchange;

import io.shockwave.internal.memory.Slab;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * A bounded queue of bytes between one writer and one reader, which may be two threads. Owned by an exchange; its array is borrowed from the slab
 * while bytes are in flight. Waiting is not its affair: a full ring takes 0 bytes, an empty one gives 0.
 */
public final class ByteRing {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(ByteRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(ByteRing.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Slab slab;
    private final Exchange exchange; // null for one that stands alone
    private byte[] bytes;
    private int capacity;
    private long head; // next to read; written by the reader
    private long tail; // next to write; written by the writer

    public ByteRing(Slab slab) {
        this(slab, null);
    }

    ByteRing(Slab slab, Exchange exchange) {
        this.slab = slab;
        this.exchange = exchange;
    }

    /** Borrows an array; called before the two sides start. */
    public void open(int capacityBytes) {
        if (exchange != null) {
            exchange.ringsOpened = true;
        }
        if (bytes == null) {
            bytes = slab.lend(Integer.highestOneBit(capacityBytes - 1) << 1);
            capacity = Integer.highestOneBit(bytes.length);
        }
        head = 0;
        tail = 0;
    }

    public boolean isOpen() {
        return bytes != null;
    }

    /** Gives the array back, with what was not read; called after both sides ended. */
    public void release() {
        if (bytes != null) {
            byte[] lent = bytes;
            bytes = null;
            slab.giveBack(lent);
        }
        head = 0;
        tail = 0;
    }

    /** The array is left to the collector, as someone may still use it; it is not given back. */
    public void forget() {
        if (bytes != null) {
            slab.forget(bytes);
        }
    }

    /** Writer's side: takes up to {@code len} bytes and returns how many. */
    public int write(byte[] src, int off, int len) {
        long to = tail;
        int room = capacity - (int) (to - (long) HEAD.getAcquire(this));
        int n = Math.min(len, room);
        if (n <= 0) {
            return 0;
        }
        int at = (int) to & capacity - 1;
        int first = Math.min(n, capacity - at);
        System.arraycopy(src, off, bytes, at, first);
        System.arraycopy(src, off + first, bytes, 0, n - first);
        TAIL.setRelease(this, to + n);
        return n;
    }

    /** The same of what lies from {@code off} on in {@code src}, whose position and limit count for nothing. */
    public int write(ByteBuffer src, int off, int len) {
        long to = tail;
        int n = Math.min(len, capacity - (int) (to - (long) HEAD.getAcquire(this)));
        if (n <= 0) {
            return 0;
        }
        int at = (int) to & capacity - 1;
        int first = Math.min(n, capacity - at);
        src.get(off, bytes, at, first);
        src.get(off + first, bytes, 0, n - first);
        TAIL.setRelease(this, to + n);
        return n;
    }

    /** Reader's side: gives up to {@code len} bytes and returns how many. */
    public int read(byte[] dst, int off, int len) {
        long from = head;
        int n = Math.min(len, (int) ((long) TAIL.getAcquire(this) - from));
        if (n <= 0) {
            return 0;
        }
        int at = (int) from & capacity - 1;
        int first = Math.min(n, capacity - at);
        System.arraycopy(bytes, at, dst, off, first);
        System.arraycopy(bytes, 0, dst, off + first, n - first);
        HEAD.setRelease(this, from + n);
        return n;
    }

    /** Reader's side: the array, to read what lies at {@link #peekOff} without a copy. */
    public byte[] array() {
        return bytes;
    }

    /** Reader's side: where the next byte lies. */
    public int peekOff() {
        return (int) head & capacity - 1;
    }

    /** Reader's side: the bytes that lie there in one piece. */
    public int peekLen() {
        return Math.min(available(), capacity - peekOff());
    }

    /** Reader's side: {@code n} bytes that lay there were read. */
    public void skip(int n) {
        HEAD.setRelease(this, head + n);
    }

    /** Reader's side: forgets what is there. */
    public void discard() {
        HEAD.setRelease(this, (long) TAIL.getAcquire(this));
    }

    /** Bytes that can be read now, as either side sees it. */
    public int available() {
        return (int) ((long) TAIL.getAcquire(this) - (long) HEAD.getAcquire(this));
    }

    /** Bytes that can be written now, as either side sees it. */
    public int room() {
        return capacity - available();
    }

    public int capacity() {
        return capacity;
    }
}
