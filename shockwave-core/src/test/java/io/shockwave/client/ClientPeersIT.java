package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.client.ShockwaveClient.Redirects;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against servers of others: the JDK's, and nginx where it is installed. */
@Timeout(120)
class ClientPeersIT {
    static {
        // Its heads and contents go out apart, and without this each response waits 40 ms for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    @TempDir
    Path folder;

    private static HttpServer jdkServer(ExecutorService threads) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.setExecutor(threads);
        server.createContext("/echo", exchange -> {
            byte[] content = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("X-Method", exchange.getRequestMethod());
            exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.createContext("/chunked", exchange -> {
            byte[] content = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.createContext("/moved", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Location", "echo?x");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void theJdksServer() throws Exception {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpServer server = jdkServer(threads);
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        try (ShockwaveClient client = ShockwaveClient.builder().redirects(Redirects.ALWAYS).build()) {
            byte[] content = new byte[200_000];
            new Random(1).nextBytes(content);
            for (String path : new String[] {"/echo", "/chunked", "/moved"}) {
                for (int size : new int[] {0, 1, 1_000, 200_000}) {
                    byte[] part = java.util.Arrays.copyOf(content, size);
                    try (ClientResponse response = client.request(Method.POST, base + path).body(part).send()) {
                        assertEquals(200, response.status());
                        assertArrayEquals(part, response.body().readAll(1 << 20));
                    }
                    try (ClientResponse response = client.request(Method.PUT, base + path).body(-1, body -> body.write(part, 0, part.length)).send()) {
                        assertArrayEquals(part, response.body().readAll(1 << 20), path);
                    }
                }
            }
            try (ClientResponse response = client.request(Method.HEAD, base + "/echo").send()) {
                assertEquals("HEAD", response.headers().first("X-Method").orElseThrow());
            }
        } finally {
            server.stop(0);
            threads.close();
        }
    }

    @Test
    void virtualThreadsShareFewConnectionsAndAreNeverPinned() throws Exception {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpServer server = jdkServer(threads);
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/echo";
        AtomicInteger pinned = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        StringBuilder where = new StringBuilder();
        try (RecordingStream events = new RecordingStream(); ShockwaveClient client = ShockwaveClient.builder().build()) {
            events.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
            events.onEvent("jdk.VirtualThreadPinned", event -> {
                if (String.valueOf(event.getStackTrace()).contains("io.shockwave")) {
                    pinned.incrementAndGet();
                    where.append(event);
                }
            });
            load(client, url, failed); // loading classes pins, and says nothing about the client
            events.startAsync();
            load(client, url, failed);
            events.stop();
            assertEquals(0, failed.get());
            assertEquals(0, pinned.get(), where::toString);
            PoolStats stats = client.poolStats();
            assertEquals(0, stats.leased() + stats.waiting() + stats.dialling());
            assertTrue(stats.idle() <= 8, stats.toString());
        } finally {
            server.stop(0);
            threads.close();
        }
    }

    private static void load(ShockwaveClient client, String url, AtomicInteger failed) {
        try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int user = 0; user < 100; user++) {
                users.submit(() -> {
                    ClientRequest request = client.request(Method.POST, url).body("hello".repeat(8_000));
                    for (int i = 0; i < 10; i++) {
                        try (ClientResponse response = request.send()) {
                            if (response.body().readAll(100_000).length != 40_000) {
                                failed.incrementAndGet();
                            }
                        } catch (IOException | RuntimeException e) {
                            failed.incrementAndGet();
                        }
                    }
                });
            }
        }
    }

    // ---- nginx

    private Process nginx(int port) throws Exception {
        Path binary = Path.of("/usr/sbin/nginx");
        if (!Files.isExecutable(binary)) {
            System.out.println("skipped: nginx is not installed at " + binary);
        }
        assumeTrue(Files.isExecutable(binary), "nginx is not installed");
        Files.createDirectories(folder.resolve("www"));
        Path config = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events { worker_connections 64; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3; uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                  gzip on; gzip_min_length 100;
                  default_type application/octet-stream; types { text/plain txt; } gzip_types text/plain;
                  keepalive_timeout 5 4;
                  server {
                    listen 127.0.0.1:%2$d;
                    root %1$s/www;
                    location /moved { return 302 /file; }
                    location /small { client_max_body_size 1k; proxy_pass http://127.0.0.1:1; }
                  }
                }
                """.formatted(folder, port));
        Process process = new ProcessBuilder(binary.toString(), "-p", folder.toString(), "-c", config.toString()).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
        for (int i = 0; i < 200; i++) {
            try {
                new Socket("127.0.0.1", port).close();
                return process;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        process.destroy();
        throw new AssertionError(Files.readString(folder.resolve("out")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void nginxServesFilesCompressesRedirectsAndRefuses() throws Exception {
        int port = freePort();
        Process nginx = nginx(port);
        try (ShockwaveClient client = ShockwaveClient.builder().redirects(Redirects.SAME_ORIGIN).decompress(200, 100 << 20).build(); ShockwaveClient plain = ShockwaveClient.builder().build()) {
            String base = "http://127.0.0.1:" + port;
            byte[] large = new byte[64 << 20];
            new Random(7).nextBytes(large);
            Files.write(folder.resolve("www/file"), large);
            Files.writeString(folder.resolve("www/text.txt"), "hello nginx ".repeat(10_000));
            byte[] expected = MessageDigest.getInstance("SHA-256").digest(large);
            for (String path : new String[] {"/file", "/moved"}) {
                assertArrayEquals(expected, sha256(client, base + path), path + " decoded");
            }
            assertArrayEquals(expected, sha256(plain, base + "/file"));
            try (ClientResponse response = client.get(base + "/text.txt").send()) {
                assertEquals("hello nginx ".repeat(10_000), new String(response.body().readAll(1 << 20), StandardCharsets.US_ASCII));
            }
            try (ClientResponse response = plain.request(Method.HEAD, base + "/text.txt").send()) {
                assertEquals("120000", response.headers().first(HeaderName.CONTENT_LENGTH).orElseThrow());
                assertEquals("timeout=4", response.headers().first(HeaderName.KEEP_ALIVE).orElseThrow());
            }
            ClientRequest range = plain.get(base + "/text.txt");
            range.headers().add(HeaderName.RANGE, "bytes=6-10");
            try (ClientResponse response = range.send()) {
                assertEquals(206, response.status());
                assertEquals("nginx", new String(response.body().readAll(100), StandardCharsets.US_ASCII));
            }
            for (int i = 0; i < 5; i++) {
                try (ClientResponse response = plain.request(Method.PUT, base + "/small").body(new byte[8 << 20]).send()) {
                    assertEquals(413, response.status());
                }
            }
            try (ClientResponse response = plain.get(base + "/none").send()) {
                assertEquals(404, response.status());
            }
            assertTrue(plain.poolStats().idle() <= 2);
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }

    private static byte[] sha256(ShockwaveClient client, String url) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (ClientResponse response = client.get(url).send(); InputStream in = response.body().asInputStream()) {
            assertEquals(200, response.status());
            byte[] piece = new byte[64 << 10];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                digest.update(piece, 0, n);
            }
        }
        return digest.digest();
    }
}
