package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shockwave.internal.tls13.CipherSuite;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection at rest has no ciphers, and whatever wakes it finds the keys that it had. */
class QuicRestKeysTest {
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] TEXT = new byte[3_000];

    static {
        new Random(5).nextBytes(TEXT);
    }

    private final SimNetwork network = new SimNetwork(7);
    private final TestApp app = new TestApp();
    private SimQuic server;
    private SimQuic client;

    private void connect(boolean isNative, long idleNs) {
        assumeTrue(!isNative || NativeProtectionProvider.isNative(CipherSuite.AES_128_GCM_SHA256), "no libcrypto");
        QuicSettings settings = new QuicSettings().idleTimeoutNs(idleNs);
        server = new SimQuic(network, "server", 2, settings, provider(isNative)).serve(TestApp::echoing);
        client = new SimQuic(network, "client", 1, settings, provider(isNative));
        client.host.to(server.host).latencyMs(20);
        server.host.to(client.host).latencyMs(20);
        client.connect(server, app, network);
        assertTrue(network.run(5 * SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), network::events);
        echo();
        rest();
    }

    private static PacketProtectionProvider provider(boolean isNative) {
        return isNative ? NativeProtectionProvider.best() : new JcaProtectionProvider();
    }

    private QuicConnection peer() {
        return server.accepted.get(0).connection;
    }

    private void rest() {
        network.run(network.nowNs() + 5 * SECOND, () -> false);
        assertTrue(app.connection.phases().isAtRest());
        assertTrue(peer().phases().isAtRest());
    }

    private void echo() {
        long stream = app.connection.openBidirectional();
        app.send(stream, TEXT);
        assertTrue(network.run(network.nowNs() + 10 * SECOND, () -> app.ended.contains(stream)), network::events);
        assertArrayEquals(TEXT, app.received(stream));
        assertFalse(app.connection.phases().isAtRest());
        assertFalse(peer().phases().isAtRest());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataOfEitherSideWakesBoth(boolean isNative) {
        connect(isNative, 600 * SECOND);
        echo();
        rest();
        long stream = peer().openUnidirectional();
        assertEquals(TEXT.length, peer().write(stream, TEXT, 0, TEXT.length, true));
        assertTrue(network.run(network.nowNs() + 5 * SECOND, () -> app.ended.contains(stream)), network::events);
        assertArrayEquals(TEXT, app.received(stream));
    }

    @Test
    void theLibrarysContextsAreGivenBackAtRest() {
        int before = Libcrypto.contexts();
        connect(true, 600 * SECOND);
        assertEquals(before, Libcrypto.contexts());
        echo();
        assertEquals(before + 6, Libcrypto.contexts());
        rest();
        assertEquals(before, Libcrypto.contexts());
    }

    /** RFC 9001 6: either side may be the first, and the one that rests must find the phase it was in, and the next. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keysAreUpdatedBeforeRestAndAfterIt(boolean isNative) {
        connect(isNative, 600 * SECOND);
        for (int i = 1; i <= 6; i++) {
            QuicConnection first = i % 3 == 0 ? peer() : app.connection;
            assertTrue(first.updateKeys(), "update " + i);
            if (i % 3 != 1) {
                network.run(network.nowNs() + SECOND, () -> false);
                echo(); // RFC 9001 6.1: who only acknowledges, has nothing acknowledged in its phase and cannot be the next
            }
            rest();
            assertEquals(i, peer().phases().updates());
            assertEquals(i, app.connection.phases().updates());
        }
        echo();
        assertFalse(app.closed, app.closeReason);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionAtRestMoves(boolean isNative) {
        connect(isNative, 600 * SECOND);
        PeerAddress moved = PeerAddress.ofIpv4(0x0A010101, 99);
        client.host.rebind(moved);
        assertTrue(app.connection.migrate(1, network.nowNs()));
        echo();
        assertEquals(moved, peer().peer());
        rest();
        PeerAddress rebound = PeerAddress.ofIpv4(0x0A010101, 100);
        client.host.rebind(rebound);
        echo();
        assertEquals(rebound, peer().peer());
        rest();
        assertFalse(app.closed, app.closeReason);
    }

    @Test
    void aStatelessResetEndsAConnectionAtRest() {
        connect(true, 600 * SECOND);
        int before = Libcrypto.contexts();
        PeerIds ids = app.connection.peerIds();
        byte[] datagram = new byte[60];
        new Random(1).nextBytes(datagram);
        datagram[0] = (byte) (datagram[0] & 0x3F | 0x40);
        server.endpoint.resetToken(ids.id(ids.current()), 0, ids.length(ids.current()), datagram, datagram.length - StatelessReset.TOKEN_BYTES);
        client.receive(datagram, 0, datagram.length, server.host.address(), 0, network.nowNs());
        assertTrue(app.closed);
        assertEquals(QuicSink.STATELESS_RESET, app.closeCode);
        network.run(network.nowNs() + 20 * SECOND, () -> false);
        assertEquals(0, client.endpoint.connections());
        assertEquals(before, Libcrypto.contexts());
    }

    @Test
    void silenceEndsAConnectionAtRestWithoutWakingIt() {
        connect(true, 20 * SECOND);
        int before = Libcrypto.contexts();
        network.run(network.nowNs() + 60 * SECOND, () -> false);
        assertEquals(QuicSink.IDLE, app.closeCode);
        assertEquals(QuicSink.IDLE, server.accepted.get(0).closeCode);
        assertEquals(0, client.endpoint.connections() + server.endpoint.connections());
        assertEquals(before, Libcrypto.contexts());
        assertEquals(0, client.slab.lentBytes() + server.slab.lentBytes());
    }

    /** Its own time limit is all that is left: one that looked again every second would cost a server with many of them its idle hours. */
    @Test
    void aConnectionAtRestHasNothingToDo() {
        connect(false, 600 * SECOND);
        long soon = network.nowNs() + 500 * SECOND;
        assertTrue(app.connection.deadline() > soon, () -> "client: in " + (app.connection.deadline() - network.nowNs()) + " ns");
        assertTrue(peer().deadline() > soon, () -> "server: in " + (peer().deadline() - network.nowNs()) + " ns");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionAtRestCanBeClosed(boolean isNative) {
        connect(isNative, 600 * SECOND);
        int before = Libcrypto.contexts();
        app.connection.close(7, "enough");
        network.run(network.nowNs() + 20 * SECOND, () -> false);
        assertEquals(7, server.accepted.get(0).closeCode);
        assertTrue(server.accepted.get(0).closedByPeer);
        assertEquals(0, client.endpoint.connections() + server.endpoint.connections());
        assertEquals(before, Libcrypto.contexts());
    }

    /** Its header has to be unmasked before it can be told: that costs the keys, and they are given up again. */
    @Test
    void aForgedPacketWakesTheKeysForAWhile() {
        connect(true, 600 * SECOND);
        byte[] datagram = new byte[200];
        new Random(2).nextBytes(datagram);
        datagram[0] = (byte) (datagram[0] & 0x3F | 0x40);
        PeerIds ids = app.connection.peerIds();
        System.arraycopy(ids.id(ids.current()), 0, datagram, 1, ids.length(ids.current()));
        server.receive(datagram, 0, datagram.length, client.host.address(), 0, network.nowNs());
        assertFalse(peer().phases().isAtRest());
        server.wake(network.nowNs());
        rest();
        echo();
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void parkedKeysAreTheSameOfEverySuite(CipherSuite suite) {
        for (PacketProtectionProvider provider : new PacketProtectionProvider[] {new JcaProtectionProvider(), NativeProtectionProvider.best()}) {
            byte[] secret = Arrays.copyOf(TEXT, suite.hashBytes());
            for (QuicVersion version : QuicVersion.values()) {
                PacketProtection one = provider.of(suite, version, secret);
                PacketProtection second = one.nextPhase();
                byte[] parked = second.park();
                PacketProtection same = provider.unpark(parked);
                assertArrayEquals(sealed(second), sealed(same));
                assertArrayEquals(sealed(second.nextPhase()), sealed(same.nextPhase()));
                assertEquals(one.mask(TEXT, 100), same.mask(TEXT, 100));
                same.wipe();
                assertArrayEquals(parked, second.park());
            }
        }
        assertNull(new KeyPhases(new JcaProtectionProvider()).write());
    }

    private static byte[] sealed(PacketProtection keys) {
        byte[] packet = Arrays.copyOf(TEXT, 200);
        keys.seal(3, packet, 0, 20, 100);
        return packet;
    }
}
