package io.shockwave.internal.http1;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;

/** What a server's exchange needs while its request is read and its response written; it stays with the exchange, so that an idle connection does not own it. */
final class RequestCodec {
    final Http1Decoder decoder = new Http1Decoder(false);
    final FramingRules framing = new FramingRules();
    final Http1ResponseSender response = new Http1ResponseSender();
    final ChunkDecoder chunks = new ChunkDecoder(); // last, as few messages need it and the others lie together then
    /** The sink knows of it by {@code onAhead}. */
    boolean ahead;
    int discarded;
    long contentLeft;
    long contentBytes;
    long windowStartNs;
    long windowBytes;

    private RequestCodec() {
    }

    static RequestCodec of(Exchange exchange) {
        return (RequestCodec) exchange.working;
    }

    /** The exchange's own, ready for the first byte of a head. */
    static RequestCodec start(Exchange exchange, Http1Limits limits) {
        RequestCodec its = of(exchange);
        if (its == null) {
            its = new RequestCodec();
            exchange.working = its;
        }
        its.ahead = false;
        its.response.start(exchange);
        its.decoder.start(Http1Decoder.Kind.REQUEST, exchange.received, limits);
        return its;
    }

    /** Of a head that is complete. @return null if nothing is wrong with it */
    Violation judge(Exchange of, Http1Limits limits) {
        of.method = decoder.method();
        of.version = decoder.version();
        return framing.judgeRequest(of, limits);
    }

    /** Whether what follows its head on the connection can only be another request, whatever the answer: it has no content, and asks for nothing but its response. */
    boolean isPlain(Exchange of) {
        return of.receivedLength == 0 && of.version == HttpVersion.HTTP_1_1 && !of.expectsContinue && !of.asksUpgrade && of.method != Method.CONNECT && framing.keepAlive();
    }
}
