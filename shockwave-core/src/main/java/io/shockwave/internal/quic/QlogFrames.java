package io.shockwave.internal.quic;

/** Writes the frames of a packet into the record of its event (draft-ietf-quic-qlog-quic-events, QUIC Frames). Owned by a {@link QlogWriter}. Never refuses a frame. */
final class QlogFrames implements FrameSink {
    /** Of a reason, which a peer chooses, so much is written down. */
    static final int MAX_REASON_BYTES = 256;
    private static final String MAXIMUM = "maximum";
    private static final String LIMIT = "limit";

    private final JsonRecord json;
    private int before;
    private boolean full;

    QlogFrames(JsonRecord json) {
        this.json = json;
    }

    void begin() {
        full = false;
    }

    private JsonRecord frame(String type) {
        before = json.length();
        return json.open('{').string("frame_type", type);
    }

    /** Ends a frame; takes it back when the record has no room for more. */
    private int end() {
        json.close('}');
        if (full || json.length() > JsonRecord.MAX_BYTES - JsonRecord.RESERVED_BYTES) {
            full = true;
            json.cutTo(before);
        }
        return 0;
    }

    private int raw(int len) {
        json.object("raw").number("payload_length", len).close('}');
        return end();
    }

    private JsonRecord stream(String type, long stream) {
        return frame(type).number("stream_id", stream);
    }

    private static String kind(boolean bidirectional) {
        return bidirectional ? "bidirectional" : "unidirectional";
    }

    @Override
    public int onPing() {
        frame("ping");
        return end();
    }

    @Override
    public int onAck(long largest, long delayField) {
        frame("ack").number("ack_delay_field", delayField).list("acked_ranges");
        return 0;
    }

    @Override
    public int onAckRange(long smallest, long largest) {
        if (json.length() < JsonRecord.MAX_BYTES - JsonRecord.RESERVED_BYTES) {
            json.open('[').number(smallest);
            if (largest != smallest) {
                json.number(largest);
            }
            json.close(']');
        }
        return 0;
    }

    @Override
    public int onAckEnd(long ect0, long ect1, long ce) {
        json.close(']');
        if (ce >= 0) {
            json.number("ect0", ect0).number("ect1", ect1).number("ce", ce);
        }
        return end();
    }

    @Override
    public int onResetStream(long stream, long errorCode, long finalSize) {
        stream("reset_stream", stream).string("error", "unknown").number("error_code", errorCode).number("final_size", finalSize);
        return end();
    }

    @Override
    public int onStopSending(long stream, long errorCode) {
        stream("stop_sending", stream).string("error", "unknown").number("error_code", errorCode);
        return end();
    }

    @Override
    public int onCrypto(long offset, byte[] buf, int off, int len) {
        frame("crypto").number("offset", offset);
        return raw(len);
    }

    @Override
    public int onNewToken(byte[] buf, int off, int len) {
        frame("new_token").object("token").close('}');
        return raw(len);
    }

    @Override
    public int onStream(long stream, long offset, byte[] buf, int off, int len, boolean fin) {
        stream("stream", stream).number("offset", offset).flag("fin", fin);
        return raw(len);
    }

    @Override
    public int onMaxData(long bytes) {
        frame("max_data").number(MAXIMUM, bytes);
        return end();
    }

    @Override
    public int onMaxStreamData(long stream, long bytes) {
        stream("max_stream_data", stream).number(MAXIMUM, bytes);
        return end();
    }

    @Override
    public int onMaxStreams(boolean bidirectional, long streams) {
        frame("max_streams").string("stream_type", kind(bidirectional)).number(MAXIMUM, streams);
        return end();
    }

    @Override
    public int onDataBlocked(long limit) {
        frame("data_blocked").number(LIMIT, limit);
        return end();
    }

    @Override
    public int onStreamDataBlocked(long stream, long limit) {
        stream("stream_data_blocked", stream).number(LIMIT, limit);
        return end();
    }

    @Override
    public int onStreamsBlocked(boolean bidirectional, long limit) {
        frame("streams_blocked").string("stream_type", kind(bidirectional)).number(LIMIT, limit);
        return end();
    }

    /** The stateless reset token is left out: whoever has it can end the connection. */
    @Override
    public int onNewConnectionId(long sequence, long retirePriorTo, byte[] buf, int idOff, int idLen, int tokenOff) {
        frame("new_connection_id").number("sequence_number", sequence).number("retire_prior_to", retirePriorTo).hex("connection_id", buf, idOff, idLen);
        return end();
    }

    @Override
    public int onRetireConnectionId(long sequence) {
        frame("retire_connection_id").number("sequence_number", sequence);
        return end();
    }

    @Override
    public int onPathChallenge(long data) {
        frame("path_challenge").hex("data", data, 16);
        return end();
    }

    @Override
    public int onPathResponse(long data) {
        frame("path_response").hex("data", data, 16);
        return end();
    }

    @Override
    public int onConnectionClose(long errorCode, boolean application, long frameType, byte[] buf, int reasonOff, int reasonLen) {
        frame("connection_close").string("error_space", application ? "application" : "transport").string("error", "unknown").number("error_code", errorCode)
                .string("reason", buf, reasonOff, Math.min(reasonLen, MAX_REASON_BYTES));
        return end();
    }

    @Override
    public int onHandshakeDone() {
        frame("handshake_done");
        return end();
    }

    @Override
    public int onDatagram(byte[] buf, int off, int len) {
        frame("datagram");
        return raw(len);
    }
}
