package io.shockwave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.header.HeaderLimits;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.FieldModel;
import org.junit.jupiter.api.Test;

class TierTest {

    @Test
    void coreTestsRunAgainstTheBuildOnlyTier() {
        Tier tier = Tier.current();
        assertEquals("core", tier.name());
        assertEquals(3, tier.maxHeaders());
        assertEquals(8, tier.maxHeaderName());
        assertEquals(8, tier.maxHeaderValue());
        assertEquals(48, HeaderLimits.BUDGET_BYTES);
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
