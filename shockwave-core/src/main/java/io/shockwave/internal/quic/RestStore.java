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
