package io.shockwave.internal.http1;

import static io.shockwave.internal.http1.ServerMessages.CHUNKED;
import static io.shockwave.internal.http1.ServerMessages.GET;
import static io.shockwave.internal.http1.ServerMessages.OK_A;
import static io.shockwave.internal.http1.ServerMessages.OK_A_CLOSE;
import static io.shockwave.internal.http1.ServerMessages.POST5;
import static io.shockwave.internal.http1.ServerMessages.UPGRADE;
import static io.shockwave.internal.http1.ServerMessages.gives;
import static io.shockwave.internal.http1.ServerRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.StreamEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a connection ends: by time, by its peer, by draining, as a tunnel. */
class Http1ServerEndingsTest {
    // ---- time

    @Test
    void aConnectionThatSaysNothingIsClosedWithoutAnAnswer() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).at(10 * SECOND - 1);
        assertFalse(rig.engine.isClosing());
        assertEquals(10 * SECOND, rig.engine.deadline());
        rig.at(10 * SECOND);
        assertTrue(rig.engine.isClosing());
        assertEquals("", rig.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET /", "GET /a HTTP/1.1\r\n", "GET /a HTTP/1.1\r\nHost:", "GET /a HTTP/1.1\r\nHost: h\r\n"})
    void aHeadThatDoesNotEndIs408(String part) {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in(part).at(10 * SECOND - 1);
        assertEquals("", rig.text());
        rig.at(10 * SECOND);
        assertTrue(rig.text().startsWith("HTTP/1.1 408 Request Timeout\r\n"), rig.text());
        assertTrue(rig.text().contains("Connection: close\r\n"));
        assertTrue(rig.engine.isClosing());
        assertEquals("rejected HEAD_TIMEOUT\nfinished\n", rig.events.toString());
    }

    @Test
    void emptyLinesAloneAreNoRequest() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in("\r\n").at(10 * SECOND);
        assertTrue(rig.engine.isClosing());
        assertEquals("", rig.text());
    }

    /** Slowloris: a byte now and then does not move the deadline. */
    @Test
    void drippingDoesNotExtendTheTimeOfAHead() {
        ServerRig rig = new ServerRig(ServerRig::answersPath);
        for (int i = 0; i < 9; i++) {
            rig.at(i * SECOND).in("x".substring(0, 1).equals("x") && i == 0 ? "GET /a HTTP/1.1\r\n" : "a: b\r\n".substring(0, 1 + i % 6));
        }
        rig.at(10 * SECOND);
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void aKeptConnectionHasItsIdleTimeThenTheTimeOfAHead() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).at(SECOND).in(GET);
        assertEquals(61 * SECOND, rig.engine.deadline());
        rig.at(60 * SECOND).in("G");
        assertEquals(70 * SECOND, rig.engine.deadline());
        rig.in(GET.substring(1));
        rig.take();
        rig.at(120 * SECOND - 1);
        assertFalse(rig.engine.isClosing());
        rig.at(120 * SECOND);
        assertTrue(rig.engine.isClosing());
        assertEquals("", rig.text());
    }

    @Test
    void aRunningHandlerHasNoDeadline() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(GET);
        assertEquals(StreamEngine.NONE, rig.engine.deadline());
    }

    @Test
    void idleTimeBeginsWhenTheHandlerLetGo() {
        ServerRig rig = new ServerRig((r, x) -> r.answer(x, 200, "/a")).in(POST5);
        rig.now = 4 * SECOND;
        rig.in("hel");
        rig.now = 70 * SECOND;
        rig.engine.abandonContent(rig.now);
        rig.now = 71 * SECOND;
        rig.in("lo");
        assertEquals(131 * SECOND, rig.engine.deadline());
    }

    /** Content that is written behind the engine's back may take longer than a connection may idle. */
    @Test
    void idleTimeBeginsWhenTheLastOfLargeContentWasWritten() {
        ServerRig rig = new ServerRig((r, x) -> {
            x.status = 200;
            x.source = Exchange.Source.LEFT;
            x.sendLength = 100;
            r.engine.respond();
        }).in(GET);
        rig.engine.contentSent(60, 50 * SECOND);
        assertEquals(StreamEngine.NONE, rig.engine.deadline());
        rig.engine.contentSent(40, 200 * SECOND);
        assertEquals(260 * SECOND, rig.engine.deadline());
    }

    @Test
    void contentAtTheLeastRateIsTakenAndBelowItIs408() {
        ServerRig rig = new ServerRig(ServerRig::readsFirst).in("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
        rig.in("x".repeat(500)).at(5 * SECOND); // 100 bytes a second over 5 seconds
        assertEquals("head POST /p\n", rig.events.toString());
        rig.in("x".repeat(499)).at(10 * SECOND);
        assertEquals("head POST /p\nfailed BODY_TOO_SLOW\n", rig.takeEvents());
        rig.answer(rig.x, 408, "slow");
        rig.goOn();
        assertTrue(rig.text().startsWith("HTTP/1.1 408 Request Timeout\r\n") && rig.text().contains("Connection: close\r\n"));
        assertTrue(rig.engine.isClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1\r\n", "1\r\nx", "1\r\nx\r\n0\r\n", "1\r\nx\r\n0\r\nX-Sum:"})
    void chunksAndTrailersThatStopAre408(String part) {
        ServerRig rig = new ServerRig(ServerRig::readsFirst).in(CHUNKED + part).at(5 * SECOND);
        assertEquals("head POST /c\nfailed BODY_TOO_SLOW\n", rig.takeEvents());
    }

    @Test
    void whileTheApplicationDoesNotReadThePeerIsNotTooSlow() {
        ServerRig rig = new ServerRig(ServerRig::readsFirst);
        rig.room = 0;
        rig.in(POST5 + "hello").at(5 * SECOND).at(60 * SECOND).at(600 * SECOND);
        assertEquals("head POST /p\n", rig.events.toString());
        rig.room = 100;
        rig.engine.resumeContent(rig.now);
        rig.goOn();
        assertEquals("head POST /p\nend\n", rig.events.toString());
    }

    // ---- tunnels

    private static void tunnels(ServerRig rig, Exchange x) {
        x.status = "CONNECT".equals(x.method.toString()) ? 200 : 101;
        x.source = Exchange.Source.RING;
        x.outbound.open(512);
        rig.engine.startTunnel();
    }

    @Test
    void connectOpensATunnel() {
        ServerRig rig = new ServerRig(Http1ServerEndingsTest::tunnels).in("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\nraw GET / HTTP/1.1\r\n\r\n");
        assertEquals("raw GET / HTTP/1.1\r\n\r\n", rig.content.toString());
        assertTrue(rig.text().startsWith("HTTP/1.1 200 OK\r\n") && rig.text().endsWith("\r\n\r\n"), rig.text());
        assertFalse(rig.text().contains("Content-Length") || rig.text().contains("Transfer-Encoding"), rig.text());
        rig.take();
        rig.write("HTTP? no: bytes");
        assertEquals("HTTP? no: bytes", rig.take());
        rig.end();
        assertEquals("head CONNECT \nend\n", rig.takeEvents());
        rig.write("still");
        rig.endStream();
        assertEquals("still", rig.take());
        assertEquals("finished\n", rig.takeEvents());
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void upgradeSwitches() {
        ServerRig rig = new ServerRig((r, x) -> {
            x.sent.add(HeaderName.of("Upgrade"), "x");
            x.sent.add(HeaderName.CONNECTION, "upgrade");
            tunnels(r, x);
        }).in(UPGRADE + "frames");
        assertEquals("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", rig.take());
        assertEquals("frames", rig.content.toString());
    }

    @Test
    void aTunnelThatThisSideEndsIsOver() {
        ServerRig rig = new ServerRig(Http1ServerEndingsTest::tunnels).in(UPGRADE);
        rig.write("bye");
        rig.endStream();
        assertTrue(rig.engine.isClosing());
        assertEquals("head GET /u\nfinished\n", rig.events.toString());
    }

    @Test
    void aTunnelToAPeerThatEndedItsSideBeforeIsToldSo() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(UPGRADE).end();
        rig.takeEvents();
        tunnels(rig, rig.x);
        rig.goOn();
        assertEquals("end\n", rig.takeEvents());
        rig.endStream();
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void aRefusedUpgradeStaysHttp() {
        gives(UPGRADE + GET, ServerRig::answersPath, "head GET /u\nend\nfinished\nhead GET /a\nend\nfinished\n[]\n" + OK_A.replace("/a", "/u") + OK_A);
    }

    // ---- the peer ends its side

    @Test
    void endBeforeAnyRequestCloses() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).end();
        assertTrue(rig.engine.isClosing());
        assertEquals("", rig.outcome().replace("[]\n<closing>", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET /a HTTP/1.1\r\nHost:"})
    void endWithinAHeadClosesWithoutAnAnswer(String part) {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in(part).end();
        assertTrue(rig.engine.isClosing());
        assertEquals("finished\n", rig.events.toString());
        assertEquals("", rig.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {POST5, POST5 + "hell", CHUNKED, CHUNKED + "5", CHUNKED + "5\r\nhel", CHUNKED + "0\r\n", CHUNKED + "0\r\nX-Sum: 1\r\n"})
    void endWithinContentFailsIt(String part) {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(part).end();
        assertTrue(rig.events.toString().endsWith("failed TRUNCATED\n"), rig.events.toString());
        rig.answer(rig.x, 400, "");
        rig.goOn();
        assertTrue(rig.text().contains("Connection: close\r\n"));
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void endAfterARequestStillGetsItsAnswer() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(GET).end();
        assertFalse(rig.engine.isClosing());
        rig.answer(rig.x, 200, "/a");
        rig.goOn();
        assertEquals(OK_A_CLOSE, rig.text());
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void endWhileTheAnswerIsStreamedLetsItEnd() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(GET);
        rig.write("a");
        rig.end();
        rig.write("b");
        rig.endStream();
        assertTrue(Dechunk.of(rig.text()).endsWith("\r\n\r\nab"), rig.text());
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void endBetweenRequestsCloses() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in(GET).end();
        assertTrue(rig.engine.isClosing());
    }

    // ---- draining

    @Test
    void drainingAnIdleConnectionClosesItAtOnce() {
        ServerRig rig = new ServerRig(ServerRig::answersPath);
        rig.engine.drain(rig.now);
        assertTrue(rig.engine.isClosing());
        rig = new ServerRig(ServerRig::answersPath).in(GET);
        rig.engine.drain(rig.now);
        assertTrue(rig.engine.isClosing());
        assertEquals(OK_A, rig.text());
    }

    @Test
    void drainingWithinAHeadAnswersItAndCloses() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in("GET /a HTTP/1.1\r\nHo");
        rig.engine.drain(rig.now);
        assertFalse(rig.engine.isClosing());
        rig.in("st: h\r\n\r\n");
        assertEquals(OK_A_CLOSE, rig.text());
        assertTrue(rig.engine.isClosing());
    }

    /** A head that stays incomplete does not hold up a shutdown for the time that heads have; nobody was promised an answer to it (RFC 9112 9.6). */
    @Test
    void drainingWithinAHeadWaitsForTheRestASecond() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in("GET /a HTTP/1.1\r\nHo").at(3 * SECOND);
        rig.engine.drain(rig.now);
        assertEquals(3 * SECOND + Http1ServerEngine.DRAIN_HEAD_NS, rig.engine.deadline());
        rig.at(4 * SECOND - 1);
        assertFalse(rig.engine.isClosing());
        rig.at(4 * SECOND);
        assertTrue(rig.engine.isClosing());
        assertEquals("", rig.text());
        assertEquals(1, rig.finished);
    }

    @Test
    void drainingDoesNotProlongTheTimeOfAHead() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in("GET /a HTTP/1.1\r\n").at(10 * SECOND - 1).in("Ho");
        rig.engine.drain(rig.now);
        assertEquals(10 * SECOND, rig.engine.deadline());
    }

    @Test
    void drainingWithinContentLetsItEnd() {
        ServerRig rig = new ServerRig(ServerRig::readsFirst).answersAtEnd().in(POST5 + "he");
        rig.engine.drain(rig.now);
        rig.in("llo" + GET);
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", rig.text());
        assertTrue(rig.engine.isClosing());
        assertEquals(1, rig.finished);
    }

    @Test
    void drainingWhileAnsweringClosesBehindTheAnswer() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(GET + GET);
        rig.engine.drain(rig.now);
        assertFalse(rig.engine.isClosing());
        rig.endStream();
        assertTrue(rig.engine.isClosing());
        assertEquals(1, rig.finished);
    }

    @Test
    void drainingWithNothingButAnEmptyLineCloses() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in("\r\n");
        rig.engine.drain(rig.now);
        assertTrue(rig.engine.isClosing());
        assertEquals(rig.lent, rig.finished);
    }
}
