package io.shockwave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.header.HeaderLimits;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.FieldModel;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("tier")
class TierTest {

    /** Fields, bytes of a name, bytes of a value, bytes in all. */
    private static final Map<String, int[]> TABLE = Map.of(
            "core", new int[] {3, 8, 8, 48},
            "lowmem", new int[] {6, 48, 32, 480},
            "highperf", new int[] {12, 64, 48, 1_344},
            "ultraperf", new int[] {16, 64, 64, 2_048},
            "maxperf", new int[] {32, 128, 128, 8_192});

    @Test
    void isTheOneThatTheModuleIsBuiltFor() {
        assertEquals(System.getProperty("shockwave.tier", "core"), Tier.current().name());
        assertSame(Tier.current(), Tier.current());
    }

    @Test
    void hasTheLimitsOfTheTable() {
        Tier tier = Tier.current();
        int[] row = TABLE.get(tier.name());
        assertEquals(row[0], tier.maxHeaders());
        assertEquals(row[1], tier.maxHeaderName());
        assertEquals(row[2], tier.maxHeaderValue());
        assertEquals(row[3], HeaderLimits.BUDGET_BYTES);
    }

    @Test
    void limitsAreNoConstantsThatJavacWouldCopyIntoTheCore() throws IOException {
        byte[] bytes;
        try (InputStream in = HeaderLimits.class.getResourceAsStream("HeaderLimits.class")) {
            bytes = in.readAllBytes();
        }
        int fields = 0;
        for (FieldModel field : ClassFile.of().parse(bytes).fields()) {
            assertFalse(field.findAttribute(Attributes.constantValue()).isPresent(), field.fieldName().stringValue());
            fields++;
        }
        assertTrue(fields >= 5, "fields seen: " + fields);
    }
}
