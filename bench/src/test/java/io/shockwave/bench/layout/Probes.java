package io.shockwave.bench.layout;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/** What shows that the trace is right: each touches something known. Loaded by the {@link TracingLoader}. */
final class Probes {
    /** More than 256 bytes. */
    private static final class Wide {
        long a0, a1, a2, a3, a4, a5, a6, a7;
        long b0, b1, b2, b3, b4, b5, b6, b7;
        long c0, c1, c2, c3, c4, c5, c6, c7;
        long d0, d1, d2, d3, d4, d5, d6, d7;
    }

    private abstract static class Probe implements Callable<byte[]> {
        @Override
        public final byte[] call() {
            Object kept = prepare();
            Trace.begin(true);
            touch(kept);
            Trace.pause();
            return "Hello, World!".getBytes(StandardCharsets.US_ASCII);
        }

        abstract Object prepare();

        abstract void touch(Object kept);
    }

    /** Writes one of many fields. */
    static final class OneField extends Probe {
        @Override
        Object prepare() {
            return new Wide();
        }

        @Override
        void touch(Object kept) {
            ((Wide) kept).d7 = 1;
        }
    }

    /** Makes an object. */
    static final class MadeAnew extends Probe {
        @Override
        Object prepare() {
            return "";
        }

        @Override
        void touch(Object kept) {
            new Wide().a0++;
        }
    }

    /** Copies 64 bytes from one array to another. */
    static final class Copied extends Probe {
        private byte[] from;
        private byte[] to;

        @Override
        Object prepare() {
            from = new byte[1_024];
            to = new byte[1_024];
            return "";
        }

        @Override
        void touch(Object kept) {
            copy(from, to);
        }

        private static void copy(byte[] one, byte[] other) {
            System.arraycopy(one, 512, other, 256, 64);
        }
    }

    /** Reads a text and a table of the class. */
    static final class Constants extends Probe {
        private static final byte[][] TABLE = {{1}, {2}};

        @Override
        Object prepare() {
            return "";
        }

        @Override
        void touch(Object kept) {
            if (TABLE[1][0] + "text".length() == 0) {
                throw new IllegalStateException();
            }
        }
    }

    private Probes() {
    }
}
