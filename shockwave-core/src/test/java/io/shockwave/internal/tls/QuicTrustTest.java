package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Tls;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.testing.TestCertificates.Request;
import io.shockwave.internal.tls13.TicketKeys;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsError;
import io.shockwave.internal.tls13.TlsRig;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The handshake of QUIC with real files, trust and names. */
class QuicTrustTest {
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final List<String> H3 = List.of("h3");

    @TempDir
    private Path folder;

    private Tls trusting() throws IOException {
        return Tls.trusting(CA.write(folder.resolve("ca.pem")));
    }

    private Tls pem(Issued issued, String name) throws IOException {
        return Tls.pem(issued.writeChain(folder.resolve(name + ".pem")), issued.writeKey(folder.resolve(name + ".key")));
    }

    private static TlsRig rig(Tls client, String host, Tls server) {
        return new TlsRig(TlsConfig.of(client).quicClient(host, H3), TlsConfig.of(server).quicServer(H3));
    }

    private static String outcome(Tls client, String host, Tls server) {
        return TlsError.name(rig(client, host, server).run());
    }

    @Test
    void theNameIsAlwaysVerified() throws IOException {
        Tls server = pem(CA.issue(Kind.EC_P256, "site.test", "*.wild.test", "127.0.0.1", "::1"), "site");
        Tls client = trusting();
        for (String host : List.of("site.test", "SITE.test.", "a.wild.test", "127.0.0.1", "[::1]", "0:0:0:0:0:0:0:1")) {
            assertEquals("none", outcome(client, host, server), host);
        }
        for (String host : List.of("other.test", "a.b.wild.test", "wild.test", "127.0.0.2", "[::2]", "127.0.0.1.site.test")) {
            assertEquals("certificate_unknown", outcome(client, host, server), host);
        }
        assertThrows(IllegalArgumentException.class, () -> TlsConfig.of(client).quicClient("", H3));
    }

    @Test
    void theReasonIsToldInWords() throws IOException {
        TlsClientSettings client = TlsConfig.of(trusting()).quicClient("other.test", H3);
        TlsRig rig = new TlsRig(client, TlsConfig.of(pem(CA.issue(Kind.EC_P256, "site.test"), "site")).quicServer(H3));
        assertNotEquals(0, rig.run());
        assertEquals("the certificate is not for other.test but for site.test", ((TrustJudge) client.judge()).refusal());
    }

    @Test
    void anUntrustedExpiredOrForgedCertificateGetsItsAlert() throws IOException {
        Tls client = trusting();
        assertEquals("unknown_ca", outcome(client, "site.test", pem(TestCertificates.selfSigned(Kind.EC_P256, "site.test"), "self")));
        assertEquals("unknown_ca", outcome(client, "site.test", pem(TestCertificates.authority("Test CA 2").issue(Kind.EC_P256, "site.test"), "stranger")));
        assertEquals("certificate_expired", outcome(client, "site.test", pem(CA.sign(new Request(Kind.EC_P256).hosts("site.test").expired()), "expired")));
        Issued plain = CA.issue(Kind.EC_P256, "plain.test");
        assertNotEquals("none", outcome(client, "site.test", pem(TestCertificates.under(plain, Kind.EC_P256, "site.test"), "forged")));
        assertNotEquals("none", outcome(Tls.system(), "site.test", pem(CA.issue(Kind.EC_P256, "site.test"), "site")));
    }

    /** An authority of the same name with another key does not make its certificates ours. */
    @Test
    void aNamesakeOfTheAuthorityIsNotTrusted() throws IOException {
        Tls server = pem(TestCertificates.authority("Test CA").issue(Kind.EC_P256, "site.test"), "namesake");
        assertNotEquals("none", outcome(trusting(), "site.test", server));
    }

    @Test
    void aSelfSignedCertificateServesWhoTrustsIt() throws IOException {
        Tls server = Tls.selfSigned("site.test");
        Path pinned = Files.writeString(folder.resolve("pinned.pem"), server.certificatePem());
        assertEquals("none", outcome(Tls.trusting(pinned), "site.test", server));
        assertEquals("none", outcome(Tls.trusting(pinned), "127.0.0.1", server));
        assertEquals("certificate_unknown", outcome(Tls.trusting(pinned), "other.test", server));
    }

    @Test
    void everyKindOfKeyServes() throws IOException {
        for (Kind kind : Kind.values()) {
            assertEquals("none", outcome(trusting(), "site.test", pem(CA.issue(kind, "site.test"), kind.name())), kind::name);
        }
    }

    @Test
    void theCertificateIsChosenByName() throws IOException {
        Issued a = CA.issue(Kind.EC_P256, "a.test");
        Issued b = CA.issue(Kind.RSA_2048, "b.test", "*.b.test");
        Tls server = pem(a, "a").and(pem(b, "b"));
        for (var expected : List.of(new Object[] {"a.test", a}, new Object[] {"b.test", b}, new Object[] {"x.b.test", b})) {
            TlsRig rig = rig(trusting(), (String) expected[0], server);
            assertEquals(0, rig.run());
            assertArrayEquals(((Issued) expected[1]).chain().toArray(), rig.client.peerCertificates());
            assertEquals(expected[0], rig.server.serverName());
        }
        assertEquals("certificate_unknown", outcome(trusting(), "c.test", server)); // The first is shown, and the client judges.
        TlsServerSettings strict = TlsConfig.of(server).quicServer(H3).refusingUnknownNames();
        assertEquals("unrecognized_name", TlsError.name(new TlsRig(TlsConfig.of(trusting()).quicClient("c.test", H3), strict).run()));
        assertEquals("none", TlsError.name(new TlsRig(TlsConfig.of(trusting()).quicClient("x.b.test", H3), strict).run()));
    }

    @Test
    void clientsAreJudgedWhenAsked() throws IOException {
        TestCertificates clients = TestCertificates.authority("Clients");
        Path clientAnchor = clients.write(folder.resolve("clients.pem"));
        Tls site = pem(CA.issue(Kind.EC_P256, "site.test"), "site");
        Tls required = site.requireClientCertificates(clientAnchor);
        Tls requested = site.requestClientCertificates(clientAnchor);
        Tls known = trusting().and(pem(clients.issue(Kind.EC_P256), "known"));
        Tls stranger = trusting().and(pem(CA.issue(Kind.EC_P256), "stranger"));
        assertEquals("none", outcome(known, "site.test", required));
        assertEquals("none", outcome(known, "site.test", requested));
        assertEquals("certificate_required", outcome(trusting(), "site.test", required));
        assertEquals("none", outcome(trusting(), "site.test", requested));
        // The server names whom it trusts, and a certificate of another issuer is not shown.
        assertEquals("certificate_required", outcome(stranger, "site.test", required));
        assertEquals("none", outcome(stranger, "site.test", requested));
        TlsRig rig = rig(known, "site.test", required);
        assertEquals(0, rig.run());
        assertEquals(1, rig.server.peerCertificates().length);
    }

    @Test
    void aClientThatShowsAStrangersCertificateIsRefused() throws IOException {
        TestCertificates clients = TestCertificates.authority("Clients");
        Tls required = pem(CA.issue(Kind.EC_P256, "site.test"), "site").requireClientCertificates(clients.write(folder.resolve("clients.pem")));
        TlsServerSettings unnamed = TlsConfig.of(required).quicServer(H3);
        unnamed = unnamed.withClients(unnamed.clients(), unnamed.judge(), List.of());
        Tls stranger = trusting().and(pem(CA.issue(Kind.EC_P256), "stranger"));
        assertEquals("unknown_ca", TlsError.name(new TlsRig(TlsConfig.of(stranger).quicClient("site.test", H3), unnamed).run()));
    }

    @Test
    void aReloadIsSeenByTheNextHandshakeAndEndsOldTickets() throws IOException {
        Issued before = CA.issue(Kind.EC_P256, "site.test");
        Tls server = pem(before, "site");
        TlsConfig client = TlsConfig.of(trusting());
        TlsRig first = new TlsRig(client.quicClient("site.test", H3), TlsConfig.of(server).quicServer(H3));
        assertEquals(0, first.run());
        first.server.sendTicket(TlsRig.NOW_MS);
        first.server.sendTicket(TlsRig.NOW_MS);
        assertEquals(0, first.exchange(Integer.MAX_VALUE));
        TlsRig again = new TlsRig(client.quicClient("site.test", H3).withTicket(first.clientTold.tickets.getFirst(), false), TlsConfig.of(server).quicServer(H3));
        assertEquals(0, again.run());
        assertTrue(again.client.isResumed());

        Object generation = TlsConfig.of(server).quicGeneration();
        assertSame(generation, TlsConfig.of(server).quicGeneration());
        Issued after = CA.issue(Kind.RSA_2048, "site.test");
        after.writeChain(folder.resolve("site.pem"));
        after.writeKey(folder.resolve("site.key"));
        server.reload();
        assertNotSame(generation, TlsConfig.of(server).quicGeneration());
        TlsRig later = new TlsRig(client.quicClient("site.test", H3).withTicket(first.clientTold.tickets.getLast(), false), TlsConfig.of(server).quicServer(H3));
        assertEquals(0, later.run());
        assertFalse(later.client.isResumed());
        assertArrayEquals(new X509Certificate[] {after.certificate()}, later.client.peerCertificates());
    }

    /** What cannot be used is told by the reload, and the old content stays in force. */
    @Test
    void aReloadToAChainThatIsTooLongFails() throws IOException {
        Issued good = CA.issue(Kind.EC_P256, "site.test");
        Tls server = pem(good, "site");
        TlsServerSettings before = TlsConfig.of(server).quicServer(H3);
        assertSame(before, TlsConfig.of(server).quicServer(H3));
        String certificate = Files.readString(folder.resolve("site.pem"));
        Files.writeString(folder.resolve("site.pem"), certificate.repeat(10));
        server.reload();
        Files.writeString(folder.resolve("site.pem"), certificate.repeat(11));
        IOException refused = assertThrows(IOException.class, server::reload);
        assertTrue(refused.getMessage().contains("11 certificates"), refused::getMessage);
        TlsRig rig = rig(trusting(), "site.test", server);
        assertEquals(0, rig.run());
        assertEquals(10, rig.client.peerCertificates().length);
    }

    @Test
    void theListOfAuthoritiesIsBounded() {
        X509Certificate one = CA.certificate();
        int bytes = 2 + one.getSubjectX500Principal().getEncoded().length;
        int most = QuicMaterial.MAX_AUTHORITIES_BYTES / bytes;
        assertEquals(most, QuicMaterial.authorities(Collections.nCopies(most, one).toArray(new X509Certificate[0])).size());
        assertEquals(0, QuicMaterial.authorities(Collections.nCopies(most + 1, one).toArray(new X509Certificate[0])).size());
    }

    @Test
    void aServerNeedsACertificate() {
        assertThrows(IllegalStateException.class, () -> TlsConfig.SYSTEM.quicServer(H3));
    }

    @Test
    void ticketKeysRotateAndAreForgotten() {
        RotatingTicketKeys keys = new RotatingTicketKeys(new SecureRandom());
        TicketKeys.Key first = keys.current(0);
        assertSame(first, keys.current(RotatingTicketKeys.ROTATE_MS - 1));
        TicketKeys.Key second = keys.current(RotatingTicketKeys.ROTATE_MS);
        assertNotSame(first, second);
        long lastGoodMs = RotatingTicketKeys.ROTATE_MS + RotatingTicketKeys.LIFETIME_S * 1_000L - 1;
        assertSame(first, keys.find(first.name(), 0, lastGoodMs));
        assertEquals(null, keys.find(first.name(), 0, lastGoodMs + 1));
        assertEquals(null, keys.find(new byte[TicketKeys.NAME_BYTES], 0, 0));
        for (int hour = 2; hour < 100; hour++) {
            keys.current(hour * RotatingTicketKeys.ROTATE_MS);
            assertTrue(keys.size() <= 14, () -> "kept " + keys.size());
        }
    }
}
