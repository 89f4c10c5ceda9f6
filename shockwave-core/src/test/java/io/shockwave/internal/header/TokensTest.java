package io.shockwave.internal.header;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokensTest {
    private static int slowly(byte[] buf, int from, int stop) {
        int i = from;
        while (i < stop && (buf[i] == '\t' || (buf[i] & 0xFF) >= 0x20 && buf[i] != 0x7F)) {
            i++;
        }
        return i;
    }

    @Test
    void findsEachByteThatEndsAValueAtEachPlace() {
        for (int fill : new int[] {'a', '\t', 0x80, 0xFF, ' ', '~'}) {
            byte[] buf = new byte[40];
            for (int c = 0; c < 256; c++) {
                for (int at = 0; at < 24; at++) {
                    Arrays.fill(buf, (byte) fill);
                    buf[at] = (byte) c;
                    assertEquals(slowly(buf, 3, 29), Tokens.valueEnd(buf, 3, 29));
                }
            }
        }
    }

    @Test
    void agreesByteByByteOnRandomBytes() {
        Random random = new Random(4);
        for (int i = 0; i < 200_000; i++) {
            byte[] buf = new byte[random.nextInt(40)];
            random.nextBytes(buf);
            if (random.nextBoolean()) {
                for (int b = 0; b < buf.length; b++) {
                    buf[b] |= 0x20; // few that end a value, so that long ones come too
                }
            }
            int from = buf.length == 0 ? 0 : random.nextInt(buf.length);
            int stop = from + random.nextInt(buf.length - from + 1);
            assertEquals(slowly(buf, from, stop), Tokens.valueEnd(buf, from, stop));
        }
    }
}
