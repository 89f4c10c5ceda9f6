package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.http1.ResponseSink;
import io.shockwave.internal.tls13.SessionTicket;

/**
 * What a client's engine tells its driver beside what every protocol tells. {@link #onFinished}, {@code onFailed} and {@link #onRefused} are the last word on an exchange, of which each has exactly
 * one.
 */
public interface Http3ClientSink extends ResponseSink, Http3Sink {
    /** The server provably did not process the request, so that it may be sent again whatever its method: GOAWAY left it out, the stream was rejected, or the connection never came to be. */
    void onRefused(Exchange x, long errorCode);

    /** The server does not want the rest of the request's content (RFC 9114 4.1); its response may come all the same. */
    default void onContentUnwanted(Exchange x) {}

    /** A request can be started again, after {@link Http3ClientEngine#start} said no for want of a stream. */
    void onStreamsAvailable();

    /** The server takes no more requests on this connection (RFC 9114 5.2); those that it left out were refused before. */
    void onGoAway();

    /** The server's SETTINGS have arrived: what it supports is known. */
    default void onSettings() {}

    /** A push is promised: lends an exchange for it, reset. Called only where the settings allow pushes. */
    default Exchange lendPushed() {
        throw new IllegalStateException("no pushes were allowed");
    }

    /**
     * A push is promised: method, line and fields of the request stand in {@code promised.sent}. The response follows as any other's, told by {@code promised}.
     *
     * @return whether it is wanted; if not, the engine has let go of {@code promised}, which is the driver's again
     */
    default boolean onPromise(Exchange parent, Exchange promised) {
        return false;
    }

    /** An exchange that was lent for a promise is not needed: it said what was known, or what no client accepts. */
    default void takeBack(Exchange promised) {}

    /** Requests that are started now are sent before the handshake is complete. If the server refuses them they end with {@link #onRefused}, and can be started again after {@link #onHandshakeComplete}. */
    default void onEarlyDataReady() {}

    /** The handshake is complete: the server is who its certificate says. */
    default void onHandshakeComplete() {}

    /** A session that can be resumed once. */
    default void onTicket(SessionTicket ticket) {}

    /** A token for the next connection to this server (RFC 9000 8.1.3). */
    default void onAddressToken(byte[] token) {}
}
