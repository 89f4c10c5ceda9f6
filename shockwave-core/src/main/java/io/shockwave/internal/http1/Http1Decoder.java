package io.shockwave.internal.http1;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Tokens;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Decodes a request head, a response head or a trailer section, line by line, into a header block. Owned by an engine, which reuses it for every message.
 *
 * <p>Bytes are looked at once, even when a line comes in pieces: a line that is not complete stays with the caller, who offers it again from its first byte with more
 * behind it, and the decoder goes on where it stopped. What is wrong is reported at the first byte that makes it wrong, so the verdict does not depend on
 * how the bytes were split.
 *
 * <pre>
 *   start(REQUEST | RESPONSE) ──► start line ──► field lines ──► done
 *   start(TRAILERS) ─────────────────────────────►  │
 *                                    any line ──► violation
 * </pre>
 */
public final class Http1Decoder {
    /** What is to be decoded. */
    public enum Kind { REQUEST, RESPONSE, TRAILERS }

    /** RFC 9112 2.2: a server ought to ignore at least one empty line before a request-line. Two cover clients that end a body with CR LF twice; more is noise. */
    static final int MAX_BLANK_LINES = 2;

    private static final int INCOMPLETE = -1;
    private static final int CR = '\r';
    private static final int LF = '\n';
    private static final int VERSION_BYTES = 8;
    private static final int STATUS_BYTES = 12;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long HTTP_1_1 = 0x485454502F312E31L;
    private static final byte[] HTTP = {'H', 'T', 'T', 'P', '/'};

    private final boolean extensionMethods;
    private Kind kind = Kind.REQUEST;
    private HeaderBlock into;
    private int lineBytes;
    private int bytesLeft;
    private int fieldsLeft;
    private boolean inFields;
    private boolean started;
    private boolean done;
    private int blankLines;
    private Violation violation;

    // Where the scan of the present line stopped, counted from its first byte.
    private int scanned;
    private int firstEnd;
    private int secondEnd;

    private Method method = Method.GET;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private int status;

    /** @param extensionMethods whether methods that are not constants of {@link Method} are let through, each as a new object; otherwise they are {@link Violation#METHOD_UNKNOWN} */
    public Http1Decoder(boolean extensionMethods) {
        this.extensionMethods = extensionMethods;
    }

    /**
     * Begins a section.
     *
     * @param into where the fields go, and the request-target or reason phrase as its line; empty
     */
    public void start(Kind kind, HeaderBlock into, Http1Limits limits) {
        this.kind = kind;
        this.into = into;
        lineBytes = limits.lineBytes();
        bytesLeft = limits.headerBytes();
        fieldsLeft = limits.headerCount();
        inFields = kind == Kind.TRAILERS;
        started = false;
        done = false;
        blankLines = 0;
        violation = null;
        status = 0;
        nextLine();
    }

    /**
     * Decodes the whole lines among these bytes and stops behind the empty line that ends the section.
     *
     * @return the bytes consumed; those of an incomplete line are not, and must be offered again with more behind them. Nothing is consumed after a violation
     */
    public int decode(byte[] buf, int off, int len) {
        int at = off;
        int end = off + len;
        while (!done && violation == null && at < end) {
            int next = inFields ? fieldLine(buf, at, end) : kind == Kind.REQUEST ? requestLine(buf, at, end) : statusLine(buf, at, end);
            if (next == INCOMPLETE) {
                break;
            }
            at = next;
        }
        return at - off;
    }

    /** Whether the section is complete. */
    public boolean isDone() {
        return done;
    }

    /** What was wrong; {@code null} when nothing was. */
    public Violation violation() {
        return violation;
    }

    /** Whether no line of the message was consumed since {@link #start}; empty lines before a request-line do not count. */
    public boolean isAtStart() {
        return !started;
    }

    /** The method of a request whose request-line was consumed. */
    public Method method() {
        return method;
    }

    /** The version of a message whose first line was consumed: HTTP/1.0 or, for every later minor version, HTTP/1.1 (RFC 9110 2.5). */
    public HttpVersion version() {
        return version;
    }

    /** The status code of a response whose status line was consumed, 100 to 999. */
    public int status() {
        return status;
    }

    // ---- the request line: method SP request-target SP HTTP-version CRLF (RFC 9112 3)

    private int requestLine(byte[] buf, int start, int end) {
        int stop = start + Math.min(end - start, lineBytes);
        int i = start + scanned;
        if (firstEnd == 0) {
            if (i == start && buf[start] == CR) {
                return blankLine(buf, start, end);
            }
            while (i < stop && Tokens.isTokenChar(buf[i])) {
                i++;
            }
            if (i - start > Method.MAX_LENGTH) {
                return fail(Violation.METHOD_UNKNOWN);
            }
            if (i == stop) {
                return stopped(i - start, i == end, Violation.REQUEST_LINE_TOO_LONG);
            }
            if (buf[i] != ' ' || i == start) {
                return fail(buf[i] == LF ? Violation.LINE_ENDING : Violation.REQUEST_LINE_SYNTAX);
            }
            if (!isKnownMethod(buf, start, i - start)) {
                return fail(Violation.METHOD_UNKNOWN);
            }
            firstEnd = i++ - start;
        }
        if (secondEnd == 0) {
            while (i < stop && Tokens.isTargetChar(buf[i])) {
                i++;
            }
            if (i == stop) {
                return stopped(i - start, i == end, Violation.REQUEST_LINE_TOO_LONG);
            }
            if (buf[i] != ' ' || i == start + firstEnd + 1) {
                return fail(targetFault(buf[i]));
            }
            secondEnd = i++ - start;
        }
        return versionAndEnd(buf, start, i, stop, end);
    }

    private int versionAndEnd(byte[] buf, int start, int from, int stop, int end) {
        int versionOff = start + secondEnd + 1;
        int i = from;
        if (stop - versionOff >= VERSION_BYTES && end - versionOff >= VERSION_BYTES + 2 && (long) LONGS.get(buf, versionOff) == HTTP_1_1) {
            i = versionOff + VERSION_BYTES; // what nearly all say, compared at once
        }
        for (; i - versionOff < VERSION_BYTES; i++) {
            if (i >= stop) {
                return stopped(i - start, i == end, Violation.REQUEST_LINE_TOO_LONG);
            }
            if (!isVersionByte(i - versionOff, buf[i])) {
                return fail(Violation.VERSION_SYNTAX);
            }
        }
        if (i == end) {
            return stopped(i - start, true, Violation.REQUEST_LINE_TOO_LONG);
        }
        if (buf[i] != CR) {
            return fail(buf[i] == LF ? Violation.LINE_ENDING : Violation.VERSION_SYNTAX);
        }
        if (i + 1 == end) {
            return stopped(i - start, true, Violation.LINE_ENDING);
        }
        if (buf[i + 1] != LF) {
            return fail(Violation.LINE_ENDING);
        }
        if (!isSupportedVersion(buf, versionOff)) {
            return fail(Violation.VERSION_UNSUPPORTED);
        }
        int targetOff = firstEnd + 1;
        into.line(buf, start + targetOff, secondEnd - targetOff);
        started = true;
        inFields = true;
        nextLine();
        return i + 2;
    }

    private int blankLine(byte[] buf, int start, int end) {
        if (start + 1 == end) {
            return INCOMPLETE;
        }
        if (buf[start + 1] != LF) {
            return fail(Violation.LINE_ENDING);
        }
        if (++blankLines > MAX_BLANK_LINES) {
            return fail(Violation.REQUEST_LINE_SYNTAX);
        }
        return start + 2;
    }

    private boolean isKnownMethod(byte[] buf, int off, int len) {
        Method known = Method.known(buf, off, len, null);
        if (known == null && extensionMethods) {
            known = Method.of(new String(buf, off, len, StandardCharsets.US_ASCII));
        }
        if (known == null) {
            return false;
        }
        method = known;
        return true;
    }

    private static Violation targetFault(byte b) {
        if (b == LF) {
            return Violation.LINE_ENDING;
        }
        // No version (HTTP/0.9), or two spaces in a row.
        return b == CR || b == ' ' ? Violation.REQUEST_LINE_SYNTAX : Violation.TARGET_SYNTAX;
    }

    // ---- the status line: HTTP-version SP status-code SP [ reason-phrase ] CRLF (RFC 9112 4)

    private int statusLine(byte[] buf, int start, int end) {
        int stop = start + Math.min(end - start, lineBytes);
        int i = start + scanned;
        for (; i - start < STATUS_BYTES; i++) {
            if (i >= stop) {
                return stopped(i - start, i == end, Violation.STATUS_LINE_TOO_LONG);
            }
            if (!isStatusByte(i - start, buf[i])) {
                return fail(Violation.STATUS_LINE_SYNTAX);
            }
        }
        if (i == start + STATUS_BYTES && i < stop) {
            // Many servers leave the blank out when there is no reason; the code ends all the same.
            if (buf[i] == ' ') {
                i++;
            } else if (buf[i] != CR) {
                return fail(buf[i] == LF ? Violation.LINE_ENDING : Violation.STATUS_LINE_SYNTAX);
            }
        }
        i = Tokens.valueEnd(buf, i, stop);
        if (i == end) {
            return stopped(i - start, true, Violation.STATUS_LINE_TOO_LONG);
        }
        if (buf[i] != CR) {
            return fail(i == stop ? Violation.STATUS_LINE_TOO_LONG : buf[i] == LF ? Violation.LINE_ENDING : Violation.STATUS_LINE_SYNTAX);
        }
        if (i + 1 == end) {
            return stopped(i - start, true, Violation.LINE_ENDING);
        }
        if (buf[i + 1] != LF) {
            return fail(Violation.LINE_ENDING);
        }
        if (!isSupportedVersion(buf, start)) {
            return fail(Violation.VERSION_UNSUPPORTED);
        }
        status = (buf[start + 9] - '0') * 100 + (buf[start + 10] - '0') * 10 + buf[start + 11] - '0';
        int reasonOff = Math.min(start + STATUS_BYTES + 1, i);
        into.line(buf, reasonOff, i - reasonOff);
        started = true;
        inFields = true;
        nextLine();
        return i + 2;
    }

    private static boolean isStatusByte(int index, byte b) {
        if (index < VERSION_BYTES) {
            return isVersionByte(index, b);
        }
        if (index == VERSION_BYTES) {
            return b == ' ';
        }
        // RFC 9110 15: codes of 600 and above are invalid, but a client treats them as 5xx.
        return b >= (index == VERSION_BYTES + 1 ? '1' : '0') && b <= '9';
    }

    /** RFC 9112 2.3: "HTTP/" DIGIT "." DIGIT, case-sensitive. */
    private static boolean isVersionByte(int index, byte b) {
        if (index < HTTP.length) {
            return b == HTTP[index];
        }
        return index == HTTP.length + 1 ? b == '.' : b >= '0' && b <= '9';
    }

    private boolean isSupportedVersion(byte[] buf, int off) {
        version = buf[off + 7] == '0' ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
        return buf[off + 5] == '1';
    }

    // ---- field lines: field-name ":" OWS field-value OWS CRLF (RFC 9112 5)

    private int fieldLine(byte[] buf, int start, int end) {
        // The line with its end must fit what is left, whatever blanks it holds.
        int stop = start + Math.min(end - start, Math.max(bytesLeft - 2, 0));
        int i = start + scanned;
        if (firstEnd == 0) {
            if (i == start) {
                if (buf[start] == CR) {
                    return sectionEnd(buf, start, end);
                }
                if (fieldsLeft == 0) {
                    return fail(Violation.HEADERS_TOO_MANY);
                }
            }
            while (i < stop && Tokens.isTokenChar(buf[i])) {
                i++;
            }
            if (i == stop) {
                return stopped(i - start, i == end, Violation.HEADERS_TOO_LARGE);
            }
            if (buf[i] != ':' || i == start) {
                return fail(nameFault(buf[i], i == start));
            }
            firstEnd = i++ - start;
        }
        i = Tokens.valueEnd(buf, i, stop);
        if (i == end) {
            return stopped(i - start, true, Violation.HEADERS_TOO_LARGE);
        }
        if (buf[i] != CR) {
            return fail(i == stop ? Violation.HEADERS_TOO_LARGE : buf[i] == LF ? Violation.LINE_ENDING : Violation.HEADER_VALUE_SYNTAX);
        }
        if (i + 1 == end) {
            return stopped(i - start, true, Violation.LINE_ENDING);
        }
        if (buf[i + 1] != LF) {
            return fail(Violation.LINE_ENDING);
        }
        return store(buf, start, i) ? i + 2 : INCOMPLETE;
    }

    private boolean store(byte[] buf, int start, int lineEnd) {
        int nameLen = firstEnd;
        int from = start + nameLen + 1;
        int to = lineEnd;
        while (from < to && isBlank(buf[from])) {
            from++;
        }
        while (to > from && isBlank(buf[to - 1])) {
            to--;
        }
        int cost = Math.max(lineEnd - start + 2, nameLen + to - from + 4);
        if (cost > bytesLeft) {
            fail(Violation.HEADERS_TOO_LARGE);
            return false;
        }
        bytesLeft -= cost;
        fieldsLeft--;
        into.append(buf, start, nameLen, from, to - from);
        if (kind == Kind.TRAILERS && FieldRole.isForbiddenTrailer(into.id(into.size() - 1))) {
            fail(Violation.TRAILER_FORBIDDEN);
            return false;
        }
        started = true;
        nextLine();
        return true;
    }

    private int sectionEnd(byte[] buf, int start, int end) {
        if (start + 1 == end) {
            return INCOMPLETE;
        }
        if (buf[start + 1] != LF) {
            return fail(Violation.LINE_ENDING);
        }
        started = true;
        done = true;
        into = null;
        return start + 2;
    }

    private Violation nameFault(byte b, boolean first) {
        if (b == LF) {
            return Violation.LINE_ENDING;
        }
        // RFC 9112 5.2: obs-fold. Before the first field there is nothing that a line could continue (RFC 9112 2.2).
        return first && isBlank(b) && into.size() > 0 ? Violation.HEADER_FOLDED : Violation.HEADER_NAME_SYNTAX;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    // ---- where a scan stops

    private void nextLine() {
        scanned = 0;
        firstEnd = 0;
        secondEnd = 0;
    }

    /** The scan stopped for want of bytes or, if there are more, at the limit. */
    private int stopped(int lineBytesScanned, boolean wantsMore, Violation limit) {
        if (!wantsMore) {
            return fail(limit);
        }
        scanned = lineBytesScanned;
        return INCOMPLETE;
    }

    private int fail(Violation why) {
        violation = why;
        into = null;
        return INCOMPLETE;
    }
}
