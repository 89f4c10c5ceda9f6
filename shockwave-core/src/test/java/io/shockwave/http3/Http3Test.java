package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyReader;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client and our server over HTTP/3 and real sockets: the same handlers, requests and answers as over HTTP/1.1. */
class Http3Test extends Http3Rig {
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
