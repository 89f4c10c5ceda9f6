package io.shockwave.internal.qpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import io.shockwave.HeaderName;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sections and instructions cost no allocation, entries that come and go included. */
@Tag("tier")
class QpackAllocTest {
    private static final boolean[] NONE_LEFT_OUT = new boolean[128];
    private final Slab slab = new Slab(1 << 20);
    private final QpackEncoder encoder = new QpackEncoder(slab, 1_024);
    private final QpackDecoder decoder = new QpackDecoder(slab, 1_024, 4);
    private final Pipe instructions = new Pipe();
    private final Pipe answers = new Pipe();
    private final HeaderBlock block = new HeaderBlock(slab, new Lifetime());
    private final byte[] dst = new byte[1_000];
    private final byte[] changing = new byte[8];
    private long fields;
    private long stream;

    private static final class Pipe implements InstructionStream {
        final byte[] bytes = new byte[4_096];
        int len;

        @Override
        public int room() {
            return bytes.length - len;
        }

        @Override
        public void write(byte[] buf, int off, int n) {
            System.arraycopy(buf, off, bytes, len, n);
            len += n;
        }
    }

    @Test
    void encodeAndDecode() throws Exception {
        decoder.output(answers);
        encoder.peerAllows(1_024, 4, instructions);
        block.add(HeaderName.USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
        block.add(HeaderName.of("X-Custom"), "always the same");
        block.add(HeaderName.AUTHORIZATION, "Basic Zm9vOmJhcg==");
        FieldSink sink = (id, name, nameOff, nameLen, value, valueOff, valueLen, never) -> {
            fields++;
            return true;
        };
        assertEquals(0.0, AllocationGate.bytesPerOp(50_000, () -> {
            stream += 4;
            HeaderBlock.putDecimal(changing, 0, 8, stream / 16); // repeats four times, so entries come and go
            encoder.start(stream, dst, 0);
            encoder.fields(block, NONE_LEFT_OUT);
            encoder.field(FieldNames.PATH, changing, 0, 8);
            int from = encoder.finish();
            if (decoder.receive(instructions.bytes, 0, instructions.len) != null
                    || decoder.decode(stream, dst, from, encoder.end() - from, 1_000, sink) != QpackDecoder.Outcome.DONE || encoder.receive(answers.bytes, 0, answers.len) != null) {
                throw new IllegalStateException();
            }
            instructions.len = 0;
            answers.len = 0;
        }));
        assertEquals(stream, fields); // four each
        assertTrue(encoder.table().dropped() > 10_000);
    }
}
