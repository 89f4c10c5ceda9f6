package io.shockwave.internal.http1;

import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.testing.Splits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What came of decoding chunked content and its trailers. Data that came before a violation is part of it. */
record Dechunked(Violation violation, boolean done, int consumed, String data, String trailers) {
    static Dechunked of(String input, Http1Limits limits) {
        return Splits.each(Decoded.latin1(input), () -> new Run(limits));
    }

    static Dechunked of(String input) {
        return of(input, Http1Limits.SERVER);
    }

    static Dechunked pieces(byte[] input, Http1Limits limits, Random random, int most) {
        return Splits.run(input, new Run(limits), random, most);
    }

    private static final class Run implements Splits.Run<Dechunked> {
        private final ChunkDecoder chunks = new ChunkDecoder();
        private final Http1Decoder trailers = new Http1Decoder(false);
        private final HeaderBlock block = new HeaderBlock(Decoded.SLAB, new Lifetime());
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private int consumed;

        Run(Http1Limits limits) {
            chunks.start(limits);
            trailers.start(Http1Decoder.Kind.TRAILERS, block, limits);
        }

        @Override
        public int receive(byte[] buf, int off, int len) {
            int taken;
            if (chunks.dataLeft() > 0) {
                taken = (int) Math.min(len, chunks.dataLeft());
                data.write(buf, off, taken);
                chunks.consumed(taken);
            } else if (chunks.isLast()) {
                taken = trailers.decode(buf, off, len);
            } else {
                taken = chunks.decode(buf, off, len);
            }
            consumed += taken;
            return taken;
        }

        @Override
        public Dechunked outcome() {
            Violation violation = chunks.violation() != null ? chunks.violation() : trailers.violation();
            Dechunked result = new Dechunked(violation, trailers.isDone(), trailers.isDone() ? consumed : 0, data.toString(StandardCharsets.ISO_8859_1), block.toString());
            block.clear();
            return result;
        }
    }
}
