package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.shockwave.HttpException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Any bytes as coded content: what is taken for whole is what the JDK reads, splits and windows do not matter, and nothing grows beyond its caps. Byte 0 chooses the coding and the sizes. */
class ContentDecodingFuzzTest {
    private static final int MOST = 200_000;
    private static final int RATIO = 50;
    private static final String TOO_LARGE = "too large";

    private record Outcome(String failure, boolean isComplete, byte[] content) {
    }

    @FuzzTest(maxDuration = "10m")
    void anyContent(byte[] data) throws IOException {
        if (data.length < 2) {
            return;
        }
        boolean gzip = (data[0] & 1) == 0;
        byte[] coded = Arrays.copyOfRange(data, 1, data.length);
        Outcome whole = decode(gzip, coded, coded.length, 5_000);
        Outcome pieces = decode(gzip, coded, 1 + (data[0] >> 1 & 0x3F), 1 + (data[0] >> 3 & 0x1F));
        if (whole.failure.equals(TOO_LARGE) || pieces.failure.equals(TOO_LARGE)) {
            assertTrue(!whole.failure.isEmpty() && !pieces.failure.isEmpty()); // which of two faults is met first depends on how much was asked for
            return;
        }
        assertEquals(whole.failure, pieces.failure);
        assertEquals(whole.isComplete, pieces.isComplete);
        if (whole.failure.isEmpty()) {
            assertArrayEquals(whole.content, pieces.content);
        }
        if (gzip && whole.isComplete && whole.failure.isEmpty()) {
            try (GZIPInputStream jdk = new GZIPInputStream(new ByteArrayInputStream(coded))) {
                assertArrayEquals(jdk.readAllBytes(), whole.content);
            } catch (ZipException e) {
                assertEquals("Corrupt GZIP header", e.getMessage()); // by its CRC16, which RFC 1952 2.3.1.2 lets a reader skip
            }
        }
    }

    private static Outcome decode(boolean gzip, byte[] coded, int piece, int window) {
        ContentDecoding decoding = new ContentDecoding(gzip, RATIO, MOST);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] dst = new byte[window];
        String failure = "";
        int at = 0;
        int idle = 0;
        try {
            while (at < coded.length || decoding.hasPending()) {
                int n = decoding.decode(coded, at, Math.min(piece, coded.length - at), dst, 0, window);
                at += n;
                out.write(dst, 0, decoding.produced());
                idle = n == 0 && decoding.produced() == 0 ? idle + 1 : 0;
                assertTrue(idle < 3, "neither takes nor gives");
                assertTrue(out.size() <= MOST && (out.size() <= ContentDecoding.RATIO_FREE_BYTES || out.size() / RATIO <= at), "beyond the caps");
            }
        } catch (HttpException e) {
            failure = e.kind() == HttpException.Kind.TOO_LARGE ? TOO_LARGE : e.getMessage();
        }
        boolean isComplete = decoding.isComplete();
        decoding.end();
        return new Outcome(failure, isComplete, out.toByteArray());
    }
}
