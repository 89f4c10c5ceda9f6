package io.shockwave.internal.pool;

import java.nio.charset.StandardCharsets;

/**
 * A parsed http or https URL with the bytes a request needs from it. Immutable and thread-safe, so whoever holds one may
 * keep it for as long as they like.
 *
 * <p>The arrays are the entry's own: readers must not write them.
 */
public final class UrlEntry {
    private final String text;
    private final byte[] textBytes;
    private final Origin origin;
    private final byte[] target;
    private final int pathLength;
    private final byte[] hostField;
    private final byte[] authority;

    UrlEntry(String text, Origin origin, byte[] target, int pathLength) {
        this.text = text;
        this.textBytes = text.getBytes(StandardCharsets.ISO_8859_1);
        this.origin = origin;
        this.target = target;
        this.pathLength = pathLength;
        String host = origin.host().indexOf(':') < 0 ? origin.host() : "[" + origin.host() + "]";
        this.authority = (host + ":" + origin.port()).getBytes(StandardCharsets.ISO_8859_1);
        this.hostField = origin.port() == Origin.defaultPort(origin.isSecure())
                ? host.getBytes(StandardCharsets.ISO_8859_1)
                : authority;
    }

    /**
     * Parses strictly: what a URL may not hold is refused and never repaired, since two programs that repair differently
     * ask for two resources. Path and query are kept to the byte: nothing is decoded, encoded or collapsed. A fragment
     * is left out, for it is never sent (RFC 9110 7.1); an empty path is "/" (RFC 9112 3.2.1).
     *
     * @throws IllegalArgumentException naming what is wrong and the index in {@code url} where
     */
    public static UrlEntry parse(CharSequence url) {
        return UrlParser.parse(url.toString());
    }

    /** The URL as it was given, a fragment included. */
    public String text() {
        return text;
    }

    public Origin origin() {
        return origin;
    }

    public boolean isSecure() {
        return origin.isSecure();
    }

    public String scheme() {
        return origin.scheme();
    }

    /** In lower case; an IPv6 address without its brackets. */
    public String host() {
        return origin.host();
    }

    public int port() {
        return origin.port();
    }

    /** Path and query in origin-form (RFC 9112 3.2.1), byte for byte as the URL has them. */
    public byte[] target() {
        return target;
    }

    /** How many bytes of {@link #target} are the path; a '?' follows when there are more. */
    public int pathLength() {
        return pathLength;
    }

    /** The value of the Host field (RFC 9110 7.2): brackets around IPv6, the port only when it is not the scheme's own. */
    public byte[] hostField() {
        return hostField;
    }

    /** Host and port, the port always: the target of CONNECT (RFC 9112 3.2.3). */
    public byte[] authority() {
        return authority;
    }

    byte[] textBytes() {
        return textBytes;
    }

    @Override
    public String toString() {
        return text;
    }
}
