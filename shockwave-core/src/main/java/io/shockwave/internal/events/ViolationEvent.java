package io.shockwave.internal.events;

import io.shockwave.internal.exchange.Violation;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One message that was refused. */
@Name("io.shockwave.Violation")
@Label("Violation")
@Description("A peer met a limit or broke a rule of the protocol, and its message was refused")
@Category("Shockwave")
@StackTrace(false)
public final class ViolationEvent extends Event {
    @Label("Side")
    @Description("Who refused")
    String side;

    @Label("Violation")
    String violation;

    @Label("Rule")
    @Description("The section that says so")
    String rule;

    @Label("Status")
    @Description("What a server answers if an answer is still possible")
    int status;

    @Label("Limit")
    @Description("Whether a configured limit was met, rather than a rule broken")
    boolean limit;

    void fill(String which, Violation why) {
        side = which;
        violation = why.name();
        rule = why.rule();
        status = why.status();
        limit = switch (why) {
            case REQUEST_LINE_TOO_LONG, HEADERS_TOO_LARGE, HEADERS_TOO_MANY, BODY_TOO_LARGE, CHUNK_SIZE_OVERFLOW, CHUNK_EXTENSIONS_TOO_LARGE, STATUS_LINE_TOO_LONG, INTERIM_TOO_MANY,
                    HEAD_TIMEOUT, BODY_TOO_SLOW -> true;
            default -> false;
        };
    }
}
