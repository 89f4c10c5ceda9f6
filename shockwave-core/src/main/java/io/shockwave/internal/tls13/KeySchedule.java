package io.shockwave.internal.tls13;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The chain of secrets (RFC 8446 7.1): early, handshake, master. Each step forgets the one before it. Confined to its handshake.
 *
 * <pre>
 *   early(psk) -> handshake(shared) -> master()
 * </pre>
 */
final class KeySchedule {
    private static final byte[] EMPTY = {};

    private final Hkdf hkdf;
    private final int hashBytes;
    private final byte[] emptyHash;
    private final byte[] secret;

    KeySchedule(CipherSuite suite) {
        hkdf = new Hkdf(suite);
        hashBytes = suite.hashBytes();
        emptyHash = new Transcript(suite).hash();
        secret = new byte[hashBytes];
    }

    /** Begins with a pre-shared key, or without one when it is empty. */
    void early(byte[] psk) {
        byte[] input = psk.length == 0 ? new byte[hashBytes] : psk;
        hkdf.extract(EMPTY, input, 0, input.length, secret);
    }

    void handshake(byte[] shared) {
        advance(shared);
    }

    void master() {
        advance(new byte[hashBytes]);
    }

    private void advance(byte[] input) {
        byte[] salt = derive("derived", emptyHash);
        hkdf.extract(salt, input, 0, input.length, secret);
        Arrays.fill(salt, (byte) 0);
    }

    /** Derive-Secret of the present secret with the hash of a transcript; the caller owns and wipes it. */
    byte[] derive(String label, byte[] transcriptHash) {
        byte[] derived = new byte[hashBytes];
        hkdf.expandLabel(secret, label, transcriptHash, derived, 0, hashBytes);
        return derived;
    }

    /** The binder key for a session that was resumed (RFC 8446 7.1). */
    byte[] binderKey() {
        return derive("res binder", emptyHash);
    }

    /** The content of a Finished message, or a binder, which is made alike (RFC 8446 4.4.4). */
    byte[] finished(byte[] baseKey, byte[] transcriptHash) {
        byte[] key = new byte[hashBytes];
        byte[] content = new byte[hashBytes];
        hkdf.expandLabel(baseKey, "finished", EMPTY, key, 0, hashBytes);
        hkdf.hmac(key, transcriptHash, 0, transcriptHash.length, content);
        Arrays.fill(key, (byte) 0);
        return content;
    }

    /** The key of a ticket (RFC 8446 4.6.1), after the schedule has come to its end. */
    static byte[] resumptionKey(CipherSuite suite, byte[] resumptionSecret, byte[] nonce) {
        byte[] psk = new byte[suite.hashBytes()];
        new Hkdf(suite).expandLabel(resumptionSecret, "resumption", nonce, psk, 0, psk.length);
        return psk;
    }

    /** Compares in a time that does not depend on where they differ. */
    static boolean areEqual(byte[] expected, byte[] buf, int off, int len) {
        byte[] given = Arrays.copyOfRange(buf, off, off + len);
        boolean equal = MessageDigest.isEqual(expected, given);
        Arrays.fill(given, (byte) 0);
        return equal;
    }

    void wipe() {
        Arrays.fill(secret, (byte) 0);
    }
}
