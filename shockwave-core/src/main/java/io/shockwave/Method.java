package io.shockwave;

import io.shockwave.internal.header.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A request method (RFC 9110 9). Immutable; the registered ones are constants and can be compared with {@code ==},
 * all can be compared with {@link #equals}.
 */
public final class Method {
    public static final Method GET = new Method("GET", true, true);
    public static final Method HEAD = new Method("HEAD", true, true);
    public static final Method POST = new Method("POST", false, false);
    public static final Method PUT = new Method("PUT", false, true);
    public static final Method DELETE = new Method("DELETE", false, true);
    public static final Method CONNECT = new Method("CONNECT", false, false);
    public static final Method OPTIONS = new Method("OPTIONS", true, true);
    public static final Method TRACE = new Method("TRACE", true, true);
    public static final Method PATCH = new Method("PATCH", false, false);

    /** The longest method that is accepted, in bytes. No registered method is longer than 17 (RFC 9110 16.1, IANA registry). */
    public static final int MAX_LENGTH = 32;

    private static final Method[] KNOWN = {GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH};

    private final String token;
    private final byte[] bytes;
    private final boolean safe;
    private final boolean idempotent;

    private Method(String token, boolean safe, boolean idempotent) {
        this.token = token;
        this.bytes = token.getBytes(StandardCharsets.US_ASCII);
        this.safe = safe;
        this.idempotent = idempotent;
    }

    /**
     * The method named by a token; methods are case-sensitive (RFC 9110 9.1).
     *
     * @throws IllegalArgumentException if it is empty, longer than {@link #MAX_LENGTH} bytes or no token (RFC 9110 5.6.2)
     */
    public static Method of(String token) {
        Objects.requireNonNull(token, "token");
        for (Method known : KNOWN) {
            if (known.token.equals(token)) {
                return known;
            }
        }
        if (token.isEmpty() || token.length() > MAX_LENGTH || !Tokens.isToken(token)) {
            throw new IllegalArgumentException("not a method token of 1 to " + MAX_LENGTH + " bytes (RFC 9110 9.1): \"" + Tokens.printable(token) + '"');
        }
        return new Method(token, false, false);
    }

    /** The registered method that these bytes name, or {@code absent} when they name none of the constants. Allocates nothing. */
    public static Method known(byte[] buf, int off, int len, Method absent) {
        for (Method known : KNOWN) {
            String token = known.token;
            if (token.length() == len && matches(token, buf, off)) {
                return known;
            }
        }
        return absent;
    }

    private static boolean matches(String token, byte[] buf, int off) {
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) != buf[off + i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether it only reads (RFC 9110 9.2.1). Methods that are not registered count as unsafe. */
    public boolean isSafe() {
        return safe;
    }

    /** Whether sending it twice has the effect of sending it once (RFC 9110 9.2.2). */
    public boolean isIdempotent() {
        return idempotent;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Method m && m.token.equals(token);
    }

    @Override
    public int hashCode() {
        return token.hashCode();
    }

    /** The token as it is sent. The array is shared: it must not be changed. */
    public byte[] wireBytes() {
        return bytes;
    }

    /** The token as it is sent. */
    @Override
    public String toString() {
        return token;
    }
}
