package io.shockwave.internal.tls13;

/** What a {@link TlsEngine} tells the QUIC connection it belongs to, during its calls. Arrays are valid during the call alone, and must be copied to be kept. */
public interface TlsSink {
    /** To be sent in CRYPTO frames of that level, behind what was told before for the level. */
    void onHandshakeBytes(EncryptionLevel level, byte[] buf, int off, int len);

    /** Packets of that level can be read from now on: EARLY on a server, HANDSHAKE, APPLICATION. */
    void onReadSecret(EncryptionLevel level, CipherSuite suite, byte[] secret);

    /** Packets of that level can be written from now on: EARLY on a client, HANDSHAKE, APPLICATION. */
    void onWriteSecret(EncryptionLevel level, CipherSuite suite, byte[] secret);

    /** The peer's, not yet authenticated: that comes with {@link #onHandshakeComplete}. @return 0 or a transport error code of QUIC, which ends the handshake */
    int onPeerTransportParameters(byte[] buf, int off, int len);

    /** Writes this side's; asked once, on a server after the peer's are told. There is room for {@link TlsEngine#MAX_TRANSPORT_PARAMETERS_BYTES}. @return the length */
    int localTransportParameters(byte[] dst, int off);

    /** On a client: what became of the early data that its settings asked for, told once. On a server: told once if the client offered it. */
    void onEarlyData(boolean accepted);

    /** On a client: a session that can be resumed once. */
    void onTicket(SessionTicket ticket);

    /** RFC 9001 4.1.1: this side sent its Finished and verified the peer's. */
    void onHandshakeComplete();

    /** A line of an NSS key log; only when the settings ask for it. */
    void onKeyLog(String label, byte[] clientRandom, byte[] secret);
}
