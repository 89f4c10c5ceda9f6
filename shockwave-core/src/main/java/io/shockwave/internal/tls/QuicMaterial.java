package io.shockwave.internal.tls;

import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** What was read, made ready for QUIC's handshakes when the first of them asks. Belongs to one state of a {@link TlsConfig}: a reload makes another, with other ticket keys and another guard. Thread-safe. */
final class QuicMaterial {
    static final int MAX_AUTHORITIES_BYTES = 16_384;

    private final NamedKeyManager names;
    private final List<Identity> identities;
    private final StrictTrustManager trust;
    private final RotatingTicketKeys ticketKeys = new RotatingTicketKeys(new SecureRandom());
    private final StrikeRegister guard = new StrikeRegister();
    private volatile NamedCredentials credentials;
    private volatile TlsServerSettings server;

    QuicMaterial(NamedKeyManager names, List<Identity> identities, StrictTrustManager trust) {
        this.names = names;
        this.identities = identities;
        this.trust = trust;
    }

    private NamedCredentials credentials() {
        NamedCredentials ready = credentials;
        if (ready == null) {
            try {
                ready = new NamedCredentials(names, identities);
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("a certificate cannot be used for HTTP/3: " + e.getMessage(), e);
            }
            credentials = ready; // Two threads may both have made them; they are equal.
        }
        return ready;
    }

    /** Whether the certificates were asked for. */
    boolean isUsed() {
        return credentials != null;
    }

    /** Makes the certificates ready. @throws IllegalStateException if one cannot be used */
    void prepare() {
        credentials();
    }

    /** The same for the same protocols, so that a connection costs nothing here. */
    TlsServerSettings server(List<String> protocols, TlsServerSettings.ClientAuthentication wanted) {
        TlsServerSettings ready = server;
        if (ready == null || !ready.alpn().equals(protocols)) {
            ready = new TlsServerSettings(credentials(), protocols).withTickets(ticketKeys, guard);
            if (wanted != TlsServerSettings.ClientAuthentication.NONE) {
                ready = ready.withClients(wanted, TrustJudge.ofClients(trust), authorities(trust.getAcceptedIssuers()));
            }
            server = ready; // Two threads may both have made it; they are equal.
        }
        return ready;
    }

    /** RFC 8446 4.2.4 bounds the list by 65,535 bytes, and clients may do so by less; without one they choose by themselves. */
    static List<byte[]> authorities(X509Certificate... anchors) {
        List<byte[]> authorities = new ArrayList<>();
        int bytes = 0;
        for (X509Certificate anchor : anchors) {
            byte[] name = anchor.getSubjectX500Principal().getEncoded();
            bytes += 2 + name.length;
            authorities.add(name);
        }
        return bytes <= MAX_AUTHORITIES_BYTES ? authorities : List.of();
    }

    TlsClientSettings client(String host, List<String> protocols) {
        String name = HostNames.normal(host);
        TlsClientSettings client = new TlsClientSettings(HostNames.isAddress(name) ? "" : name, TrustJudge.ofServer(trust, name), protocols);
        return identities.isEmpty() ? client : client.withCredentials(credentials().ofClient());
    }
}
