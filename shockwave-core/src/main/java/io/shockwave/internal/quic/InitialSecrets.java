package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;
import io.shockwave.internal.tls13.Hkdf;

/** The secrets of Initial packets (RFC 9001 5.2), which everybody who sees the first packet can derive. Stateless. */
final class InitialSecrets {
    private static final byte[] EMPTY = {};

    private InitialSecrets() {}

    /** The secret with which the client's, or the server's, Initial packets are protected. */
    static byte[] secret(QuicVersion version, byte[] id, int idOff, int idLen, boolean client) {
        Hkdf hkdf = new Hkdf(CipherSuite.AES_128_GCM_SHA256);
        byte[] initial = new byte[hkdf.hashBytes()];
        hkdf.extract(version.initialSalt(), id, idOff, idLen, initial);
        byte[] secret = new byte[hkdf.hashBytes()];
        hkdf.expandLabel(initial, client ? "client in" : "server in", EMPTY, secret, 0, secret.length);
        return secret;
    }
}
