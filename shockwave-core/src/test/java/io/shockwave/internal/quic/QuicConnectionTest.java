package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two endpoints over a clean link: what a connection does from its first packet to its last. */
class QuicConnectionTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimNetwork network = new SimNetwork(1);
    private final TestApp app = new TestApp();
    private SimQuic server;
    private SimQuic client;

    private void connect(QuicSettings clientSettings, QuicSettings serverSettings) {
        server = new SimQuic(network, "server", 2, serverSettings).serve(TestApp::echoing);
        client = new SimQuic(network, "client", 1, clientSettings);
        client.host.to(server.host).latencyMs(10);
        server.host.to(client.host).latencyMs(10);
        client.connect(server, app, network);
    }

    private void established() {
        connect(new QuicSettings(), new QuicSettings());
        assertTrue(network.run(5 * SECOND, () -> app.complete && !server.accepted.isEmpty() && server.accepted.get(0).complete), network::events);
    }

    private TestApp peer() {
        return server.accepted.get(0);
    }

    private static byte[] text(String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void handshakeCompletesInOneRoundTripAndIsConfirmedInTwo() {
        established();
        assertEquals("h3", app.connection.alpn());
        assertEquals("h3", peer().connection.alpn());
        assertEquals("site.test", peer().connection.serverName());
        assertTrue(network.nowNs() <= 31_000_000, () -> "took " + network.nowNs());
        assertTrue(network.run(network.nowNs() + 20_000_000, () -> app.connection.handshake().isConfirmed()));
        for (QuicConnection c : List.of(app.connection, peer().connection)) {
            assertTrue(c.space(PacketSpace.INITIAL).isDiscarded());
            assertTrue(c.space(PacketSpace.HANDSHAKE).isDiscarded());
        }
    }

    @Test
    void echoesAStream() {
        established();
        long stream = app.connection.openBidirectional();
        assertEquals(0, stream);
        app.send(stream, text("hello"));
        assertTrue(network.run(5 * SECOND, () -> app.streamsClosed.contains(stream) && peer().streamsClosed.contains(stream)), network::events);
        assertEquals("hello", new String(app.received(stream), StandardCharsets.US_ASCII));
        assertEquals(List.of(stream), app.ended);
        assertEquals(List.of(stream), app.allAcked);
        assertEquals(0, app.connection.streams().set.count());
        assertEquals(0, peer().connection.streams().set.count());
    }

    @Test
    void echoesMoreThanAnyWindow() {
        established();
        byte[] bytes = new byte[5 << 20];
        new Random(7).nextBytes(bytes);
        long stream = app.connection.openBidirectional();
        app.send(stream, bytes);
        assertTrue(network.run(60 * SECOND, () -> app.ended.contains(stream)), network::events);
        assertArrayEquals(bytes, app.received(stream));
        assertTrue(network.run(network.nowNs() + SECOND, () -> app.streamsClosed.contains(stream)));
        // All buffers are given back.
        app.connection.streams().set.reap();
        assertEquals(0, client.slab.lentBytes());
    }

    @Test
    void bothSidesFindOutHowMuchThePathCarries() {
        established();
        long stream = app.connection.openBidirectional();
        app.send(stream, new byte[100_000]);
        assertTrue(network.run(20 * SECOND, () -> app.streamsClosed.contains(stream)), network::events);
        network.run(network.nowNs() + 2 * SECOND, () -> false);
        assertEquals(1452, app.connection.datagramBytes());
        assertEquals(1452, peer().connection.datagramBytes());
    }

    @Test
    void applicationCloseReachesThePeerWithItsCodeAndBothAreForgotten() {
        established();
        app.connection.close(42, "enough");
        assertTrue(app.closed);
        assertTrue(network.run(5 * SECOND, () -> peer().closed), network::events);
        assertEquals(42, peer().closeCode);
        assertEquals("enough", peer().closeReason);
        assertTrue(peer().closedByApplication);
        assertTrue(peer().closedByPeer);
        assertFalse(app.closedByPeer);
        network.run(30 * SECOND, () -> client.endpoint.connections() == 0 && server.endpoint.connections() == 0);
        assertEquals(0, client.endpoint.connections());
        assertEquals(0, server.endpoint.connections());
    }

    @Test
    void aConnectionThatIsChosenIsWrittenDownAndTheOthersAreNot() {
        StringBuilder log = new StringBuilder();
        boolean[] closed = new boolean[1];
        QlogSink sink = new QlogSink() {
            @Override
            public void write(byte[] buf, int off, int len) {
                log.append(new String(buf, off, len, StandardCharsets.UTF_8));
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        connect(new QuicSettings().qlog((_, isServer) -> isServer ? null : sink), new QuicSettings());
        assertTrue(network.run(5 * SECOND, () -> app.complete));
        app.connection.close(3, "done");
        assertTrue(closed[0]);
        for (String name : List.of("quic:packet_sent", "quic:packet_received", "quic:parameters_set", "quic:recovery_metrics_updated", "quic:connection_closed", "\"frame_type\":\"crypto\"")) {
            assertTrue(log.indexOf(name) > 0, name);
        }
    }
}
