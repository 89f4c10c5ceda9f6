package io.shockwave;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a header or trailer section, in the order in which they came (RFC 9110 5). Repeated fields stay apart; names compare
 * without case. Names that the library knows are shown in their usual spelling ({@code Content-Type}), all others as they were sent.
 *
 * <p>{@link #indexOf}, {@link #name} and {@link #value} allocate nothing: the {@link Ascii} they return is one of a few reused windows,
 * valid until the next call of the same method on the same object, a change of the fields, or the end of the message's life, whichever is first.
 */
public interface Headers extends Iterable<Map.Entry<String, String>> {
    /** The number of fields. */
    int size();

    /** The first value of that name. Allocates. */
    Optional<String> first(HeaderName name);

    /** All values of that name, in order, each as it was sent: not joined and not split at commas. Allocates. */
    List<String> all(HeaderName name);

    /** The index of the next field of that name at or after {@code from}; -1 when there is none. */
    int indexOf(HeaderName name, int from);

    /** The name of the field at {@code index}. @throws IndexOutOfBoundsException if there is none */
    Ascii name(int index);

    /** The value of the field at {@code index}. @throws IndexOutOfBoundsException if there is none */
    Ascii value(int index);

    /** A copy that belongs to no message and stays valid; it cannot be changed. Allocates. */
    Headers retain();

    /** Whether a field of that name is present. */
    default boolean contains(HeaderName name) {
        return indexOf(name, 0) >= 0;
    }

    /** The first value of that name, looked up by its text. Allocates. @throws IllegalArgumentException if it is no field name */
    default Optional<String> first(String name) {
        return first(HeaderName.of(name));
    }

    /** All values of that name, looked up by its text. Allocates. @throws IllegalArgumentException if it is no field name */
    default List<String> all(String name) {
        return all(HeaderName.of(name));
    }
}
