package io.shockwave.bench.peers;

import java.nio.charset.StandardCharsets;

/** What HTTP/3 contestants are asked for. All answers have four fields: Server, Date, Content-Type, Content-Length. */
final class Http3Answer {
    static final String SMALL_PATH = "/small";
    static final String BULK_PATH = "/bulk";
    static final int SMALL_BYTES = 1_000;
    static final int BULK_BYTES = 100 << 20;
    static final String TYPE = "application/octet-stream";
    /** Origins beside each other, so that one client has as many connections: {@code c0.bench.test}, …, all of them this machine. */
    static final String HOSTS = ".bench.test";

    private static byte[] bulk;

    private Http3Answer() {}

    static boolean isBulk(CharSequence path) {
        return path.length() == BULK_PATH.length();
    }

    static byte[] small() {
        byte[] bytes = new byte[SMALL_BYTES];
        java.util.Arrays.fill(bytes, "x".getBytes(StandardCharsets.US_ASCII)[0]);
        return bytes;
    }

    /** Made when it is first asked for. */
    static synchronized byte[] bulk() {
        if (bulk == null) {
            bulk = new byte[BULK_BYTES];
        }
        return bulk;
    }

    static long lengthOf(String path) {
        return isBulk(path) ? BULK_BYTES : SMALL_BYTES;
    }
}
