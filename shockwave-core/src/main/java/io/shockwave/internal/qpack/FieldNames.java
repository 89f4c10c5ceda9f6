package io.shockwave.internal.qpack;

import io.shockwave.HeaderName;
import io.shockwave.internal.header.Tokens;
import java.nio.charset.StandardCharsets;

/** Field names as HTTP/3 has them on the wire: in lower case, with pseudo-header fields among them. Stateless. */
public final class FieldNames {
    /** A valid name that is no constant of {@link HeaderName}. */
    public static final int OTHER = -1;
    public static final int AUTHORITY = -2;
    public static final int PATH = -3;
    public static final int METHOD = -4;
    public static final int SCHEME = -5;
    public static final int STATUS = -6;
    public static final int PROTOCOL = -7;
    /** A name that begins with a colon and is none of those above. */
    public static final int UNKNOWN_PSEUDO = -8;
    /** No name: empty, in upper case, or with a character that no token has (RFC 9114 4.2). */
    public static final int MALFORMED = -9;

    private static final byte[][] PSEUDO = {ascii(":authority"), ascii(":path"), ascii(":method"), ascii(":scheme"), ascii(":status"), ascii(":protocol")};
    private static final byte[][] LOWER = new byte[128][];
    private static final boolean[] VALID = new boolean[256];

    static {
        for (int c = 0; c < 256; c++) {
            VALID[c] = Tokens.isTokenChar(c) && (c < 'A' || c > 'Z');
        }
        for (int id = 0; id < LOWER.length; id++) {
            HeaderName name = HeaderName.byId(id);
            if (name != null) {
                byte[] bytes = name.wireBytes().clone();
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) Tokens.lower(bytes[i]);
                }
                LOWER[id] = bytes;
            }
        }
    }

    private FieldNames() {
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The id of the {@link HeaderName} that these bytes spell, or one of the constants above. */
    public static int idOf(byte[] buf, int off, int len) {
        if (len == 0) {
            return MALFORMED;
        }
        if (buf[off] == ':') {
            return pseudoOf(buf, off, len);
        }
        for (int i = off, end = off + len; i < end; i++) {
            if (!VALID[buf[i] & 0xFF]) {
                return MALFORMED;
            }
        }
        return HeaderName.idOf(buf, off, len);
    }

    private static int pseudoOf(byte[] buf, int off, int len) {
        for (int i = 0; i < PSEUDO.length; i++) {
            byte[] name = PSEUDO[i];
            if (name.length == len && matches(name, buf, off)) {
                return AUTHORITY - i;
            }
        }
        return UNKNOWN_PSEUDO;
    }

    static boolean matches(byte[] name, byte[] buf, int off) {
        for (int i = 0; i < name.length; i++) {
            if (name[i] != buf[off + i]) {
                return false;
            }
        }
        return true;
    }

    /** The name with this id as it is sent, for known fields and the pseudo-header fields above. The array is shared. */
    public static byte[] wire(int id) {
        return id >= 0 ? LOWER[id] : PSEUDO[AUTHORITY - id];
    }
}
