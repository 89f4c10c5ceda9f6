package io.shockwave.internal.http1;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.ExchangeSink;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.testing.Splits;
import java.nio.charset.StandardCharsets;

/**
 * A server's engine with the least application that can be fooled: it reads the content of each request and answers 200 with what it understood. What the engine sent and what reached
 * the application are the outcome.
 */
final class ServerRun implements Splits.Run<ServerRun.Outcome>, ExchangeSink {
    /** Bytes that the peer sees; requests as the application saw them; whether the connection is at its end. */
    record Outcome(String sent, String requests, boolean closing) {
    }

    static final Http1Settings SETTINGS = new Http1Settings(Http1Limits.SERVER, 10_000_000_000L, 60_000_000_000L, 100, 10_000_000_000L, 0, true, Http1Encoder.ABSENT);
    private static final byte[] DATE = Decoded.latin1("Sun, 06 Nov 1994 08:49:37 GMT");

    private final Http1ServerEngine engine;
    private final Exchange exchange = new Exchange(Decoded.SLAB);
    private final StringBuilder sent = new StringBuilder();
    private final StringBuilder requests = new StringBuilder();
    private final StringBuilder content = new StringBuilder();

    ServerRun(Http1Settings settings) {
        engine = new Http1ServerEngine(this, settings, 0);
    }

    /** Sends these bytes in all splits. */
    static Outcome of(String wire) {
        return Splits.each(Decoded.latin1(wire), () -> new ServerRun(SETTINGS));
    }

    @Override
    public int receive(byte[] buf, int off, int len) {
        int n = engine.receive(buf, off, len, 0);
        byte[] out = new byte[300];
        for (int written = engine.transmit(out, 1, 200, 0); written > 0; written = engine.transmit(out, 1, 200, 0)) {
            sent.append(new String(out, 1, written, StandardCharsets.ISO_8859_1));
        }
        return n;
    }

    @Override
    public Outcome outcome() {
        exchange.reset();
        return new Outcome(sent.toString(), requests.toString(), engine.isClosing());
    }

    @Override
    public Exchange lend() {
        exchange.reset();
        content.setLength(0);
        return exchange;
    }

    @Override
    public void onHead(Exchange x) {
        engine.wantContent();
    }

    @Override
    public int onContent(Exchange x, byte[] buf, int off, int len) {
        content.append(new String(buf, off, len, StandardCharsets.ISO_8859_1));
        return len;
    }

    @Override
    public void onContentEnd(Exchange x) {
        requests.append('[').append(x.method).append(' ').append(new String(x.received.bytes(), 0, x.received.lineLen(), StandardCharsets.ISO_8859_1)).append(' ').append(content);
        if (x.hasReceivedTrailers()) {
            requests.append(" trailers ").append(x.receivedTrailers().toString().replace('\n', ','));
        }
        requests.append(']');
        answer(x, 200);
    }

    @Override
    public void onContentFailed(Exchange x, Violation why) {
        requests.append("[failed ").append(why).append(']');
        answer(x, why.status());
    }

    private void answer(Exchange x, int status) {
        x.status = status;
        x.sent.add(HeaderName.CONTENT_TYPE, "text/plain");
        engine.respond();
    }

    @Override
    public void onFinished(Exchange x) {
    }

    @Override
    public void onInterimSent(Exchange x) {
    }

    @Override
    public byte[] date() {
        return DATE;
    }

    @Override
    public void onRejected(Exchange x, Violation why) {
    }
}
