package io.shockwave.internal.http3;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Tokens;
import io.shockwave.internal.http1.FramingRules;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.qpack.FieldNames;
import io.shockwave.internal.qpack.FieldSink;
import java.nio.charset.StandardCharsets;

/**
 * Makes of decoded field lines what HTTP/1.1's decoder makes of a head, and judges it by the same rules: the path is the line of the block, the authority its Host field, and cookies are one
 * field. Owned by a connection, as sections are decoded one at a time.
 *
 * <pre>
 *   pseudo-header fields ──▶ fields ──▶ finish: what is missing, FramingRules, content
 *          any ──▶ fault: what was wrong; decoding stops
 * </pre>
 */
final class MessageFields implements FieldSink {
    enum Kind { REQUEST, RESPONSE, TRAILERS }

    private static final int AUTHORITY = 1;
    private static final int PATH = 1 << 1;
    private static final int METHOD = 1 << 2;
    private static final int SCHEME = 1 << 3;
    private static final int STATUS = 1 << 4;
    private static final int PROTOCOL = 1 << 5;
    private static final String[] PROTOCOLS = {"websocket", "connect-udp", "connect-ip", "webtransport"};
    private static final byte[] NOTHING = {};
    private static final byte[] TRAILERS = {'t', 'r', 'a', 'i', 'l', 'e', 'r', 's'};
    private static final boolean[] OF_A_CONNECTION = new boolean[128];

    static {
        // RFC 9114 4.2; TE is judged by its value.
        HeaderName[] names = {HeaderName.CONNECTION, HeaderName.KEEP_ALIVE, HeaderName.PROXY_CONNECTION, HeaderName.TRANSFER_ENCODING, HeaderName.UPGRADE};
        for (HeaderName name : names) {
            OF_A_CONNECTION[name.id()] = true;
        }
    }

    private final Slab slab;
    private final Http1Limits limits;
    private final boolean extendedConnect;
    private final FramingRules framing = new FramingRules();
    private Kind kind = Kind.REQUEST;
    private Exchange x;
    private HeaderBlock into;
    private Violation fault;
    private int pseudo;
    private boolean composed;
    private boolean lined;
    private long sectionBytes;
    private int count;
    private int cookies;
    private byte[] authority = NOTHING;
    private int authorityLen;

    MessageFields(Slab slab, Http1Limits limits, boolean extendedConnect) {
        this.slab = slab;
        this.limits = limits;
        this.extendedConnect = extendedConnect;
    }

    /** Begins a section of {@code x} that goes into {@code block}, which is empty. */
    void start(Kind kind, Exchange x, HeaderBlock block) {
        this.kind = kind;
        this.x = x;
        into = block;
        fault = null;
        pseudo = 0;
        composed = kind == Kind.TRAILERS;
        lined = false;
        sectionBytes = 0;
        count = 0;
        cookies = 0;
        authorityLen = 0;
    }

    /** What was wrong; null when nothing was. */
    Violation fault() {
        return fault;
    }

    /** Bytes of the section so far, as RFC 9114 4.2.2 counts them. */
    long sectionBytes() {
        return sectionBytes;
    }

    private boolean fail(Violation why) {
        fault = why;
        return false;
    }

    // ---- one field

    @Override
    public boolean onField(int id, byte[] name, int nameOff, int nameLen, byte[] value, int valueOff, int valueLen, boolean neverIndexed) {
        sectionBytes += nameLen + valueLen + 32L;
        if (sectionBytes > limits.headerBytes()) {
            return fail(Violation.HEADERS_TOO_LARGE);
        }
        if (!isValue(value, valueOff, valueLen)) {
            return fail(Violation.HEADER_VALUE_SYNTAX);
        }
        if (id >= 0 || id == FieldNames.OTHER) {
            return field(id, name, nameOff, nameLen, value, valueOff, valueLen);
        }
        if (id == FieldNames.MALFORMED) {
            return fail(Violation.FIELD_NAME_CASE);
        }
        if (composed) {
            return fail(kind == Kind.TRAILERS ? Violation.PSEUDO_HEADER_UNKNOWN : Violation.PSEUDO_HEADER_LATE);
        }
        return kind == Kind.REQUEST ? requestPseudo(id, value, valueOff, valueLen) : status(id, value, valueOff, valueLen);
    }

    /** RFC 9110 5.5: no control bytes, and no blanks around it, which HTTP/1.1 would have taken off. */
    private static boolean isValue(byte[] value, int off, int len) {
        return len == 0 || Tokens.valueEnd(value, off, off + len) == off + len && !isBlank(value[off]) && !isBlank(value[off + len - 1]);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private boolean field(int id, byte[] name, int nameOff, int nameLen, byte[] value, int off, int len) {
        if (!composed && !compose()) {
            return false;
        }
        if (++count > limits.headerCount()) {
            return fail(Violation.HEADERS_TOO_MANY);
        }
        if (id < 0) {
            into.append(name, nameOff, nameLen, value, off, len);
            return true;
        }
        if (OF_A_CONNECTION[id] || id == HeaderName.TE.id() && !is(TRAILERS, value, off, len)) {
            return fail(Violation.CONNECTION_FIELD);
        }
        if (kind == Kind.TRAILERS && FramingRules.isForbiddenTrailer(id)) {
            return fail(Violation.TRAILER_FORBIDDEN);
        }
        if (id == HeaderName.HOST.id() && kind == Kind.REQUEST && (pseudo & AUTHORITY) != 0) {
            // RFC 9114 4.3.1: both say the same; one of them is enough for whoever reads on.
            return is(authority, authorityLen, value, off, len) || fail(Violation.AUTHORITY_CONFLICT);
        }
        if (id == HeaderName.COOKIE.id()) {
            cookies++;
        }
        into.append(HeaderName.byId(id), value, off, len);
        return true;
    }

    private static boolean is(byte[] text, byte[] value, int off, int len) {
        return is(text, text.length, value, off, len);
    }

    private static boolean is(byte[] text, int textLen, byte[] value, int off, int len) {
        if (textLen != len) {
            return false;
        }
        for (int i = 0; i < len; i++) {
            if (text[i] != value[off + i]) {
                return false;
            }
        }
        return true;
    }

    // ---- pseudo-header fields (RFC 9114 4.3)

    private boolean once(int bit) {
        if ((pseudo & bit) != 0) {
            return fail(Violation.PSEUDO_HEADER_REPEATED);
        }
        pseudo |= bit;
        return true;
    }

    private boolean requestPseudo(int id, byte[] value, int off, int len) {
        return switch (id) {
            case FieldNames.METHOD -> once(METHOD) && method(value, off, len);
            case FieldNames.SCHEME -> once(SCHEME) && scheme(value, off, len);
            case FieldNames.PATH -> once(PATH) && path(value, off, len);
            case FieldNames.AUTHORITY -> once(AUTHORITY) && authority(value, off, len);
            case FieldNames.PROTOCOL -> once(PROTOCOL) && protocol(value, off, len);
            default -> fail(Violation.PSEUDO_HEADER_UNKNOWN);
        };
    }

    private boolean method(byte[] value, int off, int len) {
        Method known = Method.known(value, off, len, null);
        if (known == null) {
            return fail(isToken(value, off, len) ? Violation.METHOD_UNKNOWN : Violation.REQUEST_LINE_SYNTAX);
        }
        x.method = known;
        return true;
    }

    private static boolean isToken(byte[] value, int off, int len) {
        for (int i = off; i < off + len; i++) {
            if (!Tokens.isTokenChar(value[i])) {
                return false;
            }
        }
        return len > 0;
    }

    private boolean scheme(byte[] value, int off, int len) {
        boolean http = len >= 4 && value[off] == 'h' && value[off + 1] == 't' && value[off + 2] == 't' && value[off + 3] == 'p';
        return http && (len == 4 || len == 5 && value[off + 4] == 's') || fail(Violation.SCHEME_UNSUPPORTED);
    }

    private boolean path(byte[] value, int off, int len) {
        if (len > limits.lineBytes()) {
            return fail(Violation.REQUEST_LINE_TOO_LONG);
        }
        // RFC 9114 4.3.1: origin-form or "*"; never empty for http and https, which are the only schemes here.
        if (len == 0 || value[off] != '/' && (len != 1 || value[off] != '*')) {
            return fail(Violation.TARGET_FORM);
        }
        for (int i = off, end = off + len; i < end; i++) {
            if (!Tokens.isTargetChar(value[i])) {
                return fail(Violation.TARGET_SYNTAX);
            }
        }
        into.line(value, off, len);
        lined = true;
        return true;
    }

    /** Kept until the path is there, which is the first thing in the block. */
    private boolean authority(byte[] value, int off, int len) {
        if (len > limits.lineBytes()) {
            return fail(Violation.REQUEST_LINE_TOO_LONG);
        }
        if (authority.length < len) {
            release();
            authority = slab.lend(len);
        }
        System.arraycopy(value, off, authority, 0, len);
        authorityLen = len;
        return true;
    }

    private boolean protocol(byte[] value, int off, int len) {
        if (!extendedConnect || !isToken(value, off, len)) {
            return fail(Violation.PSEUDO_HEADER_UNKNOWN);
        }
        x.protocol = protocolText(value, off, len);
        return true;
    }

    private static String protocolText(byte[] value, int off, int len) {
        for (String known : PROTOCOLS) {
            boolean same = known.length() == len;
            for (int i = 0; same && i < len; i++) {
                same = known.charAt(i) == value[off + i];
            }
            if (same) {
                return known;
            }
        }
        return new String(value, off, len, StandardCharsets.US_ASCII);
    }

    /** RFC 9114 4.3.2; 4.5: there is no 101. */
    private boolean status(int id, byte[] value, int off, int len) {
        if (id != FieldNames.STATUS) {
            return fail(Violation.PSEUDO_HEADER_UNKNOWN);
        }
        if (!once(STATUS)) {
            return false;
        }
        long status = len == 3 ? HeaderBlock.parseLong(value, off, len, 0) : 0;
        if (status < 100 || status == 101) {
            return fail(Violation.STATUS_SYNTAX);
        }
        x.status = (int) status;
        return true;
    }

    /** The pseudo-header fields are over: puts down what they say. */
    private boolean compose() {
        composed = true;
        if (kind == Kind.RESPONSE) {
            return (pseudo & STATUS) != 0 || fail(Violation.PSEUDO_HEADER_MISSING);
        }
        boolean connect = (pseudo & METHOD) != 0 && x.method == Method.CONNECT;
        int needed = METHOD | SCHEME | PATH;
        if (connect && (pseudo & PROTOCOL) == 0) {
            needed = METHOD | AUTHORITY; // RFC 9114 4.4: and neither scheme nor path
            if ((pseudo & (SCHEME | PATH)) != 0) {
                return fail(Violation.TARGET_FORM);
            }
        } else if (connect) {
            needed |= AUTHORITY | PROTOCOL; // RFC 8441 4
        } else if ((pseudo & PROTOCOL) != 0) {
            return fail(Violation.PSEUDO_HEADER_UNKNOWN);
        }
        if ((pseudo & needed) != needed) {
            return fail(Violation.PSEUDO_HEADER_MISSING);
        }
        if (!lined) {
            into.line(authority, 0, authorityLen);
        }
        if ((pseudo & AUTHORITY) != 0) {
            into.append(HeaderName.HOST, authority, 0, authorityLen);
        }
        return true;
    }

    // ---- the section as a whole

    /**
     * The section is complete: judges it. For a request, {@code receivedLength} is the announced length, or {@link Exchange#UNKNOWN} without one; for a response as HTTP/1.1 has it.
     *
     * @return what is wrong; null when nothing is
     */
    Violation finish() {
        if (fault != null || !composed && !compose()) {
            return fault;
        }
        if (cookies > 1) {
            joinCookies();
        }
        x.version = HttpVersion.HTTP_3;
        switch (kind) {
            case REQUEST -> fault = judgeRequest();
            case RESPONSE -> fault = framing.judgeResponse(x, x.method, limits);
            case TRAILERS -> {
            }
        }
        return fault;
    }

    private Violation judgeRequest() {
        boolean extended = (pseudo & PROTOCOL) != 0;
        if (extended) {
            x.method = Method.GET; // RFC 9220 3: for its target, it is what an upgrade by GET is to HTTP/1.1
        }
        Violation wrong = framing.judgeRequest(x, limits);
        if (extended) {
            x.method = Method.CONNECT;
            if (wrong == null && x.receivedLength != 0) {
                wrong = Violation.CONTENT_FORBIDDEN;
            }
        }
        if (wrong == null && x.method != Method.CONNECT && into.indexOf(HeaderName.CONTENT_LENGTH, 0) < 0) {
            x.receivedLength = Exchange.UNKNOWN;
            x.expectsContinue = framing.asksContinue();
        }
        return wrong;
    }

    /** RFC 9114 4.2.1: cookies that were split for compression are one field for whoever reads on. */
    private void joinCookies() {
        int len = -2;
        for (int i = into.indexOf(HeaderName.COOKIE, 0); i >= 0; i = into.indexOf(HeaderName.COOKIE, i + 1)) {
            len += into.valueLen(i) + 2;
        }
        byte[] joined = slab.lend(len + 2);
        int at = 0;
        for (int i = into.indexOf(HeaderName.COOKIE, 0); i >= 0; i = into.indexOf(HeaderName.COOKIE, i + 1)) {
            System.arraycopy(into.bytes(), into.valueOff(i), joined, at, into.valueLen(i));
            at += into.valueLen(i);
            joined[at++] = ';';
            joined[at++] = ' ';
        }
        into.remove(HeaderName.COOKIE);
        into.append(HeaderName.COOKIE, joined, 0, len);
        slab.giveBack(joined);
    }

    /** Nothing more is decoded for now: gives back what is borrowed. */
    void release() {
        if (authority != NOTHING) {
            slab.giveBack(authority);
            authority = NOTHING;
        }
    }

    /** Whether RFC 9114 4.1.2 calls a request with this fault malformed, which resets its stream; other faults are answered. */
    static boolean isMalformed(Violation why) {
        return why.status() == 400 && why != Violation.CONTENT_FORBIDDEN && why != Violation.SCHEME_UNSUPPORTED;
    }
}
