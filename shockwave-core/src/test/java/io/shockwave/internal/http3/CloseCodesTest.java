package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of HTTP/3 and QPACK whose breach ends a connection, with the code that its RFC names for it, broken by a client and by a server. Codes that end a stream alone are in {@link StreamCodesTest}. */
class CloseCodesTest {
    /** One end of a connection, played by hand against ours. */
    private interface Peer {
        void control(byte[]... parts);

        /** A one-way stream; its id. */
        long uni(byte[]... parts);

        /** On the stream of the first request, which stays open: of a client its request, of a server its response. */
        void message(byte[]... parts);

        FakeQuic.End quic();

        void run();

        String closed();
    }

    private static Peer client() {
        ServerConformanceTest.Rig rig = new ServerConformanceTest.Rig(0);
        rig.app.routes.put("/", (app, x) -> { });
        long stream = rig.quic.client.openBidirectional();
        return new Peer() {
            @Override
            public void control(byte[]... parts) {
                rig.control(parts);
            }

            @Override
            public long uni(byte[]... parts) {
                return rig.uni(parts);
            }

            @Override
            public void message(byte[]... parts) {
                rig.quic.client.raw(stream, Wire.join(parts), false);
                rig.run();
            }

            @Override
            public FakeQuic.End quic() {
                return rig.quic.client;
            }

            @Override
            public void run() {
                rig.run();
            }

            @Override
            public String closed() {
                return rig.peer.closed;
            }
        };
    }

    private static Peer server() {
        ClientConformanceTest.Rig rig = new ClientConformanceTest.Rig(0, 0);
        return new Peer() {
            @Override
            public void control(byte[]... parts) {
                rig.control(parts);
            }

            @Override
            public long uni(byte[]... parts) {
                return rig.uni(false, parts);
            }

            @Override
            public void message(byte[]... parts) {
                rig.quic.server.raw(0, Wire.join(parts), false);
                rig.run();
            }

            @Override
            public FakeQuic.End quic() {
                return rig.quic.server;
            }

            @Override
            public void run() {
                rig.run();
            }

            @Override
            public String closed() {
                return rig.peer.closed;
            }
        };
    }

    private enum By { CLIENT, SERVER, BOTH }

    private record Row(String rule, String what, Http3Error code, boolean byServer, Consumer<Peer> breach) {
        @Override
        public String toString() {
            return rule + ": " + what + (byServer ? " of a server is " : " of a client is ") + code;
        }
    }

    private static final List<Row> ROWS = new ArrayList<>();

    private static void row(By by, Http3Error code, String rule, String what, Consumer<Peer> breach) {
        if (by != By.SERVER) {
            ROWS.add(new Row(rule, what, code, false, breach));
        }
        if (by != By.CLIENT) {
            ROWS.add(new Row(rule, what, code, true, breach));
        }
    }

    /** Behind the type of the stream and SETTINGS. */
    private static void control(By by, Http3Error code, String rule, String what, byte[]... frames) {
        row(by, code, rule, what, peer -> {
            peer.control(new byte[1], Wire.settings());
            assertEquals("", peer.closed());
            peer.control(frames);
        });
    }

    private static void settings(Http3Error code, String rule, String what, long... pairs) {
        row(By.BOTH, code, rule, what, peer -> peer.control(new byte[1], Wire.settings(pairs)));
    }

    private static byte[] head(Peer peer) {
        return peer.quic().isServer ? Wire.headers(":status=200") : Wire.headers(Wire.GET.replace("GET", "POST"));
    }

    /** Behind a head. */
    private static void message(By by, Http3Error code, String rule, String what, byte[]... frames) {
        row(by, code, rule, what, peer -> {
            peer.control(new byte[1], Wire.settings());
            peer.message(head(peer));
            assertEquals("", peer.closed());
            peer.message(frames);
        });
    }

    static {
        controlStream();
        criticalStreams();
        messages();
        qpack();
    }

    private static void controlStream() {
        row(By.BOTH, Http3Error.MISSING_SETTINGS, "9114-6.2.1", "a control stream that begins with GOAWAY", peer -> peer.control(new byte[1], Wire.frame(7, Wire.varint(0))));
        row(By.BOTH, Http3Error.MISSING_SETTINGS, "9114-6.2.1", "a control stream that begins with a reserved frame", peer -> peer.control(new byte[1], Wire.frame(0x21)));
        control(By.BOTH, Http3Error.FRAME_UNEXPECTED, "9114-7.2.4", "a second SETTINGS", Wire.settings());
        for (long id : new long[] {0, 2, 3, 4, 5}) {
            settings(Http3Error.SETTINGS_ERROR, "9114-7.2.4.1", "HTTP/2's setting " + id, id, 0);
        }
        settings(Http3Error.SETTINGS_ERROR, "9114-7.2.4", "a setting that stands twice", 6, 100, 6, 100);
        settings(Http3Error.SETTINGS_ERROR, "9220-3", "extended CONNECT that is neither on nor off", 8, 2);
        settings(Http3Error.SETTINGS_ERROR, "9297-2.1.1", "datagrams that are neither on nor off", 0x33, 2);
        row(By.BOTH, Http3Error.FRAME_ERROR, "9114-7.1", "SETTINGS that end within a pair", peer -> peer.control(new byte[1], Wire.frame(4, Wire.hex("06"))));
        row(By.BOTH, Http3Error.EXCESSIVE_LOAD, "9114-10.5", "endless SETTINGS", peer -> peer.control(new byte[1], Wire.hex("04 80100000")));
        for (long type : new long[] {0, 1, 5}) {
            control(By.BOTH, Http3Error.FRAME_UNEXPECTED, "9114-7.2", "frame " + type + " on the control stream", Wire.frame(type, new byte[1]));
        }
        for (long type : new long[] {2, 6, 8, 9}) {
            control(By.BOTH, Http3Error.FRAME_UNEXPECTED, "9114-7.2.8", "HTTP/2's frame " + type + " on the control stream", Wire.frame(type, new byte[1]));
        }
        control(By.BOTH, Http3Error.ID_ERROR, "9114-5.2", "GOAWAY with a larger id", Wire.frame(7, Wire.varint(4)), Wire.frame(7, Wire.varint(8)));
        control(By.SERVER, Http3Error.ID_ERROR, "9114-7.2.6", "GOAWAY with an id that is no request's", Wire.frame(7, Wire.varint(5)));
        control(By.BOTH, Http3Error.FRAME_ERROR, "9114-7.1", "GOAWAY without an id", Wire.frame(7));
        control(By.BOTH, Http3Error.FRAME_ERROR, "9114-7.1", "GOAWAY with more than an id", Wire.frame(7, Wire.hex("0000")));
        control(By.BOTH, Http3Error.ID_ERROR, "9114-7.2.3", "CANCEL_PUSH of a push that was not allowed or promised", Wire.frame(3, Wire.varint(0)));
        control(By.BOTH, Http3Error.FRAME_ERROR, "9114-7.1", "CANCEL_PUSH that is cut", Wire.frame(3, Wire.hex("40")));
        control(By.CLIENT, Http3Error.ID_ERROR, "9114-7.2.7", "MAX_PUSH_ID that shrinks", Wire.frame(0xD, Wire.varint(9)), Wire.frame(0xD, Wire.varint(8)));
        control(By.SERVER, Http3Error.FRAME_UNEXPECTED, "9114-7.2.7", "MAX_PUSH_ID", Wire.frame(0xD, Wire.varint(9)));
        control(By.SERVER, Http3Error.FRAME_UNEXPECTED, "9218-7.1", "PRIORITY_UPDATE", Wire.frame(0xF0700, Wire.varint(0)));
        control(By.CLIENT, Http3Error.ID_ERROR, "9218-7.1", "PRIORITY_UPDATE of a stream that is no request's", Wire.frame(0xF0700, Wire.varint(2)));
        control(By.CLIENT, Http3Error.ID_ERROR, "9218-7.1", "PRIORITY_UPDATE of a push that was not promised", Wire.frame(0xF0701, Wire.varint(0)));
        control(By.CLIENT, Http3Error.FRAME_ERROR, "9114-7.1", "PRIORITY_UPDATE without an id", Wire.frame(0xF0700));
    }

    private static void criticalStreams() {
        for (int type : new int[] {0, 2, 3}) {
            row(By.BOTH, Http3Error.STREAM_CREATION_ERROR, "9114-6.2.1, 9204-4.2", "a second stream of type " + type, peer -> {
                peer.uni(new byte[] {(byte) type});
                peer.uni(new byte[] {(byte) type});
            });
            row(By.BOTH, Http3Error.CLOSED_CRITICAL_STREAM, "9114-6.2.1, 9204-4.2", "the end of the stream of type " + type, peer -> {
                peer.quic().raw(peer.uni(new byte[] {(byte) type}), new byte[0], true);
                peer.run();
            });
            row(By.BOTH, Http3Error.CLOSED_CRITICAL_STREAM, "9114-6.2.1, 9204-4.2", "a reset of the stream of type " + type, peer -> {
                peer.quic().reset(peer.uni(new byte[] {(byte) type}), 0x100);
                peer.run();
            });
        }
        row(By.BOTH, Http3Error.CLOSED_CRITICAL_STREAM, "9114-6.2.1", "STOP_SENDING for our control stream", peer -> {
            peer.control(new byte[1], Wire.settings());
            peer.quic().stopSending(peer.quic().isServer ? 2 : 3, 0x100);
            peer.run();
        });
        row(By.CLIENT, Http3Error.STREAM_CREATION_ERROR, "9114-6.2.2", "a push stream", peer -> peer.uni(new byte[] {1, 0}));
        row(By.SERVER, Http3Error.ID_ERROR, "9114-4.6", "a push that was not allowed", peer -> peer.uni(new byte[] {1, 0}));
        row(By.SERVER, Http3Error.STREAM_CREATION_ERROR, "9114-6.1", "a two-way stream", peer -> {
            peer.quic().raw(peer.quic().openBidirectional(), Wire.hex("00"), false);
            peer.run();
        });
    }

    private static void messages() {
        row(By.BOTH, Http3Error.FRAME_UNEXPECTED, "9114-4.1", "DATA before HEADERS", peer -> peer.message(Wire.data("x")));
        message(By.BOTH, Http3Error.FRAME_UNEXPECTED, "9114-4.1", "DATA behind trailers", Wire.headers("a=b"), Wire.data("x"));
        message(By.BOTH, Http3Error.FRAME_UNEXPECTED, "9114-4.1", "HEADERS behind trailers", Wire.headers("a=b"), Wire.headers("a=b"));
        for (long type : new long[] {3, 4, 7, 0xD, 0xF0700, 0xF0701}) {
            message(By.BOTH, Http3Error.FRAME_UNEXPECTED, "9114-7.2, 9218-7.1", "frame " + type + " on a request's stream", Wire.frame(type, new byte[1]));
        }
        for (long type : new long[] {2, 6, 8, 9}) {
            message(By.BOTH, Http3Error.FRAME_UNEXPECTED, "9114-7.2.8", "HTTP/2's frame " + type + " on a request's stream", Wire.frame(type, new byte[1]));
        }
        message(By.CLIENT, Http3Error.FRAME_UNEXPECTED, "9114-7.2.5", "PUSH_PROMISE", Wire.frame(5, Wire.varint(0), Wire.section(Wire.GET)));
        message(By.SERVER, Http3Error.ID_ERROR, "9114-7.2.5", "a promise that was not allowed", Wire.frame(5, Wire.varint(0), Wire.section(Wire.GET)));
        row(By.BOTH, Http3Error.FRAME_ERROR, "9114-7.1", "a stream that ends within a frame", peer -> {
            peer.message(head(peer), Wire.hex("0005 61"));
            peer.quic().raw(0, new byte[0], true);
            peer.run();
        });
        for (byte[] datagram : new byte[][] {{}, Wire.hex("40"), Wire.varint(1L << 60)}) {
            row(By.BOTH, Http3Error.DATAGRAM_ERROR, "9297-2.1", "a datagram of " + datagram.length + " bytes that names no stream", peer -> {
                peer.quic().datagrams.add(datagram);
                peer.run();
            });
        }
    }

    private static void qpack() {
        message(By.BOTH, Http3Error.QPACK_DECOMPRESSION_FAILED, "9204-6", "a section that refers to nothing", Wire.frame(1, Wire.hex("0000 ff24")));
        message(By.BOTH, Http3Error.QPACK_DECOMPRESSION_FAILED, "9204-4.5.1", "a section without its prefix", Wire.frame(1));
        message(By.BOTH, Http3Error.QPACK_DECOMPRESSION_FAILED, "9204-2.2.3", "a reference to an entry that has not come", Wire.frame(1, Wire.hex("0000 80")));
        row(By.BOTH, Http3Error.QPACK_ENCODER_STREAM_ERROR, "9204-4.3.1", "a capacity beyond the limit", peer -> peer.uni(Wire.hex("02 3fe1ff03")));
        row(By.BOTH, Http3Error.QPACK_ENCODER_STREAM_ERROR, "9204-6", "an insertion under a name that is not there", peer -> peer.uni(Wire.hex("02 ff24")));
        row(By.BOTH, Http3Error.QPACK_ENCODER_STREAM_ERROR, "9204-2.2.3", "a duplicate of an entry that is not there", peer -> peer.uni(Wire.hex("02 00")));
        row(By.BOTH, Http3Error.QPACK_DECODER_STREAM_ERROR, "9204-4.4.3", "an increment of nothing", peer -> peer.uni(Wire.hex("03 00")));
        row(By.BOTH, Http3Error.QPACK_DECODER_STREAM_ERROR, "9204-4.4.3", "an increment beyond what was sent", peer -> peer.uni(Wire.hex("03 3f80 01")));
        row(By.BOTH, Http3Error.QPACK_DECODER_STREAM_ERROR, "9204-4.4.1", "an acknowledgment of a section that refers to nothing", peer -> peer.uni(Wire.hex("03 80")));
    }

    static List<Row> rows() {
        return ROWS;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void closesWithTheCodeThatTheRfcNames(Row row) {
        Peer peer = row.byServer ? server() : client();
        assertEquals(row.byServer, peer.quic().isServer);
        row.breach.accept(peer);
        assertEquals("closed " + row.code, peer.closed());
    }

    /** Every code there is ends a connection here, or a stream in {@link StreamCodesTest}, or is named with its reason. */
    @Test
    void noCodeIsLeftOut() {
        Set<Http3Error> reached = EnumSet.noneOf(Http3Error.class);
        ROWS.forEach(row -> reached.add(row.code));
        Set<Http3Error> ofStreams = EnumSet.of(Http3Error.REQUEST_REJECTED, Http3Error.REQUEST_CANCELLED, Http3Error.REQUEST_INCOMPLETE, Http3Error.MESSAGE_ERROR, Http3Error.CONNECT_ERROR, Http3Error.INTERNAL_ERROR);
        reached.addAll(ofStreams); // REQUEST_INCOMPLETE in ServerConformanceTest.streamsThatEndTooEarly
        reached.add(Http3Error.NO_ERROR); // what ends in good order: Http3AbuseTest.aConnectionWithoutUseIsClosed
        reached.add(Http3Error.GENERAL_PROTOCOL_ERROR); // one id for two pushes: PushTest
        reached.add(Http3Error.VERSION_FALLBACK); // never sent: only a server that lacks HTTP/3's semantics for a request says so
        for (Http3Error code : Http3Error.values()) {
            assertTrue(reached.contains(code), code + " is ended with nowhere");
        }
    }
}
