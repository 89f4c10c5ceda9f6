package io.shockwave;

/**
 * A reused window on ASCII bytes that somebody else owns. It is valid until its owner moves on: for a request that is the end of the
 * exchange, for a response its close. {@link #retain()} and {@link #toString()} copy, and are the ways to keep the text. Later use throws {@link IllegalStateException}, unless
 * the system property {@code io.shockwave.checked=false} turned that off: then it reads what the bytes were overwritten with.
 *
 * <p>Bytes above 0x7F, which field values may hold (RFC 9110 5.5, obs-text), read as the chars 0x80 to 0xFF.
 */
public interface Ascii extends CharSequence {
    /** Whether the bytes are exactly these characters. */
    boolean is(CharSequence other);

    /** Whether the bytes are these characters, A to Z and a to z taken as equal. */
    boolean isIgnoringCase(CharSequence other);

    /** The unsigned decimal number written here, digits only; {@code absent} if it is anything else or exceeds {@link Long#MAX_VALUE}. */
    long toLong(long absent);

    /** Copies all bytes to {@code dst} from {@code off} on and returns how many. @throws IndexOutOfBoundsException if they do not fit */
    int copyTo(byte[] dst, int off);

    /** A copy that belongs to nobody and stays valid. Allocates. */
    Ascii retain();
}
