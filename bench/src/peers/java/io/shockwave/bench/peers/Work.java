package io.shockwave.bench.peers;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What every contestant is asked for: the same path, type and bytes, made once. */
public enum Work {
    /** GET, 13 bytes of text. */
    PLAIN("/plain", "text/plain", "Hello, World!".getBytes(StandardCharsets.US_ASCII), 1, false),
    /** The same, 16 requests at a time. */
    PIPELINED("/plain", "text/plain", PLAIN.body, 16, false),
    /** Ten header fields of a browser in, 27 bytes of JSON out. */
    JSON("/json", "application/json", "{\"message\":\"Hello, World!\"}".getBytes(StandardCharsets.US_ASCII), 1, false),
    BODY_16K("/16k", "application/octet-stream", random(16 << 10), 1, false),
    BODY_10M("/10m", "application/octet-stream", random(10 << 20), 1, false),
    /** {@link #PLAIN} through TLS 1.3. */
    TLS("/plain", "text/plain", PLAIN.body, 1, true);

    /** What a browser sends beside {@code Host}. */
    public static final String[] BROWSER_FIELDS = {
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language: en-US,en;q=0.5",
        "Accept-Encoding: gzip, deflate, br, zstd",
        "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark",
        "Upgrade-Insecure-Requests: 1",
        "Sec-Fetch-Dest: document",
        "Sec-Fetch-Mode: navigate",
        "Cache-Control: max-age=0",
    };

    private final String path;
    private final String type;
    private final byte[] body;
    private final int depth;
    private final boolean secure;

    Work(String path, String type, byte[] body, int depth, boolean secure) {
        this.path = path;
        this.type = type;
        this.body = body;
        this.depth = depth;
        this.secure = secure;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    public String path() {
        return path;
    }

    public String type() {
        return type;
    }

    /** The content; not to be changed. */
    public byte[] body() {
        return body;
    }

    /** Requests that are sent at once. */
    public int depth() {
        return depth;
    }

    public boolean secure() {
        return secure;
    }

    /** The work that a server does for this path. Equal for all servers, so that none has a faster router than another. */
    public static Work ofPath(CharSequence path) {
        return switch (path.length()) {
            case 6 -> PLAIN;
            case 5 -> JSON;
            default -> path.charAt(2) == '6' ? BODY_16K : BODY_10M;
        };
    }

    /** One request as bytes. */
    public byte[] request(int port) {
        StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n");
        if (this == JSON) {
            for (String field : BROWSER_FIELDS) {
                text.append(field).append("\r\n");
            }
        }
        return text.append("\r\n").toString().repeat(depth).getBytes(StandardCharsets.US_ASCII);
    }
}
