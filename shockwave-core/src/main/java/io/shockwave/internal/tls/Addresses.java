package io.shockwave.internal.tls;

import java.net.InetAddress;
import java.util.Arrays;

/** IP address literals, without ever asking a resolver. Stateless. */
final class Addresses {
    private static final byte[] NONE = new byte[0];

    private Addresses() {
    }

    /** Whether this is four decimal numbers up to 255. Other spellings of addresses (127.1, 0x7f.1) are taken for names, and match no certificate. */
    static boolean isV4(String text) {
        int parts = 0;
        int at = 0;
        while (at <= text.length()) {
            int dot = text.indexOf('.', at);
            int end = dot < 0 ? text.length() : dot;
            if (end == at || end - at > 3 || !isByte(text, at, end)) {
                return false;
            }
            parts++;
            at = end + 1;
        }
        return parts == 4;
    }

    private static boolean isByte(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            value = value * 10 + c - '0';
        }
        return value <= 255;
    }

    /** The bytes of an address; none if it is not one. */
    static byte[] parse(String literal) {
        int zone = literal.indexOf('%');
        String bare = zone < 0 ? literal : literal.substring(0, zone);
        if (bare.indexOf(':') < 0 && !isV4(bare)) {
            return NONE;
        }
        try {
            return InetAddress.ofLiteral(bare).getAddress();
        } catch (IllegalArgumentException e) {
            return NONE;
        }
    }

    static boolean equal(byte[] a, byte[] b) {
        return a.length > 0 && Arrays.equals(a, b);
    }
}
