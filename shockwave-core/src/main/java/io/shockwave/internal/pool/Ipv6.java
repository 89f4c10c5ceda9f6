package io.shockwave.internal.pool;

/** The grammar of IPv6address, RFC 3986 3.2.2, without zone identifiers. Stateless. */
final class Ipv6 {
    private static final int GROUPS = 8;

    private Ipv6() {}

    static boolean isLiteral(CharSequence text, int from, int to) {
        int groups = 0;
        boolean gap = false;
        int i = from;
        if (to - from >= 2 && text.charAt(from) == ':' && text.charAt(from + 1) == ':') {
            gap = true;
            i = from + 2;
        }
        boolean groupNeeded = !gap;
        while (i < to) {
            int digits = hexDigits(text, i, to);
            if (digits == 0) {
                return false;
            }
            if (i + digits < to && text.charAt(i + digits) == '.') {
                return isIpv4(text, i, to) && fits(groups + 2, gap);
            }
            if (digits > 4 || ++groups > GROUPS) {
                return false;
            }
            groupNeeded = false;
            i += digits;
            if (i == to) {
                break;
            }
            if (text.charAt(i++) != ':') {
                return false;
            }
            groupNeeded = true;
            if (i < to && text.charAt(i) == ':') {
                if (gap) {
                    return false;
                }
                gap = true;
                groupNeeded = false;
                i++;
            }
        }
        return !groupNeeded && fits(groups, gap);
    }

    /** A gap stands for at least one group of zeros. */
    private static boolean fits(int groups, boolean gap) {
        return gap ? groups < GROUPS : groups == GROUPS;
    }

    private static int hexDigits(CharSequence text, int from, int to) {
        int i = from;
        while (i < to && Character.digit(text.charAt(i), 16) >= 0 && text.charAt(i) < 0x80) {
            i++;
        }
        return i - from;
    }

    private static boolean isIpv4(CharSequence text, int from, int to) {
        int i = from;
        for (int octet = 0; octet < 4; octet++) {
            if (octet > 0 && (i >= to || text.charAt(i++) != '.')) {
                return false;
            }
            int start = i;
            int value = 0;
            while (i < to && i - start < 3 && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                value = value * 10 + (text.charAt(i++) - '0');
            }
            boolean leadingZero = i - start > 1 && text.charAt(start) == '0';
            if (i == start || value > 255 || leadingZero) {
                return false;
            }
        }
        return i == to;
    }
}
