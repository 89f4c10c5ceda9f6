package io.shockwave;

/**
 * The fields of a message that is being made. Not thread-safe.
 *
 * <p>Values are refused with an {@link IllegalArgumentException} if they hold CR, LF, NUL, another control character except TAB, or a
 * character above 0xFF, or if they begin or end with a space or a TAB (RFC 9110 5.5), so that nothing can be injected into the message. Fields
 * that the framing owns ({@code Content-Length}, {@code Transfer-Encoding}, {@code Connection}, …) are checked again when the message is sent.
 */
public interface MutableHeaders extends Headers {
    /** Appends a field. The characters of {@code value} are copied. */
    MutableHeaders add(HeaderName name, CharSequence value);

    /** Removes all fields of that name and appends one. */
    MutableHeaders set(HeaderName name, CharSequence value);

    /** Appends a field with the decimal digits of {@code value}; allocates nothing. */
    MutableHeaders add(HeaderName name, long value);

    /** Removes all fields of that name and appends one with the decimal digits of {@code value}; allocates nothing. */
    MutableHeaders set(HeaderName name, long value);

    /** Removes all fields of that name. */
    MutableHeaders remove(HeaderName name);

    /** Removes all fields. */
    MutableHeaders clear();

    /** As {@link #add(HeaderName, CharSequence)}, the name given by its text. */
    default MutableHeaders add(String name, CharSequence value) {
        return add(HeaderName.of(name), value);
    }

    /** As {@link #set(HeaderName, CharSequence)}, the name given by its text. */
    default MutableHeaders set(String name, CharSequence value) {
        return set(HeaderName.of(name), value);
    }
}
