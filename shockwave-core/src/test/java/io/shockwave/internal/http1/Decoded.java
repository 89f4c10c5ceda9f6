package io.shockwave.internal.http1;

import io.shockwave.HttpVersion;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.testing.Splits;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What came of decoding one section, in a form that can be compared and read. */
record Decoded(Violation violation, boolean done, int consumed, String method, HttpVersion version, int status, String line, String fields) {
    static final Slab SLAB = new Slab(1 << 20);

    /** Decodes in all splits. */
    static Decoded of(Http1Decoder.Kind kind, String input, Http1Limits limits) {
        return Splits.each(latin1(input), () -> new Run(kind, limits, false));
    }

    static Decoded request(String input) {
        return of(Http1Decoder.Kind.REQUEST, input, Http1Limits.SERVER);
    }

    static Decoded response(String input) {
        return of(Http1Decoder.Kind.RESPONSE, input, Http1Limits.CLIENT);
    }

    static Decoded trailers(String input) {
        return of(Http1Decoder.Kind.TRAILERS, input, Http1Limits.SERVER);
    }

    /** Decodes in one piece. */
    static Decoded whole(Http1Decoder.Kind kind, byte[] input, Http1Limits limits, boolean extensionMethods) {
        return Splits.run(input, new Run(kind, limits, extensionMethods), null, Math.max(1, input.length));
    }

    /** Decodes in pieces of at most this many bytes. */
    static Decoded pieces(Http1Decoder.Kind kind, byte[] input, Http1Limits limits, boolean extensionMethods, Random random, int most) {
        return Splits.run(input, new Run(kind, limits, extensionMethods), random, most);
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final class Run implements Splits.Run<Decoded> {
        private final Http1Decoder decoder;
        private final HeaderBlock block = new HeaderBlock(SLAB, new Lifetime());
        private int consumed;

        Run(Http1Decoder.Kind kind, Http1Limits limits, boolean extensionMethods) {
            decoder = new Http1Decoder(extensionMethods);
            decoder.start(kind, block, limits);
        }

        @Override
        public int receive(byte[] buf, int off, int len) {
            boolean over = decoder.isDone() || decoder.violation() != null;
            int taken = decoder.decode(buf, off, len);
            if (over && taken != 0) {
                throw new AssertionError("consumed " + taken + " bytes behind its end");
            }
            consumed += taken;
            return taken;
        }

        @Override
        public Decoded outcome() {
            boolean done = decoder.isDone();
            if (done && decoder.violation() != null) {
                throw new AssertionError("both done and " + decoder.violation());
            }
            Decoded decoded = new Decoded(decoder.violation(), done, done ? consumed : 0, done ? decoder.method().toString() : "", done ? decoder.version() : null,
                    decoder.status(), new String(block.bytes(), 0, block.lineLen(), StandardCharsets.ISO_8859_1), block.toString());
            block.clear();
            return decoded;
        }
    }
}
