package io.shockwave.internal.tls13;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.tls13.TlsServerSettings.ClientAuthentication;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every group with every kind of key and every suite, at once and after a HelloRetryRequest, with and without a client's certificate, in full, resumed and with early data. */
class HandshakeMatrixTest {
    private static final ReplayGuard ONCE = (_, _, _) -> true;

    @Test
    void allAgree() {
        int done = 0;
        for (NamedGroup group : NamedGroup.values()) {
            for (CipherSuite suite : CipherSuite.values()) {
                for (Kind kind : Kind.values()) {
                    for (boolean retry : new boolean[] {false, true}) {
                        for (ClientAuthentication clients : List.of(ClientAuthentication.NONE, ClientAuthentication.REQUIRED)) {
                            fullThenResumed(group, suite, kind, retry, clients);
                            done++;
                        }
                    }
                }
            }
        }
        assertEquals(192, done);
    }

    private static void fullThenResumed(NamedGroup group, CipherSuite suite, Kind kind, boolean retry, ClientAuthentication clients) {
        String what = group + " " + suite + " " + kind + (retry ? " retry " : " ") + clients;
        List<NamedGroup> offered = new ArrayList<>(List.of(group));
        if (retry) {
            offered.addFirst(group == NamedGroup.SECP256R1 ? NamedGroup.X25519 : NamedGroup.SECP256R1);
        }
        TlsServerSettings server = new TlsServerSettings(TlsRig.credentials(kind), TlsRig.PROTOCOLS).withGroups(List.of(group)).withClients(clients, TlsRig.TRUSTS_ALL, List.of())
                .withTickets(TlsRig.ticketKeys(), ONCE);
        TlsClientSettings client = TlsRig.clientSettings().withGroups(offered, 1).withSuites(List.of(suite)).withCredentials(TlsRig.credentials(kind));
        TlsRig full = new TlsRig(client, server);
        assertEquals("none", TlsError.name(full.run()), what);
        expect(full, group, suite, retry, false, clients, what);
        full.server.sendTicket(TlsRig.NOW_MS);
        full.server.sendTicket(TlsRig.NOW_MS);
        assertEquals(0, full.exchange(Integer.MAX_VALUE), what);
        assertEquals(2, full.clientTold.tickets.size(), what);

        TlsRig resumed = new TlsRig(client.withTicket(full.clientTold.tickets.getFirst(), false), server);
        assertEquals("none", TlsError.name(resumed.run()), what);
        expect(resumed, group, suite, retry, true, clients, what);
        assertEquals(List.of(), resumed.clientTold.earlyData, what);

        TlsRig early = new TlsRig(client.withTicket(full.clientTold.tickets.getLast(), true), server);
        assertEquals("none", TlsError.name(early.run()), what);
        expect(early, group, suite, retry, true, clients, what);
        assertEquals(List.of(!retry), early.clientTold.earlyData, what);
        assertEquals(List.of(!retry), early.serverTold.earlyData, what);
        if (!retry) {
            assertEquals(early.clientTold.writeSecrets.get(EncryptionLevel.EARLY), early.serverTold.readSecrets.get(EncryptionLevel.EARLY), what);
        }
    }

    private static void expect(TlsRig rig, NamedGroup group, CipherSuite suite, boolean retry, boolean resumed, ClientAuthentication clients, String what) {
        for (TlsEngine side : List.of(rig.client, rig.server)) {
            assertEquals(true, side.isComplete(), what);
            assertEquals(group, side.group(), what);
            assertEquals(suite, side.suite(), what);
            assertEquals(retry, side.wasRetried(), what);
            assertEquals(resumed, side.isResumed(), what);
        }
        assertEquals(1, rig.client.peerCertificates().length, what);
        assertEquals(clients == ClientAuthentication.REQUIRED ? 1 : 0, rig.server.peerCertificates().length, what);
        for (EncryptionLevel level : List.of(EncryptionLevel.HANDSHAKE, EncryptionLevel.APPLICATION)) {
            assertEquals(rig.clientTold.readSecrets.get(level), rig.serverTold.writeSecrets.get(level), what);
            assertEquals(rig.clientTold.writeSecrets.get(level), rig.serverTold.readSecrets.get(level), what);
        }
    }

    @Test
    void everySignatureSchemeServes() {
        for (SignatureScheme scheme : SignatureScheme.ALL) {
            Kind kind = switch (scheme) {
                case ECDSA_SECP256R1_SHA256 -> Kind.EC_P256;
                case ECDSA_SECP384R1_SHA384 -> Kind.EC_P384;
                case ED25519 -> Kind.ED25519;
                case RSA_PSS_RSAE_SHA256, RSA_PSS_RSAE_SHA384, RSA_PSS_RSAE_SHA512 -> Kind.RSA_2048;
                default -> null;
            };
            if (kind != null) {
                TlsRig rig = new TlsRig(TlsRig.clientSettings().withSchemes(List.of(scheme)), new TlsServerSettings(TlsRig.credentials(kind), TlsRig.PROTOCOLS));
                assertEquals("none", TlsError.name(rig.run()), scheme::name);
            }
        }
    }

    /** RFC 8446 4.4.2.2: the certificate must fit what the client takes; of two the fitting one is shown. */
    @Test
    void theCertificateFitsTheSignatures() {
        TlsServerSettings both = new TlsServerSettings(TlsRig.credentials(Kind.EC_P384, Kind.RSA_2048), TlsRig.PROTOCOLS);
        TlsRig rsa = new TlsRig(TlsRig.clientSettings().withSchemes(List.of(SignatureScheme.RSA_PSS_RSAE_SHA512)), both);
        assertEquals(0, rsa.run());
        assertEquals("RSA", rsa.client.peerCertificates()[0].getPublicKey().getAlgorithm());
        TlsRig neither = new TlsRig(TlsRig.clientSettings().withSchemes(List.of(SignatureScheme.ECDSA_SECP256R1_SHA256, SignatureScheme.RSA_PKCS1_SHA256)), both);
        assertEquals("handshake_failure", TlsError.name(neither.run()));
    }
}
