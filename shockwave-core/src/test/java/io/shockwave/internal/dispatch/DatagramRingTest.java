package io.shockwave.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DatagramRingTest {
    private final DatagramRing ring = new DatagramRing();
    private final byte[] dst = new byte[DatagramRing.CAPACITY];

    private static byte[] filled(int len, int with) {
        byte[] bytes = new byte[len];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    private void offer(int len, int with) {
        ring.offer(filled(len, with), 0, len);
    }

    @Test
    void theLargestIsWhatFillsItAndOneMoreIsDropped() {
        int most = DatagramRing.CAPACITY - DatagramRing.HEAD_BYTES;
        offer(most, 1);
        assertEquals(most, ring.poll(dst, 0, dst.length));
        assertEquals(0, ring.dropped());
        offer(most + 1, 1);
        assertEquals(1, ring.dropped());
        assertEquals(DatagramRing.NONE, ring.poll(dst, 0, dst.length));
    }

    @Test
    void theOldestMakeRoomForTheNewest() {
        for (int i = 0; i < 64; i++) {
            offer(1_022, i); // 64 of 1,024 bytes with their heads
        }
        assertEquals(0, ring.dropped());
        offer(1_023, 64);
        assertEquals(2, ring.dropped());
        assertEquals(1_022, ring.poll(dst, 0, dst.length));
        assertEquals(2, dst[0]);
    }

    @Test
    void anEmptyDatagramIsOne() {
        offer(0, 0);
        assertEquals(0, ring.poll(dst, 0, dst.length));
        assertEquals(DatagramRing.NONE, ring.poll(dst, 0, dst.length));
    }

    @Test
    void whatDoesNotFitTheReaderIsLostWithoutTheNext() {
        offer(100, 1);
        offer(5, 2);
        assertEquals(100, ring.poll(dst, 3, 10));
        assertArrayEquals(filled(10, 1), Arrays.copyOfRange(dst, 3, 13));
        assertEquals(0, dst[13]);
        assertEquals(5, ring.poll(dst, 0, 10));
    }

    @Test
    void agreesWithAModel() {
        for (int seed = 0; seed < 20; seed++) {
            DatagramRing tested = new DatagramRing();
            ArrayDeque<byte[]> model = new ArrayDeque<>();
            int held = 0;
            int dropped = 0;
            Random random = new Random(seed);
            for (int i = 0; i < 3_000; i++) {
                if (random.nextInt(5) < 3) {
                    byte[] one = new byte[random.nextInt(random.nextInt(10) == 0 ? 20_000 : 1_500)];
                    random.nextBytes(one);
                    tested.offer(one, 0, one.length);
                    model.add(one);
                    held += one.length + 2;
                    while (held > DatagramRing.CAPACITY) {
                        held -= model.remove().length + 2;
                        dropped++;
                    }
                } else {
                    byte[] one = model.poll();
                    int n = tested.poll(dst, 0, dst.length);
                    assertEquals(one == null ? DatagramRing.NONE : one.length, n, "seed " + seed);
                    if (one != null) {
                        held -= one.length + 2;
                        assertArrayEquals(one, Arrays.copyOf(dst, n), "seed " + seed);
                    }
                }
            }
            assertEquals(dropped, tested.dropped());
        }
    }
}
