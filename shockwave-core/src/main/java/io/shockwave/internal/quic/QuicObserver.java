package io.shockwave.internal.quic;

/** Is told of what happens to connections, beside those who use them: for records of what went on. Called on the connection's thread; must not command it. */
public interface QuicObserver {
    /** Is told, and does nothing. */
    QuicObserver NONE = new QuicObserver() {};

    /** A connection began: a client's first datagram goes out, a server's has come. */
    default void onStarted(QuicConnection connection) {}

    /** Its handshake is complete, so long after it began. */
    default void onHandshakeComplete(QuicConnection connection, long tookNs) {}

    /** It goes on on another path: to where the peer is heard now, or where we moved. {@code rebinding}: on the same host, from another port. */
    default void onMigrated(QuicConnection connection, boolean rebinding) {}

    /** Many packets were lost at once: at least {@link SentFrames#BURST_PACKETS}, or all of a long time ({@code persistent}, RFC 9002 7.6). */
    default void onLossBurst(QuicConnection connection, int packets, boolean persistent) {}

    /** It is over, as {@link QuicSink#onClosed} says, so long after it began. */
    default void onClosed(QuicConnection connection, long errorCode, boolean application, boolean byPeer, String reason, long ageNs) {}
}
