package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a handler is told of TLS, over TCP and over QUIC. */
@Timeout(60)
class Http3SessionTest {
    private static final TestCertificates CA = TestCertificates.authority("Session Test CA");
    private static final Issued SITE = CA.issue(Kind.EC_P256, "localhost", "127.0.0.1");
    private static final Issued ME = CA.issue(Kind.EC_P256, "me");

    @TempDir
    private static Path dir;
    private static Path anchor;
    private static Tls site;
    private static Tls trust;
    private static Tls me;

    @BeforeAll
    static void write() throws IOException {
        anchor = CA.write(dir.resolve("ca.pem"));
        site = Tls.pem(SITE.writeChain(dir.resolve("site.pem")), SITE.writeKey(dir.resolve("site.key")));
        trust = Tls.trusting(anchor);
        me = Tls.pem(ME.writeChain(dir.resolve("me.pem")), ME.writeKey(dir.resolve("me.key"))).and(trust);
    }

    private static ShockwaveServer server(HttpVersion version, Tls tls, Handler handler) throws IOException {
        return ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(tls).protocols(version).shutdownGrace(Duration.ZERO).handler(handler).start();
    }

    private static String ask(ShockwaveServer server, HttpVersion version, Tls tls, String host, int times) throws IOException {
        try (ShockwaveClient client = ShockwaveClient.builder().tls(tls).protocols(version).build()) {
            String text = "";
            for (int i = 0; i < times; i++) {
                try (ClientResponse response = client.get("https://" + host + ":" + server.address().getPort() + "/").send()) {
                    assertEquals(version, response.version());
                    text = new String(response.body().readAll(1 << 16), StandardCharsets.UTF_8);
                }
            }
            return text;
        }
    }

    @ParameterizedTest
    @EnumSource(value = HttpVersion.class, names = {"HTTP_1_1", "HTTP_3"})
    void tellsProtocolSuiteNameAndOwnCertificates(HttpVersion version) throws Exception {
        Queue<SSLSession> seen = new ConcurrentLinkedQueue<>();
        try (ShockwaveServer server = server(version, site, (request, response) -> {
            seen.add(request.tls().orElseThrow());
            response.send("");
        })) {
            ask(server, version, trust, "localhost", 2);
        }
        ExtendedSSLSession session = (ExtendedSSLSession) seen.remove();
        assertEquals("TLSv1.3", session.getProtocol());
        assertTrue(session.getCipherSuite().matches("TLS_(AES_128_GCM_SHA256|AES_256_GCM_SHA384|CHACHA20_POLY1305_SHA256)"), session.getCipherSuite());
        assertEquals("localhost", ((SNIHostName) session.getRequestedServerNames().getFirst()).getAsciiName());
        assertArrayEquals(SITE.chain().toArray(), session.getLocalCertificates());
        assertEquals(SITE.certificate().getSubjectX500Principal(), session.getLocalPrincipal());
        assertThrows(SSLPeerUnverifiedException.class, session::getPeerCertificates);
        assertThrows(SSLPeerUnverifiedException.class, session::getPeerPrincipal);
        assertTrue(session.isValid());
        assertNull(session.getValue("x"));
        assertEquals(0, session.getValueNames().length);
        assertSame(session, seen.remove()); // one for a connection
    }

    @ParameterizedTest
    @EnumSource(value = HttpVersion.class, names = {"HTTP_1_1", "HTTP_3"})
    void tellsTheClientsCertificates(HttpVersion version) throws Exception {
        Queue<SSLSession> seen = new ConcurrentLinkedQueue<>();
        Handler handler = (request, response) -> {
            seen.add(request.tls().orElseThrow());
            response.send(request.tls().orElseThrow().getPeerPrincipal().getName());
        };
        try (ShockwaveServer server = server(version, site.requireClientCertificates(anchor), handler)) {
            assertEquals(ME.certificate().getSubjectX500Principal().getName(), ask(server, version, me, "127.0.0.1", 1));
            assertThrows(IOException.class, () -> ask(server, version, trust, "127.0.0.1", 1));
        }
        SSLSession session = seen.remove();
        assertArrayEquals(ME.chain().toArray(), session.getPeerCertificates());
        assertTrue(((ExtendedSSLSession) session).getRequestedServerNames().isEmpty()); // RFC 6066 3: no address
        assertTrue(seen.isEmpty());
    }

    @ParameterizedTest
    @EnumSource(value = HttpVersion.class, names = {"HTTP_3"})
    void isAViewThatChangesNothingAndKnowsTheAddress(HttpVersion version) throws Exception {
        Queue<SSLSession> seen = new ConcurrentLinkedQueue<>();
        Queue<InetSocketAddress> remotes = new ConcurrentLinkedQueue<>();
        try (ShockwaveServer server = server(version, site, (request, response) -> {
            seen.add(request.tls().orElseThrow());
            remotes.add((InetSocketAddress) request.remote());
            response.send("");
        })) {
            ask(server, version, trust, "127.0.0.1", 1);
        }
        SSLSession session = seen.remove();
        InetSocketAddress remote = remotes.remove();
        assertEquals(remote.getAddress().getHostAddress(), session.getPeerHost());
        assertEquals(remote.getPort(), session.getPeerPort());
        assertThrows(UnsupportedOperationException.class, session::invalidate);
        assertThrows(UnsupportedOperationException.class, () -> session.putValue("a", "b"));
        assertThrows(UnsupportedOperationException.class, () -> session.removeValue("a"));
        session.getLocalCertificates()[0] = null; // a copy
        assertEquals(SITE.certificate(), session.getLocalCertificates()[0]);
    }
}
