package io.shockwave.internal.qpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.shockwave.internal.memory.Slab;
import java.util.Arrays;

/** Any bytes: nothing but the errors of RFC 9204 6 comes out, splits do not matter, and memory stays bounded. */
class QpackFuzzTest {
    private static final int CAPACITY = 512;

    /** Byte 0 says how many of the bytes are the encoder stream; the rest is a section. */
    @FuzzTest(maxDuration = "10m")
    void decoder(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Slab slab = new Slab(1 << 20);
        int cut = Math.min(data.length, 1 + (data[0] & 0xFF));
        byte[] stream = Arrays.copyOfRange(data, 1, cut);
        byte[] section = Arrays.copyOfRange(data, cut, data.length);
        QpackDecoder whole = decoder(slab);
        QpackDecoder single = decoder(slab);
        QpackError error = whole.receive(stream, 0, stream.length);
        QpackError inPieces = null;
        for (int i = 0; i < stream.length && inPieces == null; i++) {
            inPieces = single.receive(stream, i, 1);
        }
        assertEquals(error, inPieces);
        if (error == null) {
            assertEquals(whole.table().toString(), single.table().toString());
            assertTrue(whole.table().size() <= CAPACITY);
            Fields fields = new Fields();
            fields.most = 10_000;
            whole.decode(0, section, 0, section.length, 1_000, fields);
            assertTrue(fields.text.length() <= 10_000 + 10 * 10_000 / 32);
        }
        assertTrue(slab.mostLentBytes() <= 16 * 1_024, slab.mostLentBytes() + " bytes");
        whole.release();
        single.release();
        assertEquals(0, slab.lentBytes());
    }

    private static QpackDecoder decoder(Slab slab) {
        QpackDecoder decoder = new QpackDecoder(slab, CAPACITY, 1);
        decoder.output(new Fields.Out());
        return decoder;
    }

    @FuzzTest(maxDuration = "10m")
    void encoder(byte[] data) {
        Fields.Out out = new Fields.Out();
        QpackEncoder encoder = new QpackEncoder(new Slab(1 << 20), CAPACITY);
        encoder.peerAllows(CAPACITY, 3, out);
        byte[] dst = new byte[200];
        for (int i = 0; i < data.length; i++) {
            if ((i & 3) == 0) {
                encoder.start(i, dst, 0);
                encoder.field(FieldNames.PATH, data, i, Math.min(8, data.length - i));
                encoder.finish();
            }
            if (encoder.receive(data, i, 1) != null) {
                return;
            }
        }
        assertTrue(encoder.table().size() <= CAPACITY);
    }

    /** What decodes must be what encodes to it, padding aside; splits do not matter. */
    @FuzzTest(maxDuration = "10m")
    void huffman(byte[] data) {
        byte[] out = new byte[(int) Huffman.mostDecoded(data.length)];
        long decoded = Huffman.decode(Huffman.START, data, 0, data.length, out, 0, out.length);
        int state = Huffman.START;
        int at = 0;
        byte[] pieces = new byte[out.length];
        for (int i = 0; i < data.length && state >= 0; i++) {
            long piece = Huffman.decode(state, data, i, 1, pieces, at, pieces.length);
            state = Huffman.state(piece);
            at += Huffman.written(piece);
        }
        assertEquals(Huffman.state(decoded), data.length == 0 ? Huffman.START : state);
        if (Huffman.isEnd(state)) {
            byte[] again = new byte[Huffman.encodedLength(out, 0, at, false)];
            Huffman.encode(out, 0, at, false, again, 0);
            assertTrue(Arrays.equals(data, again));
            assertTrue(at >= Huffman.leastDecoded(data.length));
        }
    }
}
