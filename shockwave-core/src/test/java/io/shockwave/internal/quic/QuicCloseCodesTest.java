package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.tls13.TlsRig;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule whose breach ends a connection, with the code that its RFC names for it, as this side notes it and as the peer reads it. */
class QuicCloseCodesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String MAX = "ffffffffffffffff";
    private static final String OVER_STREAMS = "d000000000000001"; // 2^60 + 1

    /** An established connection, and packets of either side with frames of the test's choice. */
    private static final class Rig {
        final SimNetwork network = new SimNetwork(1);
        final TestApp client = new TestApp();
        final SimQuic from;
        final SimQuic to;
        private final Forge byClient;
        private final Forge byServer;

        Rig() {
            this(new QuicSettings());
        }

        Rig(QuicSettings clients) {
            to = new SimQuic(network, "server", 2, new QuicSettings()).serve(TestApp::new);
            from = new SimQuic(network, "client", 1, clients);
            from.connect(to, client, network);
            assertTrue(network.run(SECOND, () -> client.complete && client.connection.handshake().isConfirmed()), network::events);
            network.run(2 * SECOND, () -> false);
            byClient = new Forge(client.connection, to, from.host.address());
            byServer = new Forge(server().connection, from, to.host.address());
        }

        TestApp server() {
            return to.accepted.get(0);
        }

        Forge client() {
            return byClient.clear();
        }

        Rig client(String hex) {
            return send(client(), hex);
        }

        Rig server(String hex) {
            return send(byServer.clear(), hex);
        }

        private Rig send(Forge forge, String hex) {
            byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
            System.arraycopy(bytes, 0, forge.frames, 0, bytes.length);
            forge.upTo(bytes.length).send(network.nowNs());
            return this;
        }

        long nextNumber() {
            return server().connection.loss().nextNumber(PacketSpace.APPLICATION);
        }
    }

    private record Row(String rule, String what, long code, boolean byServer, Consumer<Rig> breach) {
        @Override
        public String toString() {
            return rule + ": " + what + " is " + QuicError.name(code);
        }
    }

    private static void client(List<Row> rows, int code, String rule, String what, String hex) {
        rows.add(new Row(rule, what, code, false, rig -> rig.client(hex)));
    }

    private static void server(List<Row> rows, int code, String rule, String what, String hex) {
        rows.add(new Row(rule, what, code, true, rig -> rig.server(hex)));
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        streams(rows);
        frames(rows);
        ids(rows);
        rest(rows);
        return rows;
    }

    private static String varint(long value) {
        return HexFormat.of().toHexDigits(value | 3L << 62);
    }

    private static void streams(List<Row> rows) {
        QuicSettings s = new QuicSettings();
        client(rows, QuicError.FLOW_CONTROL_ERROR, "9000-4.1", "a byte beyond the window of a stream", "0e 00" + varint(s.streamWindowBytes()) + "01 00");
        rows.add(new Row("9000-4.1", "a byte beyond the window of all streams", QuicError.FLOW_CONTROL_ERROR, false, rig -> {
            int streams = s.connectionWindowBytes() / s.streamWindowBytes();
            for (int i = 0; i <= streams; i++) {
                assertFalse(rig.server().closed);
                rig.client("0e" + varint(4L * i) + varint(s.streamWindowBytes() - 1) + "01 00");
            }
        }));
        client(rows, QuicError.FLOW_CONTROL_ERROR, "9000-4.5", "a reset with a final size beyond the window", "04 00 00" + varint(s.streamWindowBytes() + 1));
        client(rows, QuicError.STREAM_LIMIT_ERROR, "9000-4.6", "a stream above the limit", "0a" + varint(4L * s.maxBidirectionalStreams()) + "00");
        client(rows, QuicError.STREAM_LIMIT_ERROR, "9000-4.6", "a one-way stream above the limit", "0a" + varint(4L * s.maxUnidirectionalStreams() + 2) + "00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.8", "data on a stream that only we send on", "0a 03 00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.8", "data on a stream of ours that was never opened", "0a 01 00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.4", "a reset of a stream that only we send on", "04 03 00 00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.4", "a reset of a stream of ours that was never opened", "04 01 00 00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.5", "STOP_SENDING for a stream that only the peer sends on", "05 02 00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.5", "STOP_SENDING for a stream of ours that was never opened", "05 01 00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.10", "credit for a stream that only the peer sends on", "11 02 00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.10", "credit for a stream of ours that was never opened", "11 01 00");
        client(rows, QuicError.STREAM_STATE_ERROR, "9000-19.13", "STREAM_DATA_BLOCKED for a stream that only we send on", "15 03 00");
        server(rows, QuicError.STREAM_STATE_ERROR, "9000-19.8", "a server's data on a stream that the client never opened", "0a 00 00");
        server(rows, QuicError.STREAM_LIMIT_ERROR, "9000-4.6", "a server's stream above the limit", "0a" + varint(4L * s.maxBidirectionalStreams() + 1) + "00");
        client(rows, QuicError.FINAL_SIZE_ERROR, "9000-4.5", "data behind the end", "0b 00 02 0000 0e 00 02 01 00");
        client(rows, QuicError.FINAL_SIZE_ERROR, "9000-4.5", "another end", "0f 00 05 00 0f 00 06 00");
        client(rows, QuicError.FINAL_SIZE_ERROR, "9000-4.5", "an end before data that came", "0a 00 02 0000 0f 00 01 00");
        client(rows, QuicError.FINAL_SIZE_ERROR, "9000-4.5", "a reset before data that came", "0a 00 02 0000 04 00 00 01");
        client(rows, QuicError.FINAL_SIZE_ERROR, "9000-4.5", "a reset with another size than the end", "0f 00 05 00 04 00 00 06");
    }

    private static void frames(List<Row> rows) {
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-12.4", "an unknown frame", "3f");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-12.4", "a type that is cut", "01 40");
        client(rows, QuicError.PROTOCOL_VIOLATION, "9000-12.4", "a type in more bytes than it needs", "4001");
        client(rows, QuicError.PROTOCOL_VIOLATION, "9000-12.4", "a packet without frames", "");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.3", "an ACK that is cut", "02 00 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.3.1", "an ACK below packet zero", "02 00 00 00 01");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.3.1", "a second range below packet zero", "02 01 00 01 00 00 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.3.2", "ECN counts that are cut", "03 00 00 00 00 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.4", "a reset that is cut", "04 00 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.5", "STOP_SENDING that is cut", "05 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.6", "CRYPTO beyond 2^62", "06" + MAX + "01 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.6", "CRYPTO that is cut", "06 00 05 00");
        server(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.7", "an empty token", "07 00");
        client(rows, QuicError.PROTOCOL_VIOLATION, "9000-19.7", "a token for a server", "07 01 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.8", "stream data beyond 2^62", "0e 00" + MAX + "01 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.8", "stream data that is cut", "0a 00 05 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.9", "MAX_DATA that is cut", "10 40");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.10", "MAX_STREAM_DATA that is cut", "11 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.11", "more streams than there are ids", "12" + OVER_STREAMS);
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.12", "DATA_BLOCKED that is cut", "14 40");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.13", "STREAM_DATA_BLOCKED that is cut", "15 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.14", "blocked at more streams than there are ids", "17" + OVER_STREAMS);
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.17", "a challenge that is cut", "1a 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.19", "a close that is cut", "1c 00 00 05 00");
        client(rows, QuicError.PROTOCOL_VIOLATION, "9000-19.20", "HANDSHAKE_DONE for a server", "1e");
        client(rows, QuicError.PROTOCOL_VIOLATION, "9221-3", "a datagram where none was allowed", "31 01 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9221-4", "a datagram that is cut", "31 05 00");
    }

    private static String newId(int sequence, int priorTo, int len, int fill) {
        return "18" + varint(sequence) + varint(priorTo) + HexFormat.of().toHexDigits((byte) len) + HexFormat.of().toHexDigits((byte) fill).repeat(len) + "ab".repeat(16);
    }

    private static void ids(List<Row> rows) {
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.15", "an id without bytes", newId(40, 0, 0, 0));
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.15", "an id of 21 bytes", newId(40, 0, 21, 1));
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.15", "an id that retires itself", newId(40, 41, 8, 1));
        rows.add(new Row("9000-19.15", "one number for two ids", QuicError.PROTOCOL_VIOLATION, false, rig -> rig.client(newId(40, 40, 8, 1)).client(newId(40, 40, 8, 2))));
        rows.add(new Row("9000-19.15", "one id under two numbers", QuicError.PROTOCOL_VIOLATION, false, rig -> rig.client(newId(40, 40, 8, 1)).client(newId(41, 40, 8, 1))));
        rows.add(new Row("9000-5.1.1", "more ids than were allowed", QuicError.CONNECTION_ID_LIMIT_ERROR, false, rig -> {
            for (int i = 0; i <= PeerIds.MAX_ACTIVE; i++) {
                rig.client(newId(40 + i, 0, 8, i));
            }
        }));
        rows.add(new Row("9000-5.1.2", "retirements without end", QuicError.CONNECTION_ID_LIMIT_ERROR, false, rig -> {
            for (int i = 0; i < 100; i++) {
                rig.client(newId(40 + i, 40 + i, 8, i));
            }
        }));
        client(rows, QuicError.PROTOCOL_VIOLATION, "9000-19.16", "the retirement of an id that was never issued", "19" + varint(1_000));
        client(rows, QuicError.PROTOCOL_VIOLATION, "9000-19.16", "the retirement of the id that it was sent to", "19 00");
        client(rows, QuicError.FRAME_ENCODING_ERROR, "9000-19.16", "a retirement that is cut", "19 40");
    }

    private static void rest(List<Row> rows) {
        rows.add(new Row("9000-13.1", "an acknowledgment of what was never sent", QuicError.PROTOCOL_VIOLATION, false, rig -> rig.client("02" + varint(rig.nextNumber()) + "00 00 00")));
        rows.add(new Row("9000-21.4", "an acknowledgment of a number that was passed over", QuicError.PROTOCOL_VIOLATION, false, QuicCloseCodesTest::optimistic));
        client(rows, QuicError.CRYPTO_BUFFER_EXCEEDED, "9000-7.5", "handshake bytes too far ahead", "06" + varint(CryptoStream.MAX_AHEAD_BYTES + 100_000) + "01 00");
        rows.add(new Row("9000-17.3.1", "reserved bits", QuicError.PROTOCOL_VIOLATION, false, rig -> {
            Forge forge = rig.client();
            forge.firstBits = 0x18;
            forge.frames[0] = 1;
            forge.upTo(1).send(rig.network.nowNs());
        }));
        rows.add(new Row("9001-6.2", "a second key update before an answer to the first", QuicError.KEY_UPDATE_ERROR, false, rig -> {
            for (int i = 0; i < 2; i++) {
                rig.client.connection.phases().initiate();
                rig.client("01");
            }
        }));
        client(rows, 0x10A, "9001-6", "TLS's own KeyUpdate", "06 00 05 18 000001 00");
        client(rows, 0x10A, "9001-8.3", "EndOfEarlyData", "06 00 04 05 000000");
        // Behind the ticket that the server sent at this level.
        rows.add(new Row("9001-6", "TLS's own KeyUpdate from a server", 0x10A, true,
                rig -> rig.server("06" + varint(rig.server().connection.space(PacketSpace.APPLICATION).crypto.out().end()) + "05 18 000001 00")));
    }

    /** Acknowledges everything that the server ever sent, as if nothing could be missing. */
    private static void optimistic(Rig rig) {
        QuicConnection server = rig.server().connection;
        for (int i = 0; i < 2 * SkippedNumbers.MAX_GAP && !rig.server().closed; i++) {
            server.sender().ping();
            rig.to.endpoint.wake(server);
            Forge.drain(rig.to, rig.network.nowNs());
            long largest = rig.nextNumber() - 1;
            rig.client("02" + varint(largest) + "00 00" + varint(largest));
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void closesWithTheCodeThatTheRfcNames(Row row) {
        Rig rig = new Rig();
        row.breach.accept(rig);
        TestApp judge = row.byServer ? rig.client : rig.server();
        TestApp guilty = row.byServer ? rig.server() : rig.client;
        assertTrue(judge.closed, "nothing happened");
        assertFalse(judge.closedByPeer);
        assertEquals(QuicError.name(row.code), QuicError.name(judge.closeCode));
        if (row.code == QuicError.CONNECTION_ID_LIMIT_ERROR || row.what.startsWith("one ") || row.rule.equals("9000-21.4")) {
            return; // the ids that it was given lead nowhere, or the numbers that it pretends to know
        }
        rig.network.run(rig.network.nowNs() + SECOND, () -> guilty.closed);
        assertTrue(guilty.closedByPeer);
        assertFalse(guilty.closedByApplication);
        assertEquals(row.code, guilty.closeCode);
    }

    // ---- while the connection is made

    private final SimNetwork network = new SimNetwork(1);
    private final TestApp app = new TestApp();

    private void handshake(QuicSettings clientSettings, TlsServerSettings tls, long code, boolean judgedByServer) {
        SimQuic server = new SimQuic(network, "server", 2, new QuicSettings()).serve(tls, TestApp::new);
        SimQuic client = new SimQuic(network, "client", 1, clientSettings);
        client.connect(server, app, network);
        network.run(5 * SECOND, () -> app.closed);
        assertTrue(app.closed);
        assertEquals(QuicError.name(code), QuicError.name(app.closeCode));
        assertEquals(judgedByServer, app.closedByPeer);
        assertFalse(app.closedByApplication);
        assertFalse(app.complete && judgedByServer);
    }

    /** RFC 9001 8.1. */
    @Test
    void noProtocolInCommonIsItsAlert() {
        handshake(new QuicSettings(), new TlsServerSettings(TlsRig.credentials(Kind.ED25519), List.of("h9")), 0x178, true);
    }

    /** RFC 9000 7.4: a payload below 1,200 bytes cannot be meant. */
    @Test
    void parametersOutOfRangeAreRefused() {
        handshake(new QuicSettings().receiveDatagramBytes(1199), SimQuic.serverTls(), QuicError.TRANSPORT_PARAMETER_ERROR, true);
    }

    /** RFC 9000 7.3: what the ids of the handshake were is confirmed by the parameters; here the client believes in a Retry that never was. */
    @Test
    void idsThatTheParametersDoNotConfirmAreRefused() {
        SimQuic server = new SimQuic(network, "server", 2, new QuicSettings()).serve(TestApp::new);
        SimQuic client = new SimQuic(network, "client", 1, new QuicSettings());
        client.connect(server, app, network).handshake().retried(new byte[8]);
        network.run(5 * SECOND, () -> app.closed);
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, app.closeCode);
    }

    /** RFC 9000 10.2.3: Initial and Handshake packets tell nobody the application's code. */
    @Test
    void anApplicationThatClosesDuringTheHandshakeIsAnApplicationError() {
        SimQuic server = new SimQuic(network, "server", 2, new QuicSettings()).serve(TestApp::new);
        SimQuic client = new SimQuic(network, "client", 1, new QuicSettings());
        client.host.to(server.host).latencyMs(10);
        server.host.to(client.host).latencyMs(10);
        QuicConnection connection = client.connect(server, app, network);
        network.run(15_000_000, () -> false);
        connection.close(0x4242, "secret reason");
        network.run(5 * SECOND, () -> server.accepted.get(0).closed);
        TestApp told = server.accepted.get(0);
        assertEquals(QuicError.APPLICATION_ERROR, told.closeCode);
        assertFalse(told.closedByApplication);
        assertEquals("", told.closeReason);
    }

    /** It stands in exceptions and logs. */
    @Test
    void theReasonOfAPeerMakesNoLinesOfItsOwn() {
        Rig rig = new Rig();
        rig.client.connection.close(0x42, "d\u00e9j\u00e0 vu\r\n2026 ERROR all is lost\u001b[31m\u0085\u2028\u202e");
        rig.network.run(rig.network.nowNs() + SECOND, () -> rig.server().closed);
        assertEquals("d\u00e9j\u00e0 vu??2026 ERROR all is lost?[31m???", rig.server().closeReason);
    }

    /** An acceptor that wants nobody. */
    @Test
    void aConnectionThatNobodyTakesIsRefused() {
        SimQuic server = new SimQuic(network, "server", 2, new QuicSettings());
        server.endpoint.serve(SimQuic.serverTls(), _ -> null);
        SimQuic client = new SimQuic(network, "client", 1, new QuicSettings());
        client.connect(server, app, network);
        network.run(5 * SECOND, () -> app.closed);
        assertEquals(QuicError.CONNECTION_REFUSED, app.closeCode);
        assertTrue(app.closedByPeer);
    }

    /** Every code of RFC 9000 20.1 and RFC 9368 that we send is reached here or in the test named. */
    @Test
    void noCodeIsLeftOut() {
        Set<Long> reached = new TreeSet<>();
        rows().forEach(row -> reached.add(row.code));
        reached.add((long) QuicError.TRANSPORT_PARAMETER_ERROR);
        reached.add((long) QuicError.APPLICATION_ERROR);
        reached.add((long) QuicError.CONNECTION_REFUSED);
        reached.add((long) QuicError.INVALID_TOKEN); // QuicHandshakeTest.aForgedRetryTokenIsRefused
        reached.add((long) QuicError.VERSION_NEGOTIATION_ERROR); // QuicHandshakeTest.aClientThatWasTalkedOutOfItsVersionFindsOut
        reached.add((long) QuicError.AEAD_LIMIT_REACHED); // QuicAeadLimitsTest
        for (long code = QuicError.FLOW_CONTROL_ERROR; code <= QuicError.VERSION_NEGOTIATION_ERROR; code++) {
            // A client that has no path left keeps to the one it has, and ends by its idle timeout.
            assertEquals(code != QuicError.NO_VIABLE_PATH, reached.contains(code), QuicError.name(code));
        }
    }

    /** RFC 9000 19.15: who chose ids without bytes has none to give. */
    @Test
    void anotherIdOfAPeerWithoutIdsIsAProtocolViolation() {
        Rig rig = new Rig(new QuicSettings().connectionIdBytes(0));
        rig.client("18 01 00 04 01020304" + "00".repeat(16));
        assertTrue(rig.server().closed);
        assertEquals(QuicError.PROTOCOL_VIOLATION, rig.server().closeCode);
    }
}
