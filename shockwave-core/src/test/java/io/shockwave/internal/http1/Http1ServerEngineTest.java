package io.shockwave.internal.http1;

import static io.shockwave.internal.http1.ServerRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.StreamEngine;
import io.shockwave.internal.testing.Splits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http1ServerEngineTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST5 = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n";
    private static final String EXPECT5 = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    private static final String CHUNKED = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String UPGRADE = "GET /u HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    private static final String OK_A = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n/a";
    private static final String OK_A_CLOSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/a";

    /** All splits of the input give this. */
    private static void gives(String input, ServerRig.App app, String expected) {
        byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(expected, Splits.each(bytes, () -> new ServerRig(app)));
    }

    private static void echoes(String input, String expected) {
        byte[] bytes = input.getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(expected, Splits.each(bytes, () -> new ServerRig(ServerRig::readsFirst).answersAtEnd()));
    }

    private static String head(String fields) {
        return "GET /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
    }

    private static String head10(String fields) {
        return "GET /a HTTP/1.0\r\n" + fields + "\r\n";
    }

    // ---- keep-alive and close (RFC 9112 9.3)

    @Test
    void version11StaysOpen() {
        gives(GET + GET, ServerRig::answersPath, "head GET /a\nend\nfinished\nhead GET /a\nend\nfinished\n[]\n" + OK_A + OK_A);
    }

    @Test
    void closeIsObeyedAndSaid() {
        gives(head("Connection: close\r\n") + GET, ServerRig::answersPath, "head GET /a\nend\nfinished\n[]\n" + OK_A_CLOSE + "<closing>");
    }

    @Test
    void version10ClosesAndSaysSo() {
        gives(head10("") + GET, ServerRig::answersPath, "head GET /a\nend\nfinished\n[]\n" + OK_A_CLOSE + "<closing>");
    }

    @Test
    void version10StaysWhenAsked() {
        String kept = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n/a";
        gives(head10("Connection: keep-alive\r\n") + head10("Connection: keep-alive\r\n"), ServerRig::answersPath, "head GET /a\nend\nfinished\nhead GET /a\nend\nfinished\n[]\n" + kept + kept);
    }

    @Test
    void theApplicationCanClose() {
        gives(GET + GET, (rig, x) -> {
            x.sent.add(HeaderName.CONNECTION, "close");
            rig.answer(x, 200, "/a");
        }, "head GET /a\nend\nfinished\n[]\n" + OK_A_CLOSE + "<closing>");
    }

    @Test
    void theLastOfTheAllowedRequestsCloses() {
        ServerRig rig = new ServerRig(ServerRig.settings(ServerRig.LIMITS, 2), ServerRig::answersPath).in(GET + GET + GET);
        assertEquals(OK_A + OK_A_CLOSE, rig.text());
        assertTrue(rig.engine.isClosing());
    }

    // ---- pipelining

    @Test
    void theNextRequestWaitsForTheAnswer() {
        ServerRig rig = new ServerRig(ServerRig::doesNothing).in(GET + head("").replace("/a", "/b"));
        assertEquals("head GET /a\nend\n", rig.takeEvents());
        assertTrue(rig.engine.isPaused());
        assertTrue(rig.kept() > 0);
        rig.answer(rig.x, 200, "1");
        rig.goOn();
        assertEquals("finished\nhead GET /b\nend\n", rig.takeEvents());
        rig.answer(rig.x, 200, "2");
        rig.goOn();
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2", rig.text());
        assertEquals(0, rig.kept());
    }

    @Test
    void theNextRequestWaitsUntilTheAnswerLeft() {
        ServerRig rig = new ServerRig(ServerRig::answersPath);
        rig.deaf = true;
        rig.in(GET + GET);
        assertEquals("head GET /a\nend\n", rig.takeEvents());
        rig.deaf = false;
        rig.goOn();
        assertEquals(OK_A + OK_A, rig.text());
    }

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

    // ---- framing of responses (RFC 9112 6)

    private static String answerTo(String request, ServerRig.App app) {
        return new ServerRig(app).in(request).text();
    }

    @Test
    void headGetsTheHeadAlone() {
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", answerTo(GET.replace("GET", "HEAD"), ServerRig::answersPath));
    }

    @Test
    void aStreamedAnswerToHeadAnnouncesWhatGetWould() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, 77)).in(GET.replace("GET", "HEAD"));
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n", rig.text());
        rig.endStream();
        assertEquals(1, rig.finished);
    }

    @Test
    void noContentHasNoLength() { // RFC 9110 8.6
        assertEquals("HTTP/1.1 204 No Content\r\n\r\n", answerTo(GET, (r, x) -> r.answer(x, 204, "")));
        assertEquals("HTTP/1.1 204 No Content\r\n\r\n", answerTo(GET, (r, x) -> r.answer(x, 204, "dropped")));
    }

    @Test
    void notModifiedHasNoContent() { // RFC 9110 15.4.5
        assertEquals("HTTP/1.1 304 Not Modified\r\n\r\n", answerTo(GET, (r, x) -> r.answer(x, 304, "")));
        assertEquals("HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n", answerTo(GET, (r, x) -> r.answer(x, 304, "body")));
    }

    @Test
    void unknownLengthIsChunked() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(GET);
        rig.write("hello");
        rig.write(" world, this is more than what fits into one piece of the room that there is for output");
        rig.endStream();
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello world, this is more than what fits into one piece of the room that there is for output",
                Dechunk.of(rig.text()));
        assertFalse(rig.engine.isClosing());
    }

    @Test
    void trailersFollowTheLastChunk() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(GET);
        rig.write("a");
        rig.x.sentTrailers().add(HeaderName.of("X-Sum"), "1".repeat(200));
        rig.endStream();
        assertTrue(rig.text().endsWith("1\r\na\r\n0\r\nX-Sum: " + "1".repeat(200) + "\r\n\r\n"), rig.text());
        assertEquals(1, rig.finished);
    }

    @Test
    void unknownLengthToVersion10EndsWithTheConnection() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(head10("Connection: keep-alive\r\n"));
        rig.write("hello");
        rig.endStream();
        assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", rig.text());
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void aStreamOfKnownLengthIsNotChunked() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, 5)).in(GET + GET);
        rig.write("hel"); // the second request waits
        rig.write("lo");
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", rig.text());
        rig.endStream();
        assertEquals(2, rig.lent);
    }

    /** The writer may still hold it, and must be able to close what it was given. */
    @Test
    void anExchangeLivesUntilItsWriterEnded() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, 5)).in(GET);
        rig.write("hello");
        assertEquals(0, rig.finished);
        rig.endStream();
        assertEquals(1, rig.finished);
        rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(GET.replace("GET", "HEAD"));
        assertEquals(0, rig.finished);
        rig.endStream();
        assertEquals(1, rig.finished);
        rig = new ServerRig((r, x) -> r.stream(x, 204, Exchange.UNKNOWN)).in(GET);
        assertEquals(0, rig.finished);
        rig.endStream();
        assertEquals(1, rig.finished);
        rig = new ServerRig((r, x) -> r.stream(x, 200, 0)).in(GET);
        assertEquals(0, rig.finished);
        rig.endStream();
        assertEquals(1, rig.finished);
    }

    @Test
    void anEmptyStreamIsOneLastChunk() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(GET);
        rig.endStream();
        assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", rig.text());
    }

    @Test
    void fullDuplexReadsWhileItWrites() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(CHUNKED);
        for (int i = 0; i < 10; i++) {
            rig.in("1\r\n" + i + "\r\n");
            rig.write("" + i);
        }
        rig.in("0\r\n\r\n");
        rig.endStream();
        assertEquals("0123456789", rig.content.toString());
        assertTrue(Dechunk.of(rig.text()).endsWith("\r\n\r\n0123456789"));
        assertEquals(1, rig.finished);
    }

    @Test
    void anAnswerThatIsWholeWaitsForTheContent() {
        ServerRig rig = new ServerRig((r, x) -> r.answer(x, 200, "/a")).in(POST5 + "he");
        assertEquals(OK_A, rig.text());
        assertTrue(rig.engine.isResponseSent());
        assertEquals(0, rig.finished);
        rig.in("llo" + POST5);
        assertEquals(1, rig.finished);
        assertEquals("hello", rig.content.toString());
    }

    // ---- interim responses

    @Test
    void earlyHintsPrecedeTheAnswer() {
        ServerRig rig = new ServerRig((r, x) -> {
            x.interimStatus = 103;
            x.interim().add(HeaderName.of("Link"), "</s.css>; rel=preload; " + "x".repeat(100));
            r.engine.interim();
            r.answer(x, 200, "/a");
        }).in(GET);
        assertEquals("HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload; " + "x".repeat(100) + "\r\n\r\n" + OK_A, rig.text());
    }

    @Test
    void earlyHintsThatAreHalfSentAreNotLostToTheAnswer() {
        ServerRig rig = new ServerRig((r, x) -> {
            x.interimStatus = 103;
            x.interim().add(HeaderName.of("Link"), "y".repeat(100));
            r.engine.interim();
        });
        rig.deaf = true;
        rig.in(GET);
        byte[] some = new byte[64];
        int n = rig.engine.transmit(some, 0, 64, 0);
        rig.out.write(some, 0, n);
        rig.answer(rig.x, 200, "/a");
        rig.deaf = false;
        rig.goOn();
        assertEquals("HTTP/1.1 103 Early Hints\r\nLink: " + "y".repeat(100) + "\r\n\r\n" + OK_A, rig.text());
    }

    @Test
    void version10GetsNoInterimResponse() { // RFC 9110 15.2
        assertEquals(OK_A_CLOSE, answerTo(head10(""), (r, x) -> {
            x.interimStatus = 103;
            x.interim().add(HeaderName.of("Link"), "a");
            r.engine.interim();
            r.answer(x, 200, "/a");
        }));
    }

    // ---- refusals

    @Test
    void aRefusalEndsTheConnectionAndReadsNothingMore() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in("GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + GET + GET);
        assertTrue(rig.text().startsWith("HTTP/1.1 400 Bad Request\r\n"));
        assertTrue(rig.text().contains("Connection: close\r\n"));
        assertEquals(1, rig.text().split("HTTP/1.1 ", -1).length - 1);
        assertTrue(rig.engine.isClosing());
        assertEquals("rejected CONTENT_LENGTH_WITH_CODING\nfinished\n", rig.events.toString());
    }

    @Test
    void aRefusedHeadRequestGetsNoContent() {
        String text = answerTo("HEAD /a HTTP/1.1\r\n\r\n", ServerRig::answersPath);
        assertTrue(text.startsWith("HTTP/1.1 400 Bad Request\r\n") && text.endsWith("\r\n\r\n"), text);
    }

    @Test
    void aRefusalComesAfterTheAnswersBeforeIt() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in(GET + "BREW / HTTP/1.1\r\n\r\n");
        assertTrue(rig.text().startsWith(OK_A + "HTTP/1.1 501 Not Implemented\r\n"), rig.text());
    }

    @Test
    void aRefusalKeepsNothingOfTheApplicationBefore() {
        ServerRig rig = new ServerRig((r, x) -> {
            x.sent.add(HeaderName.of("Set-Cookie"), "secret");
            r.answer(x, 200, "/a");
        }).in(GET + "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n");
        assertEquals(1, rig.text().split("secret", -1).length - 1);
    }

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
        ServerRig rig = new ServerRig(Http1ServerEngineTest::tunnels).in("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\nraw GET / HTTP/1.1\r\n\r\n");
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
        ServerRig rig = new ServerRig(Http1ServerEngineTest::tunnels).in(UPGRADE);
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
        rig.engine.drain();
        assertTrue(rig.engine.isClosing());
        rig = new ServerRig(ServerRig::answersPath).in(GET);
        rig.engine.drain();
        assertTrue(rig.engine.isClosing());
        assertEquals(OK_A, rig.text());
    }

    @Test
    void drainingWithinAHeadAnswersItAndCloses() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in("GET /a HTTP/1.1\r\nHo");
        rig.engine.drain();
        assertFalse(rig.engine.isClosing());
        rig.in("st: h\r\n\r\n");
        assertEquals(OK_A_CLOSE, rig.text());
        assertTrue(rig.engine.isClosing());
    }

    @Test
    void drainingWithinContentLetsItEnd() {
        ServerRig rig = new ServerRig(ServerRig::readsFirst).answersAtEnd().in(POST5 + "he");
        rig.engine.drain();
        rig.in("llo" + GET);
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", rig.text());
        assertTrue(rig.engine.isClosing());
        assertEquals(1, rig.finished);
    }

    @Test
    void drainingWhileAnsweringClosesBehindTheAnswer() {
        ServerRig rig = new ServerRig((r, x) -> r.stream(x, 200, Exchange.UNKNOWN)).in(GET + GET);
        rig.engine.drain();
        assertFalse(rig.engine.isClosing());
        rig.endStream();
        assertTrue(rig.engine.isClosing());
        assertEquals(1, rig.finished);
    }

    @Test
    void drainingWithNothingButAnEmptyLineCloses() {
        ServerRig rig = new ServerRig(ServerRig::answersPath).in("\r\n");
        rig.engine.drain();
        assertTrue(rig.engine.isClosing());
        assertEquals(rig.lent, rig.finished);
    }

    // ---- the application lets go

    @Test
    void whatIsAbandonedFromWithinTellsNothingMore() {
        ServerRig rig = new ServerRig((r, x) -> r.engine.abort()).in(POST5 + "hello" + GET);
        assertEquals("head POST /p\n", rig.events.toString());
        assertTrue(rig.engine.isClosing());
        assertEquals(StreamEngine.NONE, rig.engine.deadline());
    }

    // ---- nothing is left over

    @Test
    void allThatWasLentComesBack() {
        ServerRig rig = new ServerRig(ServerRig::readsFirst).answersAtEnd();
        rig.in(POST5 + "hello" + CHUNKED + "5\r\nhello\r\n0\r\nX-Sum: " + "9".repeat(300) + "\r\n\r\n" + head("A: " + "b".repeat(300) + "\r\n"));
        assertEquals(rig.lent, rig.finished);
        assertEquals(0, rig.slab.lentBytes());
    }

    @ParameterizedTest
    @CsvSource({"1,GET", "2,POST"})
    void aRunOfManyRequestsStaysInStep(int seed, String method) {
        StringBuilder input = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < 60; i++) {
            String body = "b".repeat(random.nextInt(40)) + i;
            switch (random.nextInt(3)) {
                case 0 -> input.append("POST /" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                case 1 -> input.append("POST /" + i + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
                default -> input.append((method.equals("GET") ? "\r\n" : "") + "GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            String path = "/" + i;
            expected.append("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
        }
        String outcome = Splits.each(input.toString().getBytes(StandardCharsets.ISO_8859_1), () -> new ServerRig(ServerRig::answersPath));
        assertEquals(expected.toString(), outcome.substring(outcome.indexOf("[]\n") + 3));
    }
}
