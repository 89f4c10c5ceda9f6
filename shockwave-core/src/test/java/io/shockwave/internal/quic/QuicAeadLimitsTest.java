package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.CipherSuite;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How often a key may be used (RFC 9001 6.6), with limits that a test can reach. */
class QuicAeadLimitsTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimNetwork network = new SimNetwork(1);
    private final BulkApp app = BulkApp.client(1);
    private SimQuic server;
    private SimQuic client;

    /** Packets as always, but other limits; notes how much the key was used that was used most. */
    private static final class Limited implements PacketProtectionProvider {
        private final JcaProtectionProvider jca = new JcaProtectionProvider();
        private final long sealLimit;
        private final long openLimit;
        long mostSealed;

        Limited(long sealLimit, long openLimit) {
            this.sealLimit = sealLimit;
            this.openLimit = openLimit;
        }

        @Override
        public PacketProtection of(CipherSuite suite, QuicVersion version, byte[] secret) {
            return new Key(jca.of(suite, version, secret));
        }

        @Override
        public String name() {
            return "limited";
        }

        private final class Key implements PacketProtection {
            private final PacketProtection real;
            private long sealed;

            Key(PacketProtection real) {
                this.real = real;
            }

            @Override
            public int seal(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
                mostSealed = Math.max(mostSealed, ++sealed);
                return real.seal(packetNumber, buf, headerOff, headerLen, payloadLen);
            }

            @Override
            public int open(long packetNumber, byte[] buf, int headerOff, int headerLen, int payloadLen) {
                return real.open(packetNumber, buf, headerOff, headerLen, payloadLen);
            }

            @Override
            public long mask(byte[] buf, int sampleOff) {
                return real.mask(buf, sampleOff);
            }

            @Override
            public long confidentialityLimit() {
                return sealLimit;
            }

            @Override
            public long integrityLimit() {
                return openLimit;
            }

            @Override
            public PacketProtection nextPhase() {
                return new Key(real.nextPhase());
            }

            @Override
            public void wipe() {
                real.wipe();
            }
        }
    }

    private void connect(Limited limits, long downBytes) {
        server = new SimQuic(network, "server", 2, new QuicSettings(), limits).serve(() -> BulkApp.server(downBytes));
        client = new SimQuic(network, "client", 1, new QuicSettings());
        client.host.to(server.host, new SimLink().latencyMs(5).rate(20, 62_500));
        server.host.to(client.host, new SimLink().latencyMs(5).rate(20, 62_500));
        client.connect(server, app, network);
    }

    private TestApp victim() {
        return server.accepted.getFirst();
    }

    @Test
    void keysChangeBeforeTheyAreUsedUp() {
        Limited limits = new Limited(2_000, 1L << 40);
        connect(limits, 20 << 20);
        assertTrue(network.run(120 * SECOND, () -> app.finished || app.closed), network::events);
        assertFalse(app.closed, () -> "closed with " + app.closeCode);
        assertEquals(20 << 20, app.received);
        assertTrue(app.connection.phases().updates() >= 7, () -> app.connection.phases().updates() + " updates");
        assertTrue(limits.mostSealed < 2_000, () -> limits.mostSealed + " packets with one key");
    }

    @Test
    void aKeyThatCannotBeChangedIsNotUsedBeyondItsLimit() {
        Limited limits = new Limited(KeyPhases.CLOSE_PACKETS + 20, 1L << 40);
        connect(limits, 20 << 20);
        assertTrue(network.run(SECOND, () -> app.complete && app.connection.handshake().isConfirmed()));
        // Nothing is acknowledged any more, so the next keys cannot be used (RFC 9001 6.1).
        client.host.to(server.host).loss(1);
        assertTrue(network.run(120 * SECOND, () -> victim().closed), network::events);
        assertEquals(QuicError.AEAD_LIMIT_REACHED, victim().closeCode);
        assertFalse(victim().closedByPeer);
        network.run(network.nowNs() + SECOND, () -> app.closed);
        assertEquals(QuicError.AEAD_LIMIT_REACHED, app.closeCode, "the last packets of the key told it");
        assertTrue(limits.mostSealed <= KeyPhases.CLOSE_PACKETS + 20, () -> limits.mostSealed + " packets with one key");
    }

    @Test
    void packetsThatDoNotOpenAreDroppedUpToTheIntegrityLimit() {
        connect(new Limited(1L << 40, 1_000), 1);
        assertTrue(network.run(5 * SECOND, () -> app.finished && app.connection.handshake().isConfirmed()), network::events);
        network.run(network.nowNs() + 2 * SECOND, () -> false);
        Random random = new Random(1);
        PacketReceiver receiver = victim().connection.receiver();
        while (receiver.notOpened() < 999) {
            forged(random);
            assertFalse(victim().closed, () -> "closed after " + receiver.notOpened());
        }
        assertEquals(0, Forge.drain(server, network.nowNs()), "in silence");
        while (receiver.notOpened() < 1_000) {
            forged(random);
        }
        assertTrue(victim().closed);
        assertEquals(QuicError.AEAD_LIMIT_REACHED, victim().closeCode);
    }

    /** In the current phase or the next: both count. */
    private void forged(Random random) {
        byte[] buf = new byte[60];
        random.nextBytes(buf);
        buf[0] = (byte) (0x40 | buf[0] & 0x1F);
        PeerIds ids = app.connection.peerIds();
        System.arraycopy(ids.id(ids.current()), 0, buf, 1, ids.length(ids.current()));
        server.endpoint.receive(buf, 0, buf.length, client.host.address(), 0, 0, network.nowNs());
    }

    @Test
    void theLimitsAreThoseOfTheRfc() {
        JcaProtectionProvider jca = new JcaProtectionProvider();
        for (CipherSuite suite : CipherSuite.values()) {
            PacketProtection keys = jca.of(suite, QuicVersion.V1, new byte[suite.hashBytes()]);
            boolean isChaCha = suite == CipherSuite.CHACHA20_POLY1305_SHA256;
            assertEquals(isChaCha ? 1L << 62 : 1L << 23, keys.confidentialityLimit());
            assertEquals(isChaCha ? 1L << 36 : 1L << 52, keys.integrityLimit());
            keys.wipe();
        }
    }
}
