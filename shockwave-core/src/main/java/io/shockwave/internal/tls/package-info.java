/**
 * TLS by the JDK (ring 2, used by net and dispatch): the configuration users compose, the session that stands between a TCP socket and SSLEngine, and what the handshake of
 * QUIC takes from the world: keys, signatures, trust.
 */
package io.shockwave.internal.tls;
