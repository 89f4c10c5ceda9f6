package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a hostile peer can make us keep, send or compute: each flood that other stacks fell to, with a bound on memory. */
class QuicFloodTest {
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] ONE = {1};

    private final SimNetwork network = new SimNetwork(1);
    private final TestApp app = new TestApp();
    private SimQuic server;
    private SimQuic client;
    private Forge forge;

    @BeforeEach
    void connect() {
        connect(new QuicSettings());
    }

    private void connect(QuicSettings serverSettings) {
        SimNetwork net = network;
        server = new SimQuic(net, "server", 2, serverSettings).serve(TestApp::new);
        client = new SimQuic(net, "client", 1, new QuicSettings());
        client.connect(server, app, net);
        assertTrue(net.run(SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), net::events);
        net.run(2 * SECOND, () -> false);
        forge = new Forge(app.connection, server, client.host.address());
    }

    private QuicConnection victim() {
        return server.accepted.get(0).connection;
    }

    private TestApp victimApp() {
        return server.accepted.get(0);
    }

    private long now() {
        return network.nowNs();
    }

    @Test
    void pathChallengesAreAnsweredFromABoundedQueue() {
        // quiche 2023-6193, quic-go 2023-49295, OpenSSL 2026-34183: responses piled up while the peer acknowledged nothing.
        long sent = 0;
        long answered = 0;
        for (int i = 0; i < 20_000; i++) {
            forge.clear().upTo(FrameEncoder.pathChallenge(forge.frames, 0, i));
            sent += forge.send(now());
            if (i % 100 == 0) {
                answered += Forge.drain(server, now());
            }
        }
        assertFalse(victim().isClosed());
        assertEquals(0, server.slab.lentBytes());
        assertTrue(victim().records().heldBytes() <= 4096, () -> "records " + victim().records().heldBytes());
        assertTrue(answered < sent, "no more comes back than went out");
        // Nobody acknowledges: what is in flight stays within the window and its probes.
        assertTrue(victim().loss().inFlightBytes() < 20_000, () -> "in flight " + victim().loss().inFlightBytes());
    }

    @Test
    void connectionIdsThatRetireOneAnotherWithoutEndCloseTheConnection() {
        // quiche 2024-1410, quic-go 2024-22189: RETIRE_CONNECTION_ID frames queued without bound.
        byte[] id = new byte[8];
        byte[] token = new byte[16];
        int told = 0;
        while (!victim().isClosed() && told < 100) {
            told++;
            id[0] = (byte) told;
            id[1] = (byte) 0xAA;
            token[0] = (byte) told;
            forge.clear().upTo(FrameEncoder.newConnectionId(forge.frames, 0, 10 + told, 10 + told, id, 0, 8, token, 0));
            forge.send(now());
            Forge.drain(server, now());
        }
        assertTrue(victimApp().closed);
        assertEquals(QuicError.CONNECTION_ID_LIMIT_ERROR, victimApp().closeCode);
        assertTrue(told <= PeerIds.MAX_RETIRING + 2, "closed after " + told);
    }

    /** Tokens that peers chose alike lead to one connection each: they are neither mixed up nor gathered under one key. */
    @Test
    void resetTokensThatBeginAlikeAreToldApart() {
        TestApp second = new TestApp();
        SimQuic other = new SimQuic(network, "other", 3, new QuicSettings());
        other.connect(server, second, network);
        assertTrue(network.run(now() + SECOND, () -> second.complete && second.connection.handshake().isConfirmed()));
        network.run(now() + SECOND, () -> false);
        Forge[] forges = {forge, new Forge(second.connection, server, other.host.address())};
        byte[][] tokens = new byte[2][16];
        for (int i = 0; i < 2; i++) {
            byte[] id = {(byte) i, 1, 2, 3, 4, 5, 6, 7};
            Arrays.fill(tokens[i], 8, 16, (byte) (1 + i));
            forges[i].clear().upTo(FrameEncoder.newConnectionId(forges[i].frames, 0, 20, 20, id, 0, 8, tokens[i], 0));
            forges[i].send(now());
        }
        for (int i = 0; i < 2; i++) {
            assertFalse(server.accepted.get(i).closed, server.accepted.get(i).closeReason);
            byte[] reset = new byte[40];
            reset[0] = 0x40;
            System.arraycopy(tokens[i], 0, reset, 24, 16);
            server.endpoint.receive(reset, 0, reset.length, client.host.address(), 0, 0, now());
            assertTrue(server.accepted.get(i).closed, "connection " + i);
        }
    }

    @Test
    void moreConnectionIdsThanAllowedCloseTheConnection() {
        byte[] id = new byte[8];
        for (int i = 0; i < 10 && !victim().isClosed(); i++) {
            id[0] = (byte) i;
            forge.clear().upTo(FrameEncoder.newConnectionId(forge.frames, 0, 50 + i, 0, id, 0, 8, new byte[16], 0));
            forge.send(now());
        }
        assertEquals(QuicError.CONNECTION_ID_LIMIT_ERROR, victimApp().closeCode);
    }

    @Test
    void retiringOurIdsWithoutEndListsNoMoreThanAFew() {
        // s2n GHSA-rfhg
        int before = server.endpoint.routes().size();
        for (long sequence = 1; sequence < 2_000; sequence++) {
            forge.clear().upTo(FrameEncoder.retireConnectionId(forge.frames, 0, sequence));
            forge.send(now());
            Forge.drain(server, now());
            if (victim().isClosed()) {
                break;
            }
        }
        assertFalse(victim().isClosed());
        assertTrue(server.endpoint.routes().size() <= before, () -> before + " routes became " + server.endpoint.routes().size());
        forge.clear().upTo(FrameEncoder.retireConnectionId(forge.frames, 0, 1L << 40));
        forge.send(now());
        assertEquals(QuicError.PROTOCOL_VIOLATION, victimApp().closeCode, "never issued");
    }

    @Test
    void retiringTheIdThatAPacketIsSentToClosesTheConnection() {
        // RFC 9000 19.16
        forge.clear().upTo(FrameEncoder.retireConnectionId(forge.frames, 0, 0));
        forge.send(now());
        assertEquals(QuicError.PROTOCOL_VIOLATION, victimApp().closeCode);
    }

    @Test
    void cryptoFragmentsCostTheirBytesAndTooFarAheadClosesTheConnection() {
        // quiche 2024-1765, s2n GHSA-9q54 (1,200 bytes made it keep 9.4 MB).
        for (int at = 1; at < CryptoStream.MAX_AHEAD_BYTES; at += 2) {
            forge.crypto(at, ONE);
            if (forge.len > 1_300) {
                forge.send(now());
                forge.clear();
            }
        }
        assertFalse(victim().isClosed());
        int most = CryptoStream.MAX_AHEAD_BYTES + CryptoStream.MAX_AHEAD_BYTES / 8 + ChunkedBytes.CHUNK_BYTES;
        assertTrue(server.slab.lentBytes() <= most, () -> server.slab.lentBytes() + " bytes lent");
        forge.clear().crypto(CryptoStream.MAX_AHEAD_BYTES * 2L, ONE);
        forge.send(now());
        assertEquals(QuicError.CRYPTO_BUFFER_EXCEEDED, victimApp().closeCode);
    }

    @Test
    void streamFragmentsCostTheirBytesAndABitEach() {
        // quinn 2026-25800: fragments of one byte, each with a structure of its own.
        int window = new QuicSettings().streamWindowBytes();
        for (int at = 1; at < window; at += 2) {
            forge.stream(0, at, ONE, false);
            if (forge.len > 1_300) {
                forge.send(now());
                forge.clear();
            }
        }
        assertFalse(victim().isClosed());
        assertTrue(server.slab.lentBytes() <= window + window / 8, () -> server.slab.lentBytes() + " bytes lent");
    }

    @Test
    void aByteBeyondTheWindowOfTheStreamClosesTheConnection() {
        int window = new QuicSettings().streamWindowBytes();
        forge.clear().stream(0, window - 1, ONE, false);
        forge.send(now());
        assertFalse(victim().isClosed());
        forge.clear().stream(0, window, ONE, false);
        forge.send(now());
        assertEquals(QuicError.FLOW_CONTROL_ERROR, victimApp().closeCode);
    }

    @Test
    void theWindowOfTheConnectionBoundsAllStreamsTogether() {
        int window = new QuicSettings().streamWindowBytes();
        int streams = new QuicSettings().connectionWindowBytes() / window;
        for (int i = 0; i < streams; i++) {
            forge.clear().stream(4L * i, window - 1, ONE, false);
            forge.send(now());
        }
        assertFalse(victim().isClosed());
        assertTrue(server.slab.lentBytes() <= streams * 2L * ChunkedBytes.CHUNK_BYTES, "only what is there takes memory");
        forge.clear().stream(4L * streams, 0, ONE, false);
        forge.send(now());
        assertEquals(QuicError.FLOW_CONTROL_ERROR, victimApp().closeCode);
    }

    @Test
    void theLastStreamAllowedOpensAndTheNextClosesTheConnection() {
        // s2n GHSA-475v
        int most = new QuicSettings().maxBidirectionalStreams();
        forge.clear().stream(4L * (most - 1), 0, ONE, false);
        forge.send(now());
        assertEquals(most, victimApp().opened.size(), "all below are open too");
        forge.clear().stream(4L * most, 0, ONE, false);
        forge.send(now());
        assertEquals(QuicError.STREAM_LIMIT_ERROR, victimApp().closeCode);
    }

    @Test
    void streamsOpenedAndResetInTurnAreReused() {
        for (int i = 0; i < 5_000 && !victim().isClosed(); i++) {
            long id = 4L * i;
            forge.clear().upTo(FrameEncoder.stopSending(forge.frames, FrameEncoder.resetStream(forge.frames, 0, id, 7, 0), id, 7));
            forge.send(now());
            Forge.drain(server, now());
        }
        // Nothing is acknowledged, so resets stay open and the peer gets no more credit: it runs into the limit.
        assertEquals(QuicError.STREAM_LIMIT_ERROR, victimApp().closeCode);
        assertTrue(victimApp().opened.size() <= new QuicSettings().maxBidirectionalStreams());
        assertEquals(0, server.slab.lentBytes());
    }

    @Test
    void anAcknowledgmentOfWhatWasNeverSentClosesTheConnection() {
        // quiche 2025-4820, 2025-4821: an optimistic peer inflates the window.
        AckRanges ranges = new AckRanges();
        ranges.add(victim().loss().nextNumber(PacketSpace.APPLICATION) + 5);
        forge.clear().upTo(ranges.write(forge.frames, 0, 100, 0));
        forge.send(now());
        assertEquals(QuicError.PROTOCOL_VIOLATION, victimApp().closeCode);
    }

    @Test
    void packetsWithGapsEverywhereAreRememberedInABoundedNumberOfRanges() {
        for (int i = 0; i < 5_000; i++) {
            forge.clear().upTo(FrameEncoder.ping(forge.frames, 0));
            app.connection.loss().onPacketSent(PacketSpace.APPLICATION, app.connection.loss().nextNumber(PacketSpace.APPLICATION), 30, 0, FrameRecords.NONE, now());
            forge.send(now());
        }
        assertTrue(victim().space(PacketSpace.APPLICATION).acks.ranges().ranges() <= AckRanges.MAX_RANGES);
        assertFalse(victim().isClosed());
    }

    @Test
    void finalSizesAreHeldTo() {
        forge.clear().stream(0, 0, new byte[10], true);
        forge.send(now());
        assertEquals(1, victimApp().ended.size());
        forge.clear().stream(4, 0, new byte[10], false);
        forge.send(now());
        forge.clear().upTo(FrameEncoder.resetStream(forge.frames, 0, 4, 1, 9));
        forge.send(now());
        assertEquals(QuicError.FINAL_SIZE_ERROR, victimApp().closeCode);
    }

    @Test
    void framesForStreamsThatWeDidNotOpenCloseTheConnection() {
        forge.clear().upTo(FrameEncoder.maxStreamData(forge.frames, 0, 1, 100));
        forge.send(now());
        assertEquals(QuicError.STREAM_STATE_ERROR, victimApp().closeCode);
    }

    @Test
    void addressesThatChangeWithEveryPacketCostThreePathsAndGetThreeTimesWhatTheySend() {
        for (int i = 0; i < 2_000; i++) {
            PeerAddress elsewhere = PeerAddress.ofIpv4(0x0B000000 + i, 4000);
            forge.clear().upTo(FrameEncoder.ping(forge.frames, 0));
            int sent = forge.sendFrom(elsewhere, now());
            long back = Forge.drain(server, elsewhere, now());
            assertTrue(back <= 3L * sent, () -> back + " bytes back for " + sent);
        }
        assertFalse(victim().isClosed());
        assertTrue(victim().records().heldBytes() <= 4096);
    }

    @Test
    void aServerSendsThreeTimesWhatCameUntilTheAddressIsProved() {
        SimNetwork net = new SimNetwork(2);
        SimQuic s = new SimQuic(net, "server", 2, new QuicSettings().retry(RetryPolicy.NEVER)).serve(TestApp::new);
        SimQuic c = new SimQuic(net, "client", 1, new QuicSettings());
        c.connect(s, new TestApp(), net);
        byte[] buf = new byte[1500];
        Outgoing out = new Outgoing();
        int n = c.endpoint.transmit(buf, 0, buf.length, 0, out);
        s.endpoint.receive(buf, 0, n, c.host.address(), 0, 0, 0);
        long back = Forge.drain(s, 0);
        assertTrue(back > 0 && back <= 3L * n);
        // Time and probes change nothing.
        for (long t = 0; t < 10 * SECOND; t += SECOND / 10) {
            if (s.endpoint.deadline() <= t) {
                s.endpoint.timeout(t);
            }
            back += Forge.drain(s, t);
        }
        long all = back;
        assertTrue(all <= 3L * n, () -> all + " bytes for " + n);
    }

    @Test
    void halfOpenHandshakesAreBoundedInNumberAndMemory() {
        SimNetwork net = new SimNetwork(3);
        int most = 50;
        SimQuic s = new SimQuic(net, "server", 2, new QuicSettings().retry(RetryPolicy.NEVER).maxHalfOpen(most)).serve(TestApp::new);
        SimQuic c = new SimQuic(net, "client", 1, new QuicSettings());
        byte[] buf = new byte[1500];
        Outgoing out = new Outgoing();
        for (int i = 0; i < 3 * most; i++) {
            c.connect(s, new TestApp(), net);
            int n = c.endpoint.transmit(buf, 0, buf.length, 0, out);
            s.endpoint.receive(buf, 0, n, PeerAddress.ofIpv4(0x0C000000 + i, 99), 0, 0, 0);
        }
        assertEquals(most, s.endpoint.halfOpen());
        assertEquals(most, s.endpoint.connections());
        assertTrue(s.slab.lentBytes() <= (long) most * 4 * ChunkedBytes.CHUNK_BYTES, () -> s.slab.lentBytes() + " bytes lent");
        // They do not last.
        for (long t = 0; t < 40 * SECOND; t += SECOND / 10) {
            if (s.endpoint.deadline() <= t) {
                s.endpoint.timeout(t);
            }
            Forge.drain(s, t);
        }
        assertEquals(0, s.endpoint.connections());
        assertEquals(0, s.slab.lentBytes());
        assertEquals(0, s.endpoint.routes().size());
    }

    @Test
    void underLoadStrangersHaveToComeTwice() {
        SimNetwork net = new SimNetwork(4);
        SimQuic s = new SimQuic(net, "server", 2, new QuicSettings().maxHalfOpen(10)).serve(TestApp::new);
        SimQuic c = new SimQuic(net, "client", 1, new QuicSettings());
        byte[] buf = new byte[1500];
        Outgoing out = new Outgoing();
        for (int i = 0; i < 50; i++) {
            c.connect(s, new TestApp(), net);
            int n = c.endpoint.transmit(buf, 0, buf.length, 0, out);
            s.endpoint.receive(buf, 0, n, PeerAddress.ofIpv4(0x0C000000 + i, 99), 0, 0, 0);
        }
        assertEquals(5, s.endpoint.halfOpen(), "the others were sent a Retry, and nothing is kept of them");
    }

    @Test
    void nothingThatCannotBeAPacketIsAnsweredOrKept() {
        // curl 2026-11352: a datagram without bytes. The others are noise of every length.
        Random random = new Random(5);
        for (int len = 0; len < 200; len++) {
            byte[] noise = new byte[len + 1];
            random.nextBytes(noise);
            server.endpoint.receive(noise, 0, len, client.host.address(), 0, 0, now());
        }
        assertFalse(victim().isClosed());
        assertTrue(Forge.drain(server, now()) < 200 * 43L);
        assertEquals(0, server.slab.lentBytes());
    }

    /** RFC 9000 17.2.1: ids of other versions have up to 255 bytes, and come back whole, however many answers wait. */
    @Test
    void aQueueFullOfVersionNegotiationWithTheLongestIdsKeepsEachWhole() {
        byte[] buf = new byte[1500];
        for (int i = 0; i < StatelessQueue.CAPACITY + 1; i++) {
            byte[] strange = new byte[1200];
            strange[0] = (byte) 0xC0;
            strange[1] = 0x1a;
            strange[5] = (byte) 255;
            Arrays.fill(strange, 6, 261, (byte) i);
            strange[261] = (byte) 255;
            Arrays.fill(strange, 262, 517, (byte) ~i);
            server.endpoint.receive(strange, 0, strange.length, client.host.address(), 0, 0, now());
        }
        for (int i = 0; i < StatelessQueue.CAPACITY; i++) {
            int n = server.endpoint.transmit(buf, 0, buf.length, now(), new Outgoing());
            assertEquals(StatelessQueue.MAX_BYTES, n);
            PacketHeader header = new PacketHeader();
            assertEquals(PacketHeader.Verdict.OK, header.decode(buf, 0, n, 8));
            assertEquals(PacketType.VERSION_NEGOTIATION, header.type());
            assertEquals(3, header.offeredVersions());
            for (int at = 0; at < 255; at++) {
                assertEquals((byte) ~i, buf[header.destinationOff() + at]);
                assertEquals((byte) i, buf[header.sourceOff() + at]);
            }
        }
        assertEquals(0, server.endpoint.transmit(buf, 0, buf.length, now(), new Outgoing()));
    }

    @Test
    void statelessResetsAreSmallerThanTheirCauseAndSoManyASecond() {
        byte[] stray = new byte[100];
        stray[0] = 0x40;
        byte[] buf = new byte[1500];
        Outgoing out = new Outgoing();
        int answers = 0;
        for (int i = 0; i < 2_000; i++) {
            stray[1] = (byte) i;
            stray[2] = (byte) (i >> 8);
            server.endpoint.receive(stray.clone(), 0, stray.length, client.host.address(), 0, 0, now());
            int n;
            while ((n = server.endpoint.transmit(buf, 0, buf.length, now(), out)) > 0) {
                assertTrue(n < stray.length);
                answers++;
            }
        }
        assertTrue(answers > 0 && answers <= QuicEndpoint.STATELESS_PER_SECOND, "answered " + answers);
    }

    @Test
    void whoGoesOnSendingToAClosedConnectionGetsLessAndLessBack() {
        victim().close(1, "over");
        Forge.drain(server, now());
        int answers = 0;
        byte[] buf = new byte[1500];
        Outgoing out = new Outgoing();
        for (int i = 0; i < 1_000; i++) {
            forge.clear().upTo(FrameEncoder.ping(forge.frames, 0));
            forge.send(now());
            while (server.endpoint.transmit(buf, 0, buf.length, now(), out) > 0) {
                answers++;
            }
        }
        assertTrue(answers <= 11, "answered " + answers);
    }

    @Test
    void aSlowReaderHoldsNoMoreThanTheSendBuffer() {
        QuicSettings settings = new QuicSettings();
        long stream = victim().openUnidirectional();
        byte[] much = new byte[1 << 20];
        int taken = 0;
        int n;
        while ((n = victim().write(stream, much, 0, much.length, false)) > 0) {
            taken += n;
        }
        assertTrue(taken <= settings.sendBufferBytes() + ChunkedBytes.CHUNK_BYTES, "took " + taken);
        assertTrue(server.slab.lentBytes() <= taken + ChunkedBytes.CHUNK_BYTES);
    }

    @Test
    void forgedPacketsAreCountedAndNothingElse() {
        byte[] buf = new byte[60];
        Random random = new Random(3);
        PeerIds ids = app.connection.peerIds();
        for (int i = 0; i < 1_000; i++) {
            random.nextBytes(buf);
            buf[0] = 0x40;
            System.arraycopy(ids.id(ids.current()), 0, buf, 1, 8);
            server.endpoint.receive(buf.clone(), 0, buf.length, client.host.address(), 0, 0, now());
        }
        assertFalse(victim().isClosed());
        // A few may bear the number of a packet that came, and are not even tried.
        assertTrue(victim().receiver().notOpened() > 950);
        assertEquals(0, Forge.drain(server, now()));
    }
}
