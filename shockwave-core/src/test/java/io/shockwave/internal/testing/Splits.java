package io.shockwave.internal.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Feeds one input to a decoder in many pieces: whole, byte by byte and at seeded random splits. What is not consumed is offered again with more behind it, as a
 * connection does. Every offer lies in an array of its own at an odd offset between bytes that must not be read.
 */
public final class Splits {
    /** One run of what is tested, from fresh. */
    public interface Run<R> {
        /** Takes bytes and returns how many were consumed. */
        int receive(byte[] buf, int off, int len);

        /** What came of it; compared with {@code equals}, so best a record or a text. */
        R outcome();
    }

    private static final int RANDOM_RUNS = 12;
    private static final int MARGIN = 7;
    /** Around each offer: a line end would complete what is incomplete, a digit would lengthen a number. */
    private static final byte[] POISON = {'\r', '\n', '7', ' ', ':', '\n', 0};

    private Splits() {}

    /** Runs the input in all ways, asserts that the outcome is always the same and returns it. */
    public static <R> R each(byte[] input, Supplier<Run<R>> fresh) {
        R whole = run(input, fresh.get(), null, input.length);
        assertEquals(whole, run(input, fresh.get(), null, 1), () -> "byte by byte differs for " + printable(input));
        for (int seed = 0; seed < RANDOM_RUNS; seed++) {
            int most = 1 + (seed < 6 ? 3 + seed : Math.max(1, input.length / 2));
            int ofSeed = seed;
            assertEquals(whole, run(input, fresh.get(), new Random(seed), most), () -> "random splits of seed " + ofSeed + " differ for " + printable(input));
        }
        return whole;
    }

    /** One run in pieces of {@code most} bytes or, with a random source, of 1 to {@code most}. */
    public static <R> R run(byte[] input, Run<R> run, Random random, int most) {
        int consumed = 0;
        int available = 0;
        while (available < input.length) {
            int piece = random == null ? most : 1 + random.nextInt(most);
            available = Math.min(input.length, available + piece);
            int taken;
            do {
                taken = offer(input, consumed, available, run);
                consumed += taken;
            } while (taken > 0 && consumed < available);
        }
        return run.outcome();
    }

    private static int offer(byte[] input, int from, int to, Run<?> run) {
        byte[] buf = new byte[to - from + 2 * MARGIN];
        System.arraycopy(POISON, 0, buf, 0, MARGIN);
        System.arraycopy(input, from, buf, MARGIN, to - from);
        System.arraycopy(POISON, 0, buf, MARGIN + to - from, MARGIN);
        byte[] before = buf.clone();
        int taken = run.receive(buf, MARGIN, to - from);
        if (taken < 0 || taken > to - from) {
            throw new AssertionError("consumed " + taken + " of " + (to - from) + " bytes");
        }
        if (!Arrays.equals(before, buf)) {
            throw new AssertionError("wrote into what it was to read");
        }
        return taken;
    }

    private static String printable(byte[] input) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < Math.min(input.length, 400); i++) {
            int b = input[i] & 0xFF;
            switch (b) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                default -> {
                    if (b >= 0x20 && b < 0x7F) {
                        out.append((char) b);
                    } else {
                        out.append(String.format("\\x%02x", b));
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
