package io.shockwave.internal.tls;

import io.shockwave.internal.tls13.TlsEngine;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;

/**
 * What the TLS of a QUIC connection agreed on, in the JDK's words. Immutable: it is a copy, and what would change a session throws {@link UnsupportedOperationException}, as the JDK's own views of
 * sessions do. Thread-safe. Packets are not TLS records (RFC 9001 4), so that there are no sizes of buffers to tell.
 */
public final class QuicSession extends ExtendedSSLSession {
    private static final byte[] NO_ID = {};
    private static final String[] NOTHING = {};

    private final String suite;
    private final String serverName;
    private final X509Certificate[] peerChain;
    private final X509Certificate[] ownChain;
    private final InetSocketAddress peer;
    private final long madeMs = System.currentTimeMillis();

    /** Once the handshake has come so far that requests arrive. */
    public QuicSession(TlsEngine tls, InetSocketAddress peer) {
        this.suite = "TLS_" + tls.suite().name(); // the JDK's names are those of the registry
        this.serverName = tls.serverName();
        this.peerChain = tls.peerCertificates();
        this.ownChain = tls.ownCertificates();
        this.peer = peer;
    }

    // ---- what was agreed on

    @Override
    public String getProtocol() {
        return "TLSv1.3"; // RFC 9001 4.2
    }

    @Override
    public String getCipherSuite() {
        return suite;
    }

    @Override
    public List<SNIServerName> getRequestedServerNames() {
        // From bytes, because the constructor from text refuses names with an underscore, which exist.
        return serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Not kept. */
    @Override
    public String[] getLocalSupportedSignatureAlgorithms() {
        return NOTHING;
    }

    /** Not kept. */
    @Override
    public String[] getPeerSupportedSignatureAlgorithms() {
        return NOTHING;
    }

    // ---- who takes part

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
        if (peerChain.length == 0) {
            throw new SSLPeerUnverifiedException("the peer showed no certificate");
        }
        return peerChain.clone();
    }

    @Override
    public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
        return ((X509Certificate) getPeerCertificates()[0]).getSubjectX500Principal();
    }

    /** Null where a session was resumed, as none were shown. */
    @Override
    public Certificate[] getLocalCertificates() {
        return ownChain.length == 0 ? null : ownChain.clone();
    }

    @Override
    public Principal getLocalPrincipal() {
        return ownChain.length == 0 ? null : ownChain[0].getSubjectX500Principal();
    }

    @Override
    public String getPeerHost() {
        return peer.getAddress().getHostAddress();
    }

    @Override
    public int getPeerPort() {
        return peer.getPort();
    }

    // ---- what belongs to a cache of sessions

    /** Empty: TLS 1.3 resumes by tickets. */
    @Override
    public byte[] getId() {
        return NO_ID;
    }

    @Override
    public SSLSessionContext getSessionContext() {
        return null;
    }

    /** When this view was made: the handshake's time is not kept. */
    @Override
    public long getCreationTime() {
        return madeMs;
    }

    @Override
    public long getLastAccessedTime() {
        return madeMs;
    }

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public int getPacketBufferSize() {
        return 0;
    }

    @Override
    public int getApplicationBufferSize() {
        return 0;
    }

    // ---- what would change it

    @Override
    public void invalidate() {
        throw unchangeable();
    }

    @Override
    public void putValue(String name, Object value) {
        throw unchangeable();
    }

    @Override
    public Object getValue(String name) {
        return null;
    }

    @Override
    public void removeValue(String name) {
        throw unchangeable();
    }

    @Override
    public String[] getValueNames() {
        return NOTHING;
    }

    private static UnsupportedOperationException unchangeable() {
        return new UnsupportedOperationException("a view of a QUIC connection's " + SSLSession.class.getSimpleName() + " does not change it");
    }

    @Override
    public String toString() {
        return getProtocol() + ' ' + getCipherSuite() + " over QUIC";
    }
}
