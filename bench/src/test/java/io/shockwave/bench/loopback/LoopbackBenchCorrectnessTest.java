package io.shockwave.bench.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackBenchCorrectnessTest {
    @ParameterizedTest
    @ValueSource(strings = {"inline", "virtual"})
    void theContentArrivesEachTime(String handler) throws IOException {
        int sum = 0;
        for (byte b : Loopback.CONTENT) {
            sum += b;
        }
        try (Loopback loopback = new Loopback(handler)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(sum, loopback.exchange());
            }
        }
    }
}
