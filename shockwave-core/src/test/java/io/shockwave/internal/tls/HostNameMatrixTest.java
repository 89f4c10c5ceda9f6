package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.testing.TestCertificates.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificates a client takes for which host, by whole handshakes, in both versions. */
final class HostNameMatrixTest {
    @TempDir
    static Path folder;
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final Map<String, TlsConfig> SERVERS = new HashMap<>();
    private static TlsConfig client;

    @BeforeAll
    static void issue() throws IOException {
        client = TlsConfig.trusting(CA.write(folder.resolve("ca.pem")));
        serve("exact", new Request(Kind.EC_P256).hosts("www.example.com"));
        serve("wildcard", new Request(Kind.EC_P256).hosts("*.example.com"));
        serve("partial", new Request(Kind.EC_P256).hosts("w*.example.com"));
        serve("inner", new Request(Kind.EC_P256).hosts("www.*.com"));
        serve("double", new Request(Kind.EC_P256).hosts("*.*.example.com"));
        serve("top", new Request(Kind.EC_P256).hosts("*.test"));
        serve("v4", new Request(Kind.EC_P256).hosts("127.0.0.1"));
        serve("v6", new Request(Kind.EC_P256).hosts("::1", "2001:db8::5"));
        serve("common-name", new Request(Kind.EC_P256).commonName("www.example.com"));
        serve("common-address", new Request(Kind.EC_P256).commonName("127.0.0.1"));
        serve("idn", new Request(Kind.EC_P256).hosts("xn--bcher-kva.example"));
        serve("nul", new Request(Kind.EC_P256).hosts("www.example.com\0.evil.test", "a.example.com\r\nX= " + "y".repeat(1_000)));
        serve("underscore", new Request(Kind.EC_P256).hosts("*.example.com", "a.example.com"));
    }

    private static void serve(String name, Request request) throws IOException {
        SERVERS.put(name, config(name, CA.sign(request)));
    }

    private static TlsConfig config(String name, Issued issued) throws IOException {
        return TlsConfig.pem(issued.writeChain(folder.resolve(name + ".pem")), issued.writeKey(folder.resolve(name + ".key")), new char[0]);
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource({
        "exact,www.example.com,true", "exact,WWW.Example.COM,true", "exact,www.example.com.,true", "exact,example.com,false", "exact,a.www.example.com,false",
        "exact,www.example.org,false", "exact,wwwXexample.com,false", "exact,127.0.0.1,false",
        "wildcard,a.example.com,true", "wildcard,A.EXAMPLE.com,true", "wildcard,example.com,false", "wildcard,a.b.example.com,false", "wildcard,.example.com,false",
        "wildcard,aexample.com,false", "wildcard,a.example.com.evil.test,false", "wildcard,xn--bcher-kva.example.com,true",
        "partial,www.example.com,false", "partial,w.example.com,false", "inner,www.example.com,false", "double,a.b.example.com,false", "top,a.test,false",
        "v4,127.0.0.1,true", "v4,127.0.0.2,false", "v4,localhost,false", "v4,127.1,false", "v4,2130706433,false",
        "v6,::1,true", "v6,[::1],true", "v6,0:0:0:0:0:0:0:1,true", "v6,::2,false", "v6,2001:db8::5,true", "v6,2001:0DB8::0005,true", "v6,127.0.0.1,false",
        "common-name,www.example.com,false", "common-address,127.0.0.1,false",
        "nul,www.example.com,false", "nul,www.example.com\0.evil.test,false", "nul,a.example.com,false", "idn,bücher.example,true", "idn,xn--bcher-kva.example,true", "idn,bucher.example,false"})
    void aClientTakesOnlyTheCertificateOfTheHost(String certificate, String host, boolean taken) {
        for (TlsConfig version : new TlsConfig[] {SERVERS.get(certificate), SERVERS.get(certificate).onlyTls12()}) {
            TlsPair pair;
            try {
                pair = TlsPair.of(client, host, version);
            } catch (IllegalArgumentException e) {
                assertFalse(taken, "a host that cannot be a name: " + e.getMessage());
                continue;
            }
            pair.run();
            assertEquals(taken, pair.client.tls.isOpen(), pair::describe);
            assertEquals(!taken, pair.client.tls.isFailed(), pair::describe);
            if (!taken) {
                assertTrue(pair.server.tls.isFailed() && !pair.server.tls.isOpen() || pair.server.tls.isFailed(), "the server is told: " + pair.describe());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void theMessageSaysWhichHostAndWhichNames(String version) {
        TlsConfig server = SERVERS.get("exact");
        TlsPair pair = TlsPair.of(client, "other.example.com", version.equals("TLSv1.2") ? server.onlyTls12() : server).run();
        String message = pair.client.tls.failure().getMessage();
        assertTrue(message.contains("not for other.example.com but for www.example.com"), message);
    }

    /** Anybody can have written the certificate: it is looked at before it is known to be trusted. */
    @Test
    void theMessageIsSafeToLogWhateverTheCertificateSays() throws IOException {
        String names = TlsPair.of(client, "www.example.com", SERVERS.get("nul")).run().client.tls.failure().getMessage();
        assertTrue(names.contains("but for www.example.com?.evil.test, a.example.com??X= yyy"), names);
        String issuer = TlsPair.of(client, "localhost", config("lines", TestCertificates.authority("Evil\r\nX " + "y".repeat(1_000)).issue(Kind.EC_P256, "localhost"))).run().client.tls.failure().getMessage();
        assertTrue(issuer.contains("CN=") && issuer.contains("Evil"), issuer);
        for (String message : new String[] {names, issuer}) {
            assertTrue(message.chars().allMatch(c -> c >= ' ' && c < 0x7F) && message.length() < 1_000, message);
        }
    }

    @Test
    void anExpiredCertificateIsRefusedWithItsDate() throws IOException {
        Instant end = Instant.parse("2024-05-06T07:08:09Z");
        Issued old = CA.sign(new Request(Kind.EC_P256).hosts("localhost").validity(end.minus(Duration.ofDays(30)), end));
        assertRefused(client, config("expired", old), "expired on 2024-05-06T07:08:09Z", "certificate_expired");
    }

    @Test
    void aCertificateOfTheFutureIsRefused() throws IOException {
        Instant start = Instant.now().plus(Duration.ofDays(3));
        Issued early = CA.sign(new Request(Kind.EC_P256).hosts("localhost").validity(start, start.plus(Duration.ofDays(3))));
        assertRefused(client, config("early", early), "not valid before", "");
    }

    @Test
    void aSelfSignedCertificateIsRefused() throws IOException {
        assertRefused(client, config("self", TestCertificates.selfSigned(Kind.EC_P256, "localhost")), "signed by itself", "");
    }

    @Test
    void aSelfSignedCertificateThatIsTrustedItselfIsTaken() throws IOException {
        Issued own = TestCertificates.selfSigned(Kind.EC_P256, "localhost");
        TlsConfig trusting = TlsConfig.trusting(own.writeChain(folder.resolve("own-anchor.pem")));
        TlsPair pair = TlsPair.of(trusting, "localhost", config("own", own)).run();
        assertTrue(pair.client.tls.isOpen() && pair.server.tls.isOpen(), pair::describe);
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws IOException {
        Issued foreign = TestCertificates.authority("Other CA").issue(Kind.EC_P256, "localhost");
        assertRefused(client, config("foreign", foreign), "Other CA", "");
    }

    @Test
    void aCertificateOfAnAuthorityWithTheSameNameIsRefused() throws IOException {
        Issued forged = TestCertificates.authority("Test CA").issue(Kind.EC_P256, "localhost");
        assertRefused(client, config("forged", forged), "not trusted", "");
    }

    @Test
    void theJdksAnchorsAreNotAddedToThoseGiven() throws IOException {
        assertRefused(TlsConfig.SYSTEM, config("private", CA.issue(Kind.EC_P256, "localhost")), "Test CA", "");
    }

    @Test
    void aCertificateSignedByAnEndCertificateIsRefused() throws IOException {
        // The classic: a site's own certificate used as if it were an authority.
        Issued site = CA.issue(Kind.EC_P256, "evil.test");
        Issued forged = TestCertificates.under(site, Kind.EC_P256, "localhost");
        assertRefused(client, config("under-end", forged), "not trusted", "");
    }

    @Test
    void aChainOverAnIntermediateIsTaken() throws IOException {
        TlsPair pair = TlsPair.of(client, "localhost", config("deep", CA.intermediate("Middle").intermediate("Lower").issue(Kind.EC_P256, "localhost"))).run();
        assertTrue(pair.client.tls.isOpen(), pair::describe);
    }

    @Test
    void aSessionOfOneHostIsNotResumedForAnother() throws IOException {
        // The first host is verified; a second host at the same server must be verified by itself, whatever can be resumed.
        TlsConfig fresh = TlsConfig.trusting(folder.resolve("ca.pem"));
        TlsConfig server = SERVERS.get("exact");
        assertTrue(TlsPair.of(fresh, "www.example.com", server).run().client.tls.isOpen());
        TlsPair other = TlsPair.of(fresh, "other.example.com", server).run();
        assertTrue(other.client.tls.isFailed(), other::describe);
        assertTrue(TlsPair.of(fresh, "www.example.com", server).run().client.tls.isOpen());
    }

    @Test
    void oneConfigurationsSessionIsNotResumedByAnother() throws IOException {
        TlsConfig server = SERVERS.get("exact");
        assertTrue(TlsPair.of(client, "www.example.com", server).run().client.tls.isOpen());
        TlsConfig distrusting = TlsConfig.trusting(TestCertificates.authority("Nobody").write(folder.resolve("nobody.pem")));
        TlsPair pair = TlsPair.of(distrusting, "www.example.com", server).run();
        assertTrue(pair.client.tls.isFailed(), pair::describe);
    }

    @Test
    void aClientWithoutAHostIsNotMade() {
        assertThrows(IllegalArgumentException.class, () -> client.clientEngine("", 443));
        assertThrows(IllegalArgumentException.class, () -> client.clientEngine(".", 443));
    }

    private static void assertRefused(TlsConfig client, TlsConfig server, String clientSays, String serverHears) {
        for (TlsConfig version : new TlsConfig[] {server, server.onlyTls12()}) {
            TlsPair pair = TlsPair.of(client, "localhost", version).run();
            assertTrue(pair.client.tls.isFailed() && !pair.client.tls.isOpen(), pair::describe);
            String message = pair.client.tls.failure().getMessage();
            assertTrue(message.contains(clientSays), message);
            assertTrue(pair.server.tls.isFailed(), pair::describe);
            assertTrue(pair.server.tls.failure().getMessage().contains(serverHears), pair::describe);
        }
    }
}
