package io.shockwave.internal.tls13;

/** Finds the certificates that this side can show. Thread-safe; what it finds may change when files are read again. */
public interface CredentialChooser {
    TlsCredential[] NOBODY = {};

    CredentialChooser NONE = (_, _) -> NOBODY;

    /**
     * Best first; the handshake takes the first whose key can make a signature that the peer takes.
     *
     * @param serverName on a server the name that the client asks for in lower case, empty if none; on a client its own server's
     * @param known set to whether a certificate is for that very name; only for servers
     */
    TlsCredential[] candidates(String serverName, boolean[] known);
}
