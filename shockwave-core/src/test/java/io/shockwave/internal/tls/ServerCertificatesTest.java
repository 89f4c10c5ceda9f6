package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Tls;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.testing.TestCertificates.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificate a server shows to whom (SNI), and which clients it takes (mutual TLS). */
final class ServerCertificatesTest {
    @TempDir
    static Path folder;
    private static final TestCertificates CA = TestCertificates.authority("Site CA");
    private static final TestCertificates PEOPLE = TestCertificates.authority("People CA");
    private static TlsConfig client;
    private static TlsConfig many;
    private static TlsConfig one;

    @BeforeAll
    static void issue() throws IOException {
        client = TlsConfig.trusting(CA.write(folder.resolve("ca.pem")));
        PEOPLE.write(folder.resolve("people.pem"));
        one = site("first", Kind.EC_P256, "first.test");
        Tls all = one.and(site("second", Kind.EC_P256, "second.test", "also.second.test")).and(site("wild", Kind.EC_P256, "*.wild.test"))
                .and(site("exact", Kind.EC_P256, "exact.wild.test")).and(site("both-ec", Kind.EC_P256, "both.test")).and(site("both-rsa", Kind.RSA_2048, "both.test"));
        many = TlsConfig.of(all);
    }

    private static TlsConfig config(String name, Issued issued) throws IOException {
        return TlsConfig.pem(issued.writeChain(folder.resolve(name + ".pem")), issued.writeKey(folder.resolve(name + ".key")), new char[0]);
    }

    private static TlsConfig site(String name, Kind kind, String... hosts) throws IOException {
        return config(name, CA.sign(new Request(kind).commonName(name).hosts(hosts)));
    }

    // ---- SNI ----

    /** The common name of the certificate that the server shows; a certificate for another host is looked at as well. */
    private static String shown(TlsConfig server, String sni, String... algorithms) {
        SSLEngine engine = client.clientEngine("127.0.0.1", 443);
        SSLParameters parameters = engine.getSSLParameters();
        if (!sni.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(sni)));
        }
        if (algorithms.length > 0) {
            parameters.setSignatureSchemes(algorithms);
        }
        engine.setSSLParameters(parameters);
        TlsSession session = new TlsSession(engine, new Slab(1 << 16), new TlsViews());
        TlsPair pair = new TlsPair(session, server);
        pair.run();
        // The certificate is not for 127.0.0.1, and the message tells for whom it is.
        String message = session.failure().getMessage();
        return message.substring(message.lastIndexOf(' ') + 1);
    }

    @ParameterizedTest(name = "{0} is shown {1}")
    @CsvSource({"first.test,first.test", "FIRST.test,first.test", "second.test,also.second.test", "also.second.test,also.second.test", "a.wild.test,*.wild.test", "B.Wild.TEST,*.wild.test",
        "exact.wild.test,exact.wild.test", "a.b.wild.test,first.test", "wild.test,first.test", "unknown.test,first.test", "'',first.test"})
    void theNameThatIsAskedForChoosesTheCertificate(String asked, String shown) {
        String host = shown(many, asked);
        assertEquals(shown, host.equals("second.test") ? "also.second.test" : host);
    }

    @Test
    void ofTwoKindsOfKeyForOneNameTheClientsAbilityDecides() {
        TlsPair ec = clientWith("both.test", "ecdsa_secp256r1_sha256");
        assertEquals("EC", algorithmShown(ec));
        // The root is signed with ECDSA, so that scheme is offered as well, but last; the server picks by the client's order.
        TlsPair rsa = clientWith("both.test", "rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256");
        assertEquals("RSA", algorithmShown(rsa));
    }

    private static TlsPair clientWith(String host, String... schemes) {
        SSLEngine engine = client.clientEngine(host, 443);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setSignatureSchemes(schemes);
        engine.setSSLParameters(parameters);
        return new TlsPair(new TlsSession(engine, new Slab(1 << 16), new TlsViews()), many).run();
    }

    private static String algorithmShown(TlsPair pair) {
        assertTrue(pair.client.tls.isOpen(), pair::describe);
        return peer(pair.client.tls).getPublicKey().getAlgorithm();
    }

    private static X509Certificate peer(TlsSession session) {
        try {
            Certificate[] chain = session.session().getPeerCertificates();
            return (X509Certificate) chain[0];
        } catch (SSLPeerUnverifiedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void namesThatClientsInventLeaveNothingBehind() {
        // Vert.x kept a context per name (CVE-2024-1300): here the tables are those of the certificates, before and after.
        NamedKeyManager keys = new NamedKeyManager(List.of());
        assertEquals(0, keys.knownNames());
        int before = many.knownNames();
        for (int i = 0; i < 50; i++) {
            shown(many, "invented-" + i + ".test");
        }
        assertEquals(before, many.knownNames());
        assertEquals(7 - 1, before, "first, second, also.second, *.wild, exact.wild, both");
    }

    // ---- mutual TLS ----

    @Test
    void aServerThatRequiresACertificateTakesTheRightOne() throws IOException {
        TlsConfig server = (TlsConfig) one.requireClientCertificates(folder.resolve("people.pem"));
        Issued person = PEOPLE.sign(new Request(Kind.ED25519).commonName("Ada"));
        TlsConfig ada = TlsConfig.of(client.and(config("ada", person)));
        for (TlsConfig version : new TlsConfig[] {server, server.onlyTls12()}) {
            TlsPair pair = TlsPair.of(ada, "first.test", version).run();
            assertTrue(pair.server.tls.isOpen(), pair::describe);
            assertEquals(person.certificate(), peer(pair.server.tls));
        }
    }

    @Test
    void aServerThatRequiresACertificateRefusesAClientWithout() throws IOException {
        TlsConfig server = (TlsConfig) one.requireClientCertificates(folder.resolve("people.pem"));
        for (TlsConfig version : new TlsConfig[] {server, server.onlyTls12()}) {
            TlsPair pair = TlsPair.of(client, "first.test", version).run();
            assertFalse(pair.server.tls.isOpen(), pair::describe);
            assertTrue(pair.server.tls.isFailed() && pair.client.tls.isFailed(), pair::describe);
        }
    }

    @Test
    void aServerRefusesAClientCertificateOfAnotherAuthority() throws IOException {
        Issued forged = TestCertificates.authority("People CA").sign(new Request(Kind.EC_P256).commonName("Mallory"));
        TlsConfig mallory = TlsConfig.of(client.and(config("mallory", forged)));
        for (Tls strict : new Tls[] {one.requireClientCertificates(folder.resolve("people.pem")), one.requestClientCertificates(folder.resolve("people.pem"))}) {
            TlsPair pair = TlsPair.of(mallory, "first.test", TlsConfig.of(strict)).run();
            assertTrue(pair.server.tls.isFailed() && !pair.server.tls.isOpen(), pair::describe);
            assertTrue(pair.server.tls.failure().getMessage().contains("the client's certificate is not trusted"), pair::describe);
        }
    }

    @Test
    void aServersOwnAuthorityDoesNotVouchForClients() throws IOException {
        TlsConfig server = (TlsConfig) one.requireClientCertificates(folder.resolve("people.pem")).and(Tls.trusting(folder.resolve("ca.pem")));
        TlsConfig wrong = TlsConfig.of(client.and(config("site-as-client", CA.sign(new Request(Kind.EC_P256).commonName("Eve")))));
        TlsPair pair = TlsPair.of(wrong, "first.test", server).run();
        assertFalse(pair.server.tls.isOpen(), pair::describe);
    }

    @Test
    void aServerThatRequestsTakesAClientWithout() throws IOException {
        TlsConfig server = (TlsConfig) one.requestClientCertificates(folder.resolve("people.pem"));
        TlsPair pair = TlsPair.of(client, "first.test", server).run();
        assertTrue(pair.server.tls.isOpen(), pair::describe);
        assertThrows(SSLPeerUnverifiedException.class, () -> pair.server.tls.session().getPeerCertificates());
    }

    @Test
    void anExpiredClientCertificateIsRefused() throws IOException {
        TlsConfig server = (TlsConfig) one.requireClientCertificates(folder.resolve("people.pem"));
        TlsConfig late = TlsConfig.of(client.and(config("late", PEOPLE.sign(new Request(Kind.EC_P256).commonName("Late").expired()))));
        TlsPair pair = TlsPair.of(late, "first.test", server).run();
        assertFalse(pair.server.tls.isOpen(), pair::describe);
        assertTrue(pair.server.tls.failure().getMessage().contains("expired on"), pair::describe);
    }

    @Test
    void aClientShowsTheCertificateThatTheServerCanUse() throws IOException {
        TlsConfig server = (TlsConfig) one.requireClientCertificates(folder.resolve("people.pem"));
        Issued other = TestCertificates.authority("Elsewhere").sign(new Request(Kind.EC_P256).commonName("Elsewhere"));
        Issued right = PEOPLE.intermediate("Team").sign(new Request(Kind.EC_P256).commonName("Right"));
        TlsConfig both = TlsConfig.of(client.and(config("elsewhere", other)).and(config("right", right)));
        TlsPair pair = TlsPair.of(both, "first.test", server).run();
        assertTrue(pair.server.tls.isOpen(), pair::describe);
        assertEquals(right.certificate(), peer(pair.server.tls));
        assertArrayEquals(right.chain().toArray(), pair.server.tls.session().getPeerCertificates());
    }

    @Test
    void aServerWithoutACertificateIsNotStarted() {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> client.serverEngine("http/1.1"));
        assertTrue(e.getMessage().contains("Tls.pem"), e.getMessage());
        assertFalse(client.hasCertificate());
        assertTrue(one.hasCertificate());
    }
}
