package io.shockwave.internal.pool;

/**
 * Where an origin can also be reached by HTTP/3. Immutable.
 *
 * @param origin whose alternative it is; its host is what the certificate must be for, wherever the alternative is (RFC 7838 2.1)
 * @param host where: a name or an address, of the origin or another
 * @param port UDP port
 * @param untilMs when it ends, by the clock of whoever asks
 * @param persistent whether it outlives a change of the network
 */
public record AltService(Origin origin, String host, int port, long untilMs, boolean persistent) {
}
