package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.Tls;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.server.TestServer.Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients and proxies of others against the server, on loopback and bounded; each is skipped where it is not installed, but the JDK's. */
@Timeout(60)
class ServerForeignClientsIT {
    @TempDir
    static Path dir;

    private static void serves(ServerRequest request, ServerResponse response) throws IOException {
        switch (request.path().toString()) {
            case "/echo" -> response.send(request.body().readAll(1 << 24));
            case "/stream" -> {
                try (OutputStream out = response.stream().asOutputStream()) {
                    for (int i = 0; i < 100; i++) {
                        out.write("line of a stream\n".getBytes(StandardCharsets.US_ASCII));
                    }
                }
            }
            case "/remote" -> response.send(request.remote() + " " + request.headers().first("x-forwarded-for").orElse("-"));
            case "/refuse" -> response.status(403).send("no");
            case "/hints" -> {
                response.sendInterim(103, response.interimHeaders().add(HeaderName.of("Link"), "</a.css>"));
                response.send("hinted");
            }
            default -> response.send(request.version() + " " + request.path());
        }
    }

    private static String url(TestServer server, String path) {
        return "http://127.0.0.1:" + server.server.address().getPort() + path;
    }

    private static Foreign.Result curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Foreign.find("curl"), "-sS", "--max-time", "20"));
        command.addAll(List.of(arguments));
        return Foreign.run(dir, command);
    }

    private static byte[] large() {
        byte[] large = new byte[3_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 + i / 1_009);
        }
        return large;
    }

    // ---- the JDK

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theJdksClientGetsAndPosts(Mode mode) throws Exception {
        Handler handler = mode == Mode.VIRTUAL ? ServerForeignClientsIT::serves : (request, response) -> {
            if (request.path().is("/echo")) {
                request.body().onData(new ServerStreamingTest.Collecting(all -> response.send(Raw.latin1(all))));
            } else {
                response.send(request.version() + " " + request.path());
            }
        };
        try (TestServer server = TestServer.start(mode, handler); HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpRequest get = HttpRequest.newBuilder(URI.create(url(server, "/a"))).build();
            for (int i = 0; i < 20; i++) {
                assertEquals("HTTP/1.1 /a", client.send(get, HttpResponse.BodyHandlers.ofString()).body());
            }
            assertEquals(1, server.stats().connectionsAccepted(), "the connection was not kept");
            HttpRequest post = HttpRequest.newBuilder(URI.create(url(server, "/echo"))).POST(HttpRequest.BodyPublishers.ofByteArray(large())).build();
            assertArrayEquals(large(), client.send(post, HttpResponse.BodyHandlers.ofByteArray()).body());
            HttpRequest chunked = HttpRequest.newBuilder(URI.create(url(server, "/echo"))).expectContinue(true)
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large()))).build();
            assertArrayEquals(large(), client.send(chunked, HttpResponse.BodyHandlers.ofByteArray()).body());
            List<CompletableFuture<HttpResponse<String>>> many = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                many.add(client.sendAsync(get, HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> one : many) {
                assertEquals(200, one.get().statusCode());
            }
        }
    }

    // ---- curl

    @Test
    void curlKeepsTheConnectionAndReadsAll() throws Exception {
        try (TestServer server = TestServer.start(Mode.VIRTUAL, ServerForeignClientsIT::serves)) {
            Foreign.Result result = curl("-v", url(server, "/a"), url(server, "/b"), "-I", url(server, "/c"));
            assertEquals(0, result.exit(), result.out());
            assertEquals(1, server.stats().connectionsAccepted(), result.out());
            result = curl(url(server, "/stream"));
            assertEquals("line of a stream\n".repeat(100), result.out());
            result = curl("-0", url(server, "/old"));
            assertEquals("HTTP/1.0 /old", result.out());
            result = curl("-i", url(server, "/hints"));
            assertTrue(result.out().startsWith("HTTP/1.1 103 Early Hints") && result.out().endsWith("hinted"), result.out());
        }
    }

    @Test
    void curlUploadsWithAndWithoutContinue() throws Exception {
        Path file = Files.write(dir.resolve("large"), large());
        try (TestServer server = TestServer.start(Mode.VIRTUAL, ServerForeignClientsIT::serves)) {
            for (String[] headers : new String[][] {{"Expect: 100-continue"}, {"Expect:"}, {"Transfer-Encoding: chunked"}}) {
                Path got = dir.resolve("got");
                Foreign.Result result = curl("-H", headers[0], "--data-binary", "@" + file, "-o", got.toString(), url(server, "/echo"));
                assertEquals(0, result.exit(), result.out());
                assertArrayEquals(large(), Files.readAllBytes(got));
            }
            Foreign.Result refused = curl("-w", "%{http_code} %{size_upload}", "-H", "Expect: 100-continue", "--data-binary", "@" + file, url(server, "/refuse"));
            assertEquals("no403 0", refused.out());
            assertTrue(server.stats().responses1xx() >= 1, server.stats().toString());
        }
    }

    @Test
    void curlSpeaksTlsAndUnixSockets() throws Exception {
        TestCertificates ca = TestCertificates.authority("Foreign CA");
        Issued site = ca.issue(Kind.EC_P256, "localhost");
        Path anchors = ca.write(dir.resolve("ca.pem"));
        Tls tls = Tls.pem(site.writeChain(dir.resolve("site.pem")), site.writeKey(dir.resolve("site.key")));
        Path path = Files.createTempDirectory("sw").resolve("s.sock");
        try (TestServer server = TestServer.start(Mode.VIRTUAL, ServerForeignClientsIT::serves, b -> b.tls(tls).listen(UnixDomainSocketAddress.of(path)))) {
            int port = server.server.address().getPort();
            String at = "localhost:" + port + ":127.0.0.1";
            for (String version : new String[] {"--tlsv1.3", "--tls-max"}) {
                List<String> arguments = new ArrayList<>(List.of("--resolve", at, "--cacert", anchors.toString(), version));
                if (version.equals("--tls-max")) {
                    arguments.add("1.2");
                }
                arguments.add("https://localhost:" + port + "/secure");
                Foreign.Result result = curl(arguments.toArray(new String[0]));
                assertEquals("HTTP/1.1 /secure", result.out());
            }
            assertEquals("HTTP/1.1 /unix", curl("--unix-socket", path.toString(), "http://localhost/unix").out());
            assertEquals(60, curl("--resolve", at, "https://localhost:" + port + "/").exit(), "an authority that is not trusted");
        }
        Files.deleteIfExists(path.getParent());
    }

    // ---- load

    @ParameterizedTest
    @EnumSource(Mode.class)
    void wrkFindsNoError(Mode mode) throws Exception {
        String wrk = Foreign.find("wrk");
        try (TestServer server = TestServer.start(mode, TestServer::path, b -> b.reactors(2))) {
            Foreign.Result result = Foreign.run(dir, List.of(wrk, "-t", "1", "-c", "20", "-d", "1s", url(server, "/a")));
            assertEquals(0, result.exit(), result.out());
            assertTrue(!result.out().contains("Socket errors") && !result.out().contains("Non-2xx"), result.out());
            Await.quiet(server.server);
            Await.until(() -> server.stats().connectionsOpen() == 0, server::stats);
            assertEquals(server.stats().requests(), server.stats().responses2xx() + server.stats().peerResets(), server.stats()::toString);
            assertEquals(0, server.stats().handlerErrors() + server.stats().rejected());
        }
    }

    @Test
    void abKeepsHttp10ConnectionsAlive() throws Exception {
        String ab = Foreign.find("ab");
        try (TestServer server = TestServer.start(Mode.VIRTUAL, TestServer::path)) {
            Foreign.Result result = Foreign.run(dir, List.of(ab, "-q", "-k", "-n", "2000", "-c", "8", url(server, "/a")));
            assertEquals(0, result.exit(), result.out());
            Matcher kept = Pattern.compile("Keep-Alive requests:\\s+(\\d+)").matcher(result.out());
            assertTrue(kept.find() && kept.group(1).equals("2000"), result.out());
            assertTrue(result.out().matches("(?s).*Failed requests:\\s+0\\n.*"), result.out());
            result = Foreign.run(dir, List.of(ab, "-q", "-n", "300", "-c", "4", url(server, "/a")));
            assertTrue(result.out().matches("(?s).*Failed requests:\\s+0\\n.*"), result.out());
        }
    }

    // ---- proxies in front

    private static void throughProxy(int port) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI base = URI.create("http://127.0.0.1:" + port);
            for (int i = 0; i < 50; i++) {
                HttpResponse<String> response = client.send(HttpRequest.newBuilder(base.resolve("/p" + i)).build(), HttpResponse.BodyHandlers.ofString());
                assertEquals(200, response.statusCode());
                assertTrue(response.body().endsWith(" /p" + i), response.body());
            }
            HttpRequest post = HttpRequest.newBuilder(base.resolve("/echo")).POST(HttpRequest.BodyPublishers.ofByteArray(large())).build();
            assertArrayEquals(large(), client.send(post, HttpResponse.BodyHandlers.ofByteArray()).body());
            HttpResponse<String> stream = client.send(HttpRequest.newBuilder(base.resolve("/stream")).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals("line of a stream\n".repeat(100), stream.body());
        }
    }

    @Test
    void nginxForwards() throws Exception {
        String nginx = Foreign.find("nginx");
        Path path = Files.createTempDirectory("sw").resolve("s.sock");
        int port = Foreign.freePort();
        int viaUnix = Foreign.freePort();
        Path home = Files.createDirectory(dir.resolve("nginx"));
        try (TestServer server = TestServer.start(Mode.VIRTUAL, ServerForeignClientsIT::serves, b -> b.listen(UnixDomainSocketAddress.of(path)))) {
            String common = "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; client_max_body_size 10m; proxy_request_buffering off;";
            Files.writeString(home.resolve("nginx.conf"), """
                    daemon off; %7$s pid %1$s/pid; error_log %1$s/error.log; worker_processes 1;
                    events { worker_connections 64; }
                    http {
                      access_log off; client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f; uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                      upstream tcp { server 127.0.0.1:%2$d; keepalive 4; }
                      upstream unix { server unix:%3$s; keepalive 4; }
                      server { listen 127.0.0.1:%4$d; location / { proxy_pass http://tcp; %6$s } }
                      server { listen 127.0.0.1:%5$d; location / { proxy_pass http://unix; %6$s } }
                    }
                    """.formatted(home, server.server.address().getPort(), path, port, viaUnix, common,
                    System.getProperty("user.name").equals("root") ? "user root;" : "")); // else its workers may not open the socket's file
            try (Foreign.Daemon daemon = Foreign.daemon(home, port, List.of(nginx, "-p", home.toString(), "-c", home.resolve("nginx.conf").toString()))) {
                throughProxy(port);
                throughProxy(viaUnix);
                assertTrue(daemon.process().isAlive());
            }
            assertEquals(0, server.stats().rejected());
        }
        Files.deleteIfExists(path.getParent());
    }

    @Test
    void haproxyForwardsWithItsProtocol() throws Exception {
        String haproxy = Foreign.find("haproxy");
        int port = Foreign.freePort();
        int portV1 = Foreign.freePort();
        Path home = Files.createDirectory(dir.resolve("haproxy"));
        try (TestServer server = TestServer.start(Mode.VIRTUAL, ServerForeignClientsIT::serves, b -> b.proxyProtocol(InetAddress.ofLiteral("127.0.0.1")))) {
            Files.writeString(home.resolve("haproxy.cfg"), """
                    global
                      maxconn 64
                    defaults
                      mode http
                      timeout connect 5s
                      timeout client 20s
                      timeout server 20s
                    frontend two
                      bind 127.0.0.1:%1$d
                      default_backend two
                    backend two
                      server s 127.0.0.1:%3$d send-proxy-v2 check
                    frontend one
                      bind 127.0.0.1:%2$d
                      default_backend one
                    backend one
                      server s 127.0.0.1:%3$d send-proxy
                    """.formatted(port, portV1, server.server.address().getPort()));
            try (Foreign.Daemon daemon = Foreign.daemon(home, port, List.of(haproxy, "-db", "-f", home.resolve("haproxy.cfg").toString()))) {
                throughProxy(port);
                throughProxy(portV1);
                try (Raw raw = new Raw(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                    raw.send("GET /remote HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertEquals("/127.0.0.1:" + raw.socket.getLocalPort() + " -", raw.reply().content(), "the client's own address and port");
                }
                assertTrue(daemon.process().isAlive());
            }
        }
    }
}
