package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportParametersTest {
    /** initial_source_connection_id of no bytes, and original_destination_connection_id of one: what must be there. */
    private static final String FROM_CLIENT = "0f00";
    private static final String FROM_SERVER = "0f00 000101";
    private static final String TOKEN = "000102030405060708090a0b0c0d0e0f";

    private static int decode(String hex, boolean fromServer, TransportParameters into) {
        byte[] bytes = Hex.bytes("ffff" + hex + "ffff");
        return TransportParametersDecoder.decode(bytes, 2, bytes.length - 4, fromServer, into);
    }

    private static void accepted(String hex) {
        assertEquals(0, decode(FROM_CLIENT + hex, false, new TransportParameters()), hex);
        assertEquals(0, decode(FROM_SERVER + hex, true, new TransportParameters()), hex);
    }

    private static void refused(String hex) {
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode(FROM_CLIENT + hex, false, new TransportParameters()), hex);
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode(FROM_SERVER + hex, true, new TransportParameters()), hex);
    }

    private static String integer(int id, long value) {
        byte[] buf = new byte[20];
        int i = VarInt.encode(buf, 0, id);
        i = VarInt.encode(buf, VarInt.encode(buf, i, VarInt.bytes(value)), value);
        return Hex.of(buf, 0, i);
    }

    /** RFC 9000 18.2. */
    @Test
    void whatIsAbsentHasItsDefault() {
        TransportParameters got = new TransportParameters();
        assertEquals(0, decode(FROM_CLIENT, false, got));
        assertEquals(0, got.idleTimeoutMs());
        assertEquals(65_527, got.udpPayloadBytes());
        assertEquals(0, got.maxData());
        assertEquals(0, got.maxStreamsBidi());
        assertEquals(3, got.ackDelayExponent());
        assertEquals(25, got.maxAckDelayMs());
        assertEquals(2, got.activeConnectionIdLimit());
        assertEquals(0, got.maxDatagramFrameBytes());
        assertFalse(got.disableActiveMigration());
        assertFalse(got.greaseQuicBit());
        assertFalse(got.hasPreferredAddress());
        assertFalse(got.hasVersionInformation());
        assertNull(got.originalDestinationId());
        assertNull(got.retrySourceId());
        assertNull(got.statelessResetToken());
        assertEquals(0, got.initialSourceId().length);
    }

    @ParameterizedTest
    @CsvSource({
        "0x03, 1199, 1200", "0x0a, 21, 20", "0x0b, 16384, 16383", "0x0e, 1, 2", "0x08, 1152921504606846977, 1152921504606846976", "0x09, 1152921504606846977, 1152921504606846976",
    })
    void boundsAreHeldOnBothSides(String id, long refused, long accepted) {
        refused(integer(Integer.decode(id), refused));
        accepted(integer(Integer.decode(id), accepted));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0b, 0x0e, 0x20})
    void integersOfAnyEncodingAreTakenAndMustFillTheirLength(int id) {
        String name = String.format("%02x", id);
        accepted(integer(id, 0x1fff));
        accepted(name + "04 80001fff");
        accepted(name + "08 c000000000001fff");
        refused(name + "00");
        refused(name + "01 5f");
        refused(name + "03 5fff00");
        refused(name + "09 c000000000001fff00");
    }

    @Test
    void largeLimitsAreTaken() {
        TransportParameters got = new TransportParameters();
        String all = "";
        for (int id : new int[] {0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0e, 0x20}) {
            all += integer(id, VarInt.MAX);
        }
        assertEquals(0, decode(FROM_CLIENT + all, false, got));
        assertEquals(VarInt.MAX, got.maxData());
        assertEquals(VarInt.MAX, got.udpPayloadBytes());
        assertEquals(VarInt.MAX, got.activeConnectionIdLimit());
        assertEquals(VarInt.MAX, got.maxDatagramFrameBytes());
    }

    @Test
    void flagsAreEmpty() {
        accepted("0c00");
        refused("0c0100");
        accepted("6ab200");
        refused("6ab20100");
    }

    /** RFC 9000 7.4. */
    @Test
    void nothingComesTwice() {
        for (String one : new String[] {"0102 4001", "0401 05", "0c00", "6ab200", "1108 00000001 00000001", "2001 01", "1b00", "4400 00", "7fff 0107"}) {
            accepted(one);
            refused(one + one);
        }
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode("0f000f00", false, new TransportParameters()));
    }

    @Test
    void unknownOnesAreIgnoredHoweverManyAndCheckedUpToTheBound() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < TransportParametersDecoder.MAX_UNKNOWN_CHECKED; i++) {
            many.append(String.format("%04x00", 0x4100 + i));
        }
        accepted(many.toString());
        refused(many + String.format("%04x00", 0x4100 + TransportParametersDecoder.MAX_UNKNOWN_CHECKED - 1));
        accepted(many + "420000");
        accepted(many + "420000420000");
        refused(many + "04010504 0105");
    }

    /** RFC 9000 18.1, and min_ack_delay of a draft with what would be an invalid value. */
    @Test
    void reservedAndForeignOnesAreIgnoredWhateverTheyHold() {
        accepted("1b03 ffffff");
        accepted("3a00");
        accepted("c0000000ff04de1b 01 ff");
        accepted("c0000000ff04de1b 00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"000101", "0210" + TOKEN, "100101", "0d2a 00000000 0000 00000000000000000000000000000000 0000 01 07" + TOKEN})
    void aClientMustNotSendWhatIsTheServersAlone(String parameter) {
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode(FROM_CLIENT + parameter, false, new TransportParameters()));
        assertEquals(0, decode((parameter.startsWith("00") ? FROM_CLIENT : FROM_SERVER) + parameter, true, new TransportParameters()));
    }

    /** RFC 9000 7.3. */
    @Test
    void theIdsMustBeThere() {
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode("", false, new TransportParameters()));
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode("0f00", true, new TransportParameters()));
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode("000101", true, new TransportParameters()));
    }

    @Test
    void idsHaveAtMostTwentyBytes() {
        String twenty = "11".repeat(20);
        assertEquals(0, decode("0f14" + twenty, false, new TransportParameters()));
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode("0f15" + twenty + "11", false, new TransportParameters()));
        assertEquals(0, decode("0f00 0014" + twenty, true, new TransportParameters()));
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode("0f00 0015" + twenty + "11", true, new TransportParameters()));
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode(FROM_SERVER + "1015" + twenty + "11", true, new TransportParameters()));
    }

    @Test
    void aResetTokenHasSixteenBytes() {
        assertEquals(0, decode(FROM_SERVER + "0210" + TOKEN, true, new TransportParameters()));
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode(FROM_SERVER + "020f" + TOKEN.substring(2), true, new TransportParameters()));
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode(FROM_SERVER + "0211" + TOKEN + "00", true, new TransportParameters()));
    }

    /** RFC 9000 18.2. */
    @Test
    void aPreferredAddressIsTakenApart() {
        String addresses = "c0000207 01bb 20010db8000000000000000000000001 01bc";
        TransportParameters got = new TransportParameters();
        assertEquals(0, decode(FROM_SERVER + "0d2b" + addresses + "02 0708" + TOKEN, true, got));
        assertEquals("192.0.2.7:443", got.preferredIpv4().toString());
        assertEquals("[2001:db8:0:0:0:0:0:1]:444", got.preferredIpv6().toString());
        assertEquals("0708", Hex.of(got.preferredId()));
        assertEquals(TOKEN, Hex.of(got.preferredResetToken()));
        int error = QuicError.TRANSPORT_PARAMETER_ERROR;
        assertEquals(error, decode(FROM_CLIENT + "0d2b" + addresses + "02 0708" + TOKEN, false, new TransportParameters()), "a client has none");
        assertEquals(error, decode(FROM_SERVER + "0d29" + addresses + "00" + TOKEN, true, new TransportParameters()), "an empty id");
        assertEquals(error, decode(FROM_SERVER + "0d3e" + addresses + "15" + "11".repeat(21) + TOKEN, true, new TransportParameters()), "21 bytes");
        assertEquals(0, decode(FROM_SERVER + "0d3d" + addresses + "14" + "11".repeat(20) + TOKEN, true, new TransportParameters()), "20 bytes");
        assertEquals(error, decode(FROM_SERVER + "0d2a" + addresses + "02 0708" + TOKEN.substring(2), true, new TransportParameters()), "a short token");
        assertEquals(error, decode(FROM_SERVER + "0d2c" + addresses + "02 0708" + TOKEN + "00", true, new TransportParameters()), "a byte too many");
        assertEquals(error, decode(FROM_SERVER + "0d18" + addresses, true, new TransportParameters()), "nothing but addresses");
    }

    @Test
    void aPreferredAddressOfOneFamily() {
        TransportParameters got = new TransportParameters();
        assertEquals(0, decode(FROM_SERVER + "0d2b 00000000 0000 20010db8000000000000000000000001 01bc 02 0708" + TOKEN, true, got));
        assertNull(got.preferredIpv4());
        assertTrue(got.hasPreferredAddress());
    }

    /** RFC 9368 4. */
    @Test
    void versionInformationIsOfFoursWithoutZeros() {
        accepted("1108 00000001 00000001");
        accepted("110c 6b3343cf 00000001 6b3343cf");
        refused("1100");
        refused("1103 000001");
        refused("1106 00000001 0000");
        refused("1108 00000000 00000001");
        refused("110c 00000001 00000001 00000000");
        assertEquals(0, decode(FROM_SERVER + "1104 00000001", true, new TransportParameters()), "a server may have no version that is fully deployed");
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode(FROM_CLIENT + "1104 00000001", false, new TransportParameters()), "a client's choice must be available");
        assertEquals(QuicError.TRANSPORT_PARAMETER_ERROR, decode(FROM_CLIENT + "1108 00000001 6b3343cf", false, new TransportParameters()));
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] all = new byte[TransportParametersEncoder.MAX_BYTES];
        int end = TransportParametersEncoder.encode(full(), all, 0, 0);
        for (int cut = 0; cut < end; cut++) {
            byte[] bytes = Arrays.copyOf(all, cut);
            TransportParameters got = new TransportParameters();
            int error = TransportParametersDecoder.decode(bytes, 0, cut, true, got);
            // Between two parameters the rest may be missing, but not what is mandatory and comes late.
            assertTrue(error == QuicError.TRANSPORT_PARAMETER_ERROR || got.initialSourceId() != null && got.originalDestinationId() != null, "cut at " + cut);
        }
    }

    private static TransportParameters full() {
        byte[] token = Hex.bytes(TOKEN);
        return new TransportParameters().idleTimeoutMs(30_000).udpPayloadBytes(1_472).maxData(1 << 20).maxStreamDataBidiLocal(1).maxStreamDataBidiRemote(2).maxStreamDataUni(3)
                .maxStreamsBidi(100).maxStreamsUni(101).ackDelayExponent(8).maxAckDelayMs(26).activeConnectionIdLimit(4).maxDatagramFrameBytes(65_535).disableActiveMigration(true)
                .greaseQuicBit(true).originalDestinationId(new byte[] {1, 2}).initialSourceId(new byte[] {3}).retrySourceId(new byte[] {4}).statelessResetToken(token)
                .preferredAddress(PeerAddress.ofIpv4(0x7f000001, 443), new PeerAddress(1, 2, 3), new byte[] {9}, token)
                .versionInformation(1, new int[] {1, 0x6b3343cf});
    }

    @Test
    void whatIsEncodedIsDecoded() {
        Random random = new Random(3);
        for (int round = 0; round < 2_000; round++) {
            TransportParameters sent = full();
            byte[] buf = new byte[TransportParametersEncoder.MAX_BYTES];
            int end = TransportParametersEncoder.encode(sent, buf, 5, round == 0 ? 0 : random.nextLong());
            TransportParameters got = new TransportParameters();
            assertEquals(0, TransportParametersDecoder.decode(buf, 5, end - 5, true, got));
            byte[] again = new byte[TransportParametersEncoder.MAX_BYTES];
            int length = TransportParametersEncoder.encode(got, again, 0, 0);
            byte[] plain = new byte[TransportParametersEncoder.MAX_BYTES];
            assertEquals(length, TransportParametersEncoder.encode(sent, plain, 0, 0));
            assertArrayEquals(plain, again);
            assertEquals("127.0.0.1:443", got.preferredIpv4().toString());
            assertEquals(new PeerAddress(1, 2, 3), got.preferredIpv6());
        }
    }

    /** RFC 9000 7.4.1. */
    @Test
    void whatIsRememberedComesBack() {
        TransportParameters sent = full();
        byte[] buf = new byte[TransportParametersEncoder.MAX_BYTES];
        int end = TransportParametersEncoder.encode(sent.remembered(), buf, 0, 0);
        TransportParameters got = new TransportParameters();
        assertTrue(TransportParametersDecoder.decodeRemembered(buf, 0, end, got));
        assertEquals(1 << 20, got.maxData());
        assertEquals(3, got.ackDelayExponent(), "MUST NOT be remembered");
        assertEquals(25, got.maxAckDelayMs(), "MUST NOT be remembered");
        assertNull(got.initialSourceId());
        assertNull(got.statelessResetToken());
        assertFalse(full().reduces(got));
        assertTrue(full().maxData((1 << 20) - 1).reduces(got));
        assertTrue(full().maxStreamDataBidiLocal(0).reduces(got));
        assertTrue(full().maxStreamDataBidiRemote(1).reduces(got));
        assertTrue(full().maxStreamDataUni(2).reduces(got));
        assertTrue(full().maxStreamsBidi(99).reduces(got));
        assertTrue(full().maxStreamsUni(100).reduces(got));
        assertTrue(full().activeConnectionIdLimit(3).reduces(got));
        assertTrue(full().maxDatagramFrameBytes(65_534).reduces(got));
    }

    /** RFC 9000 7.3. */
    @Test
    void idsAreComparedWithThePackets() {
        byte[] one = {1};
        byte[] two = {2};
        TransportParameters server = new TransportParameters().initialSourceId(one).originalDestinationId(two);
        assertTrue(server.authenticates(one, two, null));
        assertFalse(server.authenticates(two, two, null));
        assertFalse(server.authenticates(one, one, null));
        assertFalse(server.authenticates(one, two, one), "a Retry that the server does not know of");
        server.retrySourceId(one);
        assertTrue(server.authenticates(one, two, one));
        assertFalse(server.authenticates(one, two, null), "no Retry was received");
        assertTrue(new TransportParameters().initialSourceId(one).authenticates(one, null, null));
    }

    /** RFC 9368 4, 8. */
    @Test
    void versionsAreJudged() {
        int v1 = QuicVersion.V1.number();
        int v2 = QuicVersion.V2.number();
        int error = QuicError.VERSION_NEGOTIATION_ERROR;
        TransportParameters client = new TransportParameters().versionInformation(v1, new int[] {v2, v1});
        assertEquals(0, client.judgeClientVersions(QuicVersion.V1));
        assertEquals(error, client.judgeClientVersions(QuicVersion.V2));
        assertEquals(0, new TransportParameters().judgeClientVersions(QuicVersion.V2));
        assertEquals(QuicVersion.V2, client.negotiated(QuicVersion.V1, QuicVersion.V2));
        assertEquals(QuicVersion.V1, client.negotiated(QuicVersion.V1, QuicVersion.V1));
        assertEquals(QuicVersion.V1, new TransportParameters().negotiated(QuicVersion.V1, QuicVersion.V2));

        TransportParameters server = new TransportParameters().versionInformation(v2, new int[] {v1, v2});
        assertEquals(0, server.judgeServerVersions(QuicVersion.V2, client, false, QuicVersion.V1));
        assertEquals(error, server.judgeServerVersions(QuicVersion.V1, client, false, QuicVersion.V1), "the long headers said another version");
        TransportParameters onlyV1 = new TransportParameters().versionInformation(v1, new int[] {v1});
        assertEquals(error, server.judgeServerVersions(QuicVersion.V2, onlyV1, false, QuicVersion.V1), "not offered");
        assertEquals(0, new TransportParameters().judgeServerVersions(QuicVersion.V1, client, true, QuicVersion.V2), "a server of version 1 alone");
        assertEquals(error, new TransportParameters().judgeServerVersions(QuicVersion.V2, client, true, QuicVersion.V2));
        assertEquals(0, new TransportParameters().judgeServerVersions(QuicVersion.V2, client, false, QuicVersion.V2));
        TransportParameters downgraded = new TransportParameters().versionInformation(v1, new int[] {v1, v2});
        assertEquals(error, downgraded.judgeServerVersions(QuicVersion.V1, client, true, QuicVersion.V2), "the favourite was available after all");
        assertEquals(0, downgraded.judgeServerVersions(QuicVersion.V1, client, false, QuicVersion.V2));
        TransportParameters empty = new TransportParameters().versionInformation(v1, new int[0]);
        assertEquals(error, empty.judgeServerVersions(QuicVersion.V1, client, true, QuicVersion.V2));
        assertEquals(0, empty.judgeServerVersions(QuicVersion.V1, client, false, QuicVersion.V2));
    }
}
