package io.shockwave.internal.quic;

/**
 * Decodes the frames of an opened packet, and checks all that can be known without a connection: form, ranges, and what may come in which packet from which side (RFC 9000 12.4, 19).
 * Owned by a connection, which reuses it.
 */
final class FrameDecoder {
    /** RFC 9000 4.6: more streams could not be numbered. */
    static final long MAX_STREAMS = 1L << 60;
    static final int RESET_TOKEN_BYTES = 16;
    private static final int PATH_DATA_BYTES = 8;
    /** Of a gap and a length, one byte each. */
    private static final int LEAST_RANGE_BYTES = 2;
    private static final int SERVER_INITIATED = 1;
    private static final int UNIDIRECTIONAL = 2;

    private final boolean server;
    private final int ownInitiator;
    private long maxDatagramFrameBytes;

    private byte[] buf;
    private int at;
    private int end;
    private FrameSink sink;
    private int type;
    private long typeSent;
    private boolean ackEliciting;
    private boolean probing;

    /** @param server the role of the side that receives */
    FrameDecoder(boolean server) {
        this.server = server;
        this.ownInitiator = server ? SERVER_INITIATED : 0;
    }

    /** What was announced with max_datagram_frame_size (RFC 9221 3): type, length and data together; 0, as at first, refuses all DATAGRAM frames. */
    void maxDatagramFrameBytes(long bytes) {
        maxDatagramFrameBytes = bytes;
    }

    /**
     * Decodes a whole payload; frames in front of a malformed one are told.
     *
     * @return 0, or the transport error with which the connection ends: {@link #frameType} then tells of which frame
     */
    int decode(PacketType packet, byte[] bytes, int off, int len, FrameSink to) {
        buf = bytes;
        at = off;
        end = off + len;
        sink = to;
        ackEliciting = false;
        probing = true;
        typeSent = 0;
        // RFC 9000 12.4: a packet without frames MUST be treated as a PROTOCOL_VIOLATION.
        int error = len == 0 ? QuicError.PROTOCOL_VIOLATION : 0;
        while (at < end && error == 0) {
            error = next(packet);
        }
        buf = null;
        sink = null;
        return error;
    }

    /** The type of the frame that was decoded last, for the Frame Type of a CONNECTION_CLOSE; 0 when it was cut off. */
    long frameType() {
        return typeSent;
    }

    /** Whether a frame of the packet asks for an acknowledgment (RFC 9002 2). */
    boolean isAckEliciting() {
        return ackEliciting;
    }

    /** Whether all frames of the packet were probing ones (RFC 9000 9.1). */
    boolean isProbing() {
        return probing;
    }

    private int next(PacketType packet) {
        int first = buf[at];
        if (first == FrameType.PADDING) {
            padding();
            return 0;
        }
        typeSent = 0;
        int typeBytes = VarInt.bytesFrom(buf[at]);
        long sent = varInt();
        if (sent == VarInt.NONE) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        typeSent = sent;
        // RFC 9000 12.4: a type MUST use the shortest encoding, and the receiver MAY treat others as a PROTOCOL_VIOLATION.
        if (typeBytes != VarInt.bytes(sent)) {
            return QuicError.PROTOCOL_VIOLATION;
        }
        if (!FrameType.isKnown(sent)) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        type = (int) sent;
        if (!FrameType.isAllowed(type, packet)) {
            return QuicError.PROTOCOL_VIOLATION;
        }
        ackEliciting |= FrameType.isAckEliciting(type);
        probing &= FrameType.isProbing(type);
        return frame();
    }

    private void padding() {
        typeSent = 0;
        int i = at;
        while (i < end && buf[i] == FrameType.PADDING) {
            i++;
        }
        at = i;
    }

    private int frame() {
        return switch (type) {
            case FrameType.PING -> sink.onPing();
            case FrameType.ACK, FrameType.ACK_ECN -> ack();
            case FrameType.RESET_STREAM -> resetStream();
            case FrameType.STOP_SENDING -> stopSending();
            case FrameType.CRYPTO -> crypto();
            case FrameType.NEW_TOKEN -> newToken();
            case FrameType.MAX_DATA -> maxData();
            case FrameType.MAX_STREAM_DATA -> maxStreamData();
            case FrameType.MAX_STREAMS_BIDI, FrameType.MAX_STREAMS_UNI -> maxStreams();
            case FrameType.DATA_BLOCKED -> dataBlocked();
            case FrameType.STREAM_DATA_BLOCKED -> streamDataBlocked();
            case FrameType.STREAMS_BLOCKED_BIDI, FrameType.STREAMS_BLOCKED_UNI -> streamsBlocked();
            case FrameType.NEW_CONNECTION_ID -> newConnectionId();
            case FrameType.RETIRE_CONNECTION_ID -> retireConnectionId();
            case FrameType.PATH_CHALLENGE, FrameType.PATH_RESPONSE -> path();
            case FrameType.CONNECTION_CLOSE, FrameType.CONNECTION_CLOSE_APPLICATION -> connectionClose();
            // RFC 9000 19.20: a server MUST treat it as a PROTOCOL_VIOLATION.
            case FrameType.HANDSHAKE_DONE -> server ? QuicError.PROTOCOL_VIOLATION : sink.onHandshakeDone();
            case FrameType.DATAGRAM, FrameType.DATAGRAM_LEN -> datagram();
            default -> stream();
        };
    }

    /** Reads the next integer; {@link VarInt#NONE} when it is cut off, and then nothing is read. */
    private long varInt() {
        long value = VarInt.decode(buf, at, end);
        if (value != VarInt.NONE) {
            at += VarInt.bytesFrom(buf[at]);
        }
        return value;
    }

    /** RFC 9000 19.3. The ranges are judged before the first of them is told, so that an ACK counts whole or not at all. */
    private int ack() {
        long largest = varInt();
        long delay = varInt();
        long ranges = varInt();
        long first = varInt();
        // All four must be there; VarInt.NONE is the only negative.
        if ((largest | delay | ranges | first) < 0 || first > largest || ranges > (end - at) / LEAST_RANGE_BYTES) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        int rangesAt = at;
        if (!rangesAreSound(largest - first, ranges)) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        long ect0 = -1;
        long ect1 = -1;
        long ce = -1;
        if (type == FrameType.ACK_ECN) {
            ect0 = varInt();
            ect1 = varInt();
            ce = varInt();
            if ((ect0 | ect1 | ce) < 0) {
                return QuicError.FRAME_ENCODING_ERROR;
            }
        }
        int behind = at;
        at = rangesAt;
        int error = tell(largest, delay, first, ranges);
        at = behind;
        return error == 0 ? sink.onAckEnd(ect0, ect1, ce) : error;
    }

    private boolean rangesAreSound(long smallestOfFirst, long ranges) {
        long smallest = smallestOfFirst;
        for (long i = 0; i < ranges; i++) {
            long gap = varInt();
            long length = varInt();
            if ((gap | length) < 0) {
                return false;
            }
            // RFC 9000 19.3.1: a computed packet number below 0 is a FRAME_ENCODING_ERROR. Neither difference can overflow.
            long largest = smallest - gap - 2;
            smallest = largest - length;
            if (largest < 0 || smallest < 0) {
                return false;
            }
        }
        return true;
    }

    private int tell(long largest, long delay, long first, long ranges) {
        int error = sink.onAck(largest, delay);
        long smallest = largest - first;
        if (error == 0) {
            error = sink.onAckRange(smallest, largest);
        }
        for (long i = 0; i < ranges && error == 0; i++) {
            long top = smallest - varInt() - 2;
            smallest = top - varInt();
            error = sink.onAckRange(smallest, top);
        }
        return error;
    }

    private int resetStream() {
        long stream = varInt();
        long code = varInt();
        long size = varInt();
        if ((stream | code | size) < 0) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        return isSendOnly(stream) ? QuicError.STREAM_STATE_ERROR : sink.onResetStream(stream, code, size);
    }

    private int stopSending() {
        long stream = varInt();
        long code = varInt();
        if ((stream | code) < 0) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        return isReceiveOnly(stream) ? QuicError.STREAM_STATE_ERROR : sink.onStopSending(stream, code);
    }

    private int crypto() {
        long offset = varInt();
        long length = varInt();
        // RFC 9000 19.6: offset and length together cannot exceed 2^62 - 1.
        if ((offset | length) < 0 || length > end - at || offset > VarInt.MAX - length) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        int from = at;
        at += (int) length;
        return sink.onCrypto(offset, buf, from, (int) length);
    }

    private int newToken() {
        // RFC 9000 19.7: only a server sends tokens, and none that is empty.
        if (server) {
            return QuicError.PROTOCOL_VIOLATION;
        }
        long length = varInt();
        if (length <= 0 || length > end - at) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        int from = at;
        at += (int) length;
        return sink.onNewToken(buf, from, (int) length);
    }

    private int stream() {
        long stream = varInt();
        long offset = (type & FrameType.STREAM_OFF) != 0 ? varInt() : 0;
        long length = (type & FrameType.STREAM_LEN) != 0 ? varInt() : end - at;
        // RFC 9000 19.8: offset and length together cannot exceed 2^62 - 1.
        if ((stream | offset | length) < 0 || length > end - at || offset > VarInt.MAX - length) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        if (isSendOnly(stream)) {
            return QuicError.STREAM_STATE_ERROR;
        }
        int from = at;
        at += (int) length;
        return sink.onStream(stream, offset, buf, from, (int) length, (type & FrameType.STREAM_FIN) != 0);
    }

    private int maxData() {
        long bytes = varInt();
        return bytes < 0 ? QuicError.FRAME_ENCODING_ERROR : sink.onMaxData(bytes);
    }

    private int maxStreamData() {
        long stream = varInt();
        long bytes = varInt();
        if ((stream | bytes) < 0) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        return isReceiveOnly(stream) ? QuicError.STREAM_STATE_ERROR : sink.onMaxStreamData(stream, bytes);
    }

    private int maxStreams() {
        long streams = varInt();
        // RFC 9000 4.6: a greater limit than 2^60 is a FRAME_ENCODING_ERROR.
        return streams < 0 || streams > MAX_STREAMS ? QuicError.FRAME_ENCODING_ERROR : sink.onMaxStreams(type == FrameType.MAX_STREAMS_BIDI, streams);
    }

    private int dataBlocked() {
        long limit = varInt();
        return limit < 0 ? QuicError.FRAME_ENCODING_ERROR : sink.onDataBlocked(limit);
    }

    private int streamDataBlocked() {
        long stream = varInt();
        long limit = varInt();
        if ((stream | limit) < 0) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        return isSendOnly(stream) ? QuicError.STREAM_STATE_ERROR : sink.onStreamDataBlocked(stream, limit);
    }

    private int streamsBlocked() {
        long limit = varInt();
        return limit < 0 || limit > MAX_STREAMS ? QuicError.FRAME_ENCODING_ERROR : sink.onStreamsBlocked(type == FrameType.STREAMS_BLOCKED_BIDI, limit);
    }

    private int newConnectionId() {
        long sequence = varInt();
        long retirePriorTo = varInt();
        if ((sequence | retirePriorTo) < 0 || retirePriorTo > sequence || at >= end) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        int length = buf[at] & 0xFF;
        // RFC 9000 19.15: 1 to 20 bytes.
        if (length < 1 || length > PacketHeader.MAX_ID_BYTES || length + RESET_TOKEN_BYTES > end - at - 1) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        int idOff = at + 1;
        at = idOff + length + RESET_TOKEN_BYTES;
        return sink.onNewConnectionId(sequence, retirePriorTo, buf, idOff, length, idOff + length);
    }

    private int retireConnectionId() {
        long sequence = varInt();
        return sequence < 0 ? QuicError.FRAME_ENCODING_ERROR : sink.onRetireConnectionId(sequence);
    }

    private int path() {
        if (end - at < PATH_DATA_BYTES) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        long data = 0;
        for (int i = 0; i < PATH_DATA_BYTES; i++) {
            data = data << 8 | buf[at + i] & 0xFF;
        }
        at += PATH_DATA_BYTES;
        return type == FrameType.PATH_CHALLENGE ? sink.onPathChallenge(data) : sink.onPathResponse(data);
    }

    private int connectionClose() {
        boolean application = type == FrameType.CONNECTION_CLOSE_APPLICATION;
        long code = varInt();
        long frameType = application ? 0 : varInt();
        long length = varInt();
        if ((code | frameType | length) < 0 || length > end - at) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        int from = at;
        at += (int) length;
        return sink.onConnectionClose(code, application, frameType, buf, from, (int) length);
    }

    private int datagram() {
        int start = at - 1;
        long length = type == FrameType.DATAGRAM_LEN ? varInt() : end - at;
        if (length < 0 || length > end - at) {
            return QuicError.FRAME_ENCODING_ERROR;
        }
        int from = at;
        at += (int) length;
        // RFC 9221 3: one that is larger than was announced, or any when nothing was, is a PROTOCOL_VIOLATION.
        return at - start > maxDatagramFrameBytes ? QuicError.PROTOCOL_VIOLATION : sink.onDatagram(buf, from, (int) length);
    }

    /** A unidirectional stream of this side: the peer has nothing to send on it. */
    private boolean isSendOnly(long stream) {
        return (stream & (UNIDIRECTIONAL | SERVER_INITIATED)) == (UNIDIRECTIONAL | ownInitiator);
    }

    /** A unidirectional stream of the peer: it has nothing to receive on it. */
    private boolean isReceiveOnly(long stream) {
        return (stream & (UNIDIRECTIONAL | SERVER_INITIATED)) == (UNIDIRECTIONAL | ownInitiator ^ SERVER_INITIATED);
    }
}
