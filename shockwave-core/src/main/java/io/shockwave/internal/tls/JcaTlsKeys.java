package io.shockwave.internal.tls;

import io.shockwave.internal.tls13.KeyShare;
import io.shockwave.internal.tls13.NamedGroup;
import io.shockwave.internal.tls13.SignatureScheme;
import io.shockwave.internal.tls13.TlsKeys;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.DecapsulateException;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;

/**
 * Key exchange and signatures by whatever JCA providers there are. Public keys travel between JCA and the wire as the tail of a SubjectPublicKeyInfo (RFC 5280 4.1), whose
 * head is the same for all keys of a group. Thread-safe.
 */
public final class JcaTlsKeys implements TlsKeys {
    private static final byte[] X25519_HEAD = HexFormat.of().parseHex("302a300506032b656e032100");
    private static final byte[] P256_HEAD = HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");
    private static final byte[] P384_HEAD = HexFormat.of().parseHex("3076301006072a8648ce3d020106052b81040022036200");
    /** id-alg-ml-kem-768, 2.16.840.1.101.3.4.4.2. */
    private static final byte[] MLKEM768_HEAD = HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");
    private static final int MLKEM_PUBLIC_BYTES = 1_184;
    private static final int MLKEM_CIPHERTEXT_BYTES = 1_088;
    private static final int X25519_BYTES = 32;
    private static final byte[] NOTHING = {};

    private final SecureRandom random;

    /** @param random for keys and signatures; thread-safe, as those of the JDK are */
    public JcaTlsKeys(SecureRandom random) {
        this.random = random;
    }

    /** The plain groups; the hybrid is made of two. */
    private enum Curve {
        X25519("X25519", "X25519", X25519_HEAD, 32), P256("EC", "ECDH", P256_HEAD, 65), P384("EC", "ECDH", P384_HEAD, 97);

        private final String key;
        private final String agreement;
        private final byte[] head;
        private final int bytes;

        Curve(String key, String agreement, byte[] head, int bytes) {
            this.key = key;
            this.agreement = agreement;
            this.head = head;
            this.bytes = bytes;
        }

        static Curve of(NamedGroup group) {
            return switch (group) {
                case X25519, X25519MLKEM768 -> X25519;
                case SECP256R1 -> P256;
                case SECP384R1 -> P384;
            };
        }

        KeyPair pair(SecureRandom random) throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(key);
            switch (this) {
                case X25519 -> generator.initialize(255, random);
                case P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"), random);
                case P384 -> generator.initialize(new ECGenParameterSpec("secp384r1"), random);
            }
            return generator.generateKeyPair();
        }

        byte[] share(PublicKey publicKey) {
            byte[] encoded = publicKey.getEncoded();
            if (encoded.length != head.length + bytes) {
                throw new IllegalStateException("a public key of " + encoded.length + " bytes for " + this);
            }
            return Arrays.copyOfRange(encoded, head.length, encoded.length);
        }

        /** Empty if the peer's share is no point of the curve (RFC 8446 4.2.8.2), or the secret says nothing (7.4.2). */
        byte[] agree(PrivateKey own, byte[] buf, int off) {
            try {
                if (this != X25519 && buf[off] != 4) {
                    return NOTHING; // RFC 8446 4.2.8.2: uncompressed points alone.
                }
                PublicKey peer = KeyFactory.getInstance(key).generatePublic(new X509EncodedKeySpec(joined(head, buf, off, bytes)));
                KeyAgreement exchange = KeyAgreement.getInstance(agreement);
                exchange.init(own);
                exchange.doPhase(peer, true);
                return exchange.generateSecret();
            } catch (InvalidKeyException | InvalidKeySpecException | IllegalStateException | ProviderException e) {
                return NOTHING;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java runtime cannot agree on keys with " + agreement, e);
            }
        }
    }

    private static byte[] joined(byte[] head, byte[] buf, int off, int len) {
        byte[] all = Arrays.copyOf(head, head.length + len);
        System.arraycopy(buf, off, all, head.length, len);
        return all;
    }

    /** The first secret, then the second; both are overwritten. Empty if either is. */
    private static byte[] joinedSecret(byte[] first, byte[] second) {
        byte[] both = first.length == 0 || second.length == 0 ? NOTHING : joined(first, second, 0, second.length);
        Arrays.fill(first, (byte) 0);
        Arrays.fill(second, (byte) 0);
        return both;
    }

    // ---- client ----

    @Override
    public KeyShare share(NamedGroup group) {
        try {
            CurveShare curve = new CurveShare(Curve.of(group), Curve.of(group).pair(random));
            if (group != NamedGroup.X25519MLKEM768) {
                return curve;
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-KEM");
            generator.initialize(NamedParameterSpec.ML_KEM_768, random);
            return new HybridShare(generator.generateKeyPair(), curve);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime makes no keys for " + group, e);
        }
    }

    private record CurveShare(Curve curve, KeyPair pair) implements KeyShare {
        @Override
        public byte[] publicBytes() {
            return curve.share(pair.getPublic());
        }

        @Override
        public byte[] agree(byte[] buf, int off, int len) {
            return curve.agree(pair.getPrivate(), buf, off);
        }
    }

    private record HybridShare(KeyPair pair, CurveShare curve) implements KeyShare {
        @Override
        public byte[] publicBytes() {
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] own = Arrays.copyOfRange(encoded, MLKEM768_HEAD.length, encoded.length);
            return joined(own, curve.publicBytes(), 0, X25519_BYTES);
        }

        @Override
        public byte[] agree(byte[] buf, int off, int len) {
            try {
                byte[] ciphertext = Arrays.copyOfRange(buf, off, off + MLKEM_CIPHERTEXT_BYTES);
                byte[] secret = KEM.getInstance("ML-KEM").newDecapsulator(pair.getPrivate()).decapsulate(ciphertext).getEncoded();
                return joinedSecret(secret, curve.agree(buf, off + MLKEM_CIPHERTEXT_BYTES, X25519_BYTES));
            } catch (DecapsulateException | InvalidKeyException | ProviderException e) {
                return NO_SECRET;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java runtime has no ML-KEM", e);
            }
        }
    }

    // ---- server ----

    @Override
    public Answer answer(NamedGroup group, byte[] buf, int off, int len) {
        try {
            Curve curve = Curve.of(group);
            KeyPair pair = curve.pair(random);
            byte[] share = curve.share(pair.getPublic());
            if (group != NamedGroup.X25519MLKEM768) {
                return new Answer(share, curve.agree(pair.getPrivate(), buf, off));
            }
            PublicKey peer = KeyFactory.getInstance("ML-KEM").generatePublic(new X509EncodedKeySpec(joined(MLKEM768_HEAD, buf, off, MLKEM_PUBLIC_BYTES)));
            KEM.Encapsulated sealed = KEM.getInstance("ML-KEM").newEncapsulator(peer, random).encapsulate();
            byte[] secret = joinedSecret(sealed.key().getEncoded(), curve.agree(pair.getPrivate(), buf, off + MLKEM_PUBLIC_BYTES));
            return new Answer(joined(sealed.encapsulation(), share, 0, X25519_BYTES), secret);
        } catch (InvalidKeyException | InvalidKeySpecException | ProviderException e) {
            return new Answer(NOTHING, NOTHING);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot agree on keys for " + group, e);
        }
    }

    @Override
    public byte[] sign(SignatureScheme scheme, PrivateKey key, byte[] buf, int off, int len) {
        try {
            Signature signature = Signature.getInstance(scheme.algorithm());
            if (scheme.isPss()) {
                signature.setParameter(scheme.pssParameters());
            }
            signature.initSign(key, random);
            signature.update(buf, off, len);
            return signature.sign();
        } catch (GeneralSecurityException | ProviderException e) {
            return NO_SIGNATURE;
        }
    }
}
