package io.shockwave.internal.http1;

import static io.shockwave.internal.http1.ServerMessages.CHUNKED;
import static io.shockwave.internal.http1.ServerMessages.GET;
import static io.shockwave.internal.http1.ServerMessages.OK_A;
import static io.shockwave.internal.http1.ServerMessages.OK_A_CLOSE;
import static io.shockwave.internal.http1.ServerMessages.POST5;
import static io.shockwave.internal.http1.ServerMessages.answerTo;
import static io.shockwave.internal.http1.ServerMessages.head10;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.Exchange;
import org.junit.jupiter.api.Test;

/** Responses: their framing (RFC 9112 6), and interim ones. */
class Http1ServerResponseTest {
    // ---- framing of responses (RFC 9112 6)

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
}
