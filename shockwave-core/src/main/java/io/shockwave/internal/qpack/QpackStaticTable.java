package io.shockwave.internal.qpack;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The static table (RFC 9204 appendix A). Stateless. */
public final class QpackStaticTable {
    public static final int SIZE = 99;
    /** No entry. */
    public static final int NONE = -1;

    private static final String[] PAIRS = {
            ":authority", "", ":path", "/", "age", "0", "content-disposition", "", "content-length", "0", "cookie", "", "date", "", "etag", "", "if-modified-since", "",
            "if-none-match", "", "last-modified", "", "link", "", "location", "", "referer", "", "set-cookie", "", ":method", "CONNECT", ":method", "DELETE",
            ":method", "GET", ":method", "HEAD", ":method", "OPTIONS", ":method", "POST", ":method", "PUT", ":scheme", "http", ":scheme", "https", ":status", "103",
            ":status", "200", ":status", "304", ":status", "404", ":status", "503", "accept", "*/*", "accept", "application/dns-message",
            "accept-encoding", "gzip, deflate, br", "accept-ranges", "bytes", "access-control-allow-headers", "cache-control",
            "access-control-allow-headers", "content-type", "access-control-allow-origin", "*", "cache-control", "max-age=0", "cache-control", "max-age=2592000",
            "cache-control", "max-age=604800", "cache-control", "no-cache", "cache-control", "no-store", "cache-control", "public, max-age=31536000",
            "content-encoding", "br", "content-encoding", "gzip", "content-type", "application/dns-message", "content-type", "application/javascript",
            "content-type", "application/json", "content-type", "application/x-www-form-urlencoded", "content-type", "image/gif", "content-type", "image/jpeg",
            "content-type", "image/png", "content-type", "text/css", "content-type", "text/html; charset=utf-8", "content-type", "text/plain",
            "content-type", "text/plain;charset=utf-8", "range", "bytes=0-", "strict-transport-security", "max-age=31536000",
            "strict-transport-security", "max-age=31536000; includesubdomains", "strict-transport-security", "max-age=31536000; includesubdomains; preload",
            "vary", "accept-encoding", "vary", "origin", "x-content-type-options", "nosniff", "x-xss-protection", "1; mode=block", ":status", "100", ":status", "204",
            ":status", "206", ":status", "302", ":status", "400", ":status", "403", ":status", "421", ":status", "425", ":status", "500", "accept-language", "",
            "access-control-allow-credentials", "FALSE", "access-control-allow-credentials", "TRUE", "access-control-allow-headers", "*",
            "access-control-allow-methods", "get", "access-control-allow-methods", "get, post, options", "access-control-allow-methods", "options",
            "access-control-expose-headers", "content-length", "access-control-request-headers", "content-type", "access-control-request-method", "get",
            "access-control-request-method", "post", "alt-svc", "clear", "authorization", "",
            "content-security-policy", "script-src 'none'; object-src 'none'; base-uri 'none'", "early-data", "1", "expect-ct", "", "forwarded", "", "if-range", "",
            "origin", "", "purpose", "prefetch", "server", "", "timing-allow-origin", "*", "upgrade-insecure-requests", "1", "user-agent", "", "x-forwarded-for", "",
            "x-frame-options", "deny", "x-frame-options", "sameorigin",
    };
    private static final byte[][] NAMES = new byte[SIZE][];
    private static final byte[][] VALUES = new byte[SIZE][];
    private static final int[] IDS = new int[SIZE];
    /** The first entry of each name, by {@code id - LOWEST_ID}; entries of one name do not always stand together, so the next is linked. */
    private static final int[] FIRST = new int[128 - FieldNames.MALFORMED];
    private static final int[] NEXT = new int[SIZE];

    static {
        Arrays.fill(FIRST, NONE);
        for (int i = SIZE - 1; i >= 0; i--) {
            NAMES[i] = PAIRS[2 * i].getBytes(StandardCharsets.US_ASCII);
            VALUES[i] = PAIRS[2 * i + 1].getBytes(StandardCharsets.US_ASCII);
            IDS[i] = FieldNames.idOf(NAMES[i], 0, NAMES[i].length);
            NEXT[i] = NONE;
            if (IDS[i] != FieldNames.OTHER) {
                NEXT[i] = FIRST[IDS[i] - FieldNames.MALFORMED];
                FIRST[IDS[i] - FieldNames.MALFORMED] = i;
            }
        }
    }

    private QpackStaticTable() {
    }

    static byte[] name(int index) {
        return NAMES[index];
    }

    static byte[] value(int index) {
        return VALUES[index];
    }

    /** What {@link FieldNames#idOf} says of the entry's name. */
    static int id(int index) {
        return IDS[index];
    }

    /** An entry with the name that has this id; {@link #NONE} when there is none. */
    static int named(int id) {
        return FIRST[id - FieldNames.MALFORMED];
    }

    /** The entry with this name and value; {@link #NONE} when there is none. */
    static int find(int id, byte[] value, int off, int len) {
        for (int i = FIRST[id - FieldNames.MALFORMED]; i != NONE; i = NEXT[i]) {
            if (VALUES[i].length == len && FieldNames.matches(VALUES[i], value, off)) {
                return i;
            }
        }
        return NONE;
    }
}
