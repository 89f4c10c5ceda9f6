package io.shockwave.internal.http3;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.qpack.FieldNames;
import java.nio.charset.StandardCharsets;

/** What a client says itself in a request: the pseudo-header fields (RFC 9114 4.3.1, 4.4; RFC 9220 3), Content-Length. Owned by an engine. */
final class RequestFields implements OwnFields {
    /** The names of five pseudo-header fields and Content-Length, the longest method, the scheme, a number, and 32 for each. */
    private static final int FIXED_BYTES = 7 + 32 + 7 + 5 + 10 + 5 + 9 + 14 + 19 + 6 * 32;
    private static final byte[] HTTPS = "https".getBytes(StandardCharsets.US_ASCII);

    @Override
    public int mostBytes(Http3Stream s) {
        HeaderBlock fields = s.x.sent;
        int host = fields.indexOf(HeaderName.HOST, 0);
        return FIXED_BYTES + fields.lineLen() + s.x.protocol.length() + Math.max(s.host.length, host >= 0 ? fields.valueLen(host) : 0);
    }

    @Override
    public long sectionBytes(Http3Stream s) {
        Exchange x = s.x;
        long bytes = 7L + x.method.wireBytes().length + 32 + 10 + s.host.length + 32;
        if (x.method != Method.CONNECT || !x.protocol.isEmpty()) {
            bytes += 7 + 5 + 32 + 5 + x.sent.lineLen() + 32;
        }
        bytes += x.protocol.isEmpty() ? 0 : 9 + x.protocol.length() + 32;
        return bytes + (s.bodiless || s.announced == Exchange.UNKNOWN ? 0 : 14 + HeaderBlock.decimalLength(s.announced) + 32);
    }

    @Override
    public void front(MessageWriter writer, Http3Stream s) {
        Exchange x = s.x;
        HeaderBlock fields = x.sent;
        writer.method(x);
        if (x.method == Method.CONNECT && x.protocol.isEmpty()) {
            writer.field(FieldNames.AUTHORITY, fields.bytes(), 0, fields.lineLen());
            return;
        }
        writer.field(FieldNames.SCHEME, HTTPS, 0, HTTPS.length);
        int host = fields.indexOf(HeaderName.HOST, 0);
        if (host >= 0) {
            writer.field(FieldNames.AUTHORITY, fields.bytes(), fields.valueOff(host), fields.valueLen(host));
        } else {
            writer.field(FieldNames.AUTHORITY, s.host, 0, s.host.length);
        }
        writer.field(FieldNames.PATH, fields.bytes(), 0, fields.lineLen());
        if (!x.protocol.isEmpty()) {
            byte[] protocol = x.protocol.getBytes(StandardCharsets.US_ASCII);
            writer.field(FieldNames.PROTOCOL, protocol, 0, protocol.length);
        }
    }

    @Override
    public void behind(MessageWriter writer, Http3Stream s) {
        if (!s.bodiless && s.announced != Exchange.UNKNOWN) {
            writer.contentLength(s.announced);
        }
    }
}
