package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that would rather have its connections at another of its addresses (RFC 9000 9.6). */
class QuicPreferredAddressTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PeerAddress PREFERRED = PeerAddress.ofIpv4(0x0A000102, 444);
    private static final PeerAddress CLIENTS_OTHER = PeerAddress.ofIpv4(0x0A000201, 55);

    private SimNetwork network = new SimNetwork(1);
    private TestApp app = new TestApp();
    private SimQuic server;
    private SimQuic client;
    private SimNetwork.Host preferred;

    private void hosts(QuicSettings serverSettings, QuicSettings clientSettings, PeerAddress ipv4, PeerAddress ipv6) {
        server = new SimQuic(network, "server", 2, serverSettings).serve(TestApp::echoing);
        preferred = server.also(network, PREFERRED);
        server.endpoint.prefer(ipv4, ipv6);
        client = new SimQuic(network, "client", 1, clientSettings);
        both(client.host, server.host, 10);
        both(client.host, preferred, 10);
    }

    private void both(SimNetwork.Host a, SimNetwork.Host b, double ms) {
        a.to(b).latencyMs(ms);
        b.to(a).latencyMs(ms);
    }

    private void hosts() {
        hosts(new QuicSettings(), new QuicSettings(), PREFERRED, null);
    }

    private void connect() {
        client.connect(server, app, network);
        assertTrue(network.run(now() + 20 * SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), network::events);
    }

    private long now() {
        return network.nowNs();
    }

    private QuicConnection peer() {
        return server.accepted.get(0).connection;
    }

    private boolean isServerAt(int local) {
        return peer().paths().current().local == local && peer().paths().current().validated;
    }

    private void await(java.util.function.BooleanSupplier done) {
        assertTrue(network.run(now() + 20 * SECOND, done), network::events);
    }

    private void pass(long ns) {
        network.run(now() + ns, () -> false);
    }

    private void assertEchoes(int bytes) {
        byte[] sent = new byte[bytes];
        new Random(3).nextBytes(sent);
        long stream = app.connection.openBidirectional();
        app.send(stream, sent);
        assertTrue(network.run(now() + 120 * SECOND, () -> app.ended.contains(stream) || app.closed), network::events);
        assertFalse(app.closed, () -> app.closeReason);
        assertArrayEquals(sent, app.received(stream));
    }

    private static String id(QuicConnection of) {
        return HexFormat.of().formatHex(of.peerIds().id(of.peerIds().current()), 0, of.peerIds().length(of.peerIds().current()));
    }

    @Test
    void theClientGoesThereWhenTheHandshakeIsConfirmedUnderOtherIds() {
        hosts();
        connect();
        String clients = id(app.connection);
        String servers = id(peer());
        await(() -> app.connection.peer().equals(PREFERRED) && isServerAt(1));
        assertNotEquals(clients, id(app.connection));
        assertNotEquals(servers, id(peer()), "RFC 9000 9.5: another local address of the server's");
        pass(5 * SECOND);
        long before = server.host.to(client.host).carried;
        long clientsBefore = client.host.to(server.host).carried;
        assertEchoes(300_000);
        assertEquals(before, server.host.to(client.host).carried, "RFC 9000 9.6.2: from the preferred address exclusively");
        assertEquals(clientsBefore, client.host.to(server.host).carried);
        assertFalse(app.connection.paths().previous().inUse);
        assertFalse(peer().paths().previous().inUse);
    }

    @Test
    void theIdThatItBringsIsTheOneAfterTheHandshakes() {
        // RFC 9000 5.1.1: sequence number 1.
        hosts();
        client.host.to(preferred).loss(1);
        connect();
        assertEquals(1, app.connection.paths().candidate().peerId);
        assertEquals(4, peer().localIds().issued(), "as many as the client holds, and none twice");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereItCannotBeReachedTheConnectionStaysWhereItIs(boolean fromTheClient) {
        // RFC 9000 9.6.1
        hosts();
        (fromTheClient ? client.host.to(preferred) : preferred.to(client.host)).loss(1);
        connect();
        PeerAddress first = server.host.address();
        assertEchoes(100_000);
        pass(5 * SECOND);
        assertEquals(first, app.connection.peer());
        assertTrue(isServerAt(0));
        assertFalse(app.connection.paths().candidate().inUse, "given up, and its id with it");
        assertFalse(peer().paths().candidate().inUse);
        assertEchoes(100_000);
    }

    @Test
    void itMayBeMuchFartherAway() {
        hosts();
        both(client.host, preferred, 700);
        connect();
        await(() -> app.connection.peer().equals(PREFERRED) && isServerAt(1));
        assertEchoes(100_000);
    }

    @Test
    void theServerStaysAtItsFirstAddressUntilItHasValidatedThePathFromTheOther() {
        // RFC 9000 9.6.2: a copy of the client's packet that somebody sends there moves nothing.
        hosts(new QuicSettings(), new QuicSettings(), PREFERRED, null);
        client.host.to(preferred).loss(1);
        connect();
        Forge forge = new Forge(app.connection, server, client.host.address());
        forge.local = 1;
        FrameEncoder.ping(forge.frames, 0);
        forge.clear().upTo(1_100).send(now());
        assertEquals(0, peer().paths().current().local);
        byte[] buf = new byte[16 << 10];
        Outgoing out = new Outgoing();
        boolean challenged = false;
        int n;
        while ((n = server.endpoint.transmit(buf, 0, buf.length, now(), out)) > 0) {
            challenged |= out.local == 1;
        }
        assertTrue(challenged, "it probes the path from there");
        assertEquals(0, peer().paths().current().local);
        pass(10 * SECOND);
        assertEquals(0, peer().paths().current().local);
        assertEchoes(10_000);
    }

    @Test
    void whatComesLateAtTheFirstAddressDoesNotBringItBack() {
        hosts();
        connect();
        await(() -> isServerAt(1));
        Forge forge = new Forge(app.connection, server, client.host.address());
        forge.clear().upTo(FrameEncoder.ping(forge.frames, 0));
        forge.send(now());
        assertEquals(1, peer().paths().current().local);
        assertEchoes(10_000);
    }

    @Test
    void whoeverForbidsActiveMigrationMayStillPreferAnAddressAndAllowsItFromThere() {
        // RFC 9000 18.2: it is about the address of the handshake.
        hosts(new QuicSettings().isMigrationAllowed(false), new QuicSettings(), PREFERRED, null);
        connect();
        assertFalse(app.connection.migrate(1, now()));
        await(() -> app.connection.peer().equals(PREFERRED) && isServerAt(1));
        both(client.also(network, CLIENTS_OTHER), preferred, 10);
        assertTrue(app.connection.migrate(1, now()));
        assertEchoes(10_000);
        assertEquals(CLIENTS_OTHER, peer().peer());
    }

    @Test
    void aClientThatMovesMeanwhileTriesItFromItsNewAddress() {
        // RFC 9000 9.6.3
        hosts();
        SimNetwork.Host other = client.also(network, CLIENTS_OTHER);
        both(other, server.host, 10);
        both(other, preferred, 10);
        both(client.host, preferred, 200);
        connect();
        assertTrue(app.connection.paths().candidate().inUse);
        pass(SECOND / 20); // so that it has ids
        assertTrue(app.connection.migrate(1, now()));
        await(() -> app.connection.peer().equals(PREFERRED) && isServerAt(1) && peer().peer().equals(CLIENTS_OTHER));
        assertEchoes(10_000);
    }

    @Test
    void aClientBehindANatThatGivesItAnotherPortForItIsFollowed() {
        hosts();
        connect();
        client.host.rebind(PeerAddress.ofIpv4(0x0A000001, 777));
        await(() -> app.connection.peer().equals(PREFERRED) && isServerAt(1));
        assertEchoes(100_000);
    }

    @Test
    void aClientWithoutIdsGoesThereToo() {
        hosts(new QuicSettings(), new QuicSettings().connectionIdBytes(0), PREFERRED, null);
        connect();
        await(() -> app.connection.peer().equals(PREFERRED) && isServerAt(1));
        assertEchoes(100_000);
    }

    @Test
    void anAddressOfTheOtherFamilyIsNotGoneTo() {
        hosts(new QuicSettings(), new QuicSettings(), null, new PeerAddress(0x20010db8L << 32, 1, 444));
        connect();
        assertFalse(app.connection.paths().candidate().inUse);
        assertEchoes(10_000);
    }

    @Test
    void aServerElsewhereSendsNobodyToHisOwnHost() {
        // RFC 9000 21.5.6
        hosts(new QuicSettings(), new QuicSettings(), PeerAddress.ofIpv4(0x7F000001, 444), null);
        connect();
        assertFalse(app.connection.paths().candidate().inUse);
        assertEchoes(10_000);
    }

    @Test
    void whoCameThereAlreadyIsToldOfNothing() {
        hosts();
        QuicConnection c = client.endpoint.connect(PREFERRED, 0, SimQuic.clientTls(), app, new byte[0], now());
        app.connection = c;
        await(() -> app.complete && app.connection.handshake().isConfirmed());
        assertFalse(c.paths().candidate().inUse);
        assertEchoes(10_000);
        assertEquals(1, peer().paths().current().local);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aServerWhoseIdsHaveNoBytesMustNotPreferAnAddress(int idBytes) {
        // RFC 9000 18.2: a client MUST treat it as a connection error of type TRANSPORT_PARAMETER_ERROR.
        hosts();
        QuicHandshake handshake = client.connect(server, app, network).handshake();
        handshake.peerSource(new byte[idBytes]);
        TransportParameters told = new TransportParameters().originalDestinationId(handshake.originalId()).initialSourceId(new byte[idBytes])
                .preferredAddress(PREFERRED, null, new byte[] {1}, new byte[TransportParameters.RESET_TOKEN_BYTES]);
        byte[] buf = new byte[TransportParametersEncoder.MAX_BYTES];
        int len = TransportParametersEncoder.encode(told, buf, 0, 0);
        assertEquals(idBytes == 0 ? QuicError.TRANSPORT_PARAMETER_ERROR : 0, handshake.onPeerTransportParameters(buf, 0, len));
    }

    @Test
    void retryAndVersion2GoWithIt() {
        hosts(new QuicSettings().retry(RetryPolicy.ALWAYS).isVersion2Preferred(true), new QuicSettings(), PREFERRED, null);
        connect();
        await(() -> app.connection.peer().equals(PREFERRED) && isServerAt(1));
        assertEchoes(10_000);
    }

    @Test
    void underLossItIsOneOrTheOther() {
        SimNetwork.forSeeds(20, net -> {
            network = net;
            app = new TestApp();
            hosts();
            for (SimNetwork.Host one : new SimNetwork.Host[] {server.host, preferred}) {
                client.host.to(one).loss(0.1).reorder(0.1, 5).duplicate(0.05);
                one.to(client.host).loss(0.1).reorder(0.1, 5).duplicate(0.05);
            }
            client.connect(server, app, network);
            assertTrue(net.run(10 * SECOND, () -> app.complete));
            assertEchoes(200_000);
            assertFalse(peer().isClosed());
        });
    }
}
