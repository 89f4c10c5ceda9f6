package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an application commands of streams and datagrams, and what it is told (RFC 9000 2 to 4, RFC 9221, RFC 9218 10). */
class QuicStreamsTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimNetwork network = new SimNetwork(1);
    private final TestApp app = new TestApp();
    private SimQuic server;
    private SimQuic client;

    private void connect(QuicSettings clientSettings, QuicSettings serverSettings, TestApp serverApp) {
        server = new SimQuic(network, "server", 2, serverSettings).serve(() -> serverApp);
        client = new SimQuic(network, "client", 1, clientSettings);
        client.host.to(server.host).latencyMs(5);
        server.host.to(client.host).latencyMs(5);
        client.connect(server, app, network);
        assertTrue(network.run(SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), network::events);
        pause();
    }

    private void connect() {
        connect(new QuicSettings(), new QuicSettings(), new TestApp());
    }

    private TestApp peer() {
        return server.accepted.get(0);
    }

    private void pause() {
        network.run(network.nowNs() + SECOND / 5, () -> false);
    }

    private static byte[] bytes(int len) {
        byte[] made = new byte[len];
        for (int i = 0; i < len; i++) {
            made[i] = (byte) (i * 7);
        }
        return made;
    }

    @Test
    void idsTellWhoOpenedAStreamAndWhichWays() {
        connect();
        assertEquals(0, app.connection.openBidirectional());
        assertEquals(4, app.connection.openBidirectional());
        assertEquals(2, app.connection.openUnidirectional());
        assertEquals(1, peer().connection.openBidirectional());
        assertEquals(3, peer().connection.openUnidirectional());
    }

    @Test
    void theLimitOnStreamsHoldsUntilOneIsClosed() {
        connect(new QuicSettings(), new QuicSettings().maxBidirectionalStreams(2), TestApp.echoing());
        long first = app.connection.openBidirectional();
        assertEquals(4, app.connection.openBidirectional());
        assertEquals(QuicTransport.NONE, app.connection.openBidirectional());
        app.send(first, bytes(10));
        assertTrue(network.run(network.nowNs() + 5 * SECOND, () -> app.availableTold == 1), network::events);
        assertEquals(8, app.connection.openBidirectional());
    }

    /** RFC 9000 4.6: credit is told in batches, and at once to a peer that says that it waits for it. */
    @Test
    void whoIsBlockedIsToldOfEveryStreamThatWasClosed() {
        connect(new QuicSettings(), new QuicSettings().maxBidirectionalStreams(100), TestApp.echoing());
        for (int i = 0; i < 3; i++) {
            app.send(app.connection.openBidirectional(), bytes(10));
        }
        assertTrue(network.run(network.nowNs() + 5 * SECOND, () -> app.streamsClosed.size() == 3), network::events);
        pause();
        for (int i = 3; i < 100; i++) {
            assertEquals(4 * i, app.connection.openBidirectional(), "the limit stands where it was");
        }
        assertEquals(QuicTransport.NONE, app.connection.openBidirectional());
        assertTrue(network.run(network.nowNs() + 5 * SECOND, () -> app.availableTold == 1), network::events);
        for (int i = 100; i < 103; i++) {
            assertEquals(4 * i, app.connection.openBidirectional());
        }
        assertEquals(QuicTransport.NONE, app.connection.openBidirectional());
        pause();
        assertEquals(1, app.availableTold, "nothing was closed since");
    }

    @Test
    void sevenEighthsOfTheStreamsAreAlwaysFree() {
        connect(new QuicSettings(), new QuicSettings().maxBidirectionalStreams(16), TestApp.echoing());
        for (int round = 0; round < 40; round++) {
            app.send(app.connection.openBidirectional(), bytes(10));
            int closed = round + 1;
            assertTrue(network.run(network.nowNs() + 5 * SECOND, () -> app.streamsClosed.size() == closed), network::events);
            pause();
            assertTrue(peer().connection.streams().set.granted(true) - closed >= 14, () -> "granted " + peer().connection.streams().set.granted(true) + " after " + closed);
        }
    }

    @Test
    void writeTakesWhatTheBufferHoldsAndTellsWhenThereIsRoom() {
        connect(new QuicSettings().sendBufferBytes(10_000).maxSendBufferBytes(10_000), new QuicSettings(), new TestApp());
        long stream = app.connection.openUnidirectional();
        byte[] much = bytes(25_000);
        assertEquals(10_000, app.connection.writable(stream));
        assertEquals(10_000, app.connection.write(stream, much, 0, much.length, true));
        assertEquals(0, app.connection.writable(stream));
        app.writableTold = 0;
        pause();
        assertEquals(1, app.writableTold);
        assertEquals(10_000, app.connection.write(stream, much, 10_000, 15_000, true));
        pause();
        assertEquals(5_000, app.connection.write(stream, much, 20_000, 5_000, true));
        assertEquals(-1, app.connection.write(stream, much, 0, 1, false), "it has ended");
        pause();
        assertArrayEquals(much, peer().received(stream));
        assertEquals(List.of(stream), peer().ended);
    }

    @Test
    void whatIsDeclinedIsOfferedAgainByResume() {
        TestApp slow = new TestApp();
        slow.appetite = 100;
        connect(new QuicSettings(), new QuicSettings(), slow);
        long stream = app.connection.openUnidirectional();
        app.send(stream, bytes(1_000));
        pause();
        assertEquals(100, slow.received(stream).length);
        slow.connection.resume(stream);
        assertEquals(200, slow.received(stream).length);
        slow.appetite = Integer.MAX_VALUE;
        slow.connection.resume(stream);
        assertArrayEquals(bytes(1_000), slow.received(stream));
        assertEquals(List.of(stream), slow.ended);
        assertEquals(0, server.slab.lentBytes());
    }

    @Test
    void whatIsDeclinedCanBeRead() {
        TestApp slow = new TestApp();
        slow.appetite = 0;
        connect(new QuicSettings(), new QuicSettings(), slow);
        long stream = app.connection.openUnidirectional();
        app.send(stream, bytes(10_000));
        pause();
        byte[] dst = new byte[12_000];
        assertEquals(6_000, slow.connection.read(stream, dst, 0, 6_000));
        assertEquals(4_000, slow.connection.read(stream, dst, 6_000, 6_000));
        assertEquals(-1, slow.connection.read(stream, dst, 0, 1));
        assertArrayEquals(bytes(10_000), Arrays.copyOf(dst, 10_000));
    }

    @Test
    void whoDoesNotReadHoldsThePeerAtTheWindow() {
        TestApp slow = new TestApp();
        slow.appetite = 0;
        QuicSettings small = new QuicSettings().streamWindowBytes(20_000).maxStreamWindowBytes(20_000).connectionWindowBytes(30_000).maxConnectionWindowBytes(30_000);
        connect(new QuicSettings(), small, slow);
        long first = app.connection.openUnidirectional();
        long second = app.connection.openUnidirectional();
        app.send(first, bytes(100_000));
        app.send(second, bytes(100_000));
        pause();
        assertEquals(20_000, slow.connection.streams().set.get(first).highest);
        assertEquals(10_000, slow.connection.streams().set.get(second).highest);
        assertTrue(server.slab.lentBytes() <= 30_000 + 2 * 2 * ChunkedBytes.CHUNK_BYTES);
        slow.appetite = Integer.MAX_VALUE;
        slow.connection.resume(first);
        slow.connection.resume(second);
        assertTrue(network.run(network.nowNs() + 10 * SECOND, () -> slow.ended.size() == 2), network::events);
        assertArrayEquals(bytes(100_000), slow.received(first));
        assertArrayEquals(bytes(100_000), slow.received(second));
    }

    @Test
    void aResetReachesThePeerAndFreesBothSides() {
        connect();
        long stream = app.connection.openUnidirectional();
        app.connection.write(stream, bytes(5_000), 0, 5_000, false);
        app.connection.reset(stream, 77);
        assertEquals(-1, app.connection.write(stream, bytes(1), 0, 1, false));
        pause();
        assertEquals(77L, peer().resets.get(stream));
        assertTrue(app.streamsClosed.contains(stream));
        assertTrue(peer().streamsClosed.contains(stream));
        assertEquals(0, client.slab.lentBytes());
    }

    @Test
    void whatNobodyWillReadAnyMoreGivesItsCreditBack() {
        TestApp slow = new TestApp();
        slow.appetite = 0;
        QuicSettings small = new QuicSettings().connectionWindowBytes(30_000).maxConnectionWindowBytes(30_000);
        connect(new QuicSettings(), small, slow);
        long reset = app.connection.openUnidirectional();
        app.connection.write(reset, bytes(25_000), 0, 25_000, false);
        pause();
        app.connection.reset(reset, 1);
        long stopped = app.connection.openUnidirectional();
        app.connection.write(stopped, bytes(25_000), 0, 25_000, false);
        pause();
        slow.connection.stopSending(stopped, 1);
        pause();
        slow.appetite = Integer.MAX_VALUE;
        long wanted = app.connection.openUnidirectional();
        app.send(wanted, bytes(29_000));
        pause();
        assertArrayEquals(bytes(29_000), slow.received(wanted));
        assertEquals(0, server.slab.lentBytes());
    }

    @Test
    void anEndWithoutBytesThatIsLostComesAgain() {
        connect();
        long stream = app.connection.openUnidirectional();
        app.connection.write(stream, bytes(100), 0, 100, false);
        pause();
        double fromMs = network.nowNs() / 1e6;
        client.host.to(server.host).partition(fromMs, fromMs + 1);
        app.connection.write(stream, bytes(0), 0, 0, true);
        pause();
        pause();
        assertTrue(client.host.to(server.host).lost > 0);
        assertEquals(List.of(stream), peer().ended);
        assertTrue(app.streamsClosed.contains(stream));
    }

    @Test
    void stopSendingMakesThePeerReset() {
        connect();
        long stream = app.connection.openBidirectional();
        app.connection.write(stream, bytes(10), 0, 10, false);
        pause();
        peer().connection.stopSending(stream, 55);
        pause();
        assertEquals(55L, app.stops.get(stream));
        assertTrue(peer().resets.isEmpty(), "who stopped it wants to hear nothing of it");
        assertEquals(-1, app.connection.write(stream, bytes(1), 0, 1, false));
        peer().connection.write(stream, bytes(3), 0, 3, true);
        pause();
        assertEquals(3, app.received(stream).length, "the other half goes on");
        assertTrue(app.streamsClosed.contains(stream));
        assertTrue(peer().streamsClosed.contains(stream));
    }

    @Test
    void windowsGrowWhileTheApplicationKeepsUpAndNotBeyondTheirBound() {
        QuicSettings small = new QuicSettings().streamWindowBytes(32 << 10).maxStreamWindowBytes(128 << 10).connectionWindowBytes(64 << 10).maxConnectionWindowBytes(256 << 10);
        connect(new QuicSettings(), small, new TestApp());
        long stream = app.connection.openUnidirectional();
        app.send(stream, bytes(4 << 20));
        long[] most = new long[1];
        assertTrue(network.run(network.nowNs() + 30 * SECOND, () -> {
            QuicStream s = peer().connection.streams().set.get(stream);
            most[0] = Math.max(most[0], s == null ? 0 : s.window.windowBytes());
            return peer().ended.contains(stream);
        }), network::events);
        assertEquals(128 << 10, most[0]);
    }

    @Test
    void urgentStreamsGoFirstAndIncrementalOnesShare() {
        connect();
        List<Long> order = new ArrayList<>();
        StreamScheduler scheduler = new StreamScheduler();
        QuicStream[] s = new QuicStream[5];
        for (int i = 0; i < s.length; i++) {
            s[i] = new QuicStream(client.slab);
            s[i].open(4L * i, true, true, 1 << 20, 1, 1);
            scheduler.add(s[i]);
        }
        scheduler.priority(s[4], 1, false);
        scheduler.priority(s[1], 5, true);
        scheduler.priority(s[2], 5, true);
        scheduler.priority(s[0], 5, false);
        for (int i = 0; i < 8; i++) {
            QuicStream next = scheduler.next();
            order.add(next.id / 4);
            scheduler.served(next);
            if (i < 2) {
                StreamScheduler.remove(next);
            }
        }
        // 4 is most urgent, then 3; of the rest 0 takes every other turn, 1 and 2 share the others.
        assertEquals(List.of(4L, 3L, 0L, 1L, 0L, 2L, 0L, 1L), order);
    }

    @Test
    void datagramsArriveWhereTheyAreTakenAndAreRefusedWhereTheyAreNot() {
        connect(new QuicSettings(), new QuicSettings().datagramFrameBytes(1_200), new TestApp());
        assertTrue(app.connection.sendDatagram(bytes(100), 0, 100));
        assertFalse(app.connection.sendDatagram(bytes(2_000), 0, 2_000), "larger than the path");
        assertEquals(0, peer().connection.maxDatagramBytes());
        assertFalse(peer().connection.sendDatagram(bytes(1), 0, 1));
        pause();
        assertEquals(1, peer().datagrams.size());
        assertArrayEquals(bytes(100), peer().datagrams.get(0));
        int most = app.connection.maxDatagramBytes();
        assertTrue(most > 1_100, () -> "most " + most);
        assertTrue(app.connection.sendDatagram(bytes(most), 0, most));
        pause();
        assertEquals(2, peer().datagrams.size());
    }

    @Test
    void theQueueOfDatagramsIsBounded() {
        connect(new QuicSettings().datagramQueue(3), new QuicSettings().datagramFrameBytes(1_200), new TestApp());
        for (int i = 0; i < 3; i++) {
            assertTrue(app.connection.sendDatagram(bytes(10), 0, 10));
        }
        assertFalse(app.connection.sendDatagram(bytes(10), 0, 10));
    }

    @Test
    void commandsAfterTheEndDoNothing() {
        connect();
        long stream = app.connection.openBidirectional();
        app.connection.close(0, "");
        assertEquals(-1, app.connection.write(stream, bytes(1), 0, 1, true));
        assertEquals(QuicTransport.NONE, app.connection.openBidirectional());
        assertEquals(-1, app.connection.read(stream, new byte[1], 0, 1));
        app.connection.reset(stream, 1);
        app.connection.stopSending(stream, 1);
        app.connection.resume(stream);
        assertFalse(app.connection.sendDatagram(bytes(1), 0, 1));
        assertTrue(app.connection.isClosed());
    }
}
