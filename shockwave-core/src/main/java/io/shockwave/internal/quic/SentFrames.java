package io.shockwave.internal.quic;

/** What becomes of the frames of packets that were acknowledged or lost (RFC 9000 13.3). Owned by a connection. */
final class SentFrames implements AckedSink {
    /** From so many at once on, a loss is worth a record of its own. */
    static final int BURST_PACKETS = 16;

    private final QuicConnection connection;
    private final FrameRecords records;

    SentFrames(QuicConnection connection, FrameRecords records) {
        this.connection = connection;
        this.records = records;
    }

    @Override
    public void onAcked(int space, long number, long handle, int flags) {
        records.read(handle);
        int type;
        while ((type = records.next()) >= 0) {
            switch (type) {
                case FrameType.CRYPTO -> connection.space(space).crypto.out().onAcked(records.offset(), records.length());
                case FrameType.ACK -> connection.space(space).acks.ranges().confirmed(records.subject());
                case FrameType.RETIRE_CONNECTION_ID, FrameType.NEW_TOKEN -> connection.lifecycle().onAcked(type, records.subject());
                default -> connection.streams().onAcked(type, records);
            }
        }
        records.free(handle);
    }

    @Override
    public void onLost(int space, long number, long handle, int flags) {
        if (connection.qlog() != null) {
            connection.qlog().packetLost((flags & SentPackets.EARLY_DATA) != 0 ? PacketType.ZERO_RTT : connection.space(space).type, number, connection.now());
        }
        if ((flags & SentPackets.MTU_PROBE) == 0) {
            connection.context().counters().increment(QuicCounters.PACKETS_LOST);
        }
        repeat(space, handle);
        records.free(handle);
    }

    @Override
    public void onJudged(int lostPackets, boolean persistent) {
        if (persistent || lostPackets >= BURST_PACKETS) {
            connection.context().settings().observer().onLossBurst(connection, lostPackets, persistent);
        }
    }

    @Override
    public void onDiscarded(int space, long number, long handle, int flags) {
        records.free(handle);
    }

    /** What a packet carried and still matters is to be sent again. */
    void repeat(int space, long handle) {
        records.read(handle);
        int type;
        while ((type = records.next()) >= 0) {
            switch (type) {
                case FrameType.CRYPTO -> repeatCrypto(connection.space(space));
                case FrameType.HANDSHAKE_DONE, FrameType.NEW_CONNECTION_ID, FrameType.RETIRE_CONNECTION_ID, FrameType.NEW_TOKEN -> connection.lifecycle().onLost(type, records.subject());
                default -> connection.streams().onLost(type, records);
            }
        }
    }

    private void repeatCrypto(NumberSpace space) {
        if (!space.isDiscarded()) {
            space.crypto.out().onLost(records.offset(), records.length());
        }
    }
}
