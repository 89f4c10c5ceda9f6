package io.shockwave.server;

import io.shockwave.ArenaLimitException;
import io.shockwave.ArenaSlice;

/**
 * The connection on which a request came, for what a handler finds out once and needs again with the requests behind it on the same one: who the peer is, what its token allows. What is left with it
 * ends with it, so that nobody has to look for it in a table or clear that up. A peer may open as many connections as it likes, and an intermediary sends many people's requests on one: whatever is
 * kept here must be true of all that comes on the connection.
 *
 * <p>Reached through a request, by its handler. Thread-safe, since over HTTP/3 several handlers of one connection run at the same time; they share what is kept. Once the connection is closed every
 * method throws {@link IllegalStateException}.
 */
public interface Connection {
    /** What was {@linkplain #attach attached} last, if it is of this type, and {@code absent} otherwise. Allocates nothing. */
    <T> T attachment(Class<T> type, T absent);

    /** Keeps an object of the application in place of the one before. It is not copied. */
    void attach(Object value);

    /**
     * Copies bytes to memory that stays as long as the connection; there is no giving back before. By default later use throws {@link IllegalStateException}, as that of all views does. Borrowed in pages of
     * 4 KiB from where a request's arena is, and counted there.
     *
     * @throws ArenaLimitException if more than {@link #limitBytes} would be held
     * @throws IndexOutOfBoundsException if there is no such part of the array
     */
    ArenaSlice keep(byte[] src, int off, int len);

    /** The same for text: the bytes of an {@link io.shockwave.Ascii}, UTF-8 of all else. */
    ArenaSlice keep(CharSequence text);

    /** Bytes of memory that was borrowed for what is kept. */
    int heldBytes();

    /** The most that {@link #heldBytes} may become: 64 KiB, or the builder's {@code maxArenaBytes} where that is less. */
    int limitBytes();
}
