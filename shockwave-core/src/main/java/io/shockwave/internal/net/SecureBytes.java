package io.shockwave.internal.net;

import io.shockwave.internal.exchange.RandomBytes;
import java.security.SecureRandom;
import java.util.Arrays;

/** Random bytes of the system's for protocols, fetched in larger pieces: connection ids want eight at a time. Confined to its reactor; what was given is not kept. */
public final class SecureBytes implements RandomBytes {
    private static final int PIECE_BYTES = 1_024;

    private final SecureRandom random = new SecureRandom();
    private final byte[] piece = new byte[PIECE_BYTES];
    private int used = PIECE_BYTES;

    @Override
    public void fill(byte[] dst, int off, int len) {
        for (int at = off, end = off + len; at < end; ) {
            if (used == PIECE_BYTES) {
                random.nextBytes(piece);
                used = 0;
            }
            int n = Math.min(end - at, PIECE_BYTES - used);
            System.arraycopy(piece, used, dst, at, n);
            Arrays.fill(piece, used, used + n, (byte) 0);
            used += n;
            at += n;
        }
    }
}
