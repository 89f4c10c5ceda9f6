package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Tls;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS over real sockets, with the JDK's own TLS as the client. */
@Timeout(60)
class ServerTlsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final TestCertificates CA = TestCertificates.authority("Server Test CA");
    private static final Issued SITE = CA.issue(Kind.EC_P256, "localhost", "127.0.0.1");
    @TempDir
    static Path dir;
    private static Tls tls;

    @BeforeAll
    static void write() throws IOException {
        tls = Tls.pem(SITE.writeChain(dir.resolve("site.pem")), SITE.writeKey(dir.resolve("site.key")));
        CA.write(dir.resolve("ca.pem"));
    }

    // ---- the client

    private static SSLContext context(X509Certificate trusted, Issued own) throws GeneralSecurityException, IOException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("ca", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (own != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("me", own.key(), new char[0], own.chain().toArray(new Certificate[0]));
            keys.init(store, new char[0]);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static SSLSocket socket(TestServer server, SSLContext context, String name, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(Raw.connected(server.server.address()), name, server.server.address().getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static Raw connect(TestServer server, String... protocols) throws Exception {
        return new Raw(socket(server, context(CA.certificate(), null), "localhost", protocols));
    }

    private static TestServer start(Mode mode, Handler handler) throws IOException {
        return TestServer.start(mode, handler, b -> b.tls(tls));
    }

    // ---- versions, content

    @ParameterizedTest
    @CsvSource({"INLINE,TLSv1.2", "INLINE,TLSv1.3", "VIRTUAL,TLSv1.2", "VIRTUAL,TLSv1.3"})
    void speaksBothVersions(Mode mode, String version) throws Exception {
        try (TestServer server = start(mode, (request, response) -> response.send(request.scheme() + " " + request.tls().orElseThrow().getProtocol())); Raw raw = connect(server, version)) {
            raw.send(GET + GET);
            assertEquals("https " + version, raw.reply().content());
            assertEquals("https " + version, raw.reply().content());
            raw.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            raw.reply();
            assertEquals("", raw.rest()); // the JDK throws if there is no close_notify
            assertEquals(1, server.stats().tlsHandshakes());
        }
    }

    @Test
    void olderVersionsAreRefused() throws Exception {
        try (TestServer server = start(Mode.INLINE, TestServer::path)) {
            byte[] hello10 = {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 1};
            try (Raw raw = server.connect()) {
                raw.send(ByteBuffer.allocate(50).put(hello10).put(new byte[32]).put(new byte[] {0, 0, 2, 0, 47, 1, 0}).array());
                assertTrue(raw.rest().length() <= 7, "more than an alert");
            }
            assertEquals(1, server.stats().tlsFailures());
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void largeContentGoesBothWays(Mode mode) throws Exception {
        byte[] large = new byte[5_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 + i / 1_009);
        }
        Path file = Files.write(dir.resolve("large-" + mode), large);
        Handler handler = mode == Mode.VIRTUAL ? (request, response) -> {
            if (request.path().is("/file")) {
                response.send(file);
            } else {
                response.send(request.body().readAll(1 << 24));
            }
        } : (request, response) -> {
            if (request.path().is("/file")) {
                response.send(file);
            } else {
                request.body().onData(new ServerStreamingTest.Collecting(all -> response.send(Raw.latin1(all))));
            }
        };
        try (TestServer server = start(mode, handler)) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                try (Raw raw = connect(server, version)) {
                    raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + large.length + "\r\n\r\n");
                    Thread sender = Thread.ofVirtual().start(() -> raw.trySend(new String(large, StandardCharsets.ISO_8859_1)));
                    assertArrayEquals(large, Raw.latin1(raw.reply().content()));
                    sender.join();
                    raw.send("GET /file HTTP/1.1\r\nHost: h\r\n\r\n" + "GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertArrayEquals(large, Raw.latin1(raw.reply().content()));
                    assertArrayEquals(large, Raw.latin1(raw.reply().content()));
                }
            }
            Await.until(() -> Buffers.lentBytes(server.server) == 0, server::stats);
        }
    }

    @Test
    void aSlowReaderOverTlsIsBoundedToo() throws Exception {
        try (TestServer server = start(Mode.VIRTUAL, (request, response) -> {
            try (OutputStream out = response.stream().asOutputStream()) {
                byte[] piece = new byte[10_000];
                for (int i = 0; i < 20_000; i++) {
                    out.write(piece);
                }
            }
        }); Raw raw = connect(server)) {
            raw.send(GET);
            raw.head();
            ServerLimitsTest.awaitStandstill(server);
            assertTrue(server.stats().bufferBytes() < 600_000, () -> server.stats().toString());
        }
    }

    @Test
    void pipelinedRequestsInOneRecordAreAllAnswered() throws Exception {
        try (TestServer server = start(Mode.VIRTUAL, TestServer::path); Raw raw = connect(server)) {
            raw.send(GET.repeat(300));
            for (int i = 0; i < 300; i++) {
                assertEquals("/", raw.reply().content());
            }
        }
    }

    @Test
    void aClientThatEndsItsSideIsStillServed() throws Exception {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> {
            Thread.sleep(50);
            response.send("" + request.body().readAll(1 << 20).length);
        }, b -> b.tls(tls).bufferBytes(1_024)); Raw raw = connect(server, "TLSv1.3")) {
            raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000)).endSending();
            assertEquals("20000", raw.reply().content());
        }
    }

    // ---- who the client is

    @ParameterizedTest
    @CsvSource({"TLSv1.2", "TLSv1.3"})
    void clientCertificatesAreRequiredAndSeen(String version) throws Exception {
        Tls strict = tls.requireClientCertificates(dir.resolve("ca.pem"));
        Issued me = CA.issue(Kind.EC_P256, "me");
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> response.send("" + request.tls().orElseThrow().getPeerCertificates().length), b -> b.tls(strict))) {
            try (Raw raw = new Raw(socket(server, context(CA.certificate(), me), "localhost", version))) {
                raw.send(GET);
                assertEquals("1", raw.reply().content());
            }
            try (Raw raw = new Raw(socket(server, context(CA.certificate(), null), "localhost", version))) {
                assertThrows(IOException.class, () -> {
                    raw.send(GET);
                    raw.head();
                });
            }
            try (Raw raw = new Raw(socket(server, context(CA.certificate(), TestCertificates.selfSigned(Kind.EC_P256, "me")), "localhost", version))) {
                assertThrows(IOException.class, () -> {
                    raw.send(GET);
                    raw.head();
                });
            }
            Await.until(() -> server.stats().tlsFailures() == 2, server::stats);
            assertEquals(1, server.stats().requests());
            Await.until(() -> Buffers.lentBytes(server.server) == 0, server::stats);
        }
    }

    // ---- who the server is

    @Test
    void theNameChoosesTheCertificate() throws Exception {
        Issued other = CA.issue(Kind.EC_P256, "other.example");
        Tls both = tls.and(Tls.pem(other.writeChain(dir.resolve("other.pem")), other.writeKey(dir.resolve("other.key"))));
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.tls(both))) {
            for (String name : new String[] {"localhost", "other.example"}) {
                try (Raw raw = new Raw(socket(server, context(CA.certificate(), null), name))) {
                    raw.send(GET);
                    assertEquals(200, raw.reply().status());
                }
            }
            try (SSLSocket socket = socket(server, context(CA.certificate(), null), "third.example")) {
                assertThrows(SSLException.class, socket::startHandshake); // it gets the first certificate, whose name does not fit
            }
        }
    }

    @Test
    void aRenewedCertificateIsUsedWithoutDroppingConnections() throws Exception {
        Path chain = SITE.writeChain(dir.resolve("renew.pem"));
        Path key = SITE.writeKey(dir.resolve("renew.key"));
        Tls renewed = Tls.pem(chain, key);
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.tls(renewed)); Raw before = new Raw(socket(server, context(CA.certificate(), null), "localhost"))) {
            before.send(GET);
            assertEquals(200, before.reply().status());
            Issued next = CA.issue(Kind.EC_P256, "localhost", "127.0.0.1");
            next.writeChain(chain);
            next.writeKey(key);
            renewed.reload();
            try (SSLSocket socket = socket(server, context(CA.certificate(), null), "localhost"); Raw after = new Raw(socket)) {
                after.send(GET);
                assertEquals(200, after.reply().status());
                assertEquals(next.certificate(), socket.getSession().getPeerCertificates()[0]);
            }
            before.send(GET);
            assertEquals(200, before.reply().status());
        }
    }

    @Test
    void http11IsAgreedOnByAlpn() throws Exception {
        try (TestServer server = start(Mode.INLINE, TestServer::path)) {
            SSLSocket socket = socket(server, context(CA.certificate(), null), "localhost");
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            try (Raw raw = new Raw(socket)) {
                raw.send(GET);
                assertEquals(200, raw.reply().status());
                assertEquals("http/1.1", socket.getApplicationProtocol());
            }
        }
    }

    // ---- clients that do not play along

    @Test
    void aClientThatConnectsAndSaysNothingIsClosed() throws Exception {
        try (TestServer server = TestServer.start(Mode.INLINE, TestServer::path, b -> b.tls(tls).headTimeout(Duration.ofMillis(150))); Raw silent = server.connect(); Raw half = server.connect()) {
            half.send(new byte[] {22, 3, 1, 2});
            silent.rest();
            half.rest();
            silent.endSending();
            half.endSending();
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
            assertEquals(0, server.stats().requests());
            Await.until(() -> Buffers.lentBytes(server.server) == 0, server::stats);
        }
    }

    @Test
    void plainHttpToATlsPortIsToldSo() throws Exception {
        try (TestServer server = start(Mode.VIRTUAL, TestServer::path)) {
            for (String sent : List.of(GET, "G", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000))) {
                try (Raw raw = server.connect()) {
                    raw.send(sent);
                    String all = raw.rest();
                    assertTrue(all.startsWith("HTTP/1.1 400 ") && all.contains("\r\nConnection: close\r\n") && all.endsWith("\r\n\r\nThe plain HTTP request was sent to HTTPS port: use https://\n"), all);
                }
            }
            assertEquals(0, server.stats().requests());
            assertEquals(3, server.stats().tlsFailures());
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
        }
    }

    @Test
    void otherBytesToATlsPortGetNoAnswerButAnAlert() throws Exception {
        try (TestServer server = start(Mode.VIRTUAL, TestServer::path); Raw raw = server.connect()) {
            raw.send("get / HTTP/1.1\r\nHost: a\r\n\r\n"); // no method of HTTP begins so
            String all = raw.rest();
            assertTrue(all.length() <= 7 && !all.contains("HTTP"), all);
            assertEquals(0, server.stats().requests());
            assertEquals(1, server.stats().tlsFailures());
        }
    }

    @Test
    void leavingWithinTheHandshakeLeavesNothing() throws Exception {
        try (TestServer server = start(Mode.VIRTUAL, TestServer::path)) {
            for (int i = 0; i < 60; i++) {
                Socket plain = Raw.connected(server.server.address());
                if (i % 3 > 0) {
                    plain.getOutputStream().write(new byte[] {22, 3, 1, 0, (byte) (i % 3 == 1 ? 1 : 200), 1});
                }
                if (i % 2 == 0) {
                    plain.setSoLinger(true, 0);
                }
                plain.close();
            }
            Await.until(() -> server.stats().connectionsOpen() == 0 && server.stats().connectionsAccepted() == 60, server::stats);
            assertEquals(0, Buffers.lentBytes(server.server));
            try (Raw raw = connect(server)) {
                raw.send(GET);
                assertEquals(200, raw.reply().status());
            }
        }
    }

    @Test
    void aProxyHeaderPrecedesTls() throws Exception {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, (request, response) -> response.send(request.scheme() + " " + request.remote()), b -> b.tls(tls).proxyProtocol())) {
            Socket plain = Raw.connected(server.server.address());
            plain.getOutputStream().write(Raw.latin1("PROXY TCP4 198.51.100.7 10.0.0.1 5000 443\r\n"));
            SSLSocket socket = (SSLSocket) context(CA.certificate(), null).getSocketFactory().createSocket(plain, "localhost", server.server.address().getPort(), true);
            try (Raw raw = new Raw(socket)) {
                raw.send(GET);
                assertEquals("https /198.51.100.7:5000", raw.reply().content());
            }
        }
    }

    @Test
    void aShutdownEndsTlsConnectionsToo() throws Exception {
        try (TestServer server = start(Mode.VIRTUAL, TestServer::path); Raw raw = connect(server); Raw silent = server.connect()) {
            raw.send(GET);
            assertEquals(200, raw.reply().status());
            long start = System.nanoTime();
            server.server.shutdown(Duration.ofSeconds(20));
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
            silent.rest();
        }
    }
}
