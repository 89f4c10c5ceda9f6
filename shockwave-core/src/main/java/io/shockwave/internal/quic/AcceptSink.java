package io.shockwave.internal.quic;

/** Is asked for the application of a connection that a client opens to a server. */
@FunctionalInterface
public interface AcceptSink {
    /**
     * The client's hello has been answered: {@link QuicTransport#alpn} and {@link QuicTransport#serverName} are known, the handshake is not complete.
     *
     * @return what is told of the connection from now on; null to refuse it
     */
    QuicSink accept(QuicConnection connection);
}
