package io.shockwave.server;

import io.shockwave.QuicStats;

/**
 * Counters of a server since its start. Those of different reactors are read one after another, so sums may be a moment apart.
 *
 * @param connectionsAccepted connections accepted
 * @param connectionsOpen connections open now
 * @param requests request heads received whole and valid, and requests that were promised to be answered unasked
 * @param exchangesActive exchanges in progress now
 * @param responses1xx interim responses sent
 * @param responses2xx final responses sent, by class; likewise the next three
 * @param responses3xx see {@code responses2xx}
 * @param responses4xx see {@code responses2xx}
 * @param responses5xx see {@code responses2xx}
 * @param rejected requests that were answered with an error before a handler saw them, for their syntax, framing or size
 * @param timeouts connections closed or answered 408 because a time limit passed
 * @param handlerErrors exceptions that handlers threw
 * @param peerResets exchanges that the peer cut
 * @param bytesReceived bytes read from sockets
 * @param bytesSent bytes written to sockets
 * @param headerSpills header sections, of requests and responses, that did not fit the tier's preallocated space
 * @param tlsHandshakes handshakes completed
 * @param tlsFailures handshakes failed
 * @param cutExchanges exchanges that a shutdown closed before their end
 * @param bufferBytes bytes of pooled buffers and arenas, lent and free, held now
 * @param quic counters of QUIC, of all addresses
 */
public record ServerStats(
        long connectionsAccepted,
        long connectionsOpen,
        long requests,
        long exchangesActive,
        long responses1xx,
        long responses2xx,
        long responses3xx,
        long responses4xx,
        long responses5xx,
        long rejected,
        long timeouts,
        long handlerErrors,
        long peerResets,
        long bytesReceived,
        long bytesSent,
        long headerSpills,
        long tlsHandshakes,
        long tlsFailures,
        long cutExchanges,
        long bufferBytes,
        QuicStats quic) {
}
