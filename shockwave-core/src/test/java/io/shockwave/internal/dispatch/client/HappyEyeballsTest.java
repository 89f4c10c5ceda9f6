package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 8305 in virtual time. */
class HappyEyeballsTest {
    private static final long MS = 1_000_000;

    private static String interleaved(String... literals) {
        InetAddress[] in = new InetAddress[literals.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = InetAddress.ofLiteral(literals[i]);
        }
        List<String> out = new ArrayList<>();
        for (InetAddress address : HappyEyeballs.interleave(in)) {
            out.add(address.getHostAddress().replace("0:0:0:0:0:0:0:", "::"));
        }
        return String.join(" ", out);
    }

    @Test
    void familiesAlternateBeginningWithTheFirst() {
        assertEquals("::1 1.1.1.1 ::2 1.1.1.2 ::3", interleaved("::1", "::2", "::3", "1.1.1.1", "1.1.1.2"));
        assertEquals("1.1.1.1 ::1 1.1.1.2 1.1.1.3", interleaved("1.1.1.1", "1.1.1.2", "1.1.1.3", "::1"));
        assertEquals("::1 ::2", interleaved("::1", "::2"));
        assertEquals("1.1.1.1", interleaved("1.1.1.1"));
        assertEquals("", interleaved());
    }

    @Test
    void attemptsAre250MillisecondsApart() {
        HappyEyeballs schedule = new HappyEyeballs(3, 0);
        assertEquals(0, schedule.start(0));
        assertEquals(-1, schedule.start(0));
        assertEquals(250 * MS, schedule.nextStartNs());
        assertEquals(-1, schedule.start(250 * MS - 1));
        assertEquals(1, schedule.start(250 * MS));
        assertEquals(500 * MS, schedule.nextStartNs());
        assertEquals(2, schedule.start(600 * MS));
        assertEquals(HappyEyeballs.NONE, schedule.nextStartNs());
        assertEquals(-1, schedule.start(10_000 * MS));
    }

    @Test
    void aFailureStartsTheNextAtOnceAndItsDelayAnew() {
        HappyEyeballs schedule = new HappyEyeballs(3, 0);
        assertEquals(0, schedule.start(0));
        schedule.failed(10 * MS);
        assertEquals(1, schedule.start(10 * MS));
        assertEquals(260 * MS, schedule.nextStartNs());
        assertFalse(schedule.isExhausted());
        schedule.failed(20 * MS);
        assertEquals(2, schedule.start(20 * MS));
        schedule.failed(30 * MS);
        assertTrue(schedule.isExhausted());
        assertEquals(-1, schedule.start(30 * MS));
    }
}
