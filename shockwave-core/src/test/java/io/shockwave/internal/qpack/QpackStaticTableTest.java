package io.shockwave.internal.qpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.shockwave.HeaderName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class QpackStaticTableTest {
    @Test
    void entriesAreThoseOfTheAppendix() throws IOException {
        int rows = 0;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(getClass().getResourceAsStream("static-table-rfc9204-a.txt"), StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("#")) {
                    continue;
                }
                String[] row = line.split("\t", -1);
                int index = Integer.parseInt(row[0]);
                assertEquals(rows++, index);
                assertEquals(row[1], new String(QpackStaticTable.name(index), StandardCharsets.US_ASCII));
                assertEquals(row[2], new String(QpackStaticTable.value(index), StandardCharsets.US_ASCII));
            }
        }
        assertEquals(QpackStaticTable.SIZE, rows);
    }

    @Test
    void findsEveryEntryWhoseNameIsKnown() {
        for (int i = 0; i < QpackStaticTable.SIZE; i++) {
            int id = QpackStaticTable.id(i);
            byte[] value = QpackStaticTable.value(i);
            if (id == FieldNames.OTHER) {
                assertEquals("expect-ct", new String(QpackStaticTable.name(i), StandardCharsets.US_ASCII));
                continue;
            }
            assertEquals(i, QpackStaticTable.find(id, value, 0, value.length));
            assertEquals(id, QpackStaticTable.id(QpackStaticTable.named(id)));
        }
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertEquals(QpackStaticTable.NONE, QpackStaticTable.named(FieldNames.OTHER));
        assertEquals(QpackStaticTable.NONE, QpackStaticTable.named(HeaderName.DNT.id()));
        assertEquals(QpackStaticTable.NONE, QpackStaticTable.find(FieldNames.METHOD, Fields.latin1("PATCH"), 0, 5));
        assertNotEquals(QpackStaticTable.NONE, QpackStaticTable.named(FieldNames.METHOD));
    }

    @Test
    void namesHaveTheirIds() {
        assertEquals(HeaderName.CONTENT_TYPE.id(), FieldNames.idOf(Fields.latin1("content-type"), 0, 12));
        assertEquals(FieldNames.MALFORMED, FieldNames.idOf(Fields.latin1("Content-type"), 0, 12));
        assertEquals(FieldNames.MALFORMED, FieldNames.idOf(Fields.latin1("content type"), 0, 12));
        assertEquals(FieldNames.MALFORMED, FieldNames.idOf(Fields.latin1(""), 0, 0));
        assertEquals(FieldNames.OTHER, FieldNames.idOf(Fields.latin1("x-unheard-of"), 0, 12));
        assertEquals(FieldNames.PROTOCOL, FieldNames.idOf(Fields.latin1(":protocol"), 0, 9));
        assertEquals(FieldNames.UNKNOWN_PSEUDO, FieldNames.idOf(Fields.latin1(":protocal"), 0, 9));
        assertEquals(FieldNames.UNKNOWN_PSEUDO, FieldNames.idOf(Fields.latin1(":"), 0, 1));
        assertEquals(":status", new String(FieldNames.wire(FieldNames.STATUS), StandardCharsets.US_ASCII));
    }
}
