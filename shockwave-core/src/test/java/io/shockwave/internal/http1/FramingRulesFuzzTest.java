package io.shockwave.internal.http1;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Decoder and framing rules against the slow reference: whatever is taken means the same to both. Byte 0 chooses the splits. */
class FramingRulesFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void requestsAgreeWithTheReference(byte[] data) {
        if (data.length > 0) {
            Differential.request(Arrays.copyOfRange(data, 1, data.length), data[0]);
        }
    }
}
