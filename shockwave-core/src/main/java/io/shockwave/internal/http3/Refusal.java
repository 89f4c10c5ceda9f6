package io.shockwave.internal.http3;

import io.shockwave.HeaderName;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import java.nio.charset.StandardCharsets;

/** The engine's own answer to a request that is over a limit or asks for what is not there. Stateless. */
final class Refusal {
    private static final byte[] TEXT_PLAIN = "text/plain; charset=utf-8".getBytes(StandardCharsets.US_ASCII);

    private Refusal() {
    }

    /** Makes the response of {@code x} say what was wrong, as over HTTP/1.1. */
    static void describe(Exchange x, Violation why) {
        byte[] text = (why.status() + " " + why.text() + "\n").getBytes(StandardCharsets.US_ASCII);
        x.sent.clear();
        x.sent.append(HeaderName.CONTENT_TYPE, TEXT_PLAIN, 0, TEXT_PLAIN.length);
        x.status = why.status();
        x.source = Exchange.Source.BYTES;
        x.sendBytes = text;
        x.sendOff = 0;
        x.sendLength = text.length;
    }
}
