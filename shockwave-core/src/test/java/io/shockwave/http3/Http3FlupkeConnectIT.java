package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpDatagrams;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ClientResponse.Upgraded;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.Tunnel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;
import tech.kwik.flupke.Http3Client;
import tech.kwik.flupke.HttpStream;
import tech.kwik.flupke.core.CapsuleProtocolStream;
import tech.kwik.flupke.core.GenericCapsule;
import tech.kwik.flupke.impl.CapsuleProtocolStreamImpl;
import tech.kwik.flupke.server.Http3ApplicationProtocolFactory;
import tech.kwik.flupke.server.Http3ServerExtensionFactory;

/** CONNECT, plain and extended, and capsules, between Flupke on Kwik and both of our sides, on loopback and bounded. */
@Timeout(90)
class Http3FlupkeConnectIT {
    private static final int ATTEMPTS = 5;
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    Path dir;

    private interface Opening {
        HttpStream open(Http3Client client, HttpRequest request) throws Exception;
    }

    /** As for any request of Kwik's, a handshake may be lost to it on a busy machine. */
    private static HttpStream open(Http3Site site, String path, Opening how) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + site.port() + path)).timeout(Duration.ofSeconds(30)).build();
        for (int left = ATTEMPTS; ; left--) {
            try {
                return how.open((Http3Client) Http3Client.newBuilder().disableCertificateCheck().connectTimeout(Duration.ofSeconds(3)).build(), request);
            } catch (ConnectException e) {
                if (left == 1) {
                    throw e;
                }
            }
        }
    }

    private static void echoes(InputStream in, OutputStream out) throws IOException {
        for (int i = 0; i < 20; i++) {
            String ping = "ping " + i % 10;
            out.write(ping.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            byte[] back = new byte[6];
            for (int n = 0; n < back.length; ) { // not readNBytes, which in the end asks for no bytes: Flupke's stream waits for some even then
                int more = in.read(back, n, back.length - n);
                assertTrue(more > 0, "it ended");
                n += more;
            }
            assertEquals(ping, new String(back, StandardCharsets.US_ASCII));
        }
    }

    private static void serveTunnel(ServerRequest request, ServerResponse response) throws IOException {
        try (Tunnel tunnel = response.upgrade()) {
            byte[] buf = new byte[1_000];
            if (request.protocol().equals("connect-udp")) {
                HttpDatagrams datagrams = tunnel.datagrams();
                for (int n = datagrams.receive(buf, 0, buf.length); n >= 0; n = datagrams.receive(buf, 0, buf.length)) {
                    datagrams.send(buf, 0, n);
                }
                return;
            }
            for (int n = tunnel.read(buf, 0, buf.length); n >= 0; n = tunnel.read(buf, 0, buf.length)) {
                tunnel.write(buf, 0, n);
                tunnel.flush();
            }
            String over = "over " + request.protocol() + " " + request.path();
            tunnel.write(over.getBytes(StandardCharsets.US_ASCII), 0, over.length());
        }
    }

    @Test
    void itsClientConnectsThroughTheServer() throws Exception {
        try (Http3Site site = Http3Site.start(dir, Http3FlupkeConnectIT::serveTunnel)) {
            HttpStream plain = open(site, "/ignored", Http3Client::sendConnect);
            echoes(plain.getInputStream(), plain.getOutputStream());
            plain.getOutputStream().close();
            assertEquals("over  ", new String(plain.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            HttpStream extended = open(site, "/chat", (client, request) -> client.sendExtendedConnect(request, "echo", "https"));
            echoes(extended.getInputStream(), extended.getOutputStream());
            extended.getOutputStream().close();
            assertEquals("over echo /chat", new String(extended.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            assertTrue(site.errors.isEmpty(), site.errors::toString);
        }
    }

    @Test
    void itsCapsulesAndOursAreUnderstood() throws Exception {
        try (Http3Site site = Http3Site.start(dir, Http3FlupkeConnectIT::serveTunnel)) {
            CapsuleProtocolStream capsules = new CapsuleProtocolStreamImpl(open(site, "/udp", (client, request) -> client.sendExtendedConnect(request, "connect-udp", "https")));
            for (int i = 0; i < 10; i++) {
                capsules.send(new GenericCapsule(0x2843, new byte[3_000])); // of a type that the server does not know
                byte[] sent = ("datagram " + i).getBytes(StandardCharsets.US_ASCII);
                capsules.send(new GenericCapsule(0, sent));
                GenericCapsule back = (GenericCapsule) capsules.receive();
                assertEquals(0, back.getType());
                assertEquals("datagram " + i, new String(back.getData(), StandardCharsets.US_ASCII));
            }
            assertTrue(site.errors.isEmpty(), site.errors::toString);
        }
    }

    // ---- its server

    private static void serveExtension(HttpHeaders headers, String protocol, String authority, String path, IntConsumer status, HttpStream stream) {
        if (path.equals("/declined")) {
            status.accept(403);
            return;
        }
        status.accept(200);
        Thread.ofVirtual().start(() -> {
            try (InputStream in = stream.getInputStream(); OutputStream out = stream.getOutputStream()) {
                byte[] buf = new byte[1_000];
                for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
                    out.write(buf, 0, n);
                    out.flush();
                }
                out.write(("over " + protocol + " " + path).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The client sees the end.
            }
        });
    }

    @Test
    void itsServerAnswersExtendedConnect() throws Exception {
        TestCertificates ca = TestCertificates.authority("HTTP/3 CA");
        Issued issued = ca.issue(Kind.RSA_2048, "localhost");
        Tls trust = Tls.trusting(ca.write(dir.resolve("ca.pem")));
        ServerConnectionConfig config = ServerConnectionConfig.builder().maxIdleTimeout(20_000).maxOpenPeerInitiatedBidirectionalStreams(100).maxOpenPeerInitiatedUnidirectionalStreams(10)
                .maxConnectionBufferSize(1 << 20).maxUnidirectionalStreamBufferSize(1 << 16).maxBidirectionalStreamBufferSize(1 << 18).build();
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        KeyStore keys = KeyStore.getInstance(issued.writePkcs12(dir.resolve("site.p12"), PASSWORD).toFile(), PASSWORD);
        ServerConnector server = ServerConnector.builder().withSocket(socket).withKeyStore(keys, keys.aliases().nextElement(), PASSWORD).withConfiguration(config).withLogger(new NullLogger()).build();
        Map<String, Http3ServerExtensionFactory> extensions = Map.of("echo", _ -> Http3FlupkeConnectIT::serveExtension);
        server.registerApplicationProtocol("h3", new Http3ApplicationProtocolFactory((_, response) -> response.setStatus(200), extensions));
        server.start();
        try (ShockwaveClient client = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).firstByteTimeout(Duration.ofSeconds(10)).build()) {
            String url = "https://localhost:" + socket.getLocalPort();
            try (ClientResponse response = client.request(Method.CONNECT, url + "/chat").protocol("echo").send()) {
                assertEquals(200, response.status());
                Upgraded tunnel = response.upgraded();
                echoes(tunnel.in(), tunnel.out());
                tunnel.endOutput();
                assertEquals("over echo /chat", new String(tunnel.in().readAllBytes(), StandardCharsets.US_ASCII));
            }
            try (ClientResponse response = client.request(Method.CONNECT, url + "/declined").protocol("echo").send()) {
                assertEquals(403, response.status());
            }
        } finally {
            server.close();
        }
    }
}
