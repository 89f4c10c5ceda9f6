package io.shockwave.internal.quic;

/**
 * Writes the frames of one packet into the room there is, and notes in {@link FrameRecords} what would have to be sent again. Owned by a connection and reused for each packet. Every method that
 * writes a frame returns false, and writes nothing, when it does not fit.
 */
final class PacketAssembler {
    /** A STREAM or CRYPTO frame with fewer bytes than this waits for the next packet, unless they are all there is. */
    private static final int MIN_PIECE = 32;

    private final FrameRecords records;
    private byte[] buf;
    private int start;
    private int at;
    private int limit;
    private boolean ackEliciting;

    PacketAssembler(FrameRecords records) {
        this.records = records;
    }

    /** Begins the payload of a packet at {@code off}; frames end at {@code end} at most. */
    void begin(byte[] dst, int off, int end) {
        buf = dst;
        start = off;
        at = off;
        limit = end;
        ackEliciting = false;
        records.begin();
    }

    /** Ends the packet; the handle of what it carried. */
    long end() {
        buf = null;
        return records.end();
    }

    byte[] buf() {
        return buf;
    }

    int at() {
        return at;
    }

    /** Takes note of frames that others wrote from {@link #at} on; they are not ack-eliciting. */
    void advance(int newAt) {
        at = newAt;
    }

    int room() {
        return limit - at;
    }

    int payloadBytes() {
        return at - start;
    }

    boolean isEmpty() {
        return at == start;
    }

    boolean isAckEliciting() {
        return ackEliciting;
    }

    /** Notes what happens to have been written for the packet's fate: acknowledged, the range it acknowledged need not be told again. */
    void recordAck(long largest) {
        records.add(FrameType.ACK, largest);
    }

    void padTo(int payloadBytes) {
        if (payloadBytes > payloadBytes()) {
            at = FrameEncoder.padding(buf, at, payloadBytes - payloadBytes());
        }
    }

    boolean ping() {
        return room() >= 1 && wrote(FrameEncoder.ping(buf, at));
    }

    boolean handshakeDone() {
        return begins(1, FrameType.HANDSHAKE_DONE, 0) && wrote(FrameEncoder.handshakeDone(buf, at));
    }

    /** Bytes of a handshake, first what was lost. False when there is more that did not fit. */
    boolean crypto(SendBuffer source) {
        while (source.hasLost() || source.next() < source.end()) {
            boolean isLost = source.hasLost();
            long offset = isLost ? source.lostFrom() : source.next();
            long wanted = isLost ? source.lostBytes() : source.end() - offset;
            int header = FrameEncoder.cryptoHeaderBytes(offset);
            int piece = (int) Math.min(wanted, room() - header);
            if (piece < Math.min(wanted, MIN_PIECE)) {
                return false;
            }
            int dataAt = FrameEncoder.cryptoHeader(buf, at, offset, piece);
            source.send(offset, buf, dataAt, piece);
            records.addBytes(FrameType.CRYPTO, 0, offset, piece, false);
            wrote(dataAt + piece);
        }
        return true;
    }

    /**
     * Bytes of a stream, all of {@code wanted} or as many as fit.
     *
     * @param fin the stream ends behind all of {@code wanted}
     * @return the bytes written; -1 when no frame fits
     */
    int stream(long stream, SendBuffer source, long offset, long wanted, boolean fin) {
        int header = FrameEncoder.streamHeaderBytes(stream, offset, true);
        int piece = (int) Math.min(wanted, room() - header);
        if (piece < Math.min(wanted, MIN_PIECE)) {
            return -1;
        }
        boolean isLast = fin && piece == wanted;
        int dataAt = FrameEncoder.streamHeader(buf, at, stream, offset, piece, true, isLast);
        source.send(offset, buf, dataAt, piece);
        records.addBytes(FrameType.STREAM, stream, offset, piece, isLast);
        wrote(dataAt + piece);
        return piece;
    }

    boolean resetStream(long stream, long errorCode, long finalSize) {
        return begins(FrameEncoder.MAX_RESET_STREAM_BYTES, FrameType.RESET_STREAM, stream) && wrote(FrameEncoder.resetStream(buf, at, stream, errorCode, finalSize));
    }

    boolean stopSending(long stream, long errorCode) {
        return begins(FrameEncoder.MAX_TWO_INTEGERS_BYTES, FrameType.STOP_SENDING, stream) && wrote(FrameEncoder.stopSending(buf, at, stream, errorCode));
    }

    boolean maxData(long bytes) {
        return begins(FrameEncoder.MAX_ONE_INTEGER_BYTES, FrameType.MAX_DATA, 0) && wrote(FrameEncoder.maxData(buf, at, bytes));
    }

    boolean maxStreamData(long stream, long bytes) {
        return begins(FrameEncoder.MAX_TWO_INTEGERS_BYTES, FrameType.MAX_STREAM_DATA, stream) && wrote(FrameEncoder.maxStreamData(buf, at, stream, bytes));
    }

    boolean maxStreams(boolean bidirectional, long streams) {
        return begins(FrameEncoder.MAX_ONE_INTEGER_BYTES, bidirectional ? FrameType.MAX_STREAMS_BIDI : FrameType.MAX_STREAMS_UNI, 0)
                && wrote(FrameEncoder.maxStreams(buf, at, bidirectional, streams));
    }

    boolean dataBlocked(long bytes) {
        return begins(FrameEncoder.MAX_ONE_INTEGER_BYTES, FrameType.DATA_BLOCKED, 0) && wrote(FrameEncoder.dataBlocked(buf, at, bytes));
    }

    boolean streamDataBlocked(long stream, long bytes) {
        return begins(FrameEncoder.MAX_TWO_INTEGERS_BYTES, FrameType.STREAM_DATA_BLOCKED, stream) && wrote(FrameEncoder.streamDataBlocked(buf, at, stream, bytes));
    }

    boolean streamsBlocked(boolean bidirectional, long streams) {
        return begins(FrameEncoder.MAX_ONE_INTEGER_BYTES, bidirectional ? FrameType.STREAMS_BLOCKED_BIDI : FrameType.STREAMS_BLOCKED_UNI, 0)
                && wrote(FrameEncoder.streamsBlocked(buf, at, bidirectional, streams));
    }

    boolean newConnectionId(long sequence, long retirePriorTo, byte[] id, int idOff, int idLen, byte[] token, int tokenOff) {
        return begins(FrameEncoder.MAX_NEW_CONNECTION_ID_BYTES, FrameType.NEW_CONNECTION_ID, sequence)
                && wrote(FrameEncoder.newConnectionId(buf, at, sequence, retirePriorTo, id, idOff, idLen, token, tokenOff));
    }

    boolean retireConnectionId(long sequence) {
        return begins(FrameEncoder.MAX_ONE_INTEGER_BYTES, FrameType.RETIRE_CONNECTION_ID, sequence) && wrote(FrameEncoder.retireConnectionId(buf, at, sequence));
    }

    boolean newToken(byte[] token, int len) {
        return begins(1 + VarInt.bytes(len) + len, FrameType.NEW_TOKEN, 0) && wrote(FrameEncoder.newToken(buf, at, token, 0, len));
    }

    /** Not recorded: another challenge follows when the timer of the path's validation says so (RFC 9000 13.3). */
    boolean pathChallenge(long data) {
        return room() >= FrameEncoder.PATH_BYTES && wrote(FrameEncoder.pathChallenge(buf, at, data));
    }

    /** Not recorded: a response is sent once (RFC 9000 13.3). */
    boolean pathResponse(long data) {
        return room() >= FrameEncoder.PATH_BYTES && wrote(FrameEncoder.pathResponse(buf, at, data));
    }

    boolean datagram(byte[] data, int off, int len) {
        return room() >= FrameEncoder.datagramBytes(len) && wrote(FrameEncoder.datagram(buf, at, data, off, len));
    }

    /** Records a frame that fits; {@link #wrote} follows at once. @return false if it does not fit */
    private boolean begins(int bytes, int type, long about) {
        if (room() < bytes) {
            return false;
        }
        records.add(type, about);
        return true;
    }

    private boolean wrote(int newAt) {
        at = newAt;
        ackEliciting = true;
        return true;
    }
}
