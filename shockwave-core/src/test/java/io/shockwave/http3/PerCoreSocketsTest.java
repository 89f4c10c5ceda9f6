package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.QuicOptions;
import io.shockwave.QuicOptions.LoadBalancer;
import io.shockwave.QuicOptions.Retry;
import io.shockwave.QuicStats;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.net.UdpSocket;
import io.shockwave.internal.testing.UdpRelay;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One UDP socket on each reactor of a server: who comes is spread over them, and who moves is found. */
@Timeout(120)
class PerCoreSocketsTest {
    private static final int REACTORS = 4;

    @TempDir
    private static Path folder;

    private static Tls identity;
    private static Tls trust;

    @BeforeAll
    static void certificate() throws IOException {
        identity = Tls.selfSigned("localhost", "127.0.0.1");
        Path file = folder.resolve("certificate.pem");
        Files.writeString(file, identity.certificatePem());
        trust = Tls.trusting(file);
    }

    @BeforeEach
    void socketsCanShareAnAddress() {
        Assumptions.assumeTrue(UdpSocket.canShare());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Answers with the name of the reactor's thread. */
    private static ShockwaveServer.Builder server(int port, int reactors) {
        return ShockwaveServer.builder().listen(loopback(port)).reactors(reactors).tls(identity).protocols(HttpVersion.HTTP_3)
                .inlineHandler((request, response) -> response.send(Thread.currentThread().getName())).shutdownGrace(Duration.ofSeconds(5));
    }

    private static ShockwaveClient client() {
        return ShockwaveClient.builder().tls(trust).protocols(HttpVersion.HTTP_3).build();
    }

    private static String get(ShockwaveClient client, int port) throws IOException {
        try (ClientResponse response = client.get("https://127.0.0.1:" + port + "/").send()) {
            assertEquals(200, response.status());
            return new String(response.body().readAll(1_000), StandardCharsets.US_ASCII);
        }
    }

    private static void until(ShockwaveServer server, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "not within 60 s: " + server.stats().quic());
            Thread.sleep(2);
        }
    }

    @Test
    void connectionsAreSpreadOverTheReactorsAndEachStaysOnIts() throws IOException {
        List<ShockwaveClient> clients = new ArrayList<>();
        try (ShockwaveServer server = server(0, REACTORS).start()) {
            Set<String> threads = new TreeSet<>();
            for (int i = 0; i < 24; i++) {
                ShockwaveClient client = client();
                clients.add(client);
                String thread = get(client, server.address().getPort());
                threads.add(thread);
                assertEquals(thread, get(client, server.address().getPort()));
            }
            assertTrue(threads.size() > 1, () -> "24 clients, all on " + threads);
            assertEquals(24, server.stats().quic().connectionsStarted());
            assertEquals(24, server.stats().connectionsOpen());
        } finally {
            clients.forEach(ShockwaveClient::close);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientWhoseNewPortLeadsToAnotherSocketIsStillServedByItsReactor(boolean balanced) throws IOException {
        QuicOptions options = new QuicOptions();
        if (balanced) {
            options.loadBalancer(new LoadBalancer(1, new byte[] {1, 2}, 6, new byte[16]));
        }
        try (ShockwaveServer server = server(0, REACTORS).quic(options).start(); UdpRelay relay = new UdpRelay(server.address().getPort()); ShockwaveClient client = client()) {
            String thread = get(client, relay.port());
            // Each new port comes to one of four sockets by the kernel's hash.
            for (int i = 0; i < 40 && server.stats().quic().datagramsForwarded() == 0; i++) {
                relay.rebind();
                assertEquals(thread, get(client, relay.port()));
            }
            QuicStats stats = server.stats().quic();
            assertTrue(stats.datagramsForwarded() > 0 && stats.migrations() > 0, stats::toString);
            assertEquals(1, stats.connectionsStarted(), stats::toString);
            assertEquals(0, stats.statelessResetsSent(), stats::toString);
        }
    }

    /** An Initial packet of one and the same client, from addresses that lead to all sockets, is of one connection. */
    @Test
    void aClientsFirstPacketFromElsewhereFindsItsHandshake() throws Exception {
        try (ShockwaveServer server = server(0, REACTORS).start(); UdpRelay relay = new UdpRelay(server.address().getPort()); ShockwaveClient client = client()) {
            relay.toClient(_ -> false);
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> {
                try {
                    return get(client, relay.port());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            until(server, () -> server.stats().quic().connectionsStarted() == 1);
            byte[] first = relay.sent().getFirst();
            for (int i = 0; i < 40; i++) {
                try (DatagramSocket elsewhere = new DatagramSocket(loopback(0))) {
                    elsewhere.send(new DatagramPacket(first, first.length, server.address()));
                }
            }
            until(server, () -> server.stats().quic().datagramsReceived() >= 41);
            assertTrue(server.stats().quic().datagramsForwarded() + server.stats().quic().forwardsDropped() > 0, () -> server.stats().quic().toString());
            assertEquals(1, server.stats().quic().connectionsStarted(), () -> server.stats().quic().toString());
            relay.toClient(_ -> true);
            assertTrue(request.get().startsWith("shockwave-"));
        }
    }

    @Test
    void tokensOfARetryHoldOnEverySocket() throws IOException {
        try (ShockwaveServer server = server(0, REACTORS).quic(new QuicOptions().retry(Retry.ALWAYS)).start()) {
            for (int i = 0; i < 8; i++) {
                try (ShockwaveClient client = client()) {
                    get(client, server.address().getPort());
                }
            }
            assertEquals(0, server.stats().quic().handshakesFailed());
        }
    }

    @Test
    void afterTheEndThePortIsFreeAndClientsAreTold() throws Exception {
        int port;
        try (ShockwaveClient client = client()) {
            try (ShockwaveServer server = server(0, REACTORS).start()) {
                port = server.address().getPort();
                get(client, port);
            }
            try (ShockwaveServer again = server(port, REACTORS).start()) {
                get(client, again.address().getPort());
            }
        }
        new DatagramSocket(loopback(port)).close();
    }

    /** SO_REUSEPORT alone would let two servers share a port, each with half of the clients. */
    @Test
    void aPortThatAnotherServerHasIsNotShared() throws IOException {
        try (ShockwaveServer server = server(0, REACTORS).start()) {
            BindException taken = assertThrows(BindException.class, () -> server(server.address().getPort(), REACTORS).start());
            assertTrue(taken.getMessage().startsWith("cannot listen for HTTP/3 on UDP 127.0.0.1 port " + server.address().getPort()), taken.getMessage());
        }
    }

    @Test
    void oneReactorForwardsNothing() throws IOException {
        try (ShockwaveServer server = server(0, 1).start(); UdpRelay relay = new UdpRelay(server.address().getPort()); ShockwaveClient client = client()) {
            get(client, relay.port());
            relay.rebind();
            get(client, relay.port());
            assertEquals(0, server.stats().quic().datagramsForwarded());
        }
    }
}
