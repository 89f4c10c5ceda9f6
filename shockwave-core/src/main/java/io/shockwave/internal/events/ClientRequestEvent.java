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
import jdk.jfr.Timespan;

/** One exchange of a client: each redirect and each repetition is one of its own. Confined to the thread that sends. */
@Name("io.shockwave.ClientRequest")
@Label("Client Request")
@Description("An exchange from asking for a connection to the last byte of the response; off unless asked for")
@Category("Shockwave")
@StackTrace(false)
@Enabled(false)
public final class ClientRequestEvent extends Event {
    @Label("Method")
    String method;

    @Label("Origin")
    String origin;

    @Label("Status")
    @Description("Of the final response; 0 if no head came")
    int status;

    @Label("Request Content")
    @Description("Bytes of content given to the connection, without framing")
    @DataAmount
    long bytesOut;

    @Label("Response Content")
    @Description("Bytes of content as they came, without framing, before decompression")
    @DataAmount
    long bytesIn;

    @Label("New Connection")
    @Description("Whether it was opened for this exchange")
    boolean newConnection;

    @Label("Time To Connection")
    @Description("Waiting in the pool, dialling and the TLS handshake")
    @Timespan
    long connectionTime = -1;

    @Label("Time To Sent")
    @Description("Writing the request; -1 if that did not end")
    @Timespan
    long sendTime = -1;

    @Label("Time To Head")
    @Description("From the request's last byte to the end of the response's head; -1 if that did not come")
    @Timespan
    long headTime = -1;

    @Label("Time To End")
    @Description("From the head to the last byte of content, the application's own time between reads included; -1 if that did not come")
    @Timespan
    long contentTime = -1;

    @Label("Complete")
    @Description("Whether the whole response was read; otherwise it failed or was given up")
    boolean complete;

    private final transient Object to;
    private transient long phaseStartNs;

    ClientRequestEvent() {
        this("", 0);
    }

    /** @param to becomes text only if the event is committed: most are shorter than the threshold */
    ClientRequestEvent(Object to, long startNs) {
        this.to = to;
        phaseStartNs = startNs;
    }

    private long lap() {
        long nowNs = System.nanoTime();
        long lapNs = nowNs - phaseStartNs;
        phaseStartNs = nowNs;
        return lapNs;
    }

    /** A connection was leased, {@code fresh} if it never carried an exchange. */
    public void connected(boolean fresh) {
        newConnection = fresh;
        connectionTime = lap();
    }

    /** The request's last byte is with the system. */
    public void sent() {
        sendTime = lap();
    }

    /** The head of the final response is complete. */
    public void head() {
        headTime = lap();
    }

    /** Content came. */
    public void received(int bytes) {
        bytesIn += bytes;
    }

    /** The exchange ended; before it is reset. */
    public void finish(Exchange x, boolean hasHead, boolean whole) {
        end();
        if (!shouldCommit()) {
            return;
        }
        if (whole) {
            contentTime = lap();
        }
        origin = to.toString();
        method = x.method.toString();
        status = hasHead ? x.status : 0;
        bytesOut = x.contentSent;
        complete = whole;
        commit();
    }
}
