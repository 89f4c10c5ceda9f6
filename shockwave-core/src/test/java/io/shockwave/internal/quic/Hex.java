package io.shockwave.internal.quic;

import java.util.HexFormat;

/** Bytes as the RFCs write them. */
final class Hex {
    private Hex() {}

    /** White space does not count. */
    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static String of(byte[] bytes, int off, int len) {
        return HexFormat.of().formatHex(bytes, off, off + len);
    }
}
