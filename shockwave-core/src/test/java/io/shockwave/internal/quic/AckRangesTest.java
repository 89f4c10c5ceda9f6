package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AckRangesTest {
    private final AckRanges ranges = new AckRanges();
    private final byte[] buf = new byte[1_200];

    private static String ack(AckRanges ranges, byte[] buf, int maxBytes) {
        int end = ranges.write(buf, 3, maxBytes, 5);
        if (end == 3) {
            return "";
        }
        assertTrue(end - 3 <= maxBytes, "larger than the room");
        FrameLog log = new FrameLog();
        FrameDecoder decoder = new FrameDecoder(false);
        assertEquals(0, decoder.decode(PacketType.ONE_RTT, buf, 3, end - 3, log));
        return log.toString();
    }

    @Test
    void nothingReceivedWritesNothing() {
        assertEquals(3, ranges.write(buf, 3, 100, 0));
        assertEquals(AckRanges.NONE, ranges.largest());
        assertTrue(ranges.isEmpty());
    }

    @Test
    void rangesAreToldHighestFirst() {
        for (long n : new long[] {0, 1, 2, 5, 9, 8, 7}) {
            assertTrue(ranges.add(n));
        }
        assertEquals("ack 9 5 [7-9] [5-5] [0-2] end -1 -1 -1\n", ack(ranges, buf, 100));
    }

    @Test
    void aFilledGapJoins() {
        ranges.add(1);
        ranges.add(3);
        assertEquals(2, ranges.ranges());
        ranges.add(2);
        assertEquals(1, ranges.ranges());
        assertEquals("ack 3 5 [1-3] end -1 -1 -1\n", ack(ranges, buf, 100));
    }

    @Test
    void duplicatesAreTold() {
        assertTrue(ranges.add(4));
        assertFalse(ranges.add(4));
        assertFalse(ranges.contains(3));
        assertTrue(ranges.contains(4));
    }

    /** RFC 9000 13.4.1, 19.3.2. */
    @Test
    void marksAreCounted() {
        ranges.add(0);
        ranges.ecn(0);
        assertEquals("ack 0 5 [0-0] end -1 -1 -1\n", ack(ranges, buf, 100));
        ranges.ecn(2);
        ranges.ecn(2);
        ranges.ecn(1);
        ranges.ecn(3);
        assertEquals("ack 0 5 [0-0] end 2 1 1\n", ack(ranges, buf, 100));
    }

    @Test
    void keepsExactlyTheBoundAndForgetsTheLowestBeyond() {
        for (int i = 0; i < AckRanges.MAX_RANGES; i++) {
            assertTrue(ranges.add(10 + 2L * i));
        }
        assertEquals(AckRanges.MAX_RANGES, ranges.ranges());
        assertTrue(ranges.contains(10));
        assertFalse(ranges.contains(9));
        assertFalse(ranges.contains(11));
        assertTrue(ranges.add(10 + 2L * AckRanges.MAX_RANGES));
        assertEquals(AckRanges.MAX_RANGES, ranges.ranges());
        assertTrue(ranges.contains(9), "what cannot be told from a duplicate is one");
        assertFalse(ranges.add(10));
        assertFalse(ranges.contains(11));
        assertFalse(ranges.add(3));
    }

    @Test
    void aRangeBelowAllOthersIsNotTakenWhenThereIsNoRoom() {
        for (int i = 0; i < AckRanges.MAX_RANGES; i++) {
            ranges.add(10 + 2L * i);
        }
        assertFalse(ranges.add(5), "there is no room to remember it by, so it must not be processed");
        assertEquals(10, ranges.smallest(0));
    }

    @Test
    void sendsAtMostItsBoundOfRanges() {
        for (int i = 0; i < AckRanges.MAX_RANGES; i++) {
            ranges.add(2L * i);
        }
        String text = ack(ranges, buf, 1_200);
        assertEquals(AckRanges.MAX_SENT_RANGES, text.chars().filter(c -> c == '[').count());
        assertTrue(text.startsWith("ack 126 5 [126-126] [124-124]"), text);
    }

    @Test
    void sendsWhatFits() {
        ranges.add(0);
        ranges.add(2);
        ranges.add(4);
        assertEquals("", ack(ranges, buf, 4));
        assertEquals("ack 4 5 [4-4] end -1 -1 -1\n", ack(ranges, buf, 5));
        assertEquals("ack 4 5 [4-4] end -1 -1 -1\n", ack(ranges, buf, 6));
        assertEquals("ack 4 5 [4-4] [2-2] end -1 -1 -1\n", ack(ranges, buf, 7));
        assertEquals("ack 4 5 [4-4] [2-2] [0-0] end -1 -1 -1\n", ack(ranges, buf, 9));
        ranges.ecn(3);
        assertEquals("", ack(ranges, buf, 7));
        assertEquals("ack 4 5 [4-4] end 0 0 1\n", ack(ranges, buf, 8));
    }

    /** RFC 9000 13.2.4. */
    @Test
    void whatThePeerKnowsIsNotRepeatedUntilSomethingOlderComes() {
        ranges.add(0);
        ranges.add(4);
        ranges.add(8);
        ranges.confirmed(4);
        assertEquals("ack 8 5 [8-8] end -1 -1 -1\n", ack(ranges, buf, 100));
        assertTrue(ranges.contains(0));
        assertTrue(ranges.add(2), "late, not a duplicate");
        assertEquals("ack 8 5 [8-8] [4-4] [2-2] end -1 -1 -1\n", ack(ranges, buf, 100));
    }

    /** Against a set of numbers: whatever comes in whatever order. */
    @Test
    void agreesWithASetOfNumbers() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            AckRanges tested = new AckRanges();
            TreeSet<Long> model = new TreeSet<>();
            long base = seed % 3 == 0 ? 0 : random.nextLong(PacketNumbers.MAX - 10_000);
            long forgotten = -1;
            for (int i = 0; i < 400; i++) {
                long number = base + (random.nextInt(4) == 0 ? random.nextInt(600) : i + random.nextInt(1 + seed % 20));
                boolean isNew = number > forgotten && !model.contains(number);
                assertEquals(!isNew, tested.contains(number));
                boolean added = tested.add(number);
                if (isNew && !added) {
                    assertEquals(AckRanges.MAX_RANGES, tested.ranges());
                    assertTrue(number < tested.smallest(0), "only what lies lowest is not taken");
                } else {
                    assertEquals(isNew, added);
                }
                if (added) {
                    model.add(number);
                    while (rangesOf(model) > AckRanges.MAX_RANGES) {
                        forgotten = endOfFirst(model);
                        model.headSet(forgotten, true).clear();
                    }
                }
                assertEquals(model.last(), tested.largest());
                if (i % 20 == 0) {
                    assertEquals(text(model), text(tested), "seed " + seed + " step " + i);
                }
            }
            assertEquals(text(model), text(tested), "seed " + seed);
        }
    }

    private static int rangesOf(TreeSet<Long> set) {
        int count = 0;
        long before = Long.MIN_VALUE;
        for (long n : set) {
            count += n != before + 1 ? 1 : 0;
            before = n;
        }
        return count;
    }

    private static long endOfFirst(TreeSet<Long> set) {
        long n = set.first();
        while (set.contains(n + 1)) {
            n++;
        }
        return n;
    }

    private static String text(TreeSet<Long> set) {
        StringBuilder out = new StringBuilder();
        long before = Long.MIN_VALUE;
        for (long n : set) {
            if (n != before + 1) {
                out.append(out.isEmpty() ? "" : before + " ").append(n).append('-');
            }
            before = n;
        }
        return out.append(before).toString();
    }

    private static String text(AckRanges ranges) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < ranges.ranges(); i++) {
            out.append(i == 0 ? "" : " ").append(ranges.smallest(i)).append('-').append(ranges.largest(i));
        }
        return out.toString();
    }
}
