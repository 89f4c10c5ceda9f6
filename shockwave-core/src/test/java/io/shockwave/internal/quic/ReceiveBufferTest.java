package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.memory.Slab;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceiveBufferTest {
    private final Slab slab = new Slab(1 << 20);
    private final ReceiveBuffer buffer = new ReceiveBuffer(slab);

    private static byte at(long offset) {
        return (byte) (offset * 31 ^ offset >>> 8);
    }

    private static byte[] piece(long offset, int len) {
        byte[] bytes = new byte[len];
        for (int i = 0; i < len; i++) {
            bytes[i] = at(offset + i);
        }
        return bytes;
    }

    @Test
    void bytesInOrderCanBeTakenAsTheyCome() {
        buffer.insert(0, piece(0, 10), 0, 10);
        assertEquals(10, buffer.readable());
        byte[] dst = new byte[20];
        assertEquals(10, buffer.read(dst, 0, 20));
        assertEquals(at(9), dst[9]);
        assertEquals(0, slab.lentBytes(), "all is given back");
    }

    @Test
    void aGapHoldsWhatIsBehindIt() {
        buffer.insert(5, piece(5, 5), 0, 5);
        assertEquals(0, buffer.readable());
        buffer.insert(0, piece(0, 5), 0, 5);
        assertEquals(10, buffer.readable());
    }

    @Test
    void manyFragmentsOfOneByteCostNoMoreThanTheirBytesAndABitEach() {
        // quinn 2026-25800, s2n GHSA-9q54: a structure for each fragment. Every second byte of 256 KiB, the worst that a window of that size allows.
        int window = 256 << 10;
        for (int i = 1; i < window; i += 2) {
            buffer.insert(i, piece(i, 1), 0, 1);
        }
        int most = window + window / 8;
        assertTrue(buffer.heldBytes() <= most, () -> buffer.heldBytes() + " bytes held");
        assertTrue(slab.lentBytes() <= most, () -> slab.lentBytes() + " bytes lent");
        assertEquals(0, buffer.readable());
        for (int i = 0; i < window; i += 2) {
            buffer.insert(i, piece(i, 1), 0, 1);
        }
        assertEquals(window, buffer.readable());
    }

    @Test
    void oneByteFarAwayCostsOneChunk() {
        buffer.insert((1 << 20) - 1, piece(0, 1), 0, 1);
        assertEquals(ChunkedBytes.CHUNK_BYTES + ChunkedBytes.CHUNK_BYTES / 8, buffer.heldBytes());
    }

    @Test
    void dropGivesEverythingBackAndCountsItAsTaken() {
        buffer.insert(100, piece(100, 9_000), 0, 9_000);
        buffer.drop(20_000);
        assertEquals(20_000, buffer.base());
        assertEquals(0, slab.lentBytes());
        buffer.insert(19_990, piece(19_990, 20), 0, 20);
        assertEquals(10, buffer.readable());
    }

    @Test
    void agreesWithAModelHoweverBytesArriveAndAreTaken() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ReceiveBuffer tested = new ReceiveBuffer(slab);
            BitSet here = new BitSet();
            long base = 0;
            int size = 1 + random.nextInt(40_000);
            for (int step = 0; step < 200 && base < size; step++) {
                if (random.nextInt(4) > 0) {
                    int from = random.nextInt(size);
                    int len = Math.min(size - from, 1 + random.nextInt(random.nextBoolean() ? 20 : 6_000));
                    if (step % 3 == 0) {
                        from = Math.max(0, here.nextClearBit((int) base) - random.nextInt(10));
                        len = Math.min(len, size - from);
                    }
                    tested.insert(from, piece(from, len), 0, len);
                    here.set(from, from + len);
                    here.set(0, (int) base);
                } else {
                    int take = random.nextInt(5_000);
                    byte[] dst = new byte[take];
                    int n = tested.read(dst, 0, take);
                    for (int i = 0; i < n; i++) {
                        assertEquals(at(base + i), dst[i], "seed " + seed + " offset " + (base + i));
                    }
                    base += n;
                }
                int ofSeed = seed;
                assertEquals(here.nextClearBit((int) base) - base, tested.readable(), () -> "seed " + ofSeed);
                assertEquals(base, tested.base());
            }
            tested.clear();
            assertEquals(0, slab.lentBytes(), "seed " + seed);
        }
    }
}
