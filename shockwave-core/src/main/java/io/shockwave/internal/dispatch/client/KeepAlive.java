package io.shockwave.internal.dispatch.client;

import io.shockwave.HeaderName;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Tokens;

/** Reads the parameter of Keep-Alive. Stateless; allocates nothing. */
final class KeepAlive {
    /** A day: what servers say beyond it says nothing. */
    static final long MAX_SECONDS = 86_400;
    private static final String TIMEOUT = "timeout=";

    private KeepAlive() {
    }

    /** The seconds after {@code timeout=}; -1 when there are none. */
    static long timeoutSeconds(byte[] buf, int off, int len) {
        int end = off + len;
        for (int at = off; at < end; at++) {
            if (at > off && buf[at - 1] != ',' && buf[at - 1] != ' ' || !startsWith(buf, at, end)) {
                continue;
            }
            int from = at + TIMEOUT.length();
            int to = from;
            while (to < end && buf[to] >= '0' && buf[to] <= '9') {
                to++;
            }
            long seconds = HeaderBlock.parseLong(buf, from, to - from, -1);
            return seconds > MAX_SECONDS ? -1 : seconds;
        }
        return -1;
    }

    private static boolean startsWith(byte[] buf, int off, int end) {
        if (end - off < TIMEOUT.length()) {
            return false;
        }
        for (int i = 0; i < TIMEOUT.length(); i++) {
            if (Tokens.lower(buf[off + i]) != TIMEOUT.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** RFC 2068 19.7.1.1, never standardised and widely sent: {@code Keep-Alive: timeout=5}. A little earlier, as the answer was on its way for a while. */
    static long keptUntilNs(HeaderBlock received, long nowNs) {
        int index = received.indexOf(HeaderName.KEEP_ALIVE, 0);
        if (index < 0) {
            return Long.MAX_VALUE;
        }
        long seconds = timeoutSeconds(received.bytes(), received.valueOff(index), received.valueLen(index));
        return seconds < 0 ? Long.MAX_VALUE : nowNs + Math.max(seconds * 1_000_000_000L - 250_000_000L, 0);
    }
}
