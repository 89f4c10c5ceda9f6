package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameEncoderTest {
    private static final byte[] BYTES = Hex.bytes("000102030405060708090a0b0c0d0e0f101112131415");
    private final byte[] buf = new byte[2_000];

    private String decoded(int end) {
        FrameLog log = new FrameLog();
        FrameDecoder decoder = new FrameDecoder(false);
        decoder.maxDatagramFrameBytes(10_000);
        assertEquals(0, decoder.decode(PacketType.ONE_RTT, buf, 9, end - 9, log));
        return log.toString();
    }

    private static long value(Random random) {
        return random.nextLong(1L << random.nextInt(1, 62));
    }

    @Test
    void whatIsWrittenIsReadAndWithinItsBound() {
        Random random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            long a = value(random);
            long b = value(random);
            long c = value(random);
            check("reset " + (a & ~3) + ' ' + b + ' ' + c, FrameEncoder.resetStream(buf, 9, a & ~3, b, c), FrameEncoder.MAX_RESET_STREAM_BYTES);
            check("stop " + (a & ~3) + ' ' + b, FrameEncoder.stopSending(buf, 9, a & ~3, b), FrameEncoder.MAX_TWO_INTEGERS_BYTES);
            check("max data " + a, FrameEncoder.maxData(buf, 9, a), FrameEncoder.MAX_ONE_INTEGER_BYTES);
            check("max stream data " + (a & ~3) + ' ' + b, FrameEncoder.maxStreamData(buf, 9, a & ~3, b), FrameEncoder.MAX_TWO_INTEGERS_BYTES);
            check("max streams bidi " + (a >> 2), FrameEncoder.maxStreams(buf, 9, true, a >> 2), FrameEncoder.MAX_ONE_INTEGER_BYTES);
            check("max streams uni " + (a >> 2), FrameEncoder.maxStreams(buf, 9, false, a >> 2), FrameEncoder.MAX_ONE_INTEGER_BYTES);
            check("data blocked " + a, FrameEncoder.dataBlocked(buf, 9, a), FrameEncoder.MAX_ONE_INTEGER_BYTES);
            check("stream data blocked " + (a & ~3) + ' ' + b, FrameEncoder.streamDataBlocked(buf, 9, a & ~3, b), FrameEncoder.MAX_TWO_INTEGERS_BYTES);
            check("streams blocked bidi " + (a >> 2), FrameEncoder.streamsBlocked(buf, 9, true, a >> 2), FrameEncoder.MAX_ONE_INTEGER_BYTES);
            check("streams blocked uni " + (a >> 2), FrameEncoder.streamsBlocked(buf, 9, false, a >> 2), FrameEncoder.MAX_ONE_INTEGER_BYTES);
            check("retire id " + a, FrameEncoder.retireConnectionId(buf, 9, a), FrameEncoder.MAX_ONE_INTEGER_BYTES);
            check("challenge " + Long.toHexString(c), FrameEncoder.pathChallenge(buf, 9, c), FrameEncoder.PATH_BYTES);
            check("response " + Long.toHexString(~c), FrameEncoder.pathResponse(buf, 9, ~c), FrameEncoder.PATH_BYTES);
            int len = 1 + random.nextInt(20);
            check("new id " + Math.max(a, b) + ' ' + Math.min(a, b) + ' ' + Hex.of(BYTES, 1, len) + ' ' + Hex.of(BYTES, 2, 16),
                    FrameEncoder.newConnectionId(buf, 9, Math.max(a, b), Math.min(a, b), BYTES, 1, len, BYTES, 2), FrameEncoder.MAX_NEW_CONNECTION_ID_BYTES);
            check("close " + a + ' ' + b + ' ' + Hex.of(BYTES, 3, len - 1), FrameEncoder.connectionClose(buf, 9, a, b, BYTES, 3, len - 1), 100);
            check("close " + a + " application 0 " + Hex.of(BYTES, 3, len - 1), FrameEncoder.applicationClose(buf, 9, a, BYTES, 3, len - 1), 100);
            check("token " + Hex.of(BYTES, 2, len), FrameEncoder.newToken(buf, 9, BYTES, 2, len), 100);
            check("datagram " + Hex.of(BYTES, 2, len), FrameEncoder.datagram(buf, 9, BYTES, 2, len), FrameEncoder.datagramBytes(len));
        }
        check("ping", FrameEncoder.ping(buf, 9), 1);
        check("done", FrameEncoder.handshakeDone(buf, 9), 1);
        assertEquals("", decoded(FrameEncoder.padding(buf, 9, 50)));
    }

    private void check(String expected, int end, int bound) {
        assertEquals(expected + "\n", decoded(end));
        assertEquals(true, end - 9 <= bound, "longer than its bound: " + expected);
    }

    @Test
    void dataFollowsTheFrontOfItsFrame() {
        Random random = new Random(6);
        for (int i = 0; i < 2_000; i++) {
            long id = value(random) & ~3;
            long offset = i % 3 == 0 ? 0 : value(random) >> 1;
            int len = random.nextInt(BYTES.length);
            boolean withLength = random.nextBoolean();
            boolean fin = random.nextBoolean();
            int at = FrameEncoder.streamHeader(buf, 9, id, offset, len, withLength, fin);
            assertEquals(FrameEncoder.streamHeaderBytes(id, offset, withLength), at - 9);
            System.arraycopy(BYTES, 0, buf, at, len);
            assertEquals("stream " + id + ' ' + offset + ' ' + Hex.of(BYTES, 0, len) + (fin ? " fin\n" : "\n"), decoded(at + len));
            at = FrameEncoder.cryptoHeader(buf, 9, offset, len);
            assertEquals(FrameEncoder.cryptoHeaderBytes(offset), at - 9);
            System.arraycopy(BYTES, 0, buf, at, len);
            assertEquals("crypto " + offset + ' ' + Hex.of(BYTES, 0, len) + '\n', decoded(at + len));
        }
    }
}
