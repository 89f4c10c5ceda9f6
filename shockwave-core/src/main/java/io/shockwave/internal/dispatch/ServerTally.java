package io.shockwave.internal.dispatch;

import io.shockwave.internal.events.Events;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.net.Counters;
import io.shockwave.internal.net.Reactor;

/** What exchanges leave behind: counters, events and lines of the access log. Confined to its reactor. */
final class ServerTally {
    private final ServerReactor home;
    private final Reactor reactor;
    private final Counters counters;
    private final ServerSettings settings;
    private final AccessLogLine accessLine = new AccessLogLine();
    private final byte[] line = new byte[AccessLogLine.MAX_BYTES];

    ServerTally(ServerReactor home) {
        this.home = home;
        this.reactor = home.reactor();
        this.counters = reactor.counters();
        this.settings = home.settings();
    }

    /** A request's head was complete and valid. */
    void started() {
        counters.increment(Counters.REQUESTS);
        counters.increment(Counters.STARTED);
    }

    /** The engine refused a request, which it answers itself. */
    void rejected(Violation why) {
        counters.increment(Counters.STARTED);
        counters.increment(Counters.REJECTED);
        told(why);
    }

    /** The content of a request will not be completed. */
    void contentFailed(Violation why) {
        if (why != Violation.TRUNCATED) {
            counters.increment(Counters.REJECTED);
        }
        told(why);
    }

    private void told(Violation why) {
        Events.violation(Events.SERVER, why);
        if (why == Violation.HEAD_TIMEOUT || why == Violation.BODY_TOO_SLOW) {
            counters.increment(Counters.TIMEOUTS);
            Events.timeout(why == Violation.HEAD_TIMEOUT ? "HEAD" : "BODY");
        }
    }

    /** The response was given out whole. */
    void finished(ServerExchange sx, ExchangeOwner connection) {
        counters.increment(Counters.FINISHED);
        switch (sx.x.status / 100) {
            case 1 -> counters.increment(Counters.STATUS_1XX);
            case 2 -> counters.increment(Counters.STATUS_2XX);
            case 3 -> counters.increment(Counters.STATUS_3XX);
            case 4 -> counters.increment(Counters.STATUS_4XX);
            default -> counters.increment(Counters.STATUS_5XX);
        }
        finishEvent(sx, true);
        log(sx, connection);
    }

    /** The connection closed while the exchange was in progress: cut by a shutdown, by a socket that failed, or by ourselves. */
    void lost(ServerExchange sx, ExchangeOwner connection, boolean cut, boolean byPeer) {
        counters.increment(Counters.FINISHED);
        if (cut) {
            counters.increment(Counters.CUT);
        } else if (byPeer) {
            counters.increment(Counters.PEER_RESETS);
        }
        if (sx.committed) {
            log(sx, connection);
        }
        finishEvent(sx, false);
    }

    private void log(ServerExchange sx, ExchangeOwner connection) {
        if (settings.accessLog() == null) {
            return;
        }
        byte[] host = connection.hostText();
        int len = accessLine.format(line, host, host.length, sx.x, sx.x.status, sx.x.contentSent, reactor.date().epochSeconds());
        try {
            settings.accessLog().line(line, 0, len);
        } catch (RuntimeException e) {
            home.handlerFailed(e); // a full disk must not cost the connection
        }
    }

    private static void finishEvent(ServerExchange sx, boolean complete) {
        if (sx.event != null) {
            sx.event.finish(sx.x, sx.committed, complete);
            sx.event = null;
        }
    }
}
