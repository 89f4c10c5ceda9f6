package io.shockwave.internal.dispatch.client;

import io.shockwave.internal.net.UdpSocket;
import io.shockwave.internal.pool.AltPlace;
import io.shockwave.internal.pool.AltService;
import io.shockwave.internal.quic.PeerAddress;
import io.shockwave.internal.quic.QuicError;
import io.shockwave.internal.quic.QuicSink;
import io.shockwave.internal.tls.TrustJudge;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The way to an origin by HTTP/3: the addresses to try, the attempts under way, and the connection that came of them. Guarded by its client's lock, but for what is said to be the reactor's.
 *
 * <pre>
 *   CONNECTING ──first handshake complete──▶ OPEN ──closed, or takes no more──▶ CLOSED
 *        └───────── all attempts failed ──────────────────────────────────────────▲
 * </pre>
 */
final class Http3Route {
    enum State { CONNECTING, OPEN, CLOSED }

    final AltService service;
    final AltPlace place;
    /** The TLS material that it was made under: another one needs another connection. */
    final Object tlsGeneration;
    final List<PeerAddress> addresses;

    State state = State.CONNECTING;
    Http3ClientConnection connection;
    String failure = "";
    /** Asked for by the request that it is made for, which reads only. */
    final boolean wantsEarly;
    /** Takes requests before its handshake is complete; null if none does. */
    Http3ClientConnection early;

    // ---- the reactor's side alone
    final List<Http3ClientConnection> attempts = new ArrayList<>(1);
    int nextAddress;
    int local; // the socket of the oldest attempt
    long nextAttemptNs;
    private volatile boolean timedOut; // as tlsRefused
    private volatile boolean tlsRefused; // read by a caller under the lock, after the route was settled
    TrustJudge judge;

    Http3Route(AltService service, Object tlsGeneration, InetAddress[] found, boolean wantsEarly) {
        this.service = service;
        this.place = AltPlace.of(service);
        this.tlsGeneration = tlsGeneration;
        this.wantsEarly = wantsEarly;
        addresses = new ArrayList<>(found.length);
        for (InetAddress address : found) {
            PeerAddress peer = new PeerAddress();
            UdpSocket.set(peer, new InetSocketAddress(address, service.port()));
            addresses.add(peer);
        }
    }

    /** Whether its connection was made, and took no more requests before all saw it who waited for it. */
    boolean isSpent() {
        return state == State.OPEN && !connection.isUsable() || state == State.CLOSED && failure.isEmpty();
    }

    boolean hasEarly() {
        return early != null && early.isUsable();
    }

    /** Whether the last attempt ended in the handshake of TLS: an alert (RFC 9001 4.8), or our verdict on the certificate. */
    boolean isTlsRefused() {
        return tlsRefused;
    }

    /** Whether the last attempt ended because the handshake took too long. */
    boolean isTimedOut() {
        return timedOut;
    }

    /** Why a connection closed, in words. */
    String text(long errorCode, boolean application, boolean byPeer, String reason) {
        timedOut = errorCode == QuicSink.HANDSHAKE_TIMEOUT;
        tlsRefused = !application && errorCode >= QuicError.CRYPTO_ERROR && errorCode < QuicError.CRYPTO_ERROR + 0x100;
        String who = byPeer ? "the server closed it" : "it was closed";
        String refusal = judge == null ? "" : judge.refusal();
        if (!refusal.isEmpty()) {
            return "the certificate was refused: " + refusal;
        }
        String what = application ? " (HTTP/3 error 0x" + Long.toHexString(errorCode) + ')' : errorCode < 0 ? "" : " (" + QuicError.name(errorCode) + ')'; // below 0: ours, of no RFC
        return who + what + (reason.isEmpty() ? "" : ": " + reason);
    }
}
