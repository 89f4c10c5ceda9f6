package io.shockwave.internal.tls;

import io.shockwave.internal.tls13.CredentialChooser;
import io.shockwave.internal.tls13.TlsCredential;
import java.util.List;

/** The certificates that were loaded, as QUIC's handshake shows them, found by name as {@link NamedKeyManager} finds them for TCP. Immutable. */
final class NamedCredentials implements CredentialChooser {
    private final NamedKeyManager names;
    private final TlsCredential[] all;

    NamedCredentials(NamedKeyManager names, List<Identity> identities) {
        this.names = names;
        all = new TlsCredential[identities.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = new TlsCredential(identities.get(i).chain(), identities.get(i).key());
        }
    }

    @Override
    public TlsCredential[] candidates(String serverName, boolean[] known) {
        List<Integer> named = names.named(serverName);
        known[0] = !named.isEmpty();
        List<Integer> places = known[0] ? named : names.fallback();
        TlsCredential[] found = new TlsCredential[places.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = all[places.get(i)];
        }
        return found;
    }

    /** For a client: any certificate, the first that the server takes. */
    CredentialChooser ofClient() {
        return (_, _) -> all;
    }
}
