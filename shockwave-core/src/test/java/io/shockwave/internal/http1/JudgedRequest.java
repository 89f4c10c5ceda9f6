package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import java.nio.charset.StandardCharsets;

/** The verdict on a request head that decodes. The text of path, query and authority is what the offsets point at. */
record JudgedRequest(Violation violation, long length, boolean chunked, boolean keepAlive, boolean expectsContinue, boolean asksUpgrade, String path, String query, String authority, String host) {
    static JudgedRequest of(String head, Http1Limits limits) {
        Exchange x = decoded(head, limits);
        FramingRules rules = new FramingRules();
        Violation violation = rules.judgeRequest(x, limits);
        HeaderBlock block = x.received;
        JudgedRequest judged = new JudgedRequest(violation, x.receivedLength, rules.chunked(), rules.keepAlive(), x.expectsContinue, x.asksUpgrade,
                text(block, x.pathOff, x.pathLen), text(block, x.queryOff, x.queryLen), text(block, x.authorityOff, x.authorityLen),
                x.hostIndex < 0 ? null : text(block, block.valueOff(x.hostIndex), block.valueLen(x.hostIndex)));
        x.reset();
        return judged;
    }

    static JudgedRequest of(String head) {
        return of(head, Http1Limits.SERVER);
    }

    private static Exchange decoded(String head, Http1Limits limits) {
        Exchange x = new Exchange(Decoded.SLAB);
        x.reset();
        Http1Decoder decoder = new Http1Decoder(true);
        decoder.start(Http1Decoder.Kind.REQUEST, x.received, limits);
        byte[] bytes = Decoded.latin1(head);
        decoder.decode(bytes, 0, bytes.length);
        assertTrue(decoder.isDone(), () -> "does not decode, so there is nothing to judge: " + decoder.violation() + " in " + head);
        x.method = decoder.method();
        x.version = decoder.version();
        return x;
    }

    private static String text(HeaderBlock block, int off, int len) {
        return new String(block.bytes(), off, len, StandardCharsets.ISO_8859_1);
    }
}
