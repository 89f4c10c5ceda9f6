package io.shockwave.internal.http1;

import static io.shockwave.internal.http1.ServerMessages.CHUNKED;
import static io.shockwave.internal.http1.ServerMessages.GET;
import static io.shockwave.internal.http1.ServerMessages.OK_A;
import static io.shockwave.internal.http1.ServerMessages.OK_A_CLOSE;
import static io.shockwave.internal.http1.ServerMessages.POST5;
import static io.shockwave.internal.http1.ServerMessages.answerTo;
import static io.shockwave.internal.http1.ServerMessages.gives;
import static io.shockwave.internal.http1.ServerMessages.head10;
import static io.shockwave.internal.http1.ServerMessages.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.StreamEngine;
import io.shockwave.internal.testing.Splits;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections and their requests: what keeps them, how requests follow each other, refusals, and that nothing is left over. */
class Http1ServerEngineTest {
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
