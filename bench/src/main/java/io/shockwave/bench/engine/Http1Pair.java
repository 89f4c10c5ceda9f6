package io.shockwave.bench.engine;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.bench.BrowserRequest;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.http1.Http1ClientEngine;
import io.shockwave.internal.http1.Http1Date;
import io.shockwave.internal.http1.Http1Encoder;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.http1.Http1ServerEngine;
import io.shockwave.internal.http1.Http1Settings;
import io.shockwave.internal.http1.ResponseSink;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;

/** The engines of both sides of a connection, with nothing between them but an array. */
final class Http1Pair {
    static final byte[] REQUEST = BrowserRequest.bytes();
    static final byte[] CONTENT = ascii("Hello, World!");
    private static final byte[] TARGET = ascii("/api/v1/items/4711?page=2");
    private static final byte[] HOST = ascii("shop.example.com");
    private static final byte[] JSON = ascii("application/json");
    private static final byte[] TEXT = ascii("text/plain");
    private static final long TIMEOUT_NS = 10_000_000_000L;

    final Exchange asked = new Exchange(new Slab(1 << 20));
    final Exchange served = new Exchange(new Slab(1 << 20));
    final byte[] wire = new byte[4_096];
    private final Http1ServerEngine server;
    private final Http1ClientEngine client;
    private final byte[] date = new byte[Http1Date.BYTES];
    private int contentBytes;
    private boolean complete;

    Http1Pair() {
        Http1Date.format(784_111_777L, date, 0);
        server = new Http1ServerEngine(new Handler(), new Http1Settings(Http1Limits.SERVER, TIMEOUT_NS, TIMEOUT_NS, 240, TIMEOUT_NS, 0, true, ascii("shockwave")), 0);
        client = new Http1ClientEngine(new Reader(), Http1Limits.CLIENT, 16);
    }

    /** One request of bytes to one response of bytes, in {@link #wire}. @return its length */
    int serve() {
        int taken = server.receive(REQUEST, 0, REQUEST.length, 0);
        assert taken == REQUEST.length : taken;
        return server.transmit(wire, 0, wire.length, 0);
    }

    /** A request of both engines, from the fields of one to the content of the other. @return bytes of content that came back */
    int exchange() {
        asked.reset();
        asked.sent.line(TARGET, 0, TARGET.length);
        asked.sent.append(HeaderName.ACCEPT, JSON, 0, JSON.length);
        contentBytes = 0;
        complete = false;
        client.start(asked, Http1Encoder.NONE, HOST, false, false, false);
        int sent = client.transmit(wire, 0, wire.length, 0);
        server.receive(wire, 0, sent, 0);
        int answered = server.transmit(wire, 0, wire.length, 0);
        client.receive(wire, 0, answered, 0);
        return complete && client.isReusable() ? contentBytes : -1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private final class Handler implements ExchangeSink {
        @Override
        public Exchange lend() {
            served.reset();
            return served;
        }

        @Override
        public void onHead(Exchange x) {
            x.sent.append(HeaderName.CONTENT_TYPE, TEXT, 0, TEXT.length);
            x.status = 200;
            x.source = Exchange.Source.BYTES;
            x.sendBytes = CONTENT;
            x.sendOff = 0;
            x.sendLength = CONTENT.length;
            server.respond();
        }

        @Override
        public int onContent(Exchange x, byte[] buf, int off, int len) {
            return len;
        }

        @Override
        public void onContentEnd(Exchange x) {
            // Requests here have none.
        }

        @Override
        public void onContentFailed(Exchange x, Violation why) {
            throw new IllegalStateException(why.toString());
        }

        @Override
        public void onFinished(Exchange x) {
            // Lent again with the next request.
        }

        @Override
        public void onInterimSent(Exchange x) {
            // None is sent.
        }

        @Override
        public byte[] date() {
            return date;
        }

        @Override
        public void onRejected(Exchange x, Violation why) {
            throw new IllegalStateException(why.toString());
        }
    }

    private final class Reader implements ResponseSink {
        @Override
        public void onInterim(Exchange x) {
            throw new IllegalStateException("none is sent");
        }

        @Override
        public void onHead(Exchange x) {
            complete = x.method == Method.GET && x.status == 200;
        }

        @Override
        public int onContent(Exchange x, byte[] buf, int off, int len) {
            contentBytes += len;
            return len;
        }

        @Override
        public void onContentEnd(Exchange x) {
            // Counted as it came.
        }

        @Override
        public void onFailed(Exchange x, Violation why) {
            throw new IllegalStateException(why.toString());
        }
    }
}
