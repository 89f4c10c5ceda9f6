package io.shockwave.internal.http1;

import static io.shockwave.internal.http1.ServerMessages.CHUNKED;
import static io.shockwave.internal.http1.ServerMessages.EXPECT5;
import static io.shockwave.internal.http1.ServerMessages.GET;
import static io.shockwave.internal.http1.ServerMessages.OK_A;
import static io.shockwave.internal.http1.ServerMessages.POST5;
import static io.shockwave.internal.http1.ServerMessages.echoes;
import static io.shockwave.internal.http1.ServerMessages.gives;
import static io.shockwave.internal.http1.ServerRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.exchange.Exchange;
import org.junit.jupiter.api.Test;

/** The content of requests: its end, its bounds, what nobody wants, and Expect: 100-continue. */
class Http1ServerContentTest {
    // ---- content in

    @Test
    void contentEndsAtItsLength() {
        echoes(POST5 + "hello" + GET, "head POST /p\nend\nfinished\nhead GET /a\nend\n[hello]\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".replace("finished\nhead GET /a\nend\n", "finished\nhead GET /a\nend\nfinished\n") + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    }

    @Test
    void chunksAreJoinedAndTrailersDelivered() {
        echoes(CHUNKED + "5;a=b\r\nhello\r\n6; c=\"d;e\"\r\n world\r\n0\r\nX-Sum: 42\r\n\r\n", "head POST /c\nend 42\nfinished\n[hello world]\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world");
    }

    @Test
    void dataThatLooksLikeARequestStaysData() {
        String inner = "GET /evil HTTP/1.1\r\nHost: h\r\n\r\n";
        echoes("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: " + inner.length() + "\r\n\r\n" + inner, "head POST /p\nend\nfinished\n[" + inner + "]\nHTTP/1.1 200 OK\r\nContent-Length: " + inner.length() + "\r\n\r\n" + inner);
    }

    @Test
    void anEmptyChunkedBodyEnds() {
        gives(CHUNKED + "0\r\n\r\n" + GET, (rig, x) -> rig.answer(x, 204, ""), "head POST /c\nend\nfinished\nhead GET /a\nend\nfinished\n[]\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    }

    @Test
    void contentPausesAndResumes() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing);
        rig.room = 2;
        rig.in(POST5 + "hello");
        assertEquals("he", rig.content.toString());
        assertTrue(rig.engine.isPaused());
        rig.room = 100;
        rig.engine.resumeContent(rig.now);
        rig.goOn();
        assertEquals("hello", rig.content.toString());
        assertEquals("head POST /p\nend\n", rig.events.toString());
    }

    @Test
    void chunksPauseAndResumeInTheirMiddle() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing);
        rig.room = 3;
        rig.in(CHUNKED + "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n");
        assertEquals("hel", rig.content.toString());
        rig.room = 4;
        rig.engine.resumeContent(rig.now);
        rig.goOn();
        assertEquals("hellowo", rig.content.toString());
        rig.room = 100;
        rig.engine.resumeContent(rig.now);
        rig.goOn();
        assertEquals("helloworld", rig.content.toString());
        assertEquals("head POST /c\nend\n", rig.events.toString());
    }

    @Test
    void brokenChunksFailTheContentAndTheConnection() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(CHUNKED + "5\r\nhelloX\r\n" + GET);
        assertEquals("head POST /c\nfailed CHUNK_END\n", rig.takeEvents());
        rig.answer(rig.x, 400, "no");
        rig.goOn();
        assertEquals("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno", rig.text());
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void forbiddenTrailersFailTheContent() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(CHUNKED + "0\r\nHost: evil\r\n\r\n");
        assertEquals("head POST /c\nfailed TRAILER_FORBIDDEN\n", rig.takeEvents());
    }

    // ---- bounds of content

    @Test
    void acceptsAnnouncedContentAtTheLimit() {
        ServerRig rig = new ServerRig(ServerRig::readsFirst).answersAtEnd().in("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(1_000));
        assertEquals(1_000, rig.content.length());
        assertFalse(rig.engine.isClosing());
    }

    @Test
    void refusesAnnouncedContentBeyondTheLimitBeforeAnyHandler() {
        gives("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + GET, ServerRig::answersPath,
                "rejected BODY_TOO_LARGE\nfinished\n[]\nHTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 62\r\nConnection: close\r\n\r\n413 the content is longer than the limit (RFC 9110 15.5.14)\n<closing>"
                        .replace("Content-Length: 62", "Content-Length: " + "413 the content is longer than the limit (RFC 9110 15.5.14)\n".length()));
    }

    @Test
    void acceptsChunkedContentAtTheLimit() {
        ServerRig rig = new ServerRig(ServerRig::readsFirst).answersAtEnd().in(CHUNKED + "3e7\r\n" + "x".repeat(999) + "\r\n1\r\nx\r\n0\r\n\r\n");
        assertEquals(1_000, rig.content.length());
        assertFalse(rig.engine.isClosing());
    }

    @Test
    void failsChunkedContentBeyondTheLimitAtItsSizeLine() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(CHUNKED + "3e7\r\n" + "x".repeat(999) + "\r\n2\r\n");
        assertEquals("head POST /c\nfailed BODY_TOO_LARGE\n", rig.takeEvents());
        assertEquals(999, rig.content.length());
    }

    // ---- content that nobody wants

    private static Http1Settings wide() {
        return ServerRig.settings(new Http1Limits(100, 400, 8, 1L << 30, 50), 0);
    }

    @Test
    void announcedContentWithinTheDiscardBoundIsReadOverAndTheConnectionKept() {
        int bytes = Http1ServerEngine.MAX_DISCARD_BYTES;
        ServerRig rig = new ServerRig(wide(), ServerRig::answersPath).in("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + bytes + "\r\n\r\n");
        assertEquals(OK_A, rig.take());
        assertEquals(0, rig.finished);
        rig.in("x".repeat(bytes));
        assertEquals(1, rig.finished);
        rig.in(GET);
        assertEquals(OK_A, rig.text());
        assertEquals("", rig.content.toString());
    }

    @Test
    void announcedContentBeyondTheDiscardBoundEndsTheConnection() {
        ServerRig rig = new ServerRig(wide(), ServerRig::answersPath).in("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + (Http1ServerEngine.MAX_DISCARD_BYTES + 1) + "\r\n\r\n");
        assertEquals(1, rig.finished);
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void chunkedContentIsDiscardedUpToTheBound() {
        String full = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
        ServerRig rig = new ServerRig(wide(), ServerRig::answersPath).in(CHUNKED + full + full + "0\r\n\r\n" + GET);
        assertEquals(2, rig.finished);
        assertFalse(rig.engine.isClosing());
        rig = new ServerRig(wide(), ServerRig::answersPath).in(CHUNKED + full + full + "1\r\nx\r\n0\r\n\r\n" + GET);
        assertEquals(1, rig.finished);
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void abandonedContentIsNotDelivered() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(CHUNKED + "3\r\nabc\r\n");
        rig.engine.abandonContent(0);
        rig.in("3\r\ndef\r\n0\r\n\r\n");
        assertEquals("abc", rig.content.toString());
        rig.answer(rig.x, 200, "");
        rig.goOn();
        assertEquals("head POST /c\nfinished\n", rig.events.toString());
    }

    // ---- Expect: 100-continue (RFC 9110 10.1.1)

    @Test
    void continueIsSentWhenTheContentIsWanted() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(EXPECT5);
        assertEquals("", rig.take());
        rig.engine.wantContent();
        rig.goOn();
        assertEquals("HTTP/1.1 100 Continue\r\n\r\n", rig.take());
        rig.engine.wantContent();
        rig.goOn();
        assertEquals("", rig.take());
        rig.in("hello");
        rig.answer(rig.x, 200, "");
        rig.goOn();
        assertEquals("head POST /p\ninterim\nend\nfinished\n", rig.takeEvents());
        assertFalse(rig.engine.isClosing());
    }

    @Test
    void aFinalStatusInsteadOfContinueCloses() {
        ServerRig rig = new ServerRig((r, x) -> r.answer(x, 403, "no")).in(EXPECT5);
        assertEquals("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno", rig.text());
        assertTrue(rig.engine.isClosing());
        rig.in("hello" + GET);
        assertEquals(1, rig.finished);
    }

    @Test
    void whoAnswersFirstAndReadsThenIsToldThatNothingComes() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(EXPECT5);
        assertEquals("head POST /p\nfailed TRUNCATED\n", rig.takeEvents());
        rig.endStream();
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void continueGoesOutBeforeAnAnswerThatBeginsAtOnce() {
        ServerRig rig = new ServerRig((r, x) -> {
            r.engine.wantContent();
            r.stream(x, 200, Exchange.UNKNOWN);
        }).in(EXPECT5);
        assertEquals("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", rig.text());
        rig.in("hello");
        rig.endStream();
        assertEquals("head POST /p\ninterim\nend\nfinished\n", rig.events.toString());
        assertFalse(rig.engine.isClosing());
    }

    @Test
    void contentThatComesUnaskedNeedsNoContinue() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(EXPECT5 + "he");
        rig.engine.wantContent();
        rig.in("llo");
        assertEquals("", rig.text());
        assertEquals("hello", rig.content.toString());
    }

    @Test
    void version10IsNeverToldToContinue() {
        ServerRig rig = new ServerRig(ServerRig::readsFirst).in(EXPECT5.replace("1.1\r", "1.0\r"));
        assertEquals("", rig.text());
    }

    @Test
    void whoWaitsForContinueIsNotTooSlow() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(EXPECT5).at(6 * SECOND).at(100 * SECOND);
        assertEquals("head POST /p\n", rig.takeEvents());
    }
}
