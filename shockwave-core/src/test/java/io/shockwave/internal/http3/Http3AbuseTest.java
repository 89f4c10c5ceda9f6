package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.http3.ServerConformanceTest.Rig;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Attacks by name, each with a bound on what they cost. */
class Http3AbuseTest {
    private static final long SECOND = Pair.SECOND;

    private static Rig waiting() {
        Rig rig = new Rig(0);
        rig.app.routes.put("/", (app, x) -> { });
        return rig.settings();
    }

    private static void stream(Rig rig, int more) {
        rig.quic.client.bidiLimit += more;
    }

    /** CVE-2023-44487: ten a second may last, a hundred at once. */
    @Test
    void rapidReset() {
        Rig rig = waiting();
        stream(rig, 1_000);
        int resets = 0;
        while (rig.peer.closed.isEmpty() && resets < 1_000) {
            rig.open(Wire.headers(Wire.GET));
            long id = resets++ * 4L;
            rig.quic.client.reset(id, Http3Error.REQUEST_CANCELLED.code());
            rig.quic.client.stopSending(id, Http3Error.REQUEST_CANCELLED.code());
            rig.run();
        }
        assertEquals("closed EXCESSIVE_LOAD", rig.peer.closed);
        assertEquals(101, resets);
        assertEquals(0, rig.engine.exchanges());
    }

    @Test
    void resetsOverTimeAreNoAttack() {
        Rig rig = waiting();
        stream(rig, 2_000);
        for (int i = 0; i < 1_000; i++) {
            rig.engine.now(i * SECOND / 10);
            rig.open(Wire.headers(Wire.GET));
            rig.quic.client.reset(i * 4L, Http3Error.REQUEST_CANCELLED.code());
            rig.run();
        }
        assertEquals("", rig.peer.closed);
    }

    /** CVE-2025-8671: it is we who reset, as the peer makes us. */
    @Test
    void madeYouReset() {
        Rig rig = waiting();
        stream(rig, 1_000);
        int resets = 0;
        while (rig.peer.closed.isEmpty() && resets < 1_000) {
            rig.request(Wire.headers("malformed=yes"));
            resets++;
        }
        assertEquals("closed EXCESSIVE_LOAD", rig.peer.closed);
        assertEquals(101, resets);
    }

    /** Handlers of cancelled requests count until they have ended. */
    @Test
    void cancelledRequestsCountWhileTheirHandlersRun() {
        Rig rig = waiting();
        rig.app.releasesAtOnce = false;
        for (int i = 0; i < 20; i++) {
            rig.open(Wire.headers(Wire.GET));
            rig.quic.client.reset(i * 4L, Http3Error.REQUEST_CANCELLED.code());
            rig.run();
        }
        assertEquals(20, rig.engine.exchanges());
        rig.open(Wire.headers(Wire.GET));
        assertEquals("reset REQUEST_REJECTED", rig.peer.outcome(80));
        rig.engine.released();
        rig.open(Wire.headers(Wire.GET));
        assertEquals("", rig.peer.outcome(84));
    }

    @Test
    void asManyRequestsAsAllowedAndNoMore() {
        Rig rig = waiting();
        for (int i = 0; i < 21; i++) {
            rig.open(Wire.headers(Wire.GET));
        }
        assertEquals(20, rig.engine.exchanges());
        assertEquals("", rig.peer.outcome(76));
        assertEquals("reset REQUEST_REJECTED", rig.peer.outcome(80));
    }

    @Test
    void framesThatSayNothing() {
        byte[] flood = new byte[2 * 5_000];
        for (int i = 0; i < flood.length; i += 2) {
            flood[i] = 0x21;
        }
        Rig rig = waiting();
        rig.open(Wire.headers(Wire.GET), flood);
        rig.quic.client.raw(0, flood, false);
        rig.run();
        assertEquals("", rig.peer.closed);
        rig.quic.client.raw(0, Wire.hex("0000"), false); // an empty DATA frame is the one too many
        rig.run();
        assertEquals("closed EXCESSIVE_LOAD", rig.peer.closed);
        rig = waiting();
        byte[] control = new byte[3 * 10_001];
        for (int i = 0; i < control.length; i += 3) {
            control[i] = 0x0D;
            control[i + 1] = 1;
        }
        rig.control(control);
        assertEquals("closed EXCESSIVE_LOAD", rig.peer.closed);
    }

    /** Heads that never end: what is kept of all of them together is bounded, and the streams above it are rejected. */
    @Test
    void headsThatAreGatheredAreBoundedTogether() {
        Rig rig = waiting();
        for (int i = 0; i < 20; i++) {
            byte[] whole = Wire.headers(Wire.GET + "a=" + "b".repeat(1_700));
            byte[] most = Arrays.copyOf(whole, whole.length - 1);
            rig.open(most);
        }
        assertTrue(rig.engine.reader.heldBytes() <= 16_384, rig.engine.reader.heldBytes() + " bytes");
        assertEquals(8, rig.engine.exchanges()); // of 2,048 bytes each
        assertEquals("reset REQUEST_REJECTED", rig.peer.outcome(32));
        assertEquals("", rig.peer.outcome(0));
    }

    /** Netty CVE-2026-56816: a length is no reason to set memory aside. */
    @Test
    void announcedLengthsCostNothing() {
        Rig rig = waiting();
        long before = rig.slab.lentBytes();
        for (int i = 0; i < 10; i++) {
            rig.open(Wire.varint(0x21), Wire.varint(1L << 60), new byte[100]);
            rig.open(Wire.varint(1), Wire.varint(1_900), new byte[3]);
        }
        assertTrue(rig.slab.lentBytes() - before <= 10 * 512);
    }

    @Test
    void blockedStreamsAreBoundedInNumberAndBytes() {
        Rig rig = waiting();
        rig.uni(Wire.hex("02 3fe11f")); // capacity 4096
        byte[] blocked = Wire.frame(1, Wire.hex("0200 80"), new byte[1_000]);
        for (int i = 0; i < 16; i++) {
            rig.open(blocked);
        }
        assertEquals("", rig.peer.closed);
        assertEquals(16, rig.engine.decoder.blockedStreams());
        assertTrue(rig.engine.reader.heldBytes() <= 16_384);
        rig.open(blocked);
        assertEquals("closed QPACK_DECOMPRESSION_FAILED", rig.peer.closed);
    }

    /** What a stream was blocked by never comes: it does not wait for ever. */
    @Test
    void blockedStreamsThatAreForgotten() {
        Rig rig = waiting();
        rig.uni(Wire.hex("02 3fe11f"));
        rig.open(Wire.frame(1, Wire.hex("0200 80")));
        rig.engine.timeout(10 * SECOND);
        rig.run();
        assertEquals("reset REQUEST_REJECTED", rig.peer.outcome(0));
        assertEquals(0, rig.engine.decoder.blockedStreams());
        assertEquals(0, rig.engine.reader.heldBytes());
    }

    @Test
    void blockedRequestsGoOnWhenTheirEntriesCome() {
        for (int pieces : new int[] {0, 1, -1}) {
            Rig rig = new Rig(pieces);
            rig.settings();
            // :method GET, :scheme https, :path / and an authority from the table, then content behind it
            rig.request(Wire.frame(1, Wire.hex("0200 d1 d7 c1 80")), Wire.frame(0x21, new byte[5]));
            rig.request(Wire.frame(1, Wire.hex("0200 d1 d7 c1 80")));
            assertEquals("", rig.peer.outcome(0) + rig.peer.outcome(4));
            rig.uni(Wire.hex("02 3fe11f c0 01 61"));
            assertTrue(rig.peer.outcome(0).startsWith("{:status=200, server=test, content-length=5}\nDATA hello\nfin"), rig.peer.outcome(0));
            assertEquals("{:status=200, server=test, content-length=5}\nDATA hello\nfin", rig.peer.outcome(4));
            // Insert Count Increment or the acknowledgments themselves, of streams 0 and 4.
            String answers = HexFormat.of().formatHex(rig.peer.received.get(7L).toByteArray());
            assertTrue(answers.startsWith("0301") && answers.contains("80") && answers.contains("84"), answers);
        }
    }

    /** A section of 1,900 bytes that stands for a quarter of a megabyte: decoding stops at the limit. */
    @Test
    void qpackBomb() {
        Rig rig = waiting();
        long before = rig.slab.mostLentBytes();
        rig.uni(Wire.hex("02 3fe11f 41 61 64"), "b".repeat(100).getBytes(StandardCharsets.US_ASCII));
        byte[] references = new byte[1_900];
        Arrays.fill(references, (byte) 0x80);
        rig.request(Wire.frame(1, Wire.hex("0200 d1 d7 c1 500161"), references));
        assertTrue(rig.peer.outcome(0).startsWith("{:status=431"), rig.peer.outcome(0));
        assertTrue(rig.slab.mostLentBytes() - before < 10_000, rig.slab.mostLentBytes() + " bytes");
    }

    @Test
    void slowHeadsAndContentAreAnswered408() {
        Rig rig = waiting();
        rig.open(Wire.hex("01"));
        rig.engine.timeout(rig.engine.deadline());
        rig.engine.timeout(rig.engine.deadline());
        rig.run();
        assertTrue(rig.peer.outcome(0).startsWith("{:status=408"), rig.peer.outcome(0));
        rig = waiting();
        rig.open(Wire.headers(Wire.GET.replace("GET", "POST")), Wire.data("slow"));
        rig.engine.timeout(5 * SECOND);
        rig.run();
        assertTrue(rig.app.events.toString().contains("failed BODY_TOO_SLOW"), rig.app.events.toString());
        assertTrue(rig.peer.outcome(0).startsWith("{:status=408"), rig.peer.outcome(0));
    }

    @Test
    void aConnectionWithoutUseIsClosed() {
        Rig rig = waiting();
        rig.engine.timeout(59 * SECOND);
        assertEquals("", rig.peer.closed);
        rig.engine.timeout(60 * SECOND);
        rig.run();
        assertEquals("closed NO_ERROR", rig.peer.closed);
    }

    /** A peer that reads nothing: a response waits in the application's ring and the transport's buffer, and nowhere else. */
    @Test
    void slowReadersAreBounded() {
        Rig rig = new Rig(0);
        rig.quic.sendBufferBytes = 2_000;
        rig.peer.reads = false;
        rig.app.routes.put("/", (app, x) -> app.answer(x, 200, "x".repeat(90_000)));
        rig.settings();
        long before = rig.slab.lentBytes();
        for (int i = 0; i < 10; i++) {
            rig.request(Wire.headers(Wire.GET));
        }
        assertTrue(rig.slab.lentBytes() - before <= 10 * 1_024, (rig.slab.lentBytes() - before) + " bytes");
    }

    /** A peer that gives our QPACK stream no credit while it makes us answer. */
    @Test
    void answersThatNobodyReadsAreBounded() {
        Rig rig = waiting();
        rig.quic.sendBufferBytes = 64;
        rig.peer.reads = false;
        stream(rig, 10_000);
        rig.uni(Wire.hex("02 3fe11f c0 01 61"));
        rig.app.routes.put("/", (app, x) -> {
            app.engine.abort(x);
            app.giveBack(x);
        });
        int requests = 0;
        while (rig.peer.closed.isEmpty() && requests < 9_000) {
            rig.request(Wire.frame(1, Wire.hex("0200 d1 d7 c1 80")));
            requests++;
            assertTrue(rig.slab.lentBytes() < 20_000, rig.slab.lentBytes() + " bytes");
        }
        assertEquals("closed EXCESSIVE_LOAD", rig.peer.closed);
        assertTrue(requests > 500, requests + " requests");
    }

    @Test
    void exchangesAreClean() {
        Rig rig = new Rig(0);
        rig.app.routes.put("/", (app, x) -> {
            assertEquals(1, x.received.size(), "fields of another request");
            app.answer(x, 200, "");
        });
        rig.settings();
        for (int i = 0; i < 5; i++) {
            rig.request(Wire.headers(Wire.GET));
            rig.request(Wire.headers("secret=canary\n" + Wire.GET));
            rig.request(Wire.headers(Wire.GET + "secret=canary\nBad=1"));
        }
        for (Exchange x : rig.app.spare) {
            assertEquals(0, x.received.size());
        }
    }
}
