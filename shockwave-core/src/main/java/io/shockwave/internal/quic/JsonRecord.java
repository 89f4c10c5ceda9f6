package io.shockwave.internal.quic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One record of JSON-SEQ in the making (RFC 7464, RFC 8259): objects, lists and their values, with commas where they belong. Owned by a {@link QlogWriter}, which reuses it. */
final class JsonRecord {
    /** A record that would be longer leaves out frames at its end. The largest event without frames is well below {@link #RESERVED_BYTES}. */
    static final int MAX_BYTES = 64 * 1_024;
    /** What must be left for the end of a record. */
    static final int RESERVED_BYTES = 4 * 1_024;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LEAST = Long.toString(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);
    private static final int RECORD_SEPARATOR = 0x1E;
    private static final int MAX_DIGITS = 20;

    private byte[] bytes = new byte[1_024];
    private int length;

    JsonRecord begin() {
        length = 0;
        return put(RECORD_SEPARATOR);
    }

    void endTo(QlogSink sink) {
        put('\n');
        sink.write(bytes, 0, length);
    }

    int length() {
        return length;
    }

    /** Takes back what was written from there on. */
    void cutTo(int before) {
        length = before;
    }

    private JsonRecord put(int c) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) c;
        return this;
    }

    private JsonRecord text(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            put(ascii.charAt(i));
        }
        return this;
    }

    private void comma() {
        byte last = bytes[length - 1];
        if (last != '{' && last != '[' && last != ':' && last != RECORD_SEPARATOR) {
            put(',');
        }
    }

    JsonRecord open(char bracket) {
        comma();
        return put(bracket);
    }

    JsonRecord close(char bracket) {
        return put(bracket);
    }

    JsonRecord name(String name) {
        comma();
        return put('"').text(name).put('"').put(':');
    }

    JsonRecord object(String name) {
        return name(name).put('{');
    }

    JsonRecord list(String name) {
        return name(name).put('[');
    }

    JsonRecord string(String name, String value) {
        name(name).put('"');
        for (int i = 0; i < value.length(); i++) {
            character(value.charAt(i));
        }
        return put('"');
    }

    /** A string in a list. */
    JsonRecord element(String value) {
        comma();
        return put('"').text(value).put('"');
    }

    /** Bytes of text from a peer: what is not plain ASCII is escaped one byte at a time, so that nothing in it ends the string. */
    JsonRecord string(String name, byte[] buf, int off, int len) {
        name(name).put('"');
        for (int i = off; i < off + len; i++) {
            character(buf[i] & 0xFF);
        }
        return put('"');
    }

    private void character(int c) {
        if (c == '"' || c == '\\') {
            put('\\').put(c);
        } else if (c >= 0x20 && c < 0x7F) {
            put(c);
        } else {
            text("\\u").put(HEX[c >>> 12 & 0xF]).put(HEX[c >>> 8 & 0xF]).put(HEX[c >>> 4 & 0xF]).put(HEX[c & 0xF]);
        }
    }

    JsonRecord hex(String name, byte[] buf, int off, int len) {
        name(name).put('"');
        for (int i = off; i < off + len; i++) {
            put(HEX[buf[i] >>> 4 & 0xF]).put(HEX[buf[i] & 0xF]);
        }
        return put('"');
    }

    /** The low digits of a number in hexadecimal, as a string. */
    JsonRecord hex(String name, long value, int digits) {
        name(name).put('"');
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            put(HEX[(int) (value >>> shift) & 0xF]);
        }
        return put('"');
    }

    JsonRecord number(String name, long value) {
        return name(name).digits(value);
    }

    JsonRecord number(long value) {
        comma();
        return digits(value);
    }

    JsonRecord flag(String name, boolean value) {
        return name(name).text(value ? "true" : "false");
    }

    /** Milliseconds with three digits behind the point. */
    JsonRecord milliseconds(String name, long ns) {
        long micros = ns / 1_000;
        name(name);
        if (micros < 0) {
            put('-');
            micros = -micros;
        }
        digits(micros / 1_000).put('.');
        int rest = (int) (micros % 1_000);
        return put('0' + rest / 100).put('0' + rest / 10 % 10).put('0' + rest % 10);
    }

    private JsonRecord digits(long value) {
        if (value == Long.MIN_VALUE) {
            for (byte b : LEAST) {
                put(b);
            }
            return this;
        }
        long left = value;
        if (left < 0) {
            put('-');
            left = -left;
        }
        long power = 1;
        for (int i = 1; i < MAX_DIGITS - 1 && left / power >= 10; i++) {
            power *= 10;
        }
        for (; power > 0; power /= 10) {
            put((int) ('0' + left / power % 10));
        }
        return this;
    }
}
