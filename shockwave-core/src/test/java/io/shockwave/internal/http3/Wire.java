package io.shockwave.internal.http3;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes of HTTP/3 written by hand, from the RFCs and not by the code under test. */
final class Wire {
    static final String GET = ":method=GET\n:scheme=https\n:authority=example.com\n:path=/\n";

    private Wire() {
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** RFC 9000 16. */
    static byte[] varint(long value) {
        if (value < 64) {
            return new byte[] {(byte) value};
        }
        if (value < 16_384) {
            return new byte[] {(byte) (0x40 | value >> 8), (byte) value};
        }
        if (value < 1 << 30) {
            return new byte[] {(byte) (0x80 | value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
        }
        byte[] out = new byte[8];
        for (int i = 0; i < 8; i++) {
            out[i] = (byte) (value >> 8 * (7 - i));
        }
        out[0] |= (byte) 0xC0;
        return out;
    }

    static byte[] frame(long type, byte[]... payload) {
        byte[] all = join(payload);
        return join(varint(type), varint(all.length), all);
    }

    /** HEADERS with these lines "name=value", as literals without Huffman (RFC 9204 4.5.6). */
    static byte[] headers(String lines) {
        return frame(1, section(lines));
    }

    static byte[] section(String lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[2]);
        for (String line : lines.split("\n")) {
            if (!line.isEmpty()) {
                int cut = line.indexOf('=', 1);
                literal(out, line.substring(0, cut), line.substring(cut + 1));
            }
        }
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String name, String value) {
        byte[] n = name.getBytes(StandardCharsets.ISO_8859_1);
        byte[] v = value.getBytes(StandardCharsets.ISO_8859_1);
        integer(out, 0x20, 3, n.length);
        out.writeBytes(n);
        integer(out, 0, 7, v.length);
        out.writeBytes(v);
    }

    private static void integer(ByteArrayOutputStream out, int flags, int bits, int value) {
        int mask = (1 << bits) - 1;
        if (value < mask) {
            out.write(flags | value);
            return;
        }
        out.write(flags | mask);
        int rest = value - mask;
        while (rest >= 128) {
            out.write(rest & 127 | 128);
            rest >>= 7;
        }
        out.write(rest);
    }

    static byte[] data(String content) {
        return frame(0, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** SETTINGS with these ids and values. */
    static byte[] settings(long... pairs) {
        byte[][] parts = new byte[pairs.length][];
        for (int i = 0; i < pairs.length; i++) {
            parts[i] = varint(pairs[i]);
        }
        return frame(4, parts);
    }
}
