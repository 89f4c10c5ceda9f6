package io.shockwave.cli;

import java.net.IDN;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** What people type for URLs, made into what the library takes. Stateless. */
final class UrlText {
    private static final int NOT_A_URL = 3;
    private static final String HEX = "0123456789ABCDEF";

    private UrlText() {
    }

    /** Adds the scheme if it is missing, writes a host beyond ASCII as IDNA has it, and escapes blanks and what is beyond ASCII in the rest. What was valid stays as it is. */
    static String complete(String typed) throws Failure {
        String text = typed.contains("://") ? typed : "http://" + typed;
        int from = text.indexOf("://") + 3;
        int to = from;
        while (to < text.length() && "/?#".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        String scheme = text.substring(0, from).toLowerCase(java.util.Locale.ROOT);
        if (!scheme.equals("http://") && !scheme.equals("https://")) {
            throw new Failure(NOT_A_URL, "cannot fetch " + Terminal.shown(typed) + ": only http and https are spoken here");
        }
        return scheme + host(text.substring(from, to)) + escaped(text.substring(to));
    }

    private static String host(String authority) throws Failure {
        if (authority.chars().allMatch(c -> c < 0x80)) {
            return authority;
        }
        int at = authority.lastIndexOf('@');
        int colon = authority.indexOf(':', at + 1);
        int end = colon < 0 ? authority.length() : colon;
        try {
            return authority.substring(0, at + 1) + IDN.toASCII(authority.substring(at + 1, end)) + authority.substring(end);
        } catch (IllegalArgumentException e) {
            throw new Failure(NOT_A_URL, "not a host name: " + Terminal.shown(authority));
        }
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xFF;
            if (c > ' ' && c < 0x7F) {
                out.append((char) c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }

    /** The last segment of the path, decoded: one plain name in the current folder, whatever the URL says. */
    static String fileName(String url) throws Failure {
        int from = url.indexOf('/', url.indexOf("://") + 3);
        int to = url.length();
        for (char end : new char[] {'#', '?'}) {
            int at = url.indexOf(end);
            to = at >= 0 && at < to ? at : to;
        }
        String path = from < 0 || from > to ? "" : url.substring(from, to);
        String raw = path.substring(path.lastIndexOf('/') + 1);
        String name;
        try {
            name = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            name = raw;
        }
        boolean unsafe = name.isEmpty() || name.equals(".") || name.equals("..") || name.chars().anyMatch(c -> c < ' ' || c == '/' || c == '\\' || c == ':');
        if (unsafe) {
            throw Failure.usage("the URL names no file that -O could write; name one with -o");
        }
        return name;
    }
}
