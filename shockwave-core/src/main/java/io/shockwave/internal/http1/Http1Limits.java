package io.shockwave.internal.http1;

/**
 * The bounds of HTTP/1.1 messages, equal in all tiers. Immutable.
 *
 * @param lineBytes bytes of a request or status line without its line end
 * @param headerBytes bytes of a header or trailer section, counted as names, values and 4 bytes a field for colon, blank and line end; more blanks than one count too
 * @param headerCount fields of a header or trailer section
 * @param bodyBytes bytes of content after decoding the transfer coding
 * @param chunkExtensionBytes bytes of chunk extensions in one message: they are skipped, so a peer could send them for ever
 */
public record Http1Limits(int lineBytes, int headerBytes, int headerCount, long bodyBytes, int chunkExtensionBytes) {
    public static final Http1Limits SERVER = new Http1Limits(8_192, 32_768, 128, 1L << 30, 4_096);
    public static final Http1Limits CLIENT = new Http1Limits(8_192, 65_536, 256, Long.MAX_VALUE, 4_096);
}
