package io.shockwave.internal.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Private keys out of PEM files: PKCS#8 (RFC 5958), and PKCS#1 (RFC 8017 A.1.2) and SEC 1 (RFC 5915) put into its shape. Stateless. */
final class PrivateKeys {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int OID = 0x06;
    /** [0] of an ECPrivateKey: its curve. */
    private static final int PARAMETERS = 0xA0;
    /** rsaEncryption 1.2.840.113549.1.1.1 and its NULL parameters. */
    private static final byte[] RSA_ALGORITHM = {SEQUENCE, 13, OID, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0};
    /** id-ecPublicKey 1.2.840.10045.2.1. */
    private static final byte[] EC_OID = {OID, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};
    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    private static final String[] ALGORITHMS = {"RSA", "EC", "EdDSA", "RSASSA-PSS"};

    private PrivateKeys() {
    }

    /** The first private key of the file. */
    static PrivateKey read(Path path, char[] password) throws IOException {
        PemFile file = PemFile.read(path);
        byte[] curve = new byte[0];
        for (PemFile.Block block : file.blocks()) {
            if (block.headers().contains("ENCRYPTED")) {
                throw new IOException(path + ": its key is encrypted in the old OpenSSL way; convert it with: openssl pkcs8 -topk8 -in " + path + " -out NEW");
            }
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return fromPkcs8(path, block.bytes());
                }
                case "ENCRYPTED PRIVATE KEY" -> {
                    return fromPkcs8(path, decrypt(path, block.bytes(), password));
                }
                case "RSA PRIVATE KEY" -> {
                    return fromPkcs8(path, der(SEQUENCE, VERSION_0, RSA_ALGORITHM, der(OCTET_STRING, block.bytes())));
                }
                case "EC PARAMETERS" -> curve = block.bytes();
                case "EC PRIVATE KEY" -> {
                    byte[] parameters = curveOf(path, block.bytes(), curve);
                    return fromPkcs8(path, der(SEQUENCE, VERSION_0, der(SEQUENCE, EC_OID, parameters), der(OCTET_STRING, block.bytes())));
                }
                default -> { } // Certificates may stand in the same file.
            }
        }
        throw new IOException(path + " holds no private key (no BEGIN PRIVATE KEY line)" + file.found());
    }

    /** Whether the key is the other half of the public key: a signature says so for every kind of key. */
    static boolean belong(PrivateKey key, PublicKey publicKey) throws IOException {
        String algorithm = publicKey.getAlgorithm();
        if (!sameKind(key.getAlgorithm(), algorithm)) {
            return false;
        }
        String name = switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            case "RSASSA-PSS" -> "RSASSA-PSS";
            default -> throw new IOException("keys of the kind " + algorithm + " do not serve for TLS 1.2 and 1.3 here");
        };
        try {
            byte[] text = new byte[32];
            new SecureRandom().nextBytes(text);
            Signature signature = Signature.getInstance(name);
            if (name.equals("RSASSA-PSS")) {
                signature.setParameter(new java.security.spec.PSSParameterSpec("SHA-256", "MGF1", java.security.spec.MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean sameKind(String a, String b) {
        return a.equals(b) || a.startsWith("Ed") && b.startsWith("Ed");
    }

    private static PrivateKey fromPkcs8(Path path, byte[] der) throws IOException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        GeneralSecurityException last = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw new IOException(path + ": its private key is damaged or of a kind that is not RSA, EC, Ed25519 or Ed448", last);
    }

    private static byte[] decrypt(Path path, byte[] der, char[] password) throws IOException {
        if (password.length == 0) {
            throw new IOException(path + ": its private key is encrypted, and no password is given; one without a password is made with: openssl pkey -in " + path + " -out NEW");
        }
        PBEKeySpec secret = new PBEKeySpec(password);
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            // PBES2 (RFC 8018 6.2) keeps the names of its parts in the parameters.
            String algorithm = info.getAlgName().equals("PBES2") ? info.getAlgParameters().toString() : info.getAlgName();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(algorithm).generateSecret(secret), info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IOException(path + ": its private key cannot be decrypted: the password is wrong, or the cipher is none that the JDK knows", e);
        } finally {
            secret.clearPassword();
        }
    }

    /** The curve of an ECPrivateKey ::= SEQUENCE { version, privateKey, [0] parameters OPTIONAL, [1] publicKey OPTIONAL }. */
    private static byte[] curveOf(Path path, byte[] key, byte[] before) throws IOException {
        int at = contentOf(key, 0, SEQUENCE);
        while (at >= 0 && at < key.length) {
            int content = contentOf(key, at, key[at] & 0xFF);
            if (content < 0) {
                break;
            }
            int end = content + lengthAt(key, at + 1);
            if ((key[at] & 0xFF) == PARAMETERS) {
                return java.util.Arrays.copyOfRange(key, content, end);
            }
            at = end;
        }
        if (before.length > 0) {
            return before;
        }
        throw new IOException(path + ": its EC PRIVATE KEY does not tell its curve; convert it with: openssl pkcs8 -topk8 -nocrypt -in " + path + " -out NEW");
    }

    /** Where the content of the element at {@code at} begins; -1 if it is not of this tag or does not end within the bytes. */
    private static int contentOf(byte[] der, int at, int tag) {
        if (at + 1 >= der.length || (der[at] & 0xFF) != tag) {
            return -1;
        }
        int lengthBytes = (der[at + 1] & 0x80) == 0 ? 0 : der[at + 1] & 0x7F;
        if (lengthBytes > 2 || at + 2 + lengthBytes > der.length) {
            return -1;
        }
        int content = at + 2 + lengthBytes;
        return content + lengthAt(der, at + 1) <= der.length ? content : -1;
    }

    private static int lengthAt(byte[] der, int at) {
        int first = der[at] & 0xFF;
        return switch (first) {
            case 0x81 -> der[at + 1] & 0xFF;
            case 0x82 -> (der[at + 1] & 0xFF) << 8 | der[at + 2] & 0xFF;
            default -> first;
        };
    }

    private static byte[] der(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
