package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.QuicOptions;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.testing.UdpRelay;
import io.shockwave.server.Foreign;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Newer stacks than the system's own, both roles, on loopback and bounded: those of Debian 13 that {@code .ci/peers} puts into the folder {@code SHOCKWAVE_PEERS}; skipped without it. */
@Timeout(90)
class Http3PeersIT {
    private static final int LARGE_BYTES = 4 << 20;
    private static final int CONNECTIONS = 50;
    private static final String V2 = "the negotiated version is 0x6b3343cf";

    @TempDir
    Path dir;
    private Process process;
    private int port;
    private Tls trust;
    private Tls me;

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    // ---- their clients

    private static Http3Site site(Path dir) throws IOException {
        return Http3Site.startEarly(dir, (request, response) -> {
            if (request.method() == Method.CONNECT) {
                response.status(403).send("no " + request.protocol());
            } else {
                response.send(request.method() + " " + request.body().readAll(1 << 20).length + (request.isEarlyData() ? " early" : ""));
            }
        });
    }

    @Test
    void aioquicAsksInManyWays() throws Exception {
        Path script = dir.resolve("client.py");
        try (InputStream in = Http3PeersIT.class.getResourceAsStream("aioquic-client.py")) {
            Files.copy(in, script);
        }
        try (Http3Site site = site(dir)) {
            Foreign.Result result = Foreign.run(dir, Foreign.peer("bin/python3", script.toString(), Integer.toString(site.port()), site.authorities().toString()));
            assertEquals(List.of("one: 200 GET 0, 1", "two: 200 GET 0, 6b3343cf", "two for one: 200 GET 0, 1", "negotiated: 200 GET 0, 1", "key updates: 200 GET 0, 1", "connection ids: 200 GET 0, 1",
                    "together: 200 GET 0, 1", "small windows: 200 GET 0, 1", "ChaCha20: 200 GET 0, 1", "post: 200 POST 300000, 1", "extended CONNECT: 403 no echo, 1", "early: 200 GET 0 early, 1 early"),
                    result.out().lines().toList(), result.out());
        }
    }

    @Test
    void ngtcp2ResumesAndAsksEarlyInVersion2() throws Exception {
        try (Http3Site site = site(dir)) {
            for (String early : new String[] {"", " early"}) {
                Foreign.Result result = Foreign.run(dir, Foreign.peer("bin/gtlsclient", "--exit-on-all-streams-close", "--timeout=15s", "--no-quic-dump", "--no-http-dump", "--version=v2", "--preferred-versions=v2",
                        "--session-file=" + dir.resolve("session"), "--tp-file=" + dir.resolve("parameters"), "--wait-for-ticket", "--download=" + dir, "127.0.0.1", Integer.toString(site.port()), "https://localhost:" + site.port() + "/a"));
                assertEquals(0, result.exit(), result.out());
                assertTrue(result.out().contains(V2), result.out());
                assertEquals("GET 0" + early, Files.readString(dir.resolve("a")), result.out());
            }
        }
    }

    @Test
    void curlGetsAndPosts() throws Exception {
        Path large = Http3Site.large(dir, LARGE_BYTES);
        try (HandshakeLog log = new HandshakeLog(); Http3Site site = Http3Site.start(dir)) {
            String[] curl = {"-sS", "--http3-only", "--cacert", site.authorities().toString(), "-w", " %{http_version}"};
            String base = "https://localhost:" + site.port();
            assertEquals("HTTP/3 /a 3", Foreign.run(dir, Foreign.peer("bin/curl", Stream.concat(Stream.of(curl), Stream.of(base + "/a")).toArray(String[]::new))).out());
            assertEquals(Http3Site.sha256(large) + " 3", Foreign.run(dir, Foreign.peer("bin/curl", Stream.concat(Stream.of(curl), Stream.of("--data-binary", "@" + large, base + "/hash")).toArray(String[]::new))).out());
            assertEquals(List.of("X25519MLKEM768", "X25519MLKEM768"), log.groups(dir, "server"), "OpenSSL 3.5 offers the hybrid by itself");
        }
    }

    // ---- their servers

    /** Starts it with a configuration in which {@code @PORT@}, {@code @DIR@} and so on stand for what they say. */
    private void serve(String configuration, String program, String... options) throws Exception {
        List<String> command = new ArrayList<>(Foreign.peer(program, options));
        TestCertificates ca = TestCertificates.authority("HTTP/3 CA");
        Path authorities = ca.write(dir.resolve("ca.pem"));
        Issued issued = ca.issue(Kind.EC_P256, "localhost");
        Path chain = issued.writeChain(dir.resolve("site.pem"));
        Path key = issued.writeKey(dir.resolve("site.key"));
        Files.writeString(dir.resolve("both.pem"), Files.readString(chain) + Files.readString(key));
        Issued client = ca.issue(Kind.EC_P256, "client");
        trust = Tls.trusting(authorities);
        me = Tls.pem(client.writeChain(dir.resolve("client.pem")), client.writeKey(dir.resolve("client.key"))).and(trust);
        Files.writeString(dir.resolve("small"), "small");
        port = Foreign.freeUdpPort();
        command.replaceAll(word -> word.replace("@DIR@", dir.toString()));
        Files.writeString(dir.resolve("configuration"), configuration.replace("@DIR@", dir.toString()).replace("@PORT@", Integer.toString(port)));
        Path said = dir.resolve("said");
        process = Foreign.start(dir, said, command);
        Foreign.awaitQuic(process, said, port);
    }

    private ShockwaveClient.Builder client() {
        return ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3);
    }

    private static String text(ClientResponse response) throws IOException {
        assertEquals(HttpVersion.HTTP_3, response.version());
        return response.status() + " " + new String(response.body().readAll(1 << 16), StandardCharsets.UTF_8).strip();
    }

    private static String get(ShockwaveClient client, int port, String path) throws IOException {
        try (ClientResponse response = client.get("https://localhost:" + port + path).send()) {
            return text(response);
        }
    }

    private void downloads(ShockwaveClient client, int from) throws IOException {
        byte[] large = Files.readAllBytes(Http3Site.large(dir, LARGE_BYTES));
        try (ClientResponse response = client.get("https://localhost:" + from + "/large").send()) {
            assertArrayEquals(large, response.body().readAll(LARGE_BYTES + 1));
        }
    }

    /** Each connection ends after a moment of silence, and the next brings what the ones before were given. */
    private void resumes(boolean earlyData) throws Exception {
        try (ShockwaveClient client = client().earlyData(true).quic(new QuicOptions().idleTimeout(Duration.ofMillis(200))).build()) {
            boolean resumed = false;
            boolean early = false;
            for (int i = 0; i < CONNECTIONS && !(resumed && early == earlyData); i++) {
                try (ClientResponse response = client.get("https://localhost:" + port + "/small").send()) {
                    assertEquals("200 small", text(response));
                    resumed |= response.isResumed();
                    early |= response.isEarlyData();
                }
                Thread.sleep(400); // the silence
            }
            assertTrue(resumed, "never resumed");
            assertEquals(earlyData, early, "early data");
        }
    }

    @Test
    void caddyTakesEarlyData() throws Exception {
        serve("""
                {
                    auto_https off
                    admin off
                    servers {
                        protocols h3
                    }
                }
                https://localhost:@PORT@ {
                    tls @DIR@/site.pem @DIR@/site.key
                    root * @DIR@
                    file_server
                }
                """, "bin/caddy", "run", "--config", "@DIR@/configuration", "--adapter", "caddyfile");
        resumes(true);
        try (ShockwaveClient client = client().build()) {
            downloads(client, port);
        }
    }

    @Test
    void nginxKnowsTheClientAfterRetryAndWhereItMoved() throws Exception {
        for (String folder : new String[] {"body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            Files.createDirectory(dir.resolve(folder));
        }
        serve("""
                daemon off; master_process off; pid @DIR@/pid;
                events { worker_connections 64; }
                http {
                    access_log off; client_body_temp_path @DIR@/body; proxy_temp_path @DIR@/proxy; fastcgi_temp_path @DIR@/fastcgi; uwsgi_temp_path @DIR@/uwsgi; scgi_temp_path @DIR@/scgi;
                    server {
                        listen 127.0.0.1:@PORT@ quic; ssl_certificate @DIR@/site.pem; ssl_certificate_key @DIR@/site.key; ssl_client_certificate @DIR@/ca.pem; ssl_verify_client optional; quic_retry on;
                        root @DIR@;
                        location /who { return 200 "$ssl_client_s_dn $ssl_curve"; }
                    }
                }
                """, "sbin/nginx", "-c", "@DIR@/configuration", "-e", "@DIR@/errors");
        for (boolean hybrid : new boolean[] {false, true}) {
            try (ShockwaveClient client = ShockwaveClient.builder().tls(me).protocols(HttpVersion.HTTP_3).quic(new QuicOptions().postQuantum(hybrid)).build()) {
                assertEquals("200 CN=test " + (hybrid ? "0x11ec" : "X25519"), get(client, port, "/who"));
            }
        }
        resumes(false);
        try (UdpRelay relay = new UdpRelay(port); ShockwaveClient client = client().build()) {
            assertEquals("200 small", get(client, relay.port(), "/small"));
            relay.rebind();
            downloads(client, relay.port());
            assertEquals(1, client.poolStats().quic().connectionsStarted(), "one connection, behind another port");
        }
    }

    /** It answers without reading, takes no more than a window of the request, and does not say so (RFC 9114 4.1). */
    @Test
    void haproxyAnswersBeforeTheRequestIsThere() throws Exception {
        serve("""
                global
                    limited-quic
                defaults
                    mode http
                    timeout client 60s
                    timeout connect 5s
                    timeout server 60s
                frontend here
                    bind quic4@127.0.0.1:@PORT@ ssl crt @DIR@/both.pem alpn h3
                    http-request return status 200 content-type text/plain string small
                """, "sbin/haproxy", "-db", "-f", "@DIR@/configuration");
        resumes(false);
        Path large = Http3Site.large(dir, LARGE_BYTES);
        try (ShockwaveClient client = client().build(); ClientResponse response = client.request(Method.POST, "https://localhost:" + port + "/").timeout(Duration.ofSeconds(50)).body(large).send()) {
            assertEquals("200 small", text(response));
        }
    }
}
