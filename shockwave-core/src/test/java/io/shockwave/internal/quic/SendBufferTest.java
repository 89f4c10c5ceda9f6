package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.memory.Slab;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SendBufferTest {
    private final Slab slab = new Slab(1 << 20);

    private static byte at(long offset) {
        return (byte) (offset * 17 ^ offset >>> 7);
    }

    @Test
    void lostBytesAreSentAgainUnlessTheyWereAcknowledgedInBetween() {
        SendBuffer buffer = new SendBuffer(slab);
        buffer.write(new byte[100], 0, 100);
        byte[] dst = new byte[100];
        buffer.send(0, dst, 0, 100);
        buffer.onAcked(20, 30);
        buffer.onLost(0, 100);
        assertEquals(0, buffer.lostFrom());
        assertEquals(20, buffer.lostBytes());
        buffer.send(0, dst, 0, 20);
        assertEquals(50, buffer.lostFrom());
        assertEquals(50, buffer.lostBytes());
        buffer.onAcked(50, 50);
        assertFalse(buffer.hasLost());
        buffer.onAcked(0, 20);
        assertTrue(buffer.isAllAcked());
        assertEquals(0, slab.lentBytes());
    }

    @Test
    void agreesWithAModelHoweverPacketsFare() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            SendBuffer buffer = new SendBuffer(slab);
            BitSet acked = new BitSet();
            List<long[]> flying = new ArrayList<>();
            int written = 0;
            int size = 1 + random.nextInt(60_000);
            for (int step = 0; step < 3_000 && acked.cardinality() < size; step++) {
                if (written < size && random.nextInt(3) == 0) {
                    int len = Math.min(size - written, 1 + random.nextInt(5_000));
                    byte[] bytes = new byte[len];
                    for (int i = 0; i < len; i++) {
                        bytes[i] = at(written + i);
                    }
                    buffer.write(bytes, 0, len);
                    written += len;
                }
                if (buffer.hasLost() || buffer.next() < buffer.end()) {
                    long offset = buffer.hasLost() ? buffer.lostFrom() : buffer.next();
                    int len = (int) Math.min(buffer.hasLost() ? buffer.lostBytes() : buffer.end() - offset, 1 + random.nextInt(1_400));
                    byte[] dst = new byte[len];
                    buffer.send(offset, dst, 0, len);
                    for (int i = 0; i < len; i++) {
                        assertEquals(at(offset + i), dst[i], "seed " + seed);
                    }
                    flying.add(new long[] {offset, len});
                }
                if (!flying.isEmpty() && random.nextInt(3) > 0) {
                    long[] one = flying.remove(random.nextInt(flying.size()));
                    if (random.nextInt(3) == 0) {
                        buffer.onLost(one[0], one[1]);
                    } else {
                        buffer.onAcked(one[0], one[1]);
                        acked.set((int) one[0], (int) (one[0] + one[1]));
                    }
                }
                assertEquals(written - acked.nextClearBit(0), buffer.heldBytes(), "seed " + seed);
            }
            assertEquals(size, acked.cardinality(), "seed " + seed + " did not come to an end");
            assertTrue(buffer.isAllAcked());
            assertEquals(0, slab.lentBytes(), "seed " + seed);
        }
    }
}
