package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a client finds HTTP/3, and what it does where there is none. */
class Http3DiscoveryTest extends Http3Rig {
    // ---- how HTTP/3 is found

    @Test
    void aServerSaysThatItServesHttp3AndTheClientGoesThere() throws IOException {
        serve((request, response) -> response.send(request.version().toString()));
        client = ShockwaveClient.builder().tls(trust).build();
        try (ClientResponse response = request(Method.GET, "/").send()) {
            assertEquals(HttpVersion.HTTP_1_1, response.version());
            assertEquals("h3=\":" + server.address().getPort() + "\"; ma=86400", response.headers().first(HeaderName.ALT_SVC).orElse("-"));
            assertTrue(response.versionReason().contains("not said"), response.versionReason());
        }
        HttpVersion version = HttpVersion.HTTP_1_1;
        for (int i = 0; i < 100 && version != HttpVersion.HTTP_3; i++) { // a first handshake may be slower than the head start
            try (ClientResponse response = request(Method.GET, "/").send()) {
                version = response.version();
                assertEquals(version.toString(), new String(response.body().readAll(100), StandardCharsets.US_ASCII));
            }
        }
        assertEquals(HttpVersion.HTTP_3, version);
    }

    @Test
    void whereHttp3DoesNotAnswerTheUserDoesNotNotice() throws IOException {
        server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).tls(identity).handler((request, response) -> {
            response.headers().add(HeaderName.ALT_SVC, "h3=\":1\"; ma=1000"); // where nobody listens
            response.send(HELLO);
        }).start();
        client = ShockwaveClient.builder().tls(trust).build();
        for (int i = 0; i < 3; i++) {
            try (ClientResponse response = request(Method.GET, "/").send()) {
                assertEquals(HttpVersion.HTTP_1_1, response.version());
                assertArrayEquals(HELLO, response.body().readAll(100));
                assertEquals(i > 0, response.versionReason().contains("was not used: no answer"), response.versionReason());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAlternativeThatAnswers421IsForgottenAndTheOriginAsked(boolean prefers) throws IOException {
        AtomicReference<Integer> misdirected = new AtomicReference<>(0);
        serve((request, response) -> {
            if (request.version() == HttpVersion.HTTP_3) {
                misdirected.set(misdirected.get() + 1);
                response.status(421).send();
            } else {
                if (!prefers && misdirected.get() > 0) {
                    response.headers().add(HeaderName.ALT_SVC, "clear"); // RFC 7838 3: in place of the server's own, which would be learned anew
                }
                response.send(request.body().readAll(100));
            }
        });
        client = (prefers ? ShockwaveClient.builder().prefer(HttpVersion.HTTP_3) : ShockwaveClient.builder()).tls(trust).build();
        for (int i = 0, after = 0; i < 100 && after < 3; i++) { // a first handshake may be slower than the head start
            after += misdirected.get() > 0 ? 1 : 0;
            try (ClientResponse response = request(Method.POST, "/").body(HELLO).send()) {
                assertEquals(200, response.status());
                assertEquals(HttpVersion.HTTP_1_1, response.version());
                assertArrayEquals(HELLO, response.body().readAll(100));
            }
        }
        assertEquals(1, misdirected.get());
    }

    @Test
    void anAnswer421IsTheApplicationsWhereNothingElseIsAllowed() throws IOException {
        serve((request, response) -> response.status(421).send());
        assertEquals("421 ", text(Method.GET, "/"));
        assertEquals(1, server.stats().responses4xx());
    }

    @Test
    void overCleartextNothingIsSaid() throws IOException {
        server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).handler((request, response) -> response.send(HELLO)).start();
        client = ShockwaveClient.builder().build();
        try (ClientResponse response = client.request(Method.GET, "http://127.0.0.1:" + server.address().getPort() + "/").send()) {
            assertTrue(response.headers().first(HeaderName.ALT_SVC).isEmpty());
        }
    }

    @Test
    void aServerMaySpeakHttp3Alone() throws IOException {
        server = builder().protocols(HttpVersion.HTTP_3).handler((request, response) -> response.send(HELLO)).start();
        assertEquals("200 Hello, World!", text(Method.GET, "/"));
        try (ShockwaveClient tcp = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_1_1).build()) {
            assertThrows(HttpException.class, () -> tcp.request(Method.GET, url("/")).send());
        }
    }

    @Test
    void whatCannotBeServedIsSaidAtTheStart() {
        IllegalStateException clear = assertThrows(IllegalStateException.class,
                () -> ShockwaveServer.builder().listen(0).protocols(HttpVersion.HTTP_3).handler((request, response) -> response.send()).start());
        assertTrue(clear.getMessage().contains("tls"), clear.getMessage());
        IllegalStateException unix = assertThrows(IllegalStateException.class, () -> ShockwaveServer.builder().listen(UnixDomainSocketAddress.of(folder.resolve("s"))).tls(identity).protocols(HttpVersion.HTTP_3)
                .handler((request, response) -> response.send()).start());
        assertTrue(unix.getMessage().contains("UDP"), unix.getMessage());
    }

    @Test
    void aRefusedCertificateIsAFailureOfTlsOverEitherVersion() throws IOException {
        serve((request, response) -> response.send(HELLO));
        for (HttpVersion version : new HttpVersion[] {HttpVersion.HTTP_1_1, HttpVersion.HTTP_3}) {
            try (ShockwaveClient distrusting = ShockwaveClient.builder().protocols(version).build()) {
                HttpException refused = assertThrows(HttpException.class, () -> distrusting.request(Method.GET, url("/")).send());
                assertEquals(HttpException.Kind.TLS, refused.kind(), refused.getMessage());
                assertEquals(HttpException.Phase.TLS, refused.phase());
                assertTrue(refused.getMessage().contains("is not trusted: it is signed by itself"), refused.getMessage());
                assertFalse(refused.getMessage().contains("PKIX") || refused.getMessage().contains("Exception"), refused.getMessage());
            }
        }
        Tls other = Tls.selfSigned("localhost", "127.0.0.1"); // of the same name, and another key
        Tls wrong = Tls.trusting(Files.writeString(folder.resolve("other.pem"), other.certificatePem()));
        try (ShockwaveClient distrusting = ShockwaveClient.builder().tls(wrong).protocols(HttpVersion.HTTP_3).build()) {
            HttpException refused = assertThrows(HttpException.class, () -> distrusting.request(Method.GET, url("/")).send());
            assertEquals(HttpException.Kind.TLS, refused.kind(), refused.getMessage());
            assertTrue(refused.getMessage().endsWith("is not trusted: it is signed by itself"), refused.getMessage());
        }
    }

    @Test
    void http3AloneFailsWhereItIsNotServed() {
        client = only().connectTimeout(Duration.ofMillis(500)).build();
        HttpException gone = assertThrows(HttpException.class, () -> client.request(Method.GET, "https://127.0.0.1:1/").send());
        assertEquals(HttpException.Kind.CONNECT, gone.kind());
        assertEquals("no HTTP/3 connection to https://127.0.0.1:1: no answer within 500 ms from UDP port 1; either nothing serves HTTP/3 there, or UDP is blocked on the way", gone.getMessage());
        HttpException clear = assertThrows(HttpException.class, () -> client.request(Method.GET, "http://127.0.0.1:1/").send());
        assertTrue(clear.getMessage().contains("encrypted"), clear.getMessage());
    }
}
