package io.shockwave.internal.tls13;

import java.util.List;

/**
 * What a server's handshakes are to be like.
 *
 * @param credentials to show, by the name that the client asks for
 * @param unknownNamesRefused whether a name for which there is no certificate ends the handshake (unrecognized_name); otherwise the first certificate is shown
 * @param alpn protocols that are spoken (RFC 7301), best first
 * @param suites best first
 * @param groups best first; one that the client sent a share for goes before the others
 * @param schemes signatures that clients may use
 * @param clients whether clients are asked for certificates
 * @param judge of their certificates
 * @param authorities DER of the names of those that are trusted with clients' certificates (RFC 8446 4.2.4)
 * @param tickets keys to seal tickets with
 * @param sessionContext resumption needs the same as when the ticket was made; the QUIC version belongs into it (RFC 9369 5). At most 255 bytes
 * @param earlyDataContext early data needs the same; settings that must not shrink belong into it (RFC 9001 4.6.3). At most 255 bytes
 * @param guard admits early data
 * @param keyLog whether secrets are told to {@link TlsSink#onKeyLog}
 */
public record TlsServerSettings(CredentialChooser credentials, boolean unknownNamesRefused, List<String> alpn, List<CipherSuite> suites, List<NamedGroup> groups, List<SignatureScheme> schemes,
        ClientAuthentication clients, PeerJudge judge, List<byte[]> authorities, TicketKeys tickets, byte[] sessionContext, byte[] earlyDataContext, ReplayGuard guard, boolean keyLog) {
    public static final List<NamedGroup> GROUPS = List.of(NamedGroup.X25519MLKEM768, NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1);
    private static final byte[] NOTHING = {};

    /** Whether a server wants to know its clients. */
    public enum ClientAuthentication { NONE, REQUESTED, REQUIRED }

    public TlsServerSettings {
        alpn = List.copyOf(alpn);
        suites = List.copyOf(suites);
        groups = List.copyOf(groups);
        schemes = List.copyOf(schemes);
        authorities = List.copyOf(authorities);
        if (alpn.isEmpty() || suites.isEmpty() || groups.isEmpty() || schemes.isEmpty()) {
            throw new IllegalArgumentException("a handshake needs a protocol, a suite, a group and a signature scheme");
        }
    }

    public TlsServerSettings(CredentialChooser credentials, List<String> alpn) {
        this(credentials, false, alpn, List.of(CipherSuite.values()), GROUPS, List.of(SignatureScheme.ALL), ClientAuthentication.NONE, _ -> TlsError.UNKNOWN_CA, List.of(), TicketKeys.NONE,
                NOTHING, NOTHING, ReplayGuard.REFUSES, false);
    }

    public TlsServerSettings refusingUnknownNames() {
        return new TlsServerSettings(credentials, true, alpn, suites, groups, schemes, clients, judge, authorities, tickets, sessionContext, earlyDataContext, guard, keyLog);
    }

    public TlsServerSettings withSuites(List<CipherSuite> taken) {
        return new TlsServerSettings(credentials, unknownNamesRefused, alpn, taken, groups, schemes, clients, judge, authorities, tickets, sessionContext, earlyDataContext, guard, keyLog);
    }

    public TlsServerSettings withGroups(List<NamedGroup> taken) {
        return new TlsServerSettings(credentials, unknownNamesRefused, alpn, suites, taken, schemes, clients, judge, authorities, tickets, sessionContext, earlyDataContext, guard, keyLog);
    }

    public TlsServerSettings withClients(ClientAuthentication wanted, PeerJudge clientJudge, List<byte[]> trusted) {
        return new TlsServerSettings(credentials, unknownNamesRefused, alpn, suites, groups, schemes, wanted, clientJudge, trusted, tickets, sessionContext, earlyDataContext, guard, keyLog);
    }

    public TlsServerSettings withTickets(TicketKeys keys, ReplayGuard earlyDataGuard) {
        return new TlsServerSettings(credentials, unknownNamesRefused, alpn, suites, groups, schemes, clients, judge, authorities, keys, sessionContext, earlyDataContext, earlyDataGuard, keyLog);
    }

    public TlsServerSettings withContexts(byte[] session, byte[] earlyData) {
        return new TlsServerSettings(credentials, unknownNamesRefused, alpn, suites, groups, schemes, clients, judge, authorities, tickets, session.clone(), earlyData.clone(), guard, keyLog);
    }

    public TlsServerSettings withKeyLog() {
        return new TlsServerSettings(credentials, unknownNamesRefused, alpn, suites, groups, schemes, clients, judge, authorities, tickets, sessionContext, earlyDataContext, guard, true);
    }
}
