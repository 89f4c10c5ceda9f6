package io.shockwave.internal.qpack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Decoded fields as text, one a line, and helpers for bytes written by hand. */
final class Fields implements FieldSink {
    final StringBuilder text = new StringBuilder();
    long bytes;
    int most = Integer.MAX_VALUE;

    @Override
    public boolean onField(int id, byte[] name, int nameOff, int nameLen, byte[] value, int valueOff, int valueLen, boolean neverIndexed) {
        bytes += nameLen + valueLen + 32;
        if (bytes > most) {
            return false;
        }
        text.append(new String(name, nameOff, nameLen, StandardCharsets.ISO_8859_1)).append('=').append(new String(value, valueOff, valueLen, StandardCharsets.ISO_8859_1))
                .append(neverIndexed ? " (never)\n" : "\n");
        return true;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("#[^\n]*", "").replaceAll("\\s", ""));
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A stream that takes everything, or as much as {@code room} says. */
    static final class Out implements InstructionStream {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int room = Integer.MAX_VALUE;

        @Override
        public int room() {
            return room;
        }

        @Override
        public void write(byte[] buf, int off, int len) {
            if (len > room) {
                throw new AssertionError("an instruction of " + len + " bytes where " + room + " fit");
            }
            bytes.write(buf, off, len);
        }

        byte[] take() {
            byte[] all = bytes.toByteArray();
            bytes.reset();
            return all;
        }

        String takeHex() {
            return HexFormat.of().formatHex(take());
        }
    }
}
