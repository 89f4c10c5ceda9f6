package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.QuicOptions;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.net.UdpSocket;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that would rather have its connections at another of its addresses, over sockets (RFC 9000 9.6). */
@Timeout(120)
class Http3PreferredAddressTest extends Http3Rig {
    private static InetSocketAddress other(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    }

    private void serve(int reactors, InetSocketAddress... preferred) throws IOException {
        QuicOptions options = new QuicOptions();
        for (InetSocketAddress address : preferred) {
            options.preferredAddress(address);
        }
        server = builder().reactors(reactors).quic(options).handler((request, response) -> response.send(HELLO)).start();
    }

    private static void ask(ShockwaveClient by, String url) throws IOException {
        try (ClientResponse response = by.request(Method.GET, url).send()) {
            assertEquals(HttpVersion.HTTP_3, response.version());
            assertArrayEquals(HELLO, response.body().readAll(100));
        }
    }

    private static void await(BooleanSupplier done) {
        long until = System.nanoTime() + 60_000_000_000L;
        while (!done.getAsBoolean()) {
            assertTrue(System.nanoTime() < until, "not within a minute");
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void clientsGoThereAndNothingIsLost(int reactors) throws IOException {
        serve(reactors, other(0));
        int clients = 4;
        for (int i = 0; i < clients; i++) {
            try (ShockwaveClient one = only().build()) {
                ask(one, url("/"));
                await(() -> one.poolStats().quic().migrations() == 1);
                long before = server.stats().quic().migrations();
                int from = i;
                await(() -> server.stats().quic().migrations() == from + 1 || before == from + 1);
                for (int n = 0; n < 20; n++) {
                    ask(one, url("/"));
                }
                assertEquals(1, one.poolStats().quic().connectionsStarted());
            }
        }
        assertEquals(clients, server.stats().quic().migrations());
    }

    @Test
    void theServerTellsWhereItListensBesides() throws IOException {
        serve(2, other(0), new InetSocketAddress(InetAddress.getByName("::1"), 0));
        assertEquals(3, server.addresses().size());
        SocketAddress told = server.addresses().get(1);
        assertTrue(told instanceof InetSocketAddress there && there.getPort() != 0 && there.getPort() != server.address().getPort(), told::toString);
        try (ShockwaveClient one = only().build()) {
            ask(one, "https://127.0.0.1:" + ((InetSocketAddress) told).getPort() + "/"); // who comes there at once is as welcome
            assertEquals(0, server.stats().quic().migrations());
        }
    }

    @Test
    void itMayBeOneOfAllAddressesThatAreListenedOn() throws IOException {
        Assumptions.assumeTrue(UdpSocket.canShare());
        int port;
        try (ShockwaveServer before = ShockwaveServer.builder().listen(0).tls(identity).protocols(HttpVersion.HTTP_3).handler((_, response) -> response.send(HELLO)).start()) {
            port = before.address().getPort();
        }
        server = ShockwaveServer.builder().listen(port).reactors(2).tls(identity).protocols(HttpVersion.HTTP_3)
                .quic(new QuicOptions().preferredAddress(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), port))).handler((_, response) -> response.send(HELLO)).start();
        client = only().build();
        ask(client, url("/"));
        await(() -> client.poolStats().quic().migrations() == 1 && server.stats().quic().migrations() == 1);
        ask(client, url("/"));
    }

    @Test
    void aTakenOneIsNamed() throws IOException {
        try (java.net.DatagramSocket taken = new java.net.DatagramSocket(other(0))) {
            IOException e = assertThrows(IOException.class, () -> serve(1, other(taken.getLocalPort())));
            assertTrue(e.getMessage().contains("preferred address") && e.getMessage().contains(Integer.toString(taken.getLocalPort())), e.getMessage());
        }
    }

    @Test
    void whatNobodyCouldSendToIsRefused() throws IOException {
        QuicOptions options = new QuicOptions();
        assertThrows(IllegalArgumentException.class, () -> options.preferredAddress(new InetSocketAddress(443)));
        assertThrows(IllegalArgumentException.class, () -> options.preferredAddress(InetSocketAddress.createUnresolved("localhost", 443)));
        options.preferredAddress(other(1));
        assertThrows(IllegalArgumentException.class, () -> options.preferredAddress(other(2)));
        options.preferredAddress(new InetSocketAddress(InetAddress.getByName("::1"), 3));
        assertEquals(2, options.preferredAddresses().size());
    }
}
