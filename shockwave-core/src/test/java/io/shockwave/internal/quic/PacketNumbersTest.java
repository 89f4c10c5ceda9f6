package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketNumbersTest {
    /** RFC 9000 A.2. */
    @Test
    void theLengthsOfTheRfc() {
        assertEquals(2, PacketNumbers.bytes(0xac5c02, 0xabe8b3));
        assertEquals(3, PacketNumbers.bytes(0xace8fe, 0xabe8b3));
    }

    /** RFC 9000 A.3. */
    @Test
    void theCompletionOfTheRfc() {
        assertEquals(0xa82f9b32L, PacketNumbers.complete(0x9b32, 2, 0xa82f30eaL));
    }

    /** RFC 9000 17.1: prior to an acknowledgment the full number is included. */
    @Test
    void theFullNumberBeforeAnAcknowledgment() {
        assertEquals(1, PacketNumbers.bytes(0, PacketNumbers.NONE));
        assertEquals(1, PacketNumbers.bytes(127, PacketNumbers.NONE));
        assertEquals(2, PacketNumbers.bytes(128, PacketNumbers.NONE));
        assertEquals(2, PacketNumbers.bytes(32_767, PacketNumbers.NONE));
        assertEquals(3, PacketNumbers.bytes(32_768, PacketNumbers.NONE));
    }

    @Test
    void whatWasTruncatedIsCompletedWhereverThePeerStandsBetween() {
        Random random = new Random(7);
        byte[] buf = new byte[4];
        for (int i = 0; i < 200_000; i++) {
            long acknowledged = random.nextLong(-1, i % 2 == 0 ? 300 : PacketNumbers.MAX - (1L << 33));
            long number = acknowledged + 1 + random.nextLong(1L << random.nextInt(1, 31));
            int bytes = PacketNumbers.bytes(number, acknowledged);
            assertEquals(bytes, PacketNumbers.encode(buf, 0, number, bytes));
            long received = random.nextLong(acknowledged, number);
            assertEquals(number, PacketNumbers.complete(PacketNumbers.truncated(buf, 0, bytes), bytes, received), "with " + received + " received");
        }
    }

    @Test
    void whatComesLateIsCompletedBelowTheExpected() {
        assertEquals(0xff, PacketNumbers.complete(0xff, 1, 0x101));
        assertEquals(0x1ff, PacketNumbers.complete(0xff, 1, 0x180));
    }

    @Test
    void nothingIsCompletedBelowZeroOrBeyondTheLargest() {
        assertEquals(0xff, PacketNumbers.complete(0xff, 1, PacketNumbers.NONE));
        assertEquals(PacketNumbers.MAX - 0xff, PacketNumbers.complete(0, 1, PacketNumbers.MAX - 1));
    }
}
