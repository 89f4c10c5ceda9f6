package io.shockwave.internal.header;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The character classes of RFC 9110 5.6 and RFC 3986, as tables. Stateless. */
public final class Tokens {
    private static final byte TCHAR = 1;
    private static final byte VALUE = 2;
    private static final byte TARGET = 4;
    private static final byte[] CLASS = new byte[256];

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long BLANKS = ' ' * ONES;
    private static final long DELS = 0x7F * ONES;
    private static final long HIGH_BITS = 0x80 * ONES;

    static {
        String delimiters = "\"(),/:;<=>?@[\\]{}";
        for (int c = 0x21; c < 0x7F; c++) {
            CLASS[c] |= VALUE;
            if (delimiters.indexOf(c) < 0) {
                CLASS[c] |= TCHAR;
            }
            // RFC 3986 leaves these out of every part of a URI; the rest of what is visible is sent by real clients ("|", "[", "^") and harmless to pass on.
            if (c != '"' && c != '<' && c != '>' && c != '\\' && c != '`' && c != '{' && c != '}') {
                CLASS[c] |= TARGET;
            }
        }
        CLASS[' '] |= VALUE;
        CLASS['\t'] |= VALUE;
        for (int c = 0x80; c <= 0xFF; c++) {
            CLASS[c] |= VALUE;
        }
    }

    private Tokens() {
    }

    /** RFC 9110 5.6.2: tchar. */
    public static boolean isTokenChar(int b) {
        return (CLASS[b & 0xFF] & TCHAR) != 0;
    }

    /** RFC 9110 5.5: VCHAR, obs-text, SP or HTAB. */
    public static boolean isValueChar(int b) {
        return (CLASS[b & 0xFF] & VALUE) != 0;
    }

    /** What may stand in a request-target: visible ASCII without the characters that RFC 3986 excludes and that parsers differ on. */
    public static boolean isTargetChar(int b) {
        return (CLASS[b & 0xFF] & TARGET) != 0;
    }

    /** Where the value characters that begin at {@code from} end: the first other byte, or {@code stop}. Eight bytes at a step, as values are most of a head. */
    public static int valueEnd(byte[] buf, int from, int stop) {
        int i = from;
        while (stop - i >= Long.BYTES) {
            long word = (long) WORD.get(buf, i);
            long noDel = word ^ DELS;
            // The high bit of each byte below 0x20 and of each 0x7F; a borrow can mark a byte too many only behind one that is rightly marked.
            long marks = (word - BLANKS & ~word | noDel - ONES & ~noDel) & HIGH_BITS;
            if (marks == 0) {
                i += Long.BYTES;
                continue;
            }
            i += Long.numberOfTrailingZeros(marks) >>> 3;
            if (buf[i] != '\t') {
                return i;
            }
            i++;
        }
        while (i < stop && isValueChar(buf[i])) {
            i++;
        }
        return i;
    }

    public static boolean isToken(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7F || !isTokenChar(c)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    public static int lower(int b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    /** The text with everything but visible ASCII and spaces escaped, cut at 80 characters: fit for a message. */
    public static String printable(CharSequence text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && i < 80; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7F) {
                out.append(c);
            } else {
                out.append("\\u").append(Character.forDigit(c >> 12, 16)).append(Character.forDigit(c >> 8 & 15, 16))
                        .append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return text.length() > 80 ? out.append("...").toString() : out.toString();
    }
}
