package io.shockwave;

/** The HTTP versions that a message can travel in (RFC 9110 2.5). HTTP/1.0 peers are spoken to as RFC 9112 asks, and show as {@link #HTTP_1_0}. */
public enum HttpVersion {
    HTTP_1_0("HTTP/1.0"),
    HTTP_1_1("HTTP/1.1"),
    HTTP_2("HTTP/2"),
    HTTP_3("HTTP/3");

    private final String token;

    HttpVersion(String token) {
        this.token = token;
    }

    /** The name as it stands in a log line: {@code HTTP/1.1}, {@code HTTP/3}. */
    @Override
    public String toString() {
        return token;
    }
}
