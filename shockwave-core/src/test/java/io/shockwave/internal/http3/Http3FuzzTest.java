package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Any bytes on the streams of a peer: the connection or the stream ends with a code that the RFCs name, splits do not matter, and everything borrowed comes back. */
class Http3FuzzTest {
    /** Byte 0 cuts the rest: what goes to the control stream, what to the QPACK encoder's, what to a request's. */
    @FuzzTest(maxDuration = "10m")
    void server(byte[] data) {
        if (data.length < 2) {
            return;
        }
        equal(server(data, 0), server(data, 1));
    }

    private static void equal(String whole, String inPieces) {
        if (!whole.contains("closed") && !inPieces.contains("closed")) {
            assertEquals(whole, inPieces); // of two errors on two streams either may come first
        }
    }

    private static String server(byte[] data, int pieces) {
        int first = Math.min(data.length, 1 + (data[0] & 0x0F));
        int second = Math.min(data.length, first + (data[0] >> 4 & 0x0F));
        ServerConformanceTest.Rig rig = new ServerConformanceTest.Rig(pieces);
        rig.control(new byte[1], Wire.settings(), Arrays.copyOfRange(data, 1, first));
        if (rig.peer.closed.isEmpty()) {
            rig.uni(new byte[] {2}, Arrays.copyOfRange(data, first, second));
        }
        if (rig.peer.closed.isEmpty()) {
            rig.request(Arrays.copyOfRange(data, second, data.length));
        }
        String outcome = rig.outcome().replaceAll(" stop .*", ""); // whether it is also stopped depends on whether its end was there already
        assertTrue(!outcome.contains("null"), outcome);
        if (!rig.engine.isClosed()) {
            rig.quic.client.close(0x100, "");
            rig.run();
        }
        assertEquals(0, rig.slab.lentBytes());
        return outcome;
    }

    @FuzzTest(maxDuration = "10m")
    void client(byte[] data) {
        if (data.length < 2) {
            return;
        }
        equal(client(data, 0), client(data, 1));
    }

    private static String client(byte[] data, int pieces) {
        int first = Math.min(data.length, 1 + (data[0] & 0x0F));
        int second = Math.min(data.length, first + (data[0] >> 4 & 0x0F));
        ClientConformanceTest.Rig rig = new ClientConformanceTest.Rig(pieces, 2);
        rig.control(new byte[1], Wire.settings(), Arrays.copyOfRange(data, 1, first));
        if (rig.peer.closed.isEmpty()) {
            rig.uni(false, Arrays.copyOfRange(data, first, second));
        }
        if (rig.peer.closed.isEmpty() && rig.call.end.isEmpty()) {
            rig.response(Arrays.copyOfRange(data, second, data.length));
        }
        String outcome = rig.outcome().replaceAll(" stop .*", "") + rig.app.pushed;
        if (!rig.engine.isClosed()) {
            rig.quic.server.close(0x100, "");
            rig.run();
        }
        assertEquals(0, rig.slab.lentBytes());
        return outcome;
    }
}
