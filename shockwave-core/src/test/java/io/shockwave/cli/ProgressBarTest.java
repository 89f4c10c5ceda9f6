package io.shockwave.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private static final long MIB = 1 << 20;

    @Test
    void showsPartSizeRateAndTimeLeft() {
        assertEquals("big.iso   25%  [====               ]  25.0 MiB of 100 MiB  5.00 MiB/s  15 s left", ProgressBar.line("big.iso", 25 * MIB, 100 * MIB, 5 * MIB, 82, false, false));
    }

    @Test
    void withoutALengthThereIsNeitherPartNorTime() {
        assertEquals("big.iso  25.0 MiB  5.00 MiB/s", ProgressBar.line("big.iso", 25 * MIB, -1, 5 * MIB, 80, false, false));
        assertEquals("big.iso  25.0 MiB  5.00 MiB/s", ProgressBar.line("big.iso", 25 * MIB, 10 * MIB, 5 * MIB, 80, false, false), "more than announced: the length means something else");
    }

    @Test
    void neverExceedsTheWidth() {
        for (int width = 0; width < 220; width++) {
            for (long total : new long[] {-1, 1, 1000, 77 * MIB, 3L << 40}) {
                for (int part = 0; part <= 8; part++) {
                    for (String name : new String[] {"a", "some-file.bin", "a-very-long-name-of-a-file-that-goes-on-and-on-for-longer-than-a-terminal-is-wide-in-nearly-all-cases.tar.gz"}) {
                        long bytes = Math.max(total, 0) / 8 * part;
                        for (boolean utf8 : new boolean[] {true, false}) {
                            String line = ProgressBar.line(name, bytes, total, 123_456.7 * part, width, utf8, false);
                            assertTrue(line.length() <= width, width + ": " + line);
                        }
                    }
                }
            }
        }
    }

    @Test
    void coloursTakeNoRoom() {
        String plain = ProgressBar.line("x", MIB, 3 * MIB, MIB, 80, true, false);
        assertEquals(plain, ProgressBar.line("x", MIB, 3 * MIB, MIB, 80, true, true).replaceAll("\u001b\\[\\d*m", ""));
        assertFalse(plain.contains("\u001b"));
    }

    @Test
    void timesAreReadable() {
        assertEquals("0.1 s", ProgressBar.time(0.1));
        assertEquals("59 s", ProgressBar.time(59.4));
        assertEquals("1:00", ProgressBar.time(59.6));
        assertEquals("1:01:01", ProgressBar.time(3_661));
    }
}
