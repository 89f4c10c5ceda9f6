package io.shockwave.internal.http1;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Heads put together from good and bad pieces, with bytes changed here and there, against the reference; the seed fixes everything. */
class Http1DifferentialTest {
    private static final int HEADS = 30_000;
    private static final String[] METHODS = {"GET", "POST", "OPTIONS", "CONNECT", "TRACE", "HEAD", "BREW", "", "get", "G T"};
    private static final String[] TARGETS = {"/", "*", "/a?b", "http://h/", "https://h:1?q", "h:443", "[::1]:1", "/%41", "/%4", "/a#b", "http://u@h/", "//", "", "/a b", "http://", "?", "h:0", "[1::2::3]:1"};
    private static final String[] VERSIONS = {"HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.9", "HTTP/2.0", "HTTP/1", "http/1.1", ""};
    private static final String[] NAMES = {"Host", "Host", "host", "Content-Length", "content-length", "Transfer-Encoding", "TRANSFER-ENCODING", "Connection", "Upgrade", "Expect", "X-Own", "X Own", "", "Accept", "Cookie"};
    private static final String[] VALUES = {"h", "h", "h:80", "[::1]", "0", "5", "5", "+5", "5,5", "chunked", "chunked", "Chunked", "gzip, chunked", "chunked, chunked", "identity", "close", "keep-alive", "upgrade, x", "websocket", "100-continue",
        "x", "", "a,b", "\u00e9", "1.2.3.4", "[::1.2.3.4]:8", "9223372036854775807", "9223372036854775808"};
    private static final String[] ENDS = {"\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\r\n", " \r\n", "\t\r\n"};
    private static final String BYTES = "\r\n\t :;,/\u0000\u007f\u0080\u00ff#%?*\"[]0aA-";

    @Test
    void requestsAgreeWithTheReference() {
        Random random = new Random(9112);
        for (int i = 0; i < HEADS; i++) {
            StringBuilder head = new StringBuilder(random.nextInt(20) == 0 ? "\r\n" : "");
            head.append(pick(random, METHODS)).append(' ').append(pick(random, TARGETS)).append(' ').append(pick(random, VERSIONS)).append(pick(random, ENDS));
            if (random.nextInt(3) > 0) {
                head.append("Host: h\r\n");
            }
            fields(random, head);
            Differential.request(Decoded.latin1(head.toString()), i);
        }
    }

    @Test
    void responsesAgreeWithTheReference() {
        Random random = new Random(9110);
        for (int i = 0; i < HEADS / 3; i++) {
            StringBuilder head = new StringBuilder(pick(random, VERSIONS)).append(' ').append(random.nextInt(5) == 0 ? random.nextInt(2_000) : 100 + random.nextInt(500));
            head.append(random.nextBoolean() ? " " : "").append(random.nextBoolean() ? "OK" : "").append(pick(random, ENDS));
            fields(random, head);
            Differential.response(Decoded.latin1(head.toString()), i);
        }
    }

    private static void fields(Random random, StringBuilder head) {
        int fields = random.nextInt(5);
        for (int f = 0; f < fields; f++) {
            head.append(pick(random, NAMES)).append(random.nextInt(10) == 0 ? " :" : ":").append(random.nextBoolean() ? " " : "").append(pick(random, VALUES)).append(pick(random, ENDS));
        }
        head.append("\r\n");
        if (random.nextInt(3) == 0) {
            head.setCharAt(random.nextInt(head.length()), BYTES.charAt(random.nextInt(BYTES.length())));
        }
        if (random.nextInt(6) == 0) {
            head.insert(random.nextInt(head.length()), BYTES.charAt(random.nextInt(BYTES.length())));
        }
    }

    private static String pick(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }
}
