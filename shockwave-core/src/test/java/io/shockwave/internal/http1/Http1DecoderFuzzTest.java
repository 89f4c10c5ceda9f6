package io.shockwave.internal.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.shockwave.internal.http1.Http1Decoder.Kind;
import java.util.Arrays;
import java.util.Random;

/** Whatever comes in, only a violation may come out, and the same however the bytes were split. Byte 0 chooses the kind, bytes 1 and 2 the limits and splits. */
class Http1DecoderFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void splitsDoNotMatter(byte[] data) {
        if (data.length < 3) {
            return;
        }
        Kind kind = Kind.values()[(data[0] & 0xFF) % 3];
        int small = data[1] & 0x7F;
        Http1Limits limits = data[1] < 0 ? new Http1Limits(small, 2 * small, small / 8, 100, 100) : Http1Limits.SERVER;
        byte[] input = Arrays.copyOfRange(data, 3, data.length);
        Decoded whole = Decoded.whole(kind, input, limits, data[2] < 0);
        assertEquals(whole, Decoded.pieces(kind, input, limits, data[2] < 0, null, 1));
        assertEquals(whole, Decoded.pieces(kind, input, limits, data[2] < 0, new Random(data[2]), 1 + (data[2] & 31)));
    }

    @FuzzTest(maxDuration = "10m")
    void responsesAgreeWithTheReference(byte[] data) {
        if (data.length > 0) {
            Differential.response(Arrays.copyOfRange(data, 1, data.length), data[0]);
        }
    }
}
