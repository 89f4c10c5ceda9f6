package io.shockwave.bench.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Http1CodecBenchCorrectnessTest {
    private final Http1Codec codec = new Http1Codec();

    @Test
    void theRequestIsDecodedInFullAndAccepted() {
        assertEquals(Http1Codec.REQUEST.length, codec.decodeRequest());
        assertEquals(10, codec.x.received.size());
        assertEquals(Method.GET, codec.x.method);
        assertEquals(HttpVersion.HTTP_1_1, codec.x.version);
        assertEquals("X-Trace: 1", codec.x.received.nameText(9) + ": " + codec.x.received.valueText(9));
        assertNull(codec.judge());
        assertEquals("/api/v1/items/4711".length(), codec.x.pathLen);
        assertEquals(0, codec.x.hostIndex);
    }

    @Test
    void theResponseIsDecodedInFull() {
        assertEquals(Http1Codec.RESPONSE.length, codec.decodeResponse());
        assertEquals(200, codec.x.status);
        assertEquals(7, codec.x.received.size());
    }

    @Test
    void theResponseIsEncodedInFull() {
        int n = codec.encode();
        assertEquals("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-cache\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: shockwave\r\nContent-Length: 1024\r\n\r\n",
                new String(codec.out, 0, n, StandardCharsets.US_ASCII));
    }
}
