package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.SessionTicket;

/** What a connection tells its application protocol, during receive, timeout or a command. Bytes are lent for the call. Commands are allowed from within. */
public interface QuicSink {
    /** Keys for 0-RTT are there: streams can be opened before the handshake is complete, by a client that resumes. */
    default void onEarlyDataReady() {}

    /** The server refused 0-RTT: every stream opened so far is gone without a word, and what was sent in it must be sent again in new ones (RFC 9001 4.6.2). */
    default void onEarlyDataRejected() {}

    /** The handshake is complete: the peer is who its certificate says, and streams can be opened as far as the peer allows. */
    void onHandshakeComplete();

    /** A client can resume this session once. */
    default void onTicket(SessionTicket ticket) {}

    /** A line of an NSS key log, when the TLS settings ask for it. */
    default void onKeyLog(String label, byte[] clientRandom, byte[] secret) {}

    /** A token for the next connection to this server's address (RFC 9000 8.1.3). */
    default void onAddressToken(byte[] token) {}

    /** The peer opened a stream. */
    void onStreamOpened(long stream);

    /**
     * Bytes of a stream, in order.
     *
     * @param fin these are the last; {@code len} may be 0 then
     * @return the bytes taken. What is declined stays in the receive buffer, where flow control holds the peer, until {@link QuicTransport#resume} or {@link QuicTransport#read};
     *     nothing is offered before. The end counts as taken when all bytes are
     */
    int onStreamData(long stream, byte[] buf, int off, int len, boolean fin);

    /** The peer gave up its half; what was not yet offered is dropped. */
    void onStreamReset(long stream, long errorCode);

    /** The peer wants no more of our half, which has been reset with the same code. */
    void onStopSending(long stream, long errorCode);

    /** Room again in the send buffer of a stream whose last write was not taken whole. */
    void onWritable(long stream);

    /** The peer allows more streams, after an open that found none. */
    void onStreamsAvailable(boolean bidirectional);

    /** All bytes of our half and its end have arrived. */
    default void onAllAcked(long stream) {}

    /** Both halves have ended, and all was read and acknowledged: the id is dead. The last word on any stream, except when the connection closes. */
    void onStreamClosed(long stream);

    default void onDatagram(byte[] buf, int off, int len) {}

    /** There is room for datagrams again, after {@link QuicTransport#hasDatagramRoom} said no. Told while datagrams are made: the reactor's buffers are in use. */
    default void onDatagramRoom() {}

    /** {@link #onClosed} without an error of either side: silence for as long as the idle timeout. */
    long IDLE = -1L;
    /** The peer has forgotten the connection (RFC 9000 10.3). */
    long STATELESS_RESET = -2L;
    /** The handshake took too long. */
    long HANDSHAKE_TIMEOUT = -3L;
    /** The server speaks no version that we do (RFC 9000 6.2). */
    long NO_COMMON_VERSION = -4L;
    /** The path in use has failed, and there is no other (RFC 9000 9.3.2). */
    long NO_PATH = -5L;

    /**
     * The connection is over; nothing but draining happens any more, and streams are gone without further words.
     *
     * @param errorCode a transport error ({@link QuicError}), the application's, or one of the negative codes here
     * @param application which of the two spaces {@code errorCode} is from
     * @param byPeer whether the peer closed
     * @param reason for a person; may be empty
     */
    void onClosed(long errorCode, boolean application, boolean byPeer, String reason);
}
