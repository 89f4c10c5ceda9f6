package io.shockwave.tuning;

/**
 * What a process used until now. Immutable; -1 for what is not known.
 *
 * @param cpuNs of all threads but the JIT's and those that make the load
 * @param allocatedBytes by the same threads
 * @param gcCount collections
 * @param gcMs their time
 * @param rssBytes resident now
 */
record Usage(long cpuNs, long allocatedBytes, long gcCount, long gcMs, long rssBytes) {
    static final Usage UNKNOWN = new Usage(-1, -1, -1, -1, -1);

    private static long since(long now, long before) {
        return now < 0 || before < 0 ? -1 : Math.max(now - before, 0);
    }

    /** The differences; of the resident bytes the last. */
    Usage since(Usage before) {
        return new Usage(since(cpuNs, before.cpuNs), since(allocatedBytes, before.allocatedBytes), since(gcCount, before.gcCount), since(gcMs, before.gcMs), rssBytes);
    }
}
