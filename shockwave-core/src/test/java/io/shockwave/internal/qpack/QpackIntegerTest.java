package io.shockwave.internal.qpack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class QpackIntegerTest {
    private static final long REFUSED = -1;
    private static final long CUT = -2;

    private static long decode(String hex, int prefixBits) {
        byte[] in = Fields.hex(hex);
        QpackInteger integer = new QpackInteger();
        int progress = integer.start(in[0], prefixBits);
        int i = 1;
        while (progress == QpackInteger.MORE && i < in.length) {
            progress = integer.next(in[i++]);
        }
        return progress == QpackInteger.FAILED ? REFUSED : progress == QpackInteger.MORE ? CUT : integer.value();
    }

    private static String encode(int flags, int prefixBits, long value) {
        byte[] out = new byte[QpackInteger.MAX_BYTES];
        return HexFormat.of().formatHex(out, 0, QpackInteger.encode(out, 0, flags, prefixBits, value));
    }

    /** RFC 7541 C.1. */
    @Test
    void examplesOfTheRfc() {
        assertEquals(10, decode("0a", 5));
        assertEquals(1337, decode("1f9a0a", 5));
        assertEquals(42, decode("2a", 8));
        assertEquals("0a", encode(0, 5, 10));
        assertEquals("1f9a0a", encode(0, 5, 1337));
        assertEquals("2a", encode(0, 8, 42));
        assertEquals("ff9a0a", encode(0xE0, 5, 1337));
    }

    @Test
    void bothSidesOfEachPrefix() {
        for (int bits = 1; bits <= 8; bits++) {
            int most = (1 << bits) - 1;
            for (long value : new long[] {0, most - 1, most, most + 1, most + 127, most + 128, 1L << 32, QpackInteger.MAX_VALUE}) {
                assertEquals(value, decode(encode(0, bits, value), bits), "prefix " + bits);
            }
        }
    }

    /** RFC 9204 4.1.1: 62 bits must be decoded; what is larger, or never ends, is refused as it arrives. */
    @Test
    void decodes62BitsAndRefusesMore() {
        assertEquals(QpackInteger.MAX_VALUE, decode(encode(0, 3, QpackInteger.MAX_VALUE), 3));
        byte[] next = Fields.hex(encode(0, 3, QpackInteger.MAX_VALUE));
        next[1]++;
        assertEquals(REFUSED, decode(HexFormat.of().formatHex(next), 3));
        assertEquals(REFUSED, decode("ffffffffffffffffffffff7f", 8));
        assertEquals(5 + 255, decode("ff85808080808080808000".substring(0, 2) + "8580808080808000", 8));
        assertEquals(REFUSED, decode("ff" + "80".repeat(10) + "00", 8));
        assertEquals(CUT, decode("ff" + "80".repeat(9), 8));
        assertEquals(REFUSED, decode("ff" + "80".repeat(10_000), 8));
    }
}
