package io.shockwave.bench.stress;

import io.shockwave.internal.exchange.ByteRing;
import io.shockwave.internal.memory.Slab;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** One writer and one reader of a ring: bytes are seen whole, in order and once, also where the array ends, and the end is seen behind them. */
public final class ByteRingStress {
    private static final Slab SLAB = new Slab(0);
    private static final int WRONG = -1;

    private ByteRingStress() {
    }

    /** A ring whose next four bytes lie on both sides of its array's end. */
    abstract static class BeforeTheEnd {
        final ByteRing ring = new ByteRing(SLAB);
        final byte[] got = new byte[8];
        volatile boolean ended;

        BeforeTheEnd() {
            ring.open(512);
            byte[] filler = new byte[510];
            ring.write(filler, 0, filler.length);
            ring.read(filler, 0, filler.length);
        }

        /** The count of bytes that can be read, if they are 1, 2, 3 … from {@code first} on. */
        final int read(int first) {
            int n = ring.read(got, 0, got.length);
            for (int i = 0; i < n; i++) {
                if (got[i] != first + i) {
                    return WRONG;
                }
            }
            return n;
        }
    }

    @JCStressTest
    @Outcome(id = "0, 4", expect = Expect.ACCEPTABLE, desc = "read before the write")
    @Outcome(id = "4, 0", expect = Expect.ACCEPTABLE, desc = "read after it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "half a write, or other bytes")
    @State
    public static class AWriteIsSeenWhole extends BeforeTheEnd {
        @Actor
        public void writer() {
            ring.write(new byte[] {1, 2, 3, 4}, 0, 4);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = read(1);
        }

        @Arbiter
        public void rest(II_Result r) {
            r.r2 = read(1 + r.r1);
        }
    }

    @JCStressTest
    @Outcome(id = {"0, 4", "2, 2", "4, 0"}, expect = Expect.ACCEPTABLE, desc = "as far as it was written")
    @Outcome(expect = Expect.FORBIDDEN, desc = "out of order, lost or twice")
    @State
    public static class TwoWritesAreSeenInOrder extends BeforeTheEnd {
        @Actor
        public void writer() {
            ring.write(new byte[] {1, 2}, 0, 2);
            ring.write(new byte[] {3, 4}, 0, 2);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = read(1);
        }

        @Arbiter
        public void rest(II_Result r) {
            r.r2 = read(1 + r.r1);
        }
    }

    @JCStressTest
    @Outcome(id = {"0", "1"}, expect = Expect.ACCEPTABLE, desc = "not ended, or ended with all there")
    @Outcome(expect = Expect.FORBIDDEN, desc = "ended, and bytes are missing")
    @State
    public static class TheEndIsSeenBehindTheBytes extends BeforeTheEnd {
        @Actor
        public void writer() {
            ring.write(new byte[] {1, 2, 3, 4}, 0, 4);
            ended = true;
        }

        @Actor
        public void reader(I_Result r) {
            boolean over = ended;
            r.r1 = over ? read(1) == 4 ? 1 : WRONG : 0;
        }
    }

    @JCStressTest
    @Outcome(id = {"0, 2", "2, 2"}, expect = Expect.ACCEPTABLE, desc = "no room yet, or room for what was read")
    @Outcome(expect = Expect.FORBIDDEN, desc = "bytes that were not read were overwritten")
    @State
    public static class RoomIsMadeByReading extends BeforeTheEnd {
        public RoomIsMadeByReading() {
            ring.write(new byte[] {1, 2}, 0, 2);
            byte[] filler = new byte[510];
            ring.write(filler, 0, filler.length);
        }

        @Actor
        public void writer(II_Result r) {
            r.r1 = ring.write(new byte[] {9, 9}, 0, 2);
        }

        @Actor
        public void reader(II_Result r) {
            int n = ring.read(got, 0, 2);
            r.r2 = n == 2 && got[0] == 1 && got[1] == 2 ? 2 : WRONG;
        }
    }
}
