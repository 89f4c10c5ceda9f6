package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;

/** Connection ids that tell nothing. Immutable. */
final class RandomIds implements ConnectionIdEncoding {
    private final int bytes;

    RandomIds(int bytes) {
        if (bytes < 0 || bytes > PacketHeader.MAX_ID_BYTES) {
            throw new IllegalArgumentException("a connection id has 0 to 20 bytes, not " + bytes);
        }
        this.bytes = bytes;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public void write(byte[] dst, int off, RandomBytes random) {
        random.fill(dst, off, bytes);
    }
}
