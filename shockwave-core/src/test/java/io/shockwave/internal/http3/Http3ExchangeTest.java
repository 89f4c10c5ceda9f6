package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A client and a server of ours, with bytes whole, one by one, and in random pieces. */
class Http3ExchangeTest {
    /** Each way of cutting, with room in abundance and with little. */
    private static void each(Consumer<Pair> test) {
        for (int i = 0; i < 10; i++) {
            Pair pair = new Pair(i == 0 ? 0 : i == 1 ? 1 : -1, i);
            if (i > 4) {
                pair.quic.sendBufferBytes = i * 13;
            }
            try {
                test.accept(pair.connect());
            } catch (AssertionError e) {
                throw new AssertionError("way " + i + "\n" + pair.server.events, e);
            }
        }
    }

    private static String text(int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < bytes; i++) {
            text.append(i).append(' ');
        }
        return text.substring(0, bytes);
    }

    @Test
    void getWithoutContent() {
        each(pair -> {
            ClientApp.Call call = pair.client.get("/");
            pair.run();
            assertEquals("200 5 [hello|] finished", call.toString());
            assertEquals("test", ServerApp.header(call.x, "server"));
            assertEquals("5", ServerApp.header(call.x, "content-length"));
            assertEquals(0, pair.serverEngine.exchanges());
            assertEquals(0, pair.clientEngine.exchanges());
        });
    }

    @Test
    void theServerSeesWhatHttp1WouldShow() {
        Pair pair = new Pair().connect();
        StringBuilder seen = new StringBuilder();
        pair.server.routes.put("/p", (app, x) -> {
            seen.append(x.version).append(' ').append(x.method).append(' ').append(new String(x.received.bytes(), 0, x.received.lineLen(), StandardCharsets.US_ASCII)).append(' ')
                    .append(new String(x.received.bytes(), x.queryOff, x.queryLen, StandardCharsets.US_ASCII)).append('\n').append(x.received);
            app.answer(x, 200, "");
        });
        ClientApp.Call call = pair.client.call(Method.GET, "/p?a=b");
        call.x.sent.add(HeaderName.of("X-Trace"), "1").add(HeaderName.ACCEPT, "*/*").add(HeaderName.CONNECTION, "close").add(HeaderName.COOKIE, "a=1").add(HeaderName.COOKIE, "b=2");
        pair.client.start(call);
        pair.run();
        assertEquals("HTTP/3 GET /p?a=b a=b\nHost: example.com\nx-trace: 1\nAccept: */*\nCookie: a=1; b=2\n", seen.toString());
        assertEquals("200 0 [|] finished", call.toString());
    }

    @Test
    void contentOfKnownAndUnknownLengthBothWays() {
        each(pair -> {
            String big = text(30_000);
            ClientApp.Call known = pair.client.post("/echo", big);
            pair.client.upload = big.getBytes(StandardCharsets.ISO_8859_1);
            ClientApp.Call unknown = pair.client.call(Method.POST, "/echo");
            unknown.x.source = Exchange.Source.FILE;
            unknown.x.sendLength = Exchange.UNKNOWN;
            pair.client.start(unknown);
            pair.run();
            assertEquals("200 30000 [" + big + "|] finished", known.toString());
            assertEquals("200 30000 [" + big + "|] finished", unknown.toString());
        });
    }

    /** Answers what is asked for at /ring from a ring. @return where its exchange will be found */
    private static Exchange[] ring(Pair pair) {
        Exchange[] at = new Exchange[1];
        pair.server.routes.put("/ring", (app, x) -> {
            x.status = 200;
            x.source = Exchange.Source.RING;
            x.sendLength = Exchange.UNKNOWN;
            x.outbound.open(1_024);
            at[0] = x;
            app.engine.respond(x);
        });
        return at;
    }

    @Test
    void ringsInBothDirectionsWithTrailers() {
        each(pair -> {
            Exchange[] at = ring(pair);
            ClientApp.Call call = pair.client.get("/ring");
            pair.run();
            String big = text(20_000);
            byte[] bytes = big.getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < bytes.length; ) {
                i += at[0].outbound.write(bytes, i, bytes.length - i);
                pair.serverEngine.progress(at[0]);
                pair.run();
            }
            at[0].sentTrailers().add(HeaderName.of("X-Sum"), "42");
            at[0].sentTrailers().add(HeaderName.CONTENT_LENGTH, "42"); // is no trailer
            at[0].sendEnded = true;
            pair.serverEngine.progress(at[0]);
            pair.run();
            assertEquals("200 -1 [" + big + "|x-sum: 42] finished", call.toString());
        });
    }

    /** The frame that was begun is shorter than what the ring holds at the end. */
    @Test
    void whatAWriterAddsBeforeItEndsIsSentBehindTheFrameThatWasBegun() {
        each(pair -> {
            Exchange[] at = ring(pair);
            ClientApp.Call call = pair.client.get("/ring");
            pair.run();
            String all = text(700);
            byte[] bytes = all.getBytes(StandardCharsets.ISO_8859_1);
            assertEquals(200, at[0].outbound.write(bytes, 0, 200));
            pair.serverEngine.progress(at[0]); // where the send buffer is small, it waits for room within the frame
            assertEquals(bytes.length - 200, at[0].outbound.write(bytes, 200, bytes.length - 200));
            at[0].sendEnded = true;
            pair.serverEngine.progress(at[0]);
            pair.run();
            assertEquals("200 -1 [" + all + "|] finished", call.toString());
        });
    }

    @Test
    void trailersOfARequest() {
        each(pair -> {
            ClientApp.Call call = pair.client.call(Method.POST, "/echo");
            ClientApp.body(call, "abc");
            call.x.sentTrailers().add(HeaderName.of("X-Sum"), "7");
            pair.client.start(call);
            pair.run();
            assertEquals("200 3 [abc|] finished", call.toString());
            assertTrue(pair.server.events.toString().contains("end /echo x-sum: 7"), pair.server.events.toString());
        });
    }

    @Test
    void filesAreReadByTheDriver() {
        each(pair -> {
            String big = text(9_000);
            pair.server.file = big.getBytes(StandardCharsets.ISO_8859_1);
            pair.server.routes.put("/file", (app, x) -> {
                x.status = 200;
                x.source = Exchange.Source.FILE;
                x.sendLength = app.file.length;
                app.engine.respond(x);
            });
            ClientApp.Call call = pair.client.get("/file");
            pair.run();
            assertEquals("200 9000 [" + big + "|] finished", call.toString());
        });
    }

    @Test
    void headHasNoContentAndTellsItsLength() {
        each(pair -> {
            ClientApp.Call call = pair.client.start(pair.client.call(Method.HEAD, "/"));
            pair.server.routes.put("/204", (app, x) -> app.answer(x, 204, ""));
            pair.server.routes.put("/304", (app, x) -> app.answer(x, 304, "not sent"));
            ClientApp.Call none = pair.client.get("/204");
            ClientApp.Call same = pair.client.get("/304");
            pair.run();
            assertEquals("200 0 [|] finished", call.toString());
            assertEquals("5", ServerApp.header(call.x, "content-length"));
            assertEquals("204 0 [|] finished", none.toString());
            assertEquals("-", ServerApp.header(none.x, "content-length"));
            assertEquals("304 0 [|] finished", same.toString());
            assertEquals("8", ServerApp.header(same.x, "content-length"));
        });
    }

    @Test
    void interimResponses() {
        each(pair -> {
            pair.server.routes.put("/hints", (app, x) -> {
                x.interimStatus = 103;
                x.interim().clear();
                x.interim().add(HeaderName.LINK, "</a>");
                app.engine.interim(x);
                app.answer(x, 200, "done");
            });
            ClientApp.Call call = pair.client.get("/hints");
            pair.run();
            assertEquals("103 {Link: </a>} 200 4 [done|] finished", call.toString());
        });
    }

    @Test
    void contentWaitsFor100() {
        each(pair -> {
            pair.server.routes.put("/echo", (app, x) -> {
                app.events.append("expects ").append(x.expectsContinue).append('\n');
                app.engine.wantContent(x);
            });
            ClientApp.Call call = pair.client.call(Method.POST, "/echo");
            ClientApp.body(call, "content");
            call.x.sent.add(HeaderName.EXPECT, "100-continue");
            assertTrue(pair.clientEngine.start(call.x, ClientApp.HOST, true));
            pair.run();
            assertEquals("100 200 7 [content|] finished", call.toString());
            assertTrue(pair.server.events.toString().contains("expects true\ninterim sent\n"), pair.server.events.toString());
        });
    }

    @Test
    void aFinalAnswerInsteadOf100LeavesTheContentUnsent() {
        each(pair -> {
            pair.server.routes.put("/no", (app, x) -> app.answer(x, 403, "no"));
            ClientApp.Call call = pair.client.call(Method.POST, "/no");
            ClientApp.body(call, text(5_000));
            call.x.sent.add(HeaderName.EXPECT, "100-continue");
            pair.clientEngine.start(call.x, ClientApp.HOST, true);
            pair.run();
            pair.clientEngine.abandonContent(call.x);
            pair.run();
            assertEquals("403 2 [no|] finished", call.toString());
            assertTrue(pair.server.contents.values().stream().allMatch(StringBuilder::isEmpty));
            assertEquals(0, pair.serverEngine.exchanges());
        });
    }

    @Test
    void anAnswerMayComeBeforeTheContentWasRead() {
        each(pair -> {
            pair.server.room = 0; // nobody reads
            pair.server.routes.put("/large", (app, x) -> app.answer(x, 413, "too much"));
            ClientApp.Call call = pair.client.post("/large", text(90_000));
            pair.run();
            assertEquals("413 8 [too much|] finished", call.toString());
            assertEquals(0, pair.serverEngine.exchanges());
        });
    }

    @Test
    void aReaderThatIsSlowHoldsThePeer() {
        each(pair -> {
            pair.server.room = 100;
            ClientApp.Call call = pair.client.post("/echo", text(60_000));
            pair.run();
            Exchange x = pair.server.inProgress.keySet().iterator().next();
            assertEquals(100, pair.server.contents.get(x).length());
            pair.server.room = Integer.MAX_VALUE;
            pair.serverEngine.resumeContent(x);
            pair.run();
            assertTrue(call.toString().endsWith("|] finished"), call.toString());
            pair.client.room = 1;
            ClientApp.Call next = pair.client.get("/");
            ClientApp.Call other = pair.client.post("/echo", text(3_000));
            pair.run();
            assertEquals("", next.end + other.end);
            pair.client.room = Integer.MAX_VALUE;
            pair.clientEngine.resumeContent(next.x);
            pair.clientEngine.resumeContent(other.x);
            pair.run();
            assertEquals("200 5 [hello|] finished", next.toString());
            assertEquals("200 3000 [" + text(3_000) + "|] finished", other.toString());
        });
    }

    @Test
    void connectOpensATunnel() {
        each(pair -> {
            Exchange[] at = new Exchange[1];
            pair.server.routes.put("", (app, x) -> {
                at[0] = x;
                x.status = 200;
                x.outbound.open(512);
                app.engine.startTunnel(x);
            });
            ClientApp.Call call = pair.client.call(Method.CONNECT, "target.example:443");
            call.x.source = Exchange.Source.RING;
            call.x.sendLength = Exchange.UNKNOWN;
            call.x.outbound.open(512);
            call.x.outbound.write("early".getBytes(StandardCharsets.US_ASCII), 0, 5);
            pair.client.start(call);
            pair.run();
            assertEquals("200 -1 ", call.toString());
            assertEquals("early", pair.server.contents.get(at[0]).toString());
            at[0].outbound.write("from the server".getBytes(StandardCharsets.US_ASCII), 0, 15);
            pair.serverEngine.progress(at[0]);
            call.x.sendEnded = true;
            pair.clientEngine.progress(call.x);
            pair.run();
            assertEquals("200 -1 [from the server]", call.toString());
            at[0].sendEnded = true;
            pair.serverEngine.progress(at[0]);
            pair.run();
            assertEquals("200 -1 [from the server|] finished", call.toString());
            assertEquals(0, pair.serverEngine.exchanges());
        });
    }

    @Test
    void aTunnelThatIsRefusedIsAnswered() {
        each(pair -> {
            pair.server.routes.put("", (app, x) -> app.answer(x, 403, "no"));
            ClientApp.Call call = pair.client.call(Method.CONNECT, "target.example:443");
            call.x.source = Exchange.Source.RING;
            call.x.sendLength = Exchange.UNKNOWN;
            call.x.sendEnded = true;
            pair.client.start(call);
            pair.run();
            assertEquals("403 2 [no|] finished", call.toString());
        });
    }

    /** RFC 9220. */
    @Test
    void extendedConnectNamesItsProtocol() {
        each(pair -> {
            assertTrue(pair.clientEngine.peerAcceptsExtendedConnect());
            Exchange[] at = new Exchange[1];
            pair.server.routes.put("/chat", (app, x) -> {
                at[0] = x;
                assertEquals("websocket", x.protocol);
                assertEquals("13", ServerApp.header(x, "sec-websocket-version"));
                x.status = 200;
                x.outbound.open(512);
                app.engine.startTunnel(x);
            });
            ClientApp.Call call = pair.client.call(Method.CONNECT, "/chat");
            call.x.protocol = "websocket";
            call.x.sent.add(HeaderName.SEC_WEBSOCKET_VERSION, "13");
            call.x.source = Exchange.Source.RING;
            call.x.sendLength = Exchange.UNKNOWN;
            call.x.outbound.open(512);
            pair.client.start(call);
            pair.run();
            call.x.outbound.write("ping".getBytes(StandardCharsets.US_ASCII), 0, 4);
            call.x.sendEnded = true;
            pair.clientEngine.progress(call.x);
            pair.run();
            assertEquals("ping", pair.server.contents.get(at[0]).toString());
            at[0].sendEnded = true;
            pair.serverEngine.progress(at[0]);
            pair.run();
            assertEquals("200 -1 [|] finished", call.toString());
        });
    }

    /** An extended CONNECT whose tunnel is open on both sides. */
    private static ClientApp.Call tunnel(Pair pair, Exchange[] at) {
        pair.server.routes.put("/udp", (app, x) -> {
            at[0] = x;
            x.status = 200;
            x.outbound.open(512);
            app.engine.startTunnel(x);
        });
        ClientApp.Call call = pair.client.call(Method.CONNECT, "/udp");
        call.x.protocol = "connect-udp";
        call.x.source = Exchange.Source.RING;
        call.x.sendLength = Exchange.UNKNOWN;
        call.x.outbound.open(512);
        pair.client.start(call);
        pair.run();
        return call;
    }

    /** RFC 9297. */
    @Test
    void datagramsGoWithTheirExchange() {
        each(pair -> {
            Exchange[] at = new Exchange[1];
            ClientApp.Call call = tunnel(pair, at);
            assertTrue(pair.clientEngine.sendDatagram(call.x, "hi".getBytes(StandardCharsets.US_ASCII), 0, 2));
            pair.run();
            assertEquals("hi\n", pair.server.datagrams);
            assertTrue(pair.client.events.toString().contains("datagram hi"));
            // RFC 9297 2.1: none may be sent once our side of the stream has ended, and those that come then are dropped.
            call.x.sendEnded = true;
            pair.clientEngine.progress(call.x);
            pair.run();
            assertFalse(pair.clientEngine.sendDatagram(call.x, new byte[2], 0, 2));
            pair.quic.client.datagrams.add(new byte[] {(byte) 0, 'x'});
            pair.run();
            assertEquals("hi\n", pair.server.datagrams);
            assertTrue(pair.serverEngine.sendDatagram(at[0], "on".getBytes(StandardCharsets.US_ASCII), 0, 2)); // the other side is open
            pair.run();
            assertTrue(pair.client.events.toString().contains("datagram on"));
            at[0].sendEnded = true;
            pair.serverEngine.progress(at[0]);
            pair.run();
            assertFalse(pair.clientEngine.sendDatagram(call.x, new byte[2], 0, 2));
        });
    }

    /** RFC 9297 2: a request whose semantics know no datagrams is aborted with H3_DATAGRAM_ERROR. */
    @Test
    void aDatagramForAnOrdinaryRequestEndsIt() {
        each(pair -> {
            Exchange[] at = new Exchange[1];
            pair.server.routes.put("/wait", (app, x) -> at[0] = x);
            ClientApp.Call call = pair.client.call(Method.POST, "/wait");
            call.x.source = Exchange.Source.RING;
            call.x.sendLength = Exchange.UNKNOWN;
            call.x.outbound.open(512);
            pair.client.start(call);
            pair.run();
            FakeQuic.Half back = pair.quic.server.out.get(0L);
            assertTrue(pair.clientEngine.sendDatagram(call.x, new byte[2], 0, 2)); // what our own driver never does
            pair.run();
            assertEquals("", pair.server.datagrams);
            assertTrue(call.toString().contains("STREAM_RESET"), call::toString);
            assertEquals(Http3Error.DATAGRAM_ERROR.code(), back.reset);
            assertTrue(pair.server.events.toString().endsWith("cancelled DATAGRAM_ERROR\n"), pair.server.events::toString);
            assertFalse(pair.serverEngine.isClosed(), "the connection goes on");
        });
        each(pair -> {
            pair.server.routes.put("/wait", (app, x) -> app.engine.sendDatagram(x, new byte[2], 0, 2));
            ClientApp.Call call = pair.client.get("/wait");
            FakeQuic.Half back = pair.quic.server.out.get(0L);
            pair.run();
            assertTrue(call.toString().contains("DATAGRAM_UNEXPECTED"), call::toString);
            assertFalse(pair.client.events.toString().contains("datagram"));
            assertEquals(Http3Error.DATAGRAM_ERROR.code(), back.stopped);
        });
    }

    @Test
    void aHundredAtOnceAndInTurn() {
        for (int i = 0; i < 4; i++) {
            Pair pair = new Pair(-1, i).connect();
            ClientApp.Call[] calls = new ClientApp.Call[20];
            for (int round = 0; round < 5; round++) {
                for (int c = 0; c < calls.length; c++) {
                    calls[c] = pair.client.call(c % 2 == 0 ? Method.POST : Method.PUT, "/echo");
                    ClientApp.body(calls[c], text(round * 1_000 + c));
                    calls[c].x.sent.add(HeaderName.USER_AGENT, "a client that says the same each time").add(HeaderName.of("X-Custom"), "so does this");
                    assertTrue(pair.client.start(calls[c]).started);
                }
                pair.run();
                for (int c = 0; c < calls.length; c++) {
                    assertEquals("200 " + (round * 1_000 + c) + " [" + text(round * 1_000 + c) + "|] finished", calls[c].toString());
                }
            }
            assertTrue(pair.serverEngine.decoder.inserted() > 0, "nothing was put into the table");
        }
    }

    @Test
    void abortResetsTheStreamAlone() {
        each(pair -> {
            pair.server.routes.put("/abort", (app, x) -> {
                app.engine.abort(x);
                app.giveBack(x);
            });
            ClientApp.Call call = pair.client.get("/abort");
            ClientApp.Call other = pair.client.get("/");
            pair.run();
            assertEquals(" failed STREAM_RESET", call.toString());
            assertEquals("200 5 [hello|] finished", other.toString());
            assertEquals(Http3Error.INTERNAL_ERROR.code(), pair.quic.server.resetCode(0));
        });
    }

    @Test
    void cancelTellsTheServer() {
        each(pair -> {
            pair.server.routes.put("/wait", (app, x) -> { });
            ClientApp.Call call = pair.client.get("/wait");
            pair.run();
            pair.clientEngine.cancel(call.x);
            pair.run();
            assertEquals(1, pair.server.cancelled);
            assertEquals(0, pair.serverEngine.exchanges());
            assertEquals("", call.toString());
        });
    }

    @Test
    void borrowedBytesComeBack() {
        each(pair -> {
            pair.client.post("/echo", text(5_000));
            pair.client.get("/nothing");
            pair.run();
            pair.clientEngine.drain();
            pair.run();
            assertTrue(pair.clientEngine.isClosed());
            assertEquals(0, pair.slab.lentBytes());
        });
    }
}
