package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;

/**
 * What a server's engine tells its driver beside what every protocol tells. {@link #onFinished} and {@link #onCancelled} are the last word on an exchange.
 */
public interface Http3ServerSink extends ExchangeSink, Http3Sink {
    /** The response was given to the transport in full while content of the request is still to come: what is wanted of it is wanted for its own sake. {@link Http3ServerEngine#abandonContent} otherwise. */
    void onResponseSent(Exchange x);

    /** The client reads no more from the tunnel (RFC 9000 3.5); what it sends still comes. */
    default void onOutputUnwanted(Exchange x) {}

    /**
     * The client cancelled, or the connection is over: no content comes, nothing that is sent will arrive, and the engine has let go of {@code x}. Until
     * {@link Http3ServerEngine#released} it still counts as a request in progress.
     */
    void onCancelled(Exchange x, long errorCode);

    /** The client will accept no pushes with this id or above it: GOAWAY came. */
    default void onGoAway(long pushId) {}

    /** The handshake is complete. */
    default void onHandshakeComplete() {}
}
