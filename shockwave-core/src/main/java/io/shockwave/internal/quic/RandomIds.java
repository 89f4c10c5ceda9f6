package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;

/** Connection ids that tell nothing to others; among several endpoints, to these who of them issued one. Confined to the thread of its endpoint. */
final class RandomIds implements ConnectionIdEncoding {
    private final int bytes;
    private final IdMark mark;

    /** @param mark null for an endpoint alone */
    RandomIds(int bytes, IdMark mark) {
        if (bytes < 0 || bytes > PacketHeader.MAX_ID_BYTES) {
            throw new IllegalArgumentException("a connection id has 0 to 20 bytes, not " + bytes);
        }
        this.bytes = bytes;
        this.mark = mark;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public void write(byte[] dst, int off, RandomBytes random) {
        random.fill(dst, off, bytes);
        if (mark != null) {
            mark.write(dst, off, bytes);
        }
    }

    @Override
    public int issuer(byte[] id, int off) {
        return mark == null ? NOBODY : mark.read(id, off, bytes);
    }
}
