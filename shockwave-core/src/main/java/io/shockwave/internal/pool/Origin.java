package io.shockwave.internal.pool;

import java.util.Locale;

/**
 * The triple of scheme, host and port that RFC 9110 4.3.1 calls an origin, normalised as it says there: scheme and host in
 * lower case, the port a number, so that equal origins are equal objects' contents. Immutable and thread-safe.
 */
public final class Origin {
    private final boolean secure;
    private final String host;
    private final int port;
    private final int hash;

    private Origin(boolean secure, String host, int port) {
        this.secure = secure;
        this.host = host;
        this.port = port;
        this.hash = (host.hashCode() * 31 + port) * 31 + (secure ? 1 : 0);
    }

    /**
     * @param secure https rather than http
     * @param host a name, an IPv4 address, or an IPv6 address without brackets; in any case
     * @param port 1 to 65535
     */
    public static Origin of(boolean secure, String host, int port) {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("an origin needs a host");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 1..65535");
        }
        return new Origin(secure, host.toLowerCase(Locale.ROOT), port);
    }

    /** The port that a URL of this scheme means when it names none (RFC 9110 4.2.1 and 4.2.2). */
    public static int defaultPort(boolean secure) {
        return secure ? 443 : 80;
    }

    public boolean isSecure() {
        return secure;
    }

    public String scheme() {
        return secure ? "https" : "http";
    }

    /** In lower case; an IPv6 address without its brackets. */
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Origin that
                        && hash == that.hash
                        && port == that.port
                        && secure == that.secure
                        && host.equals(that.host);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The serialisation of RFC 6454 6.2: the port only when it is not the scheme's own. */
    @Override
    public String toString() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return scheme() + "://" + name + (port == defaultPort(secure) ? "" : ":" + port);
    }
}
