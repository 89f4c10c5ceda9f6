package io.shockwave.internal.http3;

/** The priority of a response (RFC 9218 4): urgency in the low three bits, incremental in the next. Stateless. */
final class Priority {
    /** RFC 9218 4.1 and 4.2: urgency 3, not incremental. */
    static final int DEFAULT = 3;
    static final int INCREMENTAL = 8;

    private Priority() {
    }

    static int urgency(int priority) {
        return priority & 7;
    }

    static boolean incremental(int priority) {
        return (priority & INCREMENTAL) != 0;
    }

    /**
     * Reads a Dictionary of Structured Fields (RFC 9651), of which only {@code u} and {@code i} matter. What is malformed says nothing, and so do values out of range (RFC 9218 4).
     */
    static int parse(byte[] buf, int off, int len) {
        int end = off + len;
        int urgency = DEFAULT;
        boolean incremental = false;
        int at = off;
        while (at < end) {
            int from = skipBlanks(buf, at, end);
            int to = from;
            while (to < end && buf[to] != ',') {
                to++;
            }
            at = to + 1;
            int stop = to;
            for (int i = from; i < to; i++) {
                if (buf[i] == ';' || buf[i] == ' ' || buf[i] == '\t') {
                    stop = i; // parameters, of which none is defined
                    break;
                }
            }
            int n = stop - from;
            if (n == 3 && buf[from] == 'u' && buf[from + 1] == '=' && buf[from + 2] >= '0' && buf[from + 2] <= '7') {
                urgency = buf[from + 2] - '0';
            } else if (n == 1 && buf[from] == 'i' || n == 4 && buf[from] == 'i' && buf[from + 1] == '=' && buf[from + 2] == '?' && buf[from + 3] == '1') {
                incremental = true;
            } else if (n == 4 && buf[from] == 'i' && buf[from + 1] == '=' && buf[from + 2] == '?' && buf[from + 3] == '0') {
                incremental = false;
            }
        }
        return urgency | (incremental ? INCREMENTAL : 0);
    }

    private static int skipBlanks(byte[] buf, int off, int end) {
        int at = off;
        while (at < end && (buf[at] == ' ' || buf[at] == '\t')) {
            at++;
        }
        return at;
    }
}
