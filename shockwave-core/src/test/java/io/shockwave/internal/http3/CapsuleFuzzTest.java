package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Any bytes in a tunnel that carries capsules (RFC 9297 3.2), against a reader of the whole text. Byte 0 is the size of the pieces. */
class CapsuleFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void agreesWithTheGrammar(byte[] data) {
        if (data.length == 0) {
            return;
        }
        byte[] input = Arrays.copyOfRange(data, 1, data.length);
        String expected = reference(input);
        assertEquals(expected, decoded(input, Math.max(1, input.length)));
        assertEquals(expected, decoded(input, 1 + (data[0] & 31)));
    }

    private static String decoded(byte[] input, int piece) {
        CapsuleDecoder decoder = new CapsuleDecoder();
        StringBuilder seen = new StringBuilder();
        int at = 0;
        while (at < input.length) {
            int n = decoder.receive(input, at, Math.min(piece, input.length - at));
            at += n;
            if (decoder.hasDatagram()) {
                seen.append(decoder.length()).append(':').append(Arrays.hashCode(Arrays.copyOf(decoder.bytes(), decoder.length()))).append(' ');
                decoder.next();
            } else {
                assertTrue(n > 0, "nothing was taken");
            }
            assertTrue(decoder.bytes().length <= Math.min(2 * at, CapsuleDecoder.MAX_DATAGRAM_BYTES), "kept more than came");
        }
        return seen + (decoder.isBetween() ? "whole " : "cut ") + decoder.dropped();
    }

    private static String reference(byte[] in) {
        StringBuilder seen = new StringBuilder();
        long dropped = 0;
        int at = 0;
        while (at < in.length) {
            int lengthAt = at + (1 << (in[at] >> 6 & 3));
            int valueAt = lengthAt >= in.length ? in.length + 1 : lengthAt + (1 << (in[lengthAt] >> 6 & 3));
            if (valueAt > in.length) {
                return seen + "cut " + dropped;
            }
            boolean isDatagram = varint(in, at, lengthAt) == 0;
            long length = varint(in, lengthAt, valueAt);
            if (length > in.length - valueAt) {
                return seen + "cut " + dropped;
            }
            at = valueAt + (int) length;
            if (isDatagram && length <= 65_535) {
                seen.append(length).append(':').append(Arrays.hashCode(Arrays.copyOfRange(in, valueAt, at))).append(' ');
            } else if (isDatagram) {
                dropped++;
            }
        }
        return seen + "whole " + dropped;
    }

    private static long varint(byte[] in, int from, int to) {
        long value = in[from] & 0x3F;
        for (int i = from + 1; i < to; i++) {
            value = value << 8 | in[i] & 0xFF;
        }
        return value;
    }
}
