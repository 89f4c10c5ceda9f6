package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.codec.quic.Quic;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.http3.NettyHttp3.Message;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Netty's HTTP/3 on quiche in both roles, on loopback and bounded; skipped where its native part does not run. */
@Timeout(60)
class Http3NettyIT {
    private static final int REQUESTS = 1_000;
    private static final byte[] NOTHING = {};

    @TempDir
    Path dir;
    private byte[] large;

    @BeforeAll
    static void nativePartRuns() {
        assumeTrue(Quic.isAvailable(), () -> "Netty's QUIC does not run here: " + Quic.unavailabilityCause());
    }

    @BeforeEach
    void content() throws IOException {
        large = Files.readAllBytes(Http3Site.large(dir, Http3Site.LARGE_BYTES));
    }

    private static Message get(CompletableFuture<Message> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    // ---- its client

    @Test
    void itsClientGetsAndPosts() throws Exception {
        try (Http3Site site = Http3Site.start(dir); NettyHttp3 netty = NettyHttp3.client(site.authorities(), site.port())) {
            Message answer = get(netty.send("GET", "/a", NOTHING));
            assertEquals("200 HTTP/3 /a", answer.status() + " " + answer.text());
            assertArrayEquals(large, get(netty.send("GET", "/large", NOTHING)).content());
            assertEquals(Http3Site.hex(Http3Site.sha256(large)), get(netty.send("POST", "/hash", large)).text());
            assertEquals(1, site.stats().connectionsAccepted(), site.stats()::toString);
            assertTrue(site.errors.isEmpty(), site.errors::toString);
        }
    }

    @Test
    void itsClientAsksAThousandTimesAndAHundredTimesAtOnce() throws Exception {
        try (Http3Site site = Http3Site.start(dir); NettyHttp3 netty = NettyHttp3.client(site.authorities(), site.port())) {
            for (int i = 0; i < REQUESTS; i++) {
                assertEquals("HTTP/3 /" + i, get(netty.send("GET", "/" + i, NOTHING)).text());
            }
            List<CompletableFuture<Message>> all = new ArrayList<>();
            for (int i = 0; i < Http3Site.TOGETHER; i++) {
                all.add(netty.send("GET", "/together", NOTHING));
            }
            for (CompletableFuture<Message> one : all) {
                assertEquals("200", get(one).status());
            }
            assertEquals(1, site.stats().connectionsAccepted(), site.stats()::toString);
        }
    }

    // ---- its server

    private interface Use {
        void with(ShockwaveClient client, String base) throws Exception;
    }

    private void served(Use use) throws Exception {
        TestCertificates ca = TestCertificates.authority("HTTP/3 CA");
        Issued site = ca.issue(Kind.EC_P256, "localhost");
        Tls trust = Tls.trusting(ca.write(dir.resolve("ca.pem")));
        try (NettyHttp3 netty = NettyHttp3.server(site.writeChain(dir.resolve("site.pem")), site.writeKey(dir.resolve("site.key")), large);
                ShockwaveClient client = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).build()) {
            use.with(client, "https://localhost:" + netty.port());
        }
    }

    @Test
    void itsServerAnswersAfterARetry() throws Exception {
        served((client, base) -> {
            try (ClientResponse response = client.get(base + "/a").send()) {
                assertEquals(HttpVersion.HTTP_3, response.version());
                assertEquals("/a", new String(response.body().readAll(100), StandardCharsets.US_ASCII));
                assertEquals("yes", response.body().trailers().first(NettyHttp3.TRAILER).orElse("none"));
            }
            try (ClientResponse response = client.get(base + "/large").send()) {
                assertArrayEquals(large, response.body().readAll(1 << 26));
            }
            try (ClientResponse response = client.request(Method.POST, base + "/hash").body(large).send()) {
                assertEquals(Http3Site.hex(Http3Site.sha256(large)), new String(response.body().readAll(100), StandardCharsets.US_ASCII));
            }
        });
    }

    @Test
    void itsServerAnswersAThousandTimesAndAHundredTimesAtOnce() throws Exception {
        served((client, base) -> {
            for (int i = 0; i < REQUESTS; i++) {
                try (ClientResponse response = client.get(base + "/" + i).send()) {
                    assertEquals("/" + i, new String(response.body().readAll(100), StandardCharsets.US_ASCII));
                }
            }
            List<CompletableFuture<ClientResponse>> all = new ArrayList<>();
            for (int i = 0; i < Http3Site.TOGETHER; i++) {
                all.add(client.get(base + "/together").sendAsync());
            }
            for (CompletableFuture<ClientResponse> one : all) {
                try (ClientResponse response = one.get(30, TimeUnit.SECONDS)) {
                    assertEquals("/together", new String(response.body().readAll(100), StandardCharsets.US_ASCII));
                }
            }
        });
    }

    /** Its server announces no extended CONNECT (RFC 9220 3). */
    @Test
    void aServerThatDoesNotOfferExtendedConnectIsNotAsked() throws Exception {
        served((client, base) -> {
            HttpException told = assertThrows(HttpException.class, () -> client.request(Method.CONNECT, base + "/chat").protocol("echo").send());
            assertEquals(HttpException.Kind.PROTOCOL, told.kind(), told.getMessage());
            assertTrue(told.getMessage().contains("takes no extended CONNECT") && told.getMessage().contains("SETTINGS_ENABLE_CONNECT_PROTOCOL"), told.getMessage());
            try (ClientResponse response = client.get(base + "/a").send()) {
                assertEquals(200, response.status(), "the connection goes on");
            }
        });
    }
}
