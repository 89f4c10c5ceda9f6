package io.shockwave.server;

/** Where access lines go. Called on reactor threads, so it must not block for long. */
@FunctionalInterface
public interface AccessLog {
    /** One line with its line feed, in ASCII; {@code buf} belongs to the server and is valid during the call only. */
    void line(byte[] buf, int off, int len);
}
