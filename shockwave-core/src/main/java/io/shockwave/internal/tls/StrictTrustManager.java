package io.shockwave.internal.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges the peer's certificate: the JDK's path validation against the anchors of the role, then the name by {@link HostNames}, and says in words what is wrong.
 * Thread-safe; the JDK's own anchors are read when the first server is judged by them.
 */
final class StrictTrustManager extends X509ExtendedTrustManager {
    private static final X509Certificate[] NOBODY = new X509Certificate[0];
    /** What the JDK itself says in TLS 1.3, where a suite names no key exchange. The key must be one that signs. */
    private static final String ANY_EXCHANGE = "UNKNOWN";

    private final List<X509Certificate> serverAnchors;
    private final List<X509Certificate> clientAnchors;
    private volatile X509ExtendedTrustManager forServers;
    private volatile X509ExtendedTrustManager forClients;

    /**
     * @param serverAnchors whom a client trusts; empty for the JDK's own
     * @param clientAnchors whom a server trusts; empty for nobody
     */
    StrictTrustManager(List<X509Certificate> serverAnchors, List<X509Certificate> clientAnchors) {
        this.serverAnchors = serverAnchors;
        this.clientAnchors = clientAnchors;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        String host = engine.getPeerHost();
        requireName(chain, host);
        try {
            serverJudge().checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw explained("the certificate for " + host, chain, e);
        }
    }

    /** First the name: it is what people can mend, and the JDK's words for it are poorer. */
    private static void requireName(X509Certificate[] chain, String host) throws CertificateException {
        if (host == null || host.isEmpty()) {
            throw new CertificateException("no host name to verify the certificate against");
        }
        if (!HostNames.isFor(chain[0], host)) {
            List<String> names = HostNames.all(chain[0]);
            throw new CertificateException("the certificate is not for " + host + " but for " + (names.isEmpty() ? "no host at all" : String.join(", ", names.subList(0, Math.min(8, names.size())))));
        }
    }

    /** The same for a handshake without SSLEngine. The JDK's own check of the name, which is laxer, does not run besides it. */
    void judgeServer(X509Certificate[] chain, String host) throws CertificateException {
        requireName(chain, host);
        try {
            serverJudge().checkServerTrusted(chain, ANY_EXCHANGE);
        } catch (CertificateException e) {
            throw explained("the certificate for " + host, chain, e);
        }
    }

    /** The same for a handshake without SSLEngine. */
    void judgeClient(X509Certificate[] chain) throws CertificateException {
        if (clientAnchors.isEmpty()) {
            throw new CertificateException("no client certificate is trusted here");
        }
        try {
            clientJudge().checkClientTrusted(chain, ANY_EXCHANGE);
        } catch (CertificateException e) {
            throw explained("the client's certificate", chain, e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        if (clientAnchors.isEmpty()) {
            throw new CertificateException("no client certificate is trusted here");
        }
        try {
            clientJudge().checkClientTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw explained("the client's certificate", chain, e);
        }
    }

    /** The same exception in clearer words. Its cause stays: the JDK picks the alert by it. */
    private static CertificateException explained(String what, X509Certificate[] chain, CertificateException e) {
        for (X509Certificate certificate : chain) {
            String which = certificate == chain[0] ? what : what + " leads to " + HostNames.shown(certificate.getSubjectX500Principal()) + ", which";
            try {
                certificate.checkValidity();
            } catch (CertificateExpiredException _) {
                return new CertificateException(which + " expired on " + certificate.getNotAfter().toInstant(), e.getCause());
            } catch (CertificateNotYetValidException _) {
                return new CertificateException(which + " is not valid before " + certificate.getNotBefore().toInstant(), e.getCause());
            }
        }
        X509Certificate last = chain[chain.length - 1];
        boolean selfSigned = chain[0].getSubjectX500Principal().equals(chain[0].getIssuerX500Principal());
        String issuer = selfSigned ? "it is signed by itself" : "its chain ends at the issuer " + HostNames.shown(last.getIssuerX500Principal());
        return new CertificateException(what + " is not trusted: " + issuer + detail(e), e.getCause());
    }

    /** What the JDK says, but for the sentences by which it says no more than that the anchors do not vouch for the chain, and without the names of its classes. */
    private static String detail(CertificateException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("unable to find valid certification path") || message.contains("signature check failed")) {
            return ""; // the latter where an anchor has the name of the one that signed, and another key
        }
        int behind = message.lastIndexOf("Exception: ");
        return " (" + HostNames.shown(message.substring(behind < 0 ? 0 : behind + "Exception: ".length())) + ")";
    }

    private X509ExtendedTrustManager serverJudge() throws CertificateException {
        X509ExtendedTrustManager judge = forServers;
        if (judge == null) {
            judge = judge(serverAnchors);
            forServers = judge; // Two threads may both have made one; they are equal.
        }
        return judge;
    }

    private X509ExtendedTrustManager clientJudge() throws CertificateException {
        X509ExtendedTrustManager judge = forClients;
        if (judge == null) {
            judge = judge(clientAnchors);
            forClients = judge;
        }
        return judge;
    }

    private static X509ExtendedTrustManager judge(List<X509Certificate> anchors) throws CertificateException {
        try {
            KeyStore store = null; // For TrustManagerFactory: the JDK's own anchors.
            if (!anchors.isEmpty()) {
                store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (int i = 0; i < anchors.size(); i++) {
                    store.setCertificateEntry(Integer.toString(i), anchors.get(i));
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new CertificateException("the JDK has no PKIX trust manager");
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new CertificateException("the trust anchors cannot be used: " + e.getMessage(), e);
        }
    }

    /** What a server names in its request for a certificate (RFC 8446 4.2.4). */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return clientAnchors.toArray(NOBODY);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no connection to verify the host name of");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw new CertificateException("only engines are used");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("only engines are used");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw new CertificateException("only engines are used");
    }
}
