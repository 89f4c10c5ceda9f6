package io.shockwave.internal.tls13;

/** This side's half of a key exchange: on a client made before the peer's is known. Used once. */
public interface KeyShare {
    byte[] NO_SECRET = {};

    /** What goes into key_exchange. */
    byte[] publicBytes();

    /**
     * The shared secret, of which the caller becomes the owner; empty if the server's half is not one of the group, or leads to a secret that says nothing
     * (RFC 7748 6.1). Its length was checked.
     */
    byte[] agree(byte[] buf, int off, int len);
}
