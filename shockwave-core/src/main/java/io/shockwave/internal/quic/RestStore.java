package io.shockwave.internal.quic;

/**
 * What the connections of an endpoint lend one another: what one needs only while it is at work lies here while it rests, and what is needed only within a call exists once. Owned by an endpoint, and
 * confined to its thread.
 */
final class RestStore {
    /** As many as wake up between others' going to rest; a burst leaves no more behind. */
    static final int MAX_KEPT_STREAMS = 32;

    final LongStore longs = new LongStore();
    /** The acknowledgment that is being taken. */
    final AckUnderway ack = new AckUnderway();
    /** What the congestion controller is told of it. */
    final AckSample sample = new AckSample();
    /** The packet that is being taken apart, the end of its datagram, and who reads its frames: as a server, as a client. */
    final PacketHeader header = new PacketHeader();
    final byte[] ending = new byte[StatelessReset.LEAST_BYTES];
    private final FrameDecoder[] decoders = new FrameDecoder[2];
    private final QuicStreams[] streams = new QuicStreams[MAX_KEPT_STREAMS];
    private int streamsKept;
    private TransportParameters parameters = new TransportParameters();
    private long[] scratch = LongStore.NOTHING;

    /** Numbers that are mostly small, in few bytes: seven bits in each, the sign lowest. @param former used again if it has the size */
    byte[] pack(long[] numbers, byte[] former) {
        int len = 0;
        for (long n : numbers) {
            len += (70 - Long.numberOfLeadingZeros(folded(n) | 1)) / 7;
        }
        byte[] packed = former.length == len ? former : new byte[len];
        int at = 0;
        for (long n : numbers) {
            long rest = folded(n);
            while (rest >>> 7 != 0) {
                packed[at++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            packed[at++] = (byte) rest;
        }
        scratch = numbers;
        return packed;
    }

    /** As many as were packed, to be used before the next call. */
    long[] unpack(byte[] packed) {
        int count = 0;
        for (byte b : packed) {
            count += b >= 0 ? 1 : 0;
        }
        long[] numbers = scratch.length == count ? scratch : new long[count];
        int at = 0;
        for (int i = 0; i < count; i++) {
            long folded = 0;
            int shift = 0;
            for (; packed[at] < 0; shift += 7) {
                folded |= (packed[at++] & 0x7FL) << shift;
            }
            folded |= (long) packed[at++] << shift;
            numbers[i] = folded >>> 1 ^ -(folded & 1);
        }
        scratch = numbers;
        return numbers;
    }

    /** What {@link #pack} or {@link #unpack} had last: as many are often needed again. */
    long[] scratch() {
        return scratch;
    }

    private static long folded(long n) {
        return n << 1 ^ n >> 63;
    }

    /** Those of the peer before, if they are the same: most peers of an endpoint are of few makes. */
    TransportParameters shared(TransportParameters peer) {
        if (!parameters.isSame(peer)) {
            parameters = peer;
        }
        return parameters;
    }

    FrameDecoder decoder(boolean server, QuicSettings settings) {
        int side = server ? 1 : 0;
        if (decoders[side] == null) {
            decoders[side] = new FrameDecoder(server);
            decoders[side].maxDatagramFrameBytes(settings.datagramFrameBytes() == 0 ? 0 : settings.datagramFrameBytes() + 5);
        }
        return decoders[side];
    }

    /** What all streams of one connection need, with none in it. */
    QuicStreams lendStreams(boolean server, QuicContext context) {
        if (streamsKept == 0) {
            return new QuicStreams(server, context.settings(), context.slab());
        }
        QuicStreams lent = streams[--streamsKept];
        streams[streamsKept] = null;
        lent.begin(server);
        return lent;
    }

    /** Takes back what holds no stream any more; whoever had it must not use it. */
    void giveBack(QuicStreams empty) {
        if (streamsKept < MAX_KEPT_STREAMS) {
            streams[streamsKept++] = empty;
        }
    }
}
