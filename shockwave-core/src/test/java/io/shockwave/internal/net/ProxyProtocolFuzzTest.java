package io.shockwave.internal.net;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

class ProxyProtocolFuzzTest {
    /** The first byte says where the rest is cut in two; both ways must end alike, and within the bounds. */
    @FuzzTest(maxDuration = "10m")
    void anyBytes(byte[] data) {
        if (data.length == 0) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(data, 1, data.length);
        int cut = (data[0] & 0xFF) % (bytes.length + 1);
        ProxyProtocol whole = new ProxyProtocol();
        ProxyProtocol halves = new ProxyProtocol();
        int taken = whole.receive(bytes, 0, bytes.length);
        int takenInHalves = halves.receive(bytes, 0, cut);
        takenInHalves += halves.receive(bytes, cut, bytes.length - cut);
        check(taken == takenInHalves, "split changes what is taken");
        check(whole.isDone() == halves.isDone() && whole.isViolated() == halves.isViolated() && whole.violation().equals(halves.violation()), "split changes the outcome");
        check(taken == bytes.length || whole.isDone() || whole.isViolated(), "bytes left without an end");
        check(taken <= 16 + ProxyProtocol.MAX_V2_LENGTH, "bound");
        check(!whole.isViolated() || !whole.hasAddresses(), "addresses of a header that is no header");
        if (whole.isDone() && whole.hasAddresses()) {
            check(whole.source().equals(halves.source()) && whole.destination().equals(halves.destination()), "split changes addresses");
            check(!whole.source().isUnresolved(), "unresolved");
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
