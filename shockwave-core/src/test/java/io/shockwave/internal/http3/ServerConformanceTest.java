package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What RFC 9114, 9204, 9218, 9220 and 9297 demand of a server, each with its error code, with bytes whole, one by one and in pieces. */
class ServerConformanceTest {
    /** A server's engine, and a client that can say anything. */
    static final class Rig {
        final FakeQuic quic;
        final Slab slab = new Slab(1 << 20);
        final ServerApp app = new ServerApp(slab);
        final RawPeer peer = new RawPeer();
        final Http3ServerEngine engine;
        final long control;

        Rig(int pieces) {
            this(pieces, Pair.serverSettings(0));
        }

        Rig(int pieces, Http3Settings settings) {
            quic = new FakeQuic(pieces, 1);
            engine = new Http3ServerEngine(quic.server, app, slab, settings, 0);
            app.engine = engine;
            quic.server.sink = engine;
            quic.client.sink = peer;
            quic.handshake();
            control = quic.client.openUnidirectional();
        }

        Rig settings(long... pairs) {
            return control(new byte[1], Wire.settings(pairs));
        }

        Rig control(byte[]... parts) {
            quic.client.raw(control, Wire.join(parts), false);
            return run();
        }

        Rig run() {
            quic.run();
            return this;
        }

        long uni(byte[]... parts) {
            long id = quic.client.openUnidirectional();
            quic.client.raw(id, Wire.join(parts), false);
            run();
            return id;
        }

        /** A request that ends with these bytes. */
        Rig request(byte[]... parts) {
            quic.client.raw(quic.client.openBidirectional(), Wire.join(parts), true);
            return run();
        }

        Rig open(byte[]... parts) {
            quic.client.raw(quic.client.openBidirectional(), Wire.join(parts), false);
            return run();
        }

        String outcome() {
            return peer.outcome(0);
        }
    }

    private static final int[] PIECES = {0, 1, 3, -1};
    private static final String HELLO = "{:status=200, server=test, content-length=5}\nDATA hello\nfin";

    private static void each(String expected, Consumer<Rig> test) {
        for (int pieces : PIECES) {
            Rig rig = new Rig(pieces);
            test.accept(rig);
            assertEquals(expected, rig.outcome(), () -> "pieces " + pieces + "\n" + rig.app.events);
        }
    }

    private static void request(String expected, byte[]... parts) {
        each(expected, rig -> rig.settings().request(parts));
    }

    private static void fails(Http3Error error, Consumer<Rig> test) {
        each("closed " + error, test);
    }

    // ---- the control stream

    @Test
    void settingsComeFirstAndOnce() {
        each(HELLO, rig -> rig.settings().request(Wire.headers(Wire.GET)));
        each(HELLO, rig -> rig.request(Wire.headers(Wire.GET))); // RFC 9114 7.2.4.2: a request does not wait for them
        fails(Http3Error.MISSING_SETTINGS, rig -> rig.control(new byte[1], Wire.frame(7, Wire.varint(0))));
        fails(Http3Error.MISSING_SETTINGS, rig -> rig.control(new byte[1], Wire.frame(0x21)));
        fails(Http3Error.MISSING_SETTINGS, rig -> rig.control(new byte[1], Wire.data("x")));
        fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().control(Wire.settings()));
    }

    @Test
    void settingsThatMustNotBe() {
        for (long id : new long[] {0, 2, 3, 4, 5}) {
            fails(Http3Error.SETTINGS_ERROR, rig -> rig.settings(id, 0));
        }
        for (long id : new long[] {1, 6, 7, 8, 0x33}) {
            fails(Http3Error.SETTINGS_ERROR, rig -> rig.settings(id, 0, id, 0));
        }
        fails(Http3Error.SETTINGS_ERROR, rig -> rig.settings(8, 2));
        fails(Http3Error.SETTINGS_ERROR, rig -> rig.settings(0x33, 2));
        fails(Http3Error.FRAME_ERROR, rig -> rig.control(new byte[1], Wire.frame(4, Wire.hex("06"))));
        fails(Http3Error.FRAME_ERROR, rig -> rig.control(new byte[1], Wire.frame(4, Wire.hex("0640"))));
        fails(Http3Error.EXCESSIVE_LOAD, rig -> rig.control(new byte[1], Wire.hex("04 5001")));
        each(HELLO, rig -> rig.settings(1, 100, 6, 1000, 7, 5, 8, 0, 0x33, 1, 0x21, 7, 0x1234567, 1L << 61).request(Wire.headers(Wire.GET)));
    }

    @Test
    void framesThatDoNotBelongOnTheControlStream() {
        for (long type : new long[] {0, 1, 5, 2, 6, 8, 9}) {
            fails(Http3Error.FRAME_UNEXPECTED, rig -> rig.settings().control(Wire.frame(type, new byte[1])));
        }
    }

    @Test
    void reservedFramesAreSkippedWhateverTheirSize() {
        byte[] grease = Wire.frame(0x21 + 0x1F * 5, new byte[20_000]);
        each(HELLO, rig -> {
            long held = rig.slab.mostLentBytes();
            rig.settings().control(grease).request(grease, Wire.frame(0x40), Wire.headers(Wire.GET));
            assertTrue(rig.slab.mostLentBytes() - held < 4_000);
            assertEquals(0, rig.engine.reader.heldBytes());
        });
    }

    @Test
    void goAwayAndPushIdsOnTheControlStream() {
        each(HELLO, rig -> rig.settings().control(Wire.frame(7, Wire.varint(9)), Wire.frame(7, Wire.varint(9)), Wire.frame(7, Wire.varint(3))).request(Wire.headers(Wire.GET)));
        fails(Http3Error.ID_ERROR, rig -> rig.settings().control(Wire.frame(7, Wire.varint(3)), Wire.frame(7, Wire.varint(4))));
        fails(Http3Error.FRAME_ERROR, rig -> rig.settings().control(Wire.frame(7)));
        fails(Http3Error.FRAME_ERROR, rig -> rig.settings().control(Wire.frame(7, Wire.hex("40"))));
        fails(Http3Error.FRAME_ERROR, rig -> rig.settings().control(Wire.frame(7, Wire.hex("0000"))));
        each(HELLO, rig -> rig.settings().control(Wire.frame(0xD, Wire.varint(9)), Wire.frame(0xD, Wire.varint(9))).request(Wire.headers(Wire.GET)));
        fails(Http3Error.ID_ERROR, rig -> rig.settings().control(Wire.frame(0xD, Wire.varint(9)), Wire.frame(0xD, Wire.varint(8))));
        fails(Http3Error.FRAME_ERROR, rig -> rig.settings().control(Wire.frame(0xD, Wire.hex("000000"))));
        fails(Http3Error.ID_ERROR, rig -> rig.settings().control(Wire.frame(3, Wire.varint(0))));
        fails(Http3Error.ID_ERROR, rig -> rig.settings().control(Wire.frame(0xD, Wire.varint(9)), Wire.frame(3, Wire.varint(0)))); // never promised
        fails(Http3Error.FRAME_ERROR, rig -> rig.settings().control(Wire.frame(3)));
    }

    @Test
    void criticalStreamsAreOneOfAKindAndStayOpen() {
        for (int type : new int[] {0, 2, 3}) {
            fails(Http3Error.STREAM_CREATION_ERROR, rig -> {
                rig.settings();
                if (type != 0) {
                    rig.uni(new byte[] {(byte) type});
                }
                rig.uni(new byte[] {(byte) type});
            });
            fails(Http3Error.CLOSED_CRITICAL_STREAM, rig -> {
                long id = type == 0 ? rig.settings().control : rig.uni(new byte[] {(byte) type});
                rig.quic.client.raw(id, new byte[0], true);
                rig.run();
            });
            fails(Http3Error.CLOSED_CRITICAL_STREAM, rig -> {
                long id = type == 0 ? rig.settings().control : rig.uni(new byte[] {(byte) type});
                rig.quic.client.reset(id, 0x100);
                rig.run();
            });
        }
        fails(Http3Error.CLOSED_CRITICAL_STREAM, rig -> {
            rig.settings();
            rig.quic.client.stopSending(3, 0x100); // our control stream
            rig.run();
        });
        fails(Http3Error.STREAM_CREATION_ERROR, rig -> rig.uni(new byte[] {1, 0})); // RFC 9114 6.2.2: only servers push
    }

    @Test
    void streamsOfUnknownTypeAreRefusedAlone() {
        each(HELLO, rig -> {
            rig.settings();
            long id = rig.uni(Wire.varint(0x21), new byte[5_000]);
            rig.uni(Wire.hex("40"));
            assertEquals(Http3Error.STREAM_CREATION_ERROR.code(), rig.peer.stops.get(id));
            long cut = rig.quic.client.openUnidirectional();
            rig.quic.client.raw(cut, Wire.hex("40"), true); // RFC 9114 6.2: may end before its type
            rig.run().request(Wire.headers(Wire.GET));
        });
    }

    @Test
    void qpackStreamsAreHeldToTheirRules() {
        fails(Http3Error.QPACK_ENCODER_STREAM_ERROR, rig -> rig.uni(Wire.hex("02 ff24")));
        fails(Http3Error.QPACK_ENCODER_STREAM_ERROR, rig -> rig.uni(Wire.hex("02 3fe21f"))); // capacity 4097
        fails(Http3Error.QPACK_DECODER_STREAM_ERROR, rig -> rig.uni(Wire.hex("03 00")));
        fails(Http3Error.QPACK_DECODER_STREAM_ERROR, rig -> rig.uni(Wire.hex("03 80")));
        fails(Http3Error.QPACK_DECOMPRESSION_FAILED, rig -> rig.request(Wire.frame(1, Wire.hex("0000 ff24"))));
        fails(Http3Error.QPACK_DECOMPRESSION_FAILED, rig -> rig.request(Wire.frame(1)));
    }

    // ---- sequences of frames on a request stream

    @Test
    void sequencesThatAreFine() {
        String echo = Wire.GET.replace(":path=/", ":path=/echo").replace("GET", "POST");
        request("{:status=200, server=test, content-length=0}\nfin", Wire.headers(echo));
        request("{:status=200, server=test, content-length=6}\nDATA abcdef\nfin", Wire.headers(echo), Wire.data("abc"), Wire.frame(0x5F), Wire.data(""), Wire.data("def"));
        request("{:status=200, server=test, content-length=3}\nDATA abc\nfin", Wire.headers(echo + "content-length=3"), Wire.data("abc"), Wire.headers("x-sum=1"), Wire.frame(0x21, new byte[9]));
    }

    @Test
    void sequencesThatEndTheConnection() {
        byte[] head = Wire.headers(Wire.GET);
        byte[][][] bad = {
            {Wire.data("x"), head}, {Wire.data("")}, {head, Wire.headers("a=b"), Wire.data("x")}, {head, Wire.headers("a=b"), Wire.headers("a=b")}, {head, Wire.settings()},
            {head, Wire.frame(3, new byte[1])}, {head, Wire.frame(7, new byte[1])}, {head, Wire.frame(0xD, new byte[1])}, {head, Wire.frame(5, new byte[3])}, {Wire.frame(5, new byte[3])},
            {head, Wire.frame(2, new byte[1])}, {head, Wire.frame(6)}, {Wire.frame(8)}, {head, Wire.frame(9)}, {Wire.frame(0xF0700, new byte[2])},
        };
        for (byte[][] parts : bad) {
            fails(Http3Error.FRAME_UNEXPECTED, rig -> {
                rig.app.routes.put("/", (app, x) -> { });
                rig.settings().request(parts);
            });
        }
    }

    @Test
    void cutFramesEndTheConnection() {
        byte[] post = Wire.headers(Wire.GET.replace("GET", "POST"));
        for (byte[][] parts : new byte[][][] {{Wire.hex("01")}, {Wire.hex("0105 00")}, {post, Wire.hex("00")}, {post, Wire.hex("0005 6162")}, {post, Wire.hex("40")}, {post, Wire.hex("2105 00")}}) {
            fails(Http3Error.FRAME_ERROR, rig -> {
                rig.app.routes.put("/", (app, x) -> { });
                rig.settings().request(parts);
            });
        }
    }

    @Test
    void streamsThatEndTooEarly() {
        request("reset REQUEST_INCOMPLETE");
        request("reset REQUEST_INCOMPLETE", Wire.frame(0x21));
    }

    // ---- malformed messages (RFC 9114 4.1.2, 4.2, 4.3)

    @Test
    void malformedRequestsResetTheirStream() {
        String[] bad = {
            "", ":method=GET\n:scheme=https\n:authority=a", ":method=GET\n:path=/\n:authority=a", ":scheme=https\n:path=/\n:authority=a", ":method=GET\n:scheme=https\n:path=/",
            Wire.GET + ":method=GET", Wire.GET + ":path=/", Wire.GET + ":scheme=https", Wire.GET + ":authority=example.com", Wire.GET + ":status=200", Wire.GET + ":unknown=1", Wire.GET + ":=1",
            "a=b\n" + Wire.GET, ":method=GET\na=b\n:scheme=https\n:path=/\n:authority=a",
            Wire.GET + "Upper=1", Wire.GET + "sp ace=1", Wire.GET + "=1".replace("=", "\u0001="), Wire.GET + "a=b\rc", Wire.GET + "a=b\u0000c", Wire.GET + "a= b", Wire.GET + "a=b ", Wire.GET + "a=b\u007F",
            Wire.GET + "connection=close", Wire.GET + "keep-alive=1", Wire.GET + "proxy-connection=a", Wire.GET + "transfer-encoding=chunked", Wire.GET + "upgrade=h2c", Wire.GET + "te=gzip",
            Wire.GET + "te=trailers, deflate",
            Wire.GET + "host=other.example", Wire.GET + "host=example.com:443", ":method=GET\n:scheme=https\n:path=/\nhost=a\nhost=b", ":method=GET\n:scheme=https\n:path=/\n:authority=",
            ":method=GET\n:scheme=https\n:path=/\n:authority=user@a", ":method=GET\n:scheme=https\n:path=/\n:authority=a b", ":method=GET\n:scheme=https\n:path=/\n:authority=a:99999",
            ":method=GET\n:scheme=https\n:path=\n:authority=a", ":method=GET\n:scheme=https\n:path=a\n:authority=a", ":method=GET\n:scheme=https\n:path=*\n:authority=a",
            ":method=GET\n:scheme=https\n:path=/a b\n:authority=a", ":method=GET\n:scheme=https\n:path=/%zz\n:authority=a", ":method=GET\n:scheme=https\n:path=/#f\n:authority=a",
            ":method=GET\n:scheme=https\n:path=https://a/\n:authority=a", ":method=G T\n:scheme=https\n:path=/\n:authority=a", ":method=\n:scheme=https\n:path=/\n:authority=a",
            Wire.GET + "content-length=x", Wire.GET + "content-length=0\ncontent-length=0", Wire.GET + "content-length=-1", Wire.GET + "content-length=5",
            ":method=CONNECT\n:scheme=https\n:authority=a:1", ":method=CONNECT\n:path=/\n:authority=a:1", ":method=CONNECT", ":method=CONNECT\n:authority=a", Wire.GET + ":protocol=websocket",
            ":method=CONNECT\n:protocol=websocket\n:authority=a:1", ":method=CONNECT\n:protocol=web socket\n:scheme=https\n:path=/\n:authority=a",
        };
        for (String lines : bad) {
            each("reset MESSAGE_ERROR", rig -> {
                rig.settings().request(Wire.headers(lines));
                assertTrue(rig.app.events.toString().startsWith("rejected "), lines);
                assertEquals(0, rig.engine.exchanges());
            });
        }
    }

    @Test
    void extendedConnectOnlyWhereItIsAnnounced() {
        Http3Settings s = Pair.serverSettings(0);
        Http3Settings off = new Http3Settings(s.limits(), 0, 0, 20, 10, 16_384, false, false, 0, 8, s.headTimeoutNs(), s.idleTimeoutNs(), 100, s.bodyGraceNs(), false, s.serverName());
        Rig rig = new Rig(0, off);
        rig.settings().request(Wire.headers(":method=CONNECT\n:protocol=websocket\n:scheme=https\n:path=/\n:authority=a"));
        assertEquals("reset MESSAGE_ERROR", rig.outcome());
        assertEquals("frame 4 064" + "7d0\n", RawPeer.frames(rig.peer.received.get(3L).toByteArray(), 1)); // nothing but the section size: 2,000
    }

    @Test
    void whatIsUnusualAndFine() {
        String[] fine = {
            Wire.GET + "te=trailers", Wire.GET + "host=example.com", ":method=GET\n:scheme=https\n:path=/\nhost=example.com", ":path=/\n:authority=example.com\n:method=GET\n:scheme=http",
            Wire.GET + "x=\u00e4", Wire.GET + "a=", Wire.GET + "a=b c\td", Wire.GET + "content-length=0", ":method=GET\n:scheme=https\n:path=/?q#".replace("#", "") + "\n:authority=[::1]:443",
        };
        for (String lines : fine) {
            request(HELLO, Wire.headers(lines));
        }
    }

    @Test
    void contentLengthMustMatch() {
        String post = Wire.GET.replace("GET", "POST").replace(":path=/", ":path=/echo");
        request("{:status=200, server=test, content-length=3}\nDATA abc\nfin", Wire.headers(post + "content-length=3"), Wire.data("abc"));
        request("reset MESSAGE_ERROR", Wire.headers(post + "content-length=3"), Wire.data("ab"));
        request("reset MESSAGE_ERROR", Wire.headers(post + "content-length=3"), Wire.data("abcd"));
        request("reset MESSAGE_ERROR", Wire.headers(post + "content-length=0"), Wire.data("a"));
        request("reset MESSAGE_ERROR", Wire.headers(post + "content-length=3"), Wire.data("ab"), Wire.headers("a=b"));
    }

    @Test
    void malformedTrailersResetTheStream() {
        byte[] head = Wire.headers(Wire.GET.replace("GET", "POST").replace(":path=/", ":path=/echo"));
        for (String lines : new String[] {":path=/", "Upper=1", "content-length=1", "connection=close", "host=a", "authorization=b", ":status=200"}) {
            request("reset MESSAGE_ERROR", head, Wire.data("abc"), Wire.headers(lines));
        }
    }

    // ---- limits, answered as over HTTP/1.1

    private static String status(int pieces, Consumer<Rig> test) {
        Rig rig = new Rig(pieces);
        test.accept(rig);
        String outcome = rig.outcome();
        return outcome.startsWith("{:status=") ? outcome.substring(9, 12) : outcome;
    }

    @Test
    void bothSidesOfEachLimit() {
        for (int pieces : PIECES) {
            // 2,000 bytes with 32 a field; the four of GET take 4 * 32 + 7 + 3 + 7 + 5 + 10 + 11 + 5 + 1 = 177.
            assertEquals("200", status(pieces, rig -> rig.settings().request(Wire.headers(Wire.GET + "a=" + "b".repeat(2_000 - 177 - 33)))));
            assertEquals("431", status(pieces, rig -> rig.settings().request(Wire.headers(Wire.GET + "a=" + "b".repeat(2_000 - 177 - 32)))));
            assertEquals("200", status(pieces, rig -> rig.settings().request(Wire.headers(Wire.GET + "a=b\n".repeat(20)))));
            assertEquals("431", status(pieces, rig -> rig.settings().request(Wire.headers(Wire.GET + "a=b\n".repeat(21)))));
            assertEquals("404", status(pieces, rig -> rig.settings().request(Wire.headers(Wire.GET.replace(":path=/", ":path=/" + "p".repeat(199))))));
            assertEquals("414", status(pieces, rig -> rig.settings().request(Wire.headers(Wire.GET.replace(":path=/", ":path=/" + "p".repeat(200))))));
            assertEquals("431", status(pieces, rig -> rig.settings().open(Wire.join(Wire.varint(1), Wire.varint(1L << 40)))));
            assertEquals("501", status(pieces, rig -> rig.settings().request(Wire.headers(Wire.GET.replace("GET", "BREW")))));
            assertEquals("417", status(pieces, rig -> rig.settings().request(Wire.headers(Wire.GET + "expect=miracles"))));
            assertEquals("413", status(pieces, rig -> rig.settings().open(Wire.headers(Wire.GET + "content-length=100001"))));
            assertEquals("400", status(pieces, rig -> rig.settings().open(Wire.headers(Wire.GET.replace("https", "ftp")))));
        }
    }

    @Test
    void contentOfUnknownLengthUpToTheLimit() {
        byte[] head = Wire.headers(Wire.GET.replace("GET", "POST").replace(":path=/", ":path=/echo"));
        assertEquals("200", status(0, rig -> {
            rig.settings().open(head, Wire.data("x".repeat(50_000)));
            rig.quic.client.raw(0, Wire.data("x".repeat(50_000)), true);
            rig.run();
        }));
        assertEquals("413", status(0, rig -> {
            rig.settings().open(head, Wire.data("x".repeat(50_000)));
            rig.quic.client.raw(0, Wire.data("x".repeat(50_001)), false);
            rig.run();
        }));
    }

    /** RFC 9114 4.2.2; quic-go CVE-2025-64702: trailers have the same bounds, in decoded bytes. */
    @Test
    void trailersHaveTheSameLimit() {
        byte[] head = Wire.headers(Wire.GET.replace("GET", "POST").replace(":path=/", ":path=/echo"));
        for (int pieces : PIECES) {
            assertEquals("200", status(pieces, rig -> rig.settings().request(head, Wire.headers("a=" + "b".repeat(2_000 - 33)))));
            assertEquals("reset EXCESSIVE_LOAD", status(pieces, rig -> rig.settings().request(head, Wire.headers("a=" + "b".repeat(2_000 - 32)))));
        }
    }

    // ---- priorities (RFC 9218)

    @Test
    void prioritiesReachTheTransport() {
        for (int pieces : PIECES) {
            Rig rig = new Rig(pieces);
            rig.settings().control(Wire.frame(0xF0700, Wire.varint(4), "u=0".getBytes(StandardCharsets.US_ASCII)));
            rig.app.routes.put("/", (app, x) -> { });
            rig.request(Wire.headers(Wire.GET + "priority=u=5, i")).request(Wire.headers(Wire.GET + "priority=u=5")).request(Wire.headers(Wire.GET + "priority=u=9;x, i=?0"));
            assertEquals("{0=5i, 4=0, 8=3}", rig.quic.server.priorities.toString());
            rig.control(Wire.frame(0xF0700, Wire.varint(0), "i, u=1".getBytes(StandardCharsets.US_ASCII)));
            assertEquals("{0=1i, 4=0, 8=3}", rig.quic.server.priorities.toString());
        }
        fails(Http3Error.ID_ERROR, rig -> rig.settings().control(Wire.frame(0xF0700, Wire.varint(2), new byte[0])));
        fails(Http3Error.ID_ERROR, rig -> rig.settings().control(Wire.frame(0xF0701, Wire.varint(0), new byte[0])));
        fails(Http3Error.FRAME_ERROR, rig -> rig.settings().control(Wire.frame(0xF0700)));
    }

    // ---- datagrams (RFC 9297)

    @Test
    void datagramsThatNameNoStream() {
        fails(Http3Error.DATAGRAM_ERROR, rig -> {
            rig.quic.client.datagrams.add(new byte[0]);
            rig.run();
        });
        fails(Http3Error.DATAGRAM_ERROR, rig -> {
            rig.quic.client.datagrams.add(Wire.hex("40"));
            rig.run();
        });
        fails(Http3Error.DATAGRAM_ERROR, rig -> {
            rig.quic.client.datagrams.add(Wire.varint(1L << 60));
            rig.run();
        });
        each("", rig -> {
            rig.quic.client.datagrams.add(Wire.varint((1L << 60) - 1)); // may come before its stream
            rig.run();
        });
    }

    // ---- GOAWAY

    @Test
    void drainingRejectsWhatComesAfter() {
        for (int pieces : PIECES) {
            Rig rig = new Rig(pieces);
            rig.app.routes.put("/", (app, x) -> { });
            rig.settings().open(Wire.headers(Wire.GET));
            rig.engine.drain();
            rig.request(Wire.headers(Wire.GET));
            assertEquals("reset REQUEST_REJECTED", rig.peer.outcome(4));
            assertTrue(RawPeer.frames(rig.peer.received.get(3L).toByteArray(), 1).endsWith("frame 7 04\n"));
            rig.quic.client.raw(0, new byte[0], true);
            rig.run();
            assertEquals("", rig.peer.closed);
            rig.app.answer(rig.app.inProgress.keySet().iterator().next(), 200, "x".repeat(500));
            rig.run();
            assertEquals("closed NO_ERROR", rig.peer.closed);
            assertTrue(rig.peer.frames(0).endsWith("x\n"), "the answer was cut");
        }
    }
}
