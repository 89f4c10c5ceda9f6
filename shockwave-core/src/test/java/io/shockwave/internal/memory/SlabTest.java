package io.shockwave.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class SlabTest {
    private final Slab slab = new Slab(1 << 20);

    @Test
    void lendsAtLeastWhatIsAskedFor() {
        int[][] sizes = {{0, 512}, {1, 512}, {512, 512}, {513, 1_024}, {1_024, 1_024}, {1_025, 2_048}, {Slab.MAX_KEPT_BYTES, Slab.MAX_KEPT_BYTES}, {Slab.MAX_KEPT_BYTES + 1, Slab.MAX_KEPT_BYTES + 1}};
        for (int[] size : sizes) {
            assertEquals(size[1], slab.lend(size[0]).length, "for " + size[0]);
        }
    }

    @Test
    void whatComesBackIsLentAgain() {
        byte[] first = slab.lend(600);
        assertEquals(1_024, slab.lentBytes());
        slab.giveBack(first);
        assertEquals(0, slab.lentBytes());
        assertEquals(1_024, slab.freeBytes());
        assertNotSame(first, slab.lend(500));
        assertSame(first, slab.lend(1_000));
        assertEquals(0, slab.freeBytes());
    }

    @Test
    void theLargestAreNotKept() {
        slab.giveBack(slab.lend(Slab.MAX_KEPT_BYTES + 1));
        assertEquals(0, slab.freeBytes());
        assertEquals(0, slab.lentBytes());
        slab.giveBack(slab.lend(Slab.MAX_KEPT_BYTES));
        assertEquals(Slab.MAX_KEPT_BYTES, slab.freeBytes());
    }

    @Test
    void aBurstDoesNotStay() {
        Slab small = new Slab(4 * 512);
        List<byte[]> burst = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            burst.add(small.lend(1));
        }
        burst.forEach(small::giveBack);
        assertEquals(4 * 512, small.freeBytes());
        assertEquals(0, small.lentBytes());
    }

    @Test
    void whatIsForgottenIsNoLongerCountedAndNotLentAgain() {
        byte[] lost = slab.lend(512);
        slab.forget(lost);
        assertEquals(0, slab.lentBytes());
        assertEquals(0, slab.freeBytes());
        assertNotSame(lost, slab.lend(512));
    }

    @Test
    void noArrayIsLentTwiceAtATime() {
        Random random = new Random(1);
        Set<byte[]> out = Collections.newSetFromMap(new IdentityHashMap<>());
        List<byte[]> held = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < 20_000; i++) {
            if (held.isEmpty() || held.size() < 200 && random.nextBoolean()) {
                byte[] lent = slab.lend(random.nextInt(9_000));
                assertTrue(out.add(lent));
                held.add(lent);
                bytes += lent.length;
            } else {
                byte[] back = held.remove(random.nextInt(held.size()));
                out.remove(back);
                bytes -= back.length;
                slab.giveBack(back);
            }
            assertEquals(bytes, slab.lentBytes());
        }
    }

    @Test
    void threadsDoNotShareWhatTheyBorrowed() throws InterruptedException {
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 1; t <= 4; t++) {
            byte mark = (byte) t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    byte[] lent = slab.lend(512);
                    lent[0] = mark;
                    lent[511] = mark;
                    Thread.onSpinWait();
                    if (lent[0] != mark || lent[511] != mark) {
                        wrong.add("array of " + mark);
                    }
                    slab.giveBack(lent);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(wrong.isEmpty(), wrong::toString);
        assertEquals(0, slab.lentBytes());
    }
}
