package io.shockwave.internal.dispatch.client;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/** Lends the buffers through which exchanges read and write, so that an idle connection owns none. Thread-safe; guarded by lock, held for a few instructions. */
final class BufferStore {
    /** Holds the longest TLS record (RFC 5246 6.2.3: 16 KiB, 2 KiB and 5 bytes) and so any transmit of a session. */
    static final int BUFFER_BYTES = 18 * 1024 + 512;
    /** What stays after a burst: 296 KiB, enough for eight exchanges at once in cleartext. */
    static final int MAX_KEPT = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer[] kept = new ByteBuffer[MAX_KEPT];
    private int count;
    private int lent;
    private int mostLent;

    /** A cleared buffer over an array of {@link #BUFFER_BYTES}, its bytes left over from whoever had it before. */
    ByteBuffer take() {
        lock.lock();
        try {
            lent++;
            mostLent = Math.max(mostLent, lent);
            if (count > 0) {
                ByteBuffer taken = kept[--count];
                kept[count] = null;
                return taken.clear();
            }
        } finally {
            lock.unlock();
        }
        return ByteBuffer.allocate(BUFFER_BYTES);
    }

    /** Takes back what was lent, or what the borrower replaced it with; only buffers of the common size are kept. */
    void giveBack(ByteBuffer buffer) {
        lock.lock();
        try {
            lent--;
            if (count < MAX_KEPT && buffer.capacity() == BUFFER_BYTES) {
                kept[count++] = buffer;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Buffers in borrowers' hands. */
    int lent() {
        lock.lock();
        try {
            return lent;
        } finally {
            lock.unlock();
        }
    }

    /** The most that were lent at once. */
    int mostLent() {
        lock.lock();
        try {
            return mostLent;
        } finally {
            lock.unlock();
        }
    }
}
