package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.CipherSuite;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.api.Test;

class PacketProtectionTest {
    private static final byte[] ORIGINAL_ID = Hex.bytes(SamplePackets.ORIGINAL_ID);
    private static final byte[] SERVER_ID = Hex.bytes(SamplePackets.SERVER_ID);
    private static final byte[] NONE = {};

    @ParameterizedTest
    @EnumSource
    void initialSecretsAreThoseOfTheRfc(SamplePackets sample) {
        assertEquals(sample.clientSecret, Hex.of(InitialSecrets.secret(sample.version, ORIGINAL_ID, 0, ORIGINAL_ID.length, true)));
        assertEquals(sample.serverSecret, Hex.of(InitialSecrets.secret(sample.version, ORIGINAL_ID, 0, ORIGINAL_ID.length, false)));
    }

    @ParameterizedTest
    @EnumSource
    void theClientsInitialPacketIsSealed(SamplePackets sample) {
        for (PacketProtectionProvider provider : Providers.all()) {
            byte[] frames = Arrays.copyOf(Hex.bytes(SamplePackets.CLIENT_FRAME), SamplePackets.CLIENT_PAYLOAD_BYTES);
            byte[] buf = new byte[1_500];
            int payloadOff = PacketEncoder.longHeader(buf, 7, sample.version, PacketType.INITIAL, true, ORIGINAL_ID, ORIGINAL_ID.length, NONE, 0, NONE, 0, 2, 4);
            assertEquals(7 + PacketEncoder.longHeaderBytes(PacketType.INITIAL, ORIGINAL_ID.length, 0, 0, 4), payloadOff);
            System.arraycopy(frames, 0, buf, payloadOff, frames.length);
            PacketProtection protection = provider.initial(sample.version, ORIGINAL_ID, 0, ORIGINAL_ID.length, true);
            int end = PacketEncoder.seal(buf, 7, payloadOff, frames.length, 2, 4, protection);
            assertEquals(sample.clientPacket, Hex.of(buf, 7, end - 7), provider.name());
            protection.wipe();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theServersInitialPacketIsSealed(SamplePackets sample) {
        for (PacketProtectionProvider provider : Providers.all()) {
            byte[] frames = Hex.bytes(SamplePackets.SERVER_FRAMES);
            byte[] buf = new byte[1_500];
            int payloadOff = PacketEncoder.longHeader(buf, 0, sample.version, PacketType.INITIAL, true, NONE, 0, SERVER_ID, SERVER_ID.length, NONE, 0, 1, 2);
            System.arraycopy(frames, 0, buf, payloadOff, frames.length);
            PacketProtection protection = provider.initial(sample.version, ORIGINAL_ID, 0, ORIGINAL_ID.length, false);
            int end = PacketEncoder.seal(buf, 0, payloadOff, frames.length, 1, 2, protection);
            assertEquals(sample.serverPacket, Hex.of(buf, 0, end), provider.name());
            protection.wipe();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSampleInitialPacketsAreOpened(SamplePackets sample) {
        for (PacketProtectionProvider provider : Providers.all()) {
            byte[] frames = Arrays.copyOf(Hex.bytes(SamplePackets.CLIENT_FRAME), SamplePackets.CLIENT_PAYLOAD_BYTES);
            opened(provider, sample, Hex.bytes(sample.clientPacket), true, 2, frames);
            opened(provider, sample, Hex.bytes(sample.serverPacket), false, 1, Hex.bytes(SamplePackets.SERVER_FRAMES));
        }
    }

    private static void opened(PacketProtectionProvider provider, SamplePackets sample, byte[] packet, boolean client, long number, byte[] frames) {
        PacketHeader header = new PacketHeader();
        assertEquals(PacketHeader.Verdict.OK, header.decode(packet, 0, packet.length, 0));
        assertEquals(PacketType.INITIAL, header.type());
        assertEquals(sample.version, header.version());
        assertEquals(client ? SamplePackets.ORIGINAL_ID : "", Hex.of(packet, header.destinationOff(), header.destinationLength()));
        assertEquals(client ? "" : SamplePackets.SERVER_ID, Hex.of(packet, header.sourceOff(), header.sourceLength()));
        assertEquals(0, header.tokenLength());
        assertEquals(packet.length, header.end());
        PacketProtection protection = provider.initial(sample.version, ORIGINAL_ID, 0, ORIGINAL_ID.length, client);
        assertTrue(header.unprotect(packet, protection));
        assertFalse(header.hasReservedBits());
        assertEquals(number, PacketNumbers.complete(header.truncatedNumber(), header.numberLength(), PacketNumbers.NONE));
        int plain = protection.open(number, packet, header.start(), header.headerLength(), header.payloadLength());
        assertEquals(frames.length, plain, provider.name());
        int off = header.start() + header.headerLength();
        assertArrayEquals(frames, Arrays.copyOfRange(packet, off, off + plain));
        protection.wipe();
    }

    @ParameterizedTest
    @EnumSource
    void theChaCha20PacketIsSealedAndOpened(SamplePackets sample) {
        for (PacketProtectionProvider provider : Providers.all()) {
            PacketProtection protection = provider.of(CipherSuite.CHACHA20_POLY1305_SHA256, sample.version, Hex.bytes(SamplePackets.CHACHA_SECRET));
            byte[] buf = new byte[64];
            int payloadOff = PacketEncoder.shortHeader(buf, 0, true, false, false, NONE, 0, SamplePackets.CHACHA_NUMBER, 3);
            assertEquals("4200bff4", Hex.of(buf, 0, payloadOff));
            buf[payloadOff] = FrameType.PING;
            int end = PacketEncoder.seal(buf, 0, payloadOff, 1, SamplePackets.CHACHA_NUMBER, 3, protection);
            assertEquals(sample.chachaPacket, Hex.of(buf, 0, end), provider.name());
            PacketHeader header = new PacketHeader();
            header.decode(buf, 0, end, 0);
            assertTrue(header.unprotect(buf, protection));
            assertEquals(SamplePackets.CHACHA_NUMBER, PacketNumbers.complete(header.truncatedNumber(), header.numberLength(), SamplePackets.CHACHA_NUMBER - 9));
            assertEquals(1, protection.open(SamplePackets.CHACHA_NUMBER, buf, 0, header.headerLength(), header.payloadLength()));
            assertEquals(FrameType.PING, buf[payloadOff]);
            protection.wipe();
        }
    }

    /** RFC 9001 6.1: the secret of the next phase gives new AEAD keys, the header protection key stays. */
    @ParameterizedTest
    @EnumSource
    void theNextPhaseHasTheSecretOfTheRfcAndTheSameMask(SamplePackets sample) {
        for (PacketProtectionProvider provider : Providers.all()) {
            PacketProtection first = provider.of(CipherSuite.CHACHA20_POLY1305_SHA256, sample.version, Hex.bytes(SamplePackets.CHACHA_SECRET));
            PacketProtection next = first.nextPhase();
            PacketProtection fromSecret = provider.of(CipherSuite.CHACHA20_POLY1305_SHA256, sample.version, Hex.bytes(sample.updatedSecret));
            byte[] bytes = new byte[100];
            new Random(1).nextBytes(bytes);
            long mask = first.mask(bytes, 5);
            first.wipe();
            assertEquals(mask, next.mask(bytes, 5), "wiping one phase must not take the header protection of the next");
            byte[] other = bytes.clone();
            next.seal(9, bytes, 0, 20, 60);
            fromSecret.seal(9, other, 0, 20, 60);
            assertArrayEquals(other, bytes);
            next.wipe();
            fromSecret.wipe();
        }
    }

    @Test
    void whatWasSealedOpensAndWhatWasTouchedDoesNot() {
        Random random = new Random(11);
        for (PacketProtectionProvider provider : Providers.all()) {
            for (CipherSuite suite : CipherSuite.values()) {
                byte[] secret = new byte[suite.hashBytes()];
                random.nextBytes(secret);
                PacketProtection out = provider.of(suite, QuicVersion.V1, secret);
                PacketProtection in = provider.of(suite, QuicVersion.V1, secret);
                for (int i = 0; i < 60; i++) {
                    int off = random.nextInt(40);
                    int headerLen = 1 + random.nextInt(30);
                    int len = i == 0 ? 0 : random.nextInt(1_400);
                    byte[] plain = new byte[off + headerLen + len + PacketProtection.TAG_BYTES + random.nextInt(20)];
                    random.nextBytes(plain);
                    byte[] buf = plain.clone();
                    long number = random.nextLong(PacketNumbers.MAX);
                    assertEquals(len + PacketProtection.TAG_BYTES, out.seal(number, buf, off, headerLen, len));
                    byte[] sealed = buf.clone();
                    for (int twice = 0; twice < 2; twice++) {
                        System.arraycopy(sealed, 0, buf, 0, sealed.length);
                        assertEquals(len, in.open(number, buf, off, headerLen, len + PacketProtection.TAG_BYTES), "a packet that the network duplicates opens again");
                        assertArrayEquals(Arrays.copyOf(plain, off + headerLen + len), Arrays.copyOf(buf, off + headerLen + len));
                    }
                    System.arraycopy(sealed, 0, buf, 0, sealed.length);
                    int touched = off + random.nextInt(headerLen + len + PacketProtection.TAG_BYTES);
                    buf[touched] ^= (byte) (1 << random.nextInt(8));
                    assertEquals(-1, in.open(number, buf, off, headerLen, len + PacketProtection.TAG_BYTES));
                    System.arraycopy(sealed, 0, buf, 0, sealed.length);
                    assertEquals(-1, in.open(number + 1, buf, off, headerLen, len + PacketProtection.TAG_BYTES), "under another number");
                    System.arraycopy(sealed, 0, buf, 0, sealed.length);
                    assertEquals(len, in.open(number, buf, off, headerLen, len + PacketProtection.TAG_BYTES), "after a failure");
                }
                out.wipe();
                in.wipe();
            }
        }
    }

    @Test
    void lessThanATagDoesNotOpen() {
        for (PacketProtectionProvider provider : Providers.all()) {
            PacketProtection in = provider.initial(QuicVersion.V1, ORIGINAL_ID, 0, ORIGINAL_ID.length, true);
            for (int len = 0; len < PacketProtection.TAG_BYTES + 1; len++) {
                assertEquals(-1, in.open(1, new byte[64], 0, 20, len));
            }
            in.wipe();
        }
    }

    /** RFC 9001 6.6. */
    @Test
    void limitsAreThoseOfTheRfc() {
        for (PacketProtectionProvider provider : Providers.all()) {
            for (CipherSuite suite : CipherSuite.values()) {
                boolean chacha = suite == CipherSuite.CHACHA20_POLY1305_SHA256;
                PacketProtection one = provider.of(suite, QuicVersion.V1, new byte[suite.hashBytes()]);
                assertEquals(chacha ? 1L << 62 : 1L << 23, one.confidentialityLimit());
                assertEquals(chacha ? 1L << 36 : 1L << 52, one.integrityLimit());
                one.wipe();
            }
        }
    }

    @Test
    void wipingTwiceDoesNoHarm() {
        for (PacketProtectionProvider provider : Providers.all()) {
            PacketProtection one = provider.of(CipherSuite.AES_128_GCM_SHA256, QuicVersion.V1, new byte[32]);
            one.wipe();
            one.wipe();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theRetryPacketIsWrittenAndVerified(SamplePackets sample) {
        byte[] expected = Hex.bytes(sample.retryPacket);
        byte[] client = Hex.bytes(sample.clientPacket);
        PacketHeader initial = new PacketHeader();
        initial.decode(client, 0, client.length, 0);
        RetryIntegrity integrity = new RetryIntegrity(sample.version);
        byte[] token = "token".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 3; i++) {
            byte[] buf = new byte[100];
            int end = integrity.write(buf, 3, client, initial, SERVER_ID, SERVER_ID.length, token, token.length, 0x0F);
            assertEquals(sample.retryPacket, Hex.of(buf, 3, end - 3));
            PacketHeader retry = new PacketHeader();
            assertEquals(PacketHeader.Verdict.OK, retry.decode(expected, 0, expected.length, 0));
            assertEquals(PacketType.RETRY, retry.type());
            assertEquals("746f6b656e", Hex.of(expected, retry.tokenOff(), retry.tokenLength()));
            assertTrue(integrity.isGenuine(expected, retry, ORIGINAL_ID, 0, ORIGINAL_ID.length));
            assertFalse(integrity.isGenuine(expected, retry, SERVER_ID, 0, SERVER_ID.length), "another original id");
            byte[] touched = expected.clone();
            for (int bit = 0; bit < touched.length * 8; bit++) {
                touched[bit / 8] ^= (byte) (1 << bit % 8);
                assertFalse(integrity.isGenuine(touched, retry, ORIGINAL_ID, 0, ORIGINAL_ID.length));
                touched[bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
    }
}
