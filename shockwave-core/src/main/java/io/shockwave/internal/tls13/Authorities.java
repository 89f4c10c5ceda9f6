package io.shockwave.internal.tls13;

import java.util.Arrays;
import java.util.List;

/** The names of those whose certificates a peer takes (RFC 8446 4.2.4). Stateless. */
final class Authorities {
    /** Names that are kept to choose by; if there are more, the choice does not look at them. */
    static final int MAX_AUTHORITIES = 256;

    private Authorities() {
    }

    /** Reads the extension that the reader is on. @return whether it is well-formed */
    static boolean read(TlsReader in, List<byte[]> into) {
        if (in.vector16(3) != in.left() || in.isFailed()) {
            return false;
        }
        while (in.hasMore()) {
            int bytes = in.vector16(1);
            int from = in.skip(bytes);
            if (into.size() <= MAX_AUTHORITIES) {
                into.add(Arrays.copyOfRange(in.array(), from, from + bytes));
            }
        }
        if (into.size() > MAX_AUTHORITIES) {
            into.clear();
        }
        return in.isAtEnd();
    }
}
