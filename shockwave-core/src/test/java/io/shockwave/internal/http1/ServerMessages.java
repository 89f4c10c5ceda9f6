package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.internal.testing.Splits;
import java.nio.charset.StandardCharsets;

/** Messages that the tests of the server's engine begin with, and their outcome under all splits of the input. */
final class ServerMessages {
    static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    static final String POST5 = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n";
    static final String EXPECT5 = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    static final String CHUNKED = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    static final String UPGRADE = "GET /u HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    static final String OK_A = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a";
    static final String OK_A_CLOSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/a";

    /** All splits of the input give this. */
    static void gives(String input, ServerRig.App app, String expected) {
        byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(expected, Splits.each(bytes, () -> new ServerRig(app)));
    }

    static void echoes(String input, String expected) {
        byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(expected, Splits.each(bytes, () -> new ServerRig(ServerRig::readsFirst).answersAtEnd()));
    }

    static String head(String fields) {
        return "GET /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
    }

    static String head10(String fields) {
        return "GET /a HTTP/1.0\r\n" + fields + "\r\n";
    }

    static String answerTo(String request, ServerRig.App app) {
        return new ServerRig(app).in(request).text();
    }

    private ServerMessages() {
    }
}
