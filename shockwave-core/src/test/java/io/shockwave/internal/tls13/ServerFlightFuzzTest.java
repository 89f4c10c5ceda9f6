package io.shockwave.internal.tls13;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** What a client makes of any bytes in the place of a server's. */
class ServerFlightFuzzTest {
    private static final Recording FULL = Recording.full();
    private static final Recording RESUMED = Recording.resumed();
    private static final Recording RETRIED = Recording.retried();

    private static Recording recording(int number) {
        return switch (number & 3) {
            case 0, 1 -> FULL;
            case 2 -> RESUMED;
            default -> RETRIED;
        };
    }

    /** The first byte says how far the handshake is, the second where the rest is cut in two; both ways end alike, without an exception, with an error that has a name. */
    @FuzzTest(maxDuration = "10m")
    void anyBytes(byte[] data) {
        if (data.length >= 2) {
            Recording recording = recording(data[0]);
            int number = (data[0] >> 2 & 7) % recording.ofServer.size();
            Fuzzed.check(recording, true, number, recording.ofServer.get(number).level(), Arrays.copyOfRange(data, 2, data.length), data[1] & 0xFF);
        }
    }

    /** Each message with one stretch of it replaced. */
    @FuzzTest(maxDuration = "10m")
    void changedMessages(byte[] data) {
        if (data.length >= 4) {
            Recording recording = recording(data[0]);
            int number = (data[0] >> 2 & 7) % recording.ofServer.size();
            byte[] changed = Fuzzed.changed(new byte[0], recording.ofServer.get(number).bytes(), data);
            Fuzzed.check(recording, true, number, recording.ofServer.get(number).level(), changed, data[1] & 0xFF);
        }
    }
}
