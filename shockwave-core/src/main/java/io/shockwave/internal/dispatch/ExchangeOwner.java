package io.shockwave.internal.dispatch;

import java.net.SocketAddress;
import javax.net.ssl.SSLSession;

/** The connection of an exchange, of whichever protocol, as the handler's side and the bookkeeping see it. Confined to its reactor, but for what never changes: settings and addresses. */
interface ExchangeOwner {
    ServerSettings settings();

    /** Whether its engine is at work, so that what a handler posts can be applied at once. */
    boolean isPumping();

    /** Does what the handler's side posted: bits of {@link ServerExchange}. */
    void apply(ServerExchange sx, int bits);

    /** Ends it because of an exception that escaped: a fault of ours. */
    void fault(Throwable cause);

    /** The handler's side of an exchange that was lost has ended. */
    default void released(ServerExchange sx) {
        // Most owners are closed by then.
    }

    /** What handlers left with it; {@link ConnectionState#ENDED} once it is closed. From any thread. */
    ConnectionState state();

    boolean isSecure();

    /** Null over cleartext. */
    SSLSession sslSession();

    SocketAddress remote();

    SocketAddress local();

    /** The peer's address for the access log. */
    byte[] hostText();
}
