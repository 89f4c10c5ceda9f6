package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.internal.tls13.EncryptionLevel;
import io.shockwave.internal.tls13.SessionTicket;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsEngine;
import io.shockwave.internal.tls13.TlsSink;

/**
 * Joins a connection and its TLS handshake (RFC 9001 4): bytes, keys, transport parameters, and which version is spoken. Owned by a connection.
 *
 * <pre>
 *   STARTED ──TLS is done──▶ COMPLETE ──server: at once; client: HANDSHAKE_DONE──▶ CONFIRMED
 * </pre>
 */
final class QuicHandshake implements TlsSink {
    /** RFC 9000 18.2: our ACK delays are in units of 8 µs. */
    static final int ACK_DELAY_EXPONENT = 3;
    private static final int FRAME_OVERHEAD = 1 + 4;

    private final QuicConnection connection;
    private final QuicContext context;
    private final TlsClientSettings clientSettings;
    private ServerTls serverSettings;
    private TlsEngine tls;
    private final byte[] originalId;
    private byte[] retrySourceId;
    private byte[] peerSourceId;
    private TransportParameters local;
    private TransportParameters peer = new TransportParameters();
    private TransportParameters remembered;
    private boolean afterVersionNegotiation;
    private boolean complete;
    private boolean confirmed;
    private boolean completeNews;
    private boolean earlyAccepted;
    private boolean earlyReady;
    private boolean earlyRejected;

    private QuicHandshake(QuicConnection connection, QuicContext context, byte[] originalId, TlsClientSettings clientSettings) {
        this.connection = connection;
        this.context = context;
        this.originalId = originalId;
        this.clientSettings = clientSettings;
    }

    static QuicHandshake client(QuicConnection connection, QuicContext context, TlsClientSettings settings, byte[] originalId) {
        QuicHandshake h = new QuicHandshake(connection, context, originalId, settings);
        h.remember();
        h.tls = TlsEngine.client(settings, h, context.keys(), context.random());
        return h;
    }

    /** @param retrySourceId what the Retry packet had named as its source, which this client answers; null without one */
    static QuicHandshake server(QuicConnection connection, QuicContext context, ServerTls settings, QuicVersion version, byte[] originalId, byte[] retrySourceId) {
        QuicHandshake h = new QuicHandshake(connection, context, originalId, null);
        h.serverSettings = settings;
        h.retrySourceId = retrySourceId;
        h.tls = TlsEngine.server(settings.of(version), h, context.keys(), context.random());
        return h;
    }

    private void remember() {
        SessionTicket ticket = clientSettings.ticket().orElse(null);
        if (ticket == null || !clientSettings.earlyData() || !ticket.allowsEarlyData()) {
            return;
        }
        byte[] encoded = ticket.transportParameters();
        TransportParameters decoded = new TransportParameters();
        if (TransportParametersDecoder.decodeRemembered(encoded, 0, encoded.length, decoded)) {
            remembered = decoded.remembered();
        }
    }

    TlsEngine tls() {
        return tls;
    }

    byte[] originalId() {
        return originalId;
    }

    TransportParameters peer() {
        return peer;
    }

    boolean isComplete() {
        return complete;
    }

    boolean isConfirmed() {
        return confirmed;
    }

    void confirm() {
        confirmed = true;
        local = null;
        remembered = null;
        peer.forgetIds();
        peer = context.rest().shared(peer);
    }

    /** A client has keys for 0-RTT, and limits that it can keep to. */
    boolean canSendEarly() {
        return remembered != null && connection.lifecycle().earlyWrite() != null;
    }

    boolean isEarlyDataAccepted() {
        return earlyAccepted;
    }

    void start() {
        tls.start(connection.wallMs());
    }

    /** A server's, once it is complete. */
    void sendTicket() {
        tls.sendTicket(serverSettings.sessionContext(connection.version()), connection.wallMs());
    }

    void retried(byte[] sourceId) {
        retrySourceId = sourceId;
    }

    boolean wasRetried() {
        return retrySourceId != null;
    }

    /** What the peer's first Initial packet names as its source. */
    void peerSource(byte[] id) {
        peerSourceId = id;
    }

    byte[] peerSource() {
        return peerSourceId;
    }

    /** Begins again in a version that the server named in a Version Negotiation packet (RFC 9000 6.2). */
    void restart() {
        afterVersionNegotiation = true;
        tls.close(); // and with it the ticket, which was of the other version
        if (connection.lifecycle().earlyWrite() != null) {
            onEarlyData(false);
        }
        tls = TlsEngine.client(clientSettings, this, context.keys(), context.random());
        start();
    }

    boolean isAfterVersionNegotiation() {
        return afterVersionNegotiation;
    }

    // What TLS tells

    @Override
    public void onHandshakeBytes(EncryptionLevel level, byte[] buf, int off, int len) {
        connection.space(spaceOf(level)).crypto.out().write(buf, off, len);
    }

    private static int spaceOf(EncryptionLevel level) {
        return switch (level) {
            case INITIAL -> PacketType.INITIAL_SPACE;
            case HANDSHAKE -> PacketType.HANDSHAKE_SPACE;
            case EARLY, APPLICATION -> PacketType.APPLICATION_SPACE;
        };
    }

    @Override
    public void onReadSecret(EncryptionLevel level, CipherSuite suite, byte[] secret) {
        PacketProtection keys = context.protections().of(suite, versionOf(level), secret);
        switch (level) {
            case EARLY -> {
                connection.lifecycle().earlyRead(keys);
                connection.lifecycle().accept();
            }
            case HANDSHAKE -> connection.space(PacketType.HANDSHAKE_SPACE).read(keys);
            default -> connection.phases().read(keys);
        }
    }

    /** RFC 9369 4.1: 0-RTT packets stay in the version of the client's first packet, whatever is agreed on. */
    private QuicVersion versionOf(EncryptionLevel level) {
        return level == EncryptionLevel.EARLY ? connection.firstVersion() : connection.version();
    }

    @Override
    public void onWriteSecret(EncryptionLevel level, CipherSuite suite, byte[] secret) {
        PacketProtection keys = context.protections().of(suite, versionOf(level), secret);
        switch (level) {
            case EARLY -> {
                connection.lifecycle().earlyWrite(keys);
                if (remembered != null) {
                    connection.lifecycle().onPeerLimits(remembered);
                    earlyReady = true;
                }
            }
            case HANDSHAKE -> {
                connection.space(PacketType.HANDSHAKE_SPACE).write(keys);
                connection.loss().onHandshakeKeys(connection.now());
            }
            default -> {
                connection.phases().write(keys);
                connection.lifecycle().dropEarlyWrite();
                if (connection.isServer()) {
                    connection.lifecycle().accept();
                }
            }
        }
    }

    @Override
    public int onPeerTransportParameters(byte[] buf, int off, int len) {
        boolean server = connection.isServer();
        TransportParameters decoded = new TransportParameters();
        int error = TransportParametersDecoder.decode(buf, off, len, !server, decoded);
        if (error != 0) {
            return error;
        }
        // RFC 9000 7.3: what the ids of the handshake were must be as both saw them.
        if (!decoded.authenticates(peerSourceId, server ? null : originalId, server ? null : retrySourceId)) {
            return QuicError.TRANSPORT_PARAMETER_ERROR;
        }
        // RFC 9000 18.2: who uses ids of no bytes has none for another path.
        if (decoded.hasPreferredAddress() && peerSourceId.length == 0) {
            return QuicError.TRANSPORT_PARAMETER_ERROR;
        }
        error = server ? versionOfClient(decoded) : decoded.judgeServerVersions(connection.version(), local, afterVersionNegotiation, connection.preferredVersion());
        if (error != 0) {
            return error;
        }
        peer = decoded;
        if (connection.qlog() != null) {
            connection.qlog().parametersSet(false, decoded, connection.now());
        }
        connection.lifecycle().onPeerParameters(decoded);
        return 0;
    }

    private int versionOfClient(TransportParameters decoded) {
        QuicVersion inUse = connection.version();
        int error = decoded.judgeClientVersions(inUse);
        if (error == 0) {
            connection.lifecycle().flight().negotiated(decoded.negotiated(inUse, connection.preferredVersion()));
        }
        return error;
    }

    @Override
    public int localTransportParameters(byte[] dst, int off) {
        QuicSettings s = context.settings();
        boolean server = connection.isServer();
        local = new TransportParameters().idleTimeoutMs(s.idleTimeoutNs() / 1_000_000).udpPayloadBytes(s.receiveDatagramBytes()).maxData(s.connectionWindowBytes())
                .maxStreamDataBidiLocal(s.streamWindowBytes()).maxStreamDataBidiRemote(s.streamWindowBytes()).maxStreamDataUni(s.streamWindowBytes())
                .maxStreamsBidi(s.maxBidirectionalStreams()).maxStreamsUni(s.maxUnidirectionalStreams()).ackDelayExponent(ACK_DELAY_EXPONENT).maxAckDelayMs(s.maxAckDelayNs() / 1_000_000)
                .activeConnectionIdLimit(PeerIds.MAX_ACTIVE).maxDatagramFrameBytes(s.datagramFrameBytes() == 0 ? 0 : s.datagramFrameBytes() + FRAME_OVERHEAD)
                .disableActiveMigration(!s.isMigrationAllowed()).greaseQuicBit(true).initialSourceId(connection.localIds().first());
        QuicVersion preferred = connection.preferredVersion();
        QuicVersion other = preferred == QuicVersion.V1 ? QuicVersion.V2 : QuicVersion.V1;
        local.versionInformation(connection.version().number(), new int[] {preferred.number(), other.number()});
        if (server) {
            local.originalDestinationId(originalId).retrySourceId(retrySourceId);
            connection.lifecycle().serverParameters(local);
        }
        if (connection.qlog() != null) {
            connection.qlog().parametersSet(true, local, connection.now());
        }
        byte[] noise = new byte[8];
        context.random().fill(noise, 0, 8);
        long grease = 0;
        for (byte b : noise) {
            grease = grease << 8 | b & 0xFF;
        }
        return TransportParametersEncoder.encode(local, dst, off, grease) - off;
    }

    @Override
    public void onEarlyData(boolean accepted) {
        earlyAccepted = accepted;
        context.counters().increment(accepted ? QuicCounters.EARLY_ACCEPTED : QuicCounters.EARLY_REFUSED);
        if (!connection.isServer()) {
            earlyRejected = !accepted;
        }
    }

    @Override
    public void onTicket(SessionTicket ticket) {
        connection.lifecycle().onTicket(ticket);
    }

    @Override
    public void onHandshakeComplete() {
        complete = true;
        completeNews = true;
    }

    @Override
    public void onKeyLog(String label, byte[] clientRandom, byte[] secret) {
        connection.sink().onKeyLog(label, clientRandom, secret);
    }

    /** What TLS told in the middle of a frame, and what follows from it. */
    int settle() {
        if (earlyReady) {
            earlyReady = false;
            connection.sink().onEarlyDataReady();
        }
        if (earlyRejected) {
            earlyRejected = false;
            connection.lifecycle().onEarlyDataRejected(peer);
        } else if (remembered != null && earlyAccepted && complete && completeNews && peer.reduces(remembered)) {
            // RFC 9000 7.4.1: a server that accepts 0-RTT MUST NOT lower what the client may rely on.
            return QuicError.PROTOCOL_VIOLATION;
        }
        if (completeNews) {
            completeNews = false;
            connection.lifecycle().onHandshakeComplete();
        }
        return 0;
    }
}
