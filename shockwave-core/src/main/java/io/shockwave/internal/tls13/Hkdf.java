package io.shockwave.internal.tls13;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF (RFC 5869) over the hash of a suite, with the labels of TLS 1.3 (RFC 8446 7.1), on one Mac. Confined to its owner. */
public final class Hkdf {
    private static final byte[] PREFIX = "tls13 ".getBytes(StandardCharsets.US_ASCII);
    /** A length of two bytes, a label and a context of up to 255 bytes, each with its length, and the counter. */
    private static final int MAX_INFO_BYTES = 2 + 1 + 255 + 1 + 255 + 1;

    private final Mac mac;
    private final String algorithm;
    private final int hashBytes;
    private final byte[] info = new byte[MAX_INFO_BYTES];
    private final byte[] block;

    public Hkdf(CipherSuite suite) {
        try {
            algorithm = suite.mac();
            hashBytes = suite.hashBytes();
            mac = Mac.getInstance(algorithm);
            block = new byte[hashBytes];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + suite.mac(), e);
        }
    }

    public int hashBytes() {
        return hashBytes;
    }

    /** HKDF-Extract; {@code dst} takes {@link #hashBytes} from its start and may be the salt. An empty salt is as many zeros (RFC 5869 2.2). */
    public void extract(byte[] salt, byte[] ikm, int off, int len, byte[] dst) {
        try {
            key(salt, salt.length);
            mac.update(ikm, off, len);
            mac.doFinal(dst, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** HKDF-Expand-Label with a context that is mostly a hash or empty; writes {@code len} bytes, at most 255 hashes. */
    public void expandLabel(byte[] secret, String label, byte[] context, byte[] dst, int off, int len) {
        int at = 0;
        info[at++] = (byte) (len >>> 8);
        info[at++] = (byte) len;
        info[at++] = (byte) (PREFIX.length + label.length());
        System.arraycopy(PREFIX, 0, info, at, PREFIX.length);
        at += PREFIX.length;
        for (int i = 0; i < label.length(); i++) {
            info[at++] = (byte) label.charAt(i);
        }
        info[at++] = (byte) context.length;
        System.arraycopy(context, 0, info, at, context.length);
        at += context.length;
        expand(secret, at, dst, off, len);
    }

    private void expand(byte[] secret, int infoBytes, byte[] dst, int off, int len) {
        try {
            key(secret, hashBytes);
            int done = 0;
            for (int counter = 1; done < len; counter++) {
                info[infoBytes] = (byte) counter;
                mac.update(info, 0, infoBytes + 1);
                mac.doFinal(block, 0);
                int bytes = Math.min(hashBytes, len - done);
                System.arraycopy(block, 0, dst, off + done, bytes);
                done += bytes;
                if (done < len) {
                    mac.update(block, 0, hashBytes);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            Arrays.fill(block, (byte) 0);
        }
    }

    /** HMAC over some bytes; {@code dst} takes {@link #hashBytes}. */
    void hmac(byte[] key, byte[] buf, int off, int len, byte[] dst) {
        extract(key, buf, off, len, dst);
    }

    private void key(byte[] key, int bytes) throws GeneralSecurityException {
        // An empty key is padded with zeros by HMAC anyhow, but a SecretKeySpec must not be empty.
        mac.init(key.length == 0 ? new SecretKeySpec(new byte[hashBytes], algorithm) : new SecretKeySpec(key, 0, bytes, algorithm));
    }
}
