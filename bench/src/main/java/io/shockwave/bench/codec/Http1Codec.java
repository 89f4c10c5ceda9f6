package io.shockwave.bench.codec;

import io.shockwave.HeaderName;
import io.shockwave.bench.BrowserRequest;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http1.FramingRules;
import io.shockwave.internal.http1.Http1Date;
import io.shockwave.internal.http1.Http1Decoder;
import io.shockwave.internal.http1.Http1Encoder;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;

/** One connection's codec and an exchange, reused for every message as an engine does. */
final class Http1Codec {
    static final byte[] REQUEST = BrowserRequest.bytes();
    static final byte[] RESPONSE = ascii("HTTP/1.1 200 OK\r\n"
            + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            + "Content-Type: application/json\r\n"
            + "Content-Length: 1024\r\n"
            + "Cache-Control: no-cache\r\n"
            + "ETag: \"0123456789abcdef\"\r\n"
            + "Vary: Accept-Encoding\r\n"
            + "Server: shockwave\r\n\r\n");
    private static final byte[] JSON = ascii("application/json");
    private static final byte[] NO_CACHE = ascii("no-cache");
    private static final byte[] SERVER = ascii("shockwave");

    final Exchange x = new Exchange(new Slab(1 << 20));
    final byte[] out = new byte[1_024];
    private final Http1Decoder decoder = new Http1Decoder(false);
    private final FramingRules rules = new FramingRules();
    private final Http1Encoder encoder = new Http1Encoder();
    private final byte[] date = new byte[Http1Date.BYTES];

    Http1Codec() {
        Http1Date.format(784_111_777L, date, 0);
    }

    /** Decodes a request head. */
    int decodeRequest() {
        x.reset();
        decoder.start(Http1Decoder.Kind.REQUEST, x.received, Http1Limits.SERVER);
        int n = decoder.decode(REQUEST, 0, REQUEST.length);
        x.method = decoder.method();
        x.version = decoder.version();
        return n;
    }

    /** Decodes a response head. */
    int decodeResponse() {
        x.reset();
        decoder.start(Http1Decoder.Kind.RESPONSE, x.received, Http1Limits.CLIENT);
        int n = decoder.decode(RESPONSE, 0, RESPONSE.length);
        x.version = decoder.version();
        x.status = decoder.status();
        return n;
    }

    /** Judges the request that was decoded last. */
    Violation judge() {
        return rules.judgeRequest(x, Http1Limits.SERVER);
    }

    /** Fills and encodes a response head of five lines. */
    int encode() {
        x.sent.clear();
        x.sent.append(HeaderName.CONTENT_TYPE, JSON, 0, JSON.length);
        x.sent.append(HeaderName.CACHE_CONTROL, NO_CACHE, 0, NO_CACHE.length);
        x.status = 200;
        encoder.startResponse(x, 1_024, Http1Encoder.IMPLIED, date, SERVER);
        return encoder.encode(out, 0, out.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
