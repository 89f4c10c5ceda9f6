package io.shockwave.internal.pool;

import io.shockwave.internal.header.Tokens;

/**
 * Reads the value of an Alt-Svc field (RFC 7838 3) one alternative at a time. Confined to one thread; reused. A value that breaks the grammar anywhere is not used at all: half of a
 * list could say what its author did not mean.
 */
public final class AltSvcDecoder {
    /** What {@code ma} is when it is not given: 24 hours. */
    public static final long DEFAULT_MAX_AGE_S = 86_400;
    /** Longer values are not read: real ones name two or three alternatives in about 100 bytes. */
    public static final int MAX_BYTES = 4_096;
    /** A year; ages beyond it mean no more. */
    private static final long MOST_AGE_S = 31_536_000;

    private byte[] buf;
    private int at;
    private int end;
    private boolean valid;
    private String protocol;
    private String host;
    private int port;
    private long maxAgeS;
    private boolean persistent;

    /** Whether the value says that all alternatives are to be forgotten; case-sensitive (RFC 7838 3). */
    public static boolean isClear(byte[] buf, int off, int len) {
        return len == 5 && buf[off] == 'c' && buf[off + 1] == 'l' && buf[off + 2] == 'e' && buf[off + 3] == 'a' && buf[off + 4] == 'r';
    }

    /** Begins a value. */
    public void start(byte[] value, int off, int len) {
        buf = value;
        at = off;
        end = off + len;
        valid = len <= MAX_BYTES;
    }

    /** Reads on to the next alternative. @return false at the end, or where the grammar is broken: see {@link #isValid} */
    public boolean next() {
        if (!valid) {
            return false;
        }
        while (at < end && (isBlank(buf[at]) || buf[at] == ',')) {
            at++; // RFC 9110 5.6.1.2: empty elements of a list are passed over
        }
        if (at == end) {
            return false;
        }
        valid = alternative();
        return valid;
    }

    /** Whether all that was read so far kept to the grammar. */
    public boolean isValid() {
        return valid;
    }

    /** The ALPN identifier, such as {@code h3}. */
    public String protocol() {
        return protocol;
    }

    /** The host; empty for the origin's own. An IPv6 address is without brackets. */
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** For how many seconds after the response was made this holds. */
    public long maxAgeS() {
        return maxAgeS;
    }

    /** Whether it outlives a change of the network (RFC 7838 3.1). */
    public boolean isPersistent() {
        return persistent;
    }

    private boolean alternative() {
        protocol = protocolId();
        if (protocol == null || at == end || buf[at] != '=') {
            return false;
        }
        at++;
        String authority = quoted();
        if (authority == null || !authority(authority)) {
            return false;
        }
        maxAgeS = DEFAULT_MAX_AGE_S;
        persistent = false;
        while (true) {
            blanks();
            if (at == end || buf[at] == ',') {
                return true;
            }
            if (buf[at++] != ';') {
                return false;
            }
            blanks();
            if (!parameter()) {
                return false;
            }
        }
    }

    /** A token in which octets that tokens cannot hold, and {@code %}, are percent-encoded. */
    private String protocolId() {
        StringBuilder id = new StringBuilder(4);
        while (at < end && Tokens.isTokenChar(buf[at])) {
            if (buf[at] != '%') {
                id.append((char) (buf[at++] & 0xFF));
                continue;
            }
            if (end - at < 3) {
                return null;
            }
            int high = Character.digit(buf[at + 1], 16);
            int low = Character.digit(buf[at + 2], 16);
            if (high < 0 || low < 0) {
                return null;
            }
            id.append((char) (high << 4 | low));
            at += 3;
        }
        return id.isEmpty() ? null : id.toString();
    }

    private boolean authority(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.length() - colon > 6 || colon == text.length() - 1) {
            return false;
        }
        port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = port * 10 + c - '0';
        }
        host = text.substring(0, colon);
        if (host.startsWith("[")) {
            if (!host.endsWith("]") || host.length() < 4) {
                return false;
            }
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '/' || c == '@' || c == '?' || c == '#' || c == '\\' || c == '[' || c == ']') {
                return false;
            }
        }
        return port > 0 && port <= 65_535;
    }

    private boolean parameter() {
        int from = at;
        while (at < end && Tokens.isTokenChar(buf[at])) {
            at++;
        }
        if (at == from || at == end || buf[at] != '=') {
            return false;
        }
        int nameLen = at++ - from;
        String value = at < end && buf[at] == '"' ? quoted() : token();
        if (value == null) {
            return false;
        }
        if (nameLen == 2 && buf[from] == 'm' && buf[from + 1] == 'a') {
            maxAgeS = seconds(value);
            return maxAgeS >= 0;
        }
        if (nameLen == 7 && matches(from, "persist")) {
            persistent = value.equals("1"); // RFC 7838 3.1: other values MUST be ignored
        }
        return true; // RFC 7838 3.1: unknown parameters MUST be ignored
    }

    private boolean matches(int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (buf[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static long seconds(String text) {
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            seconds = Math.min(MOST_AGE_S, seconds * 10 + c - '0');
        }
        return text.isEmpty() ? -1 : seconds;
    }

    private String token() {
        int from = at;
        StringBuilder text = new StringBuilder();
        while (at < end && Tokens.isTokenChar(buf[at])) {
            text.append((char) buf[at++]);
        }
        return at == from ? null : text.toString();
    }

    /** A quoted-string (RFC 9110 5.6.4), unescaped; null if it is none. */
    private String quoted() {
        if (at == end || buf[at] != '"') {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (at++; at < end; at++) {
            int c = buf[at] & 0xFF;
            if (c == '"') {
                at++;
                return text.toString();
            }
            if (c == '\\') {
                if (++at == end) {
                    return null;
                }
                c = buf[at] & 0xFF;
            }
            if (c < ' ' && c != '\t' || c == 0x7F) {
                return null;
            }
            text.append((char) c);
        }
        return null;
    }

    private void blanks() {
        while (at < end && isBlank(buf[at])) {
            at++;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
