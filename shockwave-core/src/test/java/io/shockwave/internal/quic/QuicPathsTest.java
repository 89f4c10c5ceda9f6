package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a path may cost and show before it is known to be one: probes, copies of packets, ids, sizes (RFC 9000 8.2, 9.3, 9.5). */
class QuicPathsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PeerAddress ELSEWHERE = PeerAddress.ofIpv4(0x0B0B0B0B, 4000);

    private final SimNetwork network = new SimNetwork(1);
    private final TestApp app = new TestApp();
    private SimQuic server;
    private SimQuic client;

    /** What the server sent to one address: the id, and how many bytes. */
    private record Seen(String id, int bytes) {}

    @BeforeEach
    void connect() {
        connect(new QuicSettings());
    }

    private void connect(QuicSettings clientSettings) {
        server = new SimQuic(network, "server", 2, new QuicSettings()).serve(TestApp::echoing);
        client = new SimQuic(network, "client", 1, clientSettings);
        latencyMs(10);
        client.connect(server, app, network);
        assertTrue(network.run(SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), network::events);
        network.run(2 * SECOND, () -> false);
    }

    private void latencyMs(double ms) {
        client.host.to(server.host).latencyMs(ms);
        server.host.to(client.host).latencyMs(ms);
    }

    private QuicConnection peer() {
        return server.accepted.get(0).connection;
    }

    private long now() {
        return network.nowNs();
    }

    private List<Seen> sentTo(PeerAddress address) {
        List<Seen> seen = new ArrayList<>();
        byte[] buf = new byte[16 << 10];
        Outgoing out = new Outgoing();
        int n;
        while ((n = server.endpoint.transmit(buf, 0, buf.length, now(), out)) > 0) {
            if (out.to.equals(address)) {
                seen.add(new Seen(HexFormat.of().formatHex(buf, 1, 9), n));
            }
        }
        return seen;
    }

    private String idInUse(QuicConnection of) {
        return HexFormat.of().formatHex(of.peerIds().id(of.peerIds().current()), 0, 8);
    }

    private Forge forge() {
        return new Forge(app.connection, server, client.host.address()).clear();
    }

    /** A PATH_CHALLENGE as a client sends it: in a datagram of 1,200 bytes. */
    private void probe(PeerAddress from, boolean ofNewId) {
        Forge forge = forge();
        forge.upTo(FrameEncoder.pathChallenge(forge.frames, 0, 7));
        sendFrom(forge, from, ofNewId, 1150);
    }

    private void sendFrom(Forge forge, PeerAddress from, boolean ofNewId, int bytes) {
        int before = app.connection.peerIds().current();
        if (ofNewId) {
            app.connection.peerIds().switchTo(app.connection.peerIds().take());
        }
        forge.upTo(Math.max(forge.len, bytes)).sendFrom(from, now());
        app.connection.peerIds().switchTo(before);
    }

    @Test
    void aProbeOfAnotherPathIsAnsweredUnderAnIdThatNoOtherPathHas() {
        // RFC 9000 9.5: MUST NOT reuse a connection ID when sending to more than one destination address.
        probe(ELSEWHERE, true);
        List<Seen> seen = sentTo(ELSEWHERE);
        assertFalse(seen.isEmpty());
        assertEquals(1200, seen.get(0).bytes(), "RFC 9000 8.2.2");
        for (Seen one : seen) {
            assertNotEquals(idInUse(peer()), one.id());
        }
        assertEquals(client.host.address(), peer().peer(), "a probe moves nothing");
    }

    @Test
    void aProbeUnderTheIdInUseIsAnsweredUnderTheIdInUse() {
        // RFC 9000 9.5: as after a NAT's rebinding, which the client does not know of.
        probe(ELSEWHERE, false);
        for (Seen one : sentTo(ELSEWHERE)) {
            assertEquals(idInUse(peer()), one.id());
        }
    }

    @Test
    void aProbeForWhichNoIdIsLeftIsNotAnswered() {
        // RFC 9000 9.5: who has no more ids cannot respond to probes.
        while (peer().peerIds().take() >= 0) {
            assertFalse(peer().isClosed());
        }
        probe(ELSEWHERE, true);
        assertEquals(List.of(), sentTo(ELSEWHERE));
    }

    @Test
    void aMoveForWhichNoIdIsLeftIsNotFollowed() {
        while (peer().peerIds().take() >= 0) {
            assertFalse(peer().isClosed());
        }
        Forge forge = forge();
        forge.upTo(FrameEncoder.ping(forge.frames, 0));
        sendFrom(forge, ELSEWHERE, true, 1150);
        assertEquals(List.of(), sentTo(ELSEWHERE));
        assertEquals(client.host.address(), peer().peer());
    }

    @Test
    void probesFromEverywhereGetThreeTimesTheirBytesAndKeepNoIds() {
        for (int i = 0; i < 200; i++) {
            PeerAddress from = PeerAddress.ofIpv4(0x0B000000 + i, 4000);
            Forge forge = forge();
            forge.upTo(FrameEncoder.pathChallenge(forge.frames, 0, i));
            sendFrom(forge, from, false, 60);
            long back = 0;
            for (Seen one : sentTo(from)) {
                back += one.bytes();
            }
            assertTrue(back <= 3 * 90, "bytes back: " + back);
        }
        assertTrue(peer().peerIds().take() >= 0);
        assertFalse(peer().isClosed());
    }

    @Test
    void aProbeOnAPathThatIsProvedIsAnsweredInFullSizeHoweverSmallItIs() {
        // RFC 9000 8.2.2: at least 1,200 bytes; the limit is for addresses that are not validated.
        PeerAddress old = client.host.address().copy();
        client.host.rebind(ELSEWHERE);
        assertTrue(app.connection.migrate(0, now()));
        assertTrue(network.run(now() + SECOND, () -> peer().peer().equals(ELSEWHERE) && peer().paths().current().validated), network::events);
        assertTrue(peer().paths().previous().inUse);
        sentTo(old);
        Forge forge = forge();
        forge.upTo(FrameEncoder.pathChallenge(forge.frames, 0, 7));
        sendFrom(forge, old, false, 60);
        assertEquals(1200, sentTo(old).get(0).bytes());
    }

    @Test
    void aCopyOfAPacketFromElsewhereIsFoundOutAtOnce() {
        // RFC 9000 9.3.3: the previous path is validated too, and the peer that is still there answers.
        Forge forge = forge();
        forge.upTo(FrameEncoder.ping(forge.frames, 0)).sendFrom(ELSEWHERE, now());
        assertEquals(ELSEWHERE, peer().peer());
        assertTrue(network.run(now() + SECOND / 5, () -> peer().peer().equals(client.host.address())), network::events);
        assertFalse(peer().paths().previous().inUse, "nothing is kept of the other");
    }

    @Test
    void aPathWithMuchLongerRoundTripsIsValidated() {
        // The first challenges are repeated before their answer can be here.
        PeerAddress rebound = PeerAddress.ofIpv4(0x0A000001, 7777);
        client.host.rebind(rebound);
        latencyMs(300);
        app.send(app.connection.openBidirectional(), new byte[100_000]);
        assertTrue(network.run(now() + 3 * SECOND, () -> peer().peer().equals(rebound) && peer().paths().current().validated), network::events);
    }

    @Test
    void challengesAreRepeatedNoMoreOftenThanInitialPackets() {
        // RFC 9000 8.2.1
        Forge forge = forge();
        forge.upTo(FrameEncoder.ping(forge.frames, 0));
        sendFrom(forge, ELSEWHERE, false, 1150);
        // RFC 9000 9.4: another host, so the round trip is not known: 1 s, then 2 s; given up after 3 s.
        int datagrams = 0;
        for (long t = now(), end = t + 4 * SECOND; t < end; t += SECOND / 100) {
            if (server.endpoint.deadline() <= t) {
                server.endpoint.timeout(t);
            }
            byte[] buf = new byte[16 << 10];
            Outgoing out = new Outgoing();
            while (server.endpoint.transmit(buf, 0, buf.length, t, out) > 0) {
                datagrams += out.to.equals(ELSEWHERE) ? 1 : 0;
            }
        }
        assertTrue(datagrams <= 5, "datagrams: " + datagrams);
    }

    @Test
    void anAddressProvedWithLessThanFullSizeIsAskedAgainInFullSize() {
        // RFC 9000 8.2.3: the path may not carry what QUIC needs. This one does not, and the connection goes back.
        PeerAddress before = client.host.address().copy();
        client.host.rebind(PeerAddress.ofIpv4(0x0A000001, 7777));
        server.host.to(client.host).mtu(1000);
        app.connection.sender().ping(); // a small datagram, for which three times as much is less than 1,200
        client.endpoint.wake(app.connection);
        assertTrue(network.run(now() + SECOND, () -> peer().paths().current().validated && !peer().peer().equals(before)), network::events);
        assertTrue(network.run(now() + 5 * SECOND, () -> peer().peer().equals(before)), network::events);
    }

    @Test
    void aHandshakePacketProvesTheAddressThatItCameFrom() {
        // RFC 9000 8.1
        SimNetwork net = new SimNetwork(2);
        SimQuic s = new SimQuic(net, "server", 2, new QuicSettings()).serve(TestApp::new);
        SimQuic c = new SimQuic(net, "client", 1, new QuicSettings());
        QuicConnection connection = c.connect(s, new TestApp(), net);
        byte[] buf = new byte[16 << 10];
        Outgoing out = new Outgoing();
        PeerAddress first = c.host.address();
        int n;
        while ((n = c.endpoint.transmit(buf, 0, 1500, 0, out)) > 0) {
            s.endpoint.receive(buf, 0, n, first, 0, 0, 0);
        }
        while ((n = s.endpoint.transmit(buf, 0, 1500, 0, out)) > 0) {
            c.endpoint.receive(buf, 0, n, s.host.address(), 0, 0, 0);
        }
        while ((n = c.endpoint.transmit(buf, 0, 1500, 0, out)) > 0) {
            s.endpoint.receive(buf, 0, n, ELSEWHERE, 0, 0, 0);
        }
        assertTrue(connection.handshake().isComplete());
        QuicConnection accepted = s.accepted.get(0).connection;
        assertTrue(accepted.handshake().isComplete());
        assertFalse(accepted.paths().current().validated && accepted.paths().current().remote.equals(first));
    }

    @Test
    void whoIsSilentAfterAMoveTellsTheServerOfItAllTheSame() {
        // RFC 9000 9.2: a server follows what is no probe.
        PeerAddress moved = PeerAddress.ofIpv4(0x0A010101, 99);
        client.host.rebind(moved);
        assertTrue(app.connection.migrate(0, now()));
        assertTrue(network.run(now() + SECOND, () -> peer().peer().equals(moved)), network::events);
    }

    @Test
    void aClientThatIsAnsweredNowhereGivesUpBeforeItsIdleTimeout() {
        client.host.to(server.host).loss(1);
        assertTrue(app.connection.migrate(0, now()));
        assertTrue(network.run(now() + 8 * SECOND, () -> app.closed), network::events);
        assertEquals(QuicSink.NO_PATH, app.closeCode);
    }

    @Test
    void aClientThatIsAnsweredWhereItWasStaysThere() {
        PeerAddress other = PeerAddress.ofIpv4(0x0A010101, 99);
        client.also(network, other).to(server.host).loss(1);
        assertTrue(app.connection.migrate(1, now()));
        assertTrue(network.run(now() + 20 * SECOND, () -> app.connection.paths().current().local == 0 && app.connection.paths().current().validated), network::events);
        long stream = app.connection.openBidirectional();
        app.send(stream, new byte[100_000]);
        assertTrue(network.run(now() + 20 * SECOND, () -> app.ended.contains(stream)), network::events);
    }

    @Test
    void aClientWithoutIdsIsFollowedToItsNewAddress() {
        // RFC 9000 5.1: packets to it carry no id on any path.
        app.connection.close(0, "");
        network.run(now() + 5 * SECOND, () -> false);
        SimQuic bare = new SimQuic(network, "bare", 9, new QuicSettings().connectionIdBytes(0));
        bare.host.to(server.host).latencyMs(10);
        server.host.to(bare.host).latencyMs(10);
        TestApp own = new TestApp();
        bare.connect(server, own, network);
        assertTrue(network.run(now() + SECOND, () -> own.complete && own.connection.handshake().isConfirmed()), network::events);
        assertThrows(IllegalStateException.class, () -> bare.connect(server, new TestApp(), network));
        QuicConnection accepted = server.accepted.get(1).connection;
        assertEquals(0, accepted.peerIds().length(accepted.peerIds().current()));
        PeerAddress moved = PeerAddress.ofIpv4(0x0A010101, 99);
        bare.host.rebind(moved);
        assertTrue(own.connection.migrate(0, now()));
        long stream = own.connection.openBidirectional();
        own.send(stream, new byte[100_000]);
        assertTrue(network.run(now() + 20 * SECOND, () -> own.ended.contains(stream)), network::events);
        assertEquals(moved, accepted.peer());
        network.run(now() + 5 * SECOND, () -> false);
        assertTrue(accepted.paths().current().validated);
        assertNull(own.closeReason);
    }
}
