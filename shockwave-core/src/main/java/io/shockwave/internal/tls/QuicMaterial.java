package io.shockwave.internal.tls;

import io.shockwave.internal.tls13.ReplayGuard;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** What was read, made ready for QUIC's handshakes when the first of them asks. Belongs to one state of a {@link TlsConfig}: a reload makes another, with other ticket keys. Thread-safe. */
final class QuicMaterial {
    private final NamedKeyManager names;
    private final List<Identity> identities;
    private final StrictTrustManager trust;
    private final RotatingTicketKeys ticketKeys = new RotatingTicketKeys(new SecureRandom());
    private volatile NamedCredentials credentials;

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

    TlsServerSettings server(List<String> protocols) {
        return new TlsServerSettings(credentials(), protocols).withTickets(ticketKeys, ReplayGuard.REFUSES);
    }

    TlsServerSettings asking(TlsServerSettings server, TlsServerSettings.ClientAuthentication wanted) {
        List<byte[]> authorities = new ArrayList<>();
        for (X509Certificate anchor : trust.getAcceptedIssuers()) {
            authorities.add(anchor.getSubjectX500Principal().getEncoded());
        }
        return server.withClients(wanted, TrustJudge.ofClients(trust), authorities);
    }

    TlsClientSettings client(String host, List<String> protocols) {
        String name = HostNames.normal(host);
        TlsClientSettings client = new TlsClientSettings(HostNames.isAddress(name) ? "" : name, TrustJudge.ofServer(trust, name), protocols);
        return identities.isEmpty() ? client : client.withCredentials(credentials().ofClient());
    }
}
