package io.shockwave;

import java.lang.management.ManagementFactory;

/** Counts the bytes that the calling thread allocates, which is exact where times on a shared machine are not. */
public final class AllocationGate {
    /** One operation; may throw what the code under test throws. */
    @FunctionalInterface
    public interface Operation {
        void run() throws Exception;
    }

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * The first round may load classes or grow a table to its steady size; it is not counted. Of the others the first without an
     * allocation decides: on a busy machine a thread that waits for a lock allocates a node in its queue, in some rounds and not in others.
     */
    private static final int ROUNDS = 10;

    private AllocationGate() {}

    /** Bytes the calling thread has allocated since it started. */
    public static long allocatedBytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /**
     * Runs one uncounted round and then counts.
     *
     * @param operations in each round; one allocation in a whole round already shows in the result
     * @return bytes for each operation, in the leanest of the counted rounds
     */
    public static double bytesPerOp(int operations, Operation operation) throws Exception {
        round(operations, operation);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS && least > 0; i++) {
            least = Math.min(least, round(operations, operation));
        }
        return (double) least / operations;
    }

    private static long round(int operations, Operation operation) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < operations; i++) {
            operation.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
