package io.shockwave.internal.quic;

/** What a connection needs of the endpoint that it belongs to: to be found by its ids, and to be asked for datagrams. */
interface ConnectionOwner {
    /** Makes a new connection id of the endpoint's length that no connection has, and lists the connection under it. */
    void issueId(QuicConnection connection, byte[] dst, int off);

    void retireId(QuicConnection connection, byte[] id, int off);

    /** The stateless reset token of an id that was issued (RFC 9000 10.3.2). */
    void resetToken(byte[] id, int off, int len, byte[] dst, int dstOff);

    /** Whether this server would rather have its clients at another address (RFC 9000 9.6). */
    boolean hasPreferredAddress();

    /** That address; null for none of this family. */
    PeerAddress preferredIpv4();

    /** That address; null for none of this family. */
    PeerAddress preferredIpv6();

    /** The peer says that a datagram ending with this token means that it has forgotten the connection. */
    void watchResetToken(QuicConnection connection, byte[] token, int off);

    void unwatchResetToken(QuicConnection connection, byte[] token, int off);

    /** The handshake is complete: the connection counts as half open no more. */
    void onEstablished(QuicConnection connection);

    /** Writes a token that lets this client prove its address next time (RFC 9000 8.1.3); its length. */
    int addressToken(QuicConnection connection, byte[] dst);

    /** The connection may have something to send, or another deadline. */
    void wake(QuicConnection connection);
}
