package io.shockwave.internal.dispatch;

/** Text to UTF-8 without an intermediate array. Stateless. */
final class Utf8 {
    private Utf8() {
    }

    /** Writes the text, at most 3 bytes a char, and returns the bytes written. An unpaired surrogate becomes U+FFFD. */
    static int encode(CharSequence text, byte[] dst, int off) {
        int at = off;
        int len = text.length();
        for (int i = 0; i < len; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                dst[at++] = (byte) c;
            } else if (c < 0x800) {
                dst[at++] = (byte) (0xC0 | c >> 6);
                dst[at++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate(c) && i + 1 < len && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                dst[at++] = (byte) (0xF0 | point >> 18);
                dst[at++] = (byte) (0x80 | point >> 12 & 0x3F);
                dst[at++] = (byte) (0x80 | point >> 6 & 0x3F);
                dst[at++] = (byte) (0x80 | point & 0x3F);
            } else {
                char unit = Character.isSurrogate(c) ? '\uFFFD' : c;
                dst[at++] = (byte) (0xE0 | unit >> 12);
                dst[at++] = (byte) (0x80 | unit >> 6 & 0x3F);
                dst[at++] = (byte) (0x80 | unit & 0x3F);
            }
        }
        return at - off;
    }
}
