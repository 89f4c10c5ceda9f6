package io.shockwave.bench.pool;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sixty-four threads on a pool of eight connections. */
final class Contention {
    static final int THREADS = 64;

    /**
     * @param poolCpuNsPerLease processor time spent in acquire and release, by leases
     * @param cpuNsPerLease all processor time of the borrowing threads, going to sleep and waking up while they hold a connection included
     * @param waitsNs every wait for a connection, ascending
     * @param shared leases that had two holders at once: 0, or the pool is broken
     */
    record Result(long poolCpuNsPerLease, long cpuNsPerLease, long[] waitsNs, int shared) {
        long percentileNs(double percent) {
            return waitsNs[(int) Math.min(waitsNs.length - 1, waitsNs.length * percent / 100)];
        }
    }

    private static final ThreadMXBean MEASURE = ManagementFactory.getThreadMXBean();

    private Contention() {}

    /**
     * @param leasesEach how often each thread borrows
     * @param holdNs for how long, asleep as one is on a socket
     * @param pauseNs the mean of an exponential pause between two borrows of one thread; 0 for none. Times are fixed in advance, so a
     *     thread that waited long finds its next turn overdue and the offered rate stays as planned
     */
    static Result run(Lender lender, int leasesEach, long holdNs, long pauseNs) throws Exception {
        Set<Object> held = ConcurrentHashMap.newKeySet();
        AtomicInteger shared = new AtomicInteger();
        long[] waitsNs = new long[THREADS * leasesEach];
        long[] poolCpuNs = new long[waitsNs.length];
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int from = t * leasesEach;
            tasks.add(() -> {
                long cpuNs = MEASURE.getCurrentThreadCpuTime();
                SplittableRandom random = new SplittableRandom(from);
                long turnNs = System.nanoTime();
                for (int i = 0; i < leasesEach; i++) {
                    turnNs += (long) (-Math.log(1 - random.nextDouble()) * pauseNs);
                    sleepUntil(turnNs);
                    long startCpuNs = MEASURE.getCurrentThreadCpuTime();
                    long startNs = System.nanoTime();
                    Object lease = lender.acquire();
                    long nowNs = System.nanoTime();
                    poolCpuNs[from + i] = MEASURE.getCurrentThreadCpuTime() - startCpuNs;
                    waitsNs[from + i] = nowNs - startNs;
                    if (!held.add(lease)) {
                        shared.incrementAndGet();
                    }
                    sleepUntil(nowNs + holdNs);
                    held.remove(lease);
                    startCpuNs = MEASURE.getCurrentThreadCpuTime();
                    lender.release(lease);
                    poolCpuNs[from + i] += MEASURE.getCurrentThreadCpuTime() - startCpuNs;
                }
                return MEASURE.getCurrentThreadCpuTime() - cpuNs;
            });
        }
        long cpuNs = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Long> done : threads.invokeAll(tasks)) {
                cpuNs += done.get();
            }
        }
        Arrays.sort(waitsNs);
        return new Result(Arrays.stream(poolCpuNs).sum() / waitsNs.length, cpuNs / waitsNs.length, waitsNs, shared.get());
    }

    private static void sleepUntil(long timeNs) {
        for (long leftNs = timeNs - System.nanoTime(); leftNs > 0; leftNs = timeNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }
}
