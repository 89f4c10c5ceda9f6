package io.shockwave.internal.http3;

import io.shockwave.internal.http1.Http1Limits;

/**
 * What the HTTP/3 connections of a server or client share. Immutable.
 *
 * @param limits bounds of messages, as for HTTP/1.1; {@code headerBytes} bounds a field section as RFC 9114 4.2.2 counts it (32 bytes a field are added, pseudo-header
 *     fields count) and is announced, {@code lineBytes} bounds {@code :path}
 * @param tableBytes of the dynamic table that the peer may fill, and at most of the one that is filled there
 * @param blockedStreams streams that the peer may let wait for insertions
 * @param maxExchanges a server's requests in progress on one connection, those included that were cancelled while their handler runs
 * @param resetsPerSecond streams that may end by a reset or a malformed message, lasting; ten times as many at once
 * @param heldSectionBytes bytes of field sections that are incomplete or blocked, on all streams of one connection
 * @param extendedConnect whether {@code :protocol} is accepted, and announced (RFC 9220)
 * @param datagrams whether HTTP datagrams are accepted, and announced (RFC 9297)
 * @param maxPushes pushes in progress: that a client accepts, or a server makes; 0 for none, as push is off unless asked for
 * @param maxInterim interim responses to one request
 * @param headTimeoutNs how long a request's head may take
 * @param idleTimeoutNs how long a connection may be without a request
 * @param minBodyRate bytes a second that content must arrive at while it is waited for
 * @param bodyGraceNs the window over which that is measured
 * @param sendDate whether Date is sent
 * @param serverName the value of Server; empty for none. Not to be changed
 */
public record Http3Settings(
        Http1Limits limits, int tableBytes, int blockedStreams, int maxExchanges, int resetsPerSecond, int heldSectionBytes, boolean extendedConnect, boolean datagrams, int maxPushes,
        int maxInterim, long headTimeoutNs, long idleTimeoutNs, long minBodyRate, long bodyGraceNs, boolean sendDate, byte[] serverName) {
    private static final long SECOND = 1_000_000_000L;

    /** For a server, with push off. */
    public static Http3Settings server(Http1Limits limits, byte[] serverName) {
        return new Http3Settings(limits, 4_096, 16, 100, 100, 1 << 18, false, false, 0, 16, 10 * SECOND, 60 * SECOND, 100, 5 * SECOND, true, serverName);
    }

    /** The same with this many pushes in progress, 0 for none. */
    public Http3Settings withMaxPushes(int count) {
        return new Http3Settings(limits, tableBytes, blockedStreams, maxExchanges, resetsPerSecond, heldSectionBytes, extendedConnect, datagrams, count, maxInterim, headTimeoutNs, idleTimeoutNs, minBodyRate,
                bodyGraceNs, sendDate, serverName);
    }

    /** The same, with HTTP datagrams or without. */
    public Http3Settings withDatagrams(boolean on) {
        return new Http3Settings(limits, tableBytes, blockedStreams, maxExchanges, resetsPerSecond, heldSectionBytes, extendedConnect, on, maxPushes, maxInterim, headTimeoutNs, idleTimeoutNs, minBodyRate,
                bodyGraceNs, sendDate, serverName);
    }

    /** For a client, with push off. */
    public static Http3Settings client(Http1Limits limits) {
        return new Http3Settings(limits, 4_096, 16, 100, 100, 1 << 19, false, false, 0, 16, Long.MAX_VALUE, Long.MAX_VALUE, 0, Long.MAX_VALUE, false, new byte[0]);
    }
}
