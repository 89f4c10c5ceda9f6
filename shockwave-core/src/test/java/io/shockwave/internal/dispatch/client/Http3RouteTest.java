package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.pool.AltService;
import io.shockwave.internal.pool.Origin;
import io.shockwave.internal.quic.QuicError;
import io.shockwave.internal.quic.QuicSink;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class Http3RouteTest {
    private final Http3Route route = new Http3Route(new AltService(Origin.of(true, "localhost", 8443), "localhost", 8443, Long.MAX_VALUE, false), "generation", new InetAddress[0], false);

    @Test
    void codesOfNoRfcAreNotShown() {
        assertEquals("it was closed: handshake timeout", route.text(QuicSink.HANDSHAKE_TIMEOUT, false, false, "handshake timeout"));
        assertTrue(route.isTimedOut());
        assertEquals("it was closed: idle timeout", route.text(QuicSink.IDLE, false, false, "idle timeout"));
        assertFalse(route.isTimedOut());
        assertEquals("the server closed it (" + QuicError.name(1) + ")", route.text(1, false, true, ""));
        assertEquals("the server closed it (HTTP/3 error 0x100)", route.text(0x100, true, true, ""));
    }
}
