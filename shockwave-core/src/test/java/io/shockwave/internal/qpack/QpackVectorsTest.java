package io.shockwave.internal.qpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.memory.Slab;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** RFC 9204 appendix B, in one connection from its first byte to its last. */
class QpackVectorsTest {
    private final Fields.Out out = new Fields.Out();
    private final QpackDecoder decoder = new QpackDecoder(new Slab(1 << 16), 220, 2);

    private void encoderStream(String hex) {
        byte[] in = Fields.hex(hex);
        assertNull(decoder.receive(in, 0, in.length));
    }

    private String section(long stream, String hex) {
        byte[] in = Fields.hex(hex);
        Fields fields = new Fields();
        QpackDecoder.Outcome outcome = decoder.decode(stream, in, 0, in.length, 1_000, fields);
        return outcome == QpackDecoder.Outcome.DONE ? fields.toString() : outcome.toString();
    }

    @Test
    void decodesTheExamples() {
        decoder.output(out);
        assertEquals(":path=/index.html\n", section(0, "0000 510b 2f69 6e64 6578 2e68 746d 6c"));
        assertEquals("", out.takeHex());

        assertEquals("BLOCKED", section(4, "0381 10 11"));
        encoderStream("3fbd01 c00f 7777 772e 6578 616d 706c 652e 636f 6d c10c 2f73 616d 706c 652f 7061 7468");
        assertEquals("0 :authority: www.example.com\n1 :path: /sample/path\n", decoder.table().toString());
        assertEquals(106, decoder.table().size());
        assertEquals("02", out.takeHex());
        assertEquals(4, decoder.nextUnblocked());
        assertEquals(":authority=www.example.com\n:path=/sample/path\n", section(4, "0381 10 11"));
        assertEquals("84", out.takeHex());

        encoderStream("4a63 7573 746f 6d2d 6b65 790c 6375 7374 6f6d 2d76 616c 7565");
        assertEquals("01", out.takeHex());
        assertEquals(160, decoder.table().size());

        assertEquals("BLOCKED", section(8, "0500 80 c1 81"));
        decoder.cancel(8);
        assertEquals("48", out.takeHex());
        assertEquals(0, decoder.blockedStreams());
        encoderStream("02");
        assertEquals(217, decoder.table().size());
        assertEquals(":authority=www.example.com\n:path=/\ncustom-key=custom-value\n", section(12, "0500 80 c1 81"));
        assertEquals("018c", out.takeHex());

        encoderStream("810d 6375 7374 6f6d 2d76 616c 7565 32");
        assertEquals("1 :path: /sample/path\n2 custom-key: custom-value\n3 :authority: www.example.com\n4 custom-key: custom-value2\n", decoder.table().toString());
        assertEquals(215, decoder.table().size());
    }

    /** The decoder's side of the same exchanges, as an encoder of ours hears it. */
    @Test
    void anEncoderUnderstandsTheAnswers() {
        Fields.Out instructions = new Fields.Out();
        QpackEncoder encoder = new QpackEncoder(new Slab(1 << 16), 220);
        encoder.peerAllows(220, 2, instructions);
        byte[] dst = new byte[500];
        byte[] authority = Fields.latin1("www.example.com");
        byte[] path = Fields.latin1("/sample/path");
        for (int stream = 0; stream <= 4; stream += 4) {
            encoder.start(stream, dst, 0);
            encoder.field(FieldNames.AUTHORITY, authority, 0, authority.length);
            encoder.field(FieldNames.PATH, path, 0, path.length);
            int from = encoder.finish();
            if (stream == 4) {
                assertEquals("03811011", HexFormat.of().formatHex(dst, from, encoder.end()));
            }
        }
        // Capacity 220, then the same two inserts with their values in the Huffman code (RFC 7541 C.4.1 has the first).
        assertTrue(instructions.takeHex().startsWith("3fbd01" + "c08cf1e3c2e5f23a6ba0ab90f4ff" + "c189"));
        assertEquals(1, encoder.outstandingSections());
        assertNull(encoder.receive(Fields.hex("84"), 0, 1));
        assertEquals(0, encoder.outstandingSections());
        assertEquals(2, encoder.knownReceived());
        assertEquals(QpackError.DECODER_STREAM_ERROR, encoder.receive(Fields.hex("84"), 0, 1));
    }
}
