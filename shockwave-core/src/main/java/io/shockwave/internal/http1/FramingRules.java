package io.shockwave.internal.http1;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Tokens;

/**
 * Judges a decoded head: where the message ends, whom it is for, and what becomes of the connection (RFC 9112 3, 6 and 9). Owned by an engine, which reuses it.
 *
 * <p>Whatever two parsers could read in two ways is refused: that is what request smuggling is made of. Nothing is repaired, and no field is changed.
 */
public final class FramingRules {
    /** Connection names {@code close}. */
    public static final int CLOSE = 1;
    /** Connection names {@code keep-alive}. */
    public static final int KEEP_ALIVE = 2;
    /** Connection names {@code upgrade}. */
    public static final int UPGRADE = 4;

    private static final int ABSENT = -1;

    private boolean chunked;
    private boolean keepAlive;

    // What one pass over the fields found.
    private int hosts;
    private int lengths;
    private int lengthIndex;
    private int codings;
    private int codingIndex;
    private int connection;
    private boolean upgrade;
    private boolean expectsContinue;
    private boolean expectsOther;

    /** Whether the content of the judged message comes in chunks. A response of {@link Exchange#UNKNOWN} length that does not is ended by the close of the connection. */
    public boolean chunked() {
        return chunked;
    }

    /** Whether the peer lets the connection live on after the judged message. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /**
     * Judges a request whose {@code method}, {@code version} and {@code received} are set. Sets {@code receivedLength} (0, the announced length, or {@link Exchange#UNKNOWN} for chunked content),
     * {@code expectsContinue}, {@code asksUpgrade}, {@code hostIndex} (-1 without Host) and the offsets of path, query and authority in the received line. A length of 0 means that
     * the target has no such part; then the path is "/" ("*" for OPTIONS, none for CONNECT) and the authority the value of Host. An absolute-form's authority counts and
     * Host does not (RFC 9112 3.2.2).
     *
     * @return what is wrong; {@code null} when nothing is
     */
    public Violation judgeRequest(Exchange x, Http1Limits limits) {
        HeaderBlock fields = x.received;
        boolean http10 = x.version == HttpVersion.HTTP_1_0;
        look(fields, x);
        Violation fault = targetFault(x, fields.bytes(), fields.lineLen());
        if (fault != null) {
            return fault;
        }
        fault = hostFault(x, http10);
        if (fault != null) {
            return fault;
        }
        fault = contentFault(fields, http10);
        if (fault != null) {
            return fault;
        }
        x.receivedLength = chunked ? Exchange.UNKNOWN : lengths == 0 ? 0 : length(fields);
        if (x.receivedLength != 0 && (x.method == Method.TRACE || x.method == Method.CONNECT)) {
            return Violation.CONTENT_FORBIDDEN; // RFC 9110 9.3.6 and 9.3.8
        }
        if (x.receivedLength > limits.bodyBytes()) {
            return Violation.BODY_TOO_LARGE;
        }
        if (expectsOther) {
            return Violation.EXPECTATION_UNKNOWN;
        }
        // RFC 9110 10.1.1: the expectation of a 1.0 client is ignored, and without content there is nothing to continue.
        x.expectsContinue = expectsContinue && !http10 && x.receivedLength != 0;
        // RFC 9110 7.8: a server ignores Upgrade in HTTP/1.0; RFC 9112 9.6: and what Connection does not name is for nobody.
        x.asksUpgrade = upgrade && !http10 && (connection & UPGRADE) != 0;
        keepAlive = keepsAlive(http10);
        return null;
    }

    /**
     * Judges a response whose {@code status}, {@code version} and {@code received} are set. Sets {@code receivedLength}: 0, the announced length, or {@link Exchange#UNKNOWN} for content that is
     * {@link #chunked} or else ended by the close of the connection. After 101, and after 2xx to CONNECT, what follows is no longer HTTP.
     *
     * @return what is wrong; {@code null} when nothing is
     */
    public Violation judgeResponse(Exchange x, Method requestMethod, Http1Limits limits) {
        HeaderBlock fields = x.received;
        boolean http10 = x.version == HttpVersion.HTTP_1_0;
        int status = x.status;
        look(fields, x);
        x.hostIndex = ABSENT;
        x.expectsContinue = false;
        x.asksUpgrade = upgrade && !http10 && (connection & UPGRADE) != 0;
        keepAlive = keepsAlive(http10);
        if (requestMethod == Method.CONNECT && status >= 200 && status < 300) {
            // RFC 9112 6.3: a client ignores Content-Length and Transfer-Encoding here.
            chunked = false;
            x.receivedLength = 0;
            return null;
        }
        Violation fault = contentFault(fields, http10);
        if (fault != null) {
            return fault;
        }
        boolean announced = chunked || lengths > 0 && length(fields) > 0;
        if (status < 200) {
            if (announced) {
                return Violation.CONTENT_FORBIDDEN; // RFC 9112 6.1, RFC 9110 8.6; it would put the next response out of step
            }
            x.receivedLength = 0;
        } else if (requestMethod == Method.HEAD || status == 204 || status == 304) {
            if (announced && status == 204) {
                keepAlive = false; // It must not announce content, and may send it all the same.
            }
            chunked = false;
            x.receivedLength = 0;
        } else if (chunked) {
            x.receivedLength = Exchange.UNKNOWN;
        } else if (lengths == 0) {
            keepAlive = false;
            x.receivedLength = Exchange.UNKNOWN;
        } else {
            x.receivedLength = length(fields);
            return x.receivedLength > limits.bodyBytes() ? Violation.BODY_TOO_LARGE : null;
        }
        return null;
    }

    /** Whether the judged request expects 100, wherever its content ends. */
    public boolean asksContinue() {
        return expectsContinue;
    }

    /** Whether RFC 9110 6.5.1 keeps the field with this id, which may be -1, out of trailers. */
    public static boolean isForbiddenTrailer(int id) {
        return FieldRole.isForbiddenTrailer(id);
    }

    // ---- one pass over the fields

    private void look(HeaderBlock fields, Exchange x) {
        chunked = false;
        keepAlive = false;
        hosts = 0;
        lengths = 0;
        codings = 0;
        connection = 0;
        upgrade = false;
        expectsContinue = false;
        expectsOther = false;
        x.hostIndex = ABSENT;
        for (int i = 0, size = fields.size(); i < size; i++) {
            switch (FieldRole.of(fields.id(i))) {
                case FieldRole.HOST -> {
                    hosts++;
                    x.hostIndex = i;
                }
                case FieldRole.CONTENT_LENGTH -> {
                    lengths++;
                    lengthIndex = i;
                }
                case FieldRole.TRANSFER_ENCODING -> {
                    codings++;
                    codingIndex = i;
                }
                case FieldRole.CONNECTION -> connection |= options(fields.bytes(), fields.valueOff(i), fields.valueLen(i));
                case FieldRole.UPGRADE -> upgrade |= fields.valueLen(i) > 0;
                case FieldRole.EXPECT -> {
                    if (fields.valueIs(i, "100-continue")) {
                        expectsContinue = true;
                    } else {
                        expectsOther = true;
                    }
                }
                default -> { }
            }
        }
    }

    private boolean keepsAlive(boolean http10) {
        // RFC 9112 9.3: close wins; then the version decides, and 1.0 must ask for it.
        return (connection & CLOSE) == 0 && (!http10 || (connection & KEEP_ALIVE) != 0);
    }

    /** {@link #CLOSE}, {@link #KEEP_ALIVE} and {@link #UPGRADE}, as far as the Connection fields of a section name them. */
    public static int connectionOptions(HeaderBlock fields) {
        int options = 0;
        for (int i = fields.indexOf(HeaderName.CONNECTION, 0); i >= 0; i = fields.indexOf(HeaderName.CONNECTION, i + 1)) {
            options |= options(fields.bytes(), fields.valueOff(i), fields.valueLen(i));
        }
        return options;
    }

    private static int options(byte[] buf, int off, int len) {
        int options = 0;
        int end = off + len;
        for (int i = off; i < end; i++) {
            int from = i;
            while (i < end && buf[i] != ',') {
                i++;
            }
            options |= option(buf, from, i);
        }
        return options;
    }

    /** The option that stands between {@code off} and {@code end}, blanks aside; 0 for others. */
    static int option(byte[] buf, int off, int end) {
        int from = off;
        int to = end;
        while (from < to && isBlank(buf[from])) {
            from++;
        }
        while (to > from && isBlank(buf[to - 1])) {
            to--;
        }
        int len = to - from;
        return is(buf, from, len, "close") ? CLOSE : is(buf, from, len, "keep-alive") ? KEEP_ALIVE : is(buf, from, len, "upgrade") ? UPGRADE : 0;
    }

    // ---- content (RFC 9112 6)

    private Violation contentFault(HeaderBlock fields, boolean http10) {
        if (codings > 0) {
            if (http10) {
                return Violation.TRANSFER_CODING_IN_1_0;
            }
            if (lengths > 0) {
                return Violation.CONTENT_LENGTH_WITH_CODING;
            }
            if (codings > 1) {
                return Violation.TRANSFER_CODING_SYNTAX;
            }
            if (!fields.valueIs(codingIndex, "chunked")) {
                return codingFault(fields.bytes(), fields.valueOff(codingIndex), fields.valueLen(codingIndex));
            }
            chunked = true;
            return null;
        }
        if (lengths > 1) {
            return Violation.CONTENT_LENGTH_REPEATED;
        }
        return lengths == 1 && length(fields) == ABSENT ? Violation.CONTENT_LENGTH_SYNTAX : null;
    }

    private long length(HeaderBlock fields) {
        return HeaderBlock.parseLong(fields.bytes(), fields.valueOff(lengthIndex), fields.valueLen(lengthIndex), ABSENT);
    }

    /** A well-formed list in which chunked is the last, and comes once, asks for codings that are not implemented (501); with anything else the end of the message is open (400). */
    private static Violation codingFault(byte[] buf, int off, int len) {
        int end = off + len;
        int at = off;
        while (true) {
            int from = at;
            while (at < end && Tokens.isTokenChar(buf[at])) {
                at++;
            }
            boolean isChunked = is(buf, from, at - from, "chunked");
            if (at == end) {
                return isChunked ? Violation.TRANSFER_CODING_UNSUPPORTED : Violation.TRANSFER_CODING_SYNTAX;
            }
            if (at == from || isChunked) {
                return Violation.TRANSFER_CODING_SYNTAX;
            }
            while (at < end && isBlank(buf[at])) {
                at++;
            }
            if (at == end || buf[at++] != ',') {
                return Violation.TRANSFER_CODING_SYNTAX; // Parameters too: no coding that has any is implemented.
            }
            while (at < end && isBlank(buf[at])) {
                at++;
            }
        }
    }

    // ---- host and target (RFC 9112 3.2)

    private Violation hostFault(Exchange x, boolean http10) {
        if (hosts > 1) {
            return Violation.HOST_REPEATED;
        }
        if (hosts == 0) {
            return http10 ? null : Violation.HOST_MISSING;
        }
        HeaderBlock fields = x.received;
        int port = Authority.port(fields.bytes(), fields.valueOff(x.hostIndex), fields.valueLen(x.hostIndex));
        return port == Authority.INVALID ? Violation.HOST_SYNTAX : null;
    }

    private static Violation targetFault(Exchange x, byte[] line, int len) {
        x.pathOff = x.pathLen = x.queryOff = x.queryLen = x.authorityOff = x.authorityLen = 0;
        if (x.method == Method.CONNECT) {
            return authorityForm(x, line, len);
        }
        if (len > 0 && line[0] == '/') {
            return pathAndQuery(x, line, 0, len);
        }
        if (len == 1 && line[0] == '*') {
            x.pathLen = 1;
            return x.method == Method.OPTIONS ? null : Violation.TARGET_FORM;
        }
        int authority = startsWith(line, len, "http://") ? 7 : startsWith(line, len, "https://") ? 8 : ABSENT;
        return authority == ABSENT ? Violation.TARGET_FORM : absoluteForm(x, line, authority, len);
    }

    /** RFC 9112 3.2.3, RFC 9110 9.3.6: host and port, both required. */
    private static Violation authorityForm(Exchange x, byte[] line, int len) {
        if (len == 1 && line[0] == '*') {
            return Violation.TARGET_FORM;
        }
        for (int i = 0; i < len; i++) {
            if (line[i] == '/') {
                return Violation.TARGET_FORM;
            }
        }
        if (Authority.port(line, 0, len) <= 0) {
            return Violation.TARGET_SYNTAX;
        }
        x.authorityLen = len;
        return null;
    }

    private static Violation absoluteForm(Exchange x, byte[] line, int off, int len) {
        int i = off;
        while (i < len && line[i] != '/' && line[i] != '?' && line[i] != '#') {
            i++;
        }
        if (Authority.port(line, off, i - off) == Authority.INVALID) {
            return Violation.TARGET_SYNTAX; // userinfo too: RFC 9110 4.2.4
        }
        x.authorityOff = off;
        x.authorityLen = i - off;
        return pathAndQuery(x, line, i, len);
    }

    private static Violation pathAndQuery(Exchange x, byte[] line, int off, int len) {
        int i = off;
        while (i < len && line[i] != '?' && line[i] != '#') {
            i++;
        }
        x.pathOff = off;
        x.pathLen = i - off;
        if (i < len && line[i] == '?') {
            x.queryOff = ++i;
            while (i < len && line[i] != '#') {
                i++;
            }
            x.queryLen = i - x.queryOff;
        }
        // A fragment is no part of a request-target, and parsers differ on what they make of a stray percent sign.
        return i < len || !Authority.isPercentEncodingValid(line, x.pathOff, x.pathLen) ? Violation.TARGET_SYNTAX : null;
    }

    // ---- leaves

    private static boolean startsWith(byte[] buf, int len, String lowerCase) {
        return len >= lowerCase.length() && is(buf, 0, lowerCase.length(), lowerCase);
    }

    private static boolean is(byte[] buf, int off, int len, String lowerCase) {
        if (len != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < len; i++) {
            if (Tokens.lower(buf[off + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
