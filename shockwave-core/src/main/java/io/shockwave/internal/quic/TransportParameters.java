package io.shockwave.internal.quic;

import java.util.Arrays;

/**
 * The transport parameters of one endpoint (RFC 9000 18.2, RFC 9221, RFC 9287, RFC 9368), with their defaults until set. Fluent while it is built. Arrays are kept as they are given and must
 * not change.
 */
final class TransportParameters {
    static final long DEFAULT_UDP_PAYLOAD_BYTES = 65_527;
    static final long LEAST_UDP_PAYLOAD_BYTES = 1_200;
    static final long DEFAULT_ACK_DELAY_EXPONENT = 3;
    static final long MAX_ACK_DELAY_EXPONENT = 20;
    static final long DEFAULT_MAX_ACK_DELAY_MS = 25;
    /** RFC 9000 18.2: this or more is invalid. */
    static final long MAX_ACK_DELAY_BOUND_MS = 1 << 14;
    static final long DEFAULT_ACTIVE_CONNECTION_ID_LIMIT = 2;
    static final int RESET_TOKEN_BYTES = 16;

    static final int ORIGINAL_DESTINATION_CONNECTION_ID = 0x00;
    static final int MAX_IDLE_TIMEOUT = 0x01;
    static final int STATELESS_RESET_TOKEN = 0x02;
    static final int MAX_UDP_PAYLOAD_SIZE = 0x03;
    static final int INITIAL_MAX_DATA = 0x04;
    static final int INITIAL_MAX_STREAM_DATA_BIDI_LOCAL = 0x05;
    static final int INITIAL_MAX_STREAM_DATA_BIDI_REMOTE = 0x06;
    static final int INITIAL_MAX_STREAM_DATA_UNI = 0x07;
    static final int INITIAL_MAX_STREAMS_BIDI = 0x08;
    static final int INITIAL_MAX_STREAMS_UNI = 0x09;
    static final int ACK_DELAY_EXPONENT = 0x0a;
    static final int MAX_ACK_DELAY = 0x0b;
    static final int DISABLE_ACTIVE_MIGRATION = 0x0c;
    static final int PREFERRED_ADDRESS = 0x0d;
    static final int ACTIVE_CONNECTION_ID_LIMIT = 0x0e;
    static final int INITIAL_SOURCE_CONNECTION_ID = 0x0f;
    static final int RETRY_SOURCE_CONNECTION_ID = 0x10;
    static final int VERSION_INFORMATION = 0x11;
    static final int MAX_DATAGRAM_FRAME_SIZE = 0x20;
    static final int GREASE_QUIC_BIT = 0x2ab2;

    private static final int[] NO_VERSIONS = {};

    private long idleTimeoutMs;
    private long udpPayloadBytes = DEFAULT_UDP_PAYLOAD_BYTES;
    private long maxData;
    private long maxStreamDataBidiLocal;
    private long maxStreamDataBidiRemote;
    private long maxStreamDataUni;
    private long maxStreamsBidi;
    private long maxStreamsUni;
    private long ackDelayExponent = DEFAULT_ACK_DELAY_EXPONENT;
    private long maxAckDelayMs = DEFAULT_MAX_ACK_DELAY_MS;
    private long activeConnectionIdLimit = DEFAULT_ACTIVE_CONNECTION_ID_LIMIT;
    private long maxDatagramFrameBytes;
    private boolean disableActiveMigration;
    private boolean greaseQuicBit;
    private byte[] originalDestinationId;
    private byte[] initialSourceId;
    private byte[] retrySourceId;
    private byte[] statelessResetToken;
    private PeerAddress preferredIpv4;
    private PeerAddress preferredIpv6;
    private byte[] preferredId;
    private byte[] preferredResetToken;
    private int chosenVersion;
    private int[] availableVersions = NO_VERSIONS;

    /** The handshake is confirmed: ids, tokens, addresses and versions have been judged and taken. */
    void forgetIds() {
        originalDestinationId = null;
        initialSourceId = null;
        retrySourceId = null;
        statelessResetToken = null;
        preferredIpv4 = null;
        preferredIpv6 = null;
        preferredId = null;
        preferredResetToken = null;
        availableVersions = NO_VERSIONS;
    }

    /** Whether both say the same of all that matters once the ids are forgotten. */
    boolean isSame(TransportParameters p) {
        return idleTimeoutMs == p.idleTimeoutMs && udpPayloadBytes == p.udpPayloadBytes && maxData == p.maxData && maxStreamDataBidiLocal == p.maxStreamDataBidiLocal
                && maxStreamDataBidiRemote == p.maxStreamDataBidiRemote && maxStreamDataUni == p.maxStreamDataUni && maxStreamsBidi == p.maxStreamsBidi && maxStreamsUni == p.maxStreamsUni
                && ackDelayExponent == p.ackDelayExponent && maxAckDelayMs == p.maxAckDelayMs && activeConnectionIdLimit == p.activeConnectionIdLimit
                && maxDatagramFrameBytes == p.maxDatagramFrameBytes && disableActiveMigration == p.disableActiveMigration && greaseQuicBit == p.greaseQuicBit && chosenVersion == p.chosenVersion;
    }

    /** max_idle_timeout: milliseconds; 0 for none. */
    long idleTimeoutMs() {
        return idleTimeoutMs;
    }

    TransportParameters idleTimeoutMs(long value) {
        idleTimeoutMs = value;
        return this;
    }

    /** max_udp_payload_size: the largest UDP payload that the endpoint takes. */
    long udpPayloadBytes() {
        return udpPayloadBytes;
    }

    TransportParameters udpPayloadBytes(long value) {
        udpPayloadBytes = value;
        return this;
    }

    /** initial_max_data: the bytes that the peer may send on all streams. */
    long maxData() {
        return maxData;
    }

    TransportParameters maxData(long value) {
        maxData = value;
        return this;
    }

    /** initial_max_stream_data_bidi_local: on each bidirectional stream that the sender of the parameter opens. */
    long maxStreamDataBidiLocal() {
        return maxStreamDataBidiLocal;
    }

    TransportParameters maxStreamDataBidiLocal(long value) {
        maxStreamDataBidiLocal = value;
        return this;
    }

    /** initial_max_stream_data_bidi_remote: on each bidirectional stream that the receiver of the parameter opens. */
    long maxStreamDataBidiRemote() {
        return maxStreamDataBidiRemote;
    }

    TransportParameters maxStreamDataBidiRemote(long value) {
        maxStreamDataBidiRemote = value;
        return this;
    }

    /** initial_max_stream_data_uni: on each unidirectional stream that the receiver of the parameter opens. */
    long maxStreamDataUni() {
        return maxStreamDataUni;
    }

    TransportParameters maxStreamDataUni(long value) {
        maxStreamDataUni = value;
        return this;
    }

    /** initial_max_streams_bidi. */
    long maxStreamsBidi() {
        return maxStreamsBidi;
    }

    TransportParameters maxStreamsBidi(long value) {
        maxStreamsBidi = value;
        return this;
    }

    /** initial_max_streams_uni. */
    long maxStreamsUni() {
        return maxStreamsUni;
    }

    TransportParameters maxStreamsUni(long value) {
        maxStreamsUni = value;
        return this;
    }

    /** ack_delay_exponent: the ACK Delay of the sender's ACK frames is in units of 2 to this power microseconds. */
    long ackDelayExponent() {
        return ackDelayExponent;
    }

    TransportParameters ackDelayExponent(long value) {
        ackDelayExponent = value;
        return this;
    }

    /** max_ack_delay: milliseconds. */
    long maxAckDelayMs() {
        return maxAckDelayMs;
    }

    TransportParameters maxAckDelayMs(long value) {
        maxAckDelayMs = value;
        return this;
    }

    /** active_connection_id_limit: the ids of the peer that the endpoint keeps. */
    long activeConnectionIdLimit() {
        return activeConnectionIdLimit;
    }

    TransportParameters activeConnectionIdLimit(long value) {
        activeConnectionIdLimit = value;
        return this;
    }

    /** max_datagram_frame_size (RFC 9221 3): type, length and data together; 0 for no DATAGRAM frames. */
    long maxDatagramFrameBytes() {
        return maxDatagramFrameBytes;
    }

    TransportParameters maxDatagramFrameBytes(long value) {
        maxDatagramFrameBytes = value;
        return this;
    }

    /** disable_active_migration. */
    boolean disableActiveMigration() {
        return disableActiveMigration;
    }

    TransportParameters disableActiveMigration(boolean value) {
        disableActiveMigration = value;
        return this;
    }

    /** grease_quic_bit (RFC 9287 3): the endpoint takes packets without the fixed bit. */
    boolean greaseQuicBit() {
        return greaseQuicBit;
    }

    TransportParameters greaseQuicBit(boolean value) {
        greaseQuicBit = value;
        return this;
    }

    /** original_destination_connection_id; {@code null} when absent. A server's alone. */
    byte[] originalDestinationId() {
        return originalDestinationId;
    }

    TransportParameters originalDestinationId(byte[] value) {
        originalDestinationId = value;
        return this;
    }

    /** initial_source_connection_id; {@code null} when absent. */
    byte[] initialSourceId() {
        return initialSourceId;
    }

    TransportParameters initialSourceId(byte[] value) {
        initialSourceId = value;
        return this;
    }

    /** retry_source_connection_id; {@code null} when absent. A server's alone. */
    byte[] retrySourceId() {
        return retrySourceId;
    }

    TransportParameters retrySourceId(byte[] value) {
        retrySourceId = value;
        return this;
    }

    /** stateless_reset_token, 16 bytes; {@code null} when absent. A server's alone. */
    byte[] statelessResetToken() {
        return statelessResetToken;
    }

    TransportParameters statelessResetToken(byte[] value) {
        statelessResetToken = value;
        return this;
    }

    /** Whether the server prefers another address after the handshake (RFC 9000 9.6). */
    boolean hasPreferredAddress() {
        return preferredId != null;
    }

    /** {@code null} when the server prefers no address of this family. */
    PeerAddress preferredIpv4() {
        return preferredIpv4;
    }

    /** {@code null} when the server prefers no address of this family. */
    PeerAddress preferredIpv6() {
        return preferredIpv6;
    }

    /** The connection id of sequence number 1, 1 to 20 bytes. */
    byte[] preferredId() {
        return preferredId;
    }

    byte[] preferredResetToken() {
        return preferredResetToken;
    }

    /** One address of each family, {@code null} where there is none, and the connection id of sequence number 1 with its token. */
    TransportParameters preferredAddress(PeerAddress ipv4, PeerAddress ipv6, byte[] id, byte[] resetToken) {
        preferredIpv4 = ipv4;
        preferredIpv6 = ipv6;
        preferredId = id;
        preferredResetToken = resetToken;
        return this;
    }

    /** Whether version_information is there (RFC 9368 3). */
    boolean hasVersionInformation() {
        return chosenVersion != 0;
    }

    int chosenVersion() {
        return chosenVersion;
    }

    /** A client's are in descending preference and include the chosen one. */
    int[] availableVersions() {
        return availableVersions;
    }

    TransportParameters versionInformation(int chosen, int[] available) {
        chosenVersion = chosen;
        availableVersions = available;
        return this;
    }

    boolean isAvailable(int version) {
        for (int available : availableVersions) {
            if (available == version) {
                return true;
            }
        }
        return false;
    }

    /**
     * Judges a client's version information on a server (RFC 9368 4).
     *
     * @param inUse the version of the long headers of the client's first flight
     */
    int judgeClientVersions(QuicVersion inUse) {
        return hasVersionInformation() && chosenVersion != inUse.number() ? QuicError.VERSION_NEGOTIATION_ERROR : 0;
    }

    /**
     * The version in which a server goes on (RFC 9368 2.3): the one it prefers, when the client has it available, too; otherwise the client's.
     *
     * @param inUse the version of the client's first flight
     */
    QuicVersion negotiated(QuicVersion inUse, QuicVersion preferred) {
        return hasVersionInformation() && isAvailable(preferred.number()) ? preferred : inUse;
    }

    /**
     * Judges a server's version information on a client (RFC 9368 4, 8).
     *
     * @param negotiated what the server's long headers said
     * @param offered what the client itself sent
     * @param afterNegotiation whether the client acts on a Version Negotiation packet, which nobody authenticated
     * @param favourite what the client would have begun with
     */
    int judgeServerVersions(QuicVersion negotiated, TransportParameters offered, boolean afterNegotiation, QuicVersion favourite) {
        if (!hasVersionInformation()) {
            // RFC 9368 8: a server that knows version 1 alone need not send it.
            return afterNegotiation && negotiated != QuicVersion.V1 ? QuicError.VERSION_NEGOTIATION_ERROR : 0;
        }
        if (chosenVersion != negotiated.number() || !offered.isAvailable(chosenVersion)) {
            return QuicError.VERSION_NEGOTIATION_ERROR;
        }
        boolean forged = afterNegotiation && (availableVersions.length == 0 || negotiated != favourite && isAvailable(favourite.number()));
        return forged ? QuicError.VERSION_NEGOTIATION_ERROR : 0;
    }

    /**
     * Whether the connection ids are those of the packets that were exchanged (RFC 9000 7.3), which keeps others from having chosen them.
     *
     * @param source what the peer's Initial packets had as Source Connection ID
     * @param original what the client's first packet had as Destination Connection ID; {@code null} on a server
     * @param retrySource what the Retry packet had as Source Connection ID; {@code null} on a server and without a Retry packet
     */
    boolean authenticates(byte[] source, byte[] original, byte[] retrySource) {
        return Arrays.equals(initialSourceId, source) && Arrays.equals(originalDestinationId, original) && Arrays.equals(retrySourceId, retrySource);
    }

    /**
     * Whether a limit is below what the client remembered for 0-RTT, which an accepting server MUST NOT do (RFC 9000 7.4.1, RFC 9221 3); the client answers with PROTOCOL_VIOLATION.
     */
    boolean reduces(TransportParameters remembered) {
        return maxData < remembered.maxData || maxStreamDataBidiLocal < remembered.maxStreamDataBidiLocal || maxStreamDataBidiRemote < remembered.maxStreamDataBidiRemote
                || maxStreamDataUni < remembered.maxStreamDataUni || maxStreamsBidi < remembered.maxStreamsBidi || maxStreamsUni < remembered.maxStreamsUni
                || activeConnectionIdLimit < remembered.activeConnectionIdLimit || maxDatagramFrameBytes < remembered.maxDatagramFrameBytes;
    }

    /**
     * What a client keeps with a ticket (RFC 9000 7.4.1): all but what belongs to the one connection, and without ack_delay_exponent, max_ack_delay, which it MUST NOT remember.
     */
    TransportParameters remembered() {
        return new TransportParameters().idleTimeoutMs(idleTimeoutMs).udpPayloadBytes(udpPayloadBytes).maxData(maxData).maxStreamDataBidiLocal(maxStreamDataBidiLocal)
                .maxStreamDataBidiRemote(maxStreamDataBidiRemote).maxStreamDataUni(maxStreamDataUni).maxStreamsBidi(maxStreamsBidi).maxStreamsUni(maxStreamsUni)
                .activeConnectionIdLimit(activeConnectionIdLimit).maxDatagramFrameBytes(maxDatagramFrameBytes).disableActiveMigration(disableActiveMigration);
    }
}
