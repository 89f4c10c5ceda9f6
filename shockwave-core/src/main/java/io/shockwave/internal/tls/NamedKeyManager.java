package io.shockwave.internal.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the certificate: on a server by the name that the client asks for, on a client by the issuers that the server takes. Immutable: its tables are made from the
 * certificates that were loaded, and no name that a peer sends adds to them.
 */
final class NamedKeyManager extends X509ExtendedKeyManager {
    private final List<Identity> identities;
    /** Places in {@code identities} by exact name and by wildcard; a name may have one certificate of each kind of key. */
    private final Map<String, List<Integer>> byName = new HashMap<>();
    /** The first certificate, and others for exactly the same names (the same site with another kind of key). */
    private final List<Integer> fallback = new ArrayList<>();

    NamedKeyManager(List<Identity> identities) {
        this.identities = identities;
        for (int i = 0; i < identities.size(); i++) {
            for (String name : identities.get(i).names()) {
                byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(i);
            }
            if (identities.get(i).names().equals(identities.getFirst().names())) {
                fallback.add(i);
            }
        }
    }

    /** How many names lead to certificates. */
    int knownNames() {
        return byName.size();
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        for (int candidate : candidates(requestedName(engine))) {
            if (identities.get(candidate).isOfType(keyType)) {
                return Integer.toString(candidate);
            }
        }
        return null; // What the JDK expects for "none"; it then asks for the next kind of key.
    }

    private List<Integer> candidates(String name) {
        List<Integer> named = named(name);
        return named.isEmpty() ? fallback : named;
    }

    /** Places of the certificates that are for this very name; none for a name that nothing is for. */
    List<Integer> named(String name) {
        List<Integer> exact = byName.get(name);
        if (exact != null && name.indexOf('*') < 0) {
            return exact;
        }
        int dot = name.indexOf('.');
        String wildcard = dot > 0 ? "*" + name.substring(dot) : "";
        List<Integer> wild = byName.get(wildcard);
        return wild != null && HostNames.matches(wildcard, name) ? wild : List.of();
    }

    /** Places of what is shown to those who ask for no name, or an unknown one. */
    List<Integer> fallback() {
        return fallback;
    }

    /** The host name of the ClientHello (RFC 6066 3), lower case; empty when there is none. */
    private static String requestedName(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "";
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        for (String keyType : keyTypes) {
            for (int i = 0; i < identities.size(); i++) {
                if (identities.get(i).isOfType(keyType) && isIssuedByOne(identities.get(i), issuers)) {
                    return Integer.toString(i);
                }
            }
        }
        return null;
    }

    /** RFC 8446 4.2.4: without a list of authorities any certificate may do. */
    private static boolean isIssuedByOne(Identity identity, Principal[] issuers) {
        if (issuers == null || issuers.length == 0) {
            return true;
        }
        for (X509Certificate certificate : identity.chain()) {
            for (Principal issuer : issuers) {
                if (certificate.getIssuerX500Principal().equals(issuer)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chainArray();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return null; // Only engines are used, and they ask by the choose methods.
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
