package io.shockwave.internal.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Hashes a URL's text under two secret random words, to the same value from bytes and from characters. Immutable.
 *
 * <p>Sixteen characters a step: each half is mixed with a secret and the two are multiplied to 128 bits, whose halves are
 * folded. Without the secrets nobody can compute collisions ahead; and where some are found, the cache's bounded probe
 * limits what they cost. It is not a cryptographic hash and nothing rests on its being one.
 *
 * <p>The method is written out for each kind of text because {@code charAt} on one known class is an array read, and on
 * several a call. A character above U+00FF spills into its neighbour's bits, which is harmless: no entry has one.
 */
class UrlHash {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long secret0;
    private final long secret1;

    UrlHash(SplittableRandom random) {
        secret0 = random.nextLong();
        secret1 = random.nextLong();
    }

    long of(byte[] buf, int off, int len) {
        long hash = secret0 ^ len;
        if (len < 16) {
            return shortHash(hash, buf, off, len);
        }
        int last = len - 16;
        for (int i = 0; i < last; i += 16) {
            hash = mix((long) WORD.get(buf, off + i) ^ secret1, (long) WORD.get(buf, off + i + 8) ^ hash);
        }
        return mix((long) WORD.get(buf, off + last) ^ secret1, (long) WORD.get(buf, off + last + 8) ^ hash);
    }

    long of(String text) {
        int len = text.length();
        long hash = secret0 ^ len;
        if (len < 16) {
            return shortHash(hash, text);
        }
        int last = len - 16;
        for (int i = 0; i < last; i += 16) {
            hash = mix(word(text, i) ^ secret1, word(text, i + 8) ^ hash);
        }
        return mix(word(text, last) ^ secret1, word(text, last + 8) ^ hash);
    }

    long of(CharSequence text) {
        int len = text.length();
        long hash = secret0 ^ len;
        if (len < 16) {
            return shortHash(hash, text);
        }
        int last = len - 16;
        for (int i = 0; i < last; i += 16) {
            hash = mix(word(text, i) ^ secret1, word(text, i + 8) ^ hash);
        }
        return mix(word(text, last) ^ secret1, word(text, last + 8) ^ hash);
    }

    private long shortHash(long seed, byte[] buf, int off, int len) {
        long hash = seed;
        for (int i = 0; i < len; i++) {
            hash = mix(buf[off + i] ^ secret1, hash);
        }
        return hash;
    }

    private long shortHash(long seed, CharSequence text) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = mix(text.charAt(i) ^ secret1, hash);
        }
        return hash;
    }

    private static long mix(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }

    private static long word(String text, int i) {
        return (long) text.charAt(i)
                | (long) text.charAt(i + 1) << 8
                | (long) text.charAt(i + 2) << 16
                | (long) text.charAt(i + 3) << 24
                | (long) text.charAt(i + 4) << 32
                | (long) text.charAt(i + 5) << 40
                | (long) text.charAt(i + 6) << 48
                | (long) text.charAt(i + 7) << 56;
    }

    private static long word(CharSequence text, int i) {
        return (long) text.charAt(i)
                | (long) text.charAt(i + 1) << 8
                | (long) text.charAt(i + 2) << 16
                | (long) text.charAt(i + 3) << 24
                | (long) text.charAt(i + 4) << 32
                | (long) text.charAt(i + 5) << 40
                | (long) text.charAt(i + 6) << 48
                | (long) text.charAt(i + 7) << 56;
    }
}
