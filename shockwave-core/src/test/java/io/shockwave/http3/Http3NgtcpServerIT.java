package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.server.Foreign;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against ngtcp2's server on GnuTLS, on loopback and bounded; skipped where that is not installed. */
@Timeout(60)
class Http3NgtcpServerIT {
    private static final int REQUESTS = 1_000;
    private static final int TOGETHER = 100;
    private static final int CONNECTIONS = 20;

    @TempDir
    Path dir;
    private Path docs;
    private Path said;
    private Tls trust;
    private Issued site;
    private Process process;
    private int port;

    @BeforeEach
    void certificates() throws Exception {
        TestCertificates ca = TestCertificates.authority("HTTP/3 CA");
        site = ca.issue(Kind.RSA_2048, "localhost");
        trust = Tls.trusting(ca.write(dir.resolve("ca.pem")));
        docs = Files.createDirectory(dir.resolve("docs"));
        Files.writeString(docs.resolve("small"), "small");
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private void serve(String... options) throws Exception {
        port = Foreign.freeUdpPort();
        said = dir.resolve("said");
        List<String> command = new ArrayList<>(List.of(Foreign.find("gtlsserver"), "--no-quic-dump", "--no-http-dump", "--htdocs=" + docs));
        command.addAll(List.of(options));
        command.addAll(List.of("127.0.0.1", Integer.toString(port), site.writeKey(dir.resolve("site.key")).toString(), site.writeChain(dir.resolve("site.pem")).toString()));
        process = Foreign.start(dir, said, command);
        Foreign.awaitQuic(process, said, port);
    }

    private ShockwaveClient client() throws IOException {
        return ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).build();
    }

    private String url(String path) {
        return "https://localhost:" + port + path;
    }

    private void gets(ShockwaveClient client, String path, String expected) throws IOException {
        try (ClientResponse response = client.get(url(path)).send()) {
            assertEquals(HttpVersion.HTTP_3, response.version());
            assertEquals(200, response.status());
            assertEquals(expected, new String(response.body().readAll(1 << 16), StandardCharsets.UTF_8));
        }
    }

    private String said() throws IOException {
        return Files.readString(said, StandardCharsets.ISO_8859_1);
    }

    @Test
    void handshakesAndGets() throws Exception {
        serve("-q");
        try (ShockwaveClient client = client()) {
            gets(client, "/small", "small");
            try (ClientResponse response = client.get(url("/absent")).send()) {
                assertEquals(404, response.status());
            }
        }
    }

    @Test
    void provesItsAddressAfterARetry() throws Exception {
        serve("--validate-addr");
        try (ShockwaveClient client = client()) {
            gets(client, "/small", "small");
        }
        assertTrue(said().contains("Retry"), this::saidOrNothing);
    }

    private String saidOrNothing() {
        try {
            return said();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void asksAThousandTimesOnOneConnection() throws Exception {
        serve("-q");
        try (ShockwaveClient client = client()) {
            for (int i = 0; i < REQUESTS; i++) {
                gets(client, "/small", "small");
            }
        }
    }

    @Test
    void asksAHundredTimesAtOnce() throws Exception {
        serve("-q");
        try (ShockwaveClient client = client()) {
            List<CompletableFuture<ClientResponse>> all = new ArrayList<>();
            for (int i = 0; i < TOGETHER; i++) {
                all.add(client.get(url("/small")).sendAsync());
            }
            for (CompletableFuture<ClientResponse> one : all) {
                try (ClientResponse response = one.get()) {
                    assertEquals(200, response.status());
                    assertEquals("small", new String(response.body().readAll(1 << 16), StandardCharsets.UTF_8));
                }
            }
        }
    }

    @Test
    void downloadsByteForByte() throws Exception {
        Path large = Http3Site.large(docs, Http3Site.LARGE_BYTES);
        serve("-q");
        try (ShockwaveClient client = client(); ClientResponse response = client.get(url("/large")).send(); InputStream in = response.body().asInputStream()) {
            assertEquals(Http3Site.sha256(large), Http3Site.sha256(in));
        }
    }

    /** What it is sent it throws away: the other end says whether every byte arrives. */
    @Test
    void uploads() throws Exception {
        Path large = Http3Site.large(dir, Http3Site.LARGE_BYTES);
        serve("-q");
        try (ShockwaveClient client = client(); ClientResponse response = client.request(Method.POST, url("/small")).body(large).send()) {
            assertEquals(200, response.status());
            assertEquals("small", new String(response.body().readAll(1 << 16), StandardCharsets.UTF_8));
        }
    }

    /** What it has beside version 1 is a draft's version 2. */
    @Test
    void staysWithVersionOneWhereTheServerPrefersAnotherThatItLacks() throws Exception {
        serve("--preferred-versions=v2draft,v1");
        try (ShockwaveClient client = client()) {
            gets(client, "/small", "small");
        }
        assertTrue(said().contains("the negotiated version is 0x00000001"), this::saidOrNothing);
    }

    @Test
    void readsTrailers() throws Exception {
        serve("-q", "--send-trailers");
        try (ShockwaveClient client = client(); ClientResponse response = client.get(url("/small")).send()) {
            assertEquals("small", new String(response.body().readAll(1 << 16), StandardCharsets.UTF_8));
            assertEquals("0", response.body().trailers().first("x-ngtcp2-stream-id").orElse("none"));
        }
    }

    /** It offers to have the fixed bit greased, and so may clear it from its first packet on (RFC 9287 3.1), in half of the connections. */
    @Test
    void takesPacketsWithoutTheFixedBit() throws Exception {
        serve("-q");
        for (int i = 0; i < CONNECTIONS; i++) {
            try (ShockwaveClient client = client()) {
                gets(client, "/small", "small");
            }
        }
    }
}
