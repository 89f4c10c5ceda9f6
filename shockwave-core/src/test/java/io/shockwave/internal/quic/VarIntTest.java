package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class VarIntTest {
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 9000 A.1. */
    @Test
    void theExamplesOfTheRfc() {
        check("c2197c5eff14e88c", 151_288_809_941_952_652L);
        check("9d7f3e7d", 494_878_333);
        check("7bbd", 15_293);
        check("25", 37);
        assertEquals(37, VarInt.decode(HEX.parseHex("4025"), 0, 2), "37 in two bytes");
    }

    private static void check(String hex, long value) {
        byte[] bytes = HEX.parseHex(hex);
        assertEquals(value, VarInt.decode(bytes, 0, bytes.length));
        assertEquals(bytes.length, VarInt.bytesFrom(bytes[0]));
        assertEquals(bytes.length, VarInt.bytes(value));
        byte[] out = new byte[bytes.length];
        assertEquals(bytes.length, VarInt.encode(out, 0, value));
        assertArrayEquals(bytes, out);
    }

    @Test
    void theLengthGrowsAtTheBounds() {
        long[] bounds = {0, 1, 63, 1, 64, 2, 16_383, 2, 16_384, 4, (1L << 30) - 1, 4, 1L << 30, 8, VarInt.MAX, 8};
        byte[] buf = new byte[12];
        for (int i = 0; i < bounds.length; i += 2) {
            assertEquals(bounds[i + 1], VarInt.bytes(bounds[i]), () -> "of a bound");
            int end = VarInt.encode(buf, 3, bounds[i]);
            assertEquals(3 + bounds[i + 1], end);
            assertEquals(bounds[i], VarInt.decode(buf, 3, end));
            for (int cut = 3; cut < end; cut++) {
                assertEquals(VarInt.NONE, VarInt.decode(buf, 3, cut));
            }
        }
    }

    @Test
    void aLongerEncodingThanNeededReadsAlike() {
        byte[] buf = new byte[8];
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
            assertEquals(bytes, VarInt.encode(buf, 0, 5, bytes));
            assertEquals(5, VarInt.decode(buf, 0, bytes));
            assertEquals(bytes, VarInt.bytesFrom(buf[0]));
        }
    }
}
