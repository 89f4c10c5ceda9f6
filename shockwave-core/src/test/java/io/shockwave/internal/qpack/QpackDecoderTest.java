package io.shockwave.internal.qpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.testing.Splits;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class QpackDecoderTest {
    private static final int CAPACITY = 256;
    private final Slab slab = new Slab(1 << 20);
    private final Fields.Out out = new Fields.Out();
    private QpackDecoder decoder = fresh(2);

    private QpackDecoder fresh(int blockedStreams) {
        QpackDecoder made = new QpackDecoder(slab, CAPACITY, blockedStreams);
        made.output(out);
        return made;
    }

    private String stream(String hex) {
        byte[] in = Fields.hex(hex);
        return String.valueOf(decoder.receive(in, 0, in.length));
    }

    private String section(long stream, String hex) {
        return section(stream, hex, 1_000, Integer.MAX_VALUE);
    }

    private String section(long stream, String hex, int maxString, int most) {
        byte[] in = Fields.hex(hex);
        Fields fields = new Fields();
        fields.most = most;
        QpackDecoder.Outcome outcome = decoder.decode(stream, in, 0, in.length, maxString, fields);
        return outcome == QpackDecoder.Outcome.DONE ? fields.toString() : outcome.toString();
    }

    private static String capacity(int bytes) {
        byte[] dst = new byte[10];
        return HexFormat.of().formatHex(dst, 0, QpackInteger.encode(dst, 0, 0x20, 5, bytes));
    }

    // ---- representations

    @Test
    void everyRepresentationOfTheStaticTable() {
        assertEquals(":method=GET\n", section(0, "0000 d1"));
        assertEquals(":path=/index.html\n", section(0, "0000 510b2f696e6465782e68746d6c"));
        assertEquals(":path=/ (never)\n", section(0, "0000 71012f"));
        assertEquals("x-frame-options=sameorigin\n", section(0, "0000 ff23")); // 63 + 35 = 98
        assertEquals("a=b\n", section(0, "0000 21 61 01 62"));
        assertEquals("a=b (never)\n", section(0, "0000 31 61 01 62"));
        assertEquals("custom-key=custom-value\n", section(0, "0000 2f01 25a849e95ba97d7f 89 25a849e95bb8e8b4bf"));
        assertEquals("a=\n", section(0, "0000 21 61 00"));
        assertEquals("", section(0, "0000"));
    }

    @Test
    void everyRepresentationOfTheDynamicTable() {
        assertEquals("null", stream(capacity(CAPACITY) + "41 61 01 62" + "41 63 01 64"));
        assertEquals("02", out.takeHex());
        assertEquals("c=d\na=b\n", section(0, "0300 80 81"));
        assertEquals("a=b\nc=d\n", section(0, "0381 10 11"));
        assertEquals("c=x\na=y (never)\n", section(0, "0300 40 01 78 61 01 79"));
        assertEquals("a=x\nc=y (never)\n", section(0, "0381 00 01 78 09 01 79"));
        assertEquals("8080" + "8080", out.takeHex());
    }

    /** RFC 9204 3.1, 2.2.3, 4.5.1: each ends the connection. */
    @Test
    void whatCannotBeMeantFails() {
        assertEquals("null", stream(capacity(CAPACITY) + "41 61 01 62" + "41 63 01 64"));
        String[] bad = {
            "", "00", "ff", // no prefix, half of one
            "0000 ff24", // static 99
            "0000 7f54 00", // static name 99
            "0000 80", // dynamic without a Required Insert Count
            "0300 82", // before the first entry
            "0200 10", // post-base entry at the Required Insert Count
            "0200 40", "0300 42 01 78", // names likewise
            "0000 51", "0000 5102 61", "0000 21", "0000 22 61", "0000 21 61", "0000 21 61 02 62", // cut
            "0000 5181 ff", "0000 51 81 00", // Huffman: padding of eight bits, of zeros
            "0083", "0381 12", "0382 10", // Base negative: RFC 9204 4.5.1.2; post-base 2
            "1200", // more than twice the entries that a table can have: 2 * 8 + 1
            "0000 ffffffffffffffffffff7f", // an index without end
            "0000 517fffffffffffffffffff7f",
        };
        for (String hex : bad) {
            String got = section(0, hex);
            assertEquals("FAILED", got, hex);
        }
    }

    @Test
    void referencesToEvictedEntriesFail() {
        // 256 bytes hold seven entries of 34 bytes; the eighth evicts the first.
        StringBuilder all = new StringBuilder(capacity(CAPACITY));
        for (int i = 0; i < 8; i++) {
            all.append("41 6%d 01 62 ".formatted(i + 1));
        }
        assertEquals("null", stream(all.toString()));
        assertEquals(1, decoder.table().dropped());
        assertEquals("b=b\n", section(0, "0900 86"));
        assertEquals("FAILED", section(0, "0900 87"));
    }

    @Test
    void requiredInsertCountGoesRound() {
        assertEquals("null", stream(capacity(CAPACITY)));
        for (int i = 0; i < 100; i++) {
            assertEquals("null", stream("41 61 01 62"));
            int required = i + 1;
            int encoded = required % 16 + 1; // 256 / 32 = 8 entries, twice
            assertEquals("a=b\n", section(0, "%02x00 80".formatted(encoded)));
        }
    }

    // ---- blocked streams

    @Test
    void asManyStreamsAsAllowedMayBlockAndNoMore() {
        assertEquals("BLOCKED", section(0, "0200 80"));
        assertEquals("BLOCKED", section(4, "0300 80"));
        assertEquals(2, decoder.blockedStreams());
        assertEquals("FAILED", section(8, "0200 80"));
        assertEquals("null", stream(capacity(CAPACITY) + "41 61 01 62"));
        assertEquals(0, decoder.nextUnblocked());
        assertEquals(QpackDecoder.NONE, decoder.nextUnblocked());
        assertEquals("a=b\n", section(0, "0200 80"));
        assertEquals("BLOCKED", section(8, "0400 80"));
        decoder.cancel(4);
        decoder.cancel(8);
        assertEquals(0, decoder.blockedStreams());
        assertEquals("01" + "80" + "44" + "48", out.takeHex());
    }

    @Test
    void noneMayBlockWhereNoneWasAllowed() {
        decoder = fresh(0);
        assertEquals("FAILED", section(0, "0200 80"));
    }

    @Test
    void withoutATableNothingRefersToOneAndNothingIsTold() {
        decoder = new QpackDecoder(slab, 0, 0);
        decoder.output(out);
        assertEquals("FAILED", section(0, "0200 80"));
        assertEquals("ENCODER_STREAM_ERROR", stream(capacity(1)));
        decoder.cancel(4);
        assertEquals("", out.takeHex());
    }

    // ---- the encoder stream

    @Test
    void capacityUpToTheLimit() {
        assertEquals("null", stream(capacity(CAPACITY)));
        assertEquals("ENCODER_STREAM_ERROR", stream(capacity(CAPACITY + 1)));
    }

    @Test
    void instructionsThatCannotBeMeantAreErrors() {
        String[] bad = {
            "41 61 01 62", // capacity is 0 at the start
            capacity(33) + "41 61 01 62", // 34 bytes
            capacity(CAPACITY) + "00", // duplicate of nothing
            capacity(CAPACITY) + "80 01 62", // a name of nothing
            capacity(CAPACITY) + "ff24", // static 99
            capacity(CAPACITY) + "41 61 81 ff", // padding
            capacity(CAPACITY) + "3f ffffffffffffffffff7f",
        };
        for (String hex : bad) {
            decoder = fresh(2);
            assertEquals("ENCODER_STREAM_ERROR", stream(hex), hex);
        }
        decoder = fresh(2);
        assertEquals("null", stream(capacity(34) + "41 61 01 62"));
    }

    /** A length that cannot fit is refused before its string comes, and nothing is set aside for it. */
    @Test
    void literalsLargerThanTheTableAreRefusedByTheirLength() {
        assertEquals("null", stream(capacity(CAPACITY)));
        long before = slab.mostLentBytes();
        assertEquals("null", stream("41 61 7f60")); // 127 + 96 = 223 = 256 - 32 - 1
        decoder = fresh(2);
        assertEquals("null", stream(capacity(CAPACITY)));
        assertEquals("ENCODER_STREAM_ERROR", stream("41 61 7f61"));
        decoder = fresh(2);
        assertEquals("null", stream(capacity(CAPACITY)));
        assertEquals("ENCODER_STREAM_ERROR", stream("41 61 7f8080808008")); // 2 GiB
        assertTrue(slab.mostLentBytes() - before <= 1024);
    }

    @Test
    void anEntryMayEvictTheOneItRefersTo() {
        assertEquals("null", stream(capacity(80) + "46 616263646566 04 31323334")); // 42 bytes
        assertEquals("null", stream("80 05 3132333435"));
        assertEquals("1 abcdef: 12345\n", decoder.table().toString());
        assertEquals("null", stream("00"));
        assertEquals("2 abcdef: 12345\n", decoder.table().toString());
    }

    @Test
    void capacityZeroEmptiesTheTable() {
        assertEquals("null", stream(capacity(CAPACITY) + "41 61 01 62" + capacity(0)));
        assertEquals(0, decoder.table().size());
        assertEquals(1, decoder.inserted());
        assertEquals("FAILED", section(0, "0200 80"));
        assertEquals("null", stream(capacity(CAPACITY) + "41 63 01 64"));
        assertEquals("c=d\n", section(0, "0300 80"));
    }

    @Test
    void splitsOfTheEncoderStreamDoNotMatter() {
        byte[] in = Fields.hex(capacity(CAPACITY) + "c00f 7777772e6578616d706c652e636f6d 4a 637573746f6d2d6b6579 0c 637573746f6d2d76616c7565"
                + "00 6825a849e95ba97d7f 89 25a849e95bb8e8b4bf 01 820161 41 61 00" + capacity(100) + "4161 0162");
        Splits.each(in, () -> new Splits.Run<String>() {
            private final QpackDecoder run = new QpackDecoder(slab, CAPACITY, 2);
            private QpackError error;
            private long told;

            {
                run.output(new InstructionStream() {
                    @Override
                    public int room() {
                        return 100;
                    }

                    @Override
                    public void write(byte[] buf, int off, int len) {
                        told += buf[off]; // increments of less than 63
                    }
                });
            }

            @Override
            public int receive(byte[] buf, int off, int len) {
                error = run.receive(buf, off, len);
                return len;
            }

            @Override
            public String outcome() {
                return error + " " + told + " " + run.table().size() + "\n" + run.table();
            }
        });
    }

    // ---- what small sections expand to

    @Test
    void theSinkStopsABomb() {
        // One entry of 223 bytes, then a section of a thousand references to it.
        assertEquals("null", stream(capacity(CAPACITY) + "41 61 7f60" + "62".repeat(223)));
        assertEquals("STOPPED", section(0, "0200" + "80".repeat(1_000), 1_000, 16_384));
        decoder.cancel(0);
        assertEquals("0140", out.takeHex());
    }

    @Test
    void stringsUpToTheLimitAndNoLonger() {
        assertEquals("a=" + "b".repeat(9) + "\n", section(0, "0000 21 61 09" + "62".repeat(9), 9, 9_999));
        assertEquals("STOPPED", section(0, "0000 21 61 0a" + "62".repeat(10), 9, 9_999));
        assertEquals("a=aaaaaaaa\n", section(0, "0000 21 61 85 18c6318c63", 8, 9_999));
        assertEquals("STOPPED", section(0, "0000 21 61 85 18c6318c63", 7, 9_999));
    }

    @Test
    void borrowedBytesComeBack() {
        long before = slab.lentBytes();
        assertEquals("null", stream(capacity(CAPACITY) + "41 61 05 31"));
        assertEquals("ENCODER_STREAM_ERROR", stream("32 33 34 35 ff24"));
        section(0, "0000 2f01 25a849e95ba97d7f 89 25a849e95bb8e8b4bf");
        section(0, "0000 2f01 25a849e95ba97d7f 89 25a849");
        decoder.release();
        assertEquals(before, slab.lentBytes());
    }
}
