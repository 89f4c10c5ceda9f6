package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that are silent lend what they need only at work to others, and go on as if they had not. */
class QuicRestTest {
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] TEXT = new byte[5_000];

    static {
        for (int i = 0; i < TEXT.length; i++) {
            TEXT[i] = (byte) (i * 31);
        }
    }

    private final SimNetwork network = new SimNetwork(11);
    private final SimQuic server = new SimQuic(network, "server", 2, new QuicSettings().idleTimeoutNs(600 * SECOND)).serve(TestApp::echoing);
    private final SimQuic client = new SimQuic(network, "client", 1, new QuicSettings().idleTimeoutNs(600 * SECOND));

    QuicRestTest() {
        client.host.to(server.host).latencyMs(20);
        server.host.to(client.host).latencyMs(20);
    }

    private TestApp connect() {
        TestApp app = new TestApp();
        int before = server.accepted.size();
        client.connect(server, app, network);
        assertTrue(network.run(network.nowNs() + 5 * SECOND, () -> app.complete && server.accepted.size() == before + 1 && server.accepted.get(before).complete), network::events);
        return app;
    }

    private void rest() {
        network.run(network.nowNs() + 10 * SECOND, () -> false);
    }

    private void echo(TestApp app) {
        long stream = app.connection.openBidirectional();
        app.send(stream, TEXT);
        assertTrue(network.run(network.nowNs() + 10 * SECOND, () -> app.ended.contains(stream)), network::events);
        assertArrayEquals(TEXT, app.received(stream));
    }

    @Test
    void aSilentConnectionGoesToRestAndComesBack() {
        TestApp app = connect();
        echo(app);
        assertFalse(app.connection.rest().isAtRest());
        for (int i = 0; i < 5; i++) {
            rest();
            assertTrue(app.connection.rest().isAtRest());
            assertTrue(server.accepted.get(0).connection.rest().isAtRest());
            assertEquals(0, app.connection.records().heldBytes());
            echo(app);
            assertFalse(app.connection.rest().isAtRest());
        }
        assertFalse(app.closed);
        assertEquals(0, client.slab.lentBytes());
    }

    /** What one leaves behind must not be seen by the next: counts of streams, limits, windows. */
    @Test
    void connectionsThatTakeTurnsDoNotDisturbOneAnother() {
        List<TestApp> apps = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            TestApp app = connect();
            for (int j = 0; j <= 3 * i; j++) {
                echo(app);
            }
            apps.add(app);
            rest();
        }
        for (int turn = 0; turn < 40; turn++) {
            TestApp app = apps.get(turn * 5 % 6);
            echo(app);
            if (turn % 3 == 0) {
                rest();
            }
        }
        for (TestApp app : apps) {
            assertFalse(app.closed, app.closeReason);
        }
        TestApp many = connect();
        for (int j = 0; j < 250; j++) { // more than the streams allowed at first: the limit moves with those that were closed
            echo(many);
            if (j % 60 == 0) {
                rest();
            }
        }
        assertFalse(many.closed, many.closeReason);
    }

    /** A stream in progress of which nothing is under way is a few numbers too. */
    @Test
    void aStreamThatWaitsRestsAndGoesOn() {
        TestApp app = connect();
        long stream = app.connection.openBidirectional();
        byte[] half = new byte[1_000];
        assertEquals(half.length, app.connection.write(stream, half, 0, half.length, false));
        assertTrue(network.run(network.nowNs() + 5 * SECOND, () -> server.accepted.get(0).received(stream).length == half.length), network::events);
        rest();
        assertTrue(app.connection.rest().isAtRest());
        assertTrue(server.accepted.get(0).connection.rest().isAtRest());
        assertEquals(half.length, app.connection.write(stream, half, 0, half.length, true));
        assertTrue(network.run(network.nowNs() + 5 * SECOND, () -> app.ended.contains(stream)), network::events);
        assertEquals(2 * half.length, app.received(stream).length);
    }

    @Test
    void whatIsNotReadKeepsItAtWork() {
        TestApp app = connect();
        app.appetite = 100;
        long stream = app.connection.openBidirectional();
        app.send(stream, TEXT);
        rest();
        assertFalse(app.connection.rest().isAtRest());
        assertEquals(TEXT.length - 100, readAll(app.connection, stream));
    }

    private int readAll(QuicConnection connection, long stream) {
        byte[] buf = new byte[512];
        int sum = 0;
        for (int n = connection.read(stream, buf, 0, buf.length); n > 0; n = connection.read(stream, buf, 0, buf.length)) {
            sum += n;
        }
        return sum;
    }

    /** The peer of a connection at rest sends what never arrives: what was forgotten is not taken for what comes. */
    @Test
    void restingThroughLossesAndReordering() {
        client.host.to(server.host).loss(0.2);
        server.host.to(client.host).loss(0.2);
        TestApp app = connect();
        for (int i = 0; i < 20; i++) {
            echo(app);
            network.run(network.nowNs() + 3 * SECOND / 2, () -> false);
        }
        assertFalse(app.closed, app.closeReason);
    }

    /** Of a connection that was closed no stream is left, whether or not it rested before. */
    @Test
    void nothingCanBeWrittenOnceAConnectionAtRestIsClosed() {
        TestApp app = connect();
        long stream = app.connection.openBidirectional();
        assertEquals(100, app.connection.write(stream, TEXT, 0, 100, false));
        rest();
        assertTrue(app.connection.rest().isAtRest());
        app.connection.close(0, "enough");
        assertEquals(0, app.connection.writable(stream));
        assertEquals(-1, app.connection.write(stream, TEXT, 0, 100, false));
        assertEquals(QuicTransport.NONE, app.connection.openBidirectional());
        app.connection.reset(stream, 1);
        app.connection.stopSending(stream, 1);
        rest();
        assertTrue(app.connection.isGone());
        assertEquals(0, client.slab.lentBytes());
    }
}
