package io.shockwave.internal.tls13;

import java.util.List;
import java.util.Optional;

/**
 * What a client's handshake is to be like.
 *
 * @param serverName for the SNI (RFC 6066 3), lower case; empty for a server that is known by its address
 * @param judge of the server's certificate, for the host of the URL
 * @param credentials to show when the server asks for a certificate
 * @param alpn protocols to offer (RFC 7301), best first; at least one (RFC 9001 8.1)
 * @param suites to offer, best first
 * @param groups to offer, best first
 * @param shares how many of the groups get a key share at once; the others cost a round trip (HelloRetryRequest)
 * @param schemes signatures that the server may use
 * @param ticket a session to resume
 * @param earlyData whether to send early data, if the ticket allows it
 * @param keyLog whether secrets are told to {@link TlsSink#onKeyLog}
 */
public record TlsClientSettings(String serverName, PeerJudge judge, CredentialChooser credentials, List<String> alpn, List<CipherSuite> suites, List<NamedGroup> groups, int shares,
        List<SignatureScheme> schemes, Optional<SessionTicket> ticket, boolean earlyData, boolean keyLog) {
    /** X25519 alone gets a share: with one of X25519MLKEM768 the first flight takes two datagrams. */
    public static final List<NamedGroup> GROUPS = List.of(NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1);
    /** The hybrid first, with shares for it and for X25519, so that a server without ML-KEM costs no round trip. */
    public static final List<NamedGroup> POST_QUANTUM_GROUPS = List.of(NamedGroup.X25519MLKEM768, NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1);

    public TlsClientSettings {
        alpn = List.copyOf(alpn);
        suites = List.copyOf(suites);
        groups = List.copyOf(groups);
        schemes = List.copyOf(schemes);
        if (alpn.isEmpty() || suites.isEmpty() || groups.isEmpty() || schemes.isEmpty() || shares < 1 || shares > groups.size()) {
            throw new IllegalArgumentException("a handshake needs a protocol, a suite, a group with a share and a signature scheme");
        }
    }

    public TlsClientSettings(String serverName, PeerJudge judge, List<String> alpn) {
        this(serverName, judge, CredentialChooser.NONE, alpn, List.of(CipherSuite.values()), GROUPS, 1, List.of(SignatureScheme.ALL), Optional.empty(), false, false);
    }

    public TlsClientSettings withCredentials(CredentialChooser own) {
        return new TlsClientSettings(serverName, judge, own, alpn, suites, groups, shares, schemes, ticket, earlyData, keyLog);
    }

    public TlsClientSettings withSuites(List<CipherSuite> offered) {
        return new TlsClientSettings(serverName, judge, credentials, alpn, offered, groups, shares, schemes, ticket, earlyData, keyLog);
    }

    public TlsClientSettings withGroups(List<NamedGroup> offered, int withShare) {
        return new TlsClientSettings(serverName, judge, credentials, alpn, suites, offered, withShare, schemes, ticket, earlyData, keyLog);
    }

    public TlsClientSettings withSchemes(List<SignatureScheme> offered) {
        return new TlsClientSettings(serverName, judge, credentials, alpn, suites, groups, shares, offered, ticket, earlyData, keyLog);
    }

    public TlsClientSettings withTicket(SessionTicket session, boolean early) {
        return new TlsClientSettings(serverName, judge, credentials, alpn, suites, groups, shares, schemes, Optional.of(session), early, keyLog);
    }

    public TlsClientSettings withKeyLog() {
        return new TlsClientSettings(serverName, judge, credentials, alpn, suites, groups, shares, schemes, ticket, earlyData, true);
    }
}
