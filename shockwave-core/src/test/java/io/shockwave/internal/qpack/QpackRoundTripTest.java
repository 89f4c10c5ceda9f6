package io.shockwave.internal.qpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An encoder and a decoder with a network between them that delays each of the streams as it likes: encoder stream, decoder stream, sections. */
class QpackRoundTripTest {
    private static final boolean[] NONE_LEFT_OUT = new boolean[128];

    private record Sent(long stream, byte[] bytes, String fields) {}

    private static final class Run {
        final Random random;
        final Slab slab = new Slab(1 << 22);
        final Fields.Out encoderStream = new Fields.Out();
        final Fields.Out decoderStream = new Fields.Out();
        final QpackEncoder encoder;
        final QpackDecoder decoder;
        final int blockedLimit;
        final ArrayDeque<Byte> toDecoder = new ArrayDeque<>();
        final ArrayDeque<Byte> toEncoder = new ArrayDeque<>();
        final List<ArrayDeque<Sent>> streams = new ArrayList<>();
        final Map<Long, Sent> blocked = new HashMap<>();
        final StringBuilder log = new StringBuilder();
        long nextStream;
        int decoded;
        int encodedBytes;
        int plainBytes;

        Run(long seed) {
            random = new Random(seed);
            int capacity = random.nextInt(5) == 0 ? 0 : 64 + random.nextInt(2_000);
            blockedLimit = random.nextInt(4) == 0 ? 0 : random.nextInt(6);
            encoder = new QpackEncoder(slab, 32 + random.nextInt(3_000));
            decoder = new QpackDecoder(slab, capacity, blockedLimit);
            decoder.output(decoderStream);
            encoder.peerAllows(capacity, blockedLimit, encoderStream);
        }

        void section() {
            HeaderBlock block = new HeaderBlock(slab, new Lifetime());
            Fields expected = new Fields();
            for (int i = random.nextInt(9); i > 0; i--) {
                String name = random.nextInt(3) == 0 ? "x-Name-" + random.nextInt(12) : HeaderName.byId(random.nextInt(60)).toString();
                String value = switch (random.nextInt(8)) {
                    case 0 -> "";
                    case 1 -> "v".repeat(random.nextInt(400));
                    case 2 -> Long.toHexString(random.nextLong());
                    default -> "value " + random.nextInt(4);
                };
                block.add(HeaderName.of(name), value);
                boolean secret = name.endsWith("uthorization") || (name.equals("Cookie") || name.equals("Set-Cookie")) && value.length() < 20;
                expected.text.append(name.toLowerCase(Locale.ROOT)).append('=').append(value).append(secret ? " (never)\n" : "\n");
                plainBytes += name.length() + value.length();
            }
            boolean fresh = streams.isEmpty() || random.nextInt(3) > 0;
            long stream = fresh ? nextStream : random.nextInt(streams.size()) * 4L;
            if (fresh) {
                streams.add(new ArrayDeque<>());
                nextStream += 4;
            }
            byte[] dst = new byte[QpackEncoder.PREFIX_BYTES + QpackEncoder.mostBytes(block) + 3];
            encoderStream.room = random.nextInt(6) == 0 ? random.nextInt(200) : 10_000;
            encoder.start(stream, dst, 3);
            encoder.fields(block, NONE_LEFT_OUT);
            int from = encoder.finish();
            if (random.nextInt(20) == 0) {
                encoder.discard();
            } else {
                streams.get((int) (stream / 4)).add(new Sent(stream, Arrays.copyOfRange(dst, from, encoder.end()), expected.toString()));
            }
            encodedBytes += encoder.end() - from;
            for (byte b : encoderStream.take()) {
                toDecoder.add(b);
                encodedBytes++;
            }
        }

        void deliverSection() {
            if (streams.isEmpty()) {
                return;
            }
            ArrayDeque<Sent> queue = streams.get(random.nextInt(streams.size()));
            Sent sent = queue.peek();
            if (sent == null || blocked.containsKey(sent.stream)) {
                return;
            }
            queue.poll();
            if (random.nextInt(30) == 0) {
                queue.clear();
                decoder.cancel(sent.stream);
            } else {
                decode(sent);
            }
            answers();
        }

        void decode(Sent sent) {
            Fields fields = new Fields();
            QpackDecoder.Outcome outcome = decoder.decode(sent.stream, sent.bytes, 0, sent.bytes.length, 1_000, fields);
            if (outcome == QpackDecoder.Outcome.BLOCKED) {
                blocked.put(sent.stream, sent);
                assertTrue(blocked.size() <= blockedLimit);
            } else {
                assertEquals(QpackDecoder.Outcome.DONE, outcome);
                assertEquals(sent.fields, fields.toString());
                decoded++;
            }
        }

        void deliverInstructions(int most) {
            byte[] some = take(toDecoder, most);
            assertNull(decoder.receive(some, 0, some.length));
            for (long stream = decoder.nextUnblocked(); stream != QpackDecoder.NONE; stream = decoder.nextUnblocked()) {
                decode(blocked.remove(stream));
            }
            answers();
        }

        void deliverAnswers(int most) {
            byte[] some = take(toEncoder, most);
            assertNull(encoder.receive(some, 0, some.length));
        }

        void answers() {
            for (byte b : decoderStream.take()) {
                toEncoder.add(b);
            }
        }

        static byte[] take(ArrayDeque<Byte> from, int most) {
            byte[] some = new byte[Math.min(most, from.size())];
            for (int i = 0; i < some.length; i++) {
                some[i] = from.poll();
            }
            return some;
        }

        void go(int steps) {
            for (int i = 0; i < steps; i++) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> section();
                    case 2 -> deliverSection();
                    case 3 -> deliverInstructions(1 + random.nextInt(80));
                    default -> deliverAnswers(1 + random.nextInt(10));
                }
                assertTrue(encoder.outstandingSections() <= OutstandingSections.MOST);
            }
            while (!toDecoder.isEmpty() || streams.stream().flatMap(ArrayDeque::stream).findAny().isPresent()) {
                deliverSection();
                deliverInstructions(100);
                deliverAnswers(100);
            }
            deliverAnswers(Integer.MAX_VALUE);
            assertTrue(blocked.isEmpty());
            assertEquals(0, decoder.blockedStreams());
            assertEquals(encoder.table().toString(), decoder.table().toString());
            assertEquals(decoder.inserted(), encoder.knownReceived());
        }
    }

    @Test
    void whatComesOutIsWhatWentInHoweverStreamsAreDelayed() {
        for (long seed = 0; seed < 300; seed++) {
            try {
                new Run(seed).go(200);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** The same fields on each stream are a few bytes once they are in the table. */
    @Test
    void whatRepeatsIsReferredTo() {
        Slab slab = new Slab(1 << 20);
        Fields.Out encoderStream = new Fields.Out();
        Fields.Out decoderStream = new Fields.Out();
        QpackEncoder encoder = new QpackEncoder(slab, 4_096);
        QpackDecoder decoder = new QpackDecoder(slab, 4_096, 0);
        decoder.output(decoderStream);
        encoder.peerAllows(4_096, 0, encoderStream);
        HeaderBlock block = new HeaderBlock(slab, new Lifetime());
        block.add(HeaderName.USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
        block.add(HeaderName.of("X-Custom"), "always the same");
        block.add(HeaderName.AUTHORIZATION, "Basic Zm9vOmJhcg==");
        byte[] dst = new byte[500];
        int[] sizes = new int[4];
        for (int i = 0; i < sizes.length; i++) {
            encoder.start(i * 4L, dst, 0);
            encoder.fields(block, NONE_LEFT_OUT);
            int from = encoder.finish();
            sizes[i] = encoder.end() - from;
            byte[] instructions = encoderStream.take();
            assertNull(decoder.receive(instructions, 0, instructions.length));
            Fields fields = new Fields();
            assertEquals(QpackDecoder.Outcome.DONE, decoder.decode(i * 4L, dst, from, encoder.end() - from, 1_000, fields));
            assertTrue(fields.toString().contains("authorization=Basic Zm9vOmJhcg== (never)"));
            byte[] answers = decoderStream.take();
            assertNull(encoder.receive(answers, 0, answers.length));
        }
        assertTrue(sizes[0] > 80, Arrays.toString(sizes));
        assertEquals(sizes[0], sizes[1]); // inserted, but not yet acknowledged, and nothing may block
        assertTrue(sizes[2] < 25, Arrays.toString(sizes));
        assertEquals(2, encoder.table().inserted()); // the credentials are not among them
    }

    /** RFC 9204 2.1.1: with everything referred to and nothing acknowledged, nothing is evicted and nothing inserted. */
    @Test
    void entriesInUseStay() {
        Slab slab = new Slab(1 << 20);
        Fields.Out encoderStream = new Fields.Out();
        QpackEncoder encoder = new QpackEncoder(slab, 200);
        encoder.peerAllows(200, 100, encoderStream);
        byte[] dst = new byte[2_000];
        for (int i = 0; i < 200; i++) {
            encoder.start(i * 4L, dst, 0);
            byte[] value = Fields.latin1("value " + i / 4);
            encoder.field(HeaderName.LOCATION.id(), value, 0, value.length);
            encoder.finish();
        }
        assertEquals(0, encoder.table().dropped());
        assertTrue(encoder.table().inserted() >= 2);
        assertTrue(encoder.outstandingSections() > 0);
        assertNull(encoder.receive(new byte[] {(byte) encoder.table().inserted()}, 0, 1)); // all arrived, but sections still refer to them
        encoder.start(4_000, dst, 0);
        for (int i = 0; i < 3; i++) {
            encoder.field(HeaderName.LOCATION.id(), Fields.latin1("new"), 0, 3);
        }
        encoder.finish();
        assertEquals(0, encoder.table().dropped());
    }

    @Test
    void aPeerThatNeverAcknowledgesIsNotRememberedForEver() {
        Slab slab = new Slab(1 << 20);
        Fields.Out encoderStream = new Fields.Out();
        QpackEncoder encoder = new QpackEncoder(slab, 4_096);
        encoder.peerAllows(1 << 30, 1 << 30, encoderStream);
        byte[] dst = new byte[2_000];
        int held = 0;
        for (int i = 0; i < 10_000; i++) {
            encoder.start(i * 4L, dst, 0);
            byte[] value = Fields.latin1("value " + i / 5);
            encoder.field(HeaderName.LOCATION.id(), value, 0, value.length);
            encoder.field(HeaderName.LOCATION.id(), value, 0, value.length);
            encoder.finish();
            held = Math.max(held, encoder.heldBytes());
        }
        assertEquals(OutstandingSections.MOST, encoder.outstandingSections());
        assertTrue(held < 20_000, held + " bytes");
        assertTrue(encoderStream.bytes.size() < 4_096);
    }

    @Test
    void answersThatCannotBeMeantAreErrors() {
        Stream.of("00", "01", "80", "3fffffffffffffffffffff7f").forEach(hex -> {
            QpackEncoder encoder = new QpackEncoder(new Slab(1 << 16), 4_096);
            encoder.peerAllows(4_096, 1, new Fields.Out());
            byte[] in = Fields.hex(hex);
            assertEquals(QpackError.DECODER_STREAM_ERROR, encoder.receive(in, 0, in.length), hex);
        });
        QpackEncoder encoder = new QpackEncoder(new Slab(1 << 16), 4_096);
        assertNull(encoder.receive(Fields.hex("40 7fff0f"), 0, 4)); // cancellations of what never was are no error
    }
}
