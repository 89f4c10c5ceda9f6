package io.shockwave.internal.tls13;

/** The four kinds of keys, in the order in which they come (RFC 9001 2.1). */
public enum EncryptionLevel {
    INITIAL, EARLY, HANDSHAKE, APPLICATION
}
