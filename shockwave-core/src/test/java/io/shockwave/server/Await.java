package io.shockwave.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what has no event of its own, such as a counter. */
final class Await {
    private static final long STEP_MS = 2;

    private Await() {
    }

    static void until(BooleanSupplier condition, Supplier<?> otherwise) {
        until(Duration.ofSeconds(10), condition, otherwise);
    }

    static void until(Duration limit, BooleanSupplier condition, Supplier<?> otherwise) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not happen within " + limit + ": " + otherwise.get());
            }
            try {
                Thread.sleep(STEP_MS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** All exchanges of the server are over, and so are the connections if the clients closed theirs. */
    static void quiet(ShockwaveServer server) {
        until(() -> server.stats().exchangesActive() == 0, server::stats);
    }
}
