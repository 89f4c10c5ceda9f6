package io.shockwave.internal.pool;

import java.nio.charset.StandardCharsets;

/**
 * Reads a URL by RFC 3986 and RFC 9110 4.2, from left to right, once. Stateless.
 *
 * <p>Path and query take any visible ASCII. RFC 3986 leaves out a few of those ('[', '|', '^' and such), yet query strings
 * are full of them, and rewriting one would ask for another resource. Nothing among them can end a request line early;
 * what could (blanks, controls) is refused.
 */
final class UrlParser {
    /** RFC 9110 4.1 asks for at least 8,000; a request line beyond this would not be read by any server. */
    static final int MAX_LENGTH = 65_536;

    /** RFC 1035 2.3.4: a name has at most 255 octets. */
    static final int MAX_HOST_LENGTH = 255;

    private static final int MAX_SHOWN = 200;

    private UrlParser() {}

    static UrlEntry parse(String url) {
        if (url.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a URL of " + url.length() + " characters is longer than " + MAX_LENGTH + ": " + shown(url));
        }
        boolean secure = startsWith(url, "https://");
        if (!secure && !startsWith(url, "http://")) {
            throw refused(url, 0, "it must start with http:// or https://");
        }
        int start = secure ? 8 : 7;
        int end = authorityEnd(url, start);
        int hostEnd = hostEnd(url, start, end);
        int port = port(url, hostEnd, end, secure);
        boolean bracketed = url.charAt(start) == '[';
        String host = bracketed ? url.substring(start + 1, hostEnd - 1) : url.substring(start, hostEnd);
        return target(url, end, Origin.of(secure, host, port));
    }

    /** In either case, but ASCII only: Unicode folding would take U+017F for an 's'. */
    private static boolean startsWith(String url, String lowerCase) {
        if (url.length() < lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            char c = url.charAt(i);
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int authorityEnd(String url, int start) {
        for (int i = start; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c == '/' || c == '?' || c == '#') {
                return i;
            }
            if (c == '@') {
                // RFC 9110 4.2.4: userinfo is a way to disguise the host; whoever means credentials sends a field.
                throw refused(url, i, "user information before '@' is not accepted; send an Authorization field");
            }
        }
        return url.length();
    }

    private static int hostEnd(String url, int start, int end) {
        if (start < end && url.charAt(start) == '[') {
            int close = url.indexOf(']', start);
            if (close < 0 || close >= end) {
                throw refused(url, start, "'[' opens an IPv6 address that no ']' ends");
            }
            if (!Ipv6.isLiteral(url, start + 1, close)) {
                throw refused(url, start + 1, "not an IPv6 address");
            }
            if (close + 1 < end && url.charAt(close + 1) != ':') {
                throw refused(url, close + 1, "only a port may follow ']'");
            }
            return close + 1;
        }
        int i = start;
        while (i < end && url.charAt(i) != ':') {
            checkHostCharacter(url, i);
            i++;
        }
        if (i == start) {
            throw refused(url, start, "the host is missing"); // RFC 9110 4.2.1: an empty host is invalid
        }
        if (i - start > MAX_HOST_LENGTH) {
            throw refused(url, start, "the host is longer than " + MAX_HOST_LENGTH + " characters");
        }
        return i;
    }

    private static void checkHostCharacter(String url, int i) {
        char c = url.charAt(i);
        if (c > 0x7E) {
            throw refused(url, i, "the host has " + name(c) + "; write an international name in its ASCII form (xn--...)");
        }
        if (c == '%') {
            throw refused(url, i, "the host has a percent-encoded character, which no name server knows");
        }
        // RFC 3986 3.2.2: reg-name = *( unreserved / pct-encoded / sub-delims )
        boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
        if (!alphanumeric && "-._~!$&'()*+,;=".indexOf(c) < 0) {
            throw refused(url, i, "the host has " + name(c));
        }
    }

    private static int port(String url, int hostEnd, int end, boolean secure) {
        if (hostEnd == end || hostEnd + 1 == end) {
            return Origin.defaultPort(secure); // RFC 3986 6.2.3: an empty port is the scheme's own
        }
        int port = 0;
        for (int i = hostEnd + 1; i < end; i++) {
            char c = url.charAt(i);
            if (c < '0' || c > '9') {
                throw refused(url, i, "the port has " + name(c));
            }
            port = port * 10 + (c - '0');
            if (port > 65_535) {
                throw refused(url, hostEnd + 1, "the port is above 65535");
            }
        }
        if (port == 0) {
            throw refused(url, hostEnd + 1, "port 0 cannot be connected to");
        }
        return port;
    }

    private static UrlEntry target(String url, int start, Origin origin) {
        int fragment = url.indexOf('#', start);
        int end = fragment < 0 ? url.length() : fragment;
        // The fragment is checked as well: it is not sent, but a URL with a line break in it was put together wrongly.
        for (int i = start; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c <= ' ' || c > '~') {
                String part = i < end ? "path or query" : "fragment";
                throw refused(url, i, "the " + part + " has " + name(c) + "; write it percent-encoded");
            }
        }
        int question = url.indexOf('?', start);
        int pathEnd = question < 0 || question > end ? end : question;
        String given = url.substring(start, end);
        String target = pathEnd == start ? "/" + given : given;
        return new UrlEntry(
                url, origin, target.getBytes(StandardCharsets.ISO_8859_1), pathEnd == start ? 1 : pathEnd - start);
    }

    private static IllegalArgumentException refused(String url, int index, String why) {
        return new IllegalArgumentException("not a usable URL: " + why + ", at index " + index + " of " + shown(url));
    }

    private static String name(char c) {
        if (c > ' ' && c < 0x7F) {
            return "'" + c + "'";
        }
        return c == ' ' ? "a space" : "the character U+" + String.format("%04X", (int) c);
    }

    /**
     * The URL for a message: cut, without what could forge a line of a log, and without anything before the last '@', which
     * may be a password.
     */
    private static String shown(String url) {
        int from = Math.max(0, url.lastIndexOf('@'));
        StringBuilder shown = new StringBuilder(from > 0 ? "..." : "");
        int to = Math.min(url.length(), from + MAX_SHOWN);
        for (int i = from; i < to; i++) {
            char c = url.charAt(i);
            shown.append(c >= ' ' && c < 0x7F ? c : '?');
        }
        return shown.append(to < url.length() ? "..." : "").toString();
    }
}
