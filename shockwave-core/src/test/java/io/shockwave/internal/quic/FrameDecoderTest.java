package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final String TOKEN = "000102030405060708090a0b0c0d0e0f";
    /** 2^60, 2^60 + 1 and 2^62 - 1 as integers. */
    private static final String STREAMS_BOUND = "d000000000000000";
    private static final String STREAMS_BEYOND = "d000000000000001";
    private static final String LARGEST = "ffffffffffffffff";

    /** One of each, as hexadecimal, what is told, and in which packets it may come, in the letters of RFC 9000 12.4. */
    private static final String[][] FRAMES = {
        {"01", "ping\n", "IH01"},
        {"02 05 4064 00 02", "ack 5 100 [3-5] end -1 -1 -1\n", "IH_1"},
        {"02 0a 00 02 01 00 01 03 00", "ack 10 0 [9-10] [6-7] [1-1] end -1 -1 -1\n", "IH_1"},
        {"03 05 00 00 05 01 02 4003", "ack 5 0 [0-5] end 1 2 3\n", "IH_1"},
        {"04 04 07 4400", "reset 4 7 1024\n", "__01"},
        {"05 04 0a", "stop 4 10\n", "__01"},
        {"06 4100 03 aabbcc", "crypto 256 aabbcc\n", "IH_1"},
        {"06 00 00", "crypto 0 \n", "IH_1"},
        {"0a 04 02 beef", "stream 4 0 beef\n", "__01"},
        {"0b 04 00", "stream 4 0  fin\n", "__01"},
        {"0f 04 09 01 00", "stream 4 9 00 fin\n", "__01"},
        {"10 4400", "max data 1024\n", "__01"},
        {"11 04 4400", "max stream data 4 1024\n", "__01"},
        {"12 09", "max streams bidi 9\n", "__01"},
        {"13 " + STREAMS_BOUND, "max streams uni 1152921504606846976\n", "__01"},
        {"14 4400", "data blocked 1024\n", "__01"},
        {"15 04 4400", "stream data blocked 4 1024\n", "__01"},
        {"16 " + STREAMS_BOUND, "streams blocked bidi 1152921504606846976\n", "__01"},
        {"17 09", "streams blocked uni 9\n", "__01"},
        {"18 02 01 03 aabbcc" + TOKEN, "new id 2 1 aabbcc " + TOKEN + "\n", "__01"},
        {"19 07", "retire id 7\n", "___1"},
        {"1a 0102030405060708", "challenge 102030405060708\n", "__01"},
        {"1b 0102030405060708", "response 102030405060708\n", "___1"},
        {"1c 0a 06 02 6869", "close 10 6 6869\n", "IH01"},
        {"1d 4101 00", "close 257 application 0 \n", "__01"},
        {"31 02 beef", "datagram beef\n", "__01"},
    };
    /** Those that a client alone may receive. */
    private static final String[][] FROM_SERVER = {
        {"07 02 beef", "token beef\n", "___1"},
        {"1e", "done\n", "___1"},
    };
    /** Those that take the rest of the packet. */
    private static final String[][] TO_THE_END = {
        {"08 04 beef", "stream 4 0 beef\n", "__01"},
        {"0d 04 4400", "stream 4 1024  fin\n", "__01"},
        {"30 beef", "datagram beef\n", "__01"},
    };

    private final FrameLog log = new FrameLog();

    private int decode(boolean server, PacketType packet, String hex) {
        return decode(server, packet, Hex.bytes(hex));
    }

    /** In an array of its own between bytes that would complete what is incomplete. */
    private int decode(boolean server, PacketType packet, byte[] frames) {
        byte[] buf = new byte[frames.length + 40];
        Arrays.fill(buf, (byte) 1);
        System.arraycopy(frames, 0, buf, 20, frames.length);
        byte[] before = buf.clone();
        FrameDecoder decoder = new FrameDecoder(server);
        decoder.maxDatagramFrameBytes(100);
        int error = decoder.decode(packet, buf, 20, frames.length, log);
        assertTrue(Arrays.equals(before, buf), "wrote into the packet");
        return error;
    }

    private void refused(int error, String hex) {
        FrameLog before = new FrameLog();
        assertEquals(before.toString(), log.toString());
        assertEquals(QuicError.name(error), QuicError.name(decode(false, PacketType.ONE_RTT, hex)), hex);
        assertEquals("", log.toString(), hex);
    }

    private static boolean mayCarry(PacketType packet, String allowed) {
        return allowed.charAt(switch (packet) {
            case INITIAL -> 0;
            case HANDSHAKE -> 1;
            case ZERO_RTT -> 2;
            default -> 3;
        }) != '_';
    }

    private void inEveryPacket(boolean server, String[] frame) {
        for (PacketType packet : new PacketType[] {PacketType.INITIAL, PacketType.HANDSHAKE, PacketType.ZERO_RTT, PacketType.ONE_RTT}) {
            FrameLog got = new FrameLog();
            FrameDecoder decoder = new FrameDecoder(server);
            decoder.maxDatagramFrameBytes(100);
            byte[] bytes = Hex.bytes(frame[0]);
            int error = decoder.decode(packet, bytes, 0, bytes.length, got);
            boolean allowed = mayCarry(packet, frame[2]);
            assertEquals(allowed ? 0 : QuicError.PROTOCOL_VIOLATION, error, () -> frame[0] + " in " + packet);
            assertEquals(allowed ? frame[1] : "", got.toString());
            assertEquals(bytes[0], decoder.frameType());
        }
    }

    /** RFC 9000 12.4, table 3, and 12.5. */
    @Test
    void framesComeInThePacketsThatMayCarryThem() {
        for (String[] frame : FRAMES) {
            inEveryPacket(false, frame);
            inEveryPacket(true, frame);
        }
        for (String[] frame : FROM_SERVER) {
            inEveryPacket(false, frame);
        }
        for (String[] frame : TO_THE_END) {
            inEveryPacket(false, frame);
        }
    }

    @Test
    void everyTruncationIsAFrameEncodingError() {
        for (String[][] some : new String[][][] {FRAMES, FROM_SERVER}) {
            for (String[] frame : some) {
                byte[] whole = Hex.bytes(frame[0]);
                for (int cut = 1; cut < whole.length; cut++) {
                    FrameLog got = new FrameLog();
                    FrameDecoder decoder = new FrameDecoder(false);
                    decoder.maxDatagramFrameBytes(100);
                    int error = decoder.decode(PacketType.ONE_RTT, Arrays.copyOf(whole, cut), 0, cut, got);
                    assertEquals(QuicError.FRAME_ENCODING_ERROR, error, frame[0] + " cut at " + cut);
                    assertEquals("", got.toString(), frame[0] + " cut at " + cut);
                }
            }
        }
    }

    @Test
    void allFramesOfAPacketAreTold() {
        StringBuilder hex = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (String[] frame : FRAMES) {
            hex.append("0000").append(frame[0]).append("00");
            expected.append(frame[1]);
        }
        assertEquals(0, decode(true, PacketType.ONE_RTT, hex.toString()));
        assertEquals(expected.toString(), log.toString());
    }

    @Test
    void framesInFrontOfAMalformedOneAreTold() {
        assertEquals(QuicError.FRAME_ENCODING_ERROR, decode(true, PacketType.ONE_RTT, "01 1005 1a01"));
        assertEquals("ping\nmax data 5\n", log.toString());
    }

    @Test
    void whatTheSinkRefusesEndsTheDecoding() {
        log.answer = QuicError.FLOW_CONTROL_ERROR;
        assertEquals(QuicError.FLOW_CONTROL_ERROR, decode(true, PacketType.ONE_RTT, "01 01"));
        assertEquals("ping\n", log.toString());
    }

    @Test
    void whatTheSinkRefusesOfAnAckEndsIt() {
        log.answer = QuicError.PROTOCOL_VIOLATION;
        assertEquals(QuicError.PROTOCOL_VIOLATION, decode(true, PacketType.ONE_RTT, "02 0a 00 02 01 00 01 03 00"));
        assertEquals("ack 10 0", log.toString());
    }

    /** RFC 9000 12.4. */
    @ParameterizedTest
    @EnumSource(names = {"INITIAL", "HANDSHAKE", "ZERO_RTT", "ONE_RTT"})
    void aPacketWithoutFramesIsAViolation(PacketType packet) {
        assertEquals(QuicError.PROTOCOL_VIOLATION, decode(true, packet, ""));
    }

    /** RFC 9000 12.4. */
    @ParameterizedTest
    @ValueSource(strings = {"4001", "80000001", "c000000000000001", "4000", "401e", "800000060000"})
    void aTypeInMoreBytesThanNeededIsAViolation(String hex) {
        refused(QuicError.PROTOCOL_VIOLATION, hex);
    }

    /** RFC 9000 12.4: an unknown type is a FRAME_ENCODING_ERROR. */
    @ParameterizedTest
    @ValueSource(strings = {"1f", "20", "2f", "32", "3f", "4040", "40af00", "8fffffff", LARGEST})
    void anUnknownTypeIsAnError(String hex) {
        refused(QuicError.FRAME_ENCODING_ERROR, hex);
    }

    @Test
    void theTypeOfTheFaultyFrameIsKnown() {
        FrameDecoder decoder = new FrameDecoder(true);
        byte[] bytes = Hex.bytes("01 1a 00");
        assertEquals(QuicError.FRAME_ENCODING_ERROR, decoder.decode(PacketType.ONE_RTT, bytes, 0, 3, log));
        assertEquals(FrameType.PATH_CHALLENGE, decoder.frameType());
        byte[] unknown = Hex.bytes("01 40af");
        decoder.decode(PacketType.ONE_RTT, unknown, 0, 3, log);
        assertEquals(0xaf, decoder.frameType());
        decoder.decode(PacketType.ONE_RTT, unknown, 0, 2, log);
        assertEquals(0, decoder.frameType(), "cut off");
    }

    /** RFC 9000 19.3.1. */
    @ParameterizedTest
    @ValueSource(strings = {
        "02 00 00 00 01", "02 05 00 00 06", "02 05 00 01 05 00 00", "02 05 00 01 04 00 00", "02 05 00 01 00 02 02", "02 05 00 02 00 00 00 02 00",
        "02 05 00 " + LARGEST + " 00 00 00", "02 05 00 01 00 " + LARGEST + " 00", "02 05 00 01 00 00 " + LARGEST, "02 " + LARGEST + " 00 01 00 " + LARGEST + " " + LARGEST,
        "03 05 00 00 00 01 01", "02 05 00 04 00 00 00 00 00 00 00",
    })
    void acknowledgingLessThanZeroOrMoreRangesThanThereAreIsAnError(String hex) {
        refused(QuicError.FRAME_ENCODING_ERROR, hex);
    }

    @Test
    void anAckMayReachExactlyZero() {
        assertEquals(0, decode(true, PacketType.ONE_RTT, "02 05 00 01 00 01 02"));
        assertEquals("ack 5 0 [5-5] [0-2] end -1 -1 -1\n", log.toString());
    }

    /** RFC 9000 4.6. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "13", "16", "17"})
    void moreThanTwoToTheSixtyStreamsIsAnError(String type) {
        refused(QuicError.FRAME_ENCODING_ERROR, type + STREAMS_BEYOND);
        assertEquals(0, decode(false, PacketType.ONE_RTT, type + STREAMS_BOUND));
    }

    /** RFC 9000 19.6, 19.8: the largest offset is 2^62 - 1. */
    @ParameterizedTest
    @ValueSource(strings = {"06", "0e04", "0f04"})
    void dataBeyondTheLargestOffsetIsAnError(String front) {
        refused(QuicError.FRAME_ENCODING_ERROR, front + LARGEST + "01 00");
        assertEquals(0, decode(false, PacketType.ONE_RTT, front + LARGEST + "00"));
        assertEquals(0, decode(false, PacketType.ONE_RTT, front + "fffffffffffffffe" + "01 00"));
    }

    @Test
    void dataBeyondTheLargestOffsetWithoutALengthIsAnError() {
        refused(QuicError.FRAME_ENCODING_ERROR, "0c 04" + LARGEST + "00");
        assertEquals(0, decode(false, PacketType.ONE_RTT, "0c 04" + LARGEST));
    }

    /** RFC 9000 19.15. */
    @Test
    void idsOfAFrameHaveOneToTwentyBytes() {
        refused(QuicError.FRAME_ENCODING_ERROR, "18 01 00 00" + TOKEN);
        refused(QuicError.FRAME_ENCODING_ERROR, "18 01 00 15" + "11".repeat(21) + TOKEN);
        refused(QuicError.FRAME_ENCODING_ERROR, "18 01 00 ff" + "11".repeat(300));
        assertEquals(0, decode(false, PacketType.ONE_RTT, "18 01 00 14" + "11".repeat(20) + TOKEN));
        assertEquals(0, decode(false, PacketType.ONE_RTT, "18 01 00 01 11" + TOKEN));
    }

    /** RFC 9000 19.15. */
    @Test
    void retiringMoreThanWasIssuedIsAnError() {
        refused(QuicError.FRAME_ENCODING_ERROR, "18 01 02 01 11" + TOKEN);
        assertEquals(0, decode(false, PacketType.ONE_RTT, "18 02 02 01 11" + TOKEN));
    }

    /** RFC 9000 19.7, 19.20. */
    @Test
    void aServerTakesNeitherTokensNorHandshakeDone() {
        assertEquals(QuicError.PROTOCOL_VIOLATION, decode(true, PacketType.ONE_RTT, "07 01 00"));
        assertEquals(QuicError.PROTOCOL_VIOLATION, decode(true, PacketType.ONE_RTT, "1e"));
        assertEquals("", log.toString());
        refused(QuicError.FRAME_ENCODING_ERROR, "07 00");
    }

    /** RFC 9000 19.4, 19.5, 19.8, 19.10, 19.13: ids of the four kinds are 0 to 3. */
    @ParameterizedTest
    @CsvSource({
        "04 % 00 00, true, 3", "04 % 00 00, false, 2", "05 % 00, true, 2", "05 % 00, false, 3", "0a % 00, true, 3", "0a % 00, false, 2",
        "11 % 05, true, 2", "11 % 05, false, 3", "15 % 05, true, 3", "15 % 05, false, 2",
    })
    void aStreamOfTheWrongDirectionIsAStateError(String frame, boolean server, int refusedId) {
        for (int id = 0; id < 4; id++) {
            int error = decode(server, PacketType.ONE_RTT, frame.replace("%", String.format("%02x", id)));
            assertEquals(id == refusedId ? QuicError.STREAM_STATE_ERROR : 0, error, "stream " + id);
        }
    }

    /** RFC 9221 3. */
    @Test
    void datagramsAreBoundedByWhatWasAnnounced() {
        FrameDecoder decoder = new FrameDecoder(true);
        byte[] withLength = Hex.bytes("31 02 beef");
        byte[] toTheEnd = Hex.bytes("30 beef");
        assertEquals(QuicError.PROTOCOL_VIOLATION, decoder.decode(PacketType.ONE_RTT, withLength, 0, 4, log), "nothing was announced");
        assertEquals(QuicError.PROTOCOL_VIOLATION, decoder.decode(PacketType.ONE_RTT, new byte[] {0x30}, 0, 1, log));
        decoder.maxDatagramFrameBytes(3);
        assertEquals(QuicError.PROTOCOL_VIOLATION, decoder.decode(PacketType.ONE_RTT, withLength, 0, 4, log));
        assertEquals(0, decoder.decode(PacketType.ONE_RTT, toTheEnd, 0, 3, log));
        decoder.maxDatagramFrameBytes(4);
        assertEquals(0, decoder.decode(PacketType.ONE_RTT, withLength, 0, 4, log));
        assertEquals("datagram beef\ndatagram beef\n", log.toString());
    }

    /** RFC 9002 2; RFC 9000 9.1. */
    @Test
    void whatAsksForAnAcknowledgmentAndWhatProbesIsKnown() {
        FrameDecoder decoder = new FrameDecoder(false);
        decoder.maxDatagramFrameBytes(100);
        for (String[] frame : FRAMES) {
            byte[] bytes = Hex.bytes(frame[0] + "00");
            assertEquals(0, decoder.decode(PacketType.ONE_RTT, bytes, 0, bytes.length, log));
            int type = bytes[0];
            assertEquals(type != 0x02 && type != 0x03 && type != 0x1c && type != 0x1d, decoder.isAckEliciting(), frame[0]);
            assertEquals(type == 0x18 || type == 0x1a || type == 0x1b, decoder.isProbing(), frame[0]);
        }
        assertEquals(0, decoder.decode(PacketType.ONE_RTT, new byte[] {0, 0}, 0, 2, log));
        assertFalse(decoder.isAckEliciting());
        assertTrue(decoder.isProbing());
    }
}
