package io.shockwave.bench.pool;

/** A pool of connections that do nothing; at most eight at a time. */
interface Lender extends AutoCloseable {
    int CONNECTIONS = 8;

    /** Waits as long as it takes. */
    Object acquire() throws Exception;

    void release(Object lease);

    @Override
    void close();
}
