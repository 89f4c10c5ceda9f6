package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.Method;
import io.shockwave.internal.testing.RawServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of virtual threads over connections that were used before, which go out together. */
@Timeout(60)
class ConvoyTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final RawServer.Script ANSWERS = peer -> {
        while (peer.readRequest() != null) {
            peer.send(OK);
        }
    };
    /** Answers with the target that was asked for. */
    private static final RawServer.Script ECHOES = peer -> {
        for (String request; (request = peer.readRequest()) != null;) {
            String target = request.split(" ", 3)[1];
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + target.length() + "\r\n\r\n" + target);
        }
    };

    private static <T> T onVirtual(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static String read(ClientRequest request) throws Exception {
        try (ClientResponse response = request.send()) {
            return new String(response.body().readAll(1 << 22), StandardCharsets.US_ASCII);
        }
    }

    /** Three requests one after the other: the first on a new connection, the second has it join, the third goes the common way. */
    private static void warm(ShockwaveClient client, RawServer server) throws Exception {
        onVirtual(() -> {
            for (int i = 0; i < 3; i++) {
                assertEquals("ok", read(client.get(server.url("/"))));
            }
            return null;
        });
        assertEquals(1, server.connections());
    }

    private static void serveThree(RawServer.Peer peer) throws Exception {
        for (int i = 0; i < 3; i++) {
            peer.readRequest();
            peer.send(OK);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 20})
    void eachThreadGetsTheAnswersToItsOwnRequests(int threads) throws Exception {
        try (RawServer server = new RawServer(ECHOES); ShockwaveClient client = ShockwaveClient.builder().maxConnectionsPerOrigin(threads).build()) {
            List<FutureTask<Void>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                FutureTask<Void> task = new FutureTask<>(() -> {
                    for (int n = 0; n < 200; n++) {
                        String target = "/" + number + "/" + "x".repeat(n % 7) + n;
                        assertEquals(target, read(client.get(server.url(target))));
                    }
                    return null;
                });
                all.add(task);
                Thread.ofVirtual().start(task);
            }
            for (FutureTask<Void> task : all) {
                task.get(50, TimeUnit.SECONDS);
            }
            assertTrue(server.connections() <= threads, server.connections() + " connections");
        }
    }

    /** RFC 9112 9.2, however soon the next request follows. */
    @Test
    void whatComesBehindAnAnswerIsNotTakenForThatOfTheNextRequest() throws Exception {
        String forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
        for (int i = 0; i < 50; i++) {
            Semaphore sent = new Semaphore(0);
            try (RawServer server = new RawServer(peer -> {
                serveThree(peer);
                peer.readRequest();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 41\r\n\r\n");
                try {
                    peer.send(forged);
                } finally {
                    sent.release();
                }
                ANSWERS.serve(peer);
            }, ANSWERS);
                    ShockwaveClient client = ShockwaveClient.builder().build()) {
                warm(client, server);
                onVirtual(() -> {
                    client.request(Method.HEAD, server.url("/")).send().close();
                    while (!sent.tryAcquire()) {
                        Thread.onSpinWait(); // waking up would take too long: this is about what follows at once
                    }
                    assertEquals("ok", read(client.get(server.url("/"))));
                    return null;
                });
                assertEquals(2, server.connections());
            }
        }
    }

    /** Content that does not fit the first buffer leaves the convoy, and has the same right to an answer of its own. */
    @Test
    void anUploadLooksToo() throws Exception {
        Semaphore sent = new Semaphore(0);
        try (RawServer server = new RawServer(peer -> {
            serveThree(peer);
            peer.readRequest();
            peer.send("HTTP/1.1 304 Not Modified\r\n\r\n");
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
            sent.release();
            ANSWERS.serve(peer);
        }, ANSWERS);
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            warm(client, server);
            onVirtual(() -> {
                client.get(server.url("/")).send().close();
                sent.acquire();
                assertEquals("ok", read(client.request(Method.POST, server.url("/")).body(new byte[1 << 20])));
                return null;
            });
            assertEquals(2, server.connections());
        }
    }

    @Test
    void aConnectionThatWasClosedWhileIdleIsNoticed() throws Exception {
        Semaphore closed = new Semaphore(0);
        try (RawServer server = new RawServer(peer -> {
            serveThree(peer);
            peer.socket.shutdownOutput();
            closed.release();
            peer.readAll();
        }, ANSWERS);
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            warm(client, server);
            closed.acquire();
            assertEquals("ok", onVirtual(() -> read(client.request(Method.POST, server.url("/")).body(new byte[10]))));
            assertEquals(2, server.connections());
            assertEquals(1L, client.poolStats().closes().get("stale"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void onlyWhatIsIdempotentIsRepeatedOnAConnectionThatClosesOnReuse(String method) throws Exception {
        try (RawServer server = new RawServer(peer -> {
            serveThree(peer);
            peer.readHead();
        }, ANSWERS);
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            warm(client, server);
            Callable<String> again = () -> read(client.request(Method.of(method), server.url("/")));
            if (method.equals("GET")) {
                assertEquals("ok", onVirtual(again));
            } else {
                assertEquals(HttpException.Kind.RESET, assertThrows(HttpException.class, () -> onVirtual(again)).kind());
            }
            assertEquals(method.equals("GET") ? 2 : 1, server.connections());
        }
    }

    @Test
    void itsWaitIsLimited() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            serveThree(peer);
            peer.readAll();
        });
                ShockwaveClient client = ShockwaveClient.builder().firstByteTimeout(Duration.ofSeconds(1)).build()) {
            warm(client, server);
            HttpException timeout = assertThrows(HttpException.class, () -> onVirtual(() -> read(client.get(server.url("/")))));
            assertEquals(HttpException.Kind.TIMEOUT, timeout.kind());
            assertEquals(HttpException.Phase.FIRST_BYTE, timeout.phase());
            assertEquals(0, client.poolStats().leased() + client.poolStats().idle());
        }
    }

    @Test
    void itsWaitEndsWithAnInterruptAndSoDoesTheConnection() throws Exception {
        Semaphore asked = new Semaphore(0);
        Semaphore ended = new Semaphore(0);
        try (RawServer server = new RawServer(peer -> {
            serveThree(peer);
            peer.readRequest();
            asked.release();
            peer.readAll();
            ended.release();
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            warm(client, server);
            FutureTask<Boolean> task = new FutureTask<>(() -> {
                assertThrows(HttpException.class, () -> read(client.get(server.url("/"))));
                return Thread.interrupted();
            });
            Thread waiting = Thread.ofVirtual().start(task);
            asked.acquire();
            waiting.interrupt();
            assertTrue(task.get(), "still interrupted");
            ended.acquire(); // the peer saw the end
            assertEquals(0, client.poolStats().leased() + client.poolStats().idle());
        }
    }

    @Test
    void largeContentGoesBothWaysAndTheConnectionIsUsedAgain() throws Exception {
        String large = "0123456789abcdef".repeat(1 << 16);
        try (RawServer server = new RawServer(peer -> {
            serveThree(peer);
            peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n" + large);
            ANSWERS.serve(peer);
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            warm(client, server);
            assertEquals(large, onVirtual(() -> read(client.get(server.url("/")))));
            assertEquals("ok", onVirtual(() -> read(client.get(server.url("/")))));
            assertEquals("ok", onVirtual(() -> read(client.request(Method.POST, server.url("/")).body(large))));
            assertEquals("ok", onVirtual(() -> read(client.get(server.url("/")))));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aPlatformThreadTakesItOver() throws Exception {
        try (RawServer server = new RawServer(ANSWERS); ShockwaveClient client = ShockwaveClient.builder().build()) {
            warm(client, server);
            assertEquals("ok", read(client.get(server.url("/"))));
            assertEquals("ok", onVirtual(() -> read(client.get(server.url("/")))));
            assertEquals("ok", read(client.get(server.url("/"))));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aConnectionThatChangesItsProtocolLeaves() throws Exception {
        try (RawServer server = new RawServer(peer -> {
            serveThree(peer);
            peer.readRequest();
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
            for (int b; (b = peer.readByte()) >= 0;) {
                peer.send(new byte[] {(byte) b});
            }
        });
                ShockwaveClient client = ShockwaveClient.builder().build()) {
            warm(client, server);
            assertEquals((int) 'z', onVirtual(() -> {
                ClientRequest request = client.get(server.url("/"));
                request.headers().add(HeaderName.UPGRADE, "echo");
                try (ClientResponse response = request.send()) {
                    response.upgraded().out().write('z');
                    response.upgraded().out().flush();
                    return response.upgraded().in().read();
                }
            }));
        }
    }

    @Test
    void closingTheClientEndsIt() throws Exception {
        try (RawServer server = new RawServer(ANSWERS)) {
            ShockwaveClient client = ShockwaveClient.builder().build();
            warm(client, server);
            client.close();
            assertThrows(HttpException.class, () -> onVirtual(() -> read(client.get(server.url("/")))));
        }
    }
}
