package io.shockwave.internal.memory;

import io.shockwave.ArenaSlice;
import io.shockwave.ArenaWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A writer to an exchange's memory. Confined to whoever may use the exchange; owned by its arena, which may reuse it. */
public final class ArenaOut implements ArenaWriter {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    /** Characters of the longest number, its sign included. */
    private static final int NUMBER_CHARS = 20;
    /** Bytes of the longest sequence for one character of a text: a surrogate pair takes 4 for two. */
    private static final int UTF8_PER_CHAR = 3;

    private final ArenaViews home;
    private int generation;
    private Chunk chunk;
    private int off;
    private int len;
    private int capacity;

    ArenaOut(ArenaViews home) {
        this.home = home;
    }

    ArenaOut open(int expectedBytes) {
        generation = home.life.generation();
        off = home.scratch.take(expectedBytes);
        chunk = home.scratch.top();
        capacity = expectedBytes;
        len = 0;
        return this;
    }

    /** Where the next byte goes, once {@code more} have room. */
    private int room(int more) {
        home.life.check(generation);
        if (capacity - len < more) {
            grow(more);
        }
        return off + len;
    }

    private void grow(int more) {
        int extended = home.scratch.extend(chunk, off + capacity, more - (capacity - len), Math.max(more, capacity));
        if (extended > 0) {
            capacity += extended;
            return;
        }
        int need = (int) Math.min((long) len + more, Integer.MAX_VALUE);
        long twice = 2L * capacity;
        int size = twice > need && home.scratch.fits(twice) ? (int) twice : need;
        int at = home.scratch.take(size);
        Chunk larger = home.scratch.top();
        MemorySegment.copy(chunk.bytes, off, larger.bytes, at, len);
        chunk = larger;
        off = at;
        capacity = size;
    }

    @Override
    public int length() {
        home.life.check(generation);
        return len;
    }

    @Override
    public ArenaWriter write(byte value) {
        int at = room(1);
        chunk.bytes.set(BYTE, at, value);
        len++;
        return this;
    }

    @Override
    public ArenaWriter write(byte[] src, int from, int count) {
        Objects.checkFromIndexSize(from, count, src.length);
        int at = room(count);
        MemorySegment.copy(src, from, chunk.bytes, BYTE, at, count);
        len += count;
        return this;
    }

    @Override
    public ArenaWriter ascii(CharSequence text) {
        return ascii(text, 0, text.length());
    }

    @Override
    public ArenaWriter ascii(CharSequence text, int start, int end) {
        Objects.checkFromToIndex(start, end, text.length());
        int count = end - start;
        int at = room(count);
        MemorySegment bytes = chunk.bytes;
        if (text instanceof ArenaView view) {
            view.copyTo(start, bytes, at, count);
            len += count;
            return this;
        }
        for (int i = 0; i < count; i++) {
            char c = text.charAt(start + i);
            if (c > 0xFF) {
                len += i;
                throw new IllegalArgumentException("a character above U+00FF at " + (start + i) + ": utf8() writes it");
            }
            bytes.set(BYTE, at + i, (byte) c);
        }
        len += count;
        return this;
    }

    @Override
    public ArenaWriter utf8(CharSequence text) {
        int count = text.length();
        int at = room(count);
        MemorySegment bytes = chunk.bytes;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                len += i;
                return utf8(text, i, count);
            }
            bytes.set(BYTE, at + i, (byte) c);
        }
        len += count;
        return this;
    }

    /** From the first character on that is not ASCII. */
    private ArenaWriter utf8(CharSequence text, int from, int to) {
        for (int i = from; i < to; i++) {
            int at = room(UTF8_PER_CHAR + 1);
            MemorySegment bytes = chunk.bytes;
            int c = text.charAt(i);
            if (c < 0x80) {
                bytes.set(BYTE, at, (byte) c);
                len++;
            } else if (c < 0x800) {
                bytes.set(BYTE, at, (byte) (0xC0 | c >> 6));
                bytes.set(BYTE, at + 1, (byte) (0x80 | c & 0x3F));
                len += 2;
            } else if (Character.isHighSurrogate((char) c) && i + 1 < to && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint((char) c, text.charAt(++i));
                bytes.set(BYTE, at, (byte) (0xF0 | point >> 18));
                bytes.set(BYTE, at + 1, (byte) (0x80 | point >> 12 & 0x3F));
                bytes.set(BYTE, at + 2, (byte) (0x80 | point >> 6 & 0x3F));
                bytes.set(BYTE, at + 3, (byte) (0x80 | point & 0x3F));
                len += 4;
            } else {
                int unit = Character.isSurrogate((char) c) ? 0xFFFD : c;
                bytes.set(BYTE, at, (byte) (0xE0 | unit >> 12));
                bytes.set(BYTE, at + 1, (byte) (0x80 | unit >> 6 & 0x3F));
                bytes.set(BYTE, at + 2, (byte) (0x80 | unit & 0x3F));
                len += UTF8_PER_CHAR;
            }
        }
        return this;
    }

    @Override
    public ArenaWriter decimal(long value) {
        int at = room(NUMBER_CHARS);
        MemorySegment bytes = chunk.bytes;
        int digits = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        int sign = value < 0 ? 1 : 0;
        if (sign == 1) {
            bytes.set(BYTE, at, (byte) '-');
        }
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            bytes.set(BYTE, at + sign + i, (byte) ('0' + Math.abs(rest % 10)));
            rest /= 10;
        }
        len += sign + digits;
        return this;
    }

    @Override
    public ArenaWriter clear() {
        home.life.check(generation);
        len = 0;
        return this;
    }

    @Override
    public ArenaSlice slice() {
        home.life.check(generation);
        return home.view(chunk, off, len);
    }

    // ---- for who reads into it

    /** The array that it lies on, if on the heap, with room for {@code more} behind {@link #arrayOff}; {@code null} otherwise. */
    public byte[] array(int more) {
        room(more);
        return chunk.array;
    }

    public int arrayOff() {
        return off + len;
    }

    /** Bytes that have room without moving. */
    public int free() {
        return capacity - len;
    }

    /** That many bytes were put to {@link #array}. */
    public void wrote(int count) {
        len += count;
    }
}
