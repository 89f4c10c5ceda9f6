package io.shockwave.bench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Http1EngineBenchCorrectnessTest {
    private final Http1Pair pair = new Http1Pair();

    @Test
    void eachRequestIsServedInFull() {
        for (int i = 0; i < 3; i++) {
            int n = pair.serve();
            assertEquals("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: shockwave\r\nContent-Length: 13\r\n\r\nHello, World!",
                    new String(pair.wire, 0, n, StandardCharsets.US_ASCII));
            assertEquals(10, pair.served.received.size());
        }
    }

    @Test
    void theContentComesBackAndTheConnectionLivesOn() {
        for (int i = 0; i < 3; i++) {
            assertEquals(Http1Pair.CONTENT.length, pair.exchange());
            assertEquals("/api/v1/items/4711".length(), pair.served.pathLen);
            assertEquals("application/json", pair.served.received.first(io.shockwave.HeaderName.ACCEPT).orElseThrow());
            assertEquals("text/plain", pair.asked.received.first(io.shockwave.HeaderName.CONTENT_TYPE).orElseThrow());
        }
    }
}
