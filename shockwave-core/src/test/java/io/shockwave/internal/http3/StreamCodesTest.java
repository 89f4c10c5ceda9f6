package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.http3.ServerConformanceTest.Rig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The codes with which single streams are given up (RFC 9114 4.1.1, 4.1.2, 4.4, 8.1): what a peer is told by RESET_STREAM and STOP_SENDING, and what a handler is told. */
class StreamCodesTest {
    private static final String POST = Wire.GET.replace("GET", "POST");
    private static final String CONNECT = ":method=CONNECT\n:authority=a:1";

    private static Rig waiting() {
        Rig rig = new Rig(0);
        rig.app.routes.put("/", (app, x) -> { });
        rig.app.routes.put("a:1", (app, x) -> { });
        return rig.settings();
    }

    private static void told(Http3Error error, Map<Long, Long> by, long stream) {
        assertTrue(by.containsKey(stream), "nothing was said about stream " + stream);
        assertEquals(error, Http3Error.of(by.get(stream)));
    }

    @Test
    void aRequestBehindGoAwayIsRejectedInBothDirections() {
        Rig rig = waiting().open(Wire.headers(Wire.GET));
        rig.engine.drain();
        rig.open(Wire.headers(POST));
        told(Http3Error.REQUEST_REJECTED, rig.peer.resets, 4);
        told(Http3Error.REQUEST_REJECTED, rig.peer.stops, 4);
    }

    /** RFC 9114 4.1: who has the answer and need not send the rest is told so without an error. */
    @Test
    void theRestOfARequestThatIsAnsweredIsNotWantedAndNoError() {
        Rig slow = waiting().open(Wire.headers(POST), Wire.data("slow"));
        slow.engine.timeout(5 * Pair.SECOND);
        told(Http3Error.NO_ERROR, slow.run().peer.stops, 0);
        Rig large = waiting().open(Wire.headers(POST + "a=" + "b".repeat(1_990)));
        assertTrue(large.peer.outcome(0).startsWith("{:status=431"), large.peer.outcome(0));
        told(Http3Error.NO_ERROR, large.peer.stops, 0);
        Rig early = new Rig(0).settings().open(Wire.headers(POST), Wire.data("x"));
        assertTrue(early.peer.outcome(0).startsWith("{:status=200"), early.peer.outcome(0));
        told(Http3Error.NO_ERROR, early.peer.stops, 0);
    }

    @Test
    void trailersThatFindNoRoomAreTooMuchLoad() {
        Rig rig = waiting();
        byte[] head = Wire.headers(Wire.GET + "a=" + "b".repeat(1_700));
        for (int i = 0; i < 8; i++) {
            rig.open(Arrays.copyOf(head, head.length - 1));
        }
        byte[] trailers = Wire.headers("a=" + "b".repeat(1_700));
        rig.open(Wire.headers(POST), Arrays.copyOf(trailers, trailers.length - 1));
        told(Http3Error.EXCESSIVE_LOAD, rig.peer.resets, 32);
        assertTrue(rig.app.events.toString().endsWith("cancelled EXCESSIVE_LOAD\n"), rig.app.events.toString());
    }

    /** RFC 9114 4.1.1. */
    @Test
    void aRequestThatTheClientGivesUpIsCancelledOnOurSideToo() {
        for (boolean hasHead : new boolean[] {true, false}) {
            byte[] said = hasHead ? Wire.headers(POST) : Wire.hex("01");
            Rig reset = waiting().open(said);
            reset.quic.client.reset(0, Http3Error.VERSION_FALLBACK.code());
            told(Http3Error.REQUEST_CANCELLED, reset.run().peer.resets, 0);
            Rig stopped = waiting().open(said);
            stopped.quic.client.stopSending(0, Http3Error.VERSION_FALLBACK.code());
            told(Http3Error.REQUEST_CANCELLED, stopped.run().peer.stops, 0);
            for (Rig rig : new Rig[] {reset, stopped}) {
                assertEquals(hasHead, rig.app.events.toString().endsWith("cancelled VERSION_FALLBACK\n"), rig.app.events.toString());
            }
        }
    }

    /** RFC 9114 4.4. */
    @Test
    void tunnels() {
        Rig reset = new Rig(0);
        reset.app.routes.put("", (app, x) -> app.engine.startTunnel(x));
        reset.app.routes.put("a:1", (app, x) -> app.engine.startTunnel(x));
        reset.settings().open(Wire.headers(CONNECT));
        reset.quic.client.reset(0, Http3Error.REQUEST_CANCELLED.code());
        told(Http3Error.CONNECT_ERROR, reset.run().peer.resets, 0);
        Rig refused = new Rig(0).settings().open(Wire.headers(CONNECT));
        assertTrue(refused.peer.outcome(0).startsWith("{:status=404"), refused.peer.outcome(0));
        told(Http3Error.NO_ERROR, refused.peer.stops, 0);
    }

    @Test
    void aResponseThatThePeerWillNotTakeIsAnErrorOfOurs() {
        Rig rig = new Rig(0).settings(6, 10).request(Wire.headers(Wire.GET));
        told(Http3Error.INTERNAL_ERROR, rig.peer.resets, 0);
        assertTrue(rig.app.events.toString().contains("cancelled EXCESSIVE_LOAD"), rig.app.events.toString());
    }

    /** RFC 9114 7.1. */
    @Test
    void aResponseThatEndsBeforeItsLengthIsAnErrorOfOurs() {
        Rig rig = new Rig(0);
        rig.app.routes.put("/", (app, x) -> {
            x.status = 200;
            endTooEarly(x);
            app.engine.respond(x);
        });
        rig.settings().request(Wire.headers(Wire.GET));
        told(Http3Error.INTERNAL_ERROR, rig.peer.resets, 0);
        assertTrue(rig.app.events.toString().endsWith("cancelled INTERNAL_ERROR\n"), rig.app.events.toString());
    }

    /** RFC 9114 4.1: the client is asked to stop when that is clear, not when the answer is out. */
    @Test
    void whatIsNotWantedIsStoppedBeforeTheAnswerIsOut() {
        Rig slow = waiting();
        stuck(slow).open(Wire.headers(POST), Wire.data("slow"));
        slow.engine.timeout(5 * Pair.SECOND);
        told(Http3Error.NO_ERROR, slow.run().peer.stops, 0);
        Rig large = stuck(waiting()).open(Wire.headers(POST + "a=" + "b".repeat(1_990)));
        assertEquals("", large.peer.frames(0));
        told(Http3Error.NO_ERROR, large.peer.stops, 0);
        Rig refused = stuck(waiting());
        refused.app.routes.put("a:1", (app, x) -> app.answer(x, 403, "no"));
        refused.app.routes.put("", (app, x) -> app.answer(x, 403, "no"));
        refused.open(Wire.headers(CONNECT));
        assertEquals("", refused.peer.frames(0));
        told(Http3Error.NO_ERROR, refused.peer.stops, 0);
    }

    /** Nothing that the server writes finds room any more. */
    private static Rig stuck(Rig rig) {
        rig.quic.server.full = true;
        return rig;
    }

    /** RFC 9114 7.2.3. */
    @Test
    void aPushThatTheClientCancelsIsResetAsCancelled() {
        Rig rig = new Rig(0, Pair.serverSettings(2));
        rig.app.routes.put("/", (app, x) -> {
            Exchange promised = PushTest.promise(app, "/a.css");
            assertTrue(app.engine.push(x, promised));
            app.answer(x, 200, "page");
        });
        rig.settings().control(Wire.frame(0x0D, Wire.varint(1)));
        rig.request(Wire.headers(Wire.GET));
        rig.control(Wire.frame(3, Wire.varint(0)));
        assertEquals(List.of(Http3Error.REQUEST_CANCELLED.code()), List.copyOf(rig.peer.resets.values()));
        assertTrue(rig.app.events.toString().endsWith("cancelled REQUEST_CANCELLED\n"), rig.app.events.toString());
    }

    // ---- a client's

    private static ClientConformanceTest.Rig client(int maxPushes) {
        return new ClientConformanceTest.Rig(0, maxPushes).settings();
    }

    @Test
    void aResponseOverTheLimitIsTooMuchLoadAndAMalformedOneIsAnError() {
        ClientConformanceTest.Rig large = client(0);
        large.quic.server.raw(0, Wire.headers(":status=200\na=" + "b".repeat(60_000)), false);
        told(Http3Error.EXCESSIVE_LOAD, large.run().peer.stops, 0);
        ClientConformanceTest.Rig malformed = client(0);
        malformed.quic.server.raw(0, Wire.headers(":status=2"), false);
        told(Http3Error.MESSAGE_ERROR, malformed.run().peer.stops, 0);
    }

    @Test
    void aRequestThatTheServerGivesUpIsCancelled() {
        ClientConformanceTest.Rig rig = client(0);
        rig.quic.sendBufferBytes = 1_000;
        rig.peer.reads = false;
        rig.app.post("/", "x".repeat(50_000));
        rig.run();
        rig.quic.server.reset(4, Http3Error.VERSION_FALLBACK.code());
        told(Http3Error.REQUEST_CANCELLED, rig.run().peer.resets, 4);
    }

    @Test
    void aRequestThatGoAwayLeavesOutIsCancelled() {
        ClientConformanceTest.Rig rig = client(0);
        rig.app.get("/");
        rig.run().control(Wire.frame(7, Wire.varint(4)));
        told(Http3Error.REQUEST_CANCELLED, rig.peer.stops, 4);
        assertEquals(" refused", rig.app.calls.getLast().toString());
        assertEquals(Http3Error.REQUEST_REJECTED.code(), rig.app.calls.getLast().refusedWith);
    }

    /** RFC 9001 4.6.2: nothing of it was processed. */
    @Test
    void aRequestInEarlyDataThatIsRefusedMayBeSentAgain() {
        ClientConformanceTest.Rig rig = client(0);
        rig.engine.onEarlyDataRejected();
        assertEquals(" refused", rig.call.toString());
        assertEquals(Http3Error.REQUEST_REJECTED.code(), rig.call.refusedWith);
    }

    /** RFC 9114 4.2.2: what is larger than the server takes is not sent. */
    @Test
    void aRequestThatTheServerWillNotTakeIsCancelled() {
        ClientConformanceTest.Rig rig = new ClientConformanceTest.Rig(0, 0).settings(6, 100);
        ClientApp.Call call = rig.app.get("/");
        assertEquals(" failed SECTION_TOO_LARGE_FOR_PEER", call.toString());
        told(Http3Error.REQUEST_CANCELLED, rig.run().peer.resets, 4);
        assertEquals("", rig.peer.frames(4));
    }

    @Test
    void contentThatIsNotWantedAnyMoreIsCancelledAndTheResponseRead() {
        ClientConformanceTest.Rig rig = client(0);
        rig.quic.sendBufferBytes = 1_000;
        rig.peer.reads = false;
        ClientApp.Call call = rig.app.post("/", "x".repeat(50_000));
        rig.engine.abandonContent(call.x);
        told(Http3Error.REQUEST_CANCELLED, rig.run().peer.resets, 4);
        assertEquals("", call.toString());
        rig.quic.sendBufferBytes = 1 << 16;
        rig.quic.server.raw(4, Wire.join(Wire.headers(":status=200"), Wire.data("all the same")), true);
        assertEquals("200 -1 [all the same|] finished", rig.run().app.calls.getLast().toString());
    }

    /** RFC 9114 7.1: a frame that cannot be completed leaves only the stream to be given up. */
    @Test
    void contentThatEndsBeforeItsLengthIsCancelled() {
        ClientConformanceTest.Rig rig = client(0);
        ClientApp.Call call = rig.app.call(Method.POST, "/");
        endTooEarly(call.x);
        rig.app.start(call);
        assertEquals(" failed CONTENT_LENGTH_MISMATCH", call.toString());
        told(Http3Error.REQUEST_CANCELLED, rig.run().peer.resets, 4);
        assertEquals("", rig.peer.closed);
    }

    /** Three of the ten bytes that were announced, and then the writer ends. */
    private static void endTooEarly(Exchange x) {
        x.source = Exchange.Source.RING;
        x.sendLength = 10;
        x.outbound.open(512);
        x.outbound.write(new byte[3], 0, 3);
        x.sendEnded = true;
    }

    @Test
    void responsesThatFindNoRoomAreTooMuchLoad() {
        ClientConformanceTest.Rig rig = client(0);
        byte[] head = Wire.headers(":status=200\na=" + "b".repeat(1_700));
        for (int i = 0; i < 9; i++) {
            rig.app.get("/");
            rig.run();
            rig.quic.server.raw(4 * i, Arrays.copyOf(head, head.length - 1), false);
        }
        rig.run();
        assertEquals(" failed HEADERS_TOO_LARGE", rig.app.calls.get(8).toString());
        told(Http3Error.EXCESSIVE_LOAD, rig.peer.stops, 32);
        assertEquals(1, rig.peer.stops.size());
        assertEquals("", rig.peer.closed);
    }

    /** RFC 9114 4.4; RFC 9297 3.3 for capsules that cannot be read. */
    @Test
    void aTunnelWhoseOtherEndIsLostIsAConnectErrorOnBothSides() {
        for (boolean malformed : new boolean[] {false, true}) {
            Http3Error error = malformed ? Http3Error.MESSAGE_ERROR : Http3Error.CONNECT_ERROR;
            ClientConformanceTest.Rig client = client(0);
            ClientApp.Call call = tunnel(client);
            client.engine.resetTunnel(call.x, malformed);
            told(error, client.run().peer.resets, 4);
            told(error, client.peer.stops, 4);
            Rig server = new Rig(0);
            Exchange[] at = new Exchange[1];
            server.app.routes.put("", (app, x) -> open(app, x, at));
            server.app.routes.put("a:1", (app, x) -> open(app, x, at));
            server.settings().open(Wire.headers(CONNECT));
            server.engine.resetTunnel(at[0], malformed);
            told(error, server.run().peer.resets, 0);
            told(error, server.peer.stops, 0);
        }
    }

    private static void open(ServerApp app, Exchange x, Exchange[] at) {
        at[0] = x;
        app.engine.startTunnel(x);
    }

    private static ClientApp.Call tunnel(ClientConformanceTest.Rig rig) {
        ClientApp.Call call = rig.app.call(Method.CONNECT, "a:1");
        call.x.source = Exchange.Source.RING;
        call.x.sendLength = Exchange.UNKNOWN;
        call.x.outbound.open(512);
        rig.app.start(call);
        rig.run();
        rig.quic.server.raw(4, Wire.headers(":status=200"), false);
        rig.run();
        return call;
    }

    @Test
    void aTunnelThatNobodyReadsAnyMoreIsStoppedWithoutAnError() {
        ClientConformanceTest.Rig rig = client(0);
        ClientApp.Call call = tunnel(rig);
        call.x.sendEnded = true;
        rig.engine.leaveTunnel(call.x);
        told(Http3Error.NO_ERROR, rig.run().peer.stops, 4);
    }

    @Test
    void promisesThatCannotBeRead() {
        for (boolean isEmpty : new boolean[] {true, false}) {
            ClientConformanceTest.Rig rig = client(1);
            rig.quic.server.raw(0, isEmpty ? Wire.frame(5) : Wire.frame(5, Wire.varint(0), Wire.hex("0000 ff24")), false);
            assertEquals("closed " + (isEmpty ? Http3Error.FRAME_ERROR : Http3Error.QPACK_DECOMPRESSION_FAILED), rig.run().peer.closed);
        }
    }
}
