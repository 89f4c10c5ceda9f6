package io.shockwave.server;

/**
 * Bytes by which an exchange is known: each one follows from the exchange's number and its own place, so that a single byte of another exchange, or one at another place, is told from its own. Letters,
 * digits and two signs, which may stand anywhere in a message.
 */
final class Canary {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private Canary() {
    }

    static char at(int id, int salt, int index) {
        long mixed = (id * 0x9E3779B97F4A7C15L ^ salt * 0xC2B2AE3D27D4EB4FL) + index * 0xD6E8FEB86659FD93L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        return LETTERS.charAt((int) (mixed >>> 58));
    }

    /** @param salt tells the texts of one exchange apart */
    static String text(int id, int salt, int len) {
        StringBuilder text = new StringBuilder(len);
        for (int i = 0; i < len; i++) {
            text.append(at(id, salt, i));
        }
        return text.toString();
    }

    /** @throws AssertionError if it is anything but the exchange's own text */
    static void check(String what, int id, int salt, int len, CharSequence got) {
        if (got.length() != len) {
            throw new AssertionError(what + " of exchange " + id + " has " + got.length() + " characters, not " + len + ": " + got);
        }
        checkBegin(what, id, salt, got);
    }

    static void checkBegin(String what, int id, int salt, CharSequence got) {
        for (int i = 0; i < got.length(); i++) {
            if (got.charAt(i) != at(id, salt, i)) {
                throw new AssertionError(what + " of exchange " + id + " holds a foreign byte at " + i + " of " + got.length() + ": " + got);
            }
        }
    }
}
