package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.CipherSuite;

/** Makes the protection of packets from secrets. Confined to one thread with all that it makes: they share what is not worth having twice. */
interface PacketProtectionProvider {
    /** Derives key, IV and header protection key (RFC 9001 5.1); the secret is copied. */
    PacketProtection of(CipherSuite suite, QuicVersion version, byte[] secret);

    /**
     * The protection of Initial packets (RFC 9001 5.2).
     *
     * @param id the Destination Connection ID of the client's first Initial packet, or of its first after a Retry
     * @param client whether the client sends what is protected
     */
    default PacketProtection initial(QuicVersion version, byte[] id, int idOff, int idLen, boolean client) {
        byte[] secret = InitialSecrets.secret(version, id, idOff, idLen, client);
        return of(CipherSuite.AES_128_GCM_SHA256, version, secret);
    }

    /** The protection that was parked; the array is not changed. */
    default PacketProtection unpark(byte[] parked) {
        throw new IllegalStateException("nothing was parked");
    }

    /** What it is, for logs: "jca" or "libcrypto". */
    String name();
}
