package io.shockwave;

/**
 * Bytes of a {@link RequestArena} that are written one after another and stay in one piece. When it outgrows its place it moves to one twice as large; the place that it left is free when the
 * exchange ends. Valid until then; confined to the thread that may use the arena.
 */
public interface ArenaWriter {
    /** Bytes written. */
    int length();

    /** @throws ArenaLimitException if the arena's bound is reached; likewise the others */
    ArenaWriter write(byte value);

    /** Copies a part of an array. @throws IndexOutOfBoundsException if there is no such part */
    ArenaWriter write(byte[] src, int off, int len);

    /** Writes each character as one byte, and so a slice as it is. @throws IllegalArgumentException if one is above 0xFF; what precedes it is written */
    ArenaWriter ascii(CharSequence text);

    /** Writes a part of a text, as {@link #ascii(CharSequence)}. @throws IndexOutOfBoundsException if there is no such part */
    ArenaWriter ascii(CharSequence text, int start, int end);

    /** Writes text in UTF-8; an unpaired surrogate becomes U+FFFD. */
    ArenaWriter utf8(CharSequence text);

    /** Writes a number in decimal. */
    ArenaWriter decimal(long value);

    /** Starts again at length 0, in the same place: slices made before show what is written there next. */
    ArenaWriter clear();

    /** A window on what was written so far: not a copy, and not changed by what is written behind it. */
    ArenaSlice slice();
}
