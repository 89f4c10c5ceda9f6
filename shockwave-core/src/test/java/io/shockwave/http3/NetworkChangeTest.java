package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.Handler;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that is told that the network is another: what it keeps, what it lets go of, and what it must not lose. */
@Timeout(120)
class NetworkChangeTest extends Http3Rig {
    /** Answers with the version and the port that the request came from. */
    private static final Handler TELLS = (request, response) -> response.send(request.version() + " " + ((InetSocketAddress) request.remote()).getPort());

    private static void await(BooleanSupplier done) {
        long until = System.nanoTime() + 60_000_000_000L;
        while (!done.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "not within a minute");
            Thread.yield();
        }
    }

    private String ask() throws IOException {
        try (ClientResponse response = request(Method.GET, "/").send()) {
            return new String(response.body().readAll(100), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aConnectionGoesOnFromAnotherPortEachTime() throws IOException {
        serve(TELLS);
        String before = ask();
        for (int i = 1; i <= 6; i++) {
            int moves = i;
            await(() -> server.stats().quic().connectionsOpen() == 1);
            client.networkChanged();
            await(() -> server.stats().quic().migrations() >= moves || server.stats().quic().connectionsStarted() > 1);
            String after = ask();
            assertNotEquals(before, after);
            before = after;
        }
        assertEquals(1, server.stats().quic().connectionsStarted(), server.stats()::toString);
        assertEquals(6, client.poolStats().quic().migrations());
    }

    @Test
    void whatIsInProgressGoesOn() throws IOException {
        CountDownLatch changed = new CountDownLatch(1);
        byte[] part = new byte[100_000];
        serve((request, response) -> {
            try (BodyWriter out = response.stream()) {
                out.write(part, 0, part.length).flush();
                try {
                    changed.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
                out.write(part, 0, part.length);
            }
        });
        try (ClientResponse response = request(Method.GET, "/").send()) {
            byte[] got = new byte[part.length];
            for (int n = 0; n < got.length; ) {
                n += response.body().read(got, n, got.length - n);
            }
            client.networkChanged();
            await(() -> server.stats().quic().migrations() == 1);
            changed.countDown();
            assertEquals(part.length, response.body().readAll(1 << 20).length);
        }
        assertEquals(1, server.stats().quic().connectionsStarted());
    }

    @Test
    void aConnectionThatIsBeingMadeIsMadeAnew() throws Exception {
        serve(TELLS);
        for (int round = 0; round < 10; round++) {
            client = only().build();
            CompletableFuture<ClientResponse> asked = request(Method.GET, "/").sendAsync();
            await(() -> client.poolStats().quic().connectionsStarted() > 0);
            client.networkChanged();
            client.networkChanged(); // the socket that it began by is closed
            try (ClientResponse response = asked.get(50, TimeUnit.SECONDS)) {
                assertEquals(200, response.status());
            }
            client.close();
        }
    }

    @Test
    void manyChangesAtOnceLoseNothing() throws IOException {
        serve(TELLS);
        for (int round = 0; round < 5; round++) {
            assertTrue(ask().startsWith("HTTP/3"));
            for (int i = 0; i < 20; i++) {
                client.networkChanged(); // more than there are ids for: the connection is replaced
            }
        }
        assertTrue(ask().startsWith("HTTP/3"));
        await(() -> client.poolStats().quic().connectionsOpen() <= 1); // none, where the last request was the last of one that was replaced
    }

    @Test
    void idleConnectionsOverTcpAreClosed() throws IOException {
        server = builder().protocols(HttpVersion.HTTP_1_1).handler(TELLS).start();
        client = ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_1_1).build();
        String before = ask();
        assertEquals(1, client.poolStats().idle());
        client.networkChanged();
        assertEquals(0, client.poolStats().idle());
        assertEquals(1, client.poolStats().closes().get("network-changed"));
        assertNotEquals(before, ask());
    }

    private void reachHttp3() throws IOException {
        String version = "";
        for (int i = 0; i < 100 && !version.startsWith("HTTP/3"); i++) { // a first handshake may be slower than the head start
            version = ask();
        }
        assertTrue(version.startsWith("HTTP/3"));
    }

    @Test
    void whatWasSaidForTheNetworkBeforeIsForgotten() throws IOException {
        // RFC 7838 2.2
        serve(TELLS);
        client = ShockwaveClient.builder().tls(trust).build();
        reachHttp3();
        client.networkChanged();
        try (ClientResponse response = request(Method.GET, "/").send()) {
            assertEquals(HttpVersion.HTTP_1_1, response.version());
            assertTrue(response.versionReason().contains("not said"), response.versionReason());
            response.body().readAll(100);
        }
        reachHttp3();
    }

    @Test
    void whatWasSaidToPersistIsKept() throws IOException {
        serve((request, response) -> {
            response.headers().set(HeaderName.ALT_SVC, "h3=\":" + server.address().getPort() + "\"; ma=1000; persist=1");
            TELLS.handle(request, response);
        });
        client = ShockwaveClient.builder().tls(trust).build();
        reachHttp3();
        client.networkChanged();
        assertTrue(ask().startsWith("HTTP/3"));
    }

    @Test
    void aClientThatHasDoneNothingYetMayBeToldToo() throws IOException {
        serve((request, response) -> response.send(HELLO));
        client = ShockwaveClient.builder().tls(trust).build();
        client.networkChanged();
        try (ClientResponse response = request(Method.GET, "/").send()) {
            assertArrayEquals(HELLO, response.body().readAll(100));
        }
    }
}
