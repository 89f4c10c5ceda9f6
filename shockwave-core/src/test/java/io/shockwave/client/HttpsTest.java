package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.internal.testing.RawServer;
import io.shockwave.internal.testing.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client over TLS 1.2 and 1.3. */
@Timeout(30)
class HttpsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static TestCertificates authority;
    private static TlsOrigin localhost;
    private static Path trusted;

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeCertificates() throws Exception {
        authority = TestCertificates.authority("https test");
        localhost = new TlsOrigin(authority.issue(TestCertificates.Kind.EC_P256, "localhost"));
        trusted = authority.write(folder.resolve("ca.pem"));
    }

    private static ShockwaveClient client() throws IOException {
        return ShockwaveClient.builder().tls(Tls.trusting(trusted)).build();
    }

    private static String url(RawServer server) {
        return "https://localhost:" + server.port() + "/";
    }

    private static String get(ShockwaveClient client, String url) throws IOException {
        try (ClientResponse response = client.get(url).send()) {
            return new String(response.body().readAll(10_000_000), StandardCharsets.US_ASCII);
        }
    }

    private static void answer(RawServer.Peer bare, RawServer.Peer tls) throws IOException {
        while (tls.readRequest() != null) {
            tls.send(OK);
        }
    }

    @Test
    void bothVersionsCarryExchangesOnOneConnection() throws Exception {
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            try (RawServer server = localhost.server(HttpsTest::answer, version); ShockwaveClient client = client()) {
                for (int i = 0; i < 5; i++) {
                    assertEquals("ok", get(client, url(server)));
                }
                assertEquals(1, server.connections(), version);
            }
        }
    }

    @Test
    void largeContentGoesBothWays() throws Exception {
        byte[] large = new byte[3_000_000];
        Path file = Files.write(folder.resolve("large"), large);
        try (RawServer server = localhost.server((bare, tls) -> {
            for (String request = tls.readRequest(); request != null; request = tls.readRequest()) {
                int content = request.length() - request.indexOf("\r\n\r\n") - 4;
                tls.send("HTTP/1.1 200 OK\r\nContent-Length: " + content + "\r\n\r\n" + "y".repeat(content));
            }
        });
                ShockwaveClient client = client()) {
            for (ClientRequest request : new ClientRequest[] {client.request(Method.PUT, url(server)).body(large), client.request(Method.PUT, url(server)).body(file)}) {
                try (ClientResponse response = request.send()) {
                    assertEquals(large.length, response.body().readAll(large.length).length);
                }
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        TlsOrigin other = new TlsOrigin(authority.issue(TestCertificates.Kind.EC_P256, "other.example"));
        try (RawServer server = other.server(HttpsTest::answer); ShockwaveClient client = client()) {
            HttpException refused = assertThrows(HttpException.class, () -> get(client, url(server)));
            assertEquals(Kind.TLS, refused.kind());
            assertEquals(Phase.TLS, refused.phase());
            assertTrue(refused.getMessage().contains("https://localhost:" + server.port()), refused.getMessage());
            HttpException byAddress = assertThrows(HttpException.class, () -> get(client, "https://127.0.0.1:" + server.port() + "/"));
            assertEquals(Kind.TLS, byAddress.kind());
            ExecutionException later = assertThrows(ExecutionException.class, () -> client.get(url(server)).sendAsync().get());
            assertEquals(Kind.TLS, assertInstanceOf(HttpException.class, later.getCause()).kind()); // Apache CVE-2026-71290: not verified where nobody waits
            assertEquals(0, client.poolStats().leased() + client.poolStats().dialling());
        }
    }

    @Test
    void anUnknownAuthorityIsRefused() throws Exception {
        try (RawServer server = localhost.server(HttpsTest::answer); ShockwaveClient client = ShockwaveClient.builder().build()) {
            assertEquals(Kind.TLS, assertThrows(HttpException.class, () -> get(client, url(server))).kind());
        }
    }

    @Test
    void aServerThatSpeaksNoTlsIsTold() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readByte();
            peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        });
                ShockwaveClient client = client()) {
            HttpException refused = assertThrows(HttpException.class, () -> get(client, url(server)));
            assertEquals(Kind.TLS, refused.kind());
        }
    }

    @Test
    void contentEndedByTheCloseNeedsTheClosureAlert() throws Exception {
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            try (RawServer server = localhost.server((bare, tls) -> {
                tls.readRequest();
                tls.send("HTTP/1.1 200 OK\r\n\r\nwhole");
                ((SSLSocket) tls.socket).shutdownOutput();
                TimeUnit.MILLISECONDS.sleep(50);
            }, version);
                    ShockwaveClient client = client()) {
                assertEquals("whole", get(client, url(server)));
            }
            try (RawServer server = localhost.server((bare, tls) -> {
                tls.readRequest();
                tls.send("HTTP/1.1 200 OK\r\n\r\nhalf");
                bare.socket.shutdownOutput();
                TimeUnit.MILLISECONDS.sleep(200);
            }, version);
                    ShockwaveClient client = client()) {
                HttpException cut = assertThrows(HttpException.class, () -> get(client, url(server)));
                assertEquals(Kind.RESET, cut.kind(), cut.toString());
            }
        }
    }

    @Test
    void aConnectionClosedWhileIdleIsNoticed() throws Exception {
        try (RawServer server = localhost.server((bare, tls) -> {
            tls.readRequest();
            tls.send(OK);
        });
                ShockwaveClient client = client()) {
            assertEquals("ok", get(client, url(server)));
            TimeUnit.MILLISECONDS.sleep(100);
            try (ClientResponse response = client.request(Method.POST, url(server)).send()) {
                assertEquals(200, response.status());
            }
            assertEquals(2, server.connections());
        }
    }

    @Test
    void anEarlyRefusalEndsAnUpload() throws Exception {
        try (RawServer server = localhost.server((bare, tls) -> {
            tls.readHead();
            tls.send("HTTP/1.1 413 No\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
            TimeUnit.SECONDS.sleep(10);
        });
                ShockwaveClient client = client()) {
            try (ClientResponse response = client.request(Method.PUT, url(server)).body(-1, body -> {
                while (true) {
                    body.write(new byte[10_000], 0, 10_000);
                }
            }).send()) {
                assertEquals(413, response.status());
            }
        }
    }

    @Test
    void aTunnelCarriesBothDirectionsAtOnce() throws Exception {
        int bytes = 2_000_000;
        try (RawServer server = localhost.server((bare, tls) -> {
            tls.readHead();
            tls.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: both\r\n\r\n");
            Thread sender = Thread.ofPlatform().daemon().start(() -> {
                try {
                    tls.send(new byte[bytes]);
                } catch (IOException gone) {
                    // The test ends early then.
                }
            });
            tls.read(bytes);
            sender.join();
            tls.send("!");
        });
                ShockwaveClient client = client()) {
            ClientRequest request = client.get(url(server));
            request.headers().add("Connection", "upgrade").add("Upgrade", "both");
            try (ClientResponse response = request.send()) {
                ClientResponse.Upgraded upgraded = response.upgraded();
                Thread writer = Thread.ofPlatform().daemon().start(() -> {
                    try {
                        upgraded.out().write(new byte[bytes]);
                    } catch (IOException gone) {
                        // The assertion below tells.
                    }
                });
                assertEquals(bytes, upgraded.in().readNBytes(bytes).length);
                assertEquals('!', upgraded.in().read());
                writer.join();
            }
        }
    }
}
