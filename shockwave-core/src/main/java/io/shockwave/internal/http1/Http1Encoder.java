package io.shockwave.internal.http1;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeaderBlock;
import java.nio.charset.StandardCharsets;

/**
 * Writes a head, interim head or trailer section into whatever room there is, and goes on where it stopped. Owned by an engine, which reuses it for every message.
 *
 * <p>The fields that frame the message and manage the connection are the engine's: Content-Length, Transfer-Encoding and the options {@code close} and {@code keep-alive} of Connection are written as
 * told by the arguments and never copied from the application's fields, so none comes twice. Fields must not change between start and {@link #isDone}.
 *
 * <pre>
 *   start… ──► first line ──► [Host] ──► fields ──► [Date] ──► [Server] ──► [Alt-Svc] ──► [length or coding] ──► [Connection] ──► empty line ──► done
 * </pre>
 */
public final class Http1Encoder {
    /** As a content length: neither Content-Length nor Transfer-Encoding is written. */
    public static final long NONE = -1L;
    /** As a content length: {@code Transfer-Encoding: chunked} is written. */
    public static final long CHUNKED = -2L;
    /** In place of a field's bytes: the field is not written. */
    public static final byte[] ABSENT = {};
    /** As connection: nothing is said, which in HTTP/1.1 means that it stays. */
    public static final int IMPLIED = 0;
    /** As connection: {@code Connection: close}. */
    public static final int CLOSE = FramingRules.CLOSE;
    /** As connection: {@code Connection: keep-alive}, for HTTP/1.0 peers. */
    public static final int KEEP_ALIVE = FramingRules.KEEP_ALIVE;
    /** The most bytes that {@link #chunkHead} writes. */
    public static final int MAX_CHUNK_HEAD = 10;

    private static final int FIRST_LINE = 0;
    private static final int HOST = 1;
    private static final int FIELDS = 2;
    private static final int DATE = 3;
    private static final int SERVER = 4;
    private static final int ALT_SVC = 5;
    private static final int LENGTH = 6;
    private static final int CONNECTION = 7;
    private static final int END = 8;
    private static final int DONE = 9;

    private static final int REQUEST = 0;
    private static final int RESPONSE = 1;
    private static final int INTERIM = 2;
    private static final int TRAILERS = 3;

    private static final byte[] VERSION_11 = ascii("HTTP/1.1 ");
    private static final byte[] REQUEST_END = ascii(" HTTP/1.1\r\n");
    private static final byte[] SPACE_CRLF = ascii(" \r\n");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] SPACE = ascii(" ");
    private static final byte[] COLON = ascii(": ");
    private static final byte[] LAST_CHUNK = ascii("0\r\n");
    private static final byte[] HOST_NAME = ascii("Host: ");
    private static final byte[] DATE_NAME = ascii("Date: ");
    private static final byte[] SERVER_NAME = ascii("Server: ");
    private static final byte[] ALT_SVC_NAME = ascii("Alt-Svc: ");
    private static final byte[] LENGTH_NAME = ascii("Content-Length: ");
    private static final byte[] CODING_LINE = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CONNECTION_NAME = ascii("Connection: ");
    private static final byte[] CLOSE_OPTION = ascii("close");
    private static final byte[] KEEP_ALIVE_OPTION = ascii("keep-alive");
    private static final byte[] COMMA = ascii(", ");

    /** The names of Date, Server and Alt-Svc, the lines of length or coding and of Connection, and the line ends. */
    private static final int FIXED_BYTES = 128;

    private final byte[] digits = new byte[19];
    private int message;
    private HeaderBlock fields;
    private Method method = Method.GET;
    private int status;
    private byte[] host = ABSENT;
    private byte[] date = ABSENT;
    private byte[] server = ABSENT;
    private byte[] altSvc = ABSENT;
    private long contentLength;
    private int connection;
    private boolean hasConnectionField;

    private int step = DONE;
    private int field;
    // Within the present line: bytes written by earlier calls, those of them still to be passed over, and where this call writes.
    private int written;
    private int skip;
    private byte[] out;
    private int at;
    private int end;
    private boolean full;

    /**
     * Begins a final response, or 101: status line of {@code x.status}, the fields of {@code x.sent}, and what the arguments ask for.
     *
     * @param contentLength the length to announce, {@link #CHUNKED} or {@link #NONE}; also for an answer to HEAD or a 304, which announce what they do not send
     * @param connection {@link #CLOSE}, {@link #KEEP_ALIVE} or {@link #IMPLIED}
     * @param date the value of Date, 29 bytes, or {@link #ABSENT}; not used if the fields have a Date. Not copied
     * @param server the value of Server, or {@link #ABSENT}; not used if the fields have one. Not copied
     */
    public void startResponse(Exchange x, long contentLength, int connection, byte[] date, byte[] server) {
        startResponse(x, contentLength, connection, date, server, ABSENT);
    }

    /**
     * As above, with Alt-Svc.
     *
     * @param altSvc its value, or {@link #ABSENT}; not used if the fields have one. Not copied
     */
    public void startResponse(Exchange x, long contentLength, int connection, byte[] date, byte[] server, byte[] altSvc) {
        start(RESPONSE, x.sent, contentLength, connection);
        status = x.status;
        this.date = date;
        this.server = server;
        this.altSvc = altSvc;
    }

    /** Begins an interim response (1xx other than 101): status line and fields, in which framing fields are left out. */
    public void startInterim(int status, HeaderBlock fields) {
        start(INTERIM, fields, NONE, IMPLIED);
        this.status = status;
    }

    /**
     * Begins a request: {@code x.method}, the line of {@code x.sent} as request-target, its fields, and what the arguments ask for.
     *
     * @param contentLength as for a response
     * @param connection as for a response
     * @param host the value of Host, or {@link #ABSENT}; written as the first field, as RFC 9110 7.2 asks, unless the fields have a Host. Not copied
     */
    public void startRequest(Exchange x, long contentLength, int connection, byte[] host) {
        start(REQUEST, x.sent, contentLength, connection);
        method = x.method;
        this.host = host;
        assert isLineClean(x.sent) : "an unchecked request-target";
    }

    /** Begins the last chunk and the trailers, which may be none; fields that RFC 9110 6.5.1 keeps out of trailers are left out. */
    public void startTrailers(HeaderBlock trailers) {
        start(TRAILERS, trailers, NONE, IMPLIED);
    }

    private void start(int message, HeaderBlock fields, long contentLength, int connection) {
        assert isClean(fields) : "an unchecked field";
        this.message = message;
        this.fields = fields;
        this.contentLength = contentLength;
        this.connection = connection;
        host = ABSENT;
        date = ABSENT;
        server = ABSENT;
        altSvc = ABSENT;
        hasConnectionField = false;
        step = FIRST_LINE;
        field = 0;
        written = 0;
    }

    /**
     * Writes as much as there is room for.
     *
     * @return the bytes written; less than {@code len} only when all is written
     */
    public int encode(byte[] buf, int off, int len) {
        if (step == FIRST_LINE && written == 0 && message == RESPONSE) {
            int n = whole(buf, off, off + len);
            if (n >= 0) {
                step = DONE;
                fields = null;
                return n;
            }
            hasConnectionField = false; // begins again, and stops where the room ends
        }
        out = buf;
        at = off;
        end = off + len;
        full = false;
        skip = written;
        while (step != DONE) {
            line();
            if (full) {
                break;
            }
            written = 0;
            skip = 0;
            next();
        }
        out = ABSENT;
        return at - off;
    }

    /** The common head in one pass, which keeps no account of where it stopped. @return its length; -1 if it needs the other way: no room, or a rare field or status */
    private int whole(byte[] buf, int off, int limit) {
        byte[] line = StatusLines.of(status);
        HeaderBlock block = fields;
        // Room for all but the application's fields: the length's digits, Connection and the line ends among it.
        if (line.length == 0 || limit - off < line.length + date.length + server.length + altSvc.length + FIXED_BYTES) {
            return -1;
        }
        int last = limit - date.length - server.length - altSvc.length - FIXED_BYTES;
        System.arraycopy(line, 0, buf, off, line.length);
        int i = off + line.length;
        byte[] page = block.bytes();
        boolean hasDate = date.length == 0;
        boolean hasServer = server.length == 0;
        boolean hasAltSvc = altSvc.length == 0;
        for (int f = 0, size = block.size(); f < size; f++) {
            int id = block.id(f);
            int role = FieldRole.of(id);
            if (role == FieldRole.CONNECTION) {
                return -1;
            }
            if (role == FieldRole.CONTENT_LENGTH || role == FieldRole.TRANSFER_ENCODING) {
                continue;
            }
            byte[] name = id >= 0 ? HeaderName.byId(id).wireBytes() : page;
            int nameOff = id >= 0 ? 0 : block.nameOff(f);
            int nameLen = id >= 0 ? name.length : block.nameLen(f);
            int valueLen = block.valueLen(f);
            if (last - i < nameLen + valueLen + 4) {
                return -1;
            }
            i = putField(buf, i, name, nameOff, nameLen, page, block.valueOff(f), valueLen);
            hasDate |= role == FieldRole.DATE;
            hasServer |= role == FieldRole.SERVER;
            hasAltSvc |= role == FieldRole.ALT_SVC;
        }
        if (!hasDate) {
            i = putLine(buf, i, DATE_NAME, date);
        }
        if (!hasServer) {
            i = putLine(buf, i, SERVER_NAME, server);
        }
        if (!hasAltSvc) {
            i = putLine(buf, i, ALT_SVC_NAME, altSvc);
        }
        if (contentLength >= 0) {
            System.arraycopy(LENGTH_NAME, 0, buf, i, LENGTH_NAME.length);
            i += LENGTH_NAME.length;
            int digitCount = HeaderBlock.decimalLength(contentLength);
            HeaderBlock.putDecimal(buf, i, digitCount, contentLength);
            i = putEnd(buf, i + digitCount);
        } else if (contentLength == CHUNKED) {
            System.arraycopy(CODING_LINE, 0, buf, i, CODING_LINE.length);
            i += CODING_LINE.length;
        }
        if (connection != IMPLIED) {
            i = putLine(buf, i, CONNECTION_NAME, connection == CLOSE ? CLOSE_OPTION : KEEP_ALIVE_OPTION);
        }
        return putEnd(buf, i) - off;
    }

    private static int putLine(byte[] buf, int at, byte[] prefix, byte[] value) {
        System.arraycopy(prefix, 0, buf, at, prefix.length);
        int i = at + prefix.length;
        System.arraycopy(value, 0, buf, i, value.length);
        return putEnd(buf, i + value.length);
    }

    private static int putEnd(byte[] buf, int at) {
        buf[at] = '\r';
        buf[at + 1] = '\n';
        return at + 2;
    }

    /** Whether everything that was started is written. */
    public boolean isDone() {
        return step == DONE;
    }

    private void next() {
        if (step == FIELDS && field < fields.size()) {
            return;
        }
        if (++step == DONE) {
            fields = null;
        }
    }

    private void line() {
        switch (step) {
            case FIRST_LINE -> firstLine();
            case HOST -> optional(HOST_NAME, host, HeaderName.HOST);
            case FIELDS -> fields();
            case DATE -> optional(DATE_NAME, date, HeaderName.DATE);
            case SERVER -> optional(SERVER_NAME, server, HeaderName.SERVER);
            case ALT_SVC -> optional(ALT_SVC_NAME, altSvc, HeaderName.ALT_SVC);
            case LENGTH -> length();
            case CONNECTION -> connection();
            default -> put(CRLF);
        }
    }

    private void firstLine() {
        switch (message) {
            case REQUEST -> {
                put(method.wireBytes());
                put(SPACE);
                put(fields.bytes(), 0, fields.lineLen());
                put(REQUEST_END);
            }
            case TRAILERS -> put(LAST_CHUNK);
            default -> {
                byte[] known = StatusLines.of(status);
                if (known.length > 0) {
                    put(known);
                } else {
                    put(VERSION_11);
                    HeaderBlock.putDecimal(digits, 0, 3, status);
                    put(digits, 0, 3);
                    put(SPACE_CRLF);
                }
            }
        }
    }

    private void fields() {
        HeaderBlock block = fields;
        for (int size = block.size(); field < size; field++) {
            int id = block.id(field);
            if (isOwn(id)) {
                continue;
            }
            byte[] page = block.bytes();
            int valueOff = block.valueOff(field);
            int valueLen = block.valueLen(field);
            byte[] name = id >= 0 ? HeaderName.byId(id).wireBytes() : page;
            int nameOff = id >= 0 ? 0 : block.nameOff(field);
            int nameLen = id >= 0 ? name.length : block.nameLen(field);
            if (skip == 0 && end - at >= nameLen + valueLen + 4) {
                at = putField(out, at, name, nameOff, nameLen, page, valueOff, valueLen);
                continue;
            }
            put(name, nameOff, nameLen);
            put(COLON);
            put(page, valueOff, valueLen);
            put(CRLF);
            if (full) {
                return;
            }
            written = 0;
            skip = 0;
        }
    }

    private boolean isOwn(int id) {
        switch (FieldRole.of(id)) {
            case FieldRole.CONTENT_LENGTH, FieldRole.TRANSFER_ENCODING -> {
                return true;
            }
            case FieldRole.CONNECTION -> {
                hasConnectionField = true;
                return true;
            }
            default -> {
                return message == TRAILERS && FieldRole.isForbiddenTrailer(id);
            }
        }
    }

    private static int putField(byte[] out, int at, byte[] name, int nameOff, int nameLen, byte[] value, int valueOff, int valueLen) {
        System.arraycopy(name, nameOff, out, at, nameLen);
        int i = at + nameLen;
        out[i++] = ':';
        out[i++] = ' ';
        System.arraycopy(value, valueOff, out, i, valueLen);
        i += valueLen;
        out[i++] = '\r';
        out[i++] = '\n';
        return i;
    }

    private void optional(byte[] prefix, byte[] value, HeaderName name) {
        if (value.length > 0 && fields.indexOf(name, 0) < 0) {
            put(prefix);
            put(value);
            put(CRLF);
        }
    }

    private void length() {
        if (contentLength == CHUNKED) {
            put(CODING_LINE);
        } else if (contentLength >= 0) {
            int len = HeaderBlock.decimalLength(contentLength);
            HeaderBlock.putDecimal(digits, 0, len, contentLength);
            put(LENGTH_NAME);
            put(digits, 0, len);
            put(CRLF);
        }
    }

    /** Ours first, then what the application's Connection fields name beside close and keep-alive, such as upgrade. */
    private void connection() {
        boolean any = false;
        if (connection != IMPLIED) {
            put(CONNECTION_NAME);
            put(connection == CLOSE ? CLOSE_OPTION : KEEP_ALIVE_OPTION);
            any = true;
        }
        if (hasConnectionField && message != TRAILERS) {
            HeaderBlock block = fields;
            for (int i = block.indexOf(HeaderName.CONNECTION, 0); i >= 0; i = block.indexOf(HeaderName.CONNECTION, i + 1)) {
                any = otherOptions(block.bytes(), block.valueOff(i), block.valueLen(i), any);
            }
        }
        if (any) {
            put(CRLF);
        }
    }

    private boolean otherOptions(byte[] buf, int off, int len, boolean anyBefore) {
        boolean any = anyBefore;
        int last = off + len;
        for (int i = off; i < last; i++) {
            int from = i;
            while (i < last && buf[i] != ',') {
                i++;
            }
            int to = i;
            while (from < to && (buf[from] == ' ' || buf[from] == '\t')) {
                from++;
            }
            while (to > from && (buf[to - 1] == ' ' || buf[to - 1] == '\t')) {
                to--;
            }
            int option = FramingRules.option(buf, from, to);
            if (to > from && option != CLOSE && option != KEEP_ALIVE) {
                put(any ? COMMA : CONNECTION_NAME);
                put(buf, from, to - from);
                any = true;
            }
        }
        return any;
    }

    private void put(byte[] src) {
        put(src, 0, src.length);
    }

    private void put(byte[] src, int off, int len) {
        int passed = Math.min(skip, len);
        skip -= passed;
        int left = len - passed;
        int n = Math.min(left, end - at);
        System.arraycopy(src, off + passed, out, at, n);
        at += n;
        written += n;
        full |= n < left;
    }

    // ---- chunks

    /**
     * Writes the line in front of a chunk's data; behind the data comes CR LF.
     *
     * @param size at least 1: 0 would end the content
     * @return the bytes written, at most {@link #MAX_CHUNK_HEAD}
     */
    public static int chunkHead(byte[] buf, int off, int size) {
        assert size > 0 : "an empty chunk is the last";
        int n = chunkHeadLength(size) - 2;
        int rest = size;
        for (int i = off + n - 1; i >= off; i--) {
            int digit = rest & 15;
            buf[i] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
            rest >>>= 4;
        }
        buf[off + n] = '\r';
        buf[off + n + 1] = '\n';
        return n + 2;
    }

    /** The bytes that {@link #chunkHead} writes for this size. */
    public static int chunkHeadLength(int size) {
        return (35 - Integer.numberOfLeadingZeros(size)) / 4 + 2;
    }

    // ---- defence in depth: names, values and targets were checked when they were set

    private static boolean isClean(HeaderBlock fields) {
        byte[] page = fields.bytes();
        for (int i = 0; i < fields.size(); i++) {
            if (!isClean(page, fields.nameOff(i), fields.nameLen(i), ' ') || !isClean(page, fields.valueOff(i), fields.valueLen(i), 0)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLineClean(HeaderBlock fields) {
        return fields.lineLen() > 0 && isClean(fields.bytes(), 0, fields.lineLen(), ' ');
    }

    private static boolean isClean(byte[] buf, int off, int len, int alsoForbidden) {
        for (int i = off; i < off + len; i++) {
            if (buf[i] == '\r' || buf[i] == '\n' || buf[i] == 0 || buf[i] == alsoForbidden) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
