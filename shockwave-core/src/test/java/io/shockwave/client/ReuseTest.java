package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException;
import io.shockwave.Method;
import io.shockwave.internal.testing.RawServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that die while they are idle, and requests that may be sent twice. */
@Timeout(30)
class ReuseTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static void get(ShockwaveClient client, Method method, String url) throws Exception {
        try (ClientResponse response = client.request(method, url).send()) {
            assertEquals("ok", new String(response.body().readAll(10), StandardCharsets.US_ASCII));
        }
    }

    /** Answers once, then closes after reading the next request's head: the moment that no check before use can see. */
    private static final RawServer.Script CLOSES_ON_REUSE = peer -> {
        peer.readRequest();
        peer.send(OK);
        peer.readHead();
    };

    private static final RawServer.Script ANSWERS = peer -> {
        while (peer.readRequest() != null) {
            peer.send(OK);
        }
    };

    @Test
    void aConnectionThatWasClosedWhileIdleIsNoticed() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
        }, ANSWERS);
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, Method.POST, server.url("/"));
            TimeUnit.MILLISECONDS.sleep(100);
            get(client, Method.POST, server.url("/"));
            assertEquals(2, server.connections());
            assertEquals(1L, client.poolStats().closes().get("stale"));
        }
    }

    @Test
    void aConnectionThatWasResetWhileIdleIsNoticed() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            TimeUnit.MILLISECONDS.sleep(50);
            peer.reset();
        }, ANSWERS);
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, Method.POST, server.url("/"));
            TimeUnit.MILLISECONDS.sleep(150);
            get(client, Method.POST, server.url("/"));
            assertEquals(2, server.connections());
        }
    }

    /** RFC 9112 9.2: what comes while no request is outstanding MUST NOT be taken for the answer to the next one, however soon that follows. */
    @ParameterizedTest
    @ValueSource(strings = {"HEAD 200", "GET 304", "GET 204"})
    void whatComesBehindAnAnswerIsNotTakenForThatOfTheNextRequest(String exchange) throws Exception {
        String[] parts = exchange.split(" ");
        String forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
        String length = parts[1].equals("204") ? "" : "Content-Length: " + forged.length() + "\r\n";
        for (int i = 0; i < 50; i++) {
            Semaphore sent = new Semaphore(0);
            try (RawServer server = new RawServer(peer -> {
                peer.readRequest();
                peer.send("HTTP/1.1 " + parts[1] + " As it is\r\n" + length + "\r\n");
                try {
                    peer.send(forged);
                } finally {
                    sent.release();
                }
                ANSWERS.serve(peer);
            }, ANSWERS);
                    ShockwaveClient client = ShockwaveClient.builder().build()) {
                client.request(Method.of(parts[0]), server.url("/")).send().close();
                while (!sent.tryAcquire()) {
                    Thread.onSpinWait(); // waking up would take too long: this is about what follows at once
                }
                get(client, Method.GET, server.url("/"));
            }
        }
    }

    @Test
    void anIdempotentRequestIsRepeatedOnceOnAConnectionThatClosesOnReuse() throws Exception {
        try (RawServer server = new RawServer(CLOSES_ON_REUSE, ANSWERS); ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, Method.GET, server.url("/"));
            get(client, Method.GET, server.url("/"));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void aRequestThatMayHaveBeenProcessedIsNotRepeated() throws Exception {
        try (RawServer server = new RawServer(CLOSES_ON_REUSE, ANSWERS); ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, Method.POST, server.url("/"));
            HttpException reset = assertThrows(HttpException.class, () -> get(client, Method.POST, server.url("/")));
            assertEquals(HttpException.Kind.RESET, reset.kind());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aStreamIsNotRepeated() throws Exception {
        try (RawServer server = new RawServer(CLOSES_ON_REUSE, ANSWERS); ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, Method.GET, server.url("/"));
            assertThrows(HttpException.class, () -> client.request(Method.PUT, server.url("/")).body(3, new ByteArrayInputStream(new byte[3])).send());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aNewConnectionThatClosesIsNoReasonToRepeat() throws Exception {
        try (RawServer server = new RawServer(peer -> peer.readHead()); ShockwaveClient client = ShockwaveClient.builder().build()) {
            assertThrows(HttpException.class, () -> client.get(server.url("/")).send());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void oneByteOfAnAnswerEndsTheRightToRepeat() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.readHead();
            peer.send("H");
        }, ANSWERS);
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, Method.GET, server.url("/"));
            assertThrows(HttpException.class, () -> get(client, Method.GET, server.url("/")));
            assertEquals(1, server.connections());
        }
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.send(OK);
            peer.readHead();
            peer.send("H");
            TimeUnit.MILLISECONDS.sleep(100);
            peer.reset();
        }, ANSWERS);
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, Method.GET, server.url("/"));
            assertThrows(HttpException.class, () -> get(client, Method.GET, server.url("/")));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void itIsRepeatedOnlyOnce() throws Exception {
        try (RawServer server = new RawServer(CLOSES_ON_REUSE, peer -> peer.readHead()); ShockwaveClient client = ShockwaveClient.builder().build()) {
            get(client, Method.GET, server.url("/"));
            assertThrows(HttpException.class, () -> get(client, Method.GET, server.url("/")));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void contentThatNobodyReadsClosesTheConnectionWhenItIsLong() throws Exception {
        String most = "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n" + "x".repeat(65_536);
        String more = "HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n" + "x".repeat(65_537);
        try (RawServer server = RawServer.answering(most); ShockwaveClient client = ShockwaveClient.builder().build()) {
            client.get(server.url("/")).send().close();
            assertEquals(1, client.poolStats().idle());
        }
        try (RawServer server = RawServer.answering(more); ShockwaveClient client = ShockwaveClient.builder().build()) {
            client.get(server.url("/")).send().close();
            assertEquals(0, client.poolStats().idle());
        }
    }

    @Test
    void contentThatDoesNotComeDoesNotHoldUpTheClose() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            TimeUnit.SECONDS.sleep(10);
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            ClientResponse response = client.get(server.url("/")).send();
            long startNs = System.nanoTime();
            response.close();
            assertTrue(System.nanoTime() - startNs < 2_000_000_000L);
            assertEquals(0, client.poolStats().idle() + client.poolStats().leased());
        }
    }
}
