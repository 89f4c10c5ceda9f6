package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.quic.PacketHeader.Verdict;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PacketHeaderTest {
    private static final byte[] FOUR = Hex.bytes("01020304");
    private static final byte[] EIGHT = Hex.bytes("1112131415161718");
    private static final byte[] TOKEN = Hex.bytes("abcdef");

    private final PacketHeader header = new PacketHeader();
    private final byte[] buf = new byte[1_500];

    private Verdict decode(String hex) {
        byte[] bytes = Hex.bytes(hex);
        byte[] around = new byte[bytes.length + 50];
        Arrays.fill(around, (byte) 3);
        System.arraycopy(bytes, 0, around, 7, bytes.length);
        return header.decode(around, 7, bytes.length, 4);
    }

    /** RFC 9000 17.2, RFC 9369 3.2. */
    @Test
    void typesDifferByVersion() {
        PacketType[] inV1 = {PacketType.INITIAL, PacketType.ZERO_RTT, PacketType.HANDSHAKE, PacketType.RETRY};
        PacketType[] inV2 = {PacketType.RETRY, PacketType.INITIAL, PacketType.ZERO_RTT, PacketType.HANDSHAKE};
        for (int bits = 0; bits < 4; bits++) {
            assertEquals(inV1[bits], QuicVersion.V1.longType(bits));
            assertEquals(bits, QuicVersion.V1.typeBits(inV1[bits]));
            assertEquals(inV2[bits], QuicVersion.V2.longType(bits));
            assertEquals(bits, QuicVersion.V2.typeBits(inV2[bits]));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INITIAL", "ZERO_RTT", "HANDSHAKE"})
    void aLongHeaderIsReadAsItWasWritten(PacketType type) {
        for (QuicVersion version : QuicVersion.values()) {
            for (int numberBytes = 1; numberBytes <= 4; numberBytes++) {
                PacketProtection protection = new JcaProtectionProvider().initial(version, EIGHT, 0, 8, true);
                int payload = PacketEncoder.longHeader(buf, 11, version, type, true, EIGHT, 8, FOUR, 4, TOKEN, 3, 0x01020304, numberBytes);
                assertEquals(11 + PacketEncoder.longHeaderBytes(type, 8, 4, 3, numberBytes), payload);
                Arrays.fill(buf, payload, payload + 20, (byte) 1);
                int end = PacketEncoder.seal(buf, 11, payload, 20, 0x01020304, numberBytes, protection);
                buf[end] = 0x55;
                assertEquals(Verdict.OK, header.decode(buf, 11, end + 1 - 11, 4));
                assertEquals(type, header.type());
                assertEquals(version, header.version());
                assertEquals(version.number(), header.versionNumber());
                assertEquals(end, header.end(), "what follows is another packet");
                assertEquals("1112131415161718", Hex.of(buf, header.destinationOff(), header.destinationLength()));
                assertEquals("01020304", Hex.of(buf, header.sourceOff(), header.sourceLength()));
                assertEquals(type == PacketType.INITIAL ? "abcdef" : "", Hex.of(buf, header.tokenOff(), header.tokenLength()));
                assertTrue(header.isLong());
                assertTrue(header.isFixedBitSet());
                assertTrue(header.unprotect(buf, protection));
                assertEquals(numberBytes, header.numberLength());
                assertEquals(0x01020304 & (1L << 8 * numberBytes) - 1, header.truncatedNumber());
                assertEquals(payload - 11, header.headerLength());
                assertEquals(20, protection.open(0x01020304, buf, 11, header.headerLength(), header.payloadLength()));
                protection.wipe();
            }
        }
    }

    @Test
    void aShortHeaderIsReadAsItWasWritten() {
        PacketProtection protection = new JcaProtectionProvider().initial(QuicVersion.V1, EIGHT, 0, 8, true);
        for (int bits = 0; bits < 8; bits++) {
            boolean fixed = (bits & 1) != 0;
            boolean spin = (bits & 2) != 0;
            boolean phase = (bits & 4) != 0;
            int payload = PacketEncoder.shortHeader(buf, 0, fixed, spin, phase, FOUR, 4, 77 + bits, 2);
            Arrays.fill(buf, payload, payload + 9, (byte) 1);
            int end = PacketEncoder.seal(buf, 0, payload, 9, 77 + bits, 2, protection);
            assertEquals(Verdict.OK, header.decode(buf, 0, end, 4));
            assertEquals(PacketType.ONE_RTT, header.type());
            assertNull(header.version());
            assertEquals(0, header.sourceLength());
            assertEquals(fixed, header.isFixedBitSet());
            assertEquals(spin, header.spin());
            assertTrue(header.unprotect(buf, protection));
            assertEquals(phase, header.keyPhase());
            assertFalse(header.hasReservedBits());
            assertEquals(77 + bits, header.truncatedNumber());
            assertEquals(9, protection.open(77 + bits, buf, 0, header.headerLength(), header.payloadLength()));
        }
        protection.wipe();
    }

    /** RFC 9000 17.2, 17.3.1: reserved bits are seen under the protection. */
    @Test
    void reservedBitsAreSeen() {
        PacketProtection protection = new JcaProtectionProvider().initial(QuicVersion.V1, EIGHT, 0, 8, true);
        for (int bit : new int[] {0x04, 0x08}) {
            int payload = PacketEncoder.longHeader(buf, 0, QuicVersion.V1, PacketType.HANDSHAKE, true, FOUR, 4, FOUR, 4, TOKEN, 0, bit, 4);
            buf[0] |= (byte) bit;
            int end = PacketEncoder.seal(buf, 0, payload, 9, bit, 4, protection);
            header.decode(buf, 0, end, 4);
            assertTrue(header.unprotect(buf, protection));
            assertTrue(header.hasReservedBits());
            payload = PacketEncoder.shortHeader(buf, 0, true, false, false, FOUR, 4, bit + 1, 4);
            buf[0] |= (byte) (bit << 1);
            end = PacketEncoder.seal(buf, 0, payload, 9, bit + 1, 4, protection);
            header.decode(buf, 0, end, 4);
            assertTrue(header.unprotect(buf, protection));
            assertTrue(header.hasReservedBits());
        }
        protection.wipe();
    }

    /** RFC 9001 5.4.2: four bytes of number and sixteen of sample. */
    @Test
    void whatIsTooShortToBeSampledIsDropped() {
        PacketProtection protection = new JcaProtectionProvider().initial(QuicVersion.V1, EIGHT, 0, 8, true);
        byte[] bytes = new byte[25];
        bytes[0] = 0x40;
        assertEquals(Verdict.OK, header.decode(bytes, 0, 24, 4));
        assertFalse(header.unprotect(bytes, protection));
        assertEquals(Verdict.OK, header.decode(bytes, 0, 25, 4));
        assertTrue(header.unprotect(bytes, protection));
        protection.wipe();
    }

    @Test
    void aShortHeaderNeedsItsId() {
        assertEquals(Verdict.DROP, decode(""));
        assertEquals(Verdict.DROP, decode("40"));
        assertEquals(Verdict.DROP, decode("40010203"));
        assertEquals(Verdict.OK, decode("4001020304"));
    }

    /** RFC 9000 17.2: more than 20 bytes of id in a known version MUST be dropped; RFC 8999 5.1 lets others have 255. */
    @Test
    void longIdsAreForOtherVersions() {
        assertEquals(Verdict.OK, decode("e0 00000001 14" + "aa".repeat(20) + "14" + "bb".repeat(20) + "01 00"));
        assertEquals(Verdict.DROP, decode("e0 00000001 15" + "aa".repeat(21) + "00 01 00"));
        assertEquals(Verdict.DROP, decode("e0 00000001 00 15" + "bb".repeat(21) + "01 00"));
        assertEquals(Verdict.DROP, decode("f0 6b3343cf 15" + "aa".repeat(21) + "00 01 00"));
        assertEquals(Verdict.UNKNOWN_VERSION, decode("80 0a0a0a0a ff" + "aa".repeat(255) + "ff" + "bb".repeat(255)));
        assertEquals(255, header.destinationLength());
        assertEquals(255, header.sourceLength());
        assertEquals(0x0a0a0a0a, header.versionNumber());
        assertNull(header.type());
    }

    @Test
    void everyTruncationIsDropped() {
        String ids = "02 aabb 03 ccddee";
        everyTruncation("c3 00000001" + ids + "02 ffff 05 0102030405");
        everyTruncation("e3 00000001" + ids + "4005 0102030405");
        everyTruncation("d3 00000001" + ids + "80000005 0102030405");
        everyTruncation("d3 6b3343cf" + ids + "02 ffff 05 0102030405");
        everyTruncation("f0 00000001" + ids + "000102030405060708090a0b0c0d0e0f");
    }

    private void everyTruncation(String hex) {
        byte[] whole = Hex.bytes(hex);
        assertEquals(Verdict.OK, decode(hex));
        for (int cut = 0; cut < whole.length; cut++) {
            String part = Hex.of(whole, 0, cut);
            assertEquals(Verdict.DROP, decode(part), part);
            assertNull(cut == 0 ? null : header.type());
        }
    }

    @Test
    void lengthsThatLeadBeyondTheDatagramAreDropped() {
        assertEquals(Verdict.DROP, decode("c3 00000001 00 00 ffffffffffffffff 01 00"));
        assertEquals(Verdict.DROP, decode("c3 00000001 00 00 bfffffff 01 00"));
        assertEquals(Verdict.DROP, decode("c3 00000001 00 00 00 ffffffffffffffff 00"));
        assertEquals(Verdict.DROP, decode("c3 00000001 00 00 00 02 00"));
        assertEquals(Verdict.OK, decode("c3 00000001 00 00 00 00"));
    }

    /** RFC 9000 17.2.1, RFC 8999 6. */
    @Test
    void versionNegotiationOffersVersions() {
        assertEquals(Verdict.OK, decode("80 00000000 01 aa 01 bb 00000001 6b3343cf"));
        assertEquals(PacketType.VERSION_NEGOTIATION, header.type());
        assertEquals(2, header.offeredVersions());
        byte[] bytes = Hex.bytes("ff 00000000 00 00 00000001 6b3343cf");
        assertEquals(Verdict.OK, header.decode(bytes, 0, bytes.length, 4));
        assertEquals(1, header.offeredVersion(bytes, 0));
        assertEquals(0x6b3343cf, header.offeredVersion(bytes, 1));
        assertEquals(Verdict.DROP, decode("80 00000000 00 00"), "no version at all");
        assertEquals(Verdict.DROP, decode("80 00000000 00 00 000000"));
        assertEquals(Verdict.DROP, decode("80 00000000 00 00 00000001 00"));
        assertEquals(Verdict.OK, decode("80 00000000 ff" + "aa".repeat(255) + "ff" + "bb".repeat(255) + "00000001"));
    }

    /** RFC 9000 17.2.1: ids are echoed crosswise; 6.3: a reserved version goes along. */
    @Test
    void versionNegotiationAnswersAnUnknownVersion() {
        byte[] received = Hex.bytes("c0 ff00001d 15" + "aa".repeat(21) + "02 bbcc 0102");
        assertEquals(Verdict.UNKNOWN_VERSION, header.decode(received, 0, received.length, 4));
        int end = PacketEncoder.versionNegotiation(buf, 5, received, header, 0x12345678);
        PacketHeader answer = new PacketHeader();
        assertEquals(Verdict.OK, answer.decode(buf, 5, end - 5, 4));
        assertEquals(PacketType.VERSION_NEGOTIATION, answer.type());
        assertTrue(answer.isFixedBitSet());
        assertEquals("bbcc", Hex.of(buf, answer.destinationOff(), answer.destinationLength()));
        assertEquals("aa".repeat(21), Hex.of(buf, answer.sourceOff(), answer.sourceLength()));
        assertEquals(3, answer.offeredVersions());
        assertTrue(QuicVersion.isReserved(answer.offeredVersion(buf, 0)));
        assertEquals(1, answer.offeredVersion(buf, 1));
        assertEquals(0x6b3343cf, answer.offeredVersion(buf, 2));
    }

    @Test
    void reservedVersionsAreKnownByTheirForm() {
        assertTrue(QuicVersion.isReserved(0x0a0a0a0a));
        assertTrue(QuicVersion.isReserved(0xfaeada1a));
        assertFalse(QuicVersion.isReserved(1));
        assertNull(QuicVersion.of(0x1a2a3a4a));
    }
}
