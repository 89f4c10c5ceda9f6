package io.shockwave.internal.dispatch.client;

import java.nio.ByteBuffer;

/** Lends the buffers through which exchanges read and write, so that an idle connection owns none. Thread-safe. */
final class BufferStore extends Lender<ByteBuffer> {
    /** Holds the longest TLS record (RFC 5246 6.2.3: 16 KiB, 2 KiB and 5 bytes) and so any transmit of a session. */
    static final int BUFFER_BYTES = 18 * 1024 + 512;
    /** What stays after a burst: 296 KiB, enough for eight exchanges at once in cleartext. */
    static final int MAX_KEPT = 16;

    BufferStore() {
        super(new ByteBuffer[MAX_KEPT]);
    }

    @Override
    ByteBuffer make() {
        return ByteBuffer.allocate(BUFFER_BYTES);
    }

    /** A cleared buffer over an array of {@link #BUFFER_BYTES}, its bytes left over from whoever had it before. */
    ByteBuffer take() {
        return lend().clear();
    }

    /** Takes back what was lent, or what the borrower replaced it with; only buffers of the common size are kept. @param buffer {@code null} if none was lent */
    void giveBack(ByteBuffer buffer) {
        if (buffer != null) {
            takeBack(buffer, buffer.capacity() == BUFFER_BYTES);
        }
    }
}
