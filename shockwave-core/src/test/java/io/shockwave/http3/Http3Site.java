package io.shockwave.http3;

import io.shockwave.HttpVersion;
import io.shockwave.QuicOptions;
import io.shockwave.Tls;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.server.Handler;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ServerStats;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback over HTTP/1.1 and HTTP/3, with a certificate for localhost, and what foreign clients ask of it. */
final class Http3Site implements AutoCloseable {
    static final int LARGE_BYTES = Integer.getInteger("http3.large.mib", 32) << 20;
    /** Requests to {@code /together} that are answered only once so many are there. */
    static final int TOGETHER = 100;
    private static final long PATIENCE_S = 20;

    final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    final AtomicInteger together = new AtomicInteger();
    private final CountDownLatch all = new CountDownLatch(TOGETHER);
    private final Path large;
    private final Path authorities;
    private final String keyPin;
    private final ShockwaveServer server;

    private Http3Site(Path dir, Handler handler, boolean early, QuicOptions quic) throws IOException {
        large = dir.resolve("large");
        TestCertificates ca = TestCertificates.authority("HTTP/3 CA");
        authorities = ca.write(dir.resolve("ca.pem"));
        Issued site = ca.issue(Kind.EC_P256, "localhost", "127.0.0.1");
        keyPin = Base64.getEncoder().encodeToString(sha256(site.certificate().getPublicKey().getEncoded()));
        Tls tls = Tls.pem(site.writeChain(dir.resolve("site.pem")), site.writeKey(dir.resolve("site.key")));
        server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(tls)
                .protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).earlyData(early).quic(quic).shutdownGrace(Duration.ZERO).maxBodyBytes(1L << 28)
                .handler(handler == null ? this::serves : handler).onHandlerError(errors::add).start();
    }

    static Http3Site start(Path dir) throws IOException {
        return new Http3Site(dir, null, false, new QuicOptions());
    }

    static Http3Site start(Path dir, Handler handler) throws IOException {
        return new Http3Site(dir, handler, false, new QuicOptions());
    }

    static Http3Site start(Path dir, QuicOptions quic) throws IOException {
        return new Http3Site(dir, null, false, quic);
    }

    /** One that takes early data. */
    static Http3Site startEarly(Path dir, Handler handler) throws IOException {
        return new Http3Site(dir, handler, true, new QuicOptions());
    }

    private void serves(ServerRequest request, ServerResponse response) throws IOException {
        switch (request.path().toString()) {
            case "/large" -> response.send(large);
            case "/hash" -> {
                try (InputStream in = request.body().asInputStream()) {
                    response.send(sha256(in));
                }
            }
            case "/together" -> {
                together.incrementAndGet();
                all.countDown();
                response.status(awaitAll() ? 200 : 503).send("together");
            }
            default -> response.send(request.version() + " " + request.path());
        }
    }

    private boolean awaitAll() {
        try {
            return all.await(PATIENCE_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Writes what {@code /large} serves. @return its path */
    static Path large(Path dir, int len) throws IOException {
        byte[] bytes = new byte[len];
        for (int i = 0; i < len; i++) {
            bytes[i] = (byte) (i * 31 + i / 1_009);
        }
        return Files.write(dir.resolve("large"), bytes);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static String sha256(InputStream in) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buf = new byte[1 << 16];
            for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
                digest.update(buf, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return sha256(in);
        }
    }

    /** The certificate of who issued the server's. */
    Path authorities() {
        return authorities;
    }

    /** SHA-256 of the certificate's key, in base64. */
    String keyPin() {
        return keyPin;
    }

    int port() {
        return server.address().getPort();
    }

    ServerStats stats() {
        return server.stats();
    }

    @Override
    public void close() {
        server.close();
    }
}
