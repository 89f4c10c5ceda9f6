package io.shockwave.internal.quic;

import io.shockwave.internal.exchange.RandomBytes;
import java.util.Random;

/** Random bytes that a seed repeats. */
final class SeededBytes implements RandomBytes {
    private final Random random;

    SeededBytes(long seed) {
        random = new Random(seed);
    }

    @Override
    public void fill(byte[] dst, int off, int len) {
        for (int i = off; i < off + len; i++) {
            dst[i] = (byte) random.nextInt();
        }
    }
}
