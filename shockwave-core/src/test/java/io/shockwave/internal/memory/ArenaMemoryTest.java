package io.shockwave.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.ArenaLimitException;
import io.shockwave.ArenaSlice;
import io.shockwave.ArenaWriter;
import io.shockwave.internal.memory.ChunkStore.Backing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The memory of arenas, the same on the heap and outside it. */
class ArenaMemoryTest {
    private static final int LIMIT = 64 << 10;

    private final Lifetime life = new Lifetime();

    private ChunkStore store;
    private Scratch scratch;

    private ArenaViews views(Backing backing, boolean reused) {
        store = new ChunkStore(backing, 1 << 20);
        scratch = new Scratch(store, LIMIT);
        return new ArenaViews(scratch, life, reused);
    }

    private void end(ArenaViews views) {
        life.advance();
        scratch.release();
        views.renew();
    }

    // ---- what is lent

    @ParameterizedTest
    @EnumSource(Backing.class)
    void bytesAreZeroWhoeverHadThemBefore(Backing backing) {
        ArenaViews views = views(backing, true);
        for (int round = 0; round < 3; round++) {
            for (int len : new int[] {0, 1, 1_023, 1_024, 1_025, 4_000, 5_000}) {
                ArenaSlice slice = views.bytes(len);
                assertEquals(len, slice.length());
                for (int i = 0; i < len; i++) {
                    assertEquals(0, slice.byteAt(i));
                    slice.put(i, (byte) 'x');
                }
            }
            end(views);
        }
    }

    @ParameterizedTest
    @EnumSource(Backing.class)
    void slicesDoNotOverlapAndKeepWhatWasWritten(Backing backing) {
        ArenaViews views = views(backing, false);
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            List<ArenaSlice> slices = new ArrayList<>();
            List<byte[]> written = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                byte[] bytes = new byte[random.nextInt(900)];
                random.nextBytes(bytes);
                written.add(bytes);
                slices.add(views.copy(bytes, 0, bytes.length));
            }
            for (int i = 0; i < 40; i++) {
                byte[] read = new byte[slices.get(i).length()];
                assertEquals(read.length, slices.get(i).copyTo(read, 0));
                assertTrue(Arrays.equals(written.get(i), read));
            }
            end(views);
        }
    }

    @ParameterizedTest
    @EnumSource(Backing.class)
    void readsAsText(Backing backing) {
        ArenaViews views = views(backing, false);
        byte[] text = "xContent-Length: 00123\u00e4".getBytes(StandardCharsets.ISO_8859_1);
        ArenaSlice all = views.copy(text, 1, text.length - 1);
        assertEquals("Content-Length: 00123\u00e4", all.toString());
        assertEquals('\u00e4', all.charAt(21));
        ArenaSlice name = all.slice(0, 14);
        assertTrue(name.is("Content-Length") && !name.is("content-length") && !name.is("Content-Lengt") && name.isIgnoringCase("content-LENGTH") && !name.isIgnoringCase("content-lengtx"));
        assertEquals(123, all.slice(16, 5).toLong(-1));
        assertEquals(-1, all.toLong(-1));
        assertEquals(-1, all.slice(3, 0).toLong(-1));
        assertEquals("Length", name.subSequence(8, 14));
        String most = Long.toString(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, views.out(1).ascii(most).slice().toLong(-1));
        assertEquals(-1, views.out(1).ascii(most.replace('7', '8')).slice().toLong(-1));
    }

    @ParameterizedTest
    @EnumSource(Backing.class)
    void noIndexLeavesASlice(Backing backing) {
        ArenaViews views = views(backing, false);
        views.bytes(100);
        ArenaSlice slice = views.bytes(10);
        views.bytes(100);
        for (int index : new int[] {-1, 10, 11, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> slice.byteAt(index));
            assertThrows(IndexOutOfBoundsException.class, () -> slice.charAt(index));
            assertThrows(IndexOutOfBoundsException.class, () -> slice.put(index, (byte) 1));
            assertThrows(IndexOutOfBoundsException.class, () -> slice.slice(index, 1));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> slice.put(5, new byte[6], 0, 6));
        assertThrows(IndexOutOfBoundsException.class, () -> slice.put(0, new byte[6], 1, 6));
        assertThrows(IndexOutOfBoundsException.class, () -> slice.copyTo(5, new byte[6], 0, 6));
        assertThrows(IndexOutOfBoundsException.class, () -> slice.copyTo(new byte[9], 0));
        assertThrows(IndexOutOfBoundsException.class, () -> slice.slice(5, 6));
        assertThrows(IndexOutOfBoundsException.class, () -> views.copy(new byte[3], 1, 3));
        assertThrows(IllegalArgumentException.class, () -> views.bytes(-1));
        assertEquals(10, slice.slice(0, 10).length());
        assertEquals(0, slice.slice(10, 0).length());
    }

    // ---- writing

    @ParameterizedTest
    @EnumSource(Backing.class)
    void aWriterHoldsWhatWasWrittenThoughItMoves(Backing backing) {
        ArenaViews views = views(backing, true);
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            StringBuilder expected = new StringBuilder();
            ArenaWriter out = views.out(random.nextInt(40));
            List<ArenaSlice> others = new ArrayList<>();
            while (expected.length() < random.nextInt(12_000)) {
                switch (random.nextInt(5)) {
                    case 0 -> {
                        long number = random.nextLong() >> random.nextInt(64);
                        out.decimal(number);
                        expected.append(number);
                    }
                    case 1 -> {
                        out.ascii("some text");
                        expected.append("some text");
                    }
                    case 2 -> {
                        out.write((byte) '!');
                        expected.append('!');
                    }
                    case 3 -> {
                        byte[] bytes = "0123456789".repeat(1 + random.nextInt(60)).getBytes(StandardCharsets.US_ASCII);
                        int len = random.nextInt(bytes.length - 3);
                        out.write(bytes, 3, len);
                        expected.append(new String(bytes, 3, len, StandardCharsets.US_ASCII));
                    }
                    default -> others.add(views.out(1).ascii("other").slice()); // so that it cannot grow in its place
                }
            }
            assertEquals(expected.toString(), out.slice().toString());
            assertEquals(expected.length(), out.length());
            others.forEach(other -> assertEquals("other", other.toString()));
            end(views);
        }
    }

    @ParameterizedTest
    @EnumSource(Backing.class)
    void numbersAndUtf8AreAsTheJdkWritesThem(Backing backing) {
        ArenaViews views = views(backing, true);
        for (long number : new long[] {0, 1, -1, 9, 10, 99, 100, -100, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MIN_VALUE}) {
            assertEquals(Long.toString(number), views.out(0).decimal(number).slice().toString());
        }
        for (String text : new String[] {"", "a", "\u00e4", "a\u20acb", "\ud83d\ude00", "x\ud83d\ude00\ud83d\ude00", "\ud83d", "\ude00a", "a\ud83d", "\u07ff\u0800\uffff", "plain".repeat(2_000) + "\u20ac"}) {
            byte[] expected = text.replaceAll("(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])", "\ufffd").getBytes(StandardCharsets.UTF_8);
            ArenaSlice slice = views.out(0).utf8(text).slice();
            byte[] got = new byte[slice.length()];
            slice.copyTo(got, 0);
            assertTrue(Arrays.equals(expected, got), text);
            end(views);
        }
        assertThrows(IllegalArgumentException.class, () -> views.out(0).ascii("ab\u0100"));
        ArenaSlice part = views.out(0).ascii("0123456789", 2, 5).slice();
        assertEquals("234", part.toString());
        assertEquals("234 34", views.out(0).ascii(part).write((byte) ' ').ascii(part, 1, 3).slice().toString());
        assertThrows(IndexOutOfBoundsException.class, () -> views.out(0).ascii(part, 1, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> views.out(0).ascii("abc", 2, 1));
    }

    @Test
    void aSliceOfAWriterIsWhatWasThere() {
        ArenaViews views = views(Backing.HEAP, false);
        ArenaWriter out = views.out(4);
        ArenaSlice first = out.ascii("abcd").slice();
        out.ascii("efgh".repeat(3_000));
        assertEquals("abcd", first.toString());
        assertEquals("abcdefgh", out.slice().slice(0, 8).toString());
        assertEquals("xy", out.clear().ascii("xy").slice().toString());
    }

    // ---- bounds

    @ParameterizedTest
    @EnumSource(Backing.class)
    void lendsExactlyItsLimitAndNoByteMore(Backing backing) {
        ArenaViews views = views(backing, false);
        assertEquals(LIMIT, views.bytes(LIMIT).length());
        assertEquals(LIMIT, scratch.heldBytes());
        assertEquals(0, views.bytes(0).length());
        ArenaLimitException refused = assertThrows(ArenaLimitException.class, () -> views.bytes(1));
        assertEquals("the arena holds 65536 bytes of the 65536 that maxArenaBytes allows: 1 more do not fit", refused.getMessage());
        assertEquals(1, store.refusals());
        end(views);
        assertThrows(ArenaLimitException.class, () -> views.bytes(LIMIT + 1));
        assertEquals(0, scratch.heldBytes());
        assertThrows(ArenaLimitException.class, () -> views.out(Integer.MAX_VALUE));
        assertEquals(LIMIT, views.bytes(LIMIT).length());
    }

    @Test
    void aWriterReachesTheLimitAndNoByteMore() {
        ArenaViews views = views(Backing.HEAP, false);
        ArenaWriter out = views.out(16);
        int written = 0;
        try {
            for (;;) {
                out.write((byte) 'x');
                written++;
            }
        } catch (ArenaLimitException full) {
            assertTrue(written >= LIMIT / 4, written + " bytes");
            assertEquals("x".repeat(written), out.slice().toString());
        }
        assertTrue(scratch.heldBytes() <= LIMIT);
        end(views);
        byte[] all = new byte[LIMIT];
        ArenaWriter whole = views.out(LIMIT).write(all, 0, LIMIT);
        assertEquals(LIMIT, whole.length());
        assertThrows(ArenaLimitException.class, () -> whole.write((byte) 1));
    }

    @ParameterizedTest
    @EnumSource(Backing.class)
    void shrinksBackAfterALargeRequest(Backing backing) {
        store = new ChunkStore(backing, 32 << 10);
        scratch = new Scratch(store, 4 << 20);
        ArenaViews views = new ArenaViews(scratch, life, true);
        views.bytes(3 << 20);
        for (int i = 0; i < 50; i++) {
            views.bytes(5_000);
        }
        assertTrue(store.lentBytes() >= (3 << 20) + 250_000 && store.lentBytes() == scratch.heldBytes(), store.lentBytes() + " bytes");
        end(views);
        assertEquals(0, store.lentBytes());
        assertEquals(0, scratch.heldBytes());
        assertTrue(store.freeBytes() <= 32 << 10, store.freeBytes() + " bytes");
        assertTrue(store.mostLentBytes() >= (3 << 20) + 250_000);
    }

    @Test
    void memoryIsUsedAgain() {
        ArenaViews views = views(Backing.HEAP, true);
        views.bytes(3_000);
        views.bytes(3_000);
        assertEquals(12 << 10, scratch.heldBytes());
        end(views);
        assertEquals(12 << 10, store.freeBytes());
        views.bytes(10);
        assertEquals(ChunkStore.MIN_BYTES, scratch.heldBytes());
        assertEquals(8 << 10, store.freeBytes());
    }

    @Test
    void whatIsForgottenIsNeitherCountedNorLentAgain() {
        ArenaViews views = views(Backing.HEAP, false);
        ArenaSlice kept = views.copy("mine".getBytes(StandardCharsets.US_ASCII), 0, 4);
        scratch.forget();
        assertEquals(0, store.lentBytes());
        views.bytes(20_000);
        assertEquals(0, store.lentBytes());
        assertEquals(0, store.freeBytes());
        ArenaViews other = new ArenaViews(new Scratch(store, LIMIT), new Lifetime(), false);
        other.bytes(4_000);
        assertEquals("mine", kept.toString());
    }

    // ---- the end

    @ParameterizedTest
    @EnumSource(Backing.class)
    void nothingIsUsedAfterTheEnd(Backing backing) {
        ArenaViews views = views(backing, false);
        ArenaSlice slice = views.bytes(4);
        ArenaWriter out = views.out(4).ascii("abc");
        ArenaSlice written = out.slice();
        ArenaSlice kept = written.retain();
        life.advance();
        scratch.release();
        assertThrows(IllegalStateException.class, slice::length);
        assertThrows(IllegalStateException.class, () -> slice.byteAt(0));
        assertThrows(IllegalStateException.class, () -> slice.put(0, (byte) 1));
        assertThrows(IllegalStateException.class, () -> slice.put(0, new byte[1], 0, 1));
        assertThrows(IllegalStateException.class, slice::toString);
        assertThrows(IllegalStateException.class, slice::retain);
        assertThrows(IllegalStateException.class, () -> slice.slice(0, 1));
        assertThrows(IllegalStateException.class, () -> slice.copyTo(new byte[4], 0));
        assertThrows(IllegalStateException.class, () -> slice.is("abcd"));
        assertThrows(IllegalStateException.class, () -> slice.toLong(0));
        assertThrows(IllegalStateException.class, () -> out.write((byte) 1));
        assertThrows(IllegalStateException.class, () -> out.ascii(""));
        assertThrows(IllegalStateException.class, out::slice);
        assertThrows(IllegalStateException.class, out::clear);
        assertThrows(IllegalStateException.class, () -> views.bytes(1));
        assertThrows(IllegalStateException.class, () -> views.out(1));
        assertEquals("abc", kept.toString());
        assertEquals("bc", kept.slice(1, 2).put(0, (byte) 'b').toString());
        assertEquals(0, store.lentBytes());
    }

    @Test
    void objectsAreReusedOnlyWhereThatIsWanted() {
        ArenaViews fresh = views(Backing.HEAP, false);
        assertNotSame(fresh.bytes(1), fresh.bytes(1));
        ArenaViews reused = views(Backing.HEAP, true);
        ArenaSlice first = reused.bytes(1);
        ArenaSlice second = reused.bytes(1);
        assertNotSame(first, second);
        end(reused);
        assertFalse(scratch.heldBytes() > 0);
        assertSame(first, reused.bytes(1));
        assertSame(second, reused.bytes(1));
        for (int i = 2; i < ArenaViews.MAX_KEPT_VIEWS; i++) {
            reused.bytes(1);
        }
        ArenaSlice beyond = reused.bytes(1);
        end(reused);
        for (int i = 0; i <= ArenaViews.MAX_KEPT_VIEWS; i++) {
            assertNotSame(beyond, reused.bytes(1));
        }
    }
}
