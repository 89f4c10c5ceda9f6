package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shockwave.internal.tls13.CipherSuite;
import org.junit.jupiter.api.Test;

/** Connections that libcrypto protects: what it allocated for them is freed with them, however they end. */
class NativeConnectionTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimNetwork network = new SimNetwork(3);
    private final TestApp app = new TestApp();
    private final int before = Libcrypto.contexts();
    private SimQuic server;
    private SimQuic client;

    private void connect() {
        assumeTrue(NativeProtectionProvider.isNative(CipherSuite.AES_128_GCM_SHA256), "no libcrypto");
        server = new SimQuic(network, "server", 2, new QuicSettings(), NativeProtectionProvider.best()).serve(TestApp::echoing);
        client = new SimQuic(network, "client", 1, new QuicSettings(), NativeProtectionProvider.best());
        client.host.to(server.host).latencyMs(10);
        server.host.to(client.host).latencyMs(10);
        client.connect(server, app, network);
    }

    private void allFreed() {
        network.run(network.nowNs() + 120 * SECOND, () -> client.endpoint.connections() == 0 && server.endpoint.connections() == 0);
        assertEquals(0, client.endpoint.connections() + server.endpoint.connections());
        assertEquals(before, Libcrypto.contexts());
    }

    @Test
    void nothingIsLeftOfAConnectionThatWasClosed() {
        connect();
        assertTrue(network.run(5 * SECOND, () -> app.complete && !server.accepted.isEmpty() && server.accepted.get(0).complete), network::events);
        long stream = app.connection.openBidirectional();
        app.send(stream, new byte[100_000]);
        assertTrue(network.run(10 * SECOND, () -> app.ended.contains(stream)), network::events);
        assertEquals(100_000, app.received(stream).length);
        assertTrue(Libcrypto.contexts() > before, "another provider was used");
        app.connection.close(0, "");
        allFreed();
    }

    @Test
    void nothingIsLeftOfAHandshakeThatWasClosedInTheMiddle() {
        connect();
        network.run(15_000_000, () -> false);
        assertTrue(Libcrypto.contexts() > before);
        app.connection.close(0, "");
        allFreed();
    }

    @Test
    void nothingIsLeftOfAConnectionThatFellSilent() {
        connect();
        assertTrue(network.run(5 * SECOND, () -> app.complete), network::events);
        client.host.to(server.host).loss(1);
        server.host.to(client.host).loss(1);
        allFreed();
    }

    @Test
    void nothingIsLeftOfAnAttemptThatNobodyAnswered() {
        connect();
        client.host.to(server.host).loss(1);
        allFreed();
    }
}
