package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.testing.UdpRelay;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 0-RTT end to end over loopback (RFC 8470): what goes out early, what becomes of it, and what whoever records it can do with it. */
class Http3EarlyDataTest extends Http3RelayRig {
    private static final HeaderName NUMBER = HeaderName.of("X-Number");

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private volatile boolean answers425;

    @BeforeEach
    void start() throws IOException {
        identity = Tls.pem(chain, key);
        server = serve(0, true);
        relay = new UdpRelay(server.address().getPort());
        client = client(true);
    }

    private static PooledClient client(boolean early) throws IOException {
        return (PooledClient) ShockwaveClient.builder().tls(Tls.trusting(authority)).protocols(HttpVersion.HTTP_3).earlyData(early).build();
    }

    private ShockwaveServer serve(int port, boolean early) throws IOException {
        return builder(port).earlyData(early).handler(this::handle).start();
    }

    private void handle(ServerRequest request, ServerResponse response) throws IOException {
        seen.add(request.method() + " " + request.path() + (request.isEarlyData() ? " early" : ""));
        if (answers425 && request.isEarlyData()) {
            response.status(425).send();
        } else {
            response.send(request.body().readAll(1 << 20));
        }
    }

    private String ask(Method method, String path, String content) throws IOException {
        ClientRequest request = client.request(method, "https://127.0.0.1:" + relay.port() + path);
        if (!content.isEmpty()) {
            request.body(content);
        }
        try (ClientResponse response = request.send()) {
            return response.status() + " " + new String(response.body().readAll(1 << 20), StandardCharsets.UTF_8) + (response.isEarlyData() ? " early" : "") + (response.isResumed() ? " resumed" : "");
        }
    }

    /** As {@link #ask}, on a connection that the server's answers reach only when the request has: it cannot wait for the handshake. */
    private String askEarly(Method method, String path) throws IOException {
        relay.toClient(_ -> seen.stream().anyMatch(one -> one.contains(path)));
        return ask(method, path, "");
    }

    /** A first connection, closed when the server has given what the next one needs. */
    private void prepare() throws Exception {
        assertEquals("200 ", ask(Method.GET, "/first", ""));
        disconnect();
        seen.clear();
    }

    private List<String> seen() {
        return List.copyOf(seen);
    }

    @Test
    void whatReadsGoesOutWithTheFirstFlight() throws Exception {
        prepare();
        assertEquals("200  early resumed", askEarly(Method.GET, "/a"));
        assertEquals("200  resumed", ask(Method.GET, "/b", ""));
        disconnect();
        assertEquals("200  early resumed", askEarly(Method.HEAD, "/c"));
        disconnect();
        assertEquals("200  early resumed", askEarly(Method.OPTIONS, "/d"));
        assertEquals(List.of("GET /a early", "GET /b", "HEAD /c early", "OPTIONS /d early"), seen());
    }

    @Test
    void whatWritesWaits() throws Exception {
        prepare();
        assertEquals("200 content resumed", ask(Method.POST, "/a", "content"));
        disconnect();
        assertEquals("200  resumed", ask(Method.DELETE, "/b", ""));
        disconnect();
        assertEquals("200 content resumed", ask(Method.of("GET"), "/c", "content"));
        assertEquals(List.of("POST /a", "DELETE /b", "GET /c"), seen());
    }

    @Test
    void neitherSideDoesItUnasked() throws Exception {
        client.close();
        client = client(false);
        prepare();
        assertEquals("200  resumed", ask(Method.GET, "/a", ""));
        client.close();
        server.close();
        client = client(true);
        server = serve(server.address().getPort(), false);
        prepare();
        assertEquals("200  resumed", ask(Method.GET, "/b", ""));
        assertEquals(List.of("GET /b"), seen());
    }

    /** RFC 9001 4.6.2: with other keys the server knows neither the ticket nor what was sent under it. */
    @Test
    void whatIsRefusedIsSentAgainAndSeenOnce() throws Exception {
        prepare();
        server.close();
        identity = Tls.pem(chain, key);
        server = serve(server.address().getPort(), true);
        assertEquals("200 ", ask(Method.GET, "/a", ""));
        assertEquals(List.of("GET /a"), seen());
    }

    /** RFC 8470 5.2. */
    @Test
    void whatIsTooEarlyIsSentAgainWithTheHandshakeComplete() throws Exception {
        prepare();
        answers425 = true;
        assertEquals("200  resumed", askEarly(Method.GET, "/a"));
        assertEquals(List.of("GET /a early", "GET /a"), seen());
    }

    /** RFC 8470 5.1: an intermediary says that it had it as early data. */
    @Test
    void whatAnIntermediaryHadEarlyIsToldAndUnsafeMethodsAreSentBack() throws Exception {
        for (Method method : new Method[] {Method.GET, Method.POST}) {
            ClientRequest request = client.request(method, "https://127.0.0.1:" + relay.port() + "/a");
            request.headers().add(HeaderName.EARLY_DATA, "1").add(NUMBER, "1");
            try (ClientResponse response = request.send()) {
                assertEquals(method == Method.GET ? 200 : 425, response.status());
                assertFalse(response.isEarlyData());
            }
        }
        assertEquals(List.of("GET /a early"), seen());
    }

    @Test
    void theSameDatagramsAgainAreNotTakenHereNorByAnotherReactor() throws Exception {
        prepare();
        relay.toServer(_ -> false);
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                ask(Method.GET, "/recorded", "");
            } catch (IOException _) {
                // It is not answered before the end.
            }
        });
        try (ShockwaveServer other = serve(0, true); DatagramSocket recorder = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            int[] passed = {0};
            await("taken once: it was fresh", () -> {
                List<byte[]> sent = relay.sent();
                for (; passed[0] < sent.size(); passed[0]++) {
                    send(recorder, sent.get(passed[0]), server.address().getPort());
                }
                return seen().contains("GET /recorded early");
            });
            List<byte[]> recorded = relay.sent();
            relay.toServer(_ -> true);
            asking.interrupt();
            asking.join();
            seen.clear();
            for (int i = 0; i < 3; i++) {
                for (int port : new int[] {server.address().getPort(), other.address().getPort()}) {
                    try (DatagramSocket again = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                        recorded.forEach(datagram -> send(again, datagram, port));
                    }
                }
            }
            reach(server);
            reach(other);
            assertEquals(List.of("GET /reached", "GET /reached"), seen());
        }
    }

    /** Where several reactors have sockets of one address, the kernel chooses by the sender's port: copies reach them all. */
    @Test
    void theSameDatagramsAgainAreNotTakenByAnyReactorOfTheAddress() throws Exception {
        server.close();
        relay.close();
        server = builder(0).reactors(2).earlyData(true).handler(this::handle).start();
        relay = new UdpRelay(server.address().getPort());
        prepare();
        assertEquals("200  early resumed", askEarly(Method.GET, "/recorded"));
        List<byte[]> recorded = relay.sent();
        client.close();
        await("the connection is over", () -> server.stats().quic().closedByApplication() >= 2);
        client = client(false);
        seen.clear();
        // While the connection is remembered, copies are its own packets again; from then on one begins a connection of its own, on the reactor that its port leads to.
        long started = server.stats().quic().connectionsStarted();
        await("a copy is looked at", () -> {
            try (DatagramSocket again = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                recorded.forEach(datagram -> send(again, datagram, server.address().getPort()));
            } catch (SocketException e) {
                throw new UncheckedIOException(e);
            }
            return server.stats().quic().connectionsStarted() > started;
        });
        for (int i = 0; i < 8; i++) {
            reach(server);
        }
        assertEquals(Collections.nCopies(8, "GET /reached"), seen());
        assertEquals(1, server.stats().quic().earlyDataAccepted());
    }

    private static void send(DatagramSocket from, byte[] datagram, int port) {
        try {
            from.send(new DatagramPacket(datagram, datagram.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An exchange with it: what its socket was sent before has been looked at. */
    private static void reach(ShockwaveServer which) throws IOException {
        try (ShockwaveClient fresh = client(false); ClientResponse response = fresh.request(Method.GET, "https://127.0.0.1:" + which.address().getPort() + "/reached").send()) {
            assertEquals(200, response.status());
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsAskedOverTcp() throws Exception {
        client.close();
        client = (PooledClient) ShockwaveClient.builder().tls(Tls.trusting(authority)).prefer(HttpVersion.HTTP_3).earlyData(true).build();
        try (ShockwaveServer overTcp = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.port())).reactors(1).tls(identity).protocols(HttpVersion.HTTP_1_1)
                .shutdownGrace(Duration.ZERO).handler((_, response) -> response.send("over TCP")).start()) {
            assertEquals(relay.port(), overTcp.address().getPort());
            String answer = "";
            for (int i = 0; i < 20 && !answer.equals("200 "); i++) { // a first handshake may be slower than the time that it gets
                answer = ask(Method.GET, "/first", "");
            }
            assertEquals("200 ", answer);
            disconnect();
            relay.toServer(_ -> false);
            assertEquals("200 over TCP", ask(Method.GET, "/a", ""));
        }
    }

    @Test
    void manyGoOutTogether() throws Exception {
        prepare();
        int many = 20;
        relay.toClient(_ -> false);
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        Thread[] threads = new Thread[many];
        for (int i = 0; i < many; i++) {
            threads[i] = Thread.ofVirtual().start(() -> {
                try {
                    answers.add(ask(Method.GET, "/a", ""));
                } catch (IOException e) {
                    answers.add(e.toString());
                }
            });
        }
        await("all of them early", () -> seen().size() == many);
        relay.toClient(_ -> true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of("GET /a early"), seen().stream().distinct().toList());
        assertEquals(List.of("200  early resumed"), answers.stream().distinct().toList());
        assertEquals(many, seen().size());
    }
}
