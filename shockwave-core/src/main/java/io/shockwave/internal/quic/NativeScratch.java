package io.shockwave.internal.quic;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory outside the heap in which packets are sealed and opened: calls into a library then take addresses, which are numbers, and nothing stands for an array until a compiler has left it out. Owned
 * by a {@link NativeProtectionProvider}, and confined to its thread; freed when the collector finds it.
 *
 * <pre>
 *   0 nonce or sample (16) │ 16 how much was written (4) │ 32 a last block, which these ciphers do not have (32) │ 64 header, payload, tag
 * </pre>
 */
final class NativeScratch {
    private static final int WRITTEN = 16;
    private static final int LAST_BLOCK = 32;
    private static final int PACKET = 64;
    private static final int FIRST_PACKET_BYTES = 2_048;

    private MemorySegment memory = Arena.ofAuto().allocate(PACKET + FIRST_PACKET_BYTES, 16);
    private long address = memory.address();

    /** Where {@link #nonce} put it. */
    long nonce() {
        return address;
    }

    void nonce(byte[] src, int off, int len) {
        MemorySegment.copy(src, off, memory, JAVA_BYTE, 0, len);
    }

    long written() {
        return address + WRITTEN;
    }

    long lastBlock() {
        return address + LAST_BLOCK;
    }

    /** Where {@link #put} put it. */
    long packet() {
        return address + PACKET;
    }

    /** Copies bytes in; there is room for {@code room}. */
    void put(byte[] src, int off, int len, int room) {
        if (memory.byteSize() - PACKET < room) {
            memory = Arena.ofAuto().allocate(PACKET + Math.max(room, 2 * (memory.byteSize() - PACKET)), 16);
            address = memory.address();
        }
        MemorySegment.copy(src, off, memory, JAVA_BYTE, PACKET, len);
    }

    /** Copies bytes out, from {@code at} of those put in. */
    void take(int at, byte[] dst, int off, int len) {
        MemorySegment.copy(memory, JAVA_BYTE, PACKET + at, dst, off, len);
    }
}
