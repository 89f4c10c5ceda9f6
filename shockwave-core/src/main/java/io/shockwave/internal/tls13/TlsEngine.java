package io.shockwave.internal.tls13;

import io.shockwave.internal.exchange.RandomBytes;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * One side of a TLS 1.3 handshake for QUIC (RFC 8446, RFC 9001 4). Puts messages together from CRYPTO bytes and gives them to the role. Confined to the thread of its
 * connection.
 *
 * <pre>
 *   start -> HANDSHAKE -> COMPLETE (tickets alone come and go)
 *                 \--------> FAILED (each receive tells the error again)
 * </pre>
 */
public final class TlsEngine {
    /** What a peer's transport parameters may need, and this side's have room for. All known ones together are below 512 bytes. */
    public static final int MAX_TRANSPORT_PARAMETERS_BYTES = 2_048;

    private static final byte[] EMPTY = {};
    /** Held bytes grow with what arrives, not with what a length claims. */
    private static final int FIRST_HELD_BYTES = 1_024;

    private final Handshake handshake;
    private byte[] held = EMPTY;
    private int heldLen;
    private int error;

    private TlsEngine(Handshake handshake) {
        this.handshake = handshake;
    }

    public static TlsEngine client(TlsClientSettings settings, TlsSink sink, TlsKeys keys, RandomBytes random) {
        return new TlsEngine(new ClientHandshake(settings, sink, keys, random));
    }

    public static TlsEngine server(TlsServerSettings settings, TlsSink sink, TlsKeys keys, RandomBytes random) {
        return new TlsEngine(new ServerHandshake(settings, sink, keys, random));
    }

    /** On a client: makes the ClientHello. Does nothing on a server. */
    public void start(long nowMs) {
        handshake.start(nowMs);
    }

    /**
     * Takes CRYPTO bytes in their order, cut anywhere. All of them are used; what is not yet a message is copied.
     *
     * @param nowMs milliseconds since 1970: the age of tickets and the end of certificates are told by it
     * @return 0, or the QUIC error to close the connection with ({@link TlsError}, or what {@link TlsSink#onPeerTransportParameters} returned); then for good
     */
    public int receive(EncryptionLevel level, byte[] buf, int off, int len, long nowMs) {
        if (error == TlsError.NONE && len > 0) {
            int result = take(level, buf, off, len, nowMs);
            if (result != TlsError.NONE) {
                fail(result);
            }
        }
        return error;
    }

    private void fail(int result) {
        error = result;
        handshake.wipe();
        dropHeld();
    }

    private int take(EncryptionLevel level, byte[] buf, int off, int len, long nowMs) {
        int at = off;
        int end = off + len;
        while (at < end) {
            // RFC 9001 4.1.3: nothing comes at a level that was left, and nothing is left over when a level is.
            if (level != handshake.readLevel()) {
                return TlsError.PROTOCOL_VIOLATION;
            }
            int whole = heldLen == 0 ? wholeMessage(buf, at, end - at) : 0;
            if (whole < 0) {
                return -whole;
            }
            int result;
            if (whole > 0) {
                result = handshake.message(buf, at, whole, nowMs);
                at += whole;
            } else {
                int taken = hold(buf, at, end - at);
                if (taken < 0) {
                    return -taken;
                }
                at += taken;
                result = heldLen >= HandshakeType.HEADER_BYTES && heldLen == messageBytes(held, 0) ? heldMessage(nowMs) : TlsError.NONE;
            }
            if (result != TlsError.NONE) {
                return result;
            }
        }
        return heldLen > 0 && level != handshake.readLevel() ? TlsError.PROTOCOL_VIOLATION : TlsError.NONE;
    }

    private int heldMessage(long nowMs) {
        int bytes = heldLen;
        heldLen = 0;
        int result = handshake.message(held, 0, bytes, nowMs);
        if (handshake.isComplete()) {
            dropHeld();
        }
        return result;
    }

    /** Length of the message that lies there complete; 0 if it is not complete; an error, negative. */
    private int wholeMessage(byte[] buf, int off, int len) {
        if (len < HandshakeType.HEADER_BYTES) {
            return 0;
        }
        int refused = judgeHeader(buf, off);
        int bytes = messageBytes(buf, off);
        return refused != TlsError.NONE ? -refused : bytes <= len ? bytes : 0;
    }

    private int judgeHeader(byte[] buf, int off) {
        int type = buf[off] & 0xFF;
        int refused = handshake.refusal(type);
        return refused != TlsError.NONE ? refused : messageBytes(buf, off) - HandshakeType.HEADER_BYTES > HandshakeType.maxBytes(type) ? TlsError.DECODE_ERROR : TlsError.NONE;
    }

    /** With the header, which must lie there. */
    private static int messageBytes(byte[] buf, int off) {
        return HandshakeType.HEADER_BYTES + ((buf[off + 1] & 0xFF) << 16 | (buf[off + 2] & 0xFF) << 8 | buf[off + 3] & 0xFF);
    }

    /** Holds bytes up to the end of the header, or else of the message. @return how many, or an error, negative */
    private int hold(byte[] buf, int off, int len) {
        int target = heldLen < HandshakeType.HEADER_BYTES ? HandshakeType.HEADER_BYTES : messageBytes(held, 0);
        int taken = Math.min(len, target - heldLen);
        if (heldLen + taken > held.length) {
            held = Arrays.copyOf(held, Math.max(FIRST_HELD_BYTES, Math.max(heldLen + taken, Math.min(target, 2 * held.length))));
        }
        System.arraycopy(buf, off, held, heldLen, taken);
        heldLen += taken;
        if (heldLen == HandshakeType.HEADER_BYTES && taken > 0) {
            int refused = judgeHeader(held, 0);
            return refused != TlsError.NONE ? -refused : taken;
        }
        return taken;
    }

    Handshake handshake() {
        return handshake;
    }

    /** Bytes of the array for a message that is not complete. */
    int heldBytes() {
        return held.length;
    }

    private void dropHeld() {
        held = EMPTY;
        heldLen = 0;
    }

    /** On a server: sends a ticket, so that the client can resume the session once. Nothing is sent before the handshake is complete, or without keys for tickets. */
    public void sendTicket(long nowMs) {
        if (error == TlsError.NONE && handshake.isComplete()) {
            handshake.sendTicket(nowMs);
        }
    }

    /** As above, for a session that is resumed under another context than this one began under. */
    public void sendTicket(byte[] sessionContext, long nowMs) {
        if (error == TlsError.NONE && handshake.isComplete()) {
            handshake.sendTicket(sessionContext, nowMs);
        }
    }

    /** No more is received or sent: overwrites all secrets that are left. Idempotent. */
    public void close() {
        if (error == TlsError.NONE) {
            fail(TlsError.INTERNAL_ERROR);
        }
    }

    /** RFC 9001 4.1.1. */
    public boolean isComplete() {
        return handshake.isComplete();
    }

    /** 0, or what the handshake ended with. */
    public int error() {
        return error;
    }

    /** The level at which bytes are awaited. */
    public EncryptionLevel readLevel() {
        return handshake.readLevel();
    }

    /** The protocol agreed on by ALPN; empty before. */
    public String alpn() {
        return handshake.alpn();
    }

    /** The name of the SNI, lower case; empty without one. */
    public String serverName() {
        return handshake.serverName();
    }

    /** The suite agreed on. @throws IllegalStateException before ServerHello */
    public CipherSuite suite() {
        return handshake.suite();
    }

    /** The group of the key exchange. @throws IllegalStateException before ServerHello */
    public NamedGroup group() {
        return handshake.group();
    }

    /** Whether the session was resumed, so that no certificates were shown. */
    public boolean isResumed() {
        return handshake.isResumed();
    }

    public boolean isEarlyDataAccepted() {
        return handshake.isEarlyDataAccepted();
    }

    /** Whether a HelloRetryRequest went over the wire. */
    public boolean wasRetried() {
        return handshake.wasRetried();
    }

    /** The peer's certificates, its own first, those of the first handshake if the session was resumed; none if it showed none. */
    public X509Certificate[] peerCertificates() {
        return handshake.peerChain().clone();
    }

    /** The certificates that this side showed, its own first; none if it showed none, as where the session was resumed. */
    public X509Certificate[] ownCertificates() {
        return handshake.ownChain().clone();
    }
}
