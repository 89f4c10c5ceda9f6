package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.testing.Splits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** RFC 9297 3. */
class CapsuleDecoderTest {
    private static byte[] wire(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] capsule(long type, byte[] payload) {
        return wire(Wire.varint(type), Wire.varint(payload.length), payload);
    }

    private static byte[] datagram(String text) {
        return capsule(0, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String decoded(byte[] input) {
        return Splits.each(input, () -> new Splits.Run<String>() {
            private final CapsuleDecoder decoder = new CapsuleDecoder();
            private final StringBuilder seen = new StringBuilder();

            @Override
            public int receive(byte[] buf, int off, int len) {
                int n = decoder.receive(buf, off, len);
                if (decoder.hasDatagram()) {
                    seen.append(new String(decoder.bytes(), 0, decoder.length(), StandardCharsets.ISO_8859_1)).append('|');
                    decoder.next();
                }
                return n;
            }

            @Override
            public String outcome() {
                return seen + (decoder.isBetween() ? "" : "cut ") + "dropped " + decoder.dropped();
            }
        });
    }

    @Test
    void datagramsComeWholeAndInOrder() {
        assertEquals("one||three|dropped 0", decoded(wire(datagram("one"), datagram(""), datagram("three"))));
    }

    @Test
    void longerFormsOfTheNumbersMeanTheSame() {
        assertEquals("ab|dropped 0", decoded(wire(Wire.hex("4000"), Wire.hex("80000002"), new byte[] {'a', 'b'})));
        assertEquals("ab|dropped 0", decoded(wire(Wire.hex("c000000000000000"), Wire.hex("02"), new byte[] {'a', 'b'})));
    }

    @Test
    void otherTypesAreSkippedWhateverTheirLength() {
        byte[] unknown = capsule(0x2843, new byte[3_000]);
        assertEquals("a|b|dropped 0", decoded(wire(unknown, datagram("a"), capsule(0x17 + 0x29 * 7, new byte[0]), capsule((1L << 62) - 1, new byte[70_000]), datagram("b"))));
        // Announced to be endless: nothing is kept of it.
        assertEquals("cut dropped 0", decoded(wire(Wire.varint(1), Wire.varint((1L << 62) - 1), new byte[1_000])));
    }

    @Test
    void aDatagramOf65535BytesIsKeptAndOneMoreIsDropped() {
        CapsuleDecoder decoder = new CapsuleDecoder();
        byte[] most = new byte[65_535];
        Arrays.fill(most, (byte) 7);
        byte[] in = capsule(0, most);
        assertEquals(in.length, decoder.receive(in, 0, in.length));
        assertTrue(decoder.hasDatagram());
        assertArrayEquals(most, Arrays.copyOf(decoder.bytes(), decoder.length()));
        decoder.next();
        byte[] beyond = wire(capsule(0, new byte[65_536]), datagram("next"));
        assertEquals(beyond.length, decoder.receive(beyond, 0, beyond.length));
        assertEquals(1, decoder.dropped());
        assertEquals(4, decoder.length());
    }

    @Test
    void whatIsKeptGrowsWithWhatArrived() {
        CapsuleDecoder decoder = new CapsuleDecoder();
        byte[] head = wire(Wire.varint(0), Wire.varint(65_535), new byte[10]);
        assertEquals(head.length, decoder.receive(head, 0, head.length));
        assertFalse(decoder.hasDatagram());
        assertEquals(10, decoder.bytes().length);
    }

    @Test
    void aStreamMayEndBetweenCapsulesOnly() {
        byte[] whole = wire(datagram("ab"), capsule(5, new byte[2]));
        for (int n = 0; n <= whole.length; n++) {
            CapsuleDecoder decoder = new CapsuleDecoder();
            int taken = decoder.receive(whole, 0, n);
            if (decoder.hasDatagram()) {
                decoder.next();
                decoder.receive(whole, taken, n - taken);
            }
            assertEquals(n == 0 || n == 4 || n == 8, decoder.isBetween(), "after " + n);
        }
        assertEquals("a|cut dropped 0", decoded(wire(datagram("a"), Wire.hex("40")))); // half of a type
        assertEquals("a|cut dropped 0", decoded(wire(datagram("a"), Wire.hex("0040")))); // and of a length
    }

    @Test
    void theHeadOfADatagramIsItsTypeAndLength() {
        byte[] head = new byte[8];
        assertEquals(2, CapsuleDecoder.putHead(head, 1, 63));
        assertArrayEquals(Wire.hex("00003f0000000000"), head);
        assertEquals(5, CapsuleDecoder.putHead(head, 0, 65_535));
        assertArrayEquals(Wire.hex("008000ffff000000"), head);
    }
}
