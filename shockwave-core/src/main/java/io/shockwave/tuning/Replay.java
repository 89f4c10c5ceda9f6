package io.shockwave.tuning;

import io.shockwave.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One exchange to be repeated: what is sent, and for a server of our own what it answers. Immutable.
 *
 * @param method of the request
 * @param target path and query
 * @param requestFields without those that the connection sets by itself
 * @param requestBytes bytes of content
 * @param status of the answer
 * @param responseFields likewise
 * @param responseBytes bytes of content
 */
record Replay(String method, String target, List<Map.Entry<String, String>> requestFields, byte[] requestBytes, int status, List<Map.Entry<String, String>> responseFields, int responseBytes) {
    /** A benchmark is of a server, not of the machine's memory: contents above this are cut to it. */
    static final int MAX_CONTENT_BYTES = 1 << 20;

    /** Framing and connection management are the library's own (RFC 9110 7.6.1), and so are the fields that each server adds. */
    private static final Set<String> OWN = Set.of("host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings", "te", "trailer", "expect",
            "date");

    Replay {
        requestFields = List.copyOf(requestFields);
        responseFields = List.copyOf(responseFields);
    }

    /** GET, answered with so many bytes. */
    static Replay get(String target, int responseBytes) {
        return new Replay("GET", target, List.of(), new byte[0], 200, List.of(Map.entry("Content-Type", "text/plain")), responseBytes);
    }

    /** Those fields that can be sent as they are; others, such as pseudo-fields of HTTP/2, are left out. */
    static List<Map.Entry<String, String>> sendable(List<Map.Entry<String, String>> fields) {
        List<Map.Entry<String, String>> kept = new ArrayList<>();
        for (Map.Entry<String, String> field : fields) {
            String name = field.getKey();
            if (!OWN.contains(name.toLowerCase(Locale.ROOT)) && isName(name) && isValue(field.getValue())) {
                kept.add(field);
            }
        }
        return kept;
    }

    private static boolean isName(String name) {
        try {
            HeaderName.of(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isValue(String value) {
        return value.equals(value.strip()) && value.chars().allMatch(c -> c == '\t' || c >= ' ' && c < 0x7F);
    }

    /** The target as a server of our own finds it: the number of the exchange, and as many bytes as the original had. */
    static String numbered(int index, String target) {
        String number = "/" + index;
        int bytes = target.getBytes(StandardCharsets.UTF_8).length;
        return number + "x".repeat(Math.max(0, bytes - number.length()));
    }
}
