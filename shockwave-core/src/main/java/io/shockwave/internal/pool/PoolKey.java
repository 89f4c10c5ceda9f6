package io.shockwave.internal.pool;

import java.util.Objects;

/**
 * What two requests must agree on to share a connection: origin, proxy and TLS configuration. Immutable and thread-safe.
 *
 * <p>The TLS configuration counts by identity: a connection authenticated under one set of trust anchors, client
 * certificate or verification rule is never lent under another, however alike the two look.
 */
public final class PoolKey {
    private final Origin origin;
    private final String proxy;
    private final Object tls;
    private final int hash;

    /**
     * @param origin scheme, host and port
     * @param proxy the proxy's own spelling, such as {@code socks5://10.0.0.1:1080}; "" for none. A proxy with credentials
     *     names them here, for a tunnel made with one user's must not serve another
     * @param tls the configuration object; any constant for cleartext
     */
    public PoolKey(Origin origin, String proxy, Object tls) {
        this.origin = Objects.requireNonNull(origin, "origin");
        this.proxy = Objects.requireNonNull(proxy, "proxy");
        this.tls = Objects.requireNonNull(tls, "tls");
        this.hash = (origin.hashCode() * 31 + proxy.hashCode()) * 31 + System.identityHashCode(tls);
    }

    public Origin origin() {
        return origin;
    }

    public String proxy() {
        return proxy;
    }

    public Object tls() {
        return tls;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof PoolKey that
                        && hash == that.hash
                        && tls == that.tls
                        && origin.equals(that.origin)
                        && proxy.equals(that.proxy);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** For messages: the origin only, since a proxy's spelling may hold credentials. */
    @Override
    public String toString() {
        return origin.toString();
    }
}
