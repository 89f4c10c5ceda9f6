package io.shockwave.internal.pool;

/**
 * An origin's place to be reached by HTTP/3: what belongs to a connection there belongs to no other origin, whose certificate would be another one. Immutable.
 *
 * @param origin whose requests go there
 * @param host where: a name or an address, of the origin or another
 * @param port UDP port
 */
public record AltPlace(Origin origin, String host, int port) {
    public static AltPlace of(AltService service) {
        return new AltPlace(service.origin(), service.host(), service.port());
    }
}
