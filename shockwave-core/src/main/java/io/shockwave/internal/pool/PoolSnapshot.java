package io.shockwave.internal.pool;

/**
 * A pool's numbers at one moment, all taken under its lock; the arrays are the caller's own.
 *
 * @param leased connections in use
 * @param idle connections kept for reuse
 * @param dialling connections being opened
 * @param waiting callers in the queue
 * @param waits by length: bucket {@code i} counts waits of at least 2^i and below 2^(i+1) microseconds, bucket 0 all below 2,
 *     the last all longer ones. Who was served at once is not in it, nor who gave up
 * @param connects connections opened, by {@link ConnectReason#ordinal}
 * @param closes connections closed, by {@link CloseReason#ordinal}
 * @param connectFailures dials that failed
 * @param timeouts callers that gave up after their time
 * @param interrupts callers that gave up by interrupt
 * @param refusals callers that found the queue full
 */
public record PoolSnapshot(
        int leased,
        int idle,
        int dialling,
        int waiting,
        long[] waits,
        long[] connects,
        long[] closes,
        long connectFailures,
        long timeouts,
        long interrupts,
        long refusals) {
    /** Up to 67 seconds in powers of two, and one for what is longer. */
    public static final int WAIT_BUCKETS = 27;

    static int bucket(long waitNs) {
        long micros = waitNs / 1_000;
        return micros < 2 ? 0 : Math.min(WAIT_BUCKETS - 1, 63 - Long.numberOfLeadingZeros(micros));
    }

    public long connects(ConnectReason reason) {
        return connects[reason.ordinal()];
    }

    public long closes(CloseReason reason) {
        return closes[reason.ordinal()];
    }
}
