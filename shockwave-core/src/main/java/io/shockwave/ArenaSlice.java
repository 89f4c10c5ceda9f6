package io.shockwave;

/**
 * A window on bytes of a {@link RequestArena}, which may lie on the heap or outside it. Valid until the exchange ends; {@link #retain()}, {@link #toString()} and {@link #copyTo(byte[], int)} copy.
 * As text it reads each byte as one character, ISO 8859-1. Confined to the thread that may use the arena.
 */
public interface ArenaSlice extends Ascii {
    /** The byte at {@code index}. @throws IndexOutOfBoundsException if there is none */
    byte byteAt(int index);

    /** Sets the byte at {@code index}. @throws IndexOutOfBoundsException if there is none */
    ArenaSlice put(int index, byte value);

    /** Copies {@code len} bytes of {@code src} to {@code index} and what follows. @throws IndexOutOfBoundsException if they do not fit */
    ArenaSlice put(int index, byte[] src, int off, int len);

    /** Copies {@code len} bytes from {@code index} on to {@code dst}. @throws IndexOutOfBoundsException if there are fewer, or they do not fit */
    void copyTo(int index, byte[] dst, int off, int len);

    /** A window on a part of it: the same bytes, not a copy. @throws IndexOutOfBoundsException if there are fewer */
    ArenaSlice slice(int index, int len);

    /** A copy on the heap that belongs to nobody's exchange and stays valid. */
    @Override
    ArenaSlice retain();
}
