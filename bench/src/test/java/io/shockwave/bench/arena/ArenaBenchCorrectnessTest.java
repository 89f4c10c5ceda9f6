package io.shockwave.bench.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.bench.arena.ArenaLoop.Side;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArenaBenchCorrectnessTest {
    private static String answer(Side side) throws Exception {
        try (ArenaLoop loop = new ArenaLoop(side, 3)) {
            String answer = new String(loop.answer(), StandardCharsets.UTF_8);
            for (int i = 0; i < 5; i++) {
                assertEquals(3 * loop.answer().length, loop.ask());
            }
            return answer;
        }
    }

    @Test
    void theAnswerIsRight() throws Exception {
        String answer = answer(Side.PLAIN_VIRTUAL);
        String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
        String json = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertTrue(head.startsWith("HTTP/1.1 201 "), head);
        assertEquals(OrderFields.COUNT + 2, head.split("\r\n").length, head); // with the status line and Content-Length
        assertTrue(head.contains("\r\nX-Lines: 12\r\n") && head.contains("\r\nX-Request-ID: 5f2c1c1e-7f5a-4f1e-9d7e-3c1a2b3c4d5e\r\n") && head.contains("\r\nLocation: /orders/A-1001\r\n"), head);
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes >= 4_000 && bytes <= 4_200, bytes + " bytes");
        Map<?, ?> order = (Map<?, ?>) PlainJson.parse(json);
        List<?> lines = (List<?>) order.get("lines");
        assertEquals("M\u00fcller \"Import\" & Co.", order.get("customer"));
        assertEquals(Boolean.TRUE, order.get("express"));
        assertEquals(OrderWork.LINES, lines.size());
        assertEquals("Cable\t5\u00a0m", ((Map<?, ?>) lines.get(3)).get("name"));
        long total = 0;
        for (int i = 0; i < OrderWork.LINES; i++) {
            assertEquals((1 + i % 4) * (199L + i * 1_050), ((Map<?, ?>) lines.get(i)).get("amount"));
            total += (1 + i % 4) * (199L + i * 1_050);
        }
        assertEquals(total, order.get("total"));
        assertTrue(head.contains("\r\nX-Total-Cents: " + total), head);
    }

    @Test
    void allSidesAnswerTheSameBytes() throws Exception {
        String expected = answer(Side.PLAIN_VIRTUAL);
        for (Side side : Side.values()) {
            assertEquals(expected, answer(side), side.name());
        }
    }

    @Test
    void aSampleIsTaken() throws Exception {
        String[] sample = ArenaCollectors.sample(Side.ARENA_INLINE, 100, 8).split(" ");
        assertEquals(4, sample.length);
        assertTrue(Double.parseDouble(sample[0]) < 10_000, sample[0]);
    }
}
