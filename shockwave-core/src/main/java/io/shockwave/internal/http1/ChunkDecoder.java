package io.shockwave.internal.http1;

import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.Tokens;

/**
 * Decodes the framing of chunked content (RFC 9112 7.1) and leaves the data in place. Owned by an engine, which reuses it for every message.
 *
 * <pre>
 *   ┌► size line ──► data (dataLeft, consumed) ──► CR LF ─┐
 *   │      └─ size 0 ──► last: trailers follow            │
 *   └─────────────────────────────────────────────────────┘
 * </pre>
 */
public final class ChunkDecoder {
    /** A long has 16 hexadecimal digits, of which the first must be below 8. */
    private static final int MAX_DIGITS = 16;

    private static final int SIZE = 0;
    private static final int BEFORE_SEMICOLON = 1;
    private static final int NAME_START = 2;
    private static final int NAME = 3;
    private static final int AFTER_NAME = 4;
    private static final int VALUE_START = 5;
    private static final int VALUE = 6;
    private static final int QUOTED = 7;
    private static final int QUOTED_PAIR = 8;
    private static final int AFTER_QUOTED = 9;
    private static final int SIZE_LF = 10;
    private static final int DATA = 11;
    private static final int DATA_CR = 12;
    private static final int DATA_LF = 13;
    private static final int LAST = 14;

    private int state = LAST;
    private int digits;
    private long size;
    private long bodyLeft;
    private int extensionLeft;
    private Violation violation;

    /** Begins the content of a message. */
    public void start(Http1Limits limits) {
        bodyLeft = limits.bodyBytes();
        extensionLeft = limits.chunkExtensionBytes();
        violation = null;
        nextChunk();
    }

    /**
     * Takes framing bytes, and stops in front of data and behind the line of the last chunk. Data is not taken: see {@link #dataLeft} and {@link #consumed}.
     *
     * @return the bytes consumed; all of them when the framing goes on. Nothing is consumed after a violation
     */
    public int decode(byte[] buf, int off, int len) {
        int i = off;
        int end = off + len;
        while (i < end && state != DATA && state != LAST && violation == null) {
            step(buf[i]);
            if (violation == null) {
                i++;
            }
        }
        return i - off;
    }

    /** The bytes of data that come next; 0 when framing is next. */
    public long dataLeft() {
        return state == DATA ? size : 0;
    }

    /** {@code n} bytes of data, at most {@link #dataLeft}, were taken. */
    public void consumed(int n) {
        assert state == DATA && n >= 0 && n <= size : "more than the chunk holds";
        size -= n;
        if (size == 0) {
            state = DATA_CR;
        }
    }

    /** Whether the line of the last chunk was consumed: trailers follow, or the empty line that ends them. */
    public boolean isLast() {
        return state == LAST;
    }

    /** What was wrong; {@code null} when nothing was. */
    public Violation violation() {
        return violation;
    }

    private void step(byte b) {
        switch (state) {
            case SIZE -> size(b);
            case SIZE_LF -> sizeLineEnd(b);
            case DATA_CR -> expect(b, '\r', DATA_LF, Violation.CHUNK_END);
            case DATA_LF -> {
                if (b == '\n') {
                    nextChunk();
                } else {
                    violation = Violation.CHUNK_END;
                }
            }
            default -> extension(b);
        }
    }

    private void size(byte b) {
        int digit = hex(b);
        if (digit >= 0) {
            // Leading zeros are digits too, so the length of the line is bounded by the same number.
            if (++digits > MAX_DIGITS || size > Long.MAX_VALUE >> 4) {
                violation = Violation.CHUNK_SIZE_OVERFLOW;
                return;
            }
            size = size << 4 | digit;
            return;
        }
        if (digits == 0) {
            violation = Violation.CHUNK_SIZE_SYNTAX;
        } else if (b == '\r') {
            state = SIZE_LF;
        } else if (b == ';') {
            counted(NAME_START);
        } else if (isBlank(b)) {
            counted(BEFORE_SEMICOLON);
        } else {
            violation = Violation.CHUNK_SIZE_SYNTAX;
        }
    }

    private void sizeLineEnd(byte b) {
        if (b != '\n') {
            violation = Violation.LINE_ENDING;
        } else if (size > bodyLeft) {
            violation = Violation.BODY_TOO_LARGE;
        } else {
            bodyLeft -= size;
            state = size == 0 ? LAST : DATA;
        }
    }

    /** RFC 9112 7.1.1: *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS ( token / quoted-string ) ] ). Blanks must be followed by what they stand before. */
    private void extension(byte b) {
        switch (state) {
            case BEFORE_SEMICOLON -> {
                if (b == ';') {
                    counted(NAME_START);
                } else {
                    blankOrFail(b);
                }
            }
            case NAME_START -> {
                if (Tokens.isTokenChar(b)) {
                    counted(NAME);
                } else {
                    blankOrFail(b);
                }
            }
            case NAME -> {
                if (Tokens.isTokenChar(b)) {
                    counted(NAME);
                } else if (b == '=') {
                    counted(VALUE_START);
                } else {
                    endOrFail(b, AFTER_NAME);
                }
            }
            case AFTER_NAME -> {
                if (b == '=') {
                    counted(VALUE_START);
                } else if (b == ';') {
                    counted(NAME_START);
                } else {
                    blankOrFail(b);
                }
            }
            case VALUE_START -> {
                if (b == '"') {
                    counted(QUOTED);
                } else if (Tokens.isTokenChar(b)) {
                    counted(VALUE);
                } else {
                    blankOrFail(b);
                }
            }
            case VALUE -> {
                if (Tokens.isTokenChar(b)) {
                    counted(VALUE);
                } else {
                    endOrFail(b, BEFORE_SEMICOLON);
                }
            }
            case QUOTED -> quoted(b);
            case QUOTED_PAIR -> {
                if (Tokens.isValueChar(b)) {
                    counted(QUOTED);
                } else {
                    violation = Violation.CHUNK_EXTENSION_SYNTAX;
                }
            }
            default -> endOrFail(b, BEFORE_SEMICOLON);
        }
    }

    private void quoted(byte b) {
        if (b == '"') {
            counted(AFTER_QUOTED);
        } else if (b == '\\') {
            counted(QUOTED_PAIR);
        } else if (Tokens.isValueChar(b)) {
            counted(QUOTED);
        } else {
            violation = Violation.CHUNK_EXTENSION_SYNTAX;
        }
    }

    private void endOrFail(byte b, int afterBlank) {
        if (b == '\r') {
            state = SIZE_LF;
        } else if (b == ';') {
            counted(NAME_START);
        } else if (isBlank(b)) {
            counted(afterBlank);
        } else {
            violation = Violation.CHUNK_EXTENSION_SYNTAX;
        }
    }

    private void blankOrFail(byte b) {
        if (isBlank(b)) {
            counted(state);
        } else {
            violation = Violation.CHUNK_EXTENSION_SYNTAX;
        }
    }

    private void counted(int next) {
        if (--extensionLeft < 0) {
            violation = Violation.CHUNK_EXTENSIONS_TOO_LARGE;
        } else {
            state = next;
        }
    }

    private void expect(byte b, char wanted, int next, Violation otherwise) {
        if (b == wanted) {
            state = next;
        } else {
            violation = otherwise;
        }
    }

    private void nextChunk() {
        state = SIZE;
        size = 0;
        digits = 0;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static int hex(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }
}
