package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Server push in both roles (RFC 9114 4.6, 7.2.3, 7.2.5, 7.2.7). */
class PushTest {
    private static final int[] PIECES = {0, 1, -1};

    static Exchange promise(ServerApp app, String path) {
        Exchange x = app.lend();
        x.method = Method.GET;
        byte[] line = path.getBytes(StandardCharsets.US_ASCII);
        x.received.line(line, 0, line.length);
        x.pathLen = line.length;
        x.received.add(HeaderName.HOST, "example.com");
        x.received.add(HeaderName.ACCEPT, "text/css");
        return x;
    }

    private static Pair pair(int pieces, int maxPushes) {
        Pair pair = new Pair(pieces, 7, Pair.serverSettings(5), Pair.clientSettings(maxPushes));
        pair.server.routes.put("/page", (app, x) -> {
            for (String path : new String[] {"/a.css", "/b.css"}) {
                Exchange promised = promise(app, path);
                if (app.engine.push(x, promised)) {
                    app.answer(promised, 200, "content of " + path);
                } else {
                    app.events.append("no push\n");
                    app.giveBack(promised);
                }
            }
            app.answer(x, 200, "page");
        });
        return pair.connect();
    }

    @Test
    void pushesWhatTheClientAllows() {
        for (int pieces : PIECES) {
            Pair pair = pair(pieces, 2);
            for (int round = 0; round < 4; round++) { // the limit moves up as pushes end
                ClientApp.Call call = pair.client.get("/page");
                pair.run();
                assertEquals("200 4 [page|] finished", call.toString());
                assertEquals(2 * round + 2, pair.client.pushed.size());
                assertEquals("200 17 [content of /a.css|] finished", pair.client.pushed.get(2 * round).toString());
                assertEquals("200 17 [content of /b.css|] finished", pair.client.pushed.get(2 * round + 1).toString());
            }
            assertTrue(pair.client.events.toString().contains("promise GET /a.css example.com\n"));
            assertEquals(0, pair.clientEngine.exchanges());
            assertEquals(0, pair.serverEngine.exchanges());
        }
    }

    @Test
    void isOffUnlessAskedFor() {
        Pair pair = pair(0, 0);
        ClientApp.Call call = pair.client.get("/page");
        assertFalse(pair.serverEngine.canPush());
        pair.run();
        assertEquals("200 4 [page|] finished", call.toString());
        assertTrue(pair.server.events.toString().contains("no push\nno push\n"));
    }

    @Test
    void aPushThatIsNotWantedIsCancelled() {
        for (int pieces : PIECES) {
            Pair pair = pair(pieces, 4);
            pair.client.refusedPushes.add("/a.css");
            ClientApp.Call call = pair.client.get("/page");
            pair.run();
            assertEquals("200 4 [page|] finished", call.toString());
            assertEquals("[200 17 [content of /b.css|] finished]", pair.client.pushed.toString());
            assertEquals(0, pair.serverEngine.exchanges());
            assertFalse(pair.clientEngine.isClosed());
        }
    }

    @Test
    void pushesWaitForAStream() {
        Pair pair = new Pair(0, 7, Pair.serverSettings(5), Pair.clientSettings(4));
        pair.quic.server.uniLimit = 2; // control and QPACK's decoder
        pair.server.routes.put("/page", (app, x) -> {
            Exchange promised = promise(app, "/a.css");
            assertTrue(app.engine.push(x, promised));
            app.answer(promised, 200, "style");
            app.answer(x, 200, "page");
        });
        pair.connect();
        ClientApp.Call call = pair.client.get("/page");
        pair.run();
        assertEquals("200 4 [page|] finished", call.toString());
        assertEquals("[]", pair.client.pushed.toString().replace(" finished", "").replaceAll("200.*", "200"));
        pair.quic.server.allow(0, 2);
        pair.run();
        assertEquals("[200 5 [style|] finished]", pair.client.pushed.toString());
    }

    @Test
    void theServerMayGiveUpAPromise() {
        Pair pair = new Pair(0, 7, Pair.serverSettings(5), Pair.clientSettings(4));
        pair.quic.server.uniLimit = 2;
        pair.server.routes.put("/page", (app, x) -> {
            Exchange promised = promise(app, "/a.css");
            assertTrue(app.engine.push(x, promised));
            app.engine.abort(promised);
            app.giveBack(promised);
            app.answer(x, 200, "page");
        });
        pair.connect();
        ClientApp.Call call = pair.client.get("/page");
        pair.run();
        assertEquals("200 4 [page|] finished", call.toString());
        assertTrue(pair.client.pushed.isEmpty() || pair.client.pushed.toString().equals("[ failed PUSH_CANCELLED]"), pair.client.pushed.toString());
        assertEquals(0, pair.serverEngine.exchanges());
    }

    // ---- a server that is not ours

    private static ClientConformanceTest.Rig rig(int pieces) {
        ClientConformanceTest.Rig rig = new ClientConformanceTest.Rig(pieces, 2);
        rig.settings();
        return rig;
    }

    private static byte[] promise(long id, String lines) {
        return Wire.frame(5, Wire.varint(id), Wire.section(lines));
    }

    private static final String PUSHED = Wire.GET.replace(":path=/", ":path=/pushed");

    @Test
    void theStreamMayComeBeforeThePromise() {
        for (int pieces : PIECES) {
            ClientConformanceTest.Rig rig = rig(pieces);
            rig.uni(true, Wire.hex("01 00"), Wire.headers(":status=200"), Wire.data("early"));
            assertEquals("", rig.peer.closed);
            rig.quic.server.raw(0, promise(0, PUSHED), false);
            rig.run();
            assertEquals("[200 -1 [early|] finished]", rig.app.pushed.toString());
        }
    }

    @Test
    void promisesMayBeRepeatedButNotChanged() {
        for (int pieces : PIECES) {
            ClientConformanceTest.Rig rig = rig(pieces);
            rig.quic.server.raw(0, Wire.join(promise(0, PUSHED), promise(0, PUSHED)), false);
            rig.run();
            assertEquals(1, rig.app.pushed.size());
            assertEquals(1, rig.app.takenBack);
            assertEquals("", rig.peer.closed);
            rig.quic.server.raw(0, promise(0, PUSHED + "x=y"), false);
            rig.run();
            assertEquals("closed GENERAL_PROTOCOL_ERROR", rig.peer.closed);
        }
    }

    @Test
    void idsBeyondTheLimitAndStreamsTwice() {
        for (int pieces : PIECES) {
            ClientConformanceTest.Rig rig = rig(pieces);
            rig.quic.server.raw(0, promise(1, PUSHED), false);
            rig.run();
            assertEquals("", rig.peer.closed);
            rig.quic.server.raw(0, promise(2, PUSHED), false);
            rig.run();
            assertEquals("closed ID_ERROR", rig.peer.closed);
            rig = rig(pieces);
            rig.uni(false, Wire.hex("01 02"));
            assertEquals("closed ID_ERROR", rig.peer.closed);
            rig = rig(pieces);
            rig.uni(false, Wire.hex("01 01"));
            rig.uni(false, Wire.hex("01 01"));
            assertEquals("closed ID_ERROR", rig.peer.closed);
            rig = rig(pieces);
            rig.control(Wire.frame(3, Wire.varint(1)));
            assertEquals("", rig.peer.closed);
            rig.control(Wire.frame(3, Wire.varint(9)));
            assertEquals("closed ID_ERROR", rig.peer.closed);
        }
    }

    /** RFC 9114 4.6: safe, cacheable, without content; RFC 9114 7.2.5: on request streams alone. */
    @Test
    void promisesThatNobodyMayMake() {
        for (int pieces : PIECES) {
            for (String lines : new String[] {PUSHED.replace("GET", "POST"), PUSHED + "content-length=4", "a=b"}) {
                ClientConformanceTest.Rig rig = rig(pieces);
                rig.quic.server.raw(0, promise(0, lines), false);
                rig.run();
                assertEquals("[]", rig.app.pushed.toString());
                assertTrue(RawPeer.frames(rig.peer.received.get(2L).toByteArray(), 1).contains("frame 3 00\n"), "CANCEL_PUSH for " + lines);
                assertEquals("", rig.peer.closed);
            }
            ClientConformanceTest.Rig rig = rig(pieces);
            rig.quic.server.raw(0, promise(0, PUSHED), false);
            rig.run();
            rig.uni(false, Wire.hex("01 00"), Wire.headers(":status=200"), promise(1, PUSHED));
            assertEquals("closed FRAME_UNEXPECTED", rig.peer.closed);
        }
    }

    @Test
    void cancelledByTheServer() {
        for (int pieces : PIECES) {
            ClientConformanceTest.Rig rig = rig(pieces);
            rig.quic.server.raw(0, promise(0, PUSHED), false);
            rig.run();
            rig.control(Wire.frame(3, Wire.varint(0)));
            assertEquals("[ failed PUSH_CANCELLED]", rig.app.pushed.toString());
            long stream = rig.uni(false, Wire.hex("01 00"), Wire.headers(":status=200"));
            assertEquals(Http3Error.REQUEST_CANCELLED.code(), rig.peer.stops.get(stream));
        }
    }

    @Test
    void cancelledByTheClient() {
        ClientConformanceTest.Rig rig = rig(0);
        rig.quic.server.raw(0, Wire.join(promise(0, PUSHED), promise(1, PUSHED)), false);
        rig.run();
        rig.engine.cancel(rig.app.pushed.get(0).x);
        long stream = rig.uni(false, Wire.hex("01 01"), Wire.headers(":status=200"));
        rig.engine.cancel(rig.app.pushed.get(1).x);
        rig.run();
        assertTrue(RawPeer.frames(rig.peer.received.get(2L).toByteArray(), 1).contains("frame 3 00\n"));
        assertEquals(Http3Error.REQUEST_CANCELLED.code(), rig.peer.stops.get(stream));
        assertEquals(1, rig.engine.exchanges());
    }

    @Test
    void aSessionOfPushesIsNotRememberedForEver() {
        ClientConformanceTest.Rig rig = rig(0);
        for (int id = 0; id < 1_000; id++) {
            rig.quic.client.uniLimit = 10_000;
            rig.quic.server.uniLimit = 10_000;
            rig.quic.server.raw(0, promise(id, PUSHED), false);
            rig.uni(true, Wire.hex("01"), Wire.varint(id), Wire.headers(":status=200"));
            assertEquals("200 0 [|] finished", rig.app.pushed.get(id).toString());
        }
        assertTrue(rig.engine.rememberedPushes() <= 8, rig.engine.rememberedPushes() + " pushes");
    }
}
