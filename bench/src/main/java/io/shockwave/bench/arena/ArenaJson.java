package io.shockwave.bench.arena;

import io.shockwave.ArenaSlice;
import io.shockwave.ArenaWriter;
import io.shockwave.RequestArena;

/** JSON read from an arena's bytes, and written to them: texts are windows on what came, or, where they had escapes, on a copy. Confined to one thread; used once. */
final class ArenaJson {
    private final RequestArena arena;
    private final ArenaSlice text;
    private int at;
    private int nameAt;
    private int nameLen;

    ArenaJson(RequestArena arena, ArenaSlice text) {
        this.arena = arena;
        this.text = text;
    }

    /** Passes the beginning of an object or list. */
    void begin(char open) {
        space();
        expect(open);
    }

    /** Passes the end of an object or list, or the comma before another member. @return whether it was the end */
    boolean ends(char close) {
        space();
        int c = text.byteAt(at);
        if (c == close) {
            at++;
            return true;
        }
        if (c == ',') {
            at++;
        }
        return false;
    }

    /** Passes the name of a member, which {@link #named} compares. */
    void name() {
        space();
        expect('"');
        nameAt = at;
        while (text.byteAt(at) != '"') {
            at++;
        }
        nameLen = at++ - nameAt;
        space();
        expect(':');
    }

    boolean named(String name) {
        if (name.length() != nameLen) {
            return false;
        }
        for (int i = 0; i < nameLen; i++) {
            if (text.byteAt(nameAt + i) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    ArenaSlice string() {
        space();
        expect('"');
        int from = at;
        while (text.byteAt(at) != '"' && text.byteAt(at) != '\\') {
            at++;
        }
        if (text.byteAt(at) == '"') {
            return text.slice(from, at++ - from);
        }
        ArenaWriter unescaped = arena.writer(2 * (at - from) + 16).ascii(text.slice(from, at - from));
        for (byte b = text.byteAt(at++); b != '"'; b = text.byteAt(at++)) {
            if (b == '\\') {
                escaped(unescaped);
            } else {
                unescaped.write(b);
            }
        }
        return unescaped.slice();
    }

    private void escaped(ArenaWriter to) {
        byte b = text.byteAt(at++);
        switch (b) {
            case 'n' -> to.write((byte) '\n');
            case 't' -> to.write((byte) '\t');
            case 'r' -> to.write((byte) '\r');
            case 'b' -> to.write((byte) '\b');
            case 'f' -> to.write((byte) '\f');
            case 'u' -> {
                int code = 0;
                for (int end = at + 4; at < end; at++) {
                    code = code << 4 | Character.digit(text.byteAt(at), 16);
                }
                code(to, code);
            }
            default -> to.write(b);
        }
    }

    private static void code(ArenaWriter to, int code) {
        if (code < 0x80) {
            to.write((byte) code);
        } else if (code < 0x800) {
            to.write((byte) (0xC0 | code >> 6)).write((byte) (0x80 | code & 0x3F));
        } else {
            to.write((byte) (0xE0 | code >> 12)).write((byte) (0x80 | code >> 6 & 0x3F)).write((byte) (0x80 | code & 0x3F));
        }
    }

    long number() {
        space();
        boolean negative = text.byteAt(at) == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        for (int digit = text.byteAt(at) - '0'; digit >= 0 && digit <= 9; digit = text.byteAt(at) - '0') {
            value = value * 10 + digit;
            at++;
        }
        return negative ? -value : value;
    }

    /** {@code true}, {@code false} or {@code null}. */
    ArenaSlice word() {
        space();
        int from = at;
        while (text.byteAt(at) >= 'a' && text.byteAt(at) <= 'z') {
            at++;
        }
        return text.slice(from, at - from);
    }

    private void space() {
        while (text.byteAt(at) <= ' ' && text.byteAt(at) >= 0) {
            at++;
        }
    }

    private void expect(char c) {
        if (text.byteAt(at++) != c) {
            throw new IllegalArgumentException("no JSON at " + at);
        }
    }

    /** Writes UTF-8 as a JSON text. */
    static void write(ArenaWriter to, CharSequence utf8) {
        to.write((byte) '"');
        int len = utf8.length();
        int clean = 0;
        for (int i = 0; i < len; i++) {
            char c = utf8.charAt(i);
            if (c == '"' || c == '\\' || c < ' ') {
                to.ascii(utf8, clean, i);
                clean = i + 1;
                if (c < ' ') {
                    to.ascii("\\u00").write((byte) Character.forDigit(c >> 4, 16)).write((byte) Character.forDigit(c & 15, 16));
                } else {
                    to.write((byte) '\\').write((byte) c);
                }
            }
        }
        to.ascii(utf8, clean, len).write((byte) '"');
    }
}
