package io.shockwave.internal.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TimerWheelTest {
    private static final long MS = 1_000_000;

    private final TimerWheel wheel = new TimerWheel();
    private final List<Object> fired = new ArrayList<>();
    private final TimerWheel.Sink sink = (owner, nowNs) -> fired.add(owner);

    @Test
    void firesAtItsDeadlineAndNotANanosecondBefore() {
        wheel.schedule(5 * MS, "a");
        assertEquals(0, wheel.expire(5 * MS - 1, sink));
        assertEquals(1, wheel.expire(5 * MS, sink));
        assertEquals(List.of("a"), fired);
        assertEquals(0, wheel.expire(6 * MS, sink));
    }

    @Test
    void firesWhatIsSeveralTurnsOfTheWheelAhead() {
        long turnNs = (long) TimerWheel.DEFAULT_SLOTS << TimerWheel.DEFAULT_TICK_BITS;
        wheel.schedule(3 * turnNs + 7, "late");
        wheel.schedule(7, "early"); // the same slot
        assertEquals(1, wheel.expire(turnNs, sink));
        assertEquals(List.of("early"), fired);
        assertEquals(3 * turnNs + 7, wheel.nextDeadlineNs());
        assertEquals(0, wheel.expire(3 * turnNs + 6, sink));
        assertEquals(1, wheel.expire(3 * turnNs + 7, sink));
    }

    @Test
    void firesADeadlineThatIsAlreadyPast() {
        wheel.expire(100 * MS, sink);
        wheel.schedule(0, "past");
        assertEquals(0, wheel.nextDeadlineNs());
        assertEquals(1, wheel.expire(100 * MS, sink));
    }

    @Test
    void aCancelledTimerNeverFires() {
        int id = wheel.schedule(MS, "a");
        assertTrue(wheel.cancel(id));
        assertFalse(wheel.cancel(id));
        assertEquals(0, wheel.expire(2 * MS, sink));
        assertEquals(0, wheel.size());
    }

    @Test
    void aStaleIdDoesNotTouchTheTimerThatReusesItsIndex() {
        int first = wheel.schedule(MS, "a");
        wheel.cancel(first);
        int second = wheel.schedule(MS, "b");
        assertFalse(wheel.cancel(first));
        assertFalse(wheel.reschedule(first, 9 * MS));
        assertFalse(wheel.isPending(first));
        assertTrue(wheel.isPending(second));
        wheel.expire(MS, sink);
        assertEquals(List.of("b"), fired);
        assertFalse(wheel.isPending(second));
    }

    @Test
    void idsThatWereNeverIssuedAreNotPending() {
        assertFalse(wheel.isPending(0));
        assertFalse(wheel.isPending(-1));
        assertFalse(wheel.isPending(Integer.MAX_VALUE));
        assertFalse(wheel.cancel(-1));
    }

    @Test
    void nextDeadlineIsNoneWithoutTimersAndTheEarliestOtherwise() {
        assertEquals(TimerWheel.NONE, wheel.nextDeadlineNs());
        wheel.schedule(9 * MS, "a");
        int id = wheel.schedule(4 * MS, "b");
        assertEquals(4 * MS, wheel.nextDeadlineNs());
        wheel.cancel(id);
        assertEquals(4 * MS, wheel.nextDeadlineNs(), "early after a cancel, which costs one wake-up");
        wheel.expire(4 * MS, sink);
        assertEquals(9 * MS, wheel.nextDeadlineNs(), "and exact after it");
        wheel.expire(9 * MS, sink);
        assertEquals(TimerWheel.NONE, wheel.nextDeadlineNs());
    }

    @Test
    void rescheduleMovesEarlierAndLaterAndKeepsTheId() {
        int id = wheel.schedule(50 * MS, "a");
        assertTrue(wheel.reschedule(id, 10 * MS));
        assertEquals(10 * MS, wheel.nextDeadlineNs());
        assertTrue(wheel.reschedule(id, 20 * MS));
        assertEquals(0, wheel.expire(19 * MS, sink));
        assertEquals(1, wheel.expire(20 * MS, sink));
    }

    @Test
    void theSinkMaySchedule_andThatWaitsForTheNextCall() {
        int[] calls = {0};
        wheel.schedule(MS, "again");
        TimerWheel.Sink again = (owner, nowNs) -> {
            calls[0]++;
            wheel.schedule(nowNs, owner);
        };
        assertEquals(1, wheel.expire(MS, again));
        assertEquals(1, calls[0]);
        assertEquals(MS, wheel.nextDeadlineNs());
        assertEquals(1, wheel.expire(MS, again));
    }

    @Test
    void theSinkMayCancelATimerThatIsDueInTheSameCall() {
        int[] ids = new int[2];
        TimerWheel.Sink cancelsBoth = (owner, nowNs) -> {
            fired.add(owner);
            wheel.cancel(ids[0]);
            wheel.cancel(ids[1]);
        };
        ids[0] = wheel.schedule(MS, "a");
        ids[1] = wheel.schedule(MS, "b");
        assertEquals(1, wheel.expire(MS, cancelsBoth));
        assertEquals(1, fired.size());
        assertEquals(0, wheel.size());
        assertEquals(TimerWheel.NONE, wheel.nextDeadlineNs());
    }

    @Test
    void theRestStaysDueWhenTheSinkThrows() {
        wheel.schedule(MS, "a");
        wheel.schedule(MS, "b");
        assertThrows(IllegalStateException.class, () -> wheel.expire(MS, (owner, nowNs) -> {
            throw new IllegalStateException("broken owner");
        }));
        assertEquals(0, wheel.nextDeadlineNs());
        assertEquals(1, wheel.expire(MS, sink));
        assertEquals(1, fired.size());
    }

    @Test
    void aTimerAtTheEndOfTimeIsHeldButAsksForNoWakeUp() {
        int id = wheel.schedule(Long.MAX_VALUE, "never");
        assertEquals(TimerWheel.NONE, wheel.nextDeadlineNs());
        assertTrue(wheel.isPending(id));
        assertEquals(0, wheel.expire(Long.MAX_VALUE - 1, sink));
    }

    @Test
    void holdsAMillionTimersAndRefusesOneMore() {
        for (int i = 0; i < TimerWheel.MAX_TIMERS; i++) {
            wheel.schedule(i, this);
        }
        assertThrows(IllegalStateException.class, () -> wheel.schedule(0, this));
        int[] count = {0};
        assertEquals(TimerWheel.MAX_TIMERS, wheel.expire(TimerWheel.MAX_TIMERS, (owner, nowNs) -> count[0]++));
        assertEquals(TimerWheel.MAX_TIMERS, count[0]);
        wheel.schedule(0, this);
    }

    @Test
    void refusesNegativeDeadlinesMissingOwnersAndBadShapes() {
        assertThrows(IllegalArgumentException.class, () -> wheel.schedule(-1, "a"));
        assertThrows(NullPointerException.class, () -> wheel.schedule(0, null));
        assertThrows(IllegalArgumentException.class, () -> wheel.reschedule(0, -1));
        assertThrows(IllegalArgumentException.class, () -> new TimerWheel(41, 16));
        assertThrows(IllegalArgumentException.class, () -> new TimerWheel(10, 3));
        assertThrows(IllegalArgumentException.class, () -> new TimerWheel(10, 0));
    }

    /** Against a sorted set, with deadlines inside a turn, across turns and in the past. */
    @Test
    void agreesWithASortedSetOverRandomOperations() {
        for (long seed = 0; seed < 40; seed++) {
            new Model(seed).run(3_000);
        }
    }

    private static final class Model {
        private record Timer(long deadlineNs, int number) {}

        private final long seed;
        private final SplittableRandom random;
        private final TimerWheel wheel;
        private final TreeSet<Timer> pending =
                new TreeSet<>(Comparator.comparingLong(Timer::deadlineNs).thenComparingInt(Timer::number));
        private final Map<Integer, Timer> byId = new HashMap<>();
        private final Map<Integer, Integer> idOfNumber = new HashMap<>();
        private final List<Integer> staleIds = new ArrayList<>();
        private long nowNs;
        private int numbers;

        Model(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            wheel = new TimerWheel(random.nextInt(8), 1 << random.nextInt(6));
        }

        void run(int steps) {
            for (int step = 0; step < steps; step++) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> add(nowNs);
                    case 2 -> cancel();
                    case 3 -> move();
                    default -> expire();
                }
                assertEquals(pending.size(), wheel.size(), "seed " + seed);
                long next = wheel.nextDeadlineNs();
                if (pending.isEmpty()) {
                    assertEquals(TimerWheel.NONE, next, "seed " + seed);
                } else {
                    assertTrue(next != TimerWheel.NONE && next <= pending.first().deadlineNs(), "seed " + seed);
                }
            }
        }

        private long anyDeadline() {
            return Math.max(0, nowNs + random.nextInt(-50, 20_000));
        }

        private void add(long atNs) {
            Timer timer = new Timer(anyDeadline(), numbers++);
            int id = wheel.schedule(timer.deadlineNs(), timer.number());
            assertEquals(null, byId.put(id, timer), "seed " + seed);
            idOfNumber.put(timer.number(), id);
            pending.add(timer);
        }

        private int anyId() {
            if (byId.isEmpty() || random.nextInt(5) == 0 && !staleIds.isEmpty()) {
                return staleIds.isEmpty() ? 7 : staleIds.get(random.nextInt(staleIds.size()));
            }
            List<Integer> ids = new ArrayList<>(byId.keySet());
            return ids.get(random.nextInt(ids.size()));
        }

        private void cancel() {
            int id = anyId();
            Timer timer = byId.remove(id);
            assertEquals(timer != null, wheel.cancel(id), "seed " + seed);
            if (timer != null) {
                pending.remove(timer);
                staleIds.add(id);
            }
        }

        private void move() {
            int id = anyId();
            Timer timer = byId.get(id);
            long deadlineNs = anyDeadline();
            assertEquals(timer != null, wheel.reschedule(id, deadlineNs), "seed " + seed);
            if (timer != null) {
                pending.remove(timer);
                Timer moved = new Timer(deadlineNs, timer.number());
                pending.add(moved);
                byId.put(id, moved);
            }
        }

        private void expire() {
            nowNs += random.nextInt(2_000);
            TreeSet<Integer> expected = new TreeSet<>();
            while (!pending.isEmpty() && pending.first().deadlineNs() <= nowNs) {
                expected.add(pending.pollFirst().number());
            }
            TreeSet<Integer> actual = new TreeSet<>();
            int count = wheel.expire(nowNs, (owner, atNs) -> actual.add((Integer) owner));
            assertEquals(expected, actual, "seed " + seed);
            assertEquals(expected.size(), count, "seed " + seed);
            for (int number : expected) {
                int id = idOfNumber.get(number);
                byId.remove(id);
                staleIds.add(id);
            }
        }
    }
}
