package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;

/** What an engine of either side tells its driver because many exchanges are in progress at once, and because they share a connection. Each call names its exchange. */
public interface Http3Sink {
    /** Both messages are over, or given up: the engine lets go of {@code x}. */
    void onFinished(Exchange x);

    /** The transport took bytes of the ring or array that is sent: a writer that waits for room can go on. The writer may write and end the ring from within. */
    void onProgress(Exchange x);

    /** There is room for content of {@code Source.FILE}: {@link Http3Engine#fileContent}, now or later. Told again when there is room after less than what was given was taken. */
    void onFileWanted(Exchange x);

    /** A datagram for the exchange (RFC 9297), lent for the call. */
    default void onDatagram(Exchange x, byte[] buf, int off, int len) {}

    /** There is room to send datagrams, after {@link Http3Engine#hasDatagramRoom} said no. */
    default void onDatagramRoom() {}

    /** The connection is over; every exchange was told before. As {@code QuicSink.onClosed}. */
    void onConnectionClosed(long errorCode, boolean application, boolean byPeer, String reason);
}
