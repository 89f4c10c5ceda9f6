package io.shockwave.internal.quic;

/** Writes frames (RFC 9000 19, RFC 9221 4); every method returns the offset behind what it wrote. Stateless. ACK frames are written by {@link AckRanges}. */
final class FrameEncoder {
    /** The most that MAX_DATA, DATA_BLOCKED, MAX_STREAMS, STREAMS_BLOCKED or RETIRE_CONNECTION_ID take. */
    static final int MAX_ONE_INTEGER_BYTES = 1 + VarInt.MAX_BYTES;
    /** The most that STOP_SENDING, MAX_STREAM_DATA or STREAM_DATA_BLOCKED take. */
    static final int MAX_TWO_INTEGERS_BYTES = 1 + 2 * VarInt.MAX_BYTES;
    static final int MAX_RESET_STREAM_BYTES = 1 + 3 * VarInt.MAX_BYTES;
    static final int MAX_NEW_CONNECTION_ID_BYTES = 1 + 2 * VarInt.MAX_BYTES + 1 + PacketHeader.MAX_ID_BYTES + FrameDecoder.RESET_TOKEN_BYTES;
    static final int PATH_BYTES = 9;
    /** The Length of a STREAM, CRYPTO or DATAGRAM frame takes two bytes at most: a packet is never longer. */
    private static final int LENGTH_BYTES = 2;

    private FrameEncoder() {}

    static int padding(byte[] dst, int off, int bytes) {
        for (int i = off; i < off + bytes; i++) {
            dst[i] = FrameType.PADDING;
        }
        return off + bytes;
    }

    static int ping(byte[] dst, int off) {
        dst[off] = FrameType.PING;
        return off + 1;
    }

    static int resetStream(byte[] dst, int off, long stream, long errorCode, long finalSize) {
        dst[off] = FrameType.RESET_STREAM;
        return VarInt.encode(dst, VarInt.encode(dst, VarInt.encode(dst, off + 1, stream), errorCode), finalSize);
    }

    static int stopSending(byte[] dst, int off, long stream, long errorCode) {
        return two(dst, off, FrameType.STOP_SENDING, stream, errorCode);
    }

    /** The bytes of a CRYPTO frame in front of data of up to 16383 bytes. */
    static int cryptoHeaderBytes(long offset) {
        return 1 + VarInt.bytes(offset) + LENGTH_BYTES;
    }

    /** Writes the front of a CRYPTO frame; its data is to follow. */
    static int cryptoHeader(byte[] dst, int off, long offset, int len) {
        dst[off] = FrameType.CRYPTO;
        return VarInt.encode(dst, VarInt.encode(dst, off + 1, offset), len, LENGTH_BYTES);
    }

    static int newToken(byte[] dst, int off, byte[] token, int tokenOff, int tokenLen) {
        dst[off] = FrameType.NEW_TOKEN;
        int i = VarInt.encode(dst, off + 1, tokenLen);
        System.arraycopy(token, tokenOff, dst, i, tokenLen);
        return i + tokenLen;
    }

    /** The bytes of a STREAM frame in front of its data, of up to 16383 bytes when it has a length. */
    static int streamHeaderBytes(long stream, long offset, boolean withLength) {
        return 1 + VarInt.bytes(stream) + (offset == 0 ? 0 : VarInt.bytes(offset)) + (withLength ? LENGTH_BYTES : 0);
    }

    /** Writes the front of a STREAM frame; its data is to follow. Without a length the data must fill the packet. */
    static int streamHeader(byte[] dst, int off, long stream, long offset, int len, boolean withLength, boolean fin) {
        dst[off] = (byte) (FrameType.STREAM | (offset == 0 ? 0 : FrameType.STREAM_OFF) | (withLength ? FrameType.STREAM_LEN : 0) | (fin ? FrameType.STREAM_FIN : 0));
        int i = VarInt.encode(dst, off + 1, stream);
        if (offset != 0) {
            i = VarInt.encode(dst, i, offset);
        }
        return withLength ? VarInt.encode(dst, i, len, LENGTH_BYTES) : i;
    }

    static int maxData(byte[] dst, int off, long bytes) {
        return one(dst, off, FrameType.MAX_DATA, bytes);
    }

    static int maxStreamData(byte[] dst, int off, long stream, long bytes) {
        return two(dst, off, FrameType.MAX_STREAM_DATA, stream, bytes);
    }

    static int maxStreams(byte[] dst, int off, boolean bidirectional, long streams) {
        return one(dst, off, bidirectional ? FrameType.MAX_STREAMS_BIDI : FrameType.MAX_STREAMS_UNI, streams);
    }

    static int dataBlocked(byte[] dst, int off, long limit) {
        return one(dst, off, FrameType.DATA_BLOCKED, limit);
    }

    static int streamDataBlocked(byte[] dst, int off, long stream, long limit) {
        return two(dst, off, FrameType.STREAM_DATA_BLOCKED, stream, limit);
    }

    static int streamsBlocked(byte[] dst, int off, boolean bidirectional, long limit) {
        return one(dst, off, bidirectional ? FrameType.STREAMS_BLOCKED_BIDI : FrameType.STREAMS_BLOCKED_UNI, limit);
    }

    static int newConnectionId(byte[] dst, int off, long sequence, long retirePriorTo, byte[] id, int idOff, int idLen, byte[] token, int tokenOff) {
        int i = two(dst, off, FrameType.NEW_CONNECTION_ID, sequence, retirePriorTo);
        dst[i++] = (byte) idLen;
        System.arraycopy(id, idOff, dst, i, idLen);
        System.arraycopy(token, tokenOff, dst, i + idLen, FrameDecoder.RESET_TOKEN_BYTES);
        return i + idLen + FrameDecoder.RESET_TOKEN_BYTES;
    }

    static int retireConnectionId(byte[] dst, int off, long sequence) {
        return one(dst, off, FrameType.RETIRE_CONNECTION_ID, sequence);
    }

    static int pathChallenge(byte[] dst, int off, long data) {
        return path(dst, off, FrameType.PATH_CHALLENGE, data);
    }

    static int pathResponse(byte[] dst, int off, long data) {
        return path(dst, off, FrameType.PATH_RESPONSE, data);
    }

    /** A transport error; {@code frameType} is what caused it, 0 when that is not known. */
    static int connectionClose(byte[] dst, int off, long errorCode, long frameType, byte[] reason, int reasonOff, int reasonLen) {
        return reason(dst, two(dst, off, FrameType.CONNECTION_CLOSE, errorCode, frameType), reason, reasonOff, reasonLen);
    }

    /** An error of the application: only in 0-RTT and 1-RTT packets (RFC 9000 10.2.3). */
    static int applicationClose(byte[] dst, int off, long errorCode, byte[] reason, int reasonOff, int reasonLen) {
        return reason(dst, one(dst, off, FrameType.CONNECTION_CLOSE_APPLICATION, errorCode), reason, reasonOff, reasonLen);
    }

    static int handshakeDone(byte[] dst, int off) {
        dst[off] = FrameType.HANDSHAKE_DONE;
        return off + 1;
    }

    /** The bytes of a DATAGRAM frame with a length around data of up to 16383 bytes. */
    static int datagramBytes(int len) {
        return 1 + VarInt.bytes(len) + len;
    }

    static int datagram(byte[] dst, int off, byte[] data, int dataOff, int len) {
        int i = one(dst, off, FrameType.DATAGRAM_LEN, len);
        System.arraycopy(data, dataOff, dst, i, len);
        return i + len;
    }

    private static int one(byte[] dst, int off, int type, long value) {
        dst[off] = (byte) type;
        return VarInt.encode(dst, off + 1, value);
    }

    private static int two(byte[] dst, int off, int type, long first, long second) {
        dst[off] = (byte) type;
        return VarInt.encode(dst, VarInt.encode(dst, off + 1, first), second);
    }

    private static int path(byte[] dst, int off, int type, long data) {
        dst[off] = (byte) type;
        for (int i = 0; i < 8; i++) {
            dst[off + 1 + i] = (byte) (data >>> 56 - 8 * i);
        }
        return off + PATH_BYTES;
    }

    private static int reason(byte[] dst, int off, byte[] reason, int reasonOff, int reasonLen) {
        int i = VarInt.encode(dst, off, reasonLen);
        System.arraycopy(reason, reasonOff, dst, i, reasonLen);
        return i + reasonLen;
    }
}
