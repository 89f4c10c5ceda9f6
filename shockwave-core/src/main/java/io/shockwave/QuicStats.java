package io.shockwave;

/**
 * Counters of the QUIC connections of a server or client since its start. Those of different threads are read one after another, so sums may be a moment apart.
 *
 * @param connectionsStarted connections begun: accepted by a server, opened by a client
 * @param connectionsOpen those of which something is kept now, the ones that drain after their end (RFC 9000 10.2) among them
 * @param handshakesFailed connections that ended before their handshake was complete
 * @param closedByApplication ends by either side's HTTP, without a transport error; each end is counted once, here or in one of the next five
 * @param closedIdle ends by silence for as long as the idle timeout
 * @param closedForOurError ends for a transport error that we found
 * @param closedForPeersError ends for a transport error that the peer told
 * @param closedByReset ends by a stateless reset: the peer had forgotten the connection
 * @param closedUnanswered ends because a handshake took too long or the only path failed
 * @param retriesSent Retry packets, by which a server under load has clients prove their address
 * @param statelessResetsSent answers to packets of connections that we had forgotten
 * @param datagramsReceived UDP datagrams
 * @param datagramsSent UDP datagrams
 * @param bytesReceived their payload
 * @param bytesSent their payload
 * @param packetsLost packets of ours that were deemed lost
 * @param migrations changes of path, by a client's move or its NAT's
 * @param datagramsForwarded datagrams that came to another thread's socket than that of their connection, and were handed on
 * @param forwardsDropped those for which there was no room on the way
 * @param datagramsStray datagrams that belonged to no connection and began none
 * @param earlyDataAccepted handshakes with 0-RTT that the server took
 * @param earlyDataRefused handshakes with 0-RTT that the server did not take
 */
public record QuicStats(
        long connectionsStarted,
        long connectionsOpen,
        long handshakesFailed,
        long closedByApplication,
        long closedIdle,
        long closedForOurError,
        long closedForPeersError,
        long closedByReset,
        long closedUnanswered,
        long retriesSent,
        long statelessResetsSent,
        long datagramsReceived,
        long datagramsSent,
        long bytesReceived,
        long bytesSent,
        long packetsLost,
        long migrations,
        long datagramsForwarded,
        long forwardsDropped,
        long datagramsStray,
        long earlyDataAccepted,
        long earlyDataRefused) {
    /** Of whoever speaks no QUIC. */
    public static final QuicStats NONE = new QuicStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
