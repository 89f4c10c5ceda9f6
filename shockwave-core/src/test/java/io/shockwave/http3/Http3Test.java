package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyReader;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client and our server over HTTP/3 and real sockets: the same handlers, requests and answers as over HTTP/1.1. */
@Timeout(60)
class Http3Test {
    private static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private static Path folder;

    private static Tls identity;
    private static Tls trust;

    private ShockwaveServer server;
    private ShockwaveClient client;

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

    private static ShockwaveServer.Builder builder() {
        return ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).tls(identity).protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).shutdownGrace(Duration.ofSeconds(2));
    }

    private void serve(Handler handler) throws IOException {
        server = builder().handler(handler).start();
    }

    private static ShockwaveClient.Builder only() {
        return ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3);
    }

    private String url(String path) {
        return "https://127.0.0.1:" + server.address().getPort() + path;
    }

    /** Makes the client with the first request; tests call it from many threads. */
    private synchronized ClientRequest request(Method method, String path) {
        if (client == null) {
            client = only().build();
        }
        return client.request(method, url(path));
    }

    private String text(Method method, String path) throws IOException {
        try (ClientResponse response = request(method, path).send()) {
            assertEquals(HttpVersion.HTTP_3, response.version());
            return response.status() + " " + new String(response.body().readAll(1 << 20), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(int len, int seed) {
        byte[] bytes = new byte[len];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void echo(ServerRequest request, ServerResponse response) throws IOException {
        try (BodyWriter out = response.stream()) {
            byte[] buf = new byte[8_192];
            for (int n = request.body().read(buf, 0, buf.length); n >= 0; n = request.body().read(buf, 0, buf.length)) {
                out.write(buf, 0, n);
            }
        }
    }

    private static void whole(ServerRequest request, ServerResponse response) throws IOException {
        response.send(request.body().readAll(1 << 24));
    }

    // ---- requests and answers

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandlerSeesTheRequestAndItsAnswerArrives(boolean inline) throws IOException {
        Handler handler = (request, response) -> {
            String seen = request.version() + " " + request.method() + ' ' + request.scheme() + ' ' + request.authority() + ' ' + request.path() + ' ' + request.query() + ' ' + request.headers().first(HeaderName.of("X-One")).orElse("-");
            response.status(201).headers().add(HeaderName.of("X-Two"), "2");
            response.send(seen);
        };
        ShockwaveServer.Builder building = builder();
        server = (inline ? building.inlineHandler(handler) : building.handler(handler)).start();
        for (int i = 0; i < 3; i++) {
            ClientRequest asked = request(Method.GET, "/a/b?c=d");
            asked.headers().add(HeaderName.of("X-One"), "eins");
            try (ClientResponse response = asked.send()) {
                assertEquals(HttpVersion.HTTP_3, response.version());
                assertEquals(201, response.status());
                assertEquals("2", response.headers().first(HeaderName.of("x-two")).orElse("-"));
                assertTrue(response.headers().first(HeaderName.DATE).isPresent());
                assertEquals("HTTP/3 GET https 127.0.0.1:" + server.address().getPort() + " /a/b c=d eins", new String(response.body().readAll(1_000), StandardCharsets.UTF_8));
            }
        }
        assertEquals(3, server.stats().responses2xx());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 100_000, 5_000_000})
    void contentComesBackAsItWasSent(int len) throws IOException {
        serve((request, response) -> {
            if (request.path().is("/whole")) {
                whole(request, response);
            } else {
                echo(request, response);
            }
        });
        String path = len > 200_000 ? "/whole" : "/"; // the thread that sends from a stream reads nothing meanwhile
        byte[] sent = bytes(len, len);
        try (ClientResponse response = request(Method.POST, "/").body(sent).send()) {
            assertEquals(200, response.status());
            assertArrayEquals(sent, response.body().readAll(1 << 24));
        }
        try (ClientResponse response = request(Method.POST, path).body(-1, new ByteArrayInputStream(sent)).send()) {
            assertEquals(200, response.status());
            assertArrayEquals(sent, response.body().readAll(1 << 24));
        }
        try (ClientResponse response = request(Method.POST, path).body(sent.length, out -> {
            for (int at = 0; at < sent.length; at += 7_777) {
                out.write(sent, at, Math.min(7_777, sent.length - at));
            }
        }).send()) {
            assertEquals(200, response.status());
            assertArrayEquals(sent, response.body().readAll(1 << 24));
        }
    }

    @Test
    void anInlineHandlerGetsContentAsItComes() throws IOException {
        server = builder().inlineHandler((request, response) -> request.body().onData(new BodyReader.DataListener() {
            private long sum;

            @Override
            public void onData(byte[] buf, int off, int len) {
                sum += len;
            }

            @Override
            public void onEnd() {
                try {
                    response.send(Long.toString(sum));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void onError(HttpException cause) {
                throw new IllegalStateException(cause);
            }
        })).start();
        try (ClientResponse response = request(Method.POST, "/").body(bytes(1_234_567, 1)).send()) {
            assertEquals("1234567", new String(response.body().readAll(100), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void filesAreSentWholeAndInPart() throws IOException {
        Path file = folder.resolve("file.bin");
        byte[] content = bytes(3_000_001, 7);
        Files.write(file, content);
        serve((request, response) -> {
            if (request.path().is("/part")) {
                response.send(file, 1_000, 2_000_000);
            } else {
                response.send(file);
            }
        });
        try (ClientResponse response = request(Method.GET, "/").send()) {
            assertEquals(content.length, response.body().length());
            assertArrayEquals(content, response.body().readAll(1 << 24));
        }
        try (ClientResponse response = request(Method.GET, "/part").send()) {
            assertArrayEquals(Arrays.copyOfRange(content, 1_000, 2_001_000), response.body().readAll(1 << 24));
        }
    }

    @Test
    void answersWithoutContentHaveNone() throws IOException {
        serve((request, response) -> {
            if (request.path().is("/204")) {
                response.status(204).send();
            } else {
                response.send(HELLO);
            }
        });
        assertEquals("204 ", text(Method.GET, "/204"));
        try (ClientResponse response = request(Method.HEAD, "/").send()) {
            assertEquals("13", response.headers().first(HeaderName.CONTENT_LENGTH).orElse("-"));
            assertEquals(0, response.body().readAll(10).length);
        }
        assertEquals("200 Hello, World!", text(Method.GET, "/"));
    }

    @Test
    void trailersArriveBehindTheContent() throws IOException {
        serve((request, response) -> {
            try (BodyWriter out = response.stream()) {
                out.write(HELLO, 0, HELLO.length);
                out.trailers().add(HeaderName.of("X-Sum"), "42");
            }
        });
        try (ClientResponse response = request(Method.GET, "/").send()) {
            assertArrayEquals(HELLO, response.body().readAll(100));
            assertEquals("42", response.body().trailers().first(HeaderName.of("x-sum")).orElse("-"));
        }
    }

    @Test
    void interimResponsesComeFirst() throws IOException {
        serve((request, response) -> {
            response.interimHeaders().add(HeaderName.LINK, "</style.css>; rel=preload");
            response.sendInterim(103, response.interimHeaders());
            response.send(HELLO);
        });
        List<String> interims = new ArrayList<>();
        try (ClientResponse response = request(Method.GET, "/").onInterim((status, fields) -> interims.add(status + " " + fields.first(HeaderName.LINK).orElse("-"))).send()) {
            assertEquals(200, response.status());
        }
        assertEquals(List.of("103 </style.css>; rel=preload"), interims);
    }

    @Test
    void aClientThatExpects100WaitsForIt() throws IOException {
        serve(Http3Test::whole); // it reads before it answers: a final status instead of 100 declines the content (RFC 9110 10.1.1)
        try (ClientResponse response = request(Method.POST, "/").expectContinue(Duration.ofSeconds(10)).body(HELLO).send()) {
            assertArrayEquals(HELLO, response.body().readAll(100));
        }
    }

    @Test
    void aServerThatDeclinesTheContentIsNotSentIt() throws IOException {
        serve((request, response) -> response.send(HELLO));
        AtomicReference<Long> written = new AtomicReference<>(0L);
        for (int i = 0; i < 5; i++) { // and the exchange is as good as new
            try (ClientResponse response = request(Method.POST, "/").body(-1, out -> {
                byte[] block = new byte[10_000];
                for (int n = 0; n < 10_000; n++) { // 100 MB
                    out.write(block, 0, block.length);
                    written.set((n + 1) * 10_000L);
                }
            }).send()) {
                assertEquals(200, response.status());
                assertArrayEquals(HELLO, response.body().readAll(100));
            }
            assertTrue(written.get() < 40_000_000, written.get() + " bytes were sent to a server that reads none");
        }
    }

    /** What one use of an exchange told the reactor must not reach the next. */
    @Test
    void givingUpOneExchangeDoesNotHarmTheNext() throws IOException {
        serve(Http3Test::echo);
        byte[] sent = bytes(100_000, 3);
        for (int i = 0; i < 200; i++) {
            try (ClientResponse response = request(Method.POST, "/").body(sent).send()) {
                int want = i % 3 == 0 ? 1 : i % 3 == 1 ? 60_000 : sent.length; // the rest is given up, also when it is there already
                byte[] got = new byte[want];
                for (int at = 0; at < want; ) {
                    int n = response.body().read(got, at, want - at);
                    assertTrue(n > 0);
                    at += n;
                }
                assertArrayEquals(Arrays.copyOf(sent, want), got);
            }
        }
    }

    @Test
    void aHundredRequestsAtOnceShareAConnection() throws Exception {
        CountDownLatch all = new CountDownLatch(100);
        serve((request, response) -> {
            all.countDown();
            all.await(); // none is answered before all are here
            response.send(request.query().toString());
        });
        List<Future<String>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                int number = i;
                answers.add(threads.submit(() -> text(Method.GET, "/?" + number)));
            }
            for (int i = 0; i < 100; i++) {
                assertEquals("200 " + i, answers.get(i).get(30, TimeUnit.SECONDS));
            }
        }
        assertEquals(1, server.stats().connectionsAccepted());
    }

    @Test
    void aThousandRequestsOneAfterAnother() throws IOException {
        server = builder().inlineHandler((request, response) -> response.send(HELLO)).start();
        ClientRequest reused = request(Method.GET, "/");
        for (int i = 0; i < 1_000; i++) {
            try (ClientResponse response = reused.send()) {
                assertEquals(200, response.status());
                assertEquals(13, response.body().readAll(100).length);
            }
        }
        assertEquals(1_000, server.stats().responses2xx());
        assertEquals(1, server.stats().tlsHandshakes());
        assertEquals(0, server.stats().exchangesActive());
    }

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
    void http3AloneFailsWhereItIsNotServed() {
        client = only().connectTimeout(Duration.ofMillis(500)).build();
        HttpException gone = assertThrows(HttpException.class, () -> client.request(Method.GET, "https://127.0.0.1:1/").send());
        assertEquals(HttpException.Kind.CONNECT, gone.kind());
        HttpException clear = assertThrows(HttpException.class, () -> client.request(Method.GET, "http://127.0.0.1:1/").send());
        assertTrue(clear.getMessage().contains("encrypted"), clear.getMessage());
    }

    // ---- the end

    @Test
    void aShutdownLetsExchangesFinish() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        serve((request, response) -> {
            entered.countDown();
            release.await();
            response.send(HELLO);
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> answer = threads.submit(() -> text(Method.GET, "/"));
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            Future<?> stopping = threads.submit(() -> {
                server.shutdown(Duration.ofSeconds(10));
                return null;
            });
            Thread.sleep(100);
            release.countDown();
            assertEquals("200 Hello, World!", answer.get(10, TimeUnit.SECONDS));
            stopping.get(10, TimeUnit.SECONDS);
        }
        assertEquals(0, server.stats().cutExchanges());
    }

    @Test
    void aServerThatComesBackIsFoundAgain() throws IOException {
        serve((request, response) -> response.send(HELLO));
        assertEquals("200 Hello, World!", text(Method.GET, "/"));
        InetSocketAddress address = server.address();
        server.close();
        server = ShockwaveServer.builder().listen(address).reactors(1).tls(identity).protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).handler((request, response) -> response.send("again")).start();
        assertEquals("200 again", text(Method.GET, "/"));
    }
}
