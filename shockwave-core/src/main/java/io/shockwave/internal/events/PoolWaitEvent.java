package io.shockwave.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One wait in the queue of a connection pool; a caller who gets a connection at once leaves none. Confined to the thread that waits. */
@Name("io.shockwave.PoolWait")
@Label("Pool Wait")
@Description("A caller waited for a connection because the limits left no room for another")
@Category("Shockwave")
@StackTrace(false)
public final class PoolWaitEvent extends Event {
    @Label("Origin")
    String origin;

    @Label("Outcome")
    @Description("lease: an idle connection; permit: room for a new one; otherwise none: time was up, or it was interrupted, or the pool closed")
    String outcome;

    /** The wait is over. */
    public void finish(String how) {
        end();
        if (shouldCommit()) {
            outcome = how;
            commit();
        }
    }
}
