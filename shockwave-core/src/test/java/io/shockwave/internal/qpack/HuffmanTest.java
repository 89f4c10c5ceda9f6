package io.shockwave.internal.qpack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HuffmanTest {
    private static String decode(byte[] in) {
        byte[] out = new byte[(int) Huffman.mostDecoded(in.length)];
        long decoded = Huffman.decode(Huffman.START, in, 0, in.length, out, 0, out.length);
        return Huffman.isEnd(Huffman.state(decoded)) ? new String(out, 0, Huffman.written(decoded), StandardCharsets.ISO_8859_1) : "invalid";
    }

    private static byte[] encode(byte[] text) {
        byte[] out = new byte[Huffman.encodedLength(text, 0, text.length, false)];
        assertEquals(out.length, Huffman.encode(text, 0, text.length, false, out, 0));
        return out;
    }

    /** Bits as text, padded with ones. */
    private static byte[] bits(String bits) {
        String padded = bits + "1".repeat((8 - bits.length() % 8) % 8);
        byte[] out = new byte[padded.length() / 8];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) Integer.parseInt(padded.substring(8 * i, 8 * i + 8), 2);
        }
        return out;
    }

    private static String code(int symbol) {
        String code = Integer.toBinaryString(Huffman.code(symbol));
        return "0".repeat(Huffman.length(symbol) - code.length()) + code;
    }

    @Test
    void codesAreThoseOfTheAppendix() throws IOException {
        int rows = 0;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(getClass().getResourceAsStream("huffman-rfc7541-b.txt"), StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#")) {
                    String[] row = line.split(" ");
                    int symbol = Integer.parseInt(row[0]);
                    assertEquals(Integer.parseInt(row[1], 16), Huffman.code(symbol), line);
                    assertEquals(Integer.parseInt(row[2]), Huffman.length(symbol), line);
                    rows++;
                }
            }
        }
        assertEquals(257, rows);
    }

    /** RFC 7541 C.4 and C.6. */
    @Test
    void examplesOfTheRfc() {
        String[] pairs = {
            "f1e3c2e5f23a6ba0ab90f4ff", "www.example.com", "a8eb10649cbf", "no-cache", "25a849e95ba97d7f", "custom-key", "25a849e95bb8e8b4bf", "custom-value", "6402", "302",
            "aec3771a4b", "private", "d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT", "9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com",
        };
        for (int i = 0; i < pairs.length; i += 2) {
            assertEquals(pairs[i + 1], decode(Fields.hex(pairs[i])));
            assertArrayEquals(Fields.hex(pairs[i]), encode(Fields.latin1(pairs[i + 1])));
        }
    }

    @Test
    void everySymbolAloneAndBesideEveryOther() {
        for (int a = 0; a < 256; a++) {
            for (int b = 0; b < 256; b++) {
                byte[] text = {(byte) a, (byte) b};
                assertEquals(new String(text, StandardCharsets.ISO_8859_1), decode(encode(text)));
            }
        }
    }

    @Test
    void piecesOfAStringGiveTheSame() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            byte[] text = new byte[random.nextInt(60)];
            random.nextBytes(text);
            byte[] in = encode(text);
            byte[] out = new byte[text.length];
            int state = Huffman.START;
            int at = 0;
            for (int i = 0; i < in.length; ) {
                int n = Math.min(in.length - i, 1 + random.nextInt(4));
                long decoded = Huffman.decode(state, in, i, n, out, at, out.length);
                state = Huffman.state(decoded);
                at += Huffman.written(decoded);
                i += n;
            }
            assertTrue(Huffman.isEnd(state));
            assertArrayEquals(text, Arrays.copyOf(out, at));
        }
    }

    /** RFC 7541 5.2: padding is strictly less than eight bits, and all ones. */
    @Test
    void paddingIsShortAndAllOnes() {
        assertEquals("a", decode(bits(code('a')))); // 00011 111
        assertEquals("invalid", decode(bits(code('a') + "110")));
        assertEquals("invalid", decode(bits(code('a') + "000")));
        assertEquals("aaaaaaaa", decode(bits(code('a').repeat(8)))); // no padding at all
        assertEquals("invalid", decode(bits(code('a').repeat(8) + "11111111")));
        assertEquals("&", decode(bits(code('&')))); // eight bits
        assertEquals("invalid", decode(new byte[] {(byte) 0xFF}));
        assertEquals("", decode(new byte[0]));
        assertEquals("?" , decode(bits(code('?') + "111111"))); // ten bits and six
        assertEquals("a?" + "a", decode(bits(code('a') + code('?') + code('a'))));
    }

    /** RFC 7541 5.2: EOS within a string is an error. */
    @Test
    void endOfStringIsNoSymbol() {
        assertEquals("invalid", decode(bits(code(256))));
        assertEquals("invalid", decode(bits(code('a') + code(256) + code('a'))));
        assertEquals(Huffman.INVALID, Huffman.state(Huffman.decode(Huffman.START, bits(code(256)), 0, 4, new byte[8], 0, 8)));
    }

    @Test
    void anotherByteThanThereIsRoomForOverflows() {
        byte[] in = encode(Fields.latin1("abc"));
        assertTrue(Huffman.isEnd(Huffman.state(Huffman.decode(Huffman.START, in, 0, in.length, new byte[3], 0, 3))));
        assertEquals(Huffman.OVERFLOW, Huffman.state(Huffman.decode(Huffman.START, in, 0, in.length, new byte[3], 0, 2)));
        assertFalse(Huffman.isEnd(Huffman.OVERFLOW));
    }

    @Test
    void boundsOnLengthsHold() {
        assertEquals(8, Huffman.mostDecoded(5));
        assertEquals(8, decode(bits(code('a').repeat(8))).length());
        byte[] longest = encode(new byte[] {10, 10, 10, 10}); // 30 bits each
        assertEquals(15, longest.length);
        assertTrue(Huffman.leastDecoded(longest.length) <= 4);
        assertEquals(3, Huffman.leastDecoded(longest.length)); // 113 bits may be three symbols and their padding
    }

    @Test
    void lowerCaseOnRequest() {
        byte[] name = Fields.latin1("X-Trace-ID");
        byte[] out = new byte[20];
        int n = Huffman.encode(name, 0, name.length, true, out, 0);
        assertEquals(n, Huffman.encodedLength(name, 0, name.length, true));
        assertEquals("x-trace-id", decode(Arrays.copyOf(out, n)));
    }
}
