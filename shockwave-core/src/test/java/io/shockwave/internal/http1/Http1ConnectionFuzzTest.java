package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.shockwave.Method;
import io.shockwave.internal.testing.Splits;
import java.util.Arrays;
import java.util.Random;

/** Any bytes of a client or a server through a whole connection: however they are split, the same requests and responses come out, and at most one answer refuses. Byte 0 chooses splits. */
class Http1ConnectionFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void requests(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] input = Arrays.copyOfRange(data, 1, data.length);
        ServerRun.Outcome whole = run(input, null, input.length);
        assertEquals(whole, run(input, null, 1));
        assertEquals(whole, run(input, new Random(data[0]), 1 + (data[0] & 31)));
        int refusals = count(whole.sent(), "HTTP/1.1 4") + count(whole.sent(), "HTTP/1.1 5");
        assertTrue(refusals <= 1, whole.sent());
        assertTrue(refusals == 0 || whole.closing(), "goes on behind a refusal");
    }

    /** Without 100 (Continue), which is sent only while the content is not there (RFC 9110 10.1.1). */
    private static ServerRun.Outcome run(byte[] input, Random random, int most) {
        ServerRun.Outcome outcome = Splits.run(input, new ServerRun(ServerRun.SETTINGS), random, most);
        return new ServerRun.Outcome(outcome.sent().replace("HTTP/1.1 100 Continue\r\n\r\n", ""), outcome.requests(), outcome.closing());
    }

    private static int count(String text, String what) {
        int n = 0;
        for (int at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + 1)) {
            n++;
        }
        return n;
    }

    /** The low bits of byte 0 choose what was asked for. */
    @FuzzTest(maxDuration = "10m")
    void responses(byte[] data) {
        if (data.length < 2) {
            return;
        }
        byte[] input = Arrays.copyOfRange(data, 1, data.length);
        Method method = switch (data[0] & 3) {
            case 0 -> Method.HEAD;
            case 1 -> Method.CONNECT;
            default -> Method.GET;
        };
        boolean upgrade = (data[0] & 7) == 6;
        Http1ClientEngineTest.Client client = new Http1ClientEngineTest.Client(method, upgrade, null);
        String whole = Splits.run(input, client, null, input.length);
        assertEquals(whole, Splits.run(input, new Http1ClientEngineTest.Client(method, upgrade, null), null, 1));
        assertEquals(whole, Splits.run(input, new Http1ClientEngineTest.Client(method, upgrade, null), new Random(data[0]), 1 + (data[0] >> 3 & 31)));
        assertTrue(client.failures == 0 || client.failures == 1 && !client.engine.isReusable(), whole);
    }
}
