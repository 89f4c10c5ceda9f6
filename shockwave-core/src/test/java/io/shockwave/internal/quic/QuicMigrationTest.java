package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections whose addresses change (RFC 9000 9). */
class QuicMigrationTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimNetwork network = new SimNetwork(1);
    private final TestApp app = new TestApp();
    private SimQuic server;
    private SimQuic client;

    @BeforeEach
    void connect() {
        server = new SimQuic(network, "server", 2, new QuicSettings()).serve(TestApp::echoing);
        client = new SimQuic(network, "client", 1, new QuicSettings());
        client.host.to(server.host).latencyMs(10).rate(50, 200_000);
        server.host.to(client.host).latencyMs(10).rate(50, 200_000);
        client.connect(server, app, network);
        assertTrue(network.run(SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), network::events);
        network.run(network.nowNs() + SECOND / 10, () -> false);
    }

    private QuicConnection peer() {
        return server.accepted.get(0).connection;
    }

    private void echoWhile(Runnable event) {
        byte[] bytes = new byte[1 << 20];
        new Random(3).nextBytes(bytes);
        long stream = app.connection.openBidirectional();
        app.send(stream, bytes);
        network.run(network.nowNs() + SECOND / 20, () -> false);
        event.run();
        assertTrue(network.run(network.nowNs() + 60 * SECOND, () -> app.ended.contains(stream) || app.closed), network::events);
        assertFalse(app.closed, () -> app.closeReason);
        assertArrayEquals(bytes, app.received(stream));
    }

    @Test
    void aNewPortOfTheNatIsValidatedAndFollowed() {
        PeerAddress rebound = PeerAddress.ofIpv4(0x0A000001, 7777);
        echoWhile(() -> client.host.rebind(rebound));
        network.run(network.nowNs() + 4 * SECOND, () -> false);
        assertEquals(rebound, peer().peer());
        assertTrue(peer().paths().current().validated);
        assertFalse(peer().paths().previous().inUse);
    }

    @Test
    void aNewAddressOfTheClientIsFollowedToo() {
        PeerAddress moved = PeerAddress.ofIpv4(0x0A010101, 99);
        echoWhile(() -> client.host.rebind(moved));
        assertEquals(moved, peer().peer());
    }

    @Test
    void aClientThatMovesOnPurposeUsesIdsOfItsOwnForThePath() {
        byte[] before = app.connection.peerIds().id(app.connection.peerIds().current()).clone();
        byte[] serversBefore = peer().peerIds().id(peer().peerIds().current()).clone();
        PeerAddress moved = PeerAddress.ofIpv4(0x0A010101, 99);
        echoWhile(() -> {
            client.host.rebind(moved);
            assertTrue(app.connection.migrate(1, network.nowNs()));
        });
        assertEquals(moved, peer().peer());
        assertNotEquals(java.util.HexFormat.of().formatHex(before), java.util.HexFormat.of().formatHex(app.connection.peerIds().id(app.connection.peerIds().current())));
        assertNotEquals(java.util.HexFormat.of().formatHex(serversBefore), java.util.HexFormat.of().formatHex(peer().peerIds().id(peer().peerIds().current())));
        assertTrue(app.connection.paths().current().validated);
    }

    @Test
    void movesFollowOneAnotherAsLongAsIdsCome() {
        for (int i = 0; i < 10; i++) {
            PeerAddress moved = PeerAddress.ofIpv4(0x0A010101 + i, 99);
            int local = i + 1;
            echoWhile(() -> {
                client.host.rebind(moved);
                assertTrue(app.connection.migrate(local, network.nowNs()), "move " + local);
            });
            assertEquals(moved, peer().peer());
            network.run(network.nowNs() + SECOND, () -> false);
        }
    }

    @Test
    void whoForgesTheAddressOfAPacketDoesNotTakeTheConnectionAway() {
        // The copy arrives first, from an address that never answers.
        PeerAddress forged = PeerAddress.ofIpv4(0x0B0B0B0B, 1);
        Forge forge = new Forge(app.connection, server, client.host.address());
        forge.clear().upTo(FrameEncoder.ping(forge.frames, 0));
        forge.sendFrom(forged, network.nowNs());
        assertEquals(forged, peer().peer());
        echoWhile(() -> { });
        assertEquals(client.host.address(), peer().peer());
    }

    @Test
    void anAddressThatNeverAnswersIsGivenUpForTheOneBefore() {
        PeerAddress forged = PeerAddress.ofIpv4(0x0B0B0B0B, 1);
        Forge forge = new Forge(app.connection, server, client.host.address());
        forge.clear().upTo(FrameEncoder.ping(forge.frames, 0));
        forge.sendFrom(forged, network.nowNs());
        network.run(network.nowNs() + 10 * SECOND, () -> peer().peer().equals(client.host.address()));
        assertEquals(client.host.address(), peer().peer());
        assertFalse(peer().isClosed());
    }
}
