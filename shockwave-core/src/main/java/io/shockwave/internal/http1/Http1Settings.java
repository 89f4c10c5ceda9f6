package io.shockwave.internal.http1;

/**
 * What a server's connections share. Immutable.
 *
 * @param limits bounds of messages
 * @param headTimeoutNs how long a head may take
 * @param idleTimeoutNs how long a connection may wait for the next request
 * @param minBodyRate bytes a second that content must arrive at while it is waited for
 * @param bodyGraceNs the window over which that is measured
 * @param maxRequests requests on one connection; 0 for no bound
 * @param sendDate whether Date is sent
 * @param serverName the value of Server; empty for none
 */
public record Http1Settings(
        Http1Limits limits, long headTimeoutNs, long idleTimeoutNs, long minBodyRate, long bodyGraceNs, int maxRequests, boolean sendDate, byte[] serverName) {
}
