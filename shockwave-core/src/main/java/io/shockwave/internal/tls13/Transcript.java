package io.shockwave.internal.tls13;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** The running hash over all messages of a handshake (RFC 8446 4.4.1). Confined to its handshake. */
final class Transcript {
    private final MessageDigest digest;

    Transcript(CipherSuite suite) {
        try {
            digest = MessageDigest.getInstance(suite.hash());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + suite.hash(), e);
        }
    }

    private Transcript(MessageDigest digest) {
        this.digest = digest;
    }

    void add(byte[] buf, int off, int len) {
        digest.update(buf, off, len);
    }

    /** The hash so far. */
    byte[] hash() {
        return copyOf(digest).digest();
    }

    /** The same messages, to be gone on with elsewhere. */
    Transcript copy() {
        return new Transcript(copyOf(digest));
    }

    /** After a HelloRetryRequest the hash of the first ClientHello stands for it. */
    void becomeMessageHash() {
        byte[] hash = digest.digest(); // Begins anew.
        digest.update((byte) HandshakeType.MESSAGE_HASH);
        digest.update((byte) 0);
        digest.update((byte) 0);
        digest.update((byte) hash.length);
        digest.update(hash);
    }

    private static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the hash of this Java runtime cannot be copied", e);
        }
    }
}
