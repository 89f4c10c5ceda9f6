package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tech.kwik.core.log.NullLogger;
import tech.kwik.core.server.ServerConnectionConfig;
import tech.kwik.core.server.ServerConnector;
import tech.kwik.flupke.server.Http3ApplicationProtocolFactory;
import tech.kwik.flupke.server.HttpServerRequest;
import tech.kwik.flupke.server.HttpServerResponse;

/** The client against Flupke's server on Kwik, on loopback and bounded. */
@Timeout(60)
class Http3KwikServerIT {
    private static final int REQUESTS = 500;
    private static final int TOGETHER = 100;
    private static final int LARGE_BYTES = 8 << 20;
    private static final int ATTEMPTS = 5;
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    Path dir;
    private Path large;
    private Tls trust;
    private Issued site;
    private DatagramSocket socket;
    private ServerConnector server;

    @BeforeEach
    void certificates() throws Exception {
        TestCertificates ca = TestCertificates.authority("HTTP/3 CA");
        site = ca.issue(Kind.RSA_2048, "localhost");
        trust = Tls.trusting(ca.write(dir.resolve("ca.pem")));
        large = Http3Site.large(dir, LARGE_BYTES);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void serve(boolean retry) throws Exception {
        ServerConnectionConfig config = ServerConnectionConfig.builder().maxIdleTimeout(5_000).maxOpenPeerInitiatedBidirectionalStreams(TOGETHER).maxOpenPeerInitiatedUnidirectionalStreams(10)
                .maxConnectionBufferSize(1 << 20).maxUnidirectionalStreamBufferSize(1 << 16).maxBidirectionalStreamBufferSize(1 << 18).retryRequired(retry).build();
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        KeyStore keys = KeyStore.getInstance(site.writePkcs12(dir.resolve("site.p12"), PASSWORD).toFile(), PASSWORD);
        server = ServerConnector.builder().withSocket(socket).withKeyStore(keys, keys.aliases().nextElement(), PASSWORD).withConfiguration(config).withLogger(new NullLogger()).build();
        server.registerApplicationProtocol("h3", new Http3ApplicationProtocolFactory(this::answer));
        server.start();
    }

    private void answer(HttpServerRequest request, HttpServerResponse response) throws IOException {
        response.setStatus(200);
        switch (request.path()) {
            case "/large" -> Files.copy(large, response.getOutputStream());
            case "/hash" -> response.getOutputStream().write(Http3Site.sha256(request.body()).getBytes(StandardCharsets.US_ASCII));
            default -> response.getOutputStream().write(("Kwik " + request.path()).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private ShockwaveClient client() throws IOException {
        return ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).build();
    }

    private String url(String path) {
        return "https://localhost:" + socket.getLocalPort() + path;
    }

    private static String text(ClientResponse response) throws IOException {
        assertEquals(HttpVersion.HTTP_3, response.version());
        assertEquals(200, response.status());
        return new String(response.body().readAll(1 << 16), StandardCharsets.UTF_8);
    }

    private void gets(ShockwaveClient client, String path) throws IOException {
        try (ClientResponse response = client.get(url(path)).send()) {
            assertEquals("Kwik " + path, text(response));
        }
    }

    @Test
    void provesItsAddressAfterARetry() throws Exception {
        serve(true);
        try (ShockwaveClient client = client()) {
            gets(client, "/a");
        }
    }

    @Test
    void asksManyTimesAndThenAHundredTimesAtOnce() throws Exception {
        serve(false);
        try (ShockwaveClient client = client()) {
            for (int i = 0; i < REQUESTS; i++) {
                gets(client, "/" + i);
            }
            List<CompletableFuture<ClientResponse>> all = new ArrayList<>();
            for (int i = 0; i < TOGETHER; i++) {
                all.add(client.get(url("/b")).sendAsync());
            }
            for (CompletableFuture<ClientResponse> one : all) {
                try (ClientResponse response = one.get(30, TimeUnit.SECONDS)) {
                    assertEquals("Kwik /b", text(response));
                }
            }
        }
    }

    /**
     * Kwik now and then stops sending with all that it sent acknowledged and credit left (our qlog of such a connection ends with our last acknowledgment), until its idle timeout ends the connection:
     * then the next connection has its turn.
     */
    @Test
    void movesContentBothWaysByteForByte() throws Exception {
        serve(false);
        try (ShockwaveClient client = client()) {
            String got = "";
            for (int left = ATTEMPTS; got.isEmpty(); left--) {
                try (ClientResponse response = client.get(url("/large")).send(); InputStream in = response.body().asInputStream()) {
                    got = Http3Site.sha256(in);
                } catch (HttpException e) {
                    if (left == 1 || e.kind() != HttpException.Kind.RESET) {
                        throw e;
                    }
                }
            }
            assertEquals(Http3Site.sha256(large), got);
            try (ClientResponse response = client.request(Method.POST, url("/hash")).body(large).send()) {
                assertEquals(Http3Site.sha256(large), text(response));
            }
        }
    }
}
