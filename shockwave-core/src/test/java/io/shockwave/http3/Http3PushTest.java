package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.PushListener;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server push by the public API, over real sockets (RFC 9114 4.6). */
class Http3PushTest extends Http3Rig {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    /** Notes what comes, and wants what the predicate wants. */
    private PushListener listener(Predicate<String> wanted) {
        return new PushListener() {
            @Override
            public boolean isWanted(Method method, String url, Headers fields) {
                return wanted.test(method + " " + path(url));
            }

            @Override
            public void onResponse(Method method, String url, ClientResponse response) throws IOException {
                seen.add(method + " " + path(url) + " " + response.status() + " " + response.version() + " " + new String(response.body().readAll(1 << 20), StandardCharsets.UTF_8));
            }

            @Override
            public void onFailed(Method method, String url, IOException cause) {
                seen.add(method + " " + path(url) + " failed");
            }
        };
    }

    private String path(String url) {
        String origin = url("");
        assertTrue(url.startsWith(origin), url);
        return url.substring(origin.length());
    }

    private ShockwaveServer.Builder builder(int maxPushes) {
        ShockwaveServer.Builder building = builder().shutdownGrace(Duration.ZERO);
        return maxPushes < 0 ? building : building.maxPushes(maxPushes);
    }

    /** Each client asks for something first, so that the server has learnt what it accepts. */
    private void client(int most, PushListener listener, HttpVersion version) throws IOException {
        ShockwaveClient.Builder building = ShockwaveClient.builder().tls(trust).protocols(version);
        client = (most == 0 ? building : building.onPush(most, listener)).build();
        text("/first");
    }

    private String text(String path) throws IOException {
        try (ClientResponse response = client.get(url(path)).send()) {
            return response.status() + " " + new String(response.body().readAll(1 << 20), StandardCharsets.UTF_8);
        }
    }

    private String next() throws InterruptedException {
        String event = seen.poll(40, TimeUnit.SECONDS);
        assertNotNull(event, "nothing came");
        return event;
    }

    /** Pushes what the query names, and tells what was promised; says of all else who asked for it. */
    private static final Handler PAGES = (request, response) -> {
        if (!request.path().is("/page")) {
            response.send(request.method() + " " + request.scheme() + " " + request.target() + " " + request.headers().first(HeaderName.of("X-For")).orElse("-"));
            return;
        }
        StringBuilder promised = new StringBuilder();
        for (String path : request.query().toString().split(",")) {
            response.pushHeaders().add(HeaderName.of("X-For"), request.path());
            promised.append(response.push(Method.GET, path)).append(' ');
        }
        response.send(promised);
    };

    /** As {@link #PAGES}, but for what is pushed: that waits. */
    private static Handler lateAfter(CountDownLatch go) {
        return (request, response) -> {
            if (request.path().is("/page") || request.path().is("/first")) {
                PAGES.handle(request, response);
            } else {
                go.await();
                response.send("late");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPageBringsWhatItRefersTo(boolean inline) throws Exception {
        server = (inline ? builder(4).inlineHandler(PAGES) : builder(4).handler(PAGES)).start();
        client(4, listener(_ -> true), HttpVersion.HTTP_3);
        for (int i = 0; i < 10; i++) { // more than are allowed at a time: the limit moves up as pushes end
            assertEquals("200 true true ", text("/page?/a.css,/b.js?v=1"));
            List<String> both = new ArrayList<>(List.of(next(), next()));
            both.sort(null);
            assertEquals(List.of("GET /a.css 200 HTTP/3 GET https /a.css /page", "GET /b.js?v=1 200 HTTP/3 GET https /b.js?v=1 /page"), both);
        }
        assertEquals(31, server.stats().requests());
    }

    @Test
    void isOffOnTheServerUnlessAllowed() throws Exception {
        server = builder(-1).handler(PAGES).start();
        client(4, listener(_ -> true), HttpVersion.HTTP_3);
        assertEquals("200 false false ", text("/page?/a,/b"));
    }

    @Test
    void isOffOnTheClientUnlessAccepted() throws Exception {
        server = builder(4).handler(PAGES).start();
        client(0, null, HttpVersion.HTTP_3);
        assertEquals("200 false ", text("/page?/a"));
    }

    @Test
    void isNothingThatHttp11Knows() throws Exception {
        server = builder(4).handler(PAGES).start();
        client(4, listener(_ -> true), HttpVersion.HTTP_1_1);
        assertEquals("200 false ", text("/page?/a"));
        assertTrue(seen.isEmpty());
    }

    @Test
    void noMoreThanTheServerAllows() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        server = builder(2).handler(lateAfter(go)).start();
        client(8, listener(_ -> true), HttpVersion.HTTP_3);
        assertEquals("200 true true false ", text("/page?/a,/b,/c"));
        go.countDown();
        List<String> both = new ArrayList<>(List.of(next(), next()));
        both.sort(null);
        assertEquals(List.of("GET /a 200 HTTP/3 late", "GET /b 200 HTTP/3 late"), both);
    }

    @Test
    void noMoreThanTheClientAccepts() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        server = builder(8).handler(lateAfter(go)).start();
        client(1, listener(_ -> true), HttpVersion.HTTP_3);
        assertEquals("200 true false ", text("/page?/a,/b"));
        go.countDown();
        assertEquals("GET /a 200 HTTP/3 late", next());
    }

    @Test
    void whatIsNotWantedDoesNotCome() throws Exception {
        server = builder(8).handler(PAGES).start();
        client(8, listener(asked -> !asked.endsWith("/no")), HttpVersion.HTTP_3);
        for (int i = 0; i < 20; i++) { // a refused push takes nobody's place
            assertEquals("200 true true ", text("/page?/no,/yes"));
            assertEquals("GET /yes 200 HTTP/3 GET https /yes /page", next());
        }
        assertTrue(seen.isEmpty());
    }

    @Test
    void whatIsPromisedForAnotherOriginIsRefusedUnasked() throws Exception {
        server = builder(8).handler(PAGES).start();
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        client(8, listener(asked::add), HttpVersion.HTTP_3);
        ClientRequest foreign = client.get(url("/page?/theirs"));
        foreign.headers().add(HeaderName.HOST, "elsewhere.example"); // the server promises for the host that it was asked for
        try (ClientResponse response = foreign.send()) {
            assertEquals("true ", new String(response.body().readAll(1_000), StandardCharsets.UTF_8));
        }
        assertEquals("200 true ", text("/page?/ours"));
        assertEquals("GET /ours 200 HTTP/3 GET https /ours /page", next());
        assertEquals(List.of("GET /ours"), List.copyOf(asked));
    }

    @Test
    void aListenerThatThrowsCostsNothingElse() throws Exception {
        server = builder(8).handler(PAGES).start();
        client(8, listener(asked -> {
            if (asked.endsWith("/no")) {
                throw new IllegalStateException("on purpose");
            }
            return true;
        }), HttpVersion.HTTP_3);
        assertEquals("200 true true ", text("/page?/no,/yes"));
        assertEquals("GET /yes 200 HTTP/3 GET https /yes /page", next());
    }

    @Test
    void whatIsPushedPushesNothing() throws Exception {
        server = builder(8).handler(PAGES).start();
        client(8, listener(_ -> true), HttpVersion.HTTP_3);
        assertEquals("200 true ", text("/page?/page?/a"));
        assertEquals("GET /page?/a 200 HTTP/3 false ", next());
    }

    @Test
    void anAnswerThatHasGoneOutPromisesNothing() throws Exception {
        BlockingQueue<String> late = new LinkedBlockingQueue<>();
        CountDownLatch read = new CountDownLatch(1);
        server = builder(8).handler((request, response) -> {
            response.send("sent");
            if (request.path().is("/page")) {
                read.await();
                late.add("" + response.push(Method.GET, "/a"));
            }
        }).start();
        client(8, listener(_ -> true), HttpVersion.HTTP_3);
        assertEquals("200 sent", text("/page"));
        read.countDown();
        assertEquals("false", late.poll(40, TimeUnit.SECONDS));
    }

    @Test
    void aServerThatGivesUpItsAnswerIsToldOf() throws Exception {
        server = builder(8).handler((request, response) -> {
            if (request.path().is("/broken")) {
                response.headers().add(HeaderName.CONTENT_LENGTH, "10");
                response.stream().write(new byte[3], 0, 3).flush();
                throw new IOException("on purpose");
            }
            PAGES.handle(request, response);
        }).onHandlerError(_ -> { }).start();
        client(8, listener(_ -> true), HttpVersion.HTTP_3);
        assertEquals("200 true ", text("/page?/broken"));
        assertEquals("GET /broken failed", next());
    }

    @Test
    void aParentThatIsCancelledLetsThePushComeAndLaterOnesBe() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        BlockingQueue<String> promised = new LinkedBlockingQueue<>();
        server = builder(8).handler((request, response) -> {
            if (!request.path().is("/page")) {
                response.send("here");
                return;
            }
            promised.add("" + response.push(Method.GET, "/a"));
            BodyWriter out = response.stream();
            out.write(new byte[1], 0, 1).flush();
            cancelled.await();
            try {
                for (;;) {
                    out.write(new byte[1_000], 0, 1_000).flush();
                }
            } catch (IOException e) {
                promised.add("" + response.push(Method.GET, "/b"));
            }
        }).onHandlerError(_ -> { }).start();
        client(8, listener(_ -> true), HttpVersion.HTTP_3);
        client.get(url("/page")).send().close();
        cancelled.countDown();
        assertEquals("true", promised.poll(40, TimeUnit.SECONDS));
        assertEquals("GET /a 200 HTTP/3 here", next());
        assertEquals("false", promised.poll(40, TimeUnit.SECONDS));
    }

    @Test
    void aHeadIsPushedWithoutContent() throws Exception {
        server = builder(8).handler((request, response) -> {
            if (request.path().is("/page")) {
                response.push(Method.HEAD, "/a");
            }
            response.send("text");
        }).start();
        client(8, listener(_ -> true), HttpVersion.HTTP_3);
        assertEquals("200 text", text("/page"));
        assertEquals("HEAD /a 200 HTTP/3 ", next());
    }

    @Test
    void whatCannotBeAskedForCannotBePromised() throws Exception {
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        server = builder(8).handler((request, response) -> {
            said.add(assertThrows(IllegalArgumentException.class, () -> response.push(Method.POST, "/a")).getMessage());
            said.add(assertThrows(IllegalArgumentException.class, () -> response.push(Method.GET, "a")).getMessage());
            said.add(assertThrows(IllegalArgumentException.class, () -> response.push(Method.GET, "/a b")).getMessage());
            response.pushHeaders().add(HeaderName.CONTENT_LENGTH, "1");
            said.add(assertThrows(IllegalArgumentException.class, () -> response.push(Method.GET, "/a")).getMessage());
            response.pushHeaders().clear().add(HeaderName.HOST, "elsewhere");
            said.add(assertThrows(IllegalArgumentException.class, () -> response.push(Method.GET, "/a")).getMessage());
            response.send("");
        }).start();
        client(8, listener(_ -> true), HttpVersion.HTTP_3);
        assertEquals(5, said.size(), said::toString);
        assertThrows(IllegalArgumentException.class, () -> builder(129));
        assertThrows(IllegalArgumentException.class, () -> builder(0).maxPushes(-1));
        assertThrows(IllegalArgumentException.class, () -> ShockwaveClient.builder().onPush(0, listener(_ -> true)));
        assertThrows(IllegalArgumentException.class, () -> ShockwaveClient.builder().onPush(129, listener(_ -> true)));
        assertNull(seen.poll());
    }
}
