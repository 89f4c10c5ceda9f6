package io.shockwave.internal.tls13;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** What a server makes of any bytes in the place of a client's. */
class ClientHelloFuzzTest {
    private static final Recording FULL = Recording.full();
    private static final Recording RESUMED = Recording.resumed();
    private static final Recording RETRIED = Recording.retried();

    /** The first byte says how far the handshake is, the second where the rest is cut in two; both ways end alike, without an exception, with an error that has a name. */
    @FuzzTest(maxDuration = "10m")
    void anyBytes(byte[] data) {
        if (data.length >= 2) {
            give(data);
        }
    }

    private static void give(byte[] data) {
        Recording recording = switch (data[0] & 3) {
            case 0, 1 -> FULL;
            case 2 -> RESUMED;
            default -> RETRIED;
        };
        int number = (data[0] >> 2 & 7) % recording.ofClient.size();
        EncryptionLevel level = recording.ofClient.get(number).level();
        Fuzzed.check(recording, false, number, level, Arrays.copyOfRange(data, 2, data.length), data[1] & 0xFF);
    }

    /** The message that is awaited, with one stretch of it replaced: so that the fuzzer gets past the first fields. */
    @FuzzTest(maxDuration = "10m")
    void changedMessages(byte[] data) {
        if (data.length >= 4) {
            byte[] message = (switch (data[0] & 3) {
                case 0, 1 -> FULL;
                case 2 -> RESUMED;
                default -> RETRIED;
            }).ofClient.get(0).bytes();
            give(Fuzzed.changed(new byte[] {(byte) (data[0] & 3), data[1]}, message, data));
        }
    }
}
