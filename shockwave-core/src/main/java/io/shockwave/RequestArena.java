package io.shockwave;

import java.io.IOException;

/**
 * Memory of one exchange for whatever its handler needs meanwhile: texts, numbers, bytes. It is borrowed when first used and goes back when the exchange ends, that is when the response was sent and the
 * handler returned, for the next one to use; so in the steady state nothing of it is allocated. Lies on the heap, or outside it where the builder says so; the API is the same.
 *
 * <p>What it lends ends with the exchange. By default later use throws {@link IllegalStateException}; with the system property {@code io.shockwave.checked=false} it is not checked and reads what the
 * bytes were overwritten with. {@code retain()}, or a copy, is what may be kept. Its bound is the builder's {@code maxArenaBytes}; at the bound it throws {@link ArenaLimitException}.
 *
 * <p>Confined to the thread that handles the request, or to whoever completes an inline exchange later. The objects that it returns are its own: inline they serve the next exchange again.
 */
public interface RequestArena {
    /** Bytes, all 0. */
    ArenaSlice bytes(int len);

    /** A copy of a part of an array. @throws IndexOutOfBoundsException if there is no such part */
    ArenaSlice copy(byte[] src, int off, int len);

    /** Text, each character one byte. @throws IllegalArgumentException if one is above 0xFF */
    ArenaSlice ascii(CharSequence text);

    /** Text in UTF-8; an unpaired surrogate becomes U+FFFD. */
    ArenaSlice utf8(CharSequence text);

    /** Bytes to be written one after another. @param expectedBytes how many; more are possible */
    ArenaWriter writer(int expectedBytes);

    /**
     * Reads content to its end. Blocks its virtual thread; an inline handler writes what its listener is given to a {@link #writer}.
     *
     * @throws HttpException of kind {@code TOO_LARGE} if there are more than {@code limitBytes}
     */
    ArenaSlice read(BodyReader body, int limitBytes) throws IOException;

    /** Bytes of memory that it has borrowed; at least those that it lends. */
    int heldBytes();

    /** The most that {@link #heldBytes()} may become. */
    int limitBytes();
}
