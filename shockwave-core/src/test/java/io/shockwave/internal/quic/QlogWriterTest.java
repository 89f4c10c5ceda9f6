package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QlogWriterTest {
    /** What is not a string in JSON, once the strings are taken out; applied until nothing changes. */
    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\\\x00-\\x1f\\x7f-\\uffff]|\\\\[\"\\\\]|\\\\u[0-9a-f]{4})*\"");
    private static final Pattern VALUE = Pattern.compile("-?(?:0|[1-9]\\d*)(?:\\.\\d+)?|true|false|\\{(?:S:V(?:,S:V)*)?}|\\[(?:[SV](?:,[SV])*)?]");
    private static final byte[] ID = Hex.bytes("8394c8f03e515708");

    /** Keeps the records; each is checked to be one JSON text between separator and line end. */
    private static final class Kept implements QlogSink {
        private final List<String> records = new ArrayList<>();
        private boolean closed;

        @Override
        public void write(byte[] buf, int off, int len) {
            assertFalse(closed);
            String record = new String(buf, off, len, StandardCharsets.US_ASCII);
            assertEquals(0x1E, record.charAt(0));
            assertEquals('\n', record.charAt(len - 1));
            String text = record.substring(1, len - 1);
            assertTrue(isJson(text), text);
            records.add(text);
        }

        @Override
        public void close() {
            closed = true;
        }

        String last() {
            return records.getLast();
        }
    }

    private static boolean isJson(String text) {
        String left = STRING.matcher(text).replaceAll("S");
        String before;
        do {
            before = left;
            left = VALUE.matcher(left).replaceAll("V").replaceAll(":S(?=[,}])", ":V");
        } while (!left.equals(before));
        return left.equals("V");
    }

    private final Kept kept = new Kept();
    private final QlogWriter qlog = new QlogWriter(kept, true, ID, 1_000_000_000L);

    @Test
    void theCheckIsOne() {
        assertTrue(isJson("{\"a\":[1,-2.5,\"x\\\"y\"],\"b\":{\"c\":\"d\"}}"));
        assertFalse(isJson("{\"a\":1,}"));
        assertFalse(isJson("{\"a\":01}"));
        assertFalse(isJson("{\"a\":\"b\"c\"}"));
        assertFalse(isJson("{\"a\":[1,2}"));
    }

    @Test
    void theFirstRecordNamesTheTrace() {
        assertEquals("{\"file_schema\":\"urn:ietf:params:qlog:file:sequential\",\"serialization_format\":\"application/qlog+json-seq\",\"trace\":{\"common_fields\":"
                + "{\"group_id\":\"8394c8f03e515708\",\"time_format\":\"relative_to_epoch\",\"reference_time\":{\"clock_type\":\"monotonic\",\"epoch\":\"unknown\"}},"
                + "\"vantage_point\":{\"type\":\"server\"},\"event_schemas\":[\"urn:ietf:params:qlog:events:quic-12\"]}}", kept.last());
    }

    @Test
    void packetsAreWrittenWithTheirFrames() {
        byte[] payload = Hex.bytes("00 02 0a 00 02 01 00 01 03 00 0a 04 02 beef 0000");
        qlog.packetReceived(PacketType.ONE_RTT, 17, 61, payload, 0, payload.length, 1_002_345_678L);
        assertEquals("{\"time\":2.345,\"name\":\"quic:packet_received\",\"data\":{\"header\":{\"packet_type\":\"1RTT\",\"packet_number\":17},\"raw\":{\"length\":61},\"frames\":["
                + "{\"frame_type\":\"ack\",\"ack_delay_field\":0,\"acked_ranges\":[[9,10],[6,7],[1]]},"
                + "{\"frame_type\":\"stream\",\"stream_id\":4,\"offset\":0,\"fin\":false,\"raw\":{\"payload_length\":2}}]}}", kept.last());
        byte[] done = {FrameType.HANDSHAKE_DONE};
        qlog.packetSent(PacketType.ONE_RTT, 0, 40, done, 0, 1, 1_000_000_000L);
        assertEquals("{\"time\":0.000,\"name\":\"quic:packet_sent\",\"data\":{\"header\":{\"packet_type\":\"1RTT\",\"packet_number\":0},\"raw\":{\"length\":40},"
                + "\"frames\":[{\"frame_type\":\"handshake_done\"}]}}", kept.last());
    }

    @Test
    void everyFrameIsJson() {
        byte[] all = Hex.bytes("01 03 05 00 00 05 01 02 4003 04 04 07 4400 05 04 0a 06 00 01 aa 10 4400 11 04 4400 12 09 13 08 14 07 15 04 06 16 05 17 09"
                + "18 02 01 03 aabbcc 000102030405060708090a0b0c0d0e0f 19 01 1a 8102030405060708 1b 0102030405060708 1c 0a 06 04 225c0aff 1d 41ff 00 31 02 beef");
        qlog.packetReceived(PacketType.ONE_RTT, 1, 200, all, 0, all.length, 1_000_000_000L);
        String text = kept.last();
        assertEquals(20, text.split("frame_type", -1).length - 1, text);
        assertTrue(text.contains("\"reason\":\"\\\"\\\\\\u000a\\u00ff\""), text);
        assertTrue(text.contains("\"data\":\"8102030405060708\""), text);
        assertFalse(text.contains("0c0d0e0f"), "a reset token must not be told");
    }

    @Test
    void otherEventsAreJson() {
        qlog.parametersSet(true, new TransportParameters().initialSourceId(ID), 1_000_000_001L);
        assertTrue(kept.last().contains("\"initiator\":\"local\",\"initial_source_connection_id\":\"8394c8f03e515708\""), kept.last());
        qlog.metricsUpdated(10_000_000, 12_500_999, QlogWriter.NONE, 1, 0, 12_000, 0, Long.MAX_VALUE, 1_000, 5_000_000_000L);
        assertEquals("{\"time\":4000.000,\"name\":\"quic:recovery_metrics_updated\",\"data\":{\"min_rtt\":10.000,\"smoothed_rtt\":12.500,\"rtt_variance\":0.000,\"pto_count\":0,"
                + "\"congestion_window\":12000,\"bytes_in_flight\":0,\"pacing_rate\":8000}}", kept.last());
        qlog.packetDropped(null, 1_200, "unsupported", 1_000_000_000L);
        qlog.packetDropped(PacketType.HANDSHAKE, 1_200, "key_unavailable", 1_000_000_000L);
        qlog.packetLost(PacketType.INITIAL, VarInt.MAX, 1_000_000_000L);
        assertTrue(kept.last().contains("\"packet_number\":4611686018427387903"), kept.last());
        qlog.congestionState("slow_start", 1_000_000_000L);
        qlog.keyUpdated(true, 3, 1_000_000_000L);
        qlog.mtuUpdated(1_200, 1_452, 1_000_000_000L);
        assertEquals(10, kept.records.size());
        qlog.connectionClosed(false, 0x0a, false, "what \"they\" say\n\u20ac", "error", 1_000_000_000L);
        assertTrue(kept.closed);
        assertTrue(kept.last().contains("say\\u000a\\u20ac"), kept.last());
    }

    /** A packet of nothing but small frames, and one of nothing but ranges, end within the bound; so does a reason. */
    @Test
    void recordsAreBounded() {
        byte[] pings = new byte[60_000];
        Arrays.fill(pings, (byte) FrameType.PING);
        qlog.packetReceived(PacketType.ONE_RTT, 1, pings.length, pings, 0, pings.length, 1_000_000_000L);
        assertTrue(kept.last().length() <= JsonRecord.MAX_BYTES && kept.last().length() > JsonRecord.MAX_BYTES / 2, "" + kept.last().length());
        byte[] ack = new byte[60_000];
        int i = VarInt.encode(ack, VarInt.encode(ack, 1, VarInt.MAX), 0);
        ack[0] = FrameType.ACK;
        int ranges = 29_000;
        i = VarInt.encode(ack, VarInt.encode(ack, i, ranges), 0);
        qlog.packetReceived(PacketType.ONE_RTT, 1, ack.length, ack, 0, i + 2 * ranges, 1_000_000_000L);
        assertTrue(kept.last().length() <= JsonRecord.MAX_BYTES, "" + kept.last().length());
        byte[] close = new byte[10_000];
        i = FrameEncoder.connectionClose(close, 0, 1, 0, new byte[9_000], 0, 9_000);
        qlog.packetReceived(PacketType.ONE_RTT, 1, i, close, 0, i, 1_000_000_000L);
        assertTrue(kept.last().length() < 6 * QlogFrames.MAX_REASON_BYTES + 500, "" + kept.last().length());
    }
}
