package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.quic.AddressTokens.Verdict;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AddressTokensTest {
    private static final PeerAddress PEER = PeerAddress.ofIpv4(0x7f000001, 4_433);
    private static final byte[] ORIGINAL = Hex.bytes("8394c8f03e515708");
    private static final byte[] SOURCE = Hex.bytes("f067a5502a4262b5");
    private static final long NOW_MS = 1_700_000_000_000L;

    private final TokenKeys keys = new TokenKeys(new SeededBytes(1), NOW_MS);
    private final AddressTokens tokens = new AddressTokens(new SeededBytes(3), keys);
    private final byte[] buf = new byte[200];
    private int length;

    private void retry() {
        length = tokens.retry(buf, 3, QuicVersion.V1, PEER, ORIGINAL, 0, ORIGINAL.length, SOURCE, SOURCE.length, NOW_MS);
    }

    private void newToken() {
        length = tokens.newToken(buf, 3, QuicVersion.V1, PEER, NOW_MS);
    }

    private Verdict judge(QuicVersion version, PeerAddress peer, byte[] destination, long nowMs) {
        return tokens.judge(buf, 3, length, version, peer, destination, 0, destination.length, nowMs);
    }

    private Verdict judge(long nowMs) {
        return judge(QuicVersion.V1, PEER, SOURCE, nowMs);
    }

    /** RFC 9000 8.1.2. */
    @Test
    void aTokenOfARetryTellsTheOriginalId() {
        retry();
        assertEquals(Verdict.RETRY, judge(NOW_MS + 1));
        assertEquals("8394c8f03e515708", Hex.of(tokens.original()));
    }

    @Test
    void idsOfAnyLengthFit() {
        for (int original = 0; original <= 20; original += 5) {
            for (int source = 0; source <= 20; source += 5) {
                byte[] from = "x".repeat(source).getBytes(StandardCharsets.US_ASCII);
                length = tokens.retry(buf, 3, QuicVersion.V2, PEER, new byte[20], 0, original, from, source, NOW_MS);
                assertTrue(length <= AddressTokens.MAX_BYTES);
                assertEquals(Verdict.RETRY, judge(QuicVersion.V2, PEER, from, NOW_MS));
                assertEquals(original, tokens.original().length);
            }
        }
        assertEquals(AddressTokens.MAX_BYTES, length);
    }

    /** RFC 9000 8.1.1: the two kinds are told apart, and what is wrong ends differently. */
    @Test
    void aTokenOfANewTokenFrameIsAnother() {
        newToken();
        assertEquals(Verdict.NEW_TOKEN, judge(NOW_MS));
        assertEquals(Verdict.NEW_TOKEN, judge(QuicVersion.V1, PEER, ORIGINAL, NOW_MS), "the destination does not matter");
    }

    @Test
    void itIsBoundToTheAddress() {
        PeerAddress otherHost = PeerAddress.ofIpv4(0x7f000002, 4_433);
        PeerAddress otherPort = PeerAddress.ofIpv4(0x7f000001, 4_434);
        retry();
        assertEquals(Verdict.INVALID, judge(QuicVersion.V1, otherHost, SOURCE, NOW_MS));
        assertEquals(Verdict.INVALID, judge(QuicVersion.V1, otherPort, SOURCE, NOW_MS));
        newToken();
        assertEquals(Verdict.UNKNOWN, judge(QuicVersion.V1, otherHost, SOURCE, NOW_MS));
        assertEquals(Verdict.NEW_TOKEN, judge(QuicVersion.V1, otherPort, SOURCE, NOW_MS), "a later connection comes from another port");
    }

    /** RFC 9369 5. */
    @Test
    void itIsBoundToTheVersion() {
        retry();
        assertEquals(Verdict.INVALID, judge(QuicVersion.V2, PEER, SOURCE, NOW_MS));
        newToken();
        assertEquals(Verdict.UNKNOWN, judge(QuicVersion.V2, PEER, SOURCE, NOW_MS));
    }

    @Test
    void aRetryIsBoundToTheIdThatItGave() {
        retry();
        assertEquals(Verdict.INVALID, judge(QuicVersion.V1, PEER, ORIGINAL, NOW_MS));
        assertEquals(Verdict.INVALID, judge(QuicVersion.V1, PEER, new byte[0], NOW_MS));
    }

    @Test
    void itExpires() {
        retry();
        assertEquals(Verdict.RETRY, judge(NOW_MS + AddressTokens.RETRY_LIFETIME_MS));
        assertEquals(Verdict.INVALID, judge(NOW_MS + AddressTokens.RETRY_LIFETIME_MS + 1));
        assertEquals(Verdict.INVALID, judge(NOW_MS - AddressTokens.RETRY_LIFETIME_MS - 1), "from the future");
        newToken();
        assertEquals(Verdict.NEW_TOKEN, judge(NOW_MS + AddressTokens.NEW_TOKEN_LIFETIME_MS));
        assertEquals(Verdict.UNKNOWN, judge(NOW_MS + AddressTokens.NEW_TOKEN_LIFETIME_MS + 1));
    }

    @Test
    void theKeyBeforeStillOpensAndTheOneBeforeThatDoesNot() {
        newToken();
        keys.key(keys.pair(), new byte[16], NOW_MS + 1);
        assertEquals(Verdict.NEW_TOKEN, judge(NOW_MS + 2));
        keys.key(keys.pair(), Hex.bytes("ff".repeat(16)), NOW_MS + 3);
        assertEquals(Verdict.UNKNOWN, judge(NOW_MS + 4));
    }

    @Test
    void aKeyIsChangedByItselfAfterTheLongestLifetime() {
        newToken();
        byte[] second = new byte[200];
        long later = NOW_MS + AddressTokens.NEW_TOKEN_LIFETIME_MS;
        tokens.newToken(second, 0, QuicVersion.V1, PEER, later);
        assertEquals(Verdict.NEW_TOKEN, judge(later), "the one before is kept");
        tokens.newToken(second, 0, QuicVersion.V1, PEER, later + AddressTokens.NEW_TOKEN_LIFETIME_MS);
        assertEquals(Verdict.UNKNOWN, judge(NOW_MS), "by then it is gone");
    }

    @Test
    void twoEndpointsWithTheSameKeysTakeEachOthersTokens() {
        AddressTokens stranger = new AddressTokens(new SeededBytes(2), new TokenKeys(new SeededBytes(2), NOW_MS));
        newToken();
        assertEquals(Verdict.UNKNOWN, stranger.judge(buf, 3, length, QuicVersion.V1, PEER, SOURCE, 0, 8, NOW_MS));
        AddressTokens other = new AddressTokens(new SeededBytes(2), keys);
        assertEquals(Verdict.NEW_TOKEN, other.judge(buf, 3, length, QuicVersion.V1, PEER, SOURCE, 0, 8, NOW_MS));
    }

    @Test
    void everyTruncationAndEveryBitIsNoticed() {
        retry();
        int whole = length;
        for (length = 0; length < whole; length++) {
            assertNotEquals(Verdict.RETRY, judge(NOW_MS));
            assertNotEquals(Verdict.NEW_TOKEN, judge(NOW_MS));
        }
        length = whole;
        for (int bit = 0; bit < whole * 8; bit++) {
            buf[3 + bit / 8] ^= (byte) (1 << bit % 8);
            Verdict verdict = judge(NOW_MS);
            assertEquals(bit == 0 ? Verdict.UNKNOWN : Verdict.INVALID, verdict, "bit " + bit);
            buf[3 + bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertEquals(Verdict.RETRY, judge(NOW_MS));
        length = AddressTokens.MAX_BYTES + 1;
        assertEquals(Verdict.UNKNOWN, judge(NOW_MS), "longer than any of ours");
    }

    @Test
    void twoTokensHaveNothingInCommon() {
        newToken();
        String first = Hex.of(buf, 3, length);
        newToken();
        assertNotEquals(first.substring(2, 26), Hex.of(buf, 4, 12));
        assertFalse(first.substring(26).equals(Hex.of(buf, 16, length - 13)));
    }

    /** RFC 9000 10.3. */
    @Test
    void resetTokensDependOnKeyAndId() {
        byte[] one = new byte[20];
        byte[] two = new byte[20];
        StatelessReset reset = new StatelessReset(new byte[32]);
        reset.token(SOURCE, 0, 8, one, 2);
        new StatelessReset(new byte[32]).token(SOURCE, 0, 8, two, 2);
        assertEquals(Hex.of(one), Hex.of(two), "the same after a restart");
        reset.token(ORIGINAL, 0, 8, two, 2);
        assertNotEquals(Hex.of(one), Hex.of(two));
        new StatelessReset(Hex.bytes("01".repeat(32))).token(SOURCE, 0, 8, two, 2);
        assertNotEquals(Hex.of(one), Hex.of(two));
    }

    @Test
    void aResetIsKnownByItsEnd() {
        byte[] token = Hex.bytes("000102030405060708090a0b0c0d0e0f");
        byte[] datagram = new byte[60];
        new SeededBytes(3).fill(datagram, 0, 60);
        PacketEncoder.statelessReset(datagram, 9, 21, token);
        assertEquals(0x40, datagram[9] & 0xC0, "looks like a short header");
        assertTrue(StatelessReset.endsWith(datagram, 9, 21, token, 0));
        assertFalse(StatelessReset.endsWith(datagram, 10, 20, token, 0), "too short");
        assertFalse(StatelessReset.endsWith(datagram, 9, 22, token, 0));
        for (int i = 0; i < 16; i++) {
            datagram[9 + 5 + i] ^= (byte) 0x80;
            assertFalse(StatelessReset.endsWith(datagram, 9, 21, token, 0));
            datagram[9 + 5 + i] ^= (byte) 0x80;
        }
    }

    /** RFC 9000 10.3.3. */
    @Test
    void aResetIsShorterThanWhatItAnswers() {
        assertEquals(0, StatelessReset.bytesFor(21));
        assertEquals(21, StatelessReset.bytesFor(22));
        assertEquals(42, StatelessReset.bytesFor(43));
        assertEquals(43, StatelessReset.bytesFor(44));
        assertEquals(43, StatelessReset.bytesFor(1_200));
    }
}
