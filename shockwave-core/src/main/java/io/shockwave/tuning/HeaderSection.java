package io.shockwave.tuning;

import io.shockwave.internal.header.HeaderBlock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A header section as a server or client stores it. Immutable.
 *
 * @param line the target of a request; empty for a response
 * @param fields in order
 */
record HeaderSection(String line, List<Map.Entry<String, String>> fields) {
    /** What the limits of header sections count for a field beside name and value. */
    private static final int FIELD_OVERHEAD = 4;

    HeaderSection {
        fields = List.copyOf(fields);
    }

    /** As the limits count: names, values and 4 bytes for each field. */
    int limitBytes() {
        int bytes = 0;
        for (Map.Entry<String, String> field : fields) {
            bytes += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD;
        }
        return bytes;
    }

    /** How many of these sections outgrow a page: found by putting them into one. */
    static int spills(List<HeaderSection> sections, int pageBytes) {
        HeaderBlock block = HeaderBlock.withPage(pageBytes);
        for (HeaderSection section : sections) {
            section.fill(block);
        }
        return Math.toIntExact(block.spills());
    }

    private void fill(HeaderBlock block) {
        block.clear();
        byte[] text = line.getBytes(StandardCharsets.ISO_8859_1);
        block.line(text, 0, text.length);
        for (Map.Entry<String, String> field : fields) {
            byte[] name = field.getKey().getBytes(StandardCharsets.ISO_8859_1);
            byte[] value = field.getValue().getBytes(StandardCharsets.ISO_8859_1);
            byte[] both = new byte[name.length + value.length];
            System.arraycopy(name, 0, both, 0, name.length);
            System.arraycopy(value, 0, both, name.length, value.length);
            block.append(both, 0, name.length, name.length, value.length);
        }
    }
}
