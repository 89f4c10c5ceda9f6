package io.shockwave.internal.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A piece of memory that is handed out from its start on, on the heap or outside it. Owned by whoever borrowed it from its store. */
final class Chunk {
    private static final int PATTERN_BYTES = 1 << 10;

    final MemorySegment bytes;
    /** What {@link #bytes} lies on; {@code null} outside the heap. */
    final byte[] array;
    final int size;
    /** Bytes handed out. */
    int used;
    /** The next in its owner's list. */
    Chunk below;

    private Chunk(MemorySegment bytes, byte[] array, int size) {
        this.bytes = bytes;
        this.array = array;
        this.size = size;
    }

    /** What {@link #fill} takes. */
    static byte[] pattern(byte value) {
        byte[] pattern = new byte[PATTERN_BYTES];
        Arrays.fill(pattern, value);
        return pattern;
    }

    void fill(int off, int len, byte[] pattern) {
        for (int done = 0; done < len; done += PATTERN_BYTES) {
            MemorySegment.copy(pattern, 0, bytes, ValueLayout.JAVA_BYTE, off + done, Math.min(PATTERN_BYTES, len - done));
        }
    }

    /** The one place that knows the kinds of memory apart. Native memory is freed when nobody refers to it, as an array is. */
    static Chunk of(ChunkStore.Backing backing, int size) {
        if (backing == ChunkStore.Backing.NATIVE) {
            return new Chunk(Arena.ofAuto().allocate(size), null, size);
        }
        byte[] array = new byte[size];
        return new Chunk(MemorySegment.ofArray(array), array, size);
    }
}
