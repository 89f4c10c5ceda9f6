package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
    private static long seconds(String value) {
        byte[] bytes = ("=9" + value + "9").getBytes(StandardCharsets.ISO_8859_1);
        return KeepAlive.timeoutSeconds(bytes, 2, bytes.length - 3);
    }

    @Test
    void theTimeoutIsReadAndNothingElse() {
        assertEquals(5, seconds("timeout=5"));
        assertEquals(5, seconds("Timeout=5, max=100"));
        assertEquals(15, seconds("max=100, timeout=15"));
        assertEquals(0, seconds("timeout=0"));
        assertEquals(86_400, seconds("timeout=86400"));
        assertEquals(-1, seconds("timeout=86401"));
        assertEquals(-1, seconds("timeout="));
        assertEquals(-1, seconds("timeout=-5"));
        assertEquals(-1, seconds("timeout=99999999999999999999"));
        assertEquals(-1, seconds("xtimeout=5"));
        assertEquals(-1, seconds("max=5"));
        assertEquals(-1, seconds(""));
    }
}
