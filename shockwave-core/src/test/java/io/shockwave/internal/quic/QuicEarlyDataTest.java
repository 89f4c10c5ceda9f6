package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.SessionTicket;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsRig;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** 0-RTT between connections whose circumstances differ, and over networks that lose and reorder (RFC 9000 7.4.1, RFC 9001 4.6, RFC 9369 4.1 and 5). */
class QuicEarlyDataTest {
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] EARLY = new byte[600];

    private final Set<String> used = new HashSet<>();
    private final TlsServerSettings tls = SimQuic.serverTls().withTickets(TlsRig.ticketKeys(), (id, _, _) -> used.add(Hex.of(id)));
    private SimNetwork network = new SimNetwork(1);
    private SimQuic client;

    private static QuicSettings taking() {
        return new QuicSettings().isEarlyDataAccepted(true);
    }

    private SimQuic server(String name, int port, QuicSettings settings) {
        SimQuic made = new SimQuic(network, name, port, settings).serve(tls, TestApp::echoing);
        client.host.to(made.host).latencyMs(10);
        made.host.to(client.host).latencyMs(10);
        return made;
    }

    private void client() {
        client = new SimQuic(network, "client", 1, new QuicSettings());
    }

    private boolean complete(TestApp of) {
        return network.run(network.nowNs() + 30 * SECOND, () -> of.closed || of.complete && of.connection.handshake().isConfirmed()) && !of.closed;
    }

    /** A ticket of this server. */
    private TlsClientSettings ticketOf(SimQuic server) {
        TestApp first = new TestApp();
        client.connect(server, first, network);
        assertTrue(complete(first), network::events);
        assertTrue(network.run(network.nowNs() + 10 * SECOND, () -> !first.tickets.isEmpty()), "a ticket");
        first.connection.close(0, "");
        network.run(network.nowNs() + 10 * SECOND, () -> client.endpoint.connections() == 0);
        return SimQuic.clientTls().withTicket(first.tickets.getFirst(), true);
    }

    private TestApp early(SimQuic server, TlsClientSettings with) {
        TestApp app = new TestApp();
        client.connect(server, app, with, new byte[0], network);
        assertTrue(app.earlyReady);
        app.send(app.connection.openBidirectional(), EARLY);
        assertTrue(complete(app), network::events);
        return app;
    }

    @Test
    void whereALimitIsLowerTheSessionIsResumedWithoutEarlyData() {
        client();
        SimQuic before = server("before", 2, taking());
        QuicSettings[] changed = {taking().connectionWindowBytes(100_000), taking().streamWindowBytes(50_000), taking().maxBidirectionalStreams(3), taking().maxUnidirectionalStreams(3)};
        for (int i = 0; i < changed.length; i++) {
            SimQuic after = server("after" + i, 3 + i, changed[i]);
            TestApp app = early(after, ticketOf(before));
            assertTrue(app.earlyRejected, "change " + i);
            assertTrue(app.connection.tls().isResumed(), "change " + i);
            assertEquals(0, after.accepted.getLast().opened.size());
        }
        TestApp same = early(server("same", 20, taking()), ticketOf(before));
        assertFalse(same.earlyRejected);
    }

    /** RFC 9000 7.4.1: each limit that is lower than the client remembers it, though its early data was taken. */
    @Test
    void aServerThatTakesEarlyDataAndLowersALimitIsAProtocolViolation() {
        client();
        SimQuic server = server("server", 2, taking());
        List<Consumer<TransportParameters>> higher = List.of(p -> p.maxData(p.maxData() + 1), p -> p.maxStreamDataBidiLocal(p.maxStreamDataBidiLocal() + 1),
                p -> p.maxStreamDataBidiRemote(p.maxStreamDataBidiRemote() + 1), p -> p.maxStreamDataUni(p.maxStreamDataUni() + 1), p -> p.maxStreamsBidi(p.maxStreamsBidi() + 1),
                p -> p.maxStreamsUni(p.maxStreamsUni() + 1), p -> p.activeConnectionIdLimit(p.activeConnectionIdLimit() + 1), p -> p.maxDatagramFrameBytes(p.maxDatagramFrameBytes() + 1));
        for (int i = 0; i <= higher.size(); i++) {
            SessionTicket given = ticketOf(server).ticket().orElseThrow();
            TransportParameters remembered = new TransportParameters();
            assertEquals(0, TransportParametersDecoder.decode(given.transportParameters(), 0, given.transportParameters().length, true, remembered));
            if (i < higher.size()) {
                higher.get(i).accept(remembered);
            }
            byte[] buf = new byte[TransportParametersEncoder.MAX_BYTES];
            int end = TransportParametersEncoder.encode(remembered, buf, 0, 0);
            TestApp app = new TestApp();
            client.connect(server, app, SimQuic.clientTls().withTicket(TlsRig.remembering(given, Arrays.copyOf(buf, end)), true), new byte[0], network);
            app.send(app.connection.openBidirectional(), EARLY);
            boolean isComplete = complete(app);
            assertTrue(app.connection.handshake().isEarlyDataAccepted(), "limit " + i);
            assertEquals(i == higher.size(), isComplete, "limit " + i);
            assertEquals(i == higher.size() ? 0 : QuicError.PROTOCOL_VIOLATION, app.closeCode, "limit " + i);
        }
    }

    @Test
    void aServerThatTakesNoneDoesNotInviteAny() {
        client();
        SimQuic refusing = server("refusing", 2, new QuicSettings());
        TlsClientSettings ticket = ticketOf(refusing);
        assertFalse(ticket.ticket().orElseThrow().allowsEarlyData());
        TestApp app = new TestApp();
        client.connect(refusing, app, ticket, new byte[0], network);
        assertFalse(app.earlyReady);
        assertTrue(complete(app), network::events);
        assertTrue(app.connection.tls().isResumed());
    }

    @Test
    void earlyDataIsReadWhereAnotherVersionIsAgreedOn() {
        client();
        TlsClientSettings ticket = ticketOf(server("one", 2, taking()));
        SimQuic two = server("two", 3, taking().isVersion2Preferred(true));
        TestApp app = early(two, ticket);
        assertEquals(QuicVersion.V2, app.connection.version());
        assertTrue(app.connection.handshake().isEarlyDataAccepted());
        assertTrue(network.run(network.nowNs() + 10 * SECOND, () -> app.ended.contains(0L)), network::events);
        assertArrayEquals(EARLY, app.received(0));
        network.run(network.nowNs() + SECOND, () -> false);
        assertTrue(app.tickets.isEmpty() && app.tokens.isEmpty(), "they are of version 2, and the next connection begins in version 1");
    }

    @Test
    void moreThanIsAllowedWaitsForTheHandshake() {
        client();
        SimQuic small = server("small", 2, taking().connectionWindowBytes(16_384).streamWindowBytes(8_192));
        TlsClientSettings ticket = ticketOf(small);
        TestApp app = new TestApp();
        client.connect(small, app, ticket, new byte[0], network);
        byte[] much = new byte[200_000];
        long stream = app.connection.openBidirectional();
        app.send(stream, much);
        assertTrue(network.run(network.nowNs() + 60 * SECOND, () -> app.closed || app.ended.contains(stream)), network::events);
        assertFalse(app.closed, () -> "the server closed: " + app.closeCode);
        assertTrue(app.connection.handshake().isEarlyDataAccepted());
        assertArrayEquals(much, app.received(stream));
    }

    @Test
    void versionNegotiationIsARefusal() {
        client();
        SimQuic server = server("server", 2, taking());
        TlsClientSettings ticket = ticketOf(server);
        TestApp app = new TestApp();
        QuicConnection c = client.connect(server, app, ticket, new byte[0], network);
        app.send(c.openBidirectional(), EARLY);
        byte[] first = new byte[1500];
        int n = client.endpoint.transmit(first, 0, first.length, network.nowNs(), new Outgoing());
        PacketHeader header = new PacketHeader();
        assertEquals(PacketHeader.Verdict.OK, header.decode(first, 0, n, 8));
        byte[] answer = new byte[100];
        answer[0] = (byte) 0xC0;
        int end = PacketEncoder.ids(answer, 1, 0, first, header.sourceOff(), header.sourceLength(), first, header.destinationOff(), header.destinationLength());
        for (int i = 0; i < 4; i++) {
            answer[end + i] = (byte) (QuicVersion.V2.number() >>> 24 - 8 * i);
        }
        client.endpoint.receive(answer, 0, end + 4, server.host.address(), 0, 0, network.nowNs());
        assertTrue(app.earlyRejected);
        assertFalse(c.handshake().canSendEarly(), "its keys are gone");
    }

    /** Accepted or not, and whatever is lost: what the server reads is read once. */
    @Test
    void overABadNetworkEarlyDataArrivesOnceOrIsRefused() {
        int accepted = 0;
        int seeds = 25;
        for (int seed = 0; seed < seeds; seed++) {
            network = new SimNetwork(seed);
            client();
            SimQuic server = server("server", 2, taking().retry(seed % 3 == 0 ? RetryPolicy.ALWAYS : RetryPolicy.NEVER));
            TlsClientSettings ticket = ticketOf(server);
            int before = server.accepted.size();
            client.host.to(server.host).loss(0.2).reorder(0.3, 15).duplicate(0.1);
            server.host.to(client.host).loss(0.2).reorder(0.3, 15).duplicate(0.1);
            TestApp app = early(server, ticket);
            String which = "seed " + seed;
            if (app.earlyRejected) {
                app.send(app.connection.openBidirectional(), EARLY);
            } else {
                accepted++;
            }
            assertTrue(network.run(network.nowNs() + 60 * SECOND, () -> app.closed || !app.ended.isEmpty()), () -> which + network.events());
            assertArrayEquals(EARLY, app.received(app.ended.getFirst()), which);
            int streams = 0;
            for (TestApp peer : server.accepted.subList(before, server.accepted.size())) {
                streams += peer.opened.size();
            }
            assertEquals(1, streams, which);
        }
        int taken = accepted;
        assertTrue(taken > seeds / 2, () -> "taken " + taken);
    }
}
