package io.shockwave.internal.header;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Ascii;
import io.shockwave.HeaderName;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever the tier: what is added is kept, in full and in order, and the page's size decides only where. */
@Tag("tier")
class HeaderBlockTest {
    private static final int ENTRY = 12;
    private static final HeaderName OWN = HeaderName.of("x-own");

    private final Slab slab = new Slab(1 << 22);
    private final Lifetime life = new Lifetime();
    private final HeaderBlock block = new HeaderBlock(slab, life);

    @AfterEach
    void everyBorrowedPageComesBack() {
        block.clear();
        assertEquals(0, slab.lentBytes());
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void append(String name, String value) {
        byte[] both = latin1(name + ' ' + value);
        block.append(both, 0, name.length(), name.length() + 1, value.length());
    }

    // ---- the bound

    @Test
    void holdsExactlyAPageOfBytes() {
        append("x", "v".repeat(HeaderBlock.PAGE_BYTES - ENTRY - 1));
        assertEquals(0, block.spills());
        assertEquals(0, slab.lentBytes());
        assertEquals(HeaderBlock.PAGE_BYTES, block.ownedBytes());
    }

    @Test
    void spillsOneByteMoreInFull() {
        String value = "v".repeat(HeaderBlock.PAGE_BYTES - ENTRY);
        append("x", value);
        assertEquals(1, block.spills());
        assertTrue(slab.lentBytes() > 0);
        assertEquals(value, block.valueText(0));
    }

    @Test
    void holdsExactlyAPageOfEntries() {
        int fit = HeaderBlock.PAGE_BYTES / ENTRY;
        for (int i = 0; i < fit; i++) {
            block.add(HeaderName.ACCEPT, "");
        }
        assertEquals(0, block.spills());
        block.add(HeaderName.ACCEPT, "");
        assertEquals(1, block.spills());
        assertEquals(fit + 1, block.all(HeaderName.ACCEPT).size());
    }

    @Test
    void knownNamesCostNoBytes() {
        append("Content-Security-Policy", "v".repeat(HeaderBlock.PAGE_BYTES - ENTRY));
        assertEquals(0, block.spills());
    }

    @Test
    void theLineCountsToo() {
        byte[] line = latin1("t".repeat(HeaderBlock.PAGE_BYTES));
        block.line(line, 0, line.length);
        assertEquals(0, block.spills());
        block.add(HeaderName.AGE, "");
        assertEquals(1, block.spills());
        assertEquals(line.length, block.lineLen());
        assertEquals(new String(line, StandardCharsets.US_ASCII), new String(block.bytes(), 0, block.lineLen(), StandardCharsets.US_ASCII));
    }

    @Test
    void aSpillThatGrowsAgainIsCountedOnce() {
        for (int i = 0; i < 50; i++) {
            append("x-" + i, "v".repeat(HeaderBlock.PAGE_BYTES));
        }
        assertEquals(1, block.spills());
        assertEquals(50, block.size());
        for (int i = 0; i < 50; i++) {
            assertEquals("x-" + i, block.nameText(i));
            assertEquals(HeaderBlock.PAGE_BYTES, block.valueLen(i));
        }
    }

    @Test
    void aClearedBlockIsBackOnItsOwnPage() {
        append("x", "v".repeat(HeaderBlock.PAGE_BYTES * 2));
        block.clear();
        assertEquals(HeaderBlock.PAGE_BYTES, block.ownedBytes());
        append("y", "w");
        assertEquals("y: w\n", block.toString());
        assertEquals(1, block.spills());
    }

    // ---- equality with a plain list, through all operations, below and above the bound

    @Test
    void behavesAsAListDoesThroughRandomOperations() {
        for (int seed = 0; seed < 60; seed++) {
            new Walk(seed).run();
        }
    }

    private final class Walk {
        private final Random random;
        private final List<String[]> model = new ArrayList<>();
        private final List<HeaderName> names = List.of(HeaderName.ACCEPT, HeaderName.SET_COOKIE, HeaderName.CONTENT_TYPE, OWN, HeaderName.of("X-Other-Name"), HeaderName.of("z"));
        private final int longest;
        private final int seed;

        Walk(int seed) {
            this.seed = seed;
            random = new Random(seed);
            longest = seed % 3 == 0 ? 8 : seed % 3 == 1 ? 60 : HeaderBlock.PAGE_BYTES;
        }

        void run() {
            block.clear();
            if (random.nextBoolean()) {
                byte[] line = latin1("/line");
                block.line(line, 0, line.length);
            }
            int lineLen = block.lineLen();
            for (int step = 0; step < 200; step++) {
                step();
                assertEquals(text(), block.toString(), () -> "seed " + seed);
                assertEquals(lineLen, block.lineLen());
            }
            for (HeaderName name : names) {
                assertEquals(model.stream().filter(f -> f[0].equalsIgnoreCase(name.toString())).map(f -> f[1]).toList(), block.all(name));
            }
            HeaderBlock copy = new HeaderBlock(slab, life);
            copy.copyFrom(block);
            assertEquals(text(), copy.toString());
            assertEquals(lineLen, copy.lineLen());
            copy.clear();
        }

        private void step() {
            HeaderName name = names.get(random.nextInt(names.size()));
            String value = "v".repeat(random.nextInt(longest));
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> {
                    block.add(name, value);
                    model.add(new String[] {name.toString(), value});
                }
                case 3 -> {
                    append(name.toString(), value);
                    model.add(new String[] {name.toString(), value});
                }
                case 4 -> {
                    long number = random.nextLong() & Long.MAX_VALUE >> random.nextInt(60);
                    block.add(name, number);
                    model.add(new String[] {name.toString(), Long.toString(number)});
                }
                case 5 -> {
                    block.set(name, value);
                    drop(name);
                    model.add(new String[] {name.toString(), value});
                }
                case 6 -> {
                    block.remove(name);
                    drop(name);
                }
                case 7, 8 -> {
                    if (!model.isEmpty()) {
                        int index = random.nextInt(model.size());
                        block.removeAt(index);
                        model.remove(index);
                    }
                }
                default -> {
                    if (!model.isEmpty()) {
                        int index = random.nextInt(model.size());
                        block.add(name, block.value(index));
                        model.add(new String[] {name.toString(), model.get(index)[1]});
                    }
                }
            }
        }

        private void drop(HeaderName name) {
            model.removeIf(f -> f[0].equalsIgnoreCase(name.toString()));
        }

        private String text() {
            StringBuilder out = new StringBuilder();
            for (String[] field : model) {
                out.append(field[0]).append(": ").append(field[1]).append('\n');
            }
            return out.toString();
        }
    }

    // ---- removal and compaction

    @Test
    void replacingAFieldForeverTakesNoMoreRoom() {
        int valueLen = HeaderBlock.PAGE_BYTES / 3;
        block.add(HeaderName.AGE, "1");
        for (int i = 0; i < 1_000; i++) {
            block.set(OWN, "v".repeat(valueLen - 20));
            block.set(HeaderName.ACCEPT, Long.toString(i));
        }
        assertEquals(0, block.spills());
        assertEquals("999", block.first(HeaderName.ACCEPT).orElseThrow());
    }

    @Test
    void removingFieldsMakesRoomAgain() {
        int third = (HeaderBlock.PAGE_BYTES - 3 * ENTRY) / 3;
        block.add(HeaderName.ACCEPT, "a".repeat(third));
        block.add(HeaderName.AGE, "b".repeat(third));
        block.add(HeaderName.ALLOW, "c".repeat(third));
        block.remove(HeaderName.ACCEPT);
        block.add(HeaderName.DATE, "d".repeat(third));
        assertEquals(0, block.spills());
        assertEquals("Age: " + "b".repeat(third) + "\nAllow: " + "c".repeat(third) + "\nDate: " + "d".repeat(third) + '\n', block.toString());
    }

    @Test
    void removesTheFirstTheLastAndTheOnlyField() {
        block.add("a", "1").add("b", "2").add("c", "3");
        block.removeAt(0);
        block.removeAt(1);
        assertEquals("b: 2\n", block.toString());
        block.removeAt(0);
        assertEquals(0, block.size());
        block.add("d", "4");
        assertEquals("d: 4\n", block.toString());
    }

    // ---- order, duplicates, case

    @Test
    void keepsOrderAndDuplicates() {
        block.add("Set-Cookie", "a").add("X-A", "b").add("set-cookie", "c").add("x-a", "d");
        assertEquals(List.of("a", "c"), block.all("SET-COOKIE"));
        assertEquals(List.of("b", "d"), block.all("X-a"));
        assertEquals(0, block.indexOf(HeaderName.SET_COOKIE, 0));
        assertEquals(2, block.indexOf(HeaderName.SET_COOKIE, 1));
        assertEquals(-1, block.indexOf(HeaderName.SET_COOKIE, 3));
        assertEquals(Optional.of("b"), block.first("x-A"));
        assertEquals(Optional.empty(), block.first("X-B"));
    }

    @Test
    void showsKnownNamesInTheirUsualSpellingAndOthersAsSent() {
        append("cONTENT-tYPE", "x");
        append("x-oWn", "y");
        assertEquals("Content-Type: x\nx-oWn: y\n", block.toString());
        assertTrue(block.name(0).is("Content-Type"));
        assertTrue(block.name(1).is("x-oWn"));
        assertTrue(block.contains(OWN));
    }

    @Test
    void comparesNamesByLettersOnly() {
        // '[' and '{', '@' and '`' differ by the bit that tells cases apart, as letters do.
        block.add("a^b", "1").add("a~b", "2");
        assertEquals(List.of("1"), block.all("A^B"));
        assertEquals(List.of("2"), block.all("A~B"));
    }

    @Test
    void everyConstantIsFoundByItsTextInAnyCase() {
        for (int id = 0; id < 128 && HeaderName.byId(id) != null; id++) {
            HeaderName name = HeaderName.byId(id);
            byte[] upper = latin1(name.toString().toUpperCase(Locale.ROOT));
            byte[] lower = latin1("##" + name.toString().toLowerCase(Locale.ROOT));
            assertEquals(id, HeaderName.idOf(upper, 0, upper.length));
            assertEquals(id, HeaderName.idOf(lower, 2, lower.length - 2));
            assertEquals(-1, HeaderName.idOf(lower, 1, lower.length - 1));
            assertSame(name, HeaderName.of(name.toString()));
        }
        assertEquals(-1, HeaderName.idOf(new byte[0], 0, 0));
    }

    // ---- views

    @Test
    void viewsEndWithTheirLife() {
        block.add("a", "b");
        Ascii name = block.name(0);
        Ascii value = block.value(0);
        Iterator<Map.Entry<String, String>> iterator = block.iterator();
        assertTrue(iterator.hasNext());
        life.advance();
        for (Ascii view : new Ascii[] {name, value}) {
            assertThrows(IllegalStateException.class, view::length);
            assertThrows(IllegalStateException.class, view::toString);
            assertThrows(IllegalStateException.class, () -> view.charAt(0));
            assertThrows(IllegalStateException.class, () -> view.is("b"));
            assertThrows(IllegalStateException.class, () -> view.isIgnoringCase("b"));
            assertThrows(IllegalStateException.class, () -> view.toLong(0));
            assertThrows(IllegalStateException.class, () -> view.copyTo(new byte[9], 0));
            assertThrows(IllegalStateException.class, () -> view.subSequence(0, 0));
        }
        assertThrows(IllegalStateException.class, iterator::hasNext);
    }

    @Test
    void twoValuesCanBeComparedNameAndValueToo() {
        block.add("a", "1").add("b", "2");
        Ascii first = block.value(0);
        Ascii second = block.value(1);
        assertNotSame(first, second);
        assertTrue(first.is("1") && second.is("2"));
        assertTrue(block.name(1).is("b") && second.is("2"));
    }

    @Test
    void aViewReadsNothingBeyondItsField() {
        block.add("a", "12").add("b", "34");
        Ascii value = block.value(0);
        assertEquals(2, value.length());
        assertThrows(IndexOutOfBoundsException.class, () -> value.charAt(2));
        assertThrows(IndexOutOfBoundsException.class, () -> value.charAt(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> block.value(2));
        assertThrows(IndexOutOfBoundsException.class, () -> block.name(-1));
        assertFalse(value.is("123"));
        assertEquals(12, value.toLong(-1));
        byte[] copy = new byte[3];
        assertEquals(2, value.copyTo(copy, 1));
        assertEquals('1', copy[1]);
    }

    @Test
    void bytesAbove127ReadAsLatin1() {
        append("a", "\u00e9\u00ff");
        assertEquals('\u00e9', block.value(0).charAt(0));
        assertEquals("\u00e9\u00ff", block.value(0).toString());
        assertTrue(block.value(0).is("\u00e9\u00ff"));
        assertFalse(block.value(0).isIgnoringCase("\u00c9\u00ff"));
    }

    // ---- aliasing: a value that looks at the block itself

    @Test
    void takesItsOwnValuesEvenWhileMoving() {
        block.add(OWN, "0123456789".repeat(4));
        while (block.spills() == 0 || block.size() < 40) {
            block.add(HeaderName.ACCEPT, block.value(0));
        }
        for (int i = 0; i < block.size(); i++) {
            assertEquals("0123456789".repeat(4), block.valueText(i));
        }
    }

    @Test
    void replacesAFieldByItsOwnValue() {
        block.add(OWN, "abc").add(HeaderName.ACCEPT, "d");
        block.set(OWN, block.value(0));
        assertEquals("Accept: d\nx-own: abc\n", block.toString());
    }

    // ---- what may be stored

    @Test
    void refusesWhatNoValueMayHoldAndStoresNothing() {
        block.add(OWN, "before");
        for (int c = 0; c < 0x200; c++) {
            String value = "a" + (char) c + "b";
            boolean valid = c == '\t' || c >= 0x20 && c < 0x7F || c > 0x7F && c <= 0xFF;
            if (valid) {
                block.set(HeaderName.ACCEPT, value);
                assertEquals(value, block.first(HeaderName.ACCEPT).orElseThrow());
                block.remove(HeaderName.ACCEPT);
            } else {
                assertThrows(IllegalArgumentException.class, () -> block.add(OWN, value));
                assertThrows(IllegalArgumentException.class, () -> block.set(OWN, value));
            }
            assertEquals("x-own: before\n", block.toString());
        }
    }

    @Test
    void refusesBlanksAtTheEndsOfAValue() {
        for (String value : new String[] {" a", "a ", "\ta", "a\t", " "}) {
            assertThrows(IllegalArgumentException.class, () -> block.add(OWN, value));
        }
        block.add(OWN, "a b").add(OWN, "");
        assertEquals(2, block.size());
    }

    @Test
    void aTextThatChangesWhileItIsReadCannotSmuggleALine() {
        CharSequence fickle = new CharSequence() {
            private int reads;

            @Override
            public int length() {
                return 3;
            }

            @Override
            public char charAt(int index) {
                return ++reads > 3 ? '\n' : 'a';
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                return this;
            }

            @Override
            public String toString() {
                return "aaa";
            }
        };
        assertThrows(IllegalArgumentException.class, () -> block.set(OWN, fickle));
        assertEquals(0, block.size());
    }

    @Test
    void aTextThatShrinksWhileItIsReadLeavesNothing() {
        CharSequence shrinking = new CharSequence() {
            @Override
            public int length() {
                return 8;
            }

            @Override
            public char charAt(int index) {
                return "abc".charAt(index);
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                return this;
            }
        };
        assertThrows(IndexOutOfBoundsException.class, () -> block.add(OWN, shrinking));
        assertEquals(0, block.size());
        block.add(OWN, "x");
        assertEquals("x-own: x\n", block.toString());
    }

    @Test
    void writesNumbers() {
        block.add(HeaderName.AGE, 0).add(HeaderName.AGE, 9).add(HeaderName.AGE, 10).set(HeaderName.CONTENT_LENGTH, Long.MAX_VALUE);
        assertEquals(List.of("0", "9", "10"), block.all(HeaderName.AGE));
        assertEquals(Long.MAX_VALUE, block.value(3).toLong(-1));
        assertThrows(IllegalArgumentException.class, () -> block.add(HeaderName.AGE, -1));
        assertEquals(4, block.size());
    }

    @Test
    void parsesUnsignedDecimalsOnly() {
        for (String text : new String[] {"", "-1", "+1", " 1", "1 ", "1,1", "0x1", "1.0", "\u00b2", "9223372036854775808", "18446744073709551616", "99999999999999999999"}) {
            assertEquals(-7, HeaderBlock.parseLong(latin1(text), 0, text.length(), -7), text);
        }
        assertEquals(Long.MAX_VALUE, HeaderBlock.parseLong(latin1("9223372036854775807"), 0, 19, -7));
        assertEquals(5, HeaderBlock.parseLong(latin1("0000000000000000000000000005"), 0, 28, -7));
    }

    @Test
    void comparesValuesWithoutCase() {
        block.add(OWN, "ChunKed");
        assertTrue(block.valueIs(0, "chunked"));
        assertFalse(block.valueIs(0, "chunke"));
        assertFalse(block.valueIs(0, "chunkee"));
    }
}
