package io.shockwave.bench;

import java.nio.charset.StandardCharsets;

/** What a browser's request for data looks like: 352 bytes, 10 fields. */
public final class BrowserRequest {
    private static final String TEXT = "GET /api/v1/items/4711?page=2 HTTP/1.1\r\n"
            + "Host: shop.example.com\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101\r\n"
            + "Accept: application/json\r\n"
            + "Accept-Language: en-US,en;q=0.5\r\n"
            + "Accept-Encoding: gzip, deflate\r\n"
            + "Referer: https://shop.example.com/\r\n"
            + "Connection: keep-alive\r\n"
            + "Cookie: session=0123456789\r\n"
            + "Cache-Control: no-cache\r\n"
            + "X-Trace: 1\r\n\r\n";

    private BrowserRequest() {
    }

    /** A new array of it. */
    public static byte[] bytes() {
        return TEXT.getBytes(StandardCharsets.US_ASCII);
    }
}
