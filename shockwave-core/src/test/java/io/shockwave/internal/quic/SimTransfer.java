package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A connection over a simulated network that carries so many bytes each way. */
final class SimTransfer {
    private static final long SECOND = 1_000_000_000L;

    final SimNetwork network;
    final SimQuic client;
    final SimQuic server;
    final BulkApp app;
    private final long upBytes;
    private final long downBytes;
    private long arrived;
    private long arrivedNs;
    /** When all had arrived, and the longest time until then in which nothing new did in either direction. */
    long doneNs;
    long longestWaitNs;

    SimTransfer(SimNetwork network, CongestionChoice choice, PacketProtectionProvider protections, SimLink up, SimLink down, long upBytes, long downBytes) {
        this(network, new SimQuic(network, "client", 1, patient(choice), protections),
                new SimQuic(network, "server", 2, patient(choice), protections).serve(() -> BulkApp.server(downBytes)), up, down, upBytes, downBytes);
    }

    /** With a server that has its application. */
    SimTransfer(SimNetwork network, SimQuic client, SimQuic server, SimLink up, SimLink down, long upBytes, long downBytes) {
        this.network = network;
        this.client = client;
        this.server = server;
        this.upBytes = upBytes;
        this.downBytes = downBytes;
        client.host.to(server.host, up);
        server.host.to(client.host, down);
        app = BulkApp.client(upBytes);
        client.connect(server, app, network);
    }

    /** No timeout of ours may end what the network only makes slow. */
    static QuicSettings patient(CongestionChoice choice) {
        return new QuicSettings().congestion(choice).idleTimeoutNs(600 * SECOND).handshakeTimeoutNs(600 * SECOND);
    }

    BulkApp peer() {
        return (BulkApp) server.accepted.getFirst();
    }

    boolean isDone() {
        return app.finished && !server.accepted.isEmpty() && peer().finished || app.closed;
    }

    /** Both directions arrive whole, both ends close without an error, and all memory comes back. */
    void complete(long limitNs) {
        boolean done = network.run(limitNs, () -> {
            watch();
            return isDone();
        });
        doneNs = network.nowNs();
        assertFalse(app.closed, () -> "closed with " + app.closeCode + " " + app.closeReason + state());
        assertTrue(done, () -> "not done: " + state());
        assertEquals(downBytes, app.received);
        assertEquals(upBytes, peer().received);
        app.connection.close(0, "done");
        network.run(network.nowNs() + 3000 * SECOND, () -> client.endpoint.connections() == 0 && server.endpoint.connections() == 0);
        assertEquals(0, client.endpoint.connections());
        assertEquals(0, server.endpoint.connections(), () -> "the server still has it" + state());
        assertEquals(0, client.slab.lentBytes());
        assertEquals(0, server.slab.lentBytes());
    }

    private void watch() {
        long now = app.received + (server.accepted.isEmpty() ? 0 : peer().received);
        if (now > arrived) {
            longestWaitNs = Math.max(longestWaitNs, network.nowNs() - arrivedNs);
            arrived = now;
            arrivedNs = network.nowNs();
        }
    }

    String state() {
        StringBuilder s = new StringBuilder();
        s.append(" client received ").append(app.received).append(told(app));
        if (!server.accepted.isEmpty()) {
            s.append("; server received ").append(peer().received).append(told(peer()));
        }
        return s.toString();
    }

    private static String told(TestApp app) {
        LossRecovery r = app.connection.loss();
        return " (closed " + app.closed + " " + app.closeCode + " " + app.closeReason + ", window " + r.congestion().windowBytes() + ", in flight " + r.inFlightBytes() + ", srtt " + r.rtt().smoothedNs() / 1e6
                + ", pto " + r.ptoCount() + "/" + r.probeTimeouts() + ", lost " + r.lostPackets() + ", spurious " + r.spuriousLosses() + ", mtu " + r.mtu().currentBytes() + ", holes "
                + r.mtu().blackHoles() + ")";
    }
}
