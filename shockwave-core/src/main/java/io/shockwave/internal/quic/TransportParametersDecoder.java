package io.shockwave.internal.quic;

import java.util.Arrays;

/** Decodes transport parameters and refuses every one that is not to the letter (RFC 9000 7.4, 18). Owned by a connection, for one handshake. */
final class TransportParametersDecoder {
    /** Of parameters that are not known, so many are checked for coming twice; a peer that sends more is not worth the time. */
    static final int MAX_UNKNOWN_CHECKED = 32;
    private static final int VERSION_BYTES = 4;
    /** RFC 9000 18.2: addresses and ports of both families, and the length of the id. */
    private static final int PREFERRED_ADDRESSES_BYTES = 4 + 2 + 16 + 2;

    private final boolean fromServer;
    private final TransportParameters into;
    private final long[] unknown = new long[MAX_UNKNOWN_CHECKED];
    private int unknownCount;
    /** A bit for each known parameter up to 0x20, and the highest for grease_quic_bit. */
    private long seen;

    private TransportParametersDecoder(boolean fromServer, TransportParameters into) {
        this.fromServer = fromServer;
        this.into = into;
    }

    /**
     * Decodes what a peer sent.
     *
     * @param fromServer who sent it: a client must not send what only a server may (RFC 9000 18.2)
     * @param into fresh; half filled after an error
     * @return 0 or TRANSPORT_PARAMETER_ERROR
     */
    static int decode(byte[] buf, int off, int len, boolean fromServer, TransportParameters into) {
        return new TransportParametersDecoder(fromServer, into).all(buf, off, off + len) ? 0 : QuicError.TRANSPORT_PARAMETER_ERROR;
    }

    /** Reads back what {@link TransportParameters#remembered} was encoded to: nothing is mandatory. */
    static boolean decodeRemembered(byte[] buf, int off, int len, TransportParameters into) {
        return new TransportParametersDecoder(true, into).each(buf, off, off + len);
    }

    private boolean all(byte[] buf, int off, int end) {
        // RFC 9000 7.3: the absence of either id is a TRANSPORT_PARAMETER_ERROR.
        return each(buf, off, end) && into.initialSourceId() != null && (!fromServer || into.originalDestinationId() != null);
    }

    private boolean each(byte[] buf, int off, int end) {
        int i = off;
        while (i < end) {
            long id = VarInt.decode(buf, i, end);
            if (id == VarInt.NONE) {
                return false;
            }
            i += VarInt.bytesFrom(buf[i]);
            long length = VarInt.decode(buf, i, end);
            if (length == VarInt.NONE) {
                return false;
            }
            i += VarInt.bytesFrom(buf[i]);
            if (length > end - i || isRepeated(id) || !one(id, buf, i, (int) length)) {
                return false;
            }
            i += (int) length;
        }
        return true;
    }

    /** RFC 9000 7.4: an endpoint SHOULD treat receipt of a duplicate as a TRANSPORT_PARAMETER_ERROR. */
    private boolean isRepeated(long id) {
        if (id <= TransportParameters.MAX_DATAGRAM_FRAME_SIZE || id == TransportParameters.GREASE_QUIC_BIT) {
            long bit = 1L << (id == TransportParameters.GREASE_QUIC_BIT ? Long.SIZE - 1 : id);
            boolean repeated = (seen & bit) != 0;
            seen |= bit;
            return repeated;
        }
        for (int i = 0; i < unknownCount; i++) {
            if (unknown[i] == id) {
                return true;
            }
        }
        if (unknownCount < MAX_UNKNOWN_CHECKED) {
            unknown[unknownCount++] = id;
        }
        return false;
    }

    private boolean one(long id, byte[] buf, int off, int len) {
        if (id > TransportParameters.GREASE_QUIC_BIT) {
            return true;
        }
        return switch ((int) id) {
            case TransportParameters.ORIGINAL_DESTINATION_CONNECTION_ID -> fromServer && isId(len) && set(into.originalDestinationId(bytes(buf, off, len)));
            case TransportParameters.STATELESS_RESET_TOKEN -> fromServer && len == TransportParameters.RESET_TOKEN_BYTES && set(into.statelessResetToken(bytes(buf, off, len)));
            case TransportParameters.PREFERRED_ADDRESS -> fromServer && preferredAddress(buf, off, len);
            case TransportParameters.RETRY_SOURCE_CONNECTION_ID -> fromServer && isId(len) && set(into.retrySourceId(bytes(buf, off, len)));
            case TransportParameters.INITIAL_SOURCE_CONNECTION_ID -> isId(len) && set(into.initialSourceId(bytes(buf, off, len)));
            case TransportParameters.DISABLE_ACTIVE_MIGRATION -> len == 0 && set(into.disableActiveMigration(true));
            case TransportParameters.GREASE_QUIC_BIT -> len == 0 && set(into.greaseQuicBit(true));
            case TransportParameters.VERSION_INFORMATION -> versionInformation(buf, off, len);
            case TransportParameters.MAX_IDLE_TIMEOUT, TransportParameters.MAX_UDP_PAYLOAD_SIZE, TransportParameters.INITIAL_MAX_DATA,
                    TransportParameters.INITIAL_MAX_STREAM_DATA_BIDI_LOCAL, TransportParameters.INITIAL_MAX_STREAM_DATA_BIDI_REMOTE, TransportParameters.INITIAL_MAX_STREAM_DATA_UNI,
                    TransportParameters.INITIAL_MAX_STREAMS_BIDI, TransportParameters.INITIAL_MAX_STREAMS_UNI, TransportParameters.ACK_DELAY_EXPONENT,
                    TransportParameters.MAX_ACK_DELAY, TransportParameters.ACTIVE_CONNECTION_ID_LIMIT, TransportParameters.MAX_DATAGRAM_FRAME_SIZE -> integer((int) id, buf, off, len);
            // RFC 9000 7.4.2: an endpoint MUST ignore parameters that it does not support, the reserved ones among them.
            default -> true;
        };
    }

    private boolean integer(int id, byte[] buf, int off, int len) {
        long value = VarInt.decode(buf, off, off + len);
        if (value == VarInt.NONE || VarInt.bytesFrom(buf[off]) != len) {
            return false;
        }
        return switch (id) {
            case TransportParameters.MAX_IDLE_TIMEOUT -> set(into.idleTimeoutMs(value));
            case TransportParameters.MAX_UDP_PAYLOAD_SIZE -> value >= TransportParameters.LEAST_UDP_PAYLOAD_BYTES && set(into.udpPayloadBytes(value));
            case TransportParameters.INITIAL_MAX_DATA -> set(into.maxData(value));
            case TransportParameters.INITIAL_MAX_STREAM_DATA_BIDI_LOCAL -> set(into.maxStreamDataBidiLocal(value));
            case TransportParameters.INITIAL_MAX_STREAM_DATA_BIDI_REMOTE -> set(into.maxStreamDataBidiRemote(value));
            case TransportParameters.INITIAL_MAX_STREAM_DATA_UNI -> set(into.maxStreamDataUni(value));
            // RFC 9000 4.6: more than 2^60 is a TRANSPORT_PARAMETER_ERROR.
            case TransportParameters.INITIAL_MAX_STREAMS_BIDI -> value <= FrameDecoder.MAX_STREAMS && set(into.maxStreamsBidi(value));
            case TransportParameters.INITIAL_MAX_STREAMS_UNI -> value <= FrameDecoder.MAX_STREAMS && set(into.maxStreamsUni(value));
            case TransportParameters.ACK_DELAY_EXPONENT -> value <= TransportParameters.MAX_ACK_DELAY_EXPONENT && set(into.ackDelayExponent(value));
            case TransportParameters.MAX_ACK_DELAY -> value < TransportParameters.MAX_ACK_DELAY_BOUND_MS && set(into.maxAckDelayMs(value));
            case TransportParameters.ACTIVE_CONNECTION_ID_LIMIT ->
                    value >= TransportParameters.DEFAULT_ACTIVE_CONNECTION_ID_LIMIT && set(into.activeConnectionIdLimit(value));
            default -> set(into.maxDatagramFrameBytes(value));
        };
    }

    /** RFC 9000 18.2: an id of 1 to 20 bytes; an address that is all zeros is none. */
    private boolean preferredAddress(byte[] buf, int off, int len) {
        if (len < PREFERRED_ADDRESSES_BYTES + 1) {
            return false;
        }
        int idLen = buf[off + PREFERRED_ADDRESSES_BYTES] & 0xFF;
        if (idLen < 1 || idLen > PacketHeader.MAX_ID_BYTES || len != PREFERRED_ADDRESSES_BYTES + 1 + idLen + TransportParameters.RESET_TOKEN_BYTES) {
            return false;
        }
        int ipv4 = (int) integer(buf, off, 4);
        int ipv4Port = (int) integer(buf, off + 4, 2);
        long high = integer(buf, off + 6, 8);
        long low = integer(buf, off + 14, 8);
        int ipv6Port = (int) integer(buf, off + 22, 2);
        int idOff = off + PREFERRED_ADDRESSES_BYTES + 1;
        return set(into.preferredAddress(ipv4 == 0 || ipv4Port == 0 ? null : PeerAddress.ofIpv4(ipv4, ipv4Port),
                (high | low) == 0 || ipv6Port == 0 ? null : new PeerAddress(high, low, ipv6Port),
                bytes(buf, idOff, idLen), bytes(buf, idOff + idLen, TransportParameters.RESET_TOKEN_BYTES)));
    }

    /** RFC 9368 4: too short, not of fours, a version of 0, or a client that does not have its choice available: a parsing failure. */
    private boolean versionInformation(byte[] buf, int off, int len) {
        if (len < VERSION_BYTES || len % VERSION_BYTES != 0) {
            return false;
        }
        int chosen = (int) integer(buf, off, VERSION_BYTES);
        int[] available = new int[len / VERSION_BYTES - 1];
        for (int i = 0; i < available.length; i++) {
            available[i] = (int) integer(buf, off + (i + 1) * VERSION_BYTES, VERSION_BYTES);
            if (available[i] == 0) {
                return false;
            }
        }
        into.versionInformation(chosen, available);
        return chosen != 0 && (fromServer || into.isAvailable(chosen));
    }

    private static long integer(byte[] buf, int off, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | buf[off + i] & 0xFF;
        }
        return value;
    }

    private static boolean isId(int len) {
        return len <= PacketHeader.MAX_ID_BYTES;
    }

    private static byte[] bytes(byte[] buf, int off, int len) {
        return Arrays.copyOfRange(buf, off, off + len);
    }

    /** So that a check and what follows it read as one expression. */
    private static boolean set(TransportParameters parameters) {
        return parameters != null;
    }
}
