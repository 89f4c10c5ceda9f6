package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Bytes of RFC 1928 and RFC 1929. */
class Socks5Test {
    private static void hex(String expected, byte[] actual) {
        assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(actual));
    }

    @Test
    void messagesAsTheRfcsLayThemOut() {
        hex("05 01 00", Socks5.greeting(false));
        hex("05 02 00 02", Socks5.greeting(true));
        hex("01 01 75 02 7077", Socks5.credentials("u".getBytes(StandardCharsets.US_ASCII), "pw".getBytes(StandardCharsets.US_ASCII)));
        hex("05 01 00 03 04 682e6578 01bb", Socks5.connect("h.ex", 443));
        hex("05 01 00 01 7f000001 0050", Socks5.connect("127.0.0.1", 80));
        hex("05 01 00 04 00000000000000000000000000000001 0050", Socks5.connect("::1", 80));
    }

    @Test
    void aNameOf255BytesFitsAndNoLongerOne() {
        assertEquals(7 + 255, Socks5.connect("a".repeat(255), 1).length);
        assertThrows(IllegalArgumentException.class, () -> Socks5.connect("a".repeat(256), 1));
    }

    @Test
    void theRestOfAReplyFollowsFromItsType() {
        assertEquals(5, Socks5.replyRest(new byte[] {5, 0, 0, 1, 0}));
        assertEquals(17, Socks5.replyRest(new byte[] {5, 0, 0, 4, 0}));
        assertEquals(257, Socks5.replyRest(new byte[] {5, 0, 0, 3, (byte) 255}));
        assertEquals(-1, Socks5.replyRest(new byte[] {5, 0, 0, 2, 0}));
        assertNull(Socks5.replyProblem(new byte[] {5, 0, 0, 1, 0}));
        assertEquals("answered with an unknown type of address", Socks5.replyProblem(new byte[] {5, 0, 0, 2, 0}));
    }
}
