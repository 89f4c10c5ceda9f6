package io.shockwave.bench.arena;

import java.nio.charset.StandardCharsets;

/** What is asked and what both handlers say the same of: an order of 12 lines in, its confirmation of 4 KiB out. */
final class OrderWork {
    static final int LINES = 12;
    static final int MAX_BODY_BYTES = 1 << 16;
    static final String NOTE = "Sent from the next warehouse within two working days; a line that is not in stock follows without further charge, and you are told the day by mail. "
            + "Returns are free for thirty days. Questions are answered by mail within a day.";
    static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
    static final byte[] JSON = json().getBytes(StandardCharsets.UTF_8);
    static final byte[] REQUEST = request();

    private OrderWork() {
    }

    private static String json() {
        StringBuilder json = new StringBuilder("{\"order\": \"A-1001\", \"customer\": \"M\u00fcller \\\"Import\\\" & Co.\", \"express\": true, \"discount\": null, \"lines\": [");
        for (int i = 0; i < LINES; i++) {
            json.append(i == 0 ? "" : ", ").append("{\"sku\": \"SKU-").append(10_000 + i * 37).append("\", \"name\": \"").append(i == 3 ? "Cable\\t5\\u00a0m" : "A thing of some length no. " + i)
                    .append("\", \"quantity\": ").append(1 + i % 4).append(", \"cents\": ").append(199 + i * 1_050).append('}');
        }
        return json.append("]}").toString();
    }

    private static byte[] request() {
        byte[] head = ("POST /orders HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0\r\nAccept: application/json\r\n"
                + "Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\nContent-Type: application/json\r\nCookie: session=0123456789abcdef0123456789abcdef\r\n"
                + "X-Request-Id: 5f2c1c1e-7f5a-4f1e-9d7e-3c1a2b3c4d5e\r\nContent-Length: " + JSON.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + JSON.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(JSON, 0, all, head.length, JSON.length);
        return all;
    }
}
