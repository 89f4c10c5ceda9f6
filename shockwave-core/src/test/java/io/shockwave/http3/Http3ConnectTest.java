package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ClientResponse.Upgraded;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.Tunnel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** CONNECT over HTTP/3 by the public API of both sides: plain (RFC 9114 4.4) and extended (RFC 9220). */
class Http3ConnectTest extends Http3Rig {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String line(Upgraded tunnel, int count) throws IOException {
        return new String(tunnel.in().readNBytes(count), StandardCharsets.US_ASCII);
    }

    private String heard() throws InterruptedException {
        String text = told.poll(40, TimeUnit.SECONDS);
        assertNotNull(text, "nothing was told");
        return text;
    }

    private static byte[] readAll(Tunnel tunnel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buf = new byte[5_000];
        for (int n = tunnel.read(buf, 0, buf.length); n >= 0; n = tunnel.read(buf, 0, buf.length)) {
            all.write(buf, 0, n);
        }
        return all.toByteArray();
    }

    /** Tells what was asked for, echoes until the client ends its side, and then says so. */
    private void echoTunnel(ServerRequest request, ServerResponse response) throws IOException {
        told.add(request.version() + " " + request.method() + " [" + request.protocol() + "] [" + request.target() + "] " + request.authority());
        try (Tunnel tunnel = response.upgrade()) {
            byte[] buf = new byte[1_000];
            for (int n = tunnel.read(buf, 0, buf.length); n >= 0; n = tunnel.read(buf, 0, buf.length)) {
                tunnel.write(buf, 0, n);
                tunnel.flush();
            }
            tunnel.write(ascii("over"), 0, 4);
        }
    }

    private static void talk(ClientRequest request) throws IOException {
        try (ClientResponse response = request.send()) {
            assertEquals(200, response.status());
            assertEquals(HttpVersion.HTTP_3, response.version());
            Upgraded tunnel = response.upgraded();
            for (int i = 0; i < 20; i++) {
                tunnel.out().write(ascii("ping " + i % 10));
                assertEquals("ping " + i % 10, line(tunnel, 6));
            }
            tunnel.endOutput();
            assertThrows(IllegalStateException.class, () -> tunnel.out().write(1));
            assertEquals("over", line(tunnel, 100)); // the other half was still open
            assertEquals(-1, tunnel.in().read());
        }
    }

    @Test
    void plainConnectAsksForTheAuthorityOfTheUrl() throws Exception {
        serve(this::echoTunnel);
        talk(request(Method.CONNECT, "/ignored"));
        String authority = "127.0.0.1:" + server.address().getPort();
        assertEquals("HTTP/3 CONNECT [] [" + authority + "] " + authority, heard());
    }

    @Test
    void plainConnectAsksForWhatHostNames() throws Exception {
        serve(this::echoTunnel);
        ClientRequest request = request(Method.CONNECT, "/");
        request.headers().set(HeaderName.HOST, "target.example:22");
        talk(request);
        assertEquals("HTTP/3 CONNECT [] [target.example:22] target.example:22", heard());
        talk(request); // and is reused
        assertEquals("HTTP/3 CONNECT [] [target.example:22] target.example:22", heard());
        assertEquals(1, server.stats().connectionsAccepted());
    }

    @Test
    void extendedConnectSendsProtocolSchemeAuthorityAndPath() throws Exception {
        serve(this::echoTunnel);
        talk(request(Method.CONNECT, "/chat?room=1").protocol("websocket"));
        assertEquals("HTTP/3 CONNECT [websocket] [/chat?room=1] 127.0.0.1:" + server.address().getPort(), heard());
        ClientRequest named = request(Method.CONNECT, "/chat").protocol("x-other!");
        named.headers().set(HeaderName.HOST, "chat.example");
        talk(named);
        assertEquals("HTTP/3 CONNECT [x-other!] [/chat] chat.example", heard());
    }

    @Test
    void extendedConnectNeedsNoPreferenceForHttp3() throws Exception {
        serve(this::echoTunnel);
        client = ShockwaveClient.builder().tls(trust).build();
        talk(client.request(Method.CONNECT, url("/chat")).protocol("websocket"));
    }

    @Test
    void extendedConnectSaysWhereItCannotGo() throws Exception {
        serve(this::echoTunnel);
        try (ShockwaveClient one = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_1_1).build(); ShockwaveClient both = ShockwaveClient.builder().tls(trust).build()) {
            HttpException closed = assertThrows(HttpException.class, () -> one.request(Method.CONNECT, url("/")).protocol("websocket").send());
            assertEquals(Kind.CONNECT, closed.kind());
            assertTrue(closed.getMessage().contains("RFC 9220") && closed.getMessage().contains("needs HTTP/3"), closed.getMessage());
            HttpException clear = assertThrows(HttpException.class, () -> both.request(Method.CONNECT, "http://127.0.0.1:1/").protocol("websocket").send());
            assertTrue(clear.getMessage().contains("always encrypted"), clear.getMessage());
        }
    }

    @Test
    void closingWakesTheThreadThatReadsAndWaitsForNothing() throws Exception {
        serve(this::echoTunnel);
        for (int i = 0; i < 20; i++) {
            ClientResponse response = request(Method.CONNECT, "/").send();
            Upgraded tunnel = response.upgraded();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    tunnel.in().readNBytes(1_000);
                } catch (IOException e) {
                    // It was closed.
                }
            });
            while (reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            boolean whole = i % 2 == 0;
            Thread closer = Thread.ofVirtual().start(() -> {
                try {
                    if (whole) {
                        tunnel.close();
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                response.close();
            });
            assertTrue(closer.join(Duration.ofSeconds(40)), "the closer still waits");
            assertTrue(reader.join(Duration.ofSeconds(40)), "the reader still waits");
        }
    }

    @Test
    void whatMakesNoSenseIsRefusedAtOnce() throws Exception {
        serve(this::echoTunnel);
        assertThrows(IllegalStateException.class, () -> request(Method.GET, "/").protocol("websocket"));
        for (String bad : new String[] {"a b", "a:b", "\u00e9", "a\r\n"}) {
            assertThrows(IllegalArgumentException.class, () -> request(Method.CONNECT, "/").protocol(bad), bad);
        }
        assertThrows(IllegalStateException.class, () -> request(Method.CONNECT, "/").body(new byte[1]).send());
    }

    @Test
    void aDeclinedConnectIsAnAnswerAndItsConnectionGoesOn() throws Exception {
        serve((request, response) -> {
            if (request.method() == Method.CONNECT) {
                response.status(403).send("not there");
            } else {
                response.send("fine");
            }
        });
        for (int i = 0; i < 150; i++) { // more than may be in progress at a time
            try (ClientResponse response = request(Method.CONNECT, "/").protocol(i % 2 == 0 ? "" : "websocket").send()) {
                assertEquals(403, response.status());
                assertThrows(IllegalStateException.class, response::upgraded);
                assertEquals("not there", new String(response.body().readAll(100), StandardCharsets.US_ASCII));
            }
        }
        assertEquals("200 fine", text(Method.GET, "/"));
        assertEquals(1, server.stats().connectionsAccepted());
    }

    @Test
    void theServerEndsItsOutputAndReadsOn() throws Exception {
        serve((_, response) -> {
            try (Tunnel tunnel = response.upgrade()) {
                tunnel.write(ascii("all"), 0, 3);
                tunnel.endOutput();
                assertThrows(IllegalStateException.class, () -> tunnel.write(ascii("x"), 0, 1));
                told.add(new String(readAll(tunnel), StandardCharsets.US_ASCII));
            }
        });
        try (ClientResponse response = request(Method.CONNECT, "/").send()) {
            Upgraded tunnel = response.upgraded();
            assertEquals("all", line(tunnel, 100));
            tunnel.out().write(ascii("after your end"));
            tunnel.endOutput();
            assertEquals("after your end", heard());
        }
    }

    @Test
    void whatWasWrittenBeforeCloseArrives() throws Exception {
        byte[] much = bytes(300_000, 1); // more than the rings and windows on the way hold
        byte[][] arrived = new byte[1][];
        serve((_, response) -> {
            try (Tunnel tunnel = response.upgrade()) {
                arrived[0] = readAll(tunnel);
                told.add("read");
            }
        });
        try (ClientResponse response = request(Method.CONNECT, "/").send(); Upgraded tunnel = response.upgraded()) {
            tunnel.out().write(much);
        }
        assertEquals("read", heard());
        assertArrayEquals(much, arrived[0]);
    }

    @Test
    void theServerIsToldThatNobodyReads() throws Exception {
        serve((_, response) -> {
            try (Tunnel tunnel = response.upgrade()) {
                byte[] much = new byte[10_000];
                HttpException cut = assertThrows(HttpException.class, () -> {
                    while (true) {
                        tunnel.write(much, 0, much.length);
                    }
                });
                told.add(cut.kind() + " " + new String(readAll(tunnel), StandardCharsets.US_ASCII));
            }
        });
        try (ClientResponse response = request(Method.CONNECT, "/").send(); Upgraded tunnel = response.upgraded()) {
            tunnel.in().readNBytes(100_000);
            tunnel.out().write(ascii("enough"));
        }
        assertEquals("RESET enough", heard()); // its direction has ended in good order, and ours is not read
    }

    @Test
    void aResetOfTheServerIsNoEnd() throws Exception {
        serve((request, response) -> {
            if (request.method() == Method.HEAD) {
                response.send();
                return;
            }
            Tunnel tunnel = response.upgrade();
            byte[] go = new byte[1];
            tunnel.read(go, 0, 1);
            tunnel.reset();
        });
        try (ClientResponse response = request(Method.CONNECT, "/").send()) {
            Upgraded tunnel = response.upgraded();
            tunnel.out().write(1);
            assertEquals(Kind.RESET, assertThrows(HttpException.class, () -> tunnel.in().read()).kind());
            assertEquals(Kind.RESET, assertThrows(HttpException.class, () -> tunnel.out().write(new byte[1_000_000])).kind());
        }
        assertEquals("200", text(Method.HEAD, "/").substring(0, 3), "the connection goes on");
        assertEquals(1, server.stats().connectionsAccepted());
    }

    @Test
    void aResetOfTheClientIsNoEnd() throws Exception {
        serve((request, response) -> {
            if (request.method() == Method.HEAD) {
                response.send();
                return;
            }
            Tunnel tunnel = response.upgrade();
            HttpException cut = assertThrows(HttpException.class, () -> readAll(tunnel));
            told.add(cut.kind().name());
        });
        for (int i = 0; i < 50; i++) { // at whichever moment of the answer it comes
            try (ClientResponse response = request(Method.CONNECT, "/").send()) {
                response.upgraded().reset();
                assertThrows(IOException.class, () -> response.upgraded().in().read());
            }
            assertEquals("RESET", heard());
        }
        assertEquals("200", text(Method.HEAD, "/").substring(0, 3));
    }

    @Test
    void closingWakesWhoReadsAndWhoWrites() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        serve((_, response) -> {
            response.upgrade();
            end.await(40, TimeUnit.SECONDS); // neither reads nor writes
        });
        ClientResponse response = request(Method.CONNECT, "/").send();
        Upgraded tunnel = response.upgraded();
        CompletableFuture<Boolean> reads = new CompletableFuture<>();
        CompletableFuture<Boolean> writes = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> reads.complete(fails(() -> tunnel.in().read())));
        Thread.ofVirtual().start(() -> writes.complete(fails(() -> tunnel.out().write(new byte[10_000_000]))));
        assertFalse(reads.isDone());
        tunnel.close();
        assertTrue(reads.get(40, TimeUnit.SECONDS));
        assertTrue(writes.get(40, TimeUnit.SECONDS));
        end.countDown();
        response.close();
        assertThrows(IllegalStateException.class, response::upgraded);
        assertThrows(IOException.class, () -> tunnel.in().read());
    }

    private interface Step {
        void run() throws IOException;
    }

    private static boolean fails(Step step) {
        try {
            step.run();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void manyTunnelsShareOneConnection() throws Exception {
        serve(this::echoTunnel);
        CompletableFuture<?>[] all = new CompletableFuture<?>[50];
        for (int i = 0; i < all.length; i++) {
            ClientRequest request = request(Method.CONNECT, "/").protocol(i % 2 == 0 ? "websocket" : "");
            CompletableFuture<Void> done = new CompletableFuture<>();
            all[i] = done;
            Thread.ofVirtual().start(() -> {
                try {
                    talk(request);
                    done.complete(null);
                } catch (Throwable t) {
                    done.completeExceptionally(t);
                }
            });
        }
        CompletableFuture.allOf(all).get(50, TimeUnit.SECONDS);
        assertEquals(1, server.stats().connectionsAccepted());
    }

    @Test
    void aTunnelOverHttp1EndsAsAWhole() throws Exception {
        serve((_, response) -> {
            Tunnel tunnel = response.upgrade();
            assertThrows(UnsupportedOperationException.class, tunnel::endOutput);
            tunnel.write(ascii("bye"), 0, 3);
            tunnel.flush();
            byte[] go = new byte[1];
            tunnel.read(go, 0, 1);
            tunnel.reset();
        });
        client = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_1_1).build();
        try (ClientResponse response = client.request(Method.CONNECT, url("/")).send()) {
            Upgraded tunnel = response.upgraded();
            assertEquals("bye", line(tunnel, 3));
            assertThrows(UnsupportedOperationException.class, tunnel::endOutput);
            tunnel.out().write(1);
            int next = -1;
            try {
                next = tunnel.in().read();
            } catch (IOException reset) {
                // What the socket makes of it.
            }
            assertEquals(-1, next);
        }
    }
}
