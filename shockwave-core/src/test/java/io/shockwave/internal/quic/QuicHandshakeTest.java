package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsRig;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The ways in which a connection can begin: Retry, tokens, versions, 0-RTT, loss of this or that flight, certificates that do not fit a datagram. */
class QuicHandshakeTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimNetwork network = new SimNetwork(1);
    private final TestApp app = new TestApp();
    private SimQuic server;
    private SimQuic client;

    private void hosts(QuicSettings clientSettings, QuicSettings serverSettings, TlsServerSettings tls) {
        server = new SimQuic(network, "server", 2, serverSettings).serve(tls, TestApp::echoing);
        client = new SimQuic(network, "client", 1, clientSettings);
        client.host.to(server.host).latencyMs(10);
        server.host.to(client.host).latencyMs(10);
    }

    private boolean complete(TestApp of) {
        return network.run(network.nowNs() + 20 * SECOND, () -> of.closed || of.complete && of.connection.handshake().isConfirmed()) && !of.closed;
    }

    private TestApp peer() {
        return server.accepted.get(server.accepted.size() - 1);
    }

    private void assertEchoes(TestApp of) {
        byte[] bytes = "echo".getBytes(StandardCharsets.US_ASCII);
        long stream = of.connection.openBidirectional();
        of.send(stream, bytes);
        assertTrue(network.run(network.nowNs() + 10 * SECOND, () -> of.ended.contains(stream)), network::events);
        assertArrayEquals(bytes, of.received(stream));
    }

    @Test
    void retryProvesTheAddressAndItsIdsAreConfirmed() {
        hosts(new QuicSettings(), new QuicSettings().retry(RetryPolicy.ALWAYS), SimQuic.serverTls());
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        assertTrue(app.connection.handshake().wasRetried());
        assertEchoes(app);
    }

    @Test
    void aTokenOfOneConnectionSparesTheNextItsRetry() {
        hosts(new QuicSettings(), new QuicSettings().retry(RetryPolicy.ALWAYS), SimQuic.serverTls());
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        network.run(network.nowNs() + SECOND, () -> !app.tokens.isEmpty());
        assertEquals(1, app.tokens.size());
        TestApp second = new TestApp();
        client.connect(server, second, SimQuic.clientTls(), app.tokens.get(0), network);
        assertTrue(complete(second), network::events);
        assertFalse(second.connection.handshake().wasRetried());
    }

    /** RFC 9002 6.1: what counts as lost may arrive all the same. */
    @Test
    void aTokenThatIsAcknowledgedAfterItCountedAsLostIsNotSentAgain() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        Lifecycle lifecycle = peer().connection.lifecycle();
        lifecycle.onLost(FrameType.NEW_TOKEN, 0);
        assertTrue(lifecycle.hasControl());
        lifecycle.onAcked(FrameType.NEW_TOKEN, 0);
        assertFalse(lifecycle.hasControl());
        assertEchoes(app);
    }

    @Test
    void aForgedRetryTokenIsRefused() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        byte[] forged = new byte[60];
        client.connect(server, app, SimQuic.clientTls(), forged, network);
        network.run(5 * SECOND, () -> app.closed);
        assertEquals(QuicError.INVALID_TOKEN, app.closeCode);
        assertEquals(0, server.endpoint.connections());
    }

    @Test
    void theServerGoesOverToVersion2WhereBothHaveIt() {
        hosts(new QuicSettings(), new QuicSettings().isVersion2Preferred(true), SimQuic.serverTls());
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        assertEquals(QuicVersion.V2, app.connection.version());
        assertEquals(QuicVersion.V2, peer().connection.version());
        assertEquals(QuicVersion.V1, app.connection.firstVersion());
        assertEchoes(app);
    }

    @Test
    void anUnknownVersionIsAnsweredWithThoseSpoken() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        byte[] strange = new byte[1200];
        strange[0] = (byte) 0xC0;
        strange[1] = 0x1a;
        strange[2] = 0x2a;
        strange[3] = 0x3a;
        strange[4] = 0x4a;
        strange[5] = 8;
        strange[14] = 8;
        server.endpoint.receive(strange, 0, strange.length, client.host.address(), 0, 0, 0);
        byte[] buf = new byte[1500];
        Outgoing out = new Outgoing();
        int n = server.endpoint.transmit(buf, 0, buf.length, 0, out);
        PacketHeader header = new PacketHeader();
        assertEquals(PacketHeader.Verdict.OK, header.decode(buf, 0, n, 8));
        assertEquals(PacketType.VERSION_NEGOTIATION, header.type());
        assertEquals(3, header.offeredVersions());
        // RFC 9000 6.1: a smaller datagram is not answered, so that nobody's address can be flooded with it.
        server.endpoint.receive(strange, 0, 1199, client.host.address(), 0, 0, 0);
        assertEquals(0, server.endpoint.transmit(buf, 0, buf.length, 0, out));
    }

    @Test
    void versionNegotiationWithNothingInCommonEndsTheAttempt() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        client.connect(server, app, network);
        byte[] first = new byte[1500];
        int n = client.endpoint.transmit(first, 0, first.length, 0, new Outgoing());
        PacketHeader header = new PacketHeader();
        assertEquals(PacketHeader.Verdict.OK, header.decode(first, 0, n, 8));
        byte[] answer = new byte[100];
        answer[0] = (byte) 0xC0;
        int end = PacketEncoder.ids(answer, 1, 0, first, header.sourceOff(), header.sourceLength(), first, header.destinationOff(), header.destinationLength());
        byte[] inUse = answer.clone();
        inUse[end + 3] = 1;
        client.endpoint.receive(inUse, 0, end + 4, server.host.address(), 0, 0, 0);
        assertFalse(app.closed, "a list with the version in use is ignored");
        answer[end] = 0x7f;
        client.endpoint.receive(answer, 0, end + 4, server.host.address(), 0, 0, 0);
        assertTrue(app.closed);
        assertEquals(QuicSink.NO_COMMON_VERSION, app.closeCode);
    }

    /** Has the client believe that the server speaks version 2 alone. */
    private void versionNegotiation() {
        client.connect(server, app, network);
        byte[] first = new byte[1500];
        int n = client.endpoint.transmit(first, 0, first.length, 0, new Outgoing());
        PacketHeader header = new PacketHeader();
        assertEquals(PacketHeader.Verdict.OK, header.decode(first, 0, n, 8));
        assertEquals(QuicVersion.V1, header.version());
        byte[] answer = new byte[100];
        answer[0] = (byte) 0xC0;
        int end = PacketEncoder.ids(answer, 1, 0, first, header.sourceOff(), header.sourceLength(), first, header.destinationOff(), header.destinationLength());
        int version = QuicVersion.V2.number();
        for (int i = 0; i < 4; i++) {
            answer[end + i] = (byte) (version >>> 24 - 8 * i);
        }
        client.endpoint.receive(answer, 0, end + 4, server.host.address(), 0, 0, 0);
        assertFalse(app.closed, () -> "closed with " + app.closeCode);
    }

    /** RFC 9000 6.2, RFC 9368 4: the client begins again, and the server's parameters agree with what was said. */
    @Test
    void aClientBeginsAgainInAVersionThatItIsOffered() {
        hosts(new QuicSettings().isVersion2Preferred(true), new QuicSettings().isVersion2Preferred(true), SimQuic.serverTls());
        versionNegotiation();
        assertTrue(complete(app), network::events);
        assertEquals(QuicVersion.V2, app.connection.version());
        assertEquals(QuicVersion.V2, app.connection.firstVersion());
        assertEquals(1, server.accepted.size());
        assertEchoes(app);
    }

    /** RFC 9368 4: nobody authenticates a Version Negotiation packet, but the server's list of versions is. */
    @Test
    void aClientThatWasTalkedOutOfItsVersionFindsOut() {
        hosts(new QuicSettings(), new QuicSettings().isVersion2Preferred(true), SimQuic.serverTls());
        versionNegotiation();
        assertFalse(complete(app));
        assertEquals(QuicError.VERSION_NEGOTIATION_ERROR, app.closeCode);
        network.run(network.nowNs() + SECOND, () -> peer().closed);
        assertEquals(QuicError.VERSION_NEGOTIATION_ERROR, peer().closeCode);
    }

    @Test
    void aServerMayLeadBackToTheVersionThatAClientWasTalkedOutOf() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        versionNegotiation();
        assertTrue(complete(app), network::events);
        assertEquals(QuicVersion.V2, app.connection.firstVersion());
        assertEquals(QuicVersion.V1, app.connection.version());
        assertEchoes(app);
    }

    /** RFC 9287 3.1: the fixed bit is cleared now and then, towards those that said that they bear it, and never before they did. */
    @Test
    void theFixedBitIsClearedForPeersThatTakePacketsWithoutIt() {
        for (boolean takes : new boolean[] {true, false}) {
            SimNetwork net = new SimNetwork(1);
            SimQuic s = new SimQuic(net, "server", 2, new QuicSettings()).serve(TestApp::echoing);
            SimQuic c = new SimQuic(net, "client", 1, new QuicSettings());
            TestApp asking = new TestApp();
            QuicConnection connection = c.connect(s, asking, net);
            byte[] buf = new byte[1500];
            assertTrue(c.endpoint.transmit(buf, 0, buf.length, 0, new Outgoing()) > 0);
            assertEquals(0x40, buf[0] & 0x40, "the server has not said yet that it takes it");
            assertTrue(net.run(5 * SECOND, () -> asking.complete && connection.handshake().isConfirmed()), net::events);
            net.run(net.nowNs() + SECOND, () -> false);
            connection.peerParameters().greaseQuicBit(takes);
            int cleared = 0;
            for (int i = 0; i < 200; i++) {
                connection.sender().ping();
                c.endpoint.wake(connection);
                assertTrue(c.endpoint.transmit(buf, 0, buf.length, net.nowNs(), new Outgoing()) > 0);
                cleared += (buf[0] & 0x40) == 0 ? 1 : 0;
            }
            assertTrue(takes ? cleared > 50 && cleared < 150 : cleared == 0, cleared + " of 200");
        }
    }

    private TlsServerSettings earlyTls() {
        return SimQuic.serverTls().withTickets(TlsRig.ticketKeys(), (_, _, _) -> true);
    }

    private TlsClientSettings resumed() {
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        assertTrue(network.run(network.nowNs() + SECOND, () -> !app.tickets.isEmpty()), "a ticket");
        app.connection.close(0, "");
        network.run(network.nowNs() + 5 * SECOND, () -> client.endpoint.connections() == 0);
        return SimQuic.clientTls().withTicket(app.tickets.get(0), true);
    }

    @Test
    void earlyDataArrivesWithTheFirstFlight() {
        hosts(new QuicSettings(), new QuicSettings().isEarlyDataAccepted(true), earlyTls());
        TlsClientSettings tls = resumed();
        TestApp second = new TestApp();
        QuicConnection c = client.connect(server, second, tls, new byte[0], network);
        assertTrue(second.earlyReady);
        assertTrue(c.isEarlyData());
        long stream = c.openBidirectional();
        second.send(stream, "early".getBytes(StandardCharsets.US_ASCII));
        long sentNs = network.nowNs();
        assertTrue(network.run(network.nowNs() + SECOND, () -> server.accepted.size() == 2 && peer().ended.contains(stream)), network::events);
        assertTrue(network.nowNs() - sentNs < 11_000_000, "half a round trip");
        assertTrue(peer().connection.isEarlyData(), "told before the handshake is complete");
        assertTrue(complete(second), network::events);
        assertTrue(c.handshake().isEarlyDataAccepted());
        assertTrue(network.run(network.nowNs() + SECOND, () -> second.ended.contains(stream)), network::events);
        assertArrayEquals("early".getBytes(StandardCharsets.US_ASCII), second.received(stream));
    }

    @Test
    void refusedEarlyDataIsToldAndItsStreamsAreGone() {
        hosts(new QuicSettings(), new QuicSettings().isEarlyDataAccepted(true), earlyTls());
        TlsClientSettings tls = resumed();
        server.serve(SimQuic.serverTls().withTickets(TlsRig.ticketKeys(), (_, _, _) -> false), TestApp::echoing);
        TestApp second = new TestApp();
        QuicConnection c = client.connect(server, second, tls, new byte[0], network);
        long stream = c.openBidirectional();
        second.send(stream, "early".getBytes(StandardCharsets.US_ASCII));
        assertTrue(complete(second), network::events);
        assertTrue(second.earlyRejected);
        assertEquals(0, peer().opened.size());
        assertEchoes(second);
        assertEquals(0, c.streams().set.count() - (c.streams().set.get(0) == null ? 0 : 1));
    }

    @Test
    void everySingleLossInTheHandshakeIsMadeGood() {
        for (int drop = 0; drop < 12; drop++) {
            SimNetwork lossy = new SimNetwork(drop);
            TestApp it = new TestApp();
            SimQuic s = new SimQuic(lossy, "server", 2, new QuicSettings()).serve(TestApp::echoing);
            SimQuic c = new SimQuic(lossy, "client", 1, new QuicSettings());
            c.host.to(s.host).latencyMs(10);
            s.host.to(c.host).latencyMs(10);
            SimLink link = drop % 2 == 0 ? c.host.to(s.host) : s.host.to(c.host);
            // One window of 9 ms in which this direction carries nothing.
            link.partition(drop / 2 * 10, drop / 2 * 10 + 9);
            c.connect(s, it, lossy);
            int ofDrop = drop;
            assertTrue(lossy.run(9 * SECOND, () -> it.closed || it.complete && it.connection.handshake().isConfirmed()) && !it.closed, () -> "partition " + ofDrop + "\n" + lossy.events());
        }
    }

    @Test
    void keysChangeAsOftenAsEitherSideWants() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        assertEchoes(app);
        int updates = 0;
        for (int i = 0; i < 6; i++) {
            QuicConnection who = i % 2 == 0 ? app.connection : peer().connection;
            network.run(network.nowNs() + SECOND, () -> false);
            assertTrue(who.updateKeys(), "update " + i);
            updates++;
            assertEchoes(app);
            // RFC 9001 6.1: not before something of the new phase was acknowledged.
            assertEchoes(app);
        }
        assertEquals(updates, app.connection.phases().updates());
        assertEquals(updates, peer().connection.phases().updates());
        assertFalse(app.closed);
    }

    @Test
    void serversWithoutRoomDropAndServersThatRefuseSaySo() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        server.endpoint.refuse();
        client.connect(server, app, network);
        network.run(5 * SECOND, () -> app.closed);
        assertEquals(QuicError.CONNECTION_REFUSED, app.closeCode);
        assertNotEquals(0, server.sentDatagrams);
        assertEquals(0, server.endpoint.connections());
    }

    @Test
    void aStatelessResetEndsTheConnectionOfAServerThatForgot() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        // The server forgets without a word.
        peer().connection.forget(QuicSink.IDLE, "forgotten");
        network.run(network.nowNs(), () -> true);
        long stream = app.connection.openBidirectional();
        app.send(stream, new byte[100]);
        network.run(network.nowNs() + 5 * SECOND, () -> app.closed);
        assertTrue(app.closed);
        assertEquals(QuicSink.STATELESS_RESET, app.closeCode);
    }

    @Test
    void silenceEndsBothSides() {
        hosts(new QuicSettings().idleTimeoutNs(3 * SECOND), new QuicSettings(), SimQuic.serverTls());
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        network.run(20 * SECOND, () -> app.closed && peer().closed);
        assertEquals(QuicSink.IDLE, app.closeCode);
        assertEquals(QuicSink.IDLE, peer().closeCode);
        assertTrue(network.nowNs() < 4 * SECOND);
        assertEquals(0, client.endpoint.connections());
        assertEquals(0, server.endpoint.connections());
    }

    @Test
    void keepAliveKeepsAQuietConnection() {
        hosts(new QuicSettings().idleTimeoutNs(3 * SECOND).keepAliveNs(SECOND), new QuicSettings(), SimQuic.serverTls());
        client.connect(server, app, network);
        assertTrue(complete(app), network::events);
        network.run(network.nowNs() + 30 * SECOND, () -> app.closed || peer().closed);
        assertFalse(app.closed);
        assertFalse(peer().closed);
    }

    @Test
    void initialDatagramsAreNeverBelow1200Bytes() {
        hosts(new QuicSettings(), new QuicSettings(), SimQuic.serverTls());
        client.connect(server, app, network);
        byte[] buf = new byte[1500];
        Outgoing out = new Outgoing();
        assertEquals(1200, client.endpoint.transmit(buf, 0, buf.length, 0, out));
        // RFC 9000 14.1: a server discards a smaller one.
        byte[] small = Arrays.copyOf(buf, 1199);
        server.endpoint.receive(small, 0, small.length, client.host.address(), 0, 0, 0);
        assertEquals(0, server.endpoint.connections());
    }
}
