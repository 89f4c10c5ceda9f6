package io.shockwave.internal.exchange;

/** Where a protocol takes its random bytes from: a secure generator in the world, a seeded one in tests. Confined like the engine that uses it. */
@FunctionalInterface
public interface RandomBytes {
    /** Fills {@code len} bytes from {@code off}. */
    void fill(byte[] dst, int off, int len);
}
