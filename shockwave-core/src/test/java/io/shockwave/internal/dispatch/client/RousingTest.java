package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.dispatch.Waiter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RousingTest {
    private static final Waiter.Condition<AtomicInteger> POSITIVE = of -> of.get() > 0;

    /** Each of {@code count} threads waits for its number to become positive, {@code turns} times, and is woken with all others. */
    private static void wakeAll(int count, int turns) throws InterruptedException {
        Rousing rousing = new Rousing();
        Waiter[] waiters = new Waiter[count];
        AtomicInteger[] numbers = new AtomicInteger[count];
        AtomicInteger done = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Waiter waiter = waiters[i] = new Waiter();
            AtomicInteger number = numbers[i] = new AtomicInteger();
            Thread.ofVirtual().start(() -> {
                for (int turn = 0; turn < turns; turn++) {
                    waiter.awaitUninterruptibly(number, POSITIVE);
                    number.decrementAndGet();
                    done.incrementAndGet();
                }
                ended.countDown();
            });
        }
        for (int turn = 0; turn < turns; turn++) {
            for (int i = 0; i < count; i++) {
                numbers[i].incrementAndGet();
                Thread waiting = waiters[i].waiting();
                if (waiting != null) {
                    rousing.add(waiting);
                }
            }
            rousing.begin();
        }
        assertTrue(ended.await(50, TimeUnit.SECONDS), () -> "woken " + done + " times");
        assertEquals(count * turns, done.get());
        rousing.end();
    }

    @Test
    void wakesEachThatWasAdded() throws Exception {
        wakeAll(20, 200);
    }

    @Test
    void wakesThoseTooThatItHasNoRoomFor() throws Exception {
        wakeAll(1_000, 20);
    }

    @Test
    void endsBeforeItBegan() {
        new Rousing().end();
    }
}
