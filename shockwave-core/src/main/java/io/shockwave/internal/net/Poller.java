package io.shockwave.internal.net;

import java.io.IOException;
import java.util.List;

/** What a reactor waits with. Confined to its reactor, but for {@link #wakeup}. */
abstract class Poller {
    /**
     * Waits until something is ready, {@link #wakeup} was called or time is over, and tells {@link Reactor#ready} of what is.
     *
     * @param timeoutMs 0 not to wait, -1 to wait for ever
     */
    abstract void await(long timeoutMs) throws IOException;

    /** Has a wait end, or the next one. On any thread, also after {@link #close}. */
    abstract void wakeup();

    /** Adds whatever is told of its events. */
    abstract void owners(List<Object> into);

    abstract void close() throws IOException;
}
