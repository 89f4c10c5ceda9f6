package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ShockwaveServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What goes wrong over HTTP/3: limits, broken exchanges, lost peers. */
class Http3FailureTest extends Http3Rig {
    // ---- what goes wrong

    @Test
    void contentOverTheLimitIsAnswered413() throws IOException {
        server = builder().maxBodyBytes(1_000).handler((request, response) -> {
            request.body().readAll(1 << 20);
            response.send(HELLO);
        }).start();
        assertEquals(200, status(bytes(1_000, 1)));
        assertEquals(413, status(bytes(1_001, 1)));
    }

    private int status(byte[] content) throws IOException {
        try (ClientResponse response = request(Method.POST, "/").body(content).send()) {
            return response.status();
        }
    }

    @Test
    void aHeadOverTheLimitIsAnswered431() throws IOException {
        server = builder().maxHeaderBytes(2_000).handler((request, response) -> response.send(HELLO)).start();
        ClientRequest large = request(Method.GET, "/");
        large.headers().add(HeaderName.of("X-Large"), "x".repeat(3_000));
        try (ClientResponse response = large.send()) {
            assertEquals(431, response.status());
        } catch (HttpException e) {
            assertTrue(e.getMessage().contains("large"), e.getMessage()); // the server's SETTINGS were there first (RFC 9114 4.2.2)
        }
        assertEquals("200 Hello, World!", text(Method.GET, "/"));
    }

    /** As over HTTP/1.1, and the next request is not harmed. */
    @Test
    void contentThatGrowsBeyondItsCapsWhenItIsDecodedFails() throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write(new byte[10 << 20]);
        }
        serve((request, response) -> {
            response.headers().add(HeaderName.CONTENT_ENCODING, request.path().is("/bomb") ? "gzip" : "identity");
            response.send(request.path().is("/bomb") ? coded.toByteArray() : HELLO);
        });
        client = only().decompress(100, 2_000_000).build();
        try (ClientResponse response = request(Method.GET, "/bomb").send()) {
            assertEquals(HttpVersion.HTTP_3, response.version());
            HttpException failed = assertThrows(HttpException.class, () -> response.body().readAll(1 << 30));
            assertEquals(HttpException.Kind.TOO_LARGE, failed.kind(), failed.getMessage());
        }
        assertEquals("200 Hello, World!", text(Method.GET, "/"));
    }

    @Test
    void aHandlerThatThrowsIsAnswered500AndCutsWhatItBegan() throws IOException {
        List<Throwable> errors = new ArrayList<>();
        server = builder().onHandlerError(errors::add).handler((request, response) -> {
            if (request.path().is("/late")) {
                BodyWriter out = response.stream();
                out.write(HELLO, 0, HELLO.length).flush();
            }
            throw new IllegalStateException("on purpose");
        }).start();
        assertEquals("500 ", text(Method.GET, "/"));
        assertThrows(HttpException.class, () -> { // by send too: RESET_STREAM may overtake what was sent before it (RFC 9000 19.4)
            try (ClientResponse response = request(Method.GET, "/late").send()) {
                response.body().readAll(100);
            }
        });
        assertEquals(2, errors.size());
        assertEquals("500 ", text(Method.GET, "/"));
    }

    @Test
    void aResponseThatIsClosedEarlyEndsItsHandlerAndNoOther() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        serve((request, response) -> {
            if (request.path().is("/endless")) {
                try (BodyWriter out = response.stream()) {
                    byte[] block = new byte[10_000];
                    while (true) {
                        out.write(block, 0, block.length);
                    }
                } catch (IOException e) {
                    told.countDown();
                    throw e;
                }
            }
            response.send(HELLO);
        });
        try (ClientResponse response = request(Method.GET, "/endless").send()) {
            assertTrue(response.body().read(new byte[100], 0, 100) > 0);
        }
        assertTrue(told.await(10, TimeUnit.SECONDS), "the handler was not told");
        assertEquals("200 Hello, World!", text(Method.GET, "/"));
    }

    @Test
    void aSlowReaderHoldsTheWriterAndNotTheMemory() throws Exception {
        AtomicReference<Long> written = new AtomicReference<>(0L);
        serve((request, response) -> {
            try (BodyWriter out = response.stream()) {
                byte[] block = new byte[10_000];
                for (int i = 0; i < 20_000; i++) { // 200 MB
                    out.write(block, 0, block.length);
                    written.set((i + 1) * 10_000L);
                }
            }
        });
        try (ClientResponse response = request(Method.GET, "/").send()) {
            assertTrue(response.body().read(new byte[100], 0, 100) > 0);
            long before;
            do { // until nothing moves any more
                before = written.get();
                Thread.sleep(300);
            } while (written.get() != before);
            assertTrue(before < 40_000_000, before + " bytes were taken from a writer whose reader took 100");
        }
    }

    @Test
    void limitsOfTimeAreKept() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        serve((request, response) -> {
            if (request.path().is("/between")) {
                try (BodyWriter out = response.stream()) {
                    out.write(HELLO, 0, HELLO.length).flush();
                    release.await();
                }
                return;
            }
            release.await();
            response.send(HELLO);
        });
        client = only().firstByteTimeout(Duration.ofMillis(300)).betweenBytesTimeout(Duration.ofMillis(300)).build();
        HttpException first = assertThrows(HttpException.class, () -> request(Method.GET, "/").send());
        assertEquals(HttpException.Phase.FIRST_BYTE, first.phase());
        try (ClientResponse response = request(Method.GET, "/between").send()) {
            HttpException between = assertThrows(HttpException.class, () -> response.body().readAll(100));
            assertEquals(HttpException.Phase.BETWEEN_BYTES, between.phase());
        }
        HttpException total = assertThrows(HttpException.class, () -> request(Method.GET, "/").timeout(Duration.ofMillis(100)).send());
        assertEquals(HttpException.Phase.TOTAL, total.phase());
        release.countDown();
    }

    @Test
    void theCertificateMustBeForTheHost() throws IOException {
        serve((request, response) -> response.send(HELLO));
        try (ShockwaveClient strict = only().resolver(host -> new InetAddress[] {InetAddress.getLoopbackAddress()}).build()) {
            HttpException refused = assertThrows(HttpException.class, () -> strict.request(Method.GET, "https://other.example:" + server.address().getPort() + "/").send());
            assertTrue(refused.getMessage().contains("certificate"), refused.getMessage());
        }
        try (ShockwaveClient untrusting = ShockwaveClient.builder().protocols(HttpVersion.HTTP_3).build()) {
            HttpException refused = assertThrows(HttpException.class, () -> untrusting.request(Method.GET, url("/")).send());
            assertTrue(refused.getMessage().contains("certificate"), refused.getMessage());
        }
    }

    /** RFC 9110 9.2.2: what may be repeated is, once, when its connection ends without an answer; what may not is told as lost. */
    @Test
    void onlyWhatMayBeRepeatedIsWhenItsConnectionBreaks() throws Exception {
        for (int left = 10; !isRepeatedByTheNextServer(); left--) {
            assertTrue(left > 1, "the first server took each repetition");
        }
    }

    /** @return false if the repetition came to the first server, which refused it as it was about to end: then nothing was shown */
    private boolean isRepeatedByTheNextServer() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        AtomicInteger posts = new AtomicInteger();
        ShockwaveServer.Builder first = builder().shutdownGrace(Duration.ofMillis(1)).handler((request, response) -> {
            if (request.method() == Method.POST) {
                posts.incrementAndGet();
            }
            arrived.countDown();
            new CountDownLatch(1).await();
        });
        server = first.start();
        int port = server.address().getPort();
        CompletableFuture<ClientResponse> repeated = request(Method.GET, "/").sendAsync();
        CompletableFuture<ClientResponse> lost = request(Method.POST, "/").body(HELLO).sendAsync();
        assertTrue(arrived.await(20, TimeUnit.SECONDS));
        server.close();
        server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).reactors(1).tls(identity).protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).handler((request, response) -> {
            if (request.method() == Method.POST) {
                posts.incrementAndGet();
            }
            response.send("again");
        }).start();
        HttpException why = assertInstanceOf(HttpException.class, assertThrows(ExecutionException.class, () -> lost.get(30, TimeUnit.SECONDS)).getCause());
        assertEquals(HttpException.Kind.RESET, why.kind());
        assertEquals(1, posts.get());
        try (ClientResponse response = repeated.get(30, TimeUnit.SECONDS)) {
            assertEquals("again", new String(response.body().readAll(100), StandardCharsets.US_ASCII));
        } catch (ExecutionException e) {
            if (e.getCause().getMessage().contains("was refused")) {
                return false;
            }
            throw e;
        } finally {
            close();
            client = null;
        }
        return true;
    }

    /** RFC 9114 4.1: a server may answer in full before it has the request, and need not say that it does not want the rest. */
    @Test
    void aWholeAnswerIsHadThoughNobodyTakesTheRestOfTheRequest() throws Exception {
        CountDownLatch had = new CountDownLatch(1);
        serve((request, response) -> {
            response.send(HELLO);
            assertTrue(had.await(50, TimeUnit.SECONDS), "the client has no answer");
        });
        try (ClientResponse response = request(Method.POST, "/").body(1 << 23, new ByteArrayInputStream(bytes(1 << 23, 1))).send()) {
            assertEquals("Hello, World!", new String(response.body().readAll(100), StandardCharsets.US_ASCII));
        } finally {
            had.countDown();
        }
    }

    @Test
    void contentGoesOnBehindAWholeAnswerWhileItIsTaken() throws Exception {
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        serve((request, response) -> {
            response.send(HELLO);
            taken.complete(request.body().readAll(1 << 24).length);
        });
        int len = 1 << 23;
        try (ClientResponse response = request(Method.POST, "/").body(len, new ByteArrayInputStream(bytes(len, 1))).send()) {
            assertEquals(200, response.status());
            assertEquals(len, taken.get(30, TimeUnit.SECONDS));
        }
    }
}
