package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.AllocationGate;
import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.http1.Http1Decoder.Kind;
import io.shockwave.internal.memory.Slab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A message costs no allocation, in any tier: where it does not fit, it spills into pages that come back. */
@Tag("tier")
class Http1CodecAllocTest {
    private static final int MESSAGES = 100_000;
    private static final byte[] REQUEST = Decoded.latin1("""
            GET /api/v1/items/4711?page=2&size=50 HTTP/1.1\r
            Host: shop.example.com\r
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r
            Accept: application/json\r
            Accept-Language: en-US,en;q=0.5\r
            Accept-Encoding: gzip, deflate, br\r
            Referer: https://shop.example.com/\r
            Connection: keep-alive, x\r
            Cookie: session=0123456789abcdef\r
            Cache-Control: no-cache\r
            X-Trace: 1\r
            \r
            """);
    private static final byte[] RESPONSE = Decoded.latin1("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nTransfer-Encoding: chunked\r\nETag: \"abc\"\r\n\r\n");
    private static final byte[] CHUNKS = Decoded.latin1("5;a=\"b\"\r\nhello\r\n0\r\nChecksum: abc\r\n\r\n");
    private static final byte[] DATE = new byte[Http1Date.BYTES];
    private static final byte[] TYPE = Decoded.latin1("application/json");

    private final Exchange x = new Exchange(new Slab(1 << 20));
    private final Http1Decoder decoder = new Http1Decoder(false);
    private final ChunkDecoder chunks = new ChunkDecoder();
    private final FramingRules rules = new FramingRules();
    private final Http1Encoder encoder = new Http1Encoder();
    private final byte[] out = new byte[1_024];
    private long messages;
    private long answers;

    @Test
    void decodeJudgeAndEncodeOnAServer() throws Exception {
        assertEquals(0.0, AllocationGate.bytesPerOp(MESSAGES, () -> {
            messages++;
            x.reset();
            decoder.start(Kind.REQUEST, x.received, Http1Limits.SERVER);
            answers += decoder.decode(REQUEST, 0, REQUEST.length);
            x.method = decoder.method();
            x.version = decoder.version();
            answers += rules.judgeRequest(x, Http1Limits.SERVER) == null ? 1 : 0;
            x.sent.append(HeaderName.CONTENT_TYPE, TYPE, 0, TYPE.length);
            x.sent.add(HeaderName.AGE, 12);
            Http1Date.format(784_111_777L, DATE, 0);
            encoder.startResponse(x, 1_024, Http1Encoder.CLOSE, DATE, TYPE);
            answers += encoder.encode(out, 0, out.length);
        }));
        assertEquals(messages * (REQUEST.length + 1 + responseBytes()), answers);
    }

    private int responseBytes() {
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nAge: 12\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: application/json\r\nContent-Length: 1024\r\nConnection: close\r\n\r\n").length();
    }

    @Test
    void decodeJudgeAndDechunkOnAClient() throws Exception {
        assertEquals(0.0, AllocationGate.bytesPerOp(MESSAGES, () -> {
            messages++;
            x.reset();
            decoder.start(Kind.RESPONSE, x.received, Http1Limits.CLIENT);
            answers += decoder.decode(RESPONSE, 0, RESPONSE.length);
            x.status = decoder.status();
            x.version = decoder.version();
            answers += rules.judgeResponse(x, Method.GET, Http1Limits.CLIENT) == null && rules.chunked() ? 1 : 0;
            chunks.start(Http1Limits.CLIENT);
            int at = chunks.decode(CHUNKS, 0, CHUNKS.length);
            at += (int) chunks.dataLeft();
            chunks.consumed(5);
            at += chunks.decode(CHUNKS, at, CHUNKS.length - at);
            decoder.start(Kind.TRAILERS, x.receivedTrailers(), Http1Limits.CLIENT);
            at += decoder.decode(CHUNKS, at, CHUNKS.length - at);
            answers += at;
            answers += Http1Date.parse(RESPONSE, 55, Http1Date.BYTES, 0, -1) > 0 ? 1 : 0;
        }));
        assertEquals(messages * (RESPONSE.length + CHUNKS.length + 2), answers);
    }
}
