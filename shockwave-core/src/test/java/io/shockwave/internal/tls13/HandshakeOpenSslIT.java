package io.shockwave.internal.tls13;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.testing.OpenSsl;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.tls13.TlsServerSettings.ClientAuthentication;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The handshake against OpenSSL in both roles, in records over loopback: another's reading of the same RFC, HelloRetryRequest, cookies, tickets and client certificates included. */
@Timeout(60)
final class HandshakeOpenSslIT {
    @TempDir
    static Path folder;
    private static final TestCertificates CA = TestCertificates.authority("Test CA");

    private final OpenSsl openssl = new OpenSsl(folder);

    @BeforeAll
    static void findOpenSsl() throws Exception {
        OpenSsl.assumeInstalled();
        CA.write(folder.resolve("ca.pem"));
        for (Kind kind : Kind.values()) {
            Issued issued = CA.issue(kind, "localhost");
            issued.writeChain(folder.resolve(kind + ".pem"));
            issued.writeKey(folder.resolve(kind + ".key"));
        }
        // What OpenSSL sends in EncryptedExtensions for the transport parameters: context (ClientHello, EncryptedExtensions), type 57, three bytes.
        byte[] info = Wire.join(Wire.bytes(0, 0, 0x04, 0x80), Wire.u16(57), Wire.vector(2, Wire.bytes('p', 'q', 'r')));
        Files.writeString(folder.resolve("info.pem"), TestCertificates.pem("SERVERINFOV2 FOR QUIC", info));
    }

    @AfterEach
    void stop() {
        openssl.close();
    }

    private static TlsCredential credential(Kind kind) throws Exception {
        try (var chain = Files.newInputStream(folder.resolve(kind + ".pem"))) {
            var certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(chain);
            String text = Files.readString(folder.resolve(kind + ".key")).replaceAll("-----[A-Z ]+-----|\\s", "");
            String algorithm = certificate.getPublicKey().getAlgorithm();
            var key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
            return new TlsCredential(List.of(certificate), key);
        }
    }

    private static CredentialChooser chooser(Kind kind) throws Exception {
        TlsCredential[] one = {credential(kind)};
        return (_, _) -> one;
    }

    // ---- our server ----

    /** What s_client printed, and what the server's engine was at the end. */
    private record Served(String printed, TlsEngine engine, int alert) {
    }

    private Served serve(TlsServerSettings settings, String... arguments) throws Exception {
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            List<String> all = new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + listener.getLocalPort(), "-servername", "localhost", "-alpn", "h3", "-serverinfo", "57",
                    "-no_middlebox", "-CAfile", "ca.pem", "-verify_return_error", "-ign_eof"));
            all.addAll(List.of(arguments));
            Process client = openssl.start(all.toArray(new String[0]));
            TlsEngine engine;
            int alert;
            try (Socket socket = listener.accept(); RecordPeer peer = new RecordPeer(socket, settings)) {
                peer.handshake();
                if (peer.engine.isComplete()) {
                    peer.engine.sendTicket(System.currentTimeMillis());
                    client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                    client.getOutputStream().flush();
                    assertEquals("hello\n", peer.line());
                    peer.send("welcome\n");
                }
                engine = peer.engine;
                alert = peer.alert;
                socket.shutdownOutput();
                String printed = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(client.waitFor(20, TimeUnit.SECONDS));
                return new Served(printed, engine, alert);
            }
        }
    }

    private static TlsServerSettings settings(Kind kind) throws Exception {
        return new TlsServerSettings(chooser(kind), TlsRig.PROTOCOLS);
    }

    @Test
    void ourServerWithEveryKindOfKeyAndSuite() throws Exception {
        for (Kind kind : Kind.values()) {
            for (String suite : List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")) {
                Served served = serve(settings(kind), "-ciphersuites", suite);
                assertTrue(served.printed.contains("New, TLSv1.3, Cipher is " + suite) && served.printed.contains("welcome") && served.printed.contains("Verification: OK")
                        && served.printed.contains("ALPN protocol: h3"), served.printed);
            }
        }
    }

    @Test
    void ourServerWithEveryGroupAtOnceAndByARetry() throws Exception {
        for (var one : List.of(new Object[] {"X25519", NamedGroup.X25519, "P-256"}, new Object[] {"P-256", NamedGroup.SECP256R1, "X25519"}, new Object[] {"P-384", NamedGroup.SECP384R1, "X448"})) {
            TlsServerSettings server = settings(Kind.EC_P256).withGroups(List.of((NamedGroup) one[1]));
            Served direct = serve(server, "-groups", (String) one[0]);
            assertTrue(direct.printed.contains("welcome"), direct.printed);
            assertFalse(direct.engine.wasRetried());
            Served retried = serve(server, "-groups", one[2] + ":" + one[0]);
            assertTrue(retried.printed.contains("welcome"), retried.printed);
            assertTrue(retried.engine.wasRetried());
            assertEquals(one[1], retried.engine.group());
        }
    }

    @Test
    void ourServerResumesAlsoAfterARetry() throws Exception {
        TlsServerSettings server = settings(Kind.EC_P256).withGroups(List.of(NamedGroup.X25519)).withTickets(TlsRig.ticketKeys(), ReplayGuard.REFUSES);
        Served first = serve(server, "-sess_out", "session.pem");
        assertTrue(first.printed.contains("New, TLSv1.3") && first.printed.contains("welcome"), first.printed);
        Served second = serve(server, "-sess_in", "session.pem", "-sess_out", "session.pem");
        assertTrue(second.printed.contains("Reused, TLSv1.3") && second.printed.contains("welcome"), second.printed);
        assertTrue(second.engine.isResumed());
        Served third = serve(server, "-sess_in", "session.pem", "-groups", "P-256:X25519");
        assertTrue(third.printed.contains("Reused, TLSv1.3") && third.printed.contains("welcome"), third.printed);
        assertTrue(third.engine.isResumed() && third.engine.wasRetried());
    }

    @Test
    void ourServerAsksForCertificates() throws Exception {
        byte[] name = CA.certificate().getSubjectX500Principal().getEncoded();
        for (Kind kind : Kind.values()) {
            TlsServerSettings server = settings(Kind.EC_P256).withClients(ClientAuthentication.REQUIRED, TlsRig.TRUSTS_ALL, List.of(name));
            Served known = serve(server, "-cert", kind + ".pem", "-key", kind + ".key");
            assertTrue(known.printed.contains("welcome") && known.printed.contains("CN = Test CA"), known.printed);
            assertEquals(credential(kind).chain()[0], known.engine.peerCertificates()[0]);
        }
        Served anonymous = serve(settings(Kind.EC_P256).withClients(ClientAuthentication.REQUIRED, TlsRig.TRUSTS_ALL, List.of(name)));
        assertEquals(TlsError.CERTIFICATE_REQUIRED, anonymous.engine.error());
        Served allowed = serve(settings(Kind.EC_P256).withClients(ClientAuthentication.REQUESTED, TlsRig.TRUSTS_ALL, List.of(name)));
        assertTrue(allowed.printed.contains("welcome"), allowed.printed);
    }

    @Test
    void ourServersAlertsArrive() throws Exception {
        Served protocol = serve(settings(Kind.EC_P256), "-alpn", "h2");
        assertTrue(protocol.printed.contains("no application protocol"), protocol.printed);
        Served group = serve(settings(Kind.EC_P256), "-groups", "X448");
        assertTrue(group.printed.contains("handshake failure"), group.printed);
    }

    // ---- our client ----

    private int startServer(Kind kind, String... arguments) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            port = free.getLocalPort();
        }
        List<String> all = new ArrayList<>(List.of("s_server", "-accept", "127.0.0.1:" + port, "-cert", kind + ".pem", "-key", kind + ".key", "-alpn", "h3", "-serverinfo", "info.pem",
                "-tls1_3", "-CAfile", "ca.pem"));
        all.addAll(Arrays.asList(arguments));
        if (!all.contains("-stateless")) {
            all.add("-rev"); // Which knows nothing of cookies.
        }
        Process server = openssl.start(all.toArray(new String[0]));
        StringBuilder printed = new StringBuilder();
        while (!printed.toString().contains("ACCEPT")) { // It has no other sign of life.
            int c = server.getInputStream().read();
            assertTrue(c >= 0, printed::toString);
            printed.append((char) c);
        }
        Thread.ofVirtual().start(() -> {
            try {
                server.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The process was ended.
            }
        });
        return port;
    }

    private static RecordPeer connect(int port, TlsClientSettings settings) throws IOException {
        RecordPeer peer = new RecordPeer(new Socket(InetAddress.getLoopbackAddress(), port), settings);
        peer.handshake();
        return peer;
    }

    private static TlsClientSettings client() {
        return new TlsClientSettings("localhost", TlsRig.TRUSTS_ALL, TlsRig.PROTOCOLS);
    }

    private static void assertTalks(RecordPeer peer, String what) throws IOException {
        assertEquals("none", TlsError.name(peer.engine.error()), what);
        assertEquals(0, peer.alert, what);
        assertTrue(peer.engine.isComplete(), what);
        assertEquals("pqr", peer.peerParameters, what);
        peer.send("abc\n");
        assertEquals("cba\n", peer.line(), what);
    }

    @Test
    void ourClientWithEveryKindOfKeySuiteAndGroup() throws Exception {
        for (Kind kind : Kind.values()) {
            int port = startServer(kind);
            for (CipherSuite suite : CipherSuite.values()) {
                try (RecordPeer peer = connect(port, client().withSuites(List.of(suite)))) {
                    assertTalks(peer, kind + " " + suite);
                    assertEquals(suite, peer.engine.suite());
                }
            }
            for (NamedGroup group : List.of(NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1)) {
                try (RecordPeer peer = connect(port, client().withGroups(List.of(group), 1))) {
                    assertTalks(peer, kind + " " + group);
                    assertFalse(peer.engine.wasRetried());
                }
            }
        }
    }

    @Test
    void ourClientIsRetriedAndResumes() throws Exception {
        int port = startServer(Kind.RSA_2048, "-groups", "P-384");
        TlsClientSettings settings = client().withGroups(List.of(NamedGroup.X25519, NamedGroup.SECP384R1), 1);
        SessionTicket ticket;
        try (RecordPeer peer = connect(port, settings)) {
            assertTalks(peer, "retried");
            assertTrue(peer.engine.wasRetried());
            assertEquals(2, peer.tickets.size());
            ticket = peer.tickets.getFirst();
        }
        try (RecordPeer peer = connect(port, settings.withTicket(ticket, false))) {
            // OpenSSL has the transport parameters from its certificate's settings, and leaves them out with the certificate. That this could be read shows that the keys agree.
            assertEquals("missing_extension", TlsError.name(peer.engine.error()));
            assertTrue(peer.engine.wasRetried() && peer.engine.isResumed());
        }
    }

    /** -stateless: a HelloRetryRequest with a cookie, with and without another group. */
    @Test
    void ourClientBringsCookiesBack() throws Exception {
        int port = startServer(Kind.EC_P256, "-stateless", "-groups", "X25519");
        for (NamedGroup first : List.of(NamedGroup.X25519, NamedGroup.SECP256R1)) {
            List<NamedGroup> groups = first == NamedGroup.X25519 ? List.of(first) : List.of(first, NamedGroup.X25519);
            try (RecordPeer peer = connect(port, client().withGroups(groups, 1))) {
                assertEquals("none", TlsError.name(peer.engine.error()));
                assertTrue(peer.engine.wasRetried() && peer.engine.isComplete());
            }
        }
    }

    @Test
    void ourClientShowsItsCertificate() throws Exception {
        int port = startServer(Kind.EC_P256, "-Verify", "1", "-verify_return_error");
        for (Kind kind : Kind.values()) {
            try (RecordPeer peer = connect(port, client().withCredentials(chooser(kind)))) {
                assertTalks(peer, kind.name());
            }
        }
        try (RecordPeer peer = connect(port, client())) {
            assertTrue(peer.engine.isComplete()); // On this side: the server judges after it.
            peer.line();
            assertEquals(116, peer.alert); // certificate_required
        }
    }
}
