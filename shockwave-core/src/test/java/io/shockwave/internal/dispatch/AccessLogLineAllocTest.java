package io.shockwave.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.AllocationGate;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("tier")
class AccessLogLineAllocTest {
    private long seconds = 1_700_000_000L;

    @Test
    void lineAllocatesNothing() throws Exception {
        AccessLogLine line = new AccessLogLine();
        Exchange x = new Exchange(new Slab(1 << 16));
        byte[] target = "/a/path?with=\"quotes\"".getBytes(StandardCharsets.US_ASCII);
        x.received.line(target, 0, target.length);
        byte[] host = "2001:db8::1".getBytes(StandardCharsets.US_ASCII);
        byte[] dst = new byte[AccessLogLine.MAX_BYTES];
        assertEquals(0.0, AllocationGate.bytesPerOp(100_000, () -> line.format(dst, host, host.length, x, 200, 12_345, seconds++ / 3)));
    }
}
