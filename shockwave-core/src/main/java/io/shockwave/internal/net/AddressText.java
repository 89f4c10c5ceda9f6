package io.shockwave.internal.net;

import java.util.Arrays;

/** Reads IP addresses in text, in one strict form: no leading zeros, short forms of IPv4, zones or brackets, which parsers differ on. Stateless. */
final class AddressText {
    private static final byte[] NONE = new byte[0];
    private static final int GROUPS = 8;

    private AddressText() {
    }

    /** The four bytes of a dotted IPv4 address; empty for anything else. */
    static byte[] inet(byte[] text, int from, int to) {
        byte[] address = new byte[4];
        return dotted(text, from, to, address, 0) ? address : NONE;
    }

    private static boolean dotted(byte[] text, int from, int to, byte[] address, int at) {
        int part = 0;
        int digits = 0;
        int value = 0;
        for (int i = from; i <= to; i++) {
            int c = i == to ? '.' : text[i];
            if (c == '.') {
                if (digits == 0 || part == 4) {
                    return false;
                }
                address[at + part++] = (byte) value;
                digits = 0;
                value = 0;
                continue;
            }
            if (c < '0' || c > '9' || digits > 0 && value == 0) {
                return false;
            }
            value = value * 10 + c - '0';
            digits++;
            if (value > 255) {
                return false;
            }
        }
        return part == 4;
    }

    /** The sixteen bytes of an IPv6 address (RFC 4291 2.2, all three forms); empty for anything else. */
    static byte[] inet6(byte[] text, int from, int to) {
        byte[] address = new byte[2 * GROUPS];
        int groups = 0;
        int gap = -1;
        int i = from;
        if (to - from >= 2 && text[i] == ':' && text[i + 1] == ':') {
            gap = 0;
            i += 2;
        }
        while (i < to) {
            int end = i;
            while (end < to && text[end] != ':') {
                end++;
            }
            if (end == to && indexOfDot(text, i, end) >= 0) {
                if (groups > GROUPS - 2 || !dotted(text, i, end, address, groups * 2)) {
                    return NONE;
                }
                groups += 2;
                break;
            }
            int value = hex(text, i, end);
            if (value < 0 || groups == GROUPS) {
                return NONE;
            }
            address[groups * 2] = (byte) (value >> 8);
            address[groups * 2 + 1] = (byte) value;
            groups++;
            i = end;
            if (i < to) {
                i++; // the colon
                if (i == to) {
                    return NONE; // a single colon at the end
                }
                if (text[i] == ':') {
                    if (gap >= 0) {
                        return NONE;
                    }
                    gap = groups;
                    i++;
                }
            }
        }
        if (gap < 0) {
            return groups == GROUPS ? address : NONE;
        }
        if (groups >= GROUPS) {
            return NONE;
        }
        int behind = (groups - gap) * 2;
        System.arraycopy(address, gap * 2, address, address.length - behind, behind);
        Arrays.fill(address, gap * 2, address.length - behind, (byte) 0);
        return address;
    }

    private static int indexOfDot(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == '.') {
                return i;
            }
        }
        return -1;
    }

    private static int hex(byte[] text, int from, int to) {
        if (from == to || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int c = text[i] | 0x20;
            int digit = text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
