package io.shockwave.internal.dispatch;

/** What a handler on a virtual thread holds of its exchange, and nothing else refers to; for the memory profiler. Stateless. */
public final class HandlerViews {
    private HandlerViews() {
    }

    /** Views as such a handler has them, to measure; {@code null} unless this is an exchange that one is serving. */
    public static Object sample(Object object) {
        return object instanceof ServerExchange sx && sx.started && !sx.reusesViews() && !sx.returned ? new ServerCall(sx) : null;
    }
}
