package io.shockwave.server;

/** Content whose places can be told apart. */
final class ServerText {
    private ServerText() {
    }

    static String pattern(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + (i * 31L + i / 997) % 26));
        }
        return text.toString();
    }
}
