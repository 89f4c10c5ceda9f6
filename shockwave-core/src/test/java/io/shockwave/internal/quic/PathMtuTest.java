package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 8899 and RFC 9000 14.3. */
class PathMtuTest {
    private static final long SECOND = 1_000_000_000L;

    /** Probes against a path that carries so much; returns the number of probes it took. */
    private static int search(PathMtu mtu, int carries, long nowNs) {
        int probes = 0;
        for (int size = mtu.probeBytes(nowNs); size != 0; size = mtu.probeBytes(nowNs)) {
            assertTrue(++probes < 100, "no end of probes");
            mtu.onProbeSent();
            assertEquals(0, mtu.probeBytes(nowNs), "one probe at a time");
            if (size <= carries) {
                mtu.onProbeAcked(size);
            } else {
                mtu.onProbeLost(size);
            }
        }
        return probes;
    }

    private static PathMtu started(int max) {
        PathMtu mtu = new PathMtu(max);
        mtu.start();
        return mtu;
    }

    @Test
    void nothingIsProbedBeforeTheHandshakeIsConfirmed() {
        PathMtu mtu = new PathMtu(1452);
        assertEquals(0, mtu.probeBytes(0));
        assertEquals(1200, mtu.currentBytes());
        mtu.start();
        assertEquals(1452, mtu.probeBytes(0));
    }

    @Test
    void whereTheLargestPassesOneProbeIsEnough() {
        for (int max : new int[] {1220, 1452, 1472, 9000, 65_527}) {
            PathMtu mtu = started(max);
            assertEquals(1, search(mtu, max, 0));
            assertEquals(max, mtu.currentBytes());
            assertFalse(mtu.isSearching());
        }
    }

    @Test
    void anyPathIsFoundToWithinAStep() {
        for (int carries = 1200; carries <= 9000; carries += 7) {
            PathMtu mtu = started(9000);
            int probes = search(mtu, carries, 0);
            assertTrue(mtu.currentBytes() <= carries && mtu.currentBytes() > carries - PathMtu.STEP_BYTES - 1, mtu.currentBytes() + " of " + carries);
            assertTrue(probes <= 40, probes + " probes");
        }
    }

    @Test
    void threeLossesAreNeededToGiveUpASize() {
        PathMtu mtu = started(1452);
        for (int i = 0; i < 2; i++) {
            mtu.onProbeSent();
            mtu.onProbeLost(1452);
            assertEquals(1452, mtu.probeBytes(0));
        }
        mtu.onProbeSent();
        assertTrue(mtu.onProbeAcked(1452));
        assertEquals(1452, mtu.currentBytes());
    }

    @Test
    void neverBelowTheBaseNorAboveWhatThePeerTakes() {
        PathMtu mtu = started(1452);
        mtu.limit(1300);
        search(mtu, 1500, 0);
        assertEquals(1300, mtu.currentBytes());
        PathMtu small = started(1000);
        assertEquals(0, small.probeBytes(0));
        assertEquals(1200, small.currentBytes());
        PathMtu refused = started(1452);
        refused.limit(1200);
        assertEquals(0, refused.probeBytes(0));
    }

    @Test
    void tenMinutesLaterALargerSizeIsTriedAgain() {
        PathMtu mtu = started(1452);
        search(mtu, 1300, 0);
        int found = mtu.currentBytes();
        assertEquals(0, mtu.probeBytes(600 * SECOND - 1));
        assertEquals(1452, mtu.probeBytes(600 * SECOND));
        search(mtu, 1452, 600 * SECOND);
        assertEquals(1452, mtu.currentBytes());
        assertTrue(found < 1301);
        assertEquals(0, mtu.probeBytes(6000 * SECOND), "at the largest there is nothing to raise");
    }

    @Test
    void losesOfLargeDatagramsAtThreeTimesAreABlackHole() {
        PathMtu mtu = started(1452);
        search(mtu, 1452, 0);
        assertFalse(mtu.onLost(1452, SECOND, SECOND / 10));
        assertFalse(mtu.onLost(1452, SECOND + 5, SECOND / 10), "one burst counts once");
        assertFalse(mtu.onLost(1452, 2 * SECOND, SECOND / 10));
        assertTrue(mtu.onLost(1452, 3 * SECOND, SECOND / 10));
        assertEquals(1200, mtu.currentBytes());
        assertEquals(1, mtu.blackHoles());
        assertTrue(mtu.isSearching());
    }

    @Test
    void aLargeDatagramThatArrivesProvesThePath() {
        PathMtu mtu = started(1452);
        search(mtu, 1452, 0);
        for (int i = 1; i < 50; i++) {
            assertFalse(mtu.onLost(1452, i * SECOND, SECOND / 10));
            mtu.onAcked(1452, i * SECOND + SECOND / 2);
        }
        assertEquals(0, mtu.blackHoles());
    }

    @Test
    void smallDatagramsProveNothingAndTheirLossNeither() {
        PathMtu mtu = started(1452);
        search(mtu, 1452, 0);
        for (int i = 1; i < 10; i++) {
            assertFalse(mtu.onLost(1200, i * SECOND, SECOND / 10));
        }
        mtu.onLost(1452, 20 * SECOND, SECOND / 10);
        mtu.onAcked(1200, 21 * SECOND);
        mtu.onLost(1452, 22 * SECOND, SECOND / 10);
        assertTrue(mtu.onLost(1452, 23 * SECOND, SECOND / 10));
    }

    @Test
    void twoTimeoutsInARowFallBackToTheBase() {
        PathMtu mtu = started(1452);
        search(mtu, 1452, 0);
        assertFalse(mtu.onProbeTimeout(1));
        assertTrue(mtu.onProbeTimeout(2));
        assertEquals(1200, mtu.currentBytes());
        assertFalse(mtu.onProbeTimeout(3), "nothing lower to fall back to");
    }

    @Test
    void aNewPathIsSearchedAnew() {
        PathMtu mtu = started(1452);
        search(mtu, 1452, 0);
        mtu.reset();
        assertEquals(1200, mtu.currentBytes());
        assertEquals(1452, mtu.probeBytes(0));
    }
}
