package io.shockwave.internal.quic;

/**
 * How ids tell a load balancer which server issued them (QUIC-LB, draft-ietf-quic-load-balancers-21). Immutable; the arrays are not to be changed.
 *
 * @param configuration which of the load balancer's configurations this is, 0 to 6
 * @param serverId at least one byte
 * @param nonceBytes at least 4; with the server id at most 19
 * @param key 16 bytes, or empty: then every observer sees the server
 */
public record LoadBalancing(int configuration, byte[] serverId, int nonceBytes, byte[] key) {
    /** @throws IllegalArgumentException naming the numbers, if they break a bound above */
    public LoadBalancing {
        new RoutableIds(configuration, serverId, nonceBytes, key); // checks them
    }

    int idBytes() {
        return 1 + serverId.length + nonceBytes;
    }

    ConnectionIdEncoding ids(IdMark mark) {
        return new RoutableIds(configuration, serverId, nonceBytes, key, mark);
    }
}
