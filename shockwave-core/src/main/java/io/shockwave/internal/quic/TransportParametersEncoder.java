package io.shockwave.internal.quic;

/** Encodes transport parameters (RFC 9000 18): what has its default value is left out. Stateless. */
final class TransportParametersEncoder {
    /** What {@link #encode} writes at most, with so many versions. */
    static final int MAX_BYTES = 512;
    /** RFC 9000 18.1: ids of the form 31 * N + 27 are reserved, so that peers keep ignoring what they do not know. */
    private static final int GREASE_STEP = 31;
    private static final int GREASE_FIRST = 27;
    private static final int MAX_GREASE_BYTES = 8;
    private static final byte[] NO_ADDRESS = new byte[18];

    private TransportParametersEncoder() {}

    /**
     * Writes all that is set.
     *
     * @param grease random: the id, the length and the value of a reserved parameter; 0 for none
     * @return the offset behind them
     */
    static int encode(TransportParameters from, byte[] dst, int off, long grease) {
        int i = integers(from, dst, off);
        i = bytes(dst, i, TransportParameters.ORIGINAL_DESTINATION_CONNECTION_ID, from.originalDestinationId());
        i = bytes(dst, i, TransportParameters.INITIAL_SOURCE_CONNECTION_ID, from.initialSourceId());
        i = bytes(dst, i, TransportParameters.RETRY_SOURCE_CONNECTION_ID, from.retrySourceId());
        i = bytes(dst, i, TransportParameters.STATELESS_RESET_TOKEN, from.statelessResetToken());
        i = flag(dst, i, TransportParameters.DISABLE_ACTIVE_MIGRATION, from.disableActiveMigration());
        i = flag(dst, i, TransportParameters.GREASE_QUIC_BIT, from.greaseQuicBit());
        if (from.hasPreferredAddress()) {
            i = preferredAddress(from, dst, i);
        }
        if (from.hasVersionInformation()) {
            i = versionInformation(from, dst, i);
        }
        return grease == 0 ? i : grease(dst, i, grease);
    }

    private static int integers(TransportParameters from, byte[] dst, int off) {
        int i = integer(dst, off, TransportParameters.MAX_IDLE_TIMEOUT, from.idleTimeoutMs(), 0);
        i = integer(dst, i, TransportParameters.MAX_UDP_PAYLOAD_SIZE, from.udpPayloadBytes(), TransportParameters.DEFAULT_UDP_PAYLOAD_BYTES);
        i = integer(dst, i, TransportParameters.INITIAL_MAX_DATA, from.maxData(), 0);
        i = integer(dst, i, TransportParameters.INITIAL_MAX_STREAM_DATA_BIDI_LOCAL, from.maxStreamDataBidiLocal(), 0);
        i = integer(dst, i, TransportParameters.INITIAL_MAX_STREAM_DATA_BIDI_REMOTE, from.maxStreamDataBidiRemote(), 0);
        i = integer(dst, i, TransportParameters.INITIAL_MAX_STREAM_DATA_UNI, from.maxStreamDataUni(), 0);
        i = integer(dst, i, TransportParameters.INITIAL_MAX_STREAMS_BIDI, from.maxStreamsBidi(), 0);
        i = integer(dst, i, TransportParameters.INITIAL_MAX_STREAMS_UNI, from.maxStreamsUni(), 0);
        i = integer(dst, i, TransportParameters.ACK_DELAY_EXPONENT, from.ackDelayExponent(), TransportParameters.DEFAULT_ACK_DELAY_EXPONENT);
        i = integer(dst, i, TransportParameters.MAX_ACK_DELAY, from.maxAckDelayMs(), TransportParameters.DEFAULT_MAX_ACK_DELAY_MS);
        i = integer(dst, i, TransportParameters.ACTIVE_CONNECTION_ID_LIMIT, from.activeConnectionIdLimit(), TransportParameters.DEFAULT_ACTIVE_CONNECTION_ID_LIMIT);
        return integer(dst, i, TransportParameters.MAX_DATAGRAM_FRAME_SIZE, from.maxDatagramFrameBytes(), 0);
    }

    private static int integer(byte[] dst, int off, int id, long value, long absent) {
        if (value == absent) {
            return off;
        }
        return VarInt.encode(dst, header(dst, off, id, VarInt.bytes(value)), value);
    }

    private static int bytes(byte[] dst, int off, int id, byte[] value) {
        if (value == null) {
            return off;
        }
        int i = header(dst, off, id, value.length);
        System.arraycopy(value, 0, dst, i, value.length);
        return i + value.length;
    }

    private static int flag(byte[] dst, int off, int id, boolean isSet) {
        return isSet ? header(dst, off, id, 0) : off;
    }

    private static int preferredAddress(TransportParameters from, byte[] dst, int off) {
        int idLen = from.preferredId().length;
        int i = header(dst, off, TransportParameters.PREFERRED_ADDRESS, 4 + 2 + 16 + 2 + 1 + idLen + TransportParameters.RESET_TOKEN_BYTES);
        byte[] address = new byte[18];
        if (from.preferredIpv4() != null) {
            from.preferredIpv4().writeTo(address, 0);
        }
        System.arraycopy(address, 12, dst, i, 6);
        System.arraycopy(NO_ADDRESS, 0, address, 0, address.length);
        if (from.preferredIpv6() != null) {
            from.preferredIpv6().writeTo(address, 0);
        }
        System.arraycopy(address, 0, dst, i + 6, 18);
        i += 24;
        dst[i++] = (byte) idLen;
        System.arraycopy(from.preferredId(), 0, dst, i, idLen);
        System.arraycopy(from.preferredResetToken(), 0, dst, i + idLen, TransportParameters.RESET_TOKEN_BYTES);
        return i + idLen + TransportParameters.RESET_TOKEN_BYTES;
    }

    private static int versionInformation(TransportParameters from, byte[] dst, int off) {
        int[] available = from.availableVersions();
        int i = int32(dst, header(dst, off, TransportParameters.VERSION_INFORMATION, 4 * (1 + available.length)), from.chosenVersion());
        for (int version : available) {
            i = int32(dst, i, version);
        }
        return i;
    }

    private static int grease(byte[] dst, int off, long random) {
        int len = (int) (random >>> 60) % (MAX_GREASE_BYTES + 1);
        int i = header(dst, off, GREASE_FIRST + GREASE_STEP * (random >>> 32 & 0xFFFFFF), len);
        for (int b = 0; b < len; b++) {
            dst[i + b] = (byte) (random >>> 4 * b);
        }
        return i + len;
    }

    private static int header(byte[] dst, int off, long id, int len) {
        return VarInt.encode(dst, VarInt.encode(dst, off, id), len);
    }

    private static int int32(byte[] dst, int off, int value) {
        dst[off] = (byte) (value >>> 24);
        dst[off + 1] = (byte) (value >>> 16);
        dst[off + 2] = (byte) (value >>> 8);
        dst[off + 3] = (byte) value;
        return off + 4;
    }
}
