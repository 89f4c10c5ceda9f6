package io.shockwave.internal.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.memory.Slab;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ByteRingTest {
    private final Slab slab = new Slab(1 << 20);

    private ByteRing open(int capacity) {
        ByteRing ring = new ByteRing(slab);
        ring.open(capacity);
        return ring;
    }

    @Test
    void takesItsCapacityAndNotOneMore() {
        ByteRing ring = open(512);
        assertEquals(512, ring.capacity());
        assertEquals(512, ring.write(new byte[513], 0, 513));
        assertEquals(0, ring.room());
        assertEquals(0, ring.write(new byte[1], 0, 1));
        assertEquals(512, ring.read(new byte[600], 0, 600));
        assertEquals(0, ring.read(new byte[1], 0, 1));
        assertEquals(512, ring.room());
    }

    @Test
    void capacityIsAtLeastWhatWasAskedFor() {
        for (int asked : new int[] {1, 2, 511, 512, 513, 1_024, 1_025, 16_384, 65_535}) {
            ByteRing ring = open(asked);
            assertTrue(ring.capacity() >= asked, asked + " gave " + ring.capacity());
            assertEquals(asked, ring.write(new byte[asked], 0, asked));
            ring.release();
        }
    }

    @Test
    void aClosedRingTakesAndGivesNothing() {
        ByteRing ring = new ByteRing(slab);
        assertFalse(ring.isOpen());
        assertEquals(0, ring.read(new byte[1], 0, 1));
        assertEquals(0, ring.available());
        ring.open(100);
        ring.write(new byte[50], 0, 50);
        ring.release();
        ring.release();
        assertFalse(ring.isOpen());
        assertEquals(0, ring.available());
        assertEquals(0, slab.lentBytes());
    }

    @Test
    void discardForgetsWhatIsThere() {
        ByteRing ring = open(512);
        ring.write(new byte[300], 0, 300);
        ring.discard();
        assertEquals(0, ring.available());
        assertEquals(512, ring.room());
    }

    @Test
    void forgottenBytesAreNotLentAgain() {
        ByteRing ring = open(512);
        ring.write(new byte[] {1, 2, 3}, 0, 3);
        ring.forget();
        assertEquals(0, slab.lentBytes());
        assertEquals(0, slab.freeBytes());
        byte[] got = new byte[3];
        assertEquals(3, ring.read(got, 0, 3));
        assertArrayEquals(new byte[] {1, 2, 3}, got);
    }

    /** Against a queue, over many wraps. */
    @Test
    void isAQueueOfBytes() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            ByteRing ring = open(512);
            ArrayDeque<Byte> model = new ArrayDeque<>();
            byte[] buf = new byte[700];
            for (int step = 0; step < 3_000; step++) {
                int off = random.nextInt(50);
                int len = random.nextInt(600);
                if (random.nextBoolean()) {
                    random.nextBytes(buf);
                    int expected = Math.min(len, 512 - model.size());
                    assertEquals(expected, ring.write(buf, off, len));
                    for (int i = 0; i < expected; i++) {
                        model.add(buf[off + i]);
                    }
                } else {
                    int expected = Math.min(len, model.size());
                    assertEquals(expected, ring.read(buf, off, len));
                    for (int i = 0; i < expected; i++) {
                        assertEquals(model.remove(), buf[off + i], "seed " + seed);
                    }
                }
                assertEquals(model.size(), ring.available());
            }
            ring.release();
        }
    }

    @Test
    void twoThreadsSeeEveryByteOnceAndInOrder() throws InterruptedException {
        ByteRing ring = open(512);
        int total = 3_000_000;
        CRC32 sent = new CRC32();
        Thread writer = Thread.ofPlatform().start(() -> {
            Random random = new Random(1);
            byte[] piece = new byte[200];
            int left = total;
            while (left > 0) {
                int len = Math.min(left, 1 + random.nextInt(piece.length));
                random.nextBytes(piece);
                sent.update(piece, 0, len);
                int at = 0;
                while (at < len) {
                    int n = ring.write(piece, at, len - at);
                    at += n;
                    if (n == 0) {
                        Thread.onSpinWait();
                    }
                }
                left -= len;
            }
        });
        CRC32 got = new CRC32();
        byte[] buf = new byte[300];
        int count = 0;
        while (count < total) {
            int n = ring.read(buf, 0, buf.length);
            got.update(buf, 0, n);
            count += n;
            if (n == 0) {
                Thread.onSpinWait();
            }
        }
        writer.join();
        assertEquals(sent.getValue(), got.getValue());
        assertEquals(0, ring.available());
    }
}
