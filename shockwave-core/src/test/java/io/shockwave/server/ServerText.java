package io.shockwave.server;

/** Heads of requests, and content whose places can be told apart. */
final class ServerText {
    static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    static final String HEAD = "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n";

    private ServerText() {
    }

    static String post(int length) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
    }

    static String pattern(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + (i * 31L + i / 997) % 26));
        }
        return text.toString();
    }
}
