package io.shockwave.internal.events;

import io.shockwave.internal.exchange.Exchange;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One request on a server. Confined to the reactor of its connection. */
@Name("io.shockwave.ServerRequest")
@Label("Server Request")
@Description("A request from the first byte of its head to the last byte of its response; off unless asked for")
@Category("Shockwave")
@StackTrace(false)
@Enabled(false)
public final class ServerRequestEvent extends Event {
    @Label("Method")
    String method;

    @Label("Version")
    String version;

    @Label("Path Length")
    @DataAmount
    int pathLength;

    @Label("Status")
    @Description("Of the final response; 0 if none was begun")
    int status;

    @Label("Request Content")
    @Description("Bytes of content that the handler was offered, without framing")
    @DataAmount
    long bytesIn;

    @Label("Response Content")
    @Description("Bytes of content given to the connection, without framing")
    @DataAmount
    long bytesOut;

    @Label("Over TLS")
    boolean secure;

    @Label("Complete")
    @Description("Whether the whole response was written; otherwise the connection was lost before")
    boolean complete;

    /** Content came. */
    public void received(int bytes) {
        bytesIn += bytes;
    }

    /** The exchange ended; before it is reset. */
    public void finish(Exchange x, boolean responded, boolean whole) {
        end();
        if (!shouldCommit()) {
            return;
        }
        method = x.method.toString();
        version = x.version.toString();
        pathLength = x.pathLen;
        status = responded ? x.status : 0;
        bytesOut = x.contentSent;
        complete = whole;
        commit();
    }
}
