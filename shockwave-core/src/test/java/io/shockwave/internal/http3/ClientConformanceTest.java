package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Method;
import io.shockwave.internal.memory.Slab;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What RFC 9114 demands of a client, each with its error code, with bytes whole, one by one and in pieces. */
class ClientConformanceTest {
    /** A client's engine with one request, and a server that can say anything. */
    static final class Rig {
        final FakeQuic quic;
        final Slab slab = new Slab(1 << 20);
        final ClientApp app = new ClientApp(slab);
        final RawPeer peer = new RawPeer();
        final Http3ClientEngine engine;
        final long control;
        ClientApp.Call call;

        Rig(int pieces, int maxPushes) {
            quic = new FakeQuic(pieces, 1);
            engine = new Http3ClientEngine(app, slab, Pair.clientSettings(maxPushes), 0);
            engine.attach(quic.client);
            app.engine = engine;
            quic.client.sink = engine;
            quic.server.sink = peer;
            quic.handshake();
            control = quic.server.openUnidirectional();
            call = app.get("/");
            quic.run();
        }

        Rig settings(long... pairs) {
            return control(new byte[1], Wire.settings(pairs));
        }

        Rig control(byte[]... parts) {
            quic.server.raw(control, Wire.join(parts), false);
            return run();
        }

        Rig run() {
            quic.run();
            return this;
        }

        long uni(boolean fin, byte[]... parts) {
            long id = quic.server.openUnidirectional();
            quic.server.raw(id, Wire.join(parts), fin);
            run();
            return id;
        }

        Rig response(byte[]... parts) {
            quic.server.raw(0, Wire.join(parts), true);
            return run();
        }

        /** What the exchange says, and how the connection or the stream was ended. */
        String outcome() {
            return (call + " " + (peer.closed.isEmpty() ? "" : peer.closed) + (peer.stops.containsKey(0L) ? "stop " + Http3Error.of(peer.stops.get(0L)) : "")).trim();
        }
    }

    private static final int[] PIECES = {0, 1, 3, -1};

    private static void each(String expected, int maxPushes, Consumer<Rig> test) {
        for (int pieces : PIECES) {
            Rig rig = new Rig(pieces, maxPushes);
            test.accept(rig);
            assertEquals(expected, rig.outcome(), () -> "pieces " + pieces + "\n" + rig.app.events);
        }
    }

    private static void response(String expected, byte[]... parts) {
        for (int pieces : PIECES) {
            Rig rig = new Rig(pieces, 0).settings().response(parts);
            // Whether the stream is also stopped depends on whether its end was there already.
            assertEquals(expected, rig.outcome().replaceAll(" stop .*", ""), () -> "pieces " + pieces);
        }
    }

    private static void fails(Http3Error error, Consumer<Rig> test) {
        each("failed CONNECTION_BROKEN closed " + error, 0, test);
    }

    private static byte[] head(String lines) {
        return Wire.headers(":status=200\n" + lines);
    }

    @Test
    void aRequestAsItGoesOut() {
        Rig rig = new Rig(0, 0);
        assertEquals("{:method=GET, :scheme=https, :authority=example.com, :path=/}\nfin", rig.peer.outcome(0));
        // The section size, our table of 4,096 and 16 blocked streams, datagrams.
        assertEquals("frame 4 06" + "47d0" + "015000" + "0710" + "3301\n", RawPeer.frames(rig.peer.received.get(2L).toByteArray(), 1));
    }

    @Test
    void responsesThatAreFine() {
        response("200 -1 [abc|] finished", head("a=b"), Wire.data("abc"));
        response("200 0 [|] finished", head(""));
        response("200 3 [abc|] finished", head("content-length=3"), Wire.data("abc"), Wire.frame(0x21, new byte[70]));
        response("103 {a: b} 200 -1 [x|] finished", Wire.headers(":status=103\na=b"), head(""), Wire.data("x"));
        response("200 -1 [x|a: b] finished", head(""), Wire.data("x"), Wire.headers("a=b"));
        response("999 0 [|] finished", Wire.headers(":status=999"));
    }

    @Test
    void malformedResponsesAreStreamErrors() {
        String[] bad = {
            "", "a=b", ":status=20", ":status=2000", ":status=abc", ":status=099", ":status=101", ":status=200\n:status=200", "a=b\n:status=200", ":status=200\n:path=/", ":method=GET",
            ":status=200\nUpper=1", ":status=200\nconnection=close", ":status=200\ntransfer-encoding=chunked", ":status=200\ncontent-length=x", ":status=200\ncontent-length=1\ncontent-length=1",
            ":status=200\na=b\nc= d", ":status=100\ncontent-length=4",
        };
        for (String lines : bad) {
            for (int pieces : PIECES) {
                Rig rig = new Rig(pieces, 0);
                rig.settings();
                rig.quic.server.raw(0, Wire.headers(lines), false);
                rig.run();
                assertTrue(rig.call.toString().startsWith(" failed "), () -> lines + ": " + rig.call);
                assertEquals(Http3Error.MESSAGE_ERROR.code(), rig.peer.stops.get(0L), lines);
                assertEquals("", rig.peer.closed);
            }
        }
        response("200 3 [ab] failed CONTENT_LENGTH_MISMATCH", head("content-length=3"), Wire.data("ab"));
        response("failed CONTENT_LENGTH_MISMATCH", head("content-length=3"));
        response("failed REQUEST_INCOMPLETE");
        response("103  failed REQUEST_INCOMPLETE", Wire.headers(":status=103"));
    }

    @Test
    void contentWhereThereIsNone() {
        for (int pieces : PIECES) {
            Rig rig = new Rig(pieces, 0);
            rig.settings();
            ClientApp.Call head = rig.app.start(rig.app.call(Method.HEAD, "/"));
            rig.run();
            rig.quic.server.raw(4, Wire.join(head("content-length=3"), Wire.data("abc")), true);
            rig.run();
            assertEquals("200 0  failed CONTENT_LENGTH_MISMATCH", head.toString());
        }
        response("204 0  failed CONTENT_LENGTH_MISMATCH", Wire.headers(":status=204"), Wire.data("abc"));
    }

    @Test
    void limitsOfResponses() {
        response("failed HEADERS_TOO_LARGE", head("a=" + "b".repeat(2_000)));
        response("failed HEADERS_TOO_MANY", head("a=b\n".repeat(21)));
        String nine = "103 ".repeat(8);
        byte[] hints = Wire.headers(":status=103");
        response(nine + "200 0 [|] finished", hints, hints, hints, hints, hints, hints, hints, hints, head(""));
        response(nine + " failed INTERIM_TOO_MANY", hints, hints, hints, hints, hints, hints, hints, hints, hints, head(""));
        response("200 -1 [] failed HEADERS_TOO_LARGE".replace("[]", "[x]"), head(""), Wire.data("x"), Wire.headers("a=" + "b".repeat(2_000)));
    }

    @Test
    void sequencesThatEndTheConnection() {
        fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().response(Wire.data("x")));
        each("103  failed CONNECTION_BROKEN closed FRAME_UNEXPECTED", 0, rig -> rig.settings().response(Wire.headers(":status=103"), Wire.data("x")));
        fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().response(Wire.settings()));
        fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().response(Wire.frame(0xD, new byte[1])));
        fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().response(Wire.frame(0xF0700, new byte[2])));
        fails(Http3Error.FRAME_ERROR, rig -> rig.settings().response(Wire.hex("01")));
        fails(Http3Error.QPACK_DECOMPRESSION_FAILED, rig -> rig.settings().response(Wire.frame(1, Wire.hex("0000 ff24"))));
        fails(Http3Error.MISSING_SETTINGS, rig -> rig.control(new byte[1], Wire.frame(7, Wire.varint(0))));
        fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().control(Wire.settings()));
        fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().control(Wire.frame(0xD, Wire.varint(1)))); // RFC 9114 7.2.7
        fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().control(Wire.frame(0xF0700, Wire.varint(0)))); // RFC 9218 7.1
        fails(Http3Error.STREAM_CREATION_ERROR, rig -> {
            rig.quic.server.raw(rig.quic.server.openBidirectional(), Wire.hex("00"), false); // RFC 9114 6.1
            rig.run();
        });
        fails(Http3Error.ID_ERROR, rig -> rig.settings().response(Wire.frame(5, Wire.varint(0), Wire.section(Wire.GET)))); // no pushes were allowed
        fails(Http3Error.ID_ERROR, rig -> rig.uni(false, Wire.hex("01 00")));
        fails(Http3Error.FRAME_ERROR, rig -> rig.uni(true, Wire.hex("01")));
    }

    // ---- GOAWAY, resets

    @Test
    void goAwayTellsWhatWasNotProcessed() {
        for (int pieces : PIECES) {
            Rig rig = new Rig(pieces, 0);
            ClientApp.Call second = rig.app.get("/");
            ClientApp.Call third = rig.app.get("/");
            rig.run();
            rig.settings().control(Wire.frame(7, Wire.varint(8)));
            assertEquals(" refused", third.toString());
            assertEquals("", second.toString());
            assertFalse(rig.engine.isUsable());
            assertFalse(rig.app.get("/").started);
            rig.control(Wire.frame(7, Wire.varint(4)));
            assertEquals(" refused", second.toString());
            rig.response(head(""));
            assertEquals("200 0 [|] finished", rig.call.toString());
            assertEquals(0, rig.engine.exchanges());
        }
        fails(Http3Error.ID_ERROR, rig -> rig.settings().control(Wire.frame(7, Wire.varint(4)), Wire.frame(7, Wire.varint(8))));
        fails(Http3Error.ID_ERROR, rig -> rig.settings().control(Wire.frame(7, Wire.varint(5))));
    }

    @Test
    void rejectedRequestsAreProvablyUnprocessed() {
        each("refused", 0, rig -> {
            rig.settings();
            rig.quic.server.reset(0, Http3Error.REQUEST_REJECTED.code());
            rig.run();
        });
        each("failed STREAM_RESET", 0, rig -> {
            rig.settings();
            rig.quic.server.reset(0, Http3Error.REQUEST_CANCELLED.code());
            rig.run();
        });
        // Something of a response came: whatever the code says, it was processed.
        each("200 -1  failed STREAM_RESET", 0, rig -> {
            rig.settings();
            rig.quic.server.raw(0, head(""), false);
            rig.run();
            rig.quic.server.reset(0, Http3Error.REQUEST_REJECTED.code());
            rig.run();
        });
    }

    @Test
    void aRequestThatIsStoppedStillGetsItsResponse() {
        for (int pieces : PIECES) {
            Rig rig = new Rig(pieces, 0);
            rig.settings();
            rig.quic.sendBufferBytes = 1_000;
            rig.peer.reads = false;
            ClientApp.Call post = rig.app.post("/", "x".repeat(50_000));
            rig.run();
            rig.quic.server.stopSending(4, Http3Error.NO_ERROR.code());
            rig.run();
            rig.quic.server.raw(4, Wire.join(head(""), Wire.data("enough")), true);
            rig.run();
            assertEquals("200 -1 [enough|] finished", post.toString());
        }
    }

    @Test
    void theConnectionsEndIsTheEndOfEveryExchange() {
        each("failed CONNECTION_BROKEN", 0, rig -> {
            rig.settings();
            rig.quic.server.close(0x100, "");
            rig.run();
            rig.peer.closed = "";
            assertFalse(rig.app.get("/").started);
        });
    }

    @Test
    void withoutAStreamNothingStarts() {
        Rig rig = new Rig(0, 0);
        rig.quic.client.bidiLimit = 1;
        assertFalse(rig.app.get("/").started);
        rig.quic.client.allow(1, 0);
        assertTrue(rig.app.events.toString().contains("streams"));
        assertTrue(rig.app.get("/").started);
    }

    @Test
    void aSectionThatThePeerRefusesIsNotSent() {
        Rig rig = new Rig(0, 0);
        rig.settings(6, 200);
        ClientApp.Call small = rig.app.get("/");
        ClientApp.Call large = rig.app.get("/" + "p".repeat(100));
        assertEquals("", small.toString());
        assertEquals(" failed SECTION_TOO_LARGE_FOR_PEER", large.toString());
    }

    @Test
    void priorityUpdates() {
        Rig rig = new Rig(0, 0);
        rig.engine.priority(rig.call.x, 1, true);
        rig.run();
        // 0xF0700 in four bytes, length 6, stream 0, "u=1,i"
        assertTrue(RawPeer.frames(rig.peer.received.get(2L).toByteArray(), 1).endsWith("frame f0700 00753d312c69\n"));
    }
}
