package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.CipherSuite;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9001 5.3: a number is sealed once with a key, whatever happens to the connection; twice would give away both packets, and with AES-GCM the key of the tags. */
class QuicNonceSimTest {
    private static final long SECOND = 1_000_000_000L;

    /** The numbers sealed with each key: of a secret and the updates since. */
    private final Map<String, Set<Long>> sealed = new HashMap<>();
    /** The keys that were parked, by what they were parked as. */
    private final Map<String, String> parkedOfAll = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noNumberIsSealedTwiceWithAKey(long seed) {
        SimNetwork network = new SimNetwork(seed);
        Random random = new Random(seed);
        QuicSettings settings = new QuicSettings().idleTimeoutNs(600 * SECOND).retry(seed % 2 == 0 ? RetryPolicy.ALWAYS : RetryPolicy.NEVER);
        SimQuic server = new SimQuic(network, "server", 2, settings, new Watched()).serve(TestApp::echoing);
        SimQuic client = new SimQuic(network, "client", 1, settings, new Watched());
        client.host.to(server.host).latencyMs(20).loss(0.1).duplicate(0.1).reorder(0.1, 30);
        server.host.to(client.host).latencyMs(20).loss(0.1).duplicate(0.1).reorder(0.1, 30);
        TestApp app = new TestApp();
        client.connect(server, app, network);
        assertTrue(network.run(60 * SECOND, () -> app.complete && app.connection.handshake().isConfirmed()), network::events);
        int rests = 0;
        for (int i = 0; i < 12; i++) {
            QuicConnection peer = server.accepted.get(0).connection;
            switch (random.nextInt(4)) {
                case 0 -> app.connection.updateKeys();
                case 1 -> peer.updateKeys();
                case 2 -> client.host.rebind(PeerAddress.ofIpv4(0x0A010101, 100 + i));
                default -> {
                    network.run(network.nowNs() + 30 * SECOND, () -> false);
                    rests += app.connection.phases().isAtRest() && peer.phases().isAtRest() ? 1 : 0;
                }
            }
            byte[] text = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(text);
            long stream = app.connection.openBidirectional();
            app.send(stream, text);
            assertTrue(network.run(network.nowNs() + 60 * SECOND, () -> app.ended.contains(stream)), network::events);
            assertArrayEquals(text, app.received(stream));
        }
        app.connection.close(7, "enough");
        network.run(network.nowNs() + 20 * SECOND, () -> false);
        assertFalse(sealed.isEmpty());
        assertTrue(sealed.size() > 6 && rests > 0, () -> "keys " + sealed.keySet());
    }

    @Test
    void theWatchSeesANumberThatComesTwice() {
        PacketProtection keys = new Watched().of(CipherSuite.AES_128_GCM_SHA256, QuicVersion.V1, new byte[32]);
        PacketProtection again = new Watched().unpark(keys.park());
        keys.seal(3, new byte[100], 0, 20, 50);
        keys.nextPhase().seal(3, new byte[100], 0, 20, 50);
        again.seal(4, new byte[100], 0, 20, 50);
        AssertionError told = null;
        try {
            again.seal(3, new byte[100], 0, 20, 50);
        } catch (AssertionError e) {
            told = e;
        }
        assertNotNull(told);
    }

    /** Notes what is sealed with the keys that it makes. */
    private final class Watched implements PacketProtectionProvider {
        private final PacketProtectionProvider provider = new JcaProtectionProvider();

        @Override
        public PacketProtection of(CipherSuite suite, QuicVersion version, byte[] secret) {
            return new Keys(provider.of(suite, version, secret), version + " " + HexFormat.of().formatHex(secret));
        }

        @Override
        public PacketProtection unpark(byte[] bytes) {
            return new Keys(provider.unpark(bytes), parkedOfAll.get(HexFormat.of().formatHex(bytes)));
        }

        @Override
        public String name() {
            return provider.name();
        }
    }

    private final class Keys implements PacketProtection {
        private final PacketProtection keys;
        private final String name;

        Keys(PacketProtection keys, String name) {
            this.keys = keys;
            this.name = name;
        }

        @Override
        public int seal(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
            assertTrue(sealed.computeIfAbsent(name, _ -> new HashSet<>()).add(packetNumber), () -> "number " + packetNumber + " again with " + name);
            return keys.seal(packetNumber, buf, headerOff, headerLen, payloadLen);
        }

        @Override
        public int open(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
            return keys.open(packetNumber, buf, headerOff, headerLen, payloadLen);
        }

        @Override
        public long mask(byte[] buf, int sampleOff) {
            return keys.mask(buf, sampleOff);
        }

        @Override
        public long confidentialityLimit() {
            return keys.confidentialityLimit();
        }

        @Override
        public long integrityLimit() {
            return keys.integrityLimit();
        }

        @Override
        public PacketProtection nextPhase() {
            return new Keys(keys.nextPhase(), name + "+");
        }

        @Override
        public byte[] park() {
            byte[] bytes = keys.park();
            parkedOfAll.put(HexFormat.of().formatHex(bytes), name);
            return bytes;
        }

        @Override
        public void wipe() {
            keys.wipe();
        }
    }
}
