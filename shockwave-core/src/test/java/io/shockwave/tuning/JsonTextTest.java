package io.shockwave.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Test
    void nestsObjectsAndArraysWithCommasBetweenAndNoneBehind() {
        JsonText json = new JsonText().open('{').name("a").open('[').value(1).value(true).value((String) null).open('{').close('}').close(']').name("b").open('[').close(']').name("c").value("x").close('}');
        assertEquals("{\"a\":[1,true,null,{}],\"b\":[],\"c\":\"x\"}", json.toString());
    }

    @Test
    void numbersAreThoseOfRfc8259AndWhatIsNoNumberIsNull() {
        assertEquals("[-5,1.5,3,null,null,1.0E300,9223372036854775807]", new JsonText().open('[').value(-5L).value(1.5).value(3.0).value(Double.NaN).value(Double.NEGATIVE_INFINITY).value(1e300)
                .value(Long.MAX_VALUE).close(']').toString());
    }

    @Test
    void escapesWhatMustBe() {
        assertEquals("\"\\\"\\\\/\\n\\r\\t\\u0000\\u001f\\u007f\u00e9\u20ac\"", new JsonText().value("\"\\/\n\r\t\0\u001f\u007f\u00e9\u20ac").toString());
        assertEquals("\"\ud83d\ude00\\ud83d\"", new JsonText().value("\ud83d\ude00\ud83d").toString());
        assertEquals("\"\\ude00a\"", new JsonText().value("\ude00a").toString());
    }

    @Test
    void anotherParserReadsBackAnyText() throws Exception {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
            }
            String json = new JsonText().open('{').name(text + "k").value(text.toString()).close('}').toString();
            assertEquals(text.toString(), JACKSON.readTree(json).get(text + "k").asText());
        }
    }
}
