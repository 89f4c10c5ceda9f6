package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.internal.testing.Splits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ContentDecodingTest {
    /** Decodes into a window of a few bytes and notes the outcome. */
    private static final class Run implements Splits.Run<String> {
        final ContentDecoding decoding;
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final byte[] window;
        String failure = "";

        Run(boolean gzip, int maxRatio, long maxBytes, int window) {
            decoding = new ContentDecoding(gzip, maxRatio, maxBytes);
            this.window = new byte[window];
        }

        @Override
        public int receive(byte[] buf, int off, int len) {
            if (!failure.isEmpty()) {
                return 0;
            }
            try {
                int at = 0;
                do {
                    at += decoding.decode(buf, off + at, len - at, window, 0, window.length);
                    out.write(window, 0, decoding.produced());
                } while (at < len || decoding.hasPending());
                return at;
            } catch (HttpException e) {
                failure = e.kind() + " " + e.getMessage();
                return 0;
            }
        }

        @Override
        public String outcome() {
            boolean complete = decoding.isComplete();
            decoding.end();
            return failure.isEmpty() ? (complete ? "" : "incomplete ") + out.toString(StandardCharsets.ISO_8859_1) : failure;
        }
    }

    private static String decoded(boolean gzip, byte[] coded) {
        String small = Splits.each(coded, () -> new Run(gzip, 1000, 1 << 30, 3));
        assertEquals(small, Splits.each(coded, () -> new Run(gzip, 1000, 1 << 30, 5_000)));
        return small;
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] plain, boolean raw, int level) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(out, new Deflater(level, raw))) {
            deflate.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @Test
    void gzipAndBothKindsOfDeflateDecodeAtAllSplits() {
        Random random = new Random(1);
        byte[] noise = new byte[3_000];
        random.nextBytes(noise);
        for (byte[] plain : new byte[][] {{}, ascii("a"), ascii("hello, hello, hello"), ascii("na".repeat(5_000)), noise}) {
            String text = new String(plain, StandardCharsets.ISO_8859_1);
            assertEquals(text, decoded(true, gzip(plain)));
            for (int level : new int[] {0, 1, 9}) {
                assertEquals(text, decoded(false, deflate(plain, false, level)));
                assertEquals(text, decoded(false, deflate(plain, true, level)));
            }
        }
    }

    @Test
    void aHeaderWithAllFieldsIsPassedOver() {
        byte[] plain = gzip(ascii("hello"));
        byte[] full = join(new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3}, ascii("name"), new byte[] {0}, ascii("comment"), new byte[] {0, 9, 9}, Arrays.copyOfRange(plain, 10, plain.length));
        assertEquals("hello", decoded(true, full));
        byte[] emptyExtra = join(new byte[] {0x1F, (byte) 0x8B, 8, 4, 0, 0, 0, 0, 0, 3, 0, 0}, Arrays.copyOfRange(plain, 10, plain.length));
        assertEquals("hello", decoded(true, emptyExtra));
    }

    @Test
    void membersFollowOneAnother() {
        assertEquals("onetwo", decoded(true, join(gzip(ascii("one")), gzip(ascii("two")))));
        assertTrue(decoded(true, join(gzip(ascii("one")), new byte[10])).startsWith("PROTOCOL"));
    }

    @Test
    void whatIsCutIsIncomplete() {
        byte[] coded = gzip(ascii("hello, hello"));
        for (int cut = 1; cut < coded.length; cut++) {
            Run run = new Run(true, 1000, 1 << 30, 100);
            run.receive(coded, 0, cut);
            assertTrue(run.outcome().startsWith("incomplete"), "cut at " + cut);
        }
    }

    @Test
    void whatIsWrongIsRefused() {
        byte[] coded = gzip(ascii("hello"));
        byte[] crc = coded.clone();
        crc[coded.length - 8] ^= 1;
        assertTrue(decoded(true, crc).startsWith("PROTOCOL"));
        byte[] size = coded.clone();
        size[coded.length - 1] ^= 1;
        assertTrue(decoded(true, size).startsWith("PROTOCOL"));
        byte[] magic = coded.clone();
        magic[1] = 0;
        assertTrue(decoded(true, magic).startsWith("PROTOCOL"));
        byte[] reserved = coded.clone();
        reserved[3] = (byte) 0x80;
        assertTrue(decoded(true, reserved).startsWith("PROTOCOL"));
        assertTrue(decoded(false, new byte[] {0x78, (byte) 0x9C, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF}).startsWith("PROTOCOL"));
        assertTrue(decoded(false, join(deflate(ascii("x"), false, 9), ascii("y"))).startsWith("PROTOCOL"));
    }

    @Test
    void zlibWithAPresetDictionaryIsRefused() {
        Deflater deflater = new Deflater();
        deflater.setDictionary(ascii("hello"));
        deflater.setInput(ascii("hello"));
        deflater.finish();
        byte[] coded = new byte[100];
        assertTrue(decoded(false, Arrays.copyOf(coded, deflater.deflate(coded))).startsWith("PROTOCOL"));
        deflater.end();
    }

    @Test
    void theAbsoluteCapHoldsToTheByte() {
        byte[] coded = gzip(new byte[10_000]);
        Run most = new Run(true, 100_000, 10_000, 700);
        most.receive(coded, 0, coded.length);
        assertEquals(10_000, most.outcome().length());
        Run less = new Run(true, 100_000, 9_999, 700);
        less.receive(coded, 0, coded.length);
        assertTrue(less.outcome().startsWith("TOO_LARGE"));
    }

    @Test
    void aBombEndsAtTheRatioAndNotInMemory() {
        byte[] bomb = gzip(new byte[50 << 20]);
        Run run = new Run(true, 100, Long.MAX_VALUE, 8_000);
        run.receive(bomb, 0, bomb.length);
        int size = run.out.size();
        assertTrue(run.outcome().startsWith("TOO_LARGE"), run.failure);
        assertTrue(size < 100 * bomb.length / 5 && size <= 100 * 10_000, size + " bytes came out");
    }

    @Test
    void theRatioCountsAcrossMembers() {
        byte[] member = gzip(new byte[60_000]);
        byte[] many = member;
        for (int i = 0; i < 6; i++) {
            many = join(many, many);
        }
        Run run = new Run(true, 100, Long.MAX_VALUE, 8_000);
        run.receive(many, 0, many.length);
        assertTrue(run.outcome().startsWith("TOO_LARGE"));
    }

    /** The outcome of gzip whose one member begins with this and never ends. */
    private static String barren(int flags, byte[] unit, long bytes) {
        byte[] coded = new byte[(int) bytes];
        System.arraycopy(new byte[] {0x1F, (byte) 0x8B, 8, (byte) flags, 0, 0, 0, 0, 0, 3}, 0, coded, 0, 10);
        for (int at = 10; at < coded.length; at++) {
            coded[at] = unit[(at - 10) % unit.length];
        }
        Run run = new Run(true, 1000, Long.MAX_VALUE, 8_000);
        for (int at = 0; at < coded.length && run.failure.isEmpty(); at += 1_000) {
            run.receive(coded, at, Math.min(1_000, coded.length - at));
        }
        return run.outcome();
    }

    @Test
    void bytesThatDecodeToNothingDoNotGoOnWithoutEnd() {
        byte[] empty = {0, 0, 0, (byte) 0xFF, (byte) 0xFF}; // RFC 1951 3.2.4: a block without bytes, not the last
        byte[] letter = {'n'};
        byte[] member = {3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 3};
        for (long bytes : new long[] {1_000, ContentDecoding.MAX_BARREN_BYTES}) {
            assertEquals("incomplete ", barren(0, empty, bytes));
            assertEquals("incomplete ", barren(8, letter, bytes)); // FNAME
            assertEquals("incomplete ", barren(16, letter, bytes)); // FCOMMENT
            assertTrue(barren(0, member, bytes).endsWith("incomplete ") || barren(0, member, bytes).isEmpty());
        }
        for (long bytes : new long[] {ContentDecoding.MAX_BARREN_BYTES + 1, 10 * ContentDecoding.MAX_BARREN_BYTES}) {
            assertTrue(barren(0, empty, bytes).startsWith("TOO_LARGE"));
            assertTrue(barren(8, letter, bytes).startsWith("TOO_LARGE"));
            assertTrue(barren(16, letter, bytes).startsWith("TOO_LARGE"));
            assertTrue(barren(0, member, bytes).startsWith("TOO_LARGE"));
        }
    }

    @Test
    void whatGivesAByteNowAndThenGoesOn() {
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
            for (int n = 0; n < 20_000; n += 5) {
                blocks.writeBytes(new byte[] {0, 0, 0, (byte) 0xFF, (byte) 0xFF});
            }
            blocks.writeBytes(new byte[] {0, 1, 0, (byte) 0xFE, (byte) 0xFF, 'x'});
        }
        byte[] coded = join(new byte[] {0x78, 0x01}, blocks.toByteArray());
        Run run = new Run(false, 1000, 1000, 100);
        run.receive(coded, 0, coded.length);
        assertEquals("incomplete xxxxxxxxxx", run.outcome());
    }

    @Test
    void smallContentMayGrowFreely() {
        byte[] coded = gzip(new byte[(int) ContentDecoding.RATIO_FREE_BYTES]);
        Run run = new Run(true, 10, Long.MAX_VALUE, 8_000);
        run.receive(coded, 0, coded.length);
        assertEquals(ContentDecoding.RATIO_FREE_BYTES, run.outcome().length());
        byte[] more = gzip(new byte[(int) ContentDecoding.RATIO_FREE_BYTES + 1]);
        Run over = new Run(true, 10, Long.MAX_VALUE, 8_000);
        over.receive(more, 0, more.length);
        assertTrue(over.outcome().startsWith("TOO_LARGE"));
    }

    @Test
    void rawDeflateThatGivesBytesInItsFirstTwoIsWhole() {
        byte[] coded = deflate(ascii("a"), true, 9);
        Run run = new Run(false, 1000, 1000, 1);
        run.receive(coded, 0, coded.length);
        assertEquals("a", run.outcome());
        assertArrayEquals(ascii("a"), run.out.toByteArray());
    }
}
