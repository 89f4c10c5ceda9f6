package io.shockwave.internal.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One time limit that passed. */
@Name("io.shockwave.Timeout")
@Label("Timeout")
@Description("A time limit passed")
@Category("Shockwave")
@StackTrace(false)
public final class TimeoutEvent extends Event {
    @Label("Side")
    String side;

    @Label("Phase")
    @Description("Client: RESOLVE, CONNECT, PROXY, TLS, POOL, REQUEST, FIRST_BYTE, BETWEEN_BYTES, TOTAL. Server: HEAD, BODY, WRITE, PROXY_HEADER")
    String phase;

    @Label("Origin")
    @Description("Empty on a server")
    String origin;

    @Label("Limit")
    @Description("-1 on a server, whose configuration tells")
    @Timespan
    long limit;

    void fill(String which, String what, String whom, long limitNs) {
        side = which;
        phase = what;
        origin = whom;
        limit = limitNs;
    }
}
