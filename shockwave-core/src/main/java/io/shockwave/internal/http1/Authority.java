package io.shockwave.internal.http1;

/** The grammar of an authority without userinfo: host [ ":" port ] (RFC 3986 3.2, RFC 9110 7.2). Stateless; functions of bytes. */
final class Authority {
    /** There is no port, or it is empty. */
    static final int NO_PORT = -1;
    /** It is no authority. */
    static final int INVALID = -2;

    private static final int MAX_PORT = 65_535;
    private static final byte[] CLASS = new byte[256];
    private static final byte HOST = 1;
    private static final byte HEX = 2;

    static {
        // unreserved and sub-delims, of which a reg-name is made beside percent-encodings.
        String marks = "-._~!$&'()*+,;=";
        for (int c = 0x21; c < 0x7F; c++) {
            boolean digit = c >= '0' && c <= '9';
            int letter = c | 0x20;
            if (digit || letter >= 'a' && letter <= 'z' || marks.indexOf(c) >= 0) {
                CLASS[c] |= HOST;
            }
            if (digit || letter >= 'a' && letter <= 'f') {
                CLASS[c] |= HEX;
            }
        }
    }

    private Authority() {
    }

    /** The port of a valid authority, 0 to 65535; {@link #NO_PORT}, or {@link #INVALID}. The host must not be empty: RFC 9110 4.2.1 refuses such URIs. */
    static int port(byte[] buf, int off, int len) {
        int end = off + len;
        int hostEnd = len > 0 && buf[off] == '[' ? ipv6LiteralEnd(buf, off, end) : regNameEnd(buf, off, end);
        if (hostEnd <= off) {
            return INVALID;
        }
        if (hostEnd == end) {
            return NO_PORT;
        }
        return buf[hostEnd] == ':' ? digits(buf, hostEnd + 1, end) : INVALID;
    }

    /** Whether all percent signs begin a percent-encoding (RFC 3986 2.1). */
    static boolean isPercentEncodingValid(byte[] buf, int off, int len) {
        int end = off + len;
        for (int i = off; i < end; i++) {
            if (buf[i] == '%') {
                if (i + 2 >= end || !isHex(buf[i + 1]) || !isHex(buf[i + 2])) {
                    return false;
                }
                i += 2;
            }
        }
        return true;
    }

    private static int digits(byte[] buf, int off, int end) {
        if (off == end) {
            return NO_PORT; // RFC 3986 3.2.3: port = *DIGIT
        }
        int port = 0;
        for (int i = off; i < end; i++) {
            int digit = buf[i] - '0';
            if (digit < 0 || digit > 9) {
                return INVALID;
            }
            port = port * 10 + digit;
            if (port > MAX_PORT) {
                return INVALID;
            }
        }
        return port;
    }

    /** IPv4 addresses are reg-names too. */
    private static int regNameEnd(byte[] buf, int off, int end) {
        int i = off;
        while (i < end && buf[i] != ':') {
            if (buf[i] == '%') {
                if (i + 2 >= end || !isHex(buf[i + 1]) || !isHex(buf[i + 2])) {
                    return INVALID;
                }
                i += 3;
            } else if ((CLASS[buf[i] & 0xFF] & HOST) != 0) {
                i++;
            } else {
                return INVALID;
            }
        }
        return i;
    }

    /** RFC 3986 3.2.2: "[" IPv6address "]". Zone ids (RFC 6874) mean nothing to another host, and no IPvFuture was ever defined: both are refused. */
    private static int ipv6LiteralEnd(byte[] buf, int off, int end) {
        int close = off + 1;
        while (close < end && buf[close] != ']') {
            close++;
        }
        return close < end && isIpv6(buf, off + 1, close) ? close + 1 : INVALID;
    }

    private static boolean isIpv6(byte[] buf, int off, int end) {
        int groups = 0;
        boolean compressed = false;
        int i = off;
        if (end - off >= 2 && buf[off] == ':' && buf[off + 1] == ':') {
            compressed = true;
            i += 2;
        }
        while (i < end) {
            int from = i;
            while (i < end && isHex(buf[i])) {
                i++;
            }
            if (i < end && buf[i] == '.') {
                return isIpv4(buf, from, end) && isFilled(groups + 2, compressed);
            }
            if (i == from || i - from > 4) {
                return false;
            }
            groups++;
            if (i == end) {
                break;
            }
            if (buf[i++] != ':' || i == end) {
                return false;
            }
            if (buf[i] == ':') {
                if (compressed) {
                    return false;
                }
                compressed = true;
                i++;
            }
        }
        return isFilled(groups, compressed);
    }

    /** "::" stands for at least one group. */
    private static boolean isFilled(int groups, boolean compressed) {
        return compressed ? groups <= 7 : groups == 8;
    }

    private static boolean isIpv4(byte[] buf, int off, int end) {
        int octets = 0;
        int i = off;
        while (true) {
            int from = i;
            int value = 0;
            while (i < end && i - from < 3 && buf[i] >= '0' && buf[i] <= '9') {
                value = value * 10 + buf[i++] - '0';
            }
            // dec-octet has no leading zeros
            if (i == from || value > 255 || i - from > 1 && buf[from] == '0') {
                return false;
            }
            octets++;
            if (i == end) {
                return octets == 4;
            }
            if (octets == 4 || buf[i++] != '.') {
                return false;
            }
        }
    }

    private static boolean isHex(byte b) {
        return (CLASS[b & 0xFF] & HEX) != 0;
    }
}
