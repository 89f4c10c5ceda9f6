package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;

/**
 * What a server's engine tells its driver beside what every protocol tells. As many exchanges are in progress at once, each call names its own; {@code onFinished} and
 * {@link #onCancelled} are the last of one.
 */
public interface Http3ServerSink extends ExchangeSink {
    /** The transport took bytes of the ring or array that is sent: a writer that waits for room can go on. The writer may write and end the ring from within. */
    void onProgress(Exchange x);

    /** The response was given to the transport in full while content of the request is still to come: what is wanted of it is wanted for its own sake. {@link Http3ServerEngine#abandonContent} otherwise. */
    void onResponseSent(Exchange x);

    /** There is room for content of {@code Source.FILE}: {@link Http3ServerEngine#fileContent}, now or later. Told again when there is room after less than what was given was taken. */
    void onFileWanted(Exchange x);

    /**
     * The client cancelled, or the connection is over: no content comes, nothing that is sent will arrive, and the engine has let go of {@code x}. Until
     * {@link Http3ServerEngine#released} it still counts as a request in progress.
     */
    void onCancelled(Exchange x, long errorCode);

    /** A datagram for the exchange (RFC 9297), lent for the call. */
    default void onDatagram(Exchange x, byte[] buf, int off, int len) {}

    /** The client will accept no pushes with this id or above it: GOAWAY came. */
    default void onGoAway(long pushId) {}

    /** The handshake is complete. */
    default void onHandshakeComplete() {}

    /** The connection is over; every exchange was told before. As {@code QuicSink.onClosed}. */
    void onConnectionClosed(long errorCode, boolean application, boolean byPeer, String reason);
}
