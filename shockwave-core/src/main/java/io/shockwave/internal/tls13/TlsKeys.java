package io.shockwave.internal.tls13;

import java.security.PrivateKey;

/** All of the handshake that needs chance beyond plain random bytes; made in ring 2, where there is some. */
public interface TlsKeys {
    /** What {@link #sign} returns when the key cannot sign. */
    byte[] NO_SIGNATURE = {};

    /** A client's fresh half of a key exchange. */
    KeyShare share(NamedGroup group);

    /** A server's answer to a client's half, whose length was checked; its {@link Answer#secret} is empty if the client's half is not one of the group. */
    Answer answer(NamedGroup group, byte[] buf, int off, int len);

    /** The signature by a key that {@link SignatureScheme#fits}; empty if it cannot be made. */
    byte[] sign(SignatureScheme scheme, PrivateKey key, byte[] buf, int off, int len);

    /** @param share what goes into key_exchange; @param secret the shared secret, of which the caller becomes the owner */
    record Answer(byte[] share, byte[] secret) {
    }
}
