package io.shockwave.internal.tls13;

/** The extensions of one message: where each lies. Confined to its owner; reused. */
final class ExtensionBlock {
    /** Browsers send some 20; nobody needs three times as many, and duplicates are looked for by comparing each with each. */
    static final int MAX_EXTENSIONS = 64;
    static final int ABSENT = -1;

    private final int[] types = new int[MAX_EXTENSIONS];
    private final int[] offs = new int[MAX_EXTENSIONS];
    private final int[] lens = new int[MAX_EXTENSIONS];
    private int count;
    private boolean tooMany;

    void clear() {
        count = 0;
        tooMany = false;
    }

    /** Takes the vector of extensions at the reader's place; whether it is well-formed is seen by the reader. */
    void decode(TlsReader in) {
        clear();
        int length = in.vector16(0);
        int end = in.at() + length;
        while (!in.isFailed() && in.at() < end) {
            int type = in.u16();
            int bytes = in.vector16(0);
            int from = in.skip(bytes);
            if (in.at() > end) {
                in.skip(Integer.MAX_VALUE); // The last extension is longer than the vector it lies in.
            }
            if (count == MAX_EXTENSIONS) {
                tooMany = true;
                continue;
            }
            types[count] = type;
            offs[count] = from;
            lens[count] = bytes;
            count++;
        }
    }

    /**
     * Whether they may stand together in this message (RFC 8446 4.2).
     *
     * @param asked the extensions that this side sent, by {@link #bit}; of no meaning for messages that do not answer
     */
    int check(int message, long asked) {
        if (tooMany) {
            return TlsError.ILLEGAL_PARAMETER;
        }
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                if (types[j] == types[i]) {
                    return TlsError.ILLEGAL_PARAMETER;
                }
            }
        }
        for (int i = 0; i < count; i++) {
            int allowed = ExtensionType.allowedIn(types[i]);
            if (allowed != 0 && (allowed & message) == 0) {
                return TlsError.ILLEGAL_PARAMETER;
            }
            if ((message & ExtensionType.ANSWERS) != 0 && (allowed == 0 || (asked & bit(types[i])) == 0)) {
                return TlsError.UNSUPPORTED_EXTENSION;
            }
        }
        return TlsError.NONE;
    }

    /** One bit for each known extension; all of them are below 64. */
    static long bit(int type) {
        return 1L << type;
    }

    int find(int type) {
        for (int i = 0; i < count; i++) {
            if (types[i] == type) {
                return i;
            }
        }
        return ABSENT;
    }

    boolean has(int type) {
        return find(type) != ABSENT;
    }

    boolean isLast(int index) {
        return index == count - 1;
    }

    int off(int index) {
        return offs[index];
    }

    int len(int index) {
        return lens[index];
    }

    /** Whether a list of code points of two bytes holds this one. */
    static boolean lists16(byte[] buf, int off, int len, int code) {
        for (int i = off; i + 1 < off + len; i += 2) {
            if ((buf[i] & 0xFF) << 8 == (code & 0xFF00) && (buf[i + 1] & 0xFF) == (code & 0xFF)) {
                return true;
            }
        }
        return false;
    }
}
