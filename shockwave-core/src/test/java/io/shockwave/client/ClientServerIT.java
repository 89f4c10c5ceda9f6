package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our client against our server: content in every form and size, cleartext, TLS and Unix sockets. */
@Timeout(120)
class ClientServerIT {
    @TempDir
    Path folder;

    /** Gives back what it gets, and the trailers too. */
    private static final Handler ECHO = (request, response) -> {
        request.headers().first("X-Method").ifPresent(value -> response.headers().add("X-Method", value));
        response.headers().add("X-Was", request.method().toString() + " " + request.target());
        if (request.method() == Method.HEAD) {
            response.send();
            return;
        }
        // All of it first: an HTTP/1 client reads the answer when it has sent its content, so echoing at once would leave both sides writing.
        byte[] content = request.body().readAll(4_000_000);
        try (BodyWriter out = response.stream()) {
            out.write(content, 0, content.length);
            request.body().trailers().first("X-Sum").ifPresent(value -> out.trailers().add("X-Sum", value));
        }
    };

    private static void exchangeEverything(ShockwaveClient client, String base, Path file) throws IOException {
        byte[] content = new byte[2_000_000];
        new Random(3).nextBytes(content);
        for (int size : new int[] {0, 1, 1_000, 20_000, 2_000_000}) {
            byte[] part = Arrays.copyOf(content, size);
            Files.write(file, part);
            ClientRequest[] requests = new ClientRequest[5];
            for (int i = 0; i < requests.length; i++) {
                requests[i] = client.request(Method.PUT, base + "/e?" + i);
            }
            requests[0].body(part);
            requests[1].body(file);
            requests[2].body(-1, new java.io.ByteArrayInputStream(part));
            requests[3].body(-1, body -> {
                body.write(part, 0, part.length);
                body.trailers().add("X-Sum", "7");
            });
            requests[4].body(part).expectContinue(Duration.ofSeconds(5));
            for (int i = 0; i < requests.length; i++) {
                try (ClientResponse response = requests[i].send()) {
                    assertEquals(200, response.status());
                    assertEquals("PUT /e?" + i, response.headers().first("X-Was").orElseThrow());
                    assertArrayEquals(part, response.body().readAll(4_000_000), "form " + i + " of size " + size);
                    assertEquals(i == 3 ? "7" : "", response.body().trailers().first("X-Sum").orElse(""));
                }
            }
        }
        try (ClientResponse response = client.request(Method.HEAD, base + "/").send()) {
            assertEquals(0, response.body().readAll(10).length);
        }
        PoolStats stats = client.poolStats();
        assertEquals(1, stats.idle(), stats.toString());
        assertEquals(1L, stats.connects().values().stream().mapToLong(Long::longValue).sum(), "one connection carried everything");
    }

    @Test
    void cleartext() throws Exception {
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).handler(ECHO).start(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            exchangeEverything(client, "http://127.0.0.1:" + server.address().getPort(), folder.resolve("f"));
        }
    }

    @Test
    void tls() throws Exception {
        TestCertificates authority = TestCertificates.authority("client and server");
        TestCertificates.Issued issued = authority.issue(TestCertificates.Kind.EC_P256, "localhost");
        Tls identity = Tls.pem(issued.writeChain(folder.resolve("chain.pem")), issued.writeKey(folder.resolve("key.pem")));
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).tls(identity).handler(ECHO).start();
                ShockwaveClient client = ShockwaveClient.builder().tls(Tls.trusting(authority.write(folder.resolve("ca.pem")))).build()) {
            exchangeEverything(client, "https://localhost:" + server.address().getPort(), folder.resolve("f"));
        }
    }

    @Test
    void unixSocket() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        ShockwaveServer server = ShockwaveServer.builder().listen(address).handler(ECHO).start();
        try (server; ShockwaveClient client = ShockwaveClient.builder().unixSocket(address).build()) {
            exchangeEverything(client, "http://any.example", folder.resolve("f"));
        }
    }

    @Test
    void manyUsersShareFewConnections() throws Exception {
        AtomicInteger wrong = new AtomicInteger();
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).inlineHandler((request, response) -> response.send(request.query())).start();
                ShockwaveClient client = ShockwaveClient.builder().maxConnectionsPerOrigin(4).build(); ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            String base = "http://127.0.0.1:" + server.address().getPort() + "/?";
            for (int user = 0; user < 64; user++) {
                String own = "user" + user;
                users.submit(() -> {
                    for (int i = 0; i < 50; i++) {
                        try (ClientResponse response = client.get(base + own + "-" + i).send()) {
                            if (!new String(response.body().readAll(100), StandardCharsets.US_ASCII).equals(own + "-" + i)) {
                                wrong.incrementAndGet();
                            }
                        } catch (IOException | RuntimeException e) {
                            wrong.incrementAndGet();
                        }
                    }
                });
            }
            users.shutdown();
            assertTrue(users.awaitTermination(60, java.util.concurrent.TimeUnit.SECONDS));
            assertEquals(0, wrong.get());
            assertTrue(client.poolStats().idle() <= 4);
        }
    }

    @Test
    void anEarlyAnswerEndsAnUpload() throws Exception {
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).maxBodyBytes(1_000).handler(ECHO).start();
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            String url = "http://127.0.0.1:" + server.address().getPort() + "/";
            try (ClientResponse response = client.request(Method.PUT, url).body(new byte[50_000_000]).send()) {
                assertEquals(413, response.status());
            }
            try (ClientResponse response = client.request(Method.PUT, url).body(new byte[1_000]).send()) {
                assertEquals(200, response.status());
                assertTrue(response.headers().contains(HeaderName.DATE));
            }
        }
    }
}
