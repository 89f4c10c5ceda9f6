package io.shockwave.internal.events;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.HeaderBlock;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One exchange whose header sections outgrew what the tier preallocates. */
@Name("io.shockwave.HeaderSpill")
@Label("Header Spill")
@Description("Header sections of an exchange did not fit the tier's preallocated page and moved to a larger one")
@Category("Shockwave")
@StackTrace(false)
public final class HeaderSpillEvent extends Event {
    @Label("Side")
    String side;

    @Label("Spills")
    @Description("How many sections of the exchange outgrew their page")
    long spills;

    @Label("Page")
    @Description("What the tier preallocates for one section")
    @DataAmount
    int pageBytes;

    @Label("Received Section")
    @Description("Pages of the received head, the preallocated one and a larger one")
    @DataAmount
    int receivedBytes;

    @Label("Sent Section")
    @Description("Pages of the sent head, the preallocated one and a larger one")
    @DataAmount
    int sentBytes;

    void fill(String which, Exchange x, long count) {
        side = which;
        spills = count;
        pageBytes = HeaderBlock.PAGE_BYTES;
        receivedBytes = x.received.ownedBytes();
        sentBytes = x.sent.ownedBytes();
    }
}
