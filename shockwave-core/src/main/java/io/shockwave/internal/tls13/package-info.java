/**
 * The TLS 1.3 handshake that QUIC carries (RFC 8446, RFC 9001; ring 1): both roles, without records, sockets, clocks or chance of their own. Handshake bytes come in and go
 * out by encryption level, secrets are handed to whoever protects packets. A peer's mistake is a returned {@link io.shockwave.internal.tls13.TlsError}, never an exception.
 */
package io.shockwave.internal.tls13;
