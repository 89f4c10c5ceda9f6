package io.shockwave.internal.http3;

import io.shockwave.internal.exchange.Exchange;

/** What a server says itself in a response: status, Date, Server, Content-Length. Owned by an engine. */
final class ResponseFields implements OwnFields {
    private static final int STATUS_BYTES = 7 + 3 + 32;
    private static final int DATE_BYTES = 4 + 29 + 32;
    private static final int LENGTH_BYTES = 14 + 19 + 32;
    private static final int SERVER_BYTES = 6 + 32;

    private final Http3ServerSink sink;
    private final Http3Settings settings;

    ResponseFields(Http3ServerSink sink, Http3Settings settings) {
        this.sink = sink;
        this.settings = settings;
    }

    @Override
    public int mostBytes(Http3Stream s) {
        return (int) sectionBytes(s);
    }

    @Override
    public long sectionBytes(Http3Stream s) {
        return STATUS_BYTES + DATE_BYTES + LENGTH_BYTES + SERVER_BYTES + settings.serverName().length;
    }

    @Override
    public void front(MessageWriter writer, Http3Stream s) {
        writer.status(s.x.status);
    }

    @Override
    public void behind(MessageWriter writer, Http3Stream s) {
        Exchange x = s.x;
        if (settings.sendDate()) {
            writer.date(x.sent, sink.date());
        }
        writer.server(x.sent, settings.serverName());
        // RFC 9110 8.6: no Content-Length with 204 or a tunnel; with 304 only what a GET would have, which 0 is not.
        boolean untold = x.status == 204 || x.sendLength == Exchange.UNKNOWN || x.status == 304 && x.sendLength == 0 || s.tunnel;
        if (!untold) {
            writer.contentLength(x.sendLength);
        }
    }
}
