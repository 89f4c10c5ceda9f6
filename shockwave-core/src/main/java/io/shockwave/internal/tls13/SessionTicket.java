package io.shockwave.internal.tls13;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * A session that a client can resume once (RFC 8446 4.6.1, RFC 9001 4.5), with what must be remembered for early data. Immutable but for {@link #wipe()}. It is good for the
 * server name, the trust and the QUIC version it was made under: whoever keeps it keeps it by these.
 */
public final class SessionTicket {
    /** RFC 8446 4.6.1: longer than 7 days no ticket is kept. */
    static final long MAX_LIFETIME_S = 604_800;
    private static final byte[] NOTHING = {};

    private final byte[] ticket;
    private final byte[] psk;
    private final CipherSuite suite;
    private final long ageAdd;
    private final long receivedMs;
    private final long expiresMs;
    private final boolean earlyData;
    private final String alpn;
    private final String serverName;
    private final byte[] transportParameters;
    private final X509Certificate[] peerChain;
    private final byte[] applicationState;
    private boolean wiped;

    SessionTicket(byte[] ticket, byte[] psk, CipherSuite suite, long ageAdd, long receivedMs, long expiresMs, boolean earlyData, String alpn, String serverName, byte[] transportParameters,
            X509Certificate[] peerChain, byte[] applicationState) {
        this.ticket = ticket;
        this.psk = psk;
        this.suite = suite;
        this.ageAdd = ageAdd;
        this.receivedMs = receivedMs;
        this.expiresMs = expiresMs;
        this.earlyData = earlyData;
        this.alpn = alpn;
        this.serverName = serverName;
        this.transportParameters = transportParameters;
        this.peerChain = peerChain;
        this.applicationState = applicationState;
    }

    /** The same with what the application wants to remember, say the peer's settings. Shares the key: only one of the two is to be used. */
    public SessionTicket withApplicationState(byte[] state) {
        return new SessionTicket(ticket, psk, suite, ageAdd, receivedMs, expiresMs, earlyData, alpn, serverName, transportParameters, peerChain, state.clone());
    }

    byte[] ticket() {
        return ticket;
    }

    byte[] psk() {
        return psk;
    }

    X509Certificate[] peerChain() {
        return peerChain;
    }

    /** RFC 8446 4.2.11.1. */
    long obfuscatedAge(long nowMs) {
        return nowMs - receivedMs + ageAdd & 0xFFFF_FFFFL;
    }

    /** What keeping it takes, in bytes: above all the ticket itself and the server's certificates. */
    public int keptBytes() {
        int bytes = ticket.length + psk.length + transportParameters.length + applicationState.length;
        for (X509Certificate certificate : peerChain) {
            try {
                bytes += certificate.getEncoded().length;
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("it was decoded from its encoding", e);
            }
        }
        return bytes;
    }

    public CipherSuite suite() {
        return suite;
    }

    /** Whether it can be used at this time: it was not used before, and is not too old. */
    public boolean isUsable(long nowMs) {
        return !wiped && nowMs >= receivedMs && nowMs < expiresMs;
    }

    /** When it ends, in ms of the clock that the engine was given: by its lifetime or with the server's certificate. */
    public long expiresMs() {
        return expiresMs;
    }

    /** Whether the server takes early data with it. */
    public boolean allowsEarlyData() {
        return earlyData;
    }

    public String alpn() {
        return alpn;
    }

    public String serverName() {
        return serverName;
    }

    /** The server's transport parameters of then, as they were encoded: early data keeps to them (RFC 9000 7.4.1). */
    public byte[] transportParameters() {
        return transportParameters.clone();
    }

    public byte[] applicationState() {
        return applicationState.length == 0 ? NOTHING : applicationState.clone();
    }

    /** Overwrites the key; the ticket is not usable any more. */
    public void wipe() {
        wiped = true;
        Arrays.fill(psk, (byte) 0);
    }
}
