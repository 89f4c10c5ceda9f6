package io.shockwave.tuning;

import com.sun.management.ThreadMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Measures what an operation allocates: {@code AllocationTracker.track(() -> handler.handle(request))}. Immutable; each {@code track} runs on the thread that calls it.
 *
 * <p>It runs the operation until what it allocates no longer changes and the JIT is quiet, or the warm-up's time is over; then counts some rounds, exactly; then runs it once more under
 * Flight Recorder to find the types and call sites. The operation must bear being repeated thousands of times.
 */
public final class AllocationTracker {
    /** An operation that may throw. */
    @FunctionalInterface
    public interface Operation {
        /** Runs it once. */
        void run() throws Exception;
    }

    private static final int ROUNDS = 5;
    /** Rounds that must agree before it counts as settled. */
    private static final int SETTLED_ROUNDS = 4;
    private static final int MAX_OPERATIONS = 1 << 20;
    /** Long enough that reading the counters costs nothing in comparison. */
    private static final long ROUND_NS = 10_000_000;
    /** The JIT's last compilation of hot code begins some tenths of a second after the first call. */
    private static final long LEAST_WARM_UP_NS = 300_000_000;
    private static final double SETTLED_SHARE = 0.01;
    private static final double SETTLED_BYTES = 0.5;
    /** Of the time that passed, summed over the JIT's threads: below it what is compiled is something else. */
    private static final double QUIET_SHARE = 0.1;
    private static final int MAX_SHIFT_BYTES = 1 << 16;
    /** Less than what threads' buffers hold in most collectors, so that each is shifted. */
    private static final long SHIFT_EVERY_BYTES = 1 << 17;
    /** A thread's buffer may hold some megabytes, and there is a sample for each. */
    private static final double ENOUGH_BYTES = 1 << 26;
    private static final int MOST_TIMES = 4;
    private static final AllocationTracker DEFAULT = new AllocationTracker(0, Duration.ofSeconds(2), Duration.ofMillis(500), List.of());

    private final int operations;
    private final Duration warmUp;
    private final Duration sampling;
    private final List<Thread> threads;

    private AllocationTracker(int operations, Duration warmUp, Duration sampling, List<Thread> threads) {
        this.operations = operations;
        this.warmUp = warmUp;
        this.sampling = sampling;
        this.threads = threads;
    }

    /** Measures with the defaults: at most 2 s of warm-up and half a second of sampling, the calling thread alone. */
    public static AllocationReport track(Runnable operation) {
        Objects.requireNonNull(operation, "operation");
        try {
            return DEFAULT.measure(operation::run);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a Runnable throws nothing else", e);
        }
    }

    /** The defaults, to be changed. */
    public static AllocationTracker defaults() {
        return DEFAULT;
    }

    /** How often the operation runs in each round; 0 for as often as fits into 10 ms. */
    public AllocationTracker operations(int each) {
        if (each < 0 || each > MAX_OPERATIONS) {
            throw new IllegalArgumentException(each + " operations: neither 0 nor up to " + MAX_OPERATIONS);
        }
        return new AllocationTracker(each, warmUp, sampling, threads);
    }

    /** The most time for the warm-up; zero for none, which the report will mention. */
    public AllocationTracker warmUp(Duration most) {
        return new AllocationTracker(operations, checked(most), sampling, threads);
    }

    /** The time for finding call sites, up to four times as long when little is allocated; zero if the bytes are enough. */
    public AllocationTracker sampling(Duration time) {
        return new AllocationTracker(operations, warmUp, checked(time), threads);
    }

    /**
     * Counts what these threads allocate too, such as the reactors of a server that the operation calls. They should do nothing else meanwhile.
     *
     * @throws IllegalArgumentException for a virtual thread, for which the JVM keeps no count
     */
    public AllocationTracker threads(Thread... others) {
        for (Thread other : others) {
            if (other.isVirtual()) {
                throw new IllegalArgumentException("the JVM does not count what a virtual thread allocates: " + other);
            }
        }
        return new AllocationTracker(operations, warmUp, sampling, List.of(others));
    }

    private static Duration checked(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("negative: " + time);
        }
        return time;
    }

    /**
     * Measures the operation on this thread.
     *
     * @throws Exception what the operation throws
     * @throws IllegalStateException on a virtual thread, or where the JVM does not count
     */
    public AllocationReport measure(Operation operation) throws Exception {
        Objects.requireNonNull(operation, "operation");
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("the JVM does not count what a virtual thread allocates; call this on a platform thread");
        }
        return new Run(this, operation).report();
    }

    /** One measurement. */
    private static final class Run {
        private final AllocationTracker settings;
        private final Operation operation;
        private final ThreadMXBean counters;
        private final CompilationMXBean jit = ManagementFactory.getCompilationMXBean();
        private final long[] ids;
        private int operations;
        private long ownBytes;
        private long otherBytes;
        /**
         * Samples are taken where a thread's buffer is full. An operation that allocates the same sizes in the same order would fill each buffer to the same object, and only that one would
         * be seen; so between operations something of a random size is allocated.
         */
        private byte[] shift;
        private final double[] recent = new double[SETTLED_ROUNDS];

        Run(AllocationTracker settings, Operation operation) {
            if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean known) || !known.isThreadAllocatedMemorySupported() || !known.isThreadAllocatedMemoryEnabled()) {
                throw new IllegalStateException("this JVM does not count what threads allocate");
            }
            this.settings = settings;
            this.operation = operation;
            this.counters = known;
            this.ids = settings.threads.stream().mapToLong(Thread::threadId).toArray();
            this.operations = settings.operations;
        }

        AllocationReport report() throws Exception {
            if (operations == 0) {
                findOperations();
            }
            String unsettled = warmUp();
            double[] totals = new double[ROUNDS];
            double least = Double.MAX_VALUE;
            double most = 0;
            double leastOther = 0;
            long startNs = System.nanoTime();
            long startJitMs = jitMs();
            for (int i = 0; i < ROUNDS; i++) {
                double bytes = round();
                totals[i] = bytes;
                most = Math.max(most, bytes);
                if (bytes < least) {
                    least = bytes;
                    leastOther = (double) otherBytes / operations;
                }
            }
            if (unsettled == null && isBelow(totals[ROUNDS - 1], totals[0])) {
                unsettled = "still falling, from " + TextTable.number(totals[0]) + " to " + TextTable.number(totals[ROUNDS - 1]) + " bytes per operation while it was counted";
            }
            if (unsettled == null && !isQuiet(startJitMs, startNs)) {
                unsettled = "the JIT compiled for " + (jitMs() - startJitMs) + " ms while it was counted";
            }
            AllocationSamples samples = least == 0 && most == 0 || settings.sampling.isZero() ? AllocationSamples.NONE : sample(least);
            return new AllocationReport(operations, ROUNDS, least, most, leastOther, unsettled == null, unsettled == null ? "the bytes were steady and the JIT quiet" : unsettled,
                    samples.allocations(least), samples.count(), samples.sites(least));
        }

        private void findOperations() throws Exception {
            operations = 1;
            while (operations < MAX_OPERATIONS) {
                long startNs = System.nanoTime();
                round();
                if (System.nanoTime() - startNs >= ROUND_NS) {
                    return;
                }
                operations *= 2;
            }
        }

        /** @return why it ended before all was steady; {@code null} if it was */
        private String warmUp() throws Exception {
            long limitNs = settings.warmUp.toNanos();
            if (limitNs == 0) {
                return "no warm-up was asked for";
            }
            long startNs = System.nanoTime();
            Arrays.fill(recent, Double.MAX_VALUE);
            for (int rounds = 0;; rounds += SETTLED_ROUNDS) {
                long lapNs = System.nanoTime();
                long lapJitMs = jitMs();
                for (int i = 0; i < SETTLED_ROUNDS; i++) {
                    recent[i] = round();
                }
                if (settings.operations == 0 && System.nanoTime() - lapNs < SETTLED_ROUNDS * ROUND_NS / 2 && operations < MAX_OPERATIONS) {
                    operations *= 2; // compiled code got faster
                }
                double least = Arrays.stream(recent).min().orElseThrow();
                double most = Arrays.stream(recent).max().orElseThrow();
                boolean steady = !isBelow(least, most);
                boolean quiet = isQuiet(lapJitMs, lapNs);
                long passedNs = System.nanoTime() - startNs;
                if (steady && quiet && passedNs >= Math.min(LEAST_WARM_UP_NS, limitNs)) {
                    return limitNs < LEAST_WARM_UP_NS ? "the warm-up of " + settings.warmUp.toMillis() + " ms is too short to tell" : null;
                }
                if (passedNs >= limitNs) {
                    return steady ? "the JIT still compiled at the end of the warm-up of " + settings.warmUp.toMillis() + " ms"
                            : "between " + TextTable.number(least) + " and " + TextTable.number(most) + " bytes per operation at the end of the warm-up of " + settings.warmUp.toMillis() + " ms";
                }
            }
        }

        private static boolean isBelow(double least, double most) {
            return most - least > most * SETTLED_SHARE + SETTLED_BYTES;
        }

        private long jitMs() {
            return jit == null || !jit.isCompilationTimeMonitoringSupported() ? 0 : jit.getTotalCompilationTime();
        }

        private boolean isQuiet(long sinceMs, long sinceNs) {
            return (jitMs() - sinceMs) * 1e6 <= (System.nanoTime() - sinceNs) * QUIET_SHARE + 1e6; // the counter has whole milliseconds
        }

        private double round() throws Exception {
            long other = otherBytes();
            long own = counters.getCurrentThreadAllocatedBytes();
            repeat(operations);
            ownBytes = counters.getCurrentThreadAllocatedBytes() - own;
            otherBytes = otherBytes() - other;
            return (double) (ownBytes + otherBytes) / operations;
        }

        private long otherBytes() {
            long sum = 0;
            for (long id : ids) {
                sum += Math.max(counters.getThreadAllocatedBytes(id), 0);
            }
            return sum;
        }

        private void repeat(int times) throws Exception {
            for (int i = 0; i < times; i++) {
                operation.run();
            }
        }

        private AllocationSamples sample(double bytesEach) throws Exception {
            if (ModuleLayer.boot().findModule("jdk.jfr").isEmpty()) {
                return AllocationSamples.NONE;
            }
            long[] wanted = Arrays.copyOf(ids, ids.length + 1);
            wanted[ids.length] = Thread.currentThread().threadId();
            long limitNs = settings.sampling.toNanos();
            int most = (int) Math.clamp(bytesEach, 16, MAX_SHIFT_BYTES);
            int between = Math.clamp(SHIFT_EVERY_BYTES / most, 1, MAX_OPERATIONS);
            RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
            return AllocationSamples.record(wanted, () -> {
                long startNs = System.nanoTime();
                long passedNs;
                double bytes = 0;
                do {
                    repeat(between);
                    bytes += between * bytesEach;
                    shift = new byte[random.nextInt(most)];
                    passedNs = System.nanoTime() - startNs;
                } while (passedNs < limitNs || bytes < ENOUGH_BYTES && passedNs < MOST_TIMES * limitNs);
            });
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "AllocationTracker[operations=%s, warmUp=%s, sampling=%s, threads=%s]", operations == 0 ? "auto" : operations, warmUp, sampling, threads);
    }
}
