package io.shockwave.internal.quic;

import java.util.Arrays;

/**
 * How a connection begins: which version, the keys of Initial packets, the token of the first packets, Retry and Version Negotiation (RFC 9000 6, 8.1.2, 17.2.5; RFC 9368). Owned by a
 * connection.
 *
 * <pre>
 *   client:  first version ──Retry──▶ the same with a token        ──Initial in another version──▶ negotiated
 *                          ──Version Negotiation──▶ a version of both, from the start
 *   server:  the client's version ──its transport parameters──▶ negotiated: the preferred one, if the client has it
 * </pre>
 */
final class FirstFlight {
    private static final byte[] NO_TOKEN = {};

    private final QuicConnection connection;
    private final QuicContext context;
    private final boolean server;
    /** What the keys of Initial packets are derived from (RFC 9001 5.2). */
    private byte[] keyId;
    private QuicVersion first;
    private QuicVersion version;
    private byte[] token = NO_TOKEN;
    /** A server reads Initial packets in the client's first version beside those in the negotiated one. */
    private PacketProtection firstRead;
    private boolean received;
    private boolean retried;

    FirstFlight(QuicConnection connection, QuicContext context, boolean server, QuicVersion first, byte[] keyId, byte[] token) {
        this.connection = connection;
        this.context = context;
        this.server = server;
        this.first = first;
        this.version = first;
        this.keyId = keyId;
        this.token = token;
    }

    QuicVersion version() {
        return version;
    }

    QuicVersion first() {
        return first;
    }

    QuicVersion preferred() {
        return context.settings().isVersion2Preferred() ? QuicVersion.V2 : QuicVersion.V1;
    }

    void begin() {
        NumberSpace space = connection.space(PacketType.INITIAL_SPACE);
        space.read(keys(version, server));
        space.write(keys(version, !server));
    }

    private PacketProtection keys(QuicVersion of, boolean ofClient) {
        return context.protections().initial(of, keyId, 0, keyId.length, ofClient);
    }

    byte[] token() {
        return token;
    }

    /** The keys that an Initial packet may have been sealed with; null if it is none of this connection's. */
    PacketProtection read(PacketHeader header, byte[] buf) {
        NumberSpace space = connection.space(PacketType.INITIAL_SPACE);
        if (received && !connection.lifecycle().isFromPeer(header, buf)) {
            // RFC 9000 7.2: another source id than that of the first packet.
            return null;
        }
        if (server) {
            return header.version() == version ? space.read() : header.version() == first ? firstRead : null;
        }
        // RFC 9000 17.2.2: a server's Initial packet has no token.
        if (header.tokenLength() > 0) {
            return null;
        }
        if (header.version() == version) {
            return space.read();
        }
        // RFC 9368 2.3: the server may go on in another version that this client offered, from its first packet on; also after a Version Negotiation packet, which may be forged.
        return received ? null : candidate(header.version());
    }

    private QuicVersion candidateVersion;
    private PacketProtection candidateRead;

    private PacketProtection candidate(QuicVersion other) {
        if (candidateRead == null || candidateVersion != other) {
            candidateVersion = other;
            candidateRead = keys(other, false);
        }
        return candidateRead;
    }

    /** An Initial packet was opened. */
    void onOpened(PacketHeader header, byte[] buf) {
        if (!received) {
            received = true;
            byte[] source = Arrays.copyOfRange(buf, header.sourceOff(), header.sourceOff() + header.sourceLength());
            connection.lifecycle().onPeerSource(source);
        }
        if (!server && header.version() != version) {
            change(header.version());
        }
    }

    private void change(QuicVersion to) {
        version = to;
        NumberSpace space = connection.space(PacketType.INITIAL_SPACE);
        if (server) {
            firstRead = keys(first, true);
        }
        space.read(keys(to, server));
        space.write(keys(to, !server));
    }

    /** A server learnt which versions the client has. */
    void negotiated(QuicVersion chosen) {
        if (chosen != version) {
            change(chosen);
        }
    }

    /** True when a Retry packet counts: then everything begins again with its token (RFC 9000 17.2.5.2). */
    boolean onRetry(PacketHeader header, byte[] buf) {
        if (server || received || retried || header.version() != version || header.tokenLength() <= 0 || header.tokenLength() > QuicConnection.MAX_TOKEN_BYTES) {
            return false;
        }
        // RFC 9000 17.2.5.1: the server MUST choose another id than the one it was sent to.
        if (header.sourceLength() == keyId.length && LocalIds.equal(buf, header.sourceOff(), keyId, 0, keyId.length)) {
            return false;
        }
        if (!new RetryIntegrity(version).isGenuine(buf, header, keyId, 0, keyId.length)) {
            return false;
        }
        retried = true;
        token = Arrays.copyOfRange(buf, header.tokenOff(), header.tokenOff() + header.tokenLength());
        keyId = Arrays.copyOfRange(buf, header.sourceOff(), header.sourceOff() + header.sourceLength());
        begin();
        return true;
    }

    byte[] keyId() {
        return keyId;
    }

    /** The version to begin again with after a Version Negotiation packet; null when it does not count, or names none of ours: then {@link #hasNoCommonVersion}. */
    QuicVersion onVersionNegotiation(PacketHeader header, byte[] buf) {
        noCommonVersion = false;
        // RFC 9000 6.2: only as the first answer, only to this connection's ids, and not if it lists the version in use.
        if (server || received || retried || connection.handshake().isAfterVersionNegotiation() || !connection.lifecycle().isFromPeer(header, buf)) {
            return null;
        }
        QuicVersion common = null;
        for (int i = 0; i < header.offeredVersions(); i++) {
            QuicVersion offered = QuicVersion.of(header.offeredVersion(buf, i));
            if (offered == version) {
                return null;
            }
            if (offered != null && (common == null || offered == preferred())) {
                common = offered;
            }
        }
        noCommonVersion = common == null;
        return common;
    }

    private boolean noCommonVersion;

    boolean hasNoCommonVersion() {
        return noCommonVersion;
    }

    void restart(QuicVersion with) {
        version = with;
        first = with;
        begin();
    }

    /** RFC 9001 4.9.1: Initial keys are gone. */
    void discard() {
        if (firstRead != null) {
            firstRead.wipe();
            firstRead = null;
        }
        if (candidateRead != null) {
            candidateRead.wipe();
            candidateRead = null;
        }
        token = NO_TOKEN;
    }
}
