package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.BodyWriter;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.Handler;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks HTTP/1.1 and HTTP/3 over real sockets, and a client that trusts it. */
@Timeout(60)
abstract class Http3Rig {
    static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    static Path folder;

    static Tls identity;
    static Tls trust;

    ShockwaveServer server;
    ShockwaveClient client;

    @BeforeAll
    static void certificate() throws IOException {
        identity = Tls.selfSigned("localhost", "127.0.0.1");
        Path file = folder.resolve("certificate.pem");
        Files.writeString(file, identity.certificatePem());
        trust = Tls.trusting(file);
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    static ShockwaveServer.Builder builder() {
        return ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(identity).protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).shutdownGrace(Duration.ofSeconds(2));
    }

    void serve(Handler handler) throws IOException {
        server = builder().handler(handler).start();
    }

    static ShockwaveClient.Builder only() {
        return ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3);
    }

    String url(String path) {
        return "https://127.0.0.1:" + server.address().getPort() + path;
    }

    /** Makes the client with the first request; tests call it from many threads. */
    synchronized ClientRequest request(Method method, String path) {
        if (client == null) {
            client = only().build();
        }
        return client.request(method, url(path));
    }

    String text(Method method, String path) throws IOException {
        try (ClientResponse response = request(method, path).send()) {
            assertEquals(HttpVersion.HTTP_3, response.version());
            return response.status() + " " + new String(response.body().readAll(1 << 20), StandardCharsets.UTF_8);
        }
    }

    static byte[] bytes(int len, int seed) {
        byte[] bytes = new byte[len];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void echo(ServerRequest request, ServerResponse response) throws IOException {
        try (BodyWriter out = response.stream()) {
            byte[] buf = new byte[8_192];
            for (int n = request.body().read(buf, 0, buf.length); n >= 0; n = request.body().read(buf, 0, buf.length)) {
                out.write(buf, 0, n);
            }
        }
    }

    static void whole(ServerRequest request, ServerResponse response) throws IOException {
        response.send(request.body().readAll(1 << 24));
    }
}
