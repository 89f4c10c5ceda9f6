package io.shockwave.internal.memory;

import io.shockwave.ArenaSlice;
import io.shockwave.internal.header.Tokens;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A window on a chunk. Confined to whoever may use its exchange; owned by that exchange's arena, which may reuse it. */
public final class ArenaView implements ArenaSlice {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    /** Of what was retained: its lifetime is never advanced. */
    private static final ArenaViews KEPT = new ArenaViews(new Scratch(new ChunkStore(ChunkStore.Backing.HEAP, 0), 0), new Lifetime(), false);

    private final ArenaViews home;
    private int generation;
    private Chunk chunk;
    private int off;
    private int len;

    ArenaView(ArenaViews home) {
        this.home = home;
    }

    ArenaView set(Chunk on, int at, int count) {
        generation = home.life.generation();
        chunk = on;
        off = at;
        len = count;
        return this;
    }

    private MemorySegment live() {
        home.life.checkRead(generation);
        return chunk.bytes;
    }

    @Override
    public int length() {
        home.life.checkRead(generation);
        return len;
    }

    @Override
    public char charAt(int index) {
        return (char) (byteAt(index) & 0xFF);
    }

    @Override
    public byte byteAt(int index) {
        MemorySegment bytes = live();
        return bytes.get(BYTE, off + Objects.checkIndex(index, len));
    }

    @Override
    public ArenaSlice put(int index, byte value) {
        home.life.check(generation);
        MemorySegment bytes = chunk.bytes;
        bytes.set(BYTE, off + Objects.checkIndex(index, len), value);
        return this;
    }

    @Override
    public ArenaSlice put(int index, byte[] src, int from, int count) {
        home.life.check(generation);
        MemorySegment bytes = chunk.bytes;
        Objects.checkFromIndexSize(from, count, src.length);
        Objects.checkFromIndexSize(index, count, len);
        MemorySegment.copy(src, from, bytes, BYTE, off + index, count);
        return this;
    }

    @Override
    public void copyTo(int index, byte[] dst, int at, int count) {
        MemorySegment bytes = live();
        Objects.checkFromIndexSize(index, count, len);
        Objects.checkFromIndexSize(at, count, dst.length);
        MemorySegment.copy(bytes, BYTE, off + index, dst, at, count);
    }

    @Override
    public int copyTo(byte[] dst, int at) {
        copyTo(0, dst, at, len);
        return len;
    }

    @Override
    public ArenaSlice slice(int index, int count) {
        home.life.checkRead(generation);
        Objects.checkFromIndexSize(index, count, len);
        return home.view(chunk, off + index, count);
    }

    @Override
    public ArenaSlice retain() {
        Chunk own = Chunk.of(ChunkStore.Backing.HEAP, length());
        copyTo(own.array, 0);
        return KEPT.view(own, 0, own.size);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().substring(start, end);
    }

    @Override
    public boolean is(CharSequence other) {
        MemorySegment bytes = live();
        if (other.length() != len) {
            return false;
        }
        for (int i = 0; i < len; i++) {
            if ((bytes.get(BYTE, off + i) & 0xFF) != other.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isIgnoringCase(CharSequence other) {
        MemorySegment bytes = live();
        if (other.length() != len) {
            return false;
        }
        for (int i = 0; i < len; i++) {
            if (Tokens.lower(bytes.get(BYTE, off + i) & 0xFF) != Tokens.lower(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long toLong(long absent) {
        MemorySegment bytes = live();
        long value = 0;
        for (int i = 0; i < len; i++) {
            int digit = bytes.get(BYTE, off + i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return absent;
            }
            value = value * 10 + digit;
        }
        return len == 0 ? absent : value;
    }

    @Override
    public String toString() {
        byte[] copy = new byte[length()];
        copyTo(0, copy, 0, copy.length);
        return new String(copy, StandardCharsets.ISO_8859_1);
    }

    // ---- for who writes or sends it

    void copyTo(int index, MemorySegment dst, long at, int count) {
        MemorySegment.copy(live(), off + index, dst, at, count);
    }

    /** The array that it lies on, from {@link #arrayOff} on, if it belongs to this exchange and lies on the heap; {@code null} otherwise. */
    public byte[] arrayOf(Lifetime exchange) {
        home.life.check(generation);
        return home.life == exchange ? chunk.array : null;
    }

    public int arrayOff() {
        return off;
    }
}
