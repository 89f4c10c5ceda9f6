package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;

/** A hash of connection ids under a secret, so that nobody can choose many with one value. Immutable. */
final class IdHash {
    private final long secret;
    private final long mixer;

    IdHash(RandomBytes random) {
        byte[] noise = new byte[16];
        random.fill(noise, 0, 16);
        secret = ConnectionRoutes.word(noise, 0, 8);
        mixer = ConnectionRoutes.word(noise, 8, 8) | 1;
    }

    long of(byte[] buf, int off, int len) {
        long h = secret ^ len;
        for (int i = 0; i < len; i++) {
            h = (h ^ buf[off + i] & 0xFF) * mixer;
            h ^= h >>> 29;
        }
        return h;
    }
}
