package io.shockwave.internal.http1;

/** Undoes chunked coding in a text, strictly: head, then the joined data. */
final class Dechunk {
    private Dechunk() {
    }

    static String of(String message) {
        int at = message.indexOf("\r\n\r\n") + 4;
        StringBuilder out = new StringBuilder(message.substring(0, at));
        for (;;) {
            int lineEnd = message.indexOf("\r\n", at);
            int size = Integer.parseInt(message.substring(at, lineEnd), 16);
            at = lineEnd + 2;
            if (size == 0) {
                return out.toString();
            }
            out.append(message, at, at + size);
            at += size;
            if (!message.startsWith("\r\n", at)) {
                throw new AssertionError("no CR LF behind the data of a chunk at " + at);
            }
            at += 2;
        }
    }
}
