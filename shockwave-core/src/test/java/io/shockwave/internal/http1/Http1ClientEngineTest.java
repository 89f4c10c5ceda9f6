package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.testing.Splits;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The client's engine over bytes; every response whole, byte by byte and at random splits. */
class Http1ClientEngineTest {
    private static final Http1Limits LIMITS = new Http1Limits(256, 512, 16, 1 << 20, 64);
    private static final byte[] HOST = ascii("a.example");

    /** A client that notes what it is told. */
    static final class Client implements ResponseSink, Splits.Run<String> {
        final Exchange x = new Exchange(new Slab(1 << 16));
        final Http1ClientEngine engine = new Http1ClientEngine(this, LIMITS, 3);
        final StringBuilder told = new StringBuilder();
        final StringBuilder content = new StringBuilder();
        final Random appetite;
        int failures;

        Client(Method method, boolean asksUpgrade, Random appetite) {
            this.appetite = appetite;
            x.reset();
            x.method = method;
            x.sent.line(ascii("/x"), 0, 2);
            if (asksUpgrade) {
                x.sent.add(HeaderName.UPGRADE, "echo").add(HeaderName.CONNECTION, "upgrade");
            }
            engine.start(x, Http1Encoder.NONE, HOST, asksUpgrade, false, false);
            engine.transmit(new byte[512], 0, 512, 0);
        }

        @Override
        public void onInterim(Exchange of) {
            told.append("interim ").append(of.status).append(' ').append(of.received).append('|');
        }

        @Override
        public void onHead(Exchange of) {
            told.append(of.version).append(' ').append(of.status).append(" length ").append(of.receivedLength).append(' ').append(of.received).append('|');
        }

        @Override
        public int onContent(Exchange of, byte[] buf, int off, int len) {
            int n = appetite == null ? len : appetite.nextInt(len + 1);
            content.append(new String(buf, off, n, StandardCharsets.ISO_8859_1));
            return n;
        }

        @Override
        public void onContentEnd(Exchange of) {
            told.append("end|");
        }

        @Override
        public void onFailed(Exchange of, Violation why) {
            failures++;
            told.append("failed ").append(why).append('|');
        }

        @Override
        public int receive(byte[] buf, int off, int len) {
            return engine.receive(buf, off, len, 0);
        }

        @Override
        public String outcome() {
            return told + "content " + content + (of().isEmpty() ? "" : " trailers " + of()) + (engine.isReusable() ? " reusable" : "");
        }

        private String of() {
            return x.hasReceivedTrailers() ? x.receivedTrailers().toString() : "";
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String received(Method method, String response) {
        return Splits.each(ascii(response), () -> new Client(method, false, null));
    }

    private static String get(String response) {
        return received(Method.GET, response);
    }

    @Test
    void contentOfAnnouncedLengthLeavesTheConnectionReusable() {
        assertEquals("HTTP/1.1 200 length 3 Content-Length: 3\n|end|content abc reusable", get("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"));
    }

    @Test
    void nothingIsConsumedBehindTheEnd() {
        byte[] both = ascii("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\n");
        Client client = new Client(Method.GET, false, null);
        assertEquals(both.length - 17, client.receive(both, 0, both.length));
    }

    @Test
    void chunksComeWithTheirTrailers() {
        assertEquals("HTTP/1.1 200 length -1 Transfer-Encoding: chunked\n|end|content abcdefghij trailers X-Sum: 1\n reusable",
                get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n7\r\ndefghij\r\n0\r\nX-Sum: 1\r\n\r\n"));
    }

    @Test
    void aReaderWithSmallAppetiteGetsEverything() {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n14\r\n01234567890123456789\r\n0\r\n\r\n";
        for (int seed = 0; seed < 50; seed++) {
            byte[] rest = ascii(chunked);
            Client again = new Client(Method.GET, false, new Random(seed));
            int at = 0;
            for (int turn = 0; turn < 1_000 && at < rest.length; turn++) {
                at += again.receive(rest, at, rest.length - at);
            }
            assertEquals("abc01234567890123456789", again.content.toString());
            assertTrue(again.engine.isReusable());
        }
    }

    @Test
    void headNoContentAndNotModifiedHaveNoContent() {
        assertEquals("HTTP/1.1 200 length 0 Content-Length: 99\n|end|content  reusable", received(Method.HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"));
        assertEquals("HTTP/1.1 200 length 0 Transfer-Encoding: chunked\n|end|content  reusable", received(Method.HEAD, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
        assertEquals("HTTP/1.1 204 length 0 |end|content  reusable", get("HTTP/1.1 204 No Content\r\n\r\n"));
        assertEquals("HTTP/1.1 304 length 0 Content-Length: 5\n|end|content  reusable", get("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"));
    }

    @Test
    void withoutALengthTheCloseIsTheEnd() {
        Client client = new Client(Method.GET, false, null);
        byte[] response = ascii("HTTP/1.1 200 OK\r\n\r\nabc");
        client.receive(response, 0, response.length);
        client.engine.receiveEnd(0);
        assertEquals("HTTP/1.1 200 length -1 |end|content abc", client.outcome());
    }

    @Test
    void aCutIsNoEnd() {
        Client client = new Client(Method.GET, false, null);
        byte[] response = ascii("HTTP/1.1 200 OK\r\n\r\nabc");
        client.receive(response, 0, response.length);
        client.engine.receiveCut(0);
        assertEquals("HTTP/1.1 200 length -1 |failed TRUNCATED|content abc", client.outcome());
    }

    @Test
    void everyEarlyEndIsTold() {
        String[] cut = {"HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n"};
        for (String response : cut) {
            Client client = new Client(Method.GET, false, null);
            client.receive(ascii(response), 0, response.length());
            client.engine.receiveEnd(0);
            assertTrue(client.outcome().contains("failed TRUNCATED|"), client.outcome());
        }
    }

    @Test
    void interimResponsesAreToldAndBounded() {
        String early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        assertEquals("interim 103 Link: </a>\n|interim 103 Link: </a>\n|interim 103 Link: </a>\n|HTTP/1.1 204 length 0 |end|content  reusable", get(early.repeat(3) + "HTTP/1.1 204 \r\n\r\n"));
        assertTrue(get(early.repeat(4) + "HTTP/1.1 204 \r\n\r\n").contains("failed INTERIM_TOO_MANY"));
    }

    @Test
    void fieldsOfAnInterimResponseDoNotMixWithTheFinalOnes() {
        assertEquals("interim 103 X-A: 1\n|HTTP/1.1 204 length 0 X-B: 2\n|end|content  reusable", get("HTTP/1.1 103 \r\nX-A: 1\r\n\r\nHTTP/1.1 204 \r\nX-B: 2\r\n\r\n"));
    }

    @Test
    void switchingProtocolsNeedsToBeAskedFor() {
        String response = "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n\u0001\u0002";
        assertTrue(get(response).contains("failed UPGRADE_UNEXPECTED"));
        assertEquals("HTTP/1.1 101 length -1 Connection: upgrade\nUpgrade: echo\n|content \u0001\u0002", Splits.each(ascii(response), () -> new Client(Method.GET, true, null)));
    }

    @Test
    void connectMakesATunnelOf2xxOnly() {
        assertEquals("HTTP/1.1 200 length -1 Content-Length: 5\n|content raw bytes", received(Method.CONNECT, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nraw bytes"));
        assertEquals("HTTP/1.1 403 length 2 Content-Length: 2\n|end|content no reusable", received(Method.CONNECT, "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"));
    }

    @Test
    void closeAndHttp10EndTheConnection() {
        assertFalse(get("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").contains("reusable"));
        assertFalse(get("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").contains("reusable"));
        assertTrue(get("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").contains("reusable"));
    }

    @Test
    void framingViolationsAreNamed() {
        assertTrue(get("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n").contains("failed CONTENT_LENGTH_REPEATED"));
        assertTrue(get("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n").contains("failed CONTENT_LENGTH_WITH_CODING"));
        assertTrue(get("HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\n").contains("failed CONTENT_LENGTH_SYNTAX"));
        assertTrue(get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").contains("failed CHUNK_SIZE_SYNTAX"));
        assertTrue(get("HTTX/1.1 200 OK\r\n\r\n").contains("failed"));
    }

    @Test
    void theHeadIsBoundedOnBothSides() {
        // 512 bytes of fields, each counted with four more: 500 of value, 8 of name and 4.
        assertTrue(get("HTTP/1.1 204 OK\r\nX-Filler: " + "v".repeat(0) + "\r\nX-Fill: " + "v".repeat(200) + "\r\n\r\n").contains("204"));
        assertTrue(get("HTTP/1.1 204 OK\r\nX-Filler: " + "v".repeat(600) + "\r\n\r\n").contains("failed HEADERS_TOO_LARGE"));
        assertTrue(get("HTTP/1.1 204 OK\r\n" + "A: 1\r\n".repeat(16) + "\r\n").contains("204"));
        assertTrue(get("HTTP/1.1 204 OK\r\n" + "A: 1\r\n".repeat(17) + "\r\n").contains("failed HEADERS_TOO_MANY"));
    }

    // ---- sending

    private static String sent(Exchange x, long length, boolean close, int room, byte[]... pieces) {
        Http1ClientEngine engine = new Http1ClientEngine(new Client(Method.GET, false, null), LIMITS, 3);
        engine.start(x, length, HOST, false, close, false);
        StringBuilder out = new StringBuilder();
        drain(engine, out, room);
        for (byte[] piece : pieces) {
            engine.offer(piece, 0, piece.length);
            drain(engine, out, room);
            assertEquals(0, engine.offeredLeft());
        }
        if (length == Http1Encoder.CHUNKED) {
            engine.endContent();
            drain(engine, out, room);
        }
        assertTrue(engine.isSent());
        return out.toString();
    }

    private static void drain(Http1ClientEngine engine, StringBuilder out, int room) {
        byte[] buf = new byte[room];
        for (int n = engine.transmit(buf, 0, room, 0); n > 0; n = engine.transmit(buf, 0, room, 0)) {
            out.append(new String(buf, 0, n, StandardCharsets.ISO_8859_1));
        }
    }

    private static Exchange request(Method method) {
        Exchange x = new Exchange(new Slab(1 << 16));
        x.reset();
        x.method = method;
        x.sent.line(ascii("/x?y"), 0, 4);
        x.sent.add("X-A", "1");
        return x;
    }

    @Test
    void aRequestIsTheSameInAnyRoom() {
        for (int room = 14; room < 200; room++) {
            assertEquals("GET /x?y HTTP/1.1\r\nHost: a.example\r\nX-A: 1\r\n\r\n", sent(request(Method.GET), Http1Encoder.NONE, false, room));
            assertEquals("PUT /x?y HTTP/1.1\r\nHost: a.example\r\nX-A: 1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde", sent(request(Method.PUT), 5, true, room, ascii("abc"), ascii("de")));
        }
    }

    @Test
    void contentOfUnknownLengthGoesInChunksWithTrailers() {
        Exchange x = request(Method.POST);
        x.sentTrailers().add("X-Sum", "7").add(HeaderName.CONTENT_LENGTH, 9);
        assertEquals("POST /x?y HTTP/1.1\r\nHost: a.example\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n",
                sent(x, Http1Encoder.CHUNKED, false, 100, ascii("abc"), ascii("de")));
    }

    @Test
    void bytesOfTheExchangeFollowTheHead() {
        Exchange x = request(Method.PUT);
        x.source = Exchange.Source.BYTES;
        x.sendBytes = ascii("..abc");
        x.sendOff = 2;
        x.sendLength = 3;
        assertTrue(sent(x, 3, false, 20).endsWith("Content-Length: 3\r\n\r\nabc"));
    }

    @Test
    void announcedLengthsMustBeKept() {
        Http1ClientEngine engine = new Http1ClientEngine(new Client(Method.GET, false, null), LIMITS, 3);
        engine.start(request(Method.PUT), 3, HOST, false, false, false);
        drain(engine, new StringBuilder(), 200);
        assertThrows(IllegalStateException.class, () -> engine.offer(new byte[4], 0, 4));
        engine.offer(new byte[2], 0, 2);
        drain(engine, new StringBuilder(), 200);
        assertThrows(IllegalStateException.class, engine::endContent);
        assertFalse(engine.isSent());
    }

    @Test
    void heldContentWaits() {
        Exchange x = request(Method.PUT);
        x.source = Exchange.Source.BYTES;
        x.sendBytes = ascii("abc");
        x.sendLength = 3;
        Http1ClientEngine engine = new Http1ClientEngine(new Client(Method.GET, false, null), LIMITS, 3);
        engine.start(x, 3, HOST, false, false, true);
        StringBuilder out = new StringBuilder();
        drain(engine, out, 200);
        assertTrue(out.toString().endsWith("\r\n\r\n"));
        engine.releaseContent();
        drain(engine, out, 200);
        assertTrue(out.toString().endsWith("\r\n\r\nabc"));
    }

    @Test
    void anAbandonedUploadEndsTheConnection() {
        Client client = new Client(Method.GET, false, null);
        Exchange x = request(Method.PUT);
        client.engine.start(x, 10, HOST, false, false, false);
        drain(client.engine, new StringBuilder(), 200);
        byte[] response = ascii("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n");
        client.engine.receive(response, 0, response.length, 0);
        client.engine.abandonContent();
        assertTrue(client.engine.isSent());
        assertFalse(client.engine.isReusable());
    }
}
