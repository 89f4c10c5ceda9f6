package io.shockwave.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HandoffTest {
    private final Handoff handoff = new Handoff();
    private final List<String> ran = new ArrayList<>();

    private final class Named extends Handoff.Task {
        private final String name;
        private final Runnable also;
        private Throwable fault;

        Named(String name, Runnable also) {
            this.name = name;
            this.also = also;
        }

        @Override
        protected void run(Reactor reactor) {
            ran.add(name);
            also.run();
        }

        @Override
        protected void failed(Reactor reactor, Throwable cause) {
            fault = cause;
        }
    }

    private Named task(String name) {
        return new Named(name, () -> { });
    }

    @Test
    void runsInTheOrderOfHandingOver() {
        for (String name : new String[] {"a", "b", "c", "d"}) {
            handoff.push(task(name));
        }
        assertFalse(handoff.isEmpty());
        handoff.drain(null);
        assertEquals(List.of("a", "b", "c", "d"), ran);
        assertTrue(handoff.isEmpty());
        handoff.drain(null);
        assertEquals(4, ran.size());
    }

    @Test
    void whatComesWhileRunningWaitsForTheNextTurn() {
        Named[] again = new Named[1];
        again[0] = new Named("a", () -> {
            if (ran.size() < 3) {
                handoff.push(again[0]); // itself: it was taken
            }
        });
        handoff.push(again[0]);
        handoff.push(task("b"));
        handoff.drain(null);
        assertEquals(List.of("a", "b"), ran);
        handoff.drain(null);
        assertEquals(List.of("a", "b", "a"), ran);
    }

    @Test
    void oneThatThrowsDoesNotLoseTheOthers() {
        IllegalStateException made = new IllegalStateException("made");
        Named bad = new Named("bad", () -> {
            throw made;
        });
        handoff.push(task("a"));
        handoff.push(bad);
        handoff.push(task("b"));
        handoff.drain(null);
        assertEquals(List.of("a", "bad", "b"), ran);
        assertEquals(made, bad.fault);
    }

    /** Each producer's tasks run in its order, each once, and a sleeping reactor is woken for the last. */
    @Test
    void aReactorRunsWhatManyThreadsHandOver() throws IOException, InterruptedException {
        Reactor reactor = new Reactor("handoff-test");
        reactor.start();
        int producers = 4;
        int each = 5_000;
        CountDownLatch all = new CountDownLatch(producers * each);
        AtomicInteger disorder = new AtomicInteger();
        int[] last = new int[producers];
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 1; i <= each; i++) {
                    int number = i;
                    reactor.hand(new Handoff.Task() {
                        @Override
                        protected void run(Reactor on) {
                            if (!on.isCurrent() || last[producer] != number - 1) {
                                disorder.incrementAndGet();
                            }
                            last[producer] = number;
                            all.countDown();
                        }
                    });
                    if (number % 100 == 0) {
                        Thread.yield();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertTrue(all.await(10, TimeUnit.SECONDS), () -> all.getCount() + " tasks were lost, or the reactor sleeps");
        assertEquals(0, disorder.get());
        reactor.stop();
        reactor.join();
    }

    @Test
    void aReactorSurvivesATaskThatThrows() throws IOException, InterruptedException {
        Reactor reactor = new Reactor("fault-test");
        reactor.start();
        CountDownLatch after = new CountDownLatch(1);
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor on) {
                throw new StackOverflowError("made");
            }

            @Override
            protected void failed(Reactor on, Throwable cause) {
                // As expected.
            }
        });
        reactor.hand(new Handoff.Task() {
            @Override
            protected void run(Reactor on) {
                after.countDown();
            }
        });
        assertTrue(after.await(10, TimeUnit.SECONDS));
        reactor.stop();
        reactor.join();
    }
}
